"""The pages people live in, each at every width, in both schemes, by keyboard and on the scales."""

import pytest
from django.urls import reverse

from cases.models import Body
from notices.models import Document
from tests.browser.acts import Sit
from tests.browser.conftest import with_password
from tests.browser.looking import complaints_about
from tests.browser.world import World
from tests.factories import make_user
from workflow.views.case_parts import TABS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "嘉兴市南湖区凤桥镇联创路智能婴幼儿用品与学步车研发制造（集团）股份有限公司第二分公司"


def test_the_pages_of_whoever_inspects(sit: Sit, world: World) -> None:
    waiting = world.case(LONG, until="inspect", begun=8)
    proposing = world.case("嘉兴市晨光电器有限公司", until="propose_class", begun=12)
    closed = world.case("嘉兴市蓝天童车有限公司")
    letter = Document.objects.filter(case=closed, kind="rectification_order").get()
    page = reverse("case_detail", args=[closed.pk])
    desk = sit(world.cast.lead)
    assert (
        complaints_about(
            desk,
            [
                "/tasks/",
                "/tasks/queue/",
                "/cases/",
                reverse("case_detail", args=[waiting.pk]),
                reverse("task", args=[world.task(waiting)]),
                reverse("task", args=[world.task(proposing)]),
                *(f"{page}?tab={tab}" for tab in TABS),
                "/documents/",
                reverse("document_detail", args=[letter.pk]),
                f"/enterprises/{closed.enterprise.uscc}/",
                "/search/?q=嘉兴",
                "/notifications/",
                "/settings/",
                "/views/",
                "/views/new/?list=inbox&query=class%3DC",
            ],
        )
        == []
    )


def test_the_pages_of_those_who_decide_and_oversee(sit: Sit, world: World) -> None:
    world.case(LONG, until="approve_inspection", begun=8)
    deciding = world.case("嘉兴市晨光电器有限公司", until="decide_measures", begun=40)
    desk = sit(world.cast.unit_head)
    assert (
        complaints_about(
            desk,
            [
                "/approvals/",
                reverse("task", args=[world.task(deciding)]),
                "/cases/new/",
                f"/cases/new/?enterprise={world.enterprise('嘉兴市远洋玩具厂').uscc}",
                "/lists/",
            ],
        )
        == []
    )
    overseer = with_password(make_user("zhulin", "overseer", world.town.parent))
    pages = ["/oversight/", "/oversight/map/", "/oversight/map/?view=table", "/reports/"]
    assert complaints_about(sit(overseer), pages) == []


def test_the_pages_of_the_administrator(sit: Sit, world: World, bodies: dict[str, Body]) -> None:
    administrator = with_password(make_user("zhaomin", "platform_admin", bodies["330000"]))
    world.enterprise(LONG)
    assert (
        complaints_about(
            sit(administrator),
            [
                "/settings/people/",
                reverse("person", args=[world.cast.lead.pk]),
                "/settings/people/new/",
                "/enterprises/",
                "/enterprises/new/",
                "/imports/",
                "/imports/new/",
                "/settings/deadlines/",
            ],
        )
        == []
    )


def test_the_pages_for_everybody(sit: Sit, world: World) -> None:
    ordered = world.case(LONG, until="report_rectification", begun=60)
    letter = Document.objects.select_related("issue").get(case=ordered, kind="rectification_order")
    assert (
        complaints_about(
            sit(), ["/login/", "/verify/", reverse("verify", args=[letter.issue.verify_code]), world.link(ordered)]
        )
        == []
    )
