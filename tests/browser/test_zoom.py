"""The pages at a fourfold zoom, with text set wide apart, by keyboard and by finger (WCAG 2.2, 1.4.10, 1.4.12)."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest
from django.urls import reverse
from playwright.sync_api import ViewportSize

from notices.models import Document
from tests.browser.acts import Sit
from tests.browser.conftest import with_password
from tests.browser.desk import DESKTOP, PHONE, Desk
from tests.browser.looking import MEASURES
from tests.browser.world import World
from tests.factories import make_user
from workflow.views.case_parts import TABS

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ZOOM: Final = Path(__file__).with_name("zoom.js").read_text(encoding="utf-8")
FOURFOLD: Final[ViewportSize] = {"width": 320, "height": 256}
"""What a zoom of 400 % leaves of 1280 by 1024 pixels."""
STOPS: Final = 40
LONG: Final = "嘉兴市南湖区凤桥镇联创路智能婴幼儿用品与学步车研发制造（集团）股份有限公司第二分公司"


def expect_nothing_lost(desk: Desk, addresses: Iterable[str]) -> None:
    """Everything that is wrong with any of the pages is told at once, each by its address."""
    found = [f"{address} {wrong}" for address in addresses for wrong in _of_page(desk, address)]
    found += desk.watch.complaints
    assert found == [], "\n".join(found)


def _of_page(desk: Desk, address: str) -> Iterator[str]:
    page = desk.page
    page.set_viewport_size(FOURFOLD)
    desk.open(address)
    page.evaluate(MEASURES)
    page.evaluate(ZOOM)
    for size in (FOURFOLD, PHONE, DESKTOP):
        page.set_viewport_size(size)
        for spaced in ("usual", "spaced"):
            page.evaluate("zoom.space()" if spaced == "spaced" else "zoom.unspace()")
            asked = "[...zoom.clipped(), ...zoom.overlaps(), ...measures.width(), ...zoom.small()]"
            for wrong in page.evaluate(asked):
                yield f"{size['width']} {spaced}: {wrong}"
        page.evaluate("zoom.unspace()")
    page.set_viewport_size(FOURFOLD)
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        for wrong in page.evaluate("[...measures.focus(), ...measures.covered()]"):
            yield f"{FOURFOLD['width']}: {wrong}"


def test_whoever_inspects_reads_large(sit: Sit, world: World) -> None:
    waiting = world.case(LONG, until="inspect", begun=8)
    proposing = world.case("嘉兴市晨光电器有限公司", until="propose_class", begun=12)
    closed = world.case("嘉兴市蓝天童车有限公司")
    letter = Document.objects.filter(case=closed, kind="rectification_order").get()
    page = reverse("case_detail", args=[closed.pk])
    addresses = [
        "/tasks/",
        "/tasks/queue/",
        "/cases/",
        reverse("case_detail", args=[waiting.pk]),
        *(f"{page}?tab={tab}" for tab in TABS),
        reverse("task", args=[world.task(waiting)]),
        reverse("task", args=[world.task(proposing)]),
        "/documents/",
        reverse("document_detail", args=[letter.pk]),
        f"/enterprises/{closed.enterprise.uscc}/",
        "/search/?q=嘉兴",
        "/settings/",
    ]
    expect_nothing_lost(sit(world.cast.lead), addresses)


def test_whoever_decides_and_oversees_reads_large(sit: Sit, world: World) -> None:
    world.case(LONG, until="approve_inspection", begun=8)
    deciding = world.case("嘉兴市晨光电器有限公司", until="decide_measures", begun=40)
    addresses = ["/approvals/", reverse("task", args=[world.task(deciding)]), "/cases/new/", "/enterprises/"]
    expect_nothing_lost(sit(world.cast.unit_head), addresses)
    overseer = with_password(make_user("zhulin", "overseer", world.town.parent))
    addresses = ["/oversight/", "/oversight/map/", "/oversight/map/?view=table", "/reports/"]
    expect_nothing_lost(sit(overseer), addresses)


def test_whoever_comes_from_outside_reads_large(sit: Sit, world: World) -> None:
    ordered = world.case(LONG, until="report_rectification", begun=60)
    letter = Document.objects.select_related("issue").get(case=ordered, kind="rectification_order")
    addresses = ["/login/", "/verify/", reverse("verify", args=[letter.issue.verify_code]), world.link(ordered)]
    expect_nothing_lost(sit(), [*addresses, "/accessibility/"])
