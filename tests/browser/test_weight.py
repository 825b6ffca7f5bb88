"""Full lists and long cases stay light, and their rows can be ticked by a thumb."""

from collections.abc import Iterator
from itertools import count

import pytest
from django.urls import reverse

from cases.models import Case, Deadline, User
from notices.models import Document
from tests.browser.acts import Sit
from tests.browser.conftest import with_password
from tests.browser.desk import PHONE, Desk
from tests.browser.looking import MEASURES, too_heavy
from tests.browser.world import World
from tests.factories import make_user
from tests.inbox.copies import copy_item
from workflow.models import WorkItem
from workflow.views.case_parts import TABS

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MANY = 55
"""More rows than any list shows on one page."""
LONG = "嘉兴市南湖区凤桥镇联创路智能婴幼儿用品与学步车研发制造（集团）股份有限公司第二分公司"
THUMB = 44  # pixels each way
_numbers = count()


def multiplied(item: WorkItem, times: int = MANY) -> None:
    for _ in range(times):
        copy_item(item, next(_numbers))


def many_letters(letter: Document, case: Case) -> None:
    told = Document.objects.filter(pk=letter.pk).values().get() | {
        "state": "draft",
        "served_on": None,
        "case_id": case.pk,
    }
    del told["id"]
    Document.objects.bulk_create(Document(**told | {"subject": f"copy:{index}"}) for index in range(MANY))


def weights(desk: Desk, addresses: dict[str, str]) -> Iterator[tuple[str, int, list[str]]]:
    for name, address in addresses.items():
        desk.open(address)
        desk.page.wait_for_load_state("networkidle")
        desk.page.evaluate(MEASURES)
        yield name, desk.page.evaluate("measures.weight()"), list(too_heavy(desk.page))


def test_no_page_is_heavier_than_the_limit(sit: Sit, world: World) -> None:
    """Each as it arrives at a desk, unpacked, the lists with as many rows as they show at once."""
    closed = world.case("嘉兴市蓝天童车有限公司")
    mine = WorkItem.objects.get(case=world.case(LONG, until="inspect", begun=20))
    multiplied(mine)
    letter = Document.objects.filter(case=closed).first()
    assert letter is not None
    many_letters(letter, mine.case)
    WorkItem.objects.filter(pk=mine.pk).update(owner=None)
    waiting = WorkItem.objects.get(pk=mine.pk)
    multiplied(waiting)
    multiplied(WorkItem.objects.get(case=world.case(LONG, until="decide_measures", begun=40)))
    case = reverse("case_detail", args=[closed.pk])
    overseer = with_password(make_user("zhulin", "overseer", world.town.parent))
    pages: list[tuple[User, dict[str, str]]] = [
        (
            world.cast.lead,
            {
                "inbox": "/tasks/",
                "inbox, all columns": "/tasks/?cols=class&cols=town&cols=people&cols=body&cols=basis&cols=since",
                "queue": "/tasks/queue/",
                "cases": "/cases/",
                "enterprises": "/enterprises/",
                "documents": "/documents/",
                "document": reverse("document_detail", args=[letter.pk]),
                "case": case,
                **{f"case, {tab}": f"{case}?tab={tab}" for tab in TABS},
                "step": reverse(
                    "task", args=[WorkItem.objects.filter(owner=world.cast.lead).values_list("pk", flat=True)[0]]
                ),
                "enterprise": f"/enterprises/{closed.enterprise.uscc}/",
                "search": "/search/?q=嘉兴",
                "notifications": "/notifications/",
                "settings": "/settings/",
            },
        ),
        (world.cast.unit_head, {"approvals": "/approvals/"}),
        (overseer, {"oversight": "/oversight/", "map": "/oversight/map/", "reports": "/reports/"}),
        (world.cast.list_admin, {"lists": "/lists/supervision/", "candidates": "/lists/"}),
    ]
    found = []
    for user, addresses in pages:
        desk = sit(user)
        found += list(weights(desk, addresses))
        desk.leave()
    for name, weight, _wrong in sorted(found, key=lambda each: -each[1]):
        print(f"{weight / 1024:6.1f} KB  {name}")
    assert Deadline.objects.filter(state="running").count() > MANY
    assert [(name, wrong) for name, _weight, wrong in found if wrong] == []


@pytest.mark.parametrize("width", [390, 320])
def test_rows_are_ticked_and_acted_on_by_thumb(width: int, sit: Sit, world: World) -> None:
    multiplied(WorkItem.objects.get(case=world.case(LONG, until="inspect", begun=20)), times=6)
    desk = sit(world.cast.lead, size=PHONE)
    page = desk.page
    page.set_viewport_size({"width": width, "height": 700})
    desk.open("/tasks/")
    boxes = page.locator("td .pick")
    for at in range(boxes.count()):
        box = boxes.nth(at).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= THUMB
        assert box["x"] >= 0
    assert not page.locator("[data-bulk-bar]").is_visible()
    boxes.first.tap()
    boxes.nth(2).tap()
    bar = page.locator("[data-bulk-bar]")
    assert "2" in bar.locator("b").inner_text()
    for button in bar.locator("button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= THUMB
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 700
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.locator(".pick-all .pick").tap()
    assert "7" in bar.locator("b").inner_text()
    assert page.locator("tr[role=row][aria-selected=true] td[role=cell]").count()
    desk.press(bar.locator("button[formaction*='assign'], button.btn-primary").first)
    assert page.locator("main .act-rows li, main tbody tr").count() >= 7
    desk.leave()
