"""The main pages on paper: what is read, without what is pressed."""

from collections.abc import Iterator
from typing import Final

import pymupdf
import pytest
from django.urls import reverse

from notices.models import Document
from tests.browser.acts import Sit
from tests.browser.conftest import with_password
from tests.browser.desk import DESKTOP, PHONE, Desk
from tests.browser.world import World
from tests.factories import make_user
from workflow.views.case_parts import TABS

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAME: Final = "嘉兴市蓝天童车有限公司"
LEFT_OUT: Final = ("跳到主要内容", "快捷键", "退出登录", "导出Excel", "保存草稿", "筛选", "列设置")
"""Words of the navigation, the bars and the buttons."""
STAYS: Final = """() => [...document.body.querySelectorAll("*")]
  .filter((each) => each.checkVisibility() && ["fixed", "sticky"].includes(getComputedStyle(each).position))
  .filter((each) => !each.closest("th")).map((each) => each.outerHTML.slice(0, 100))"""
PRESSED: Final = """() => [...document.querySelectorAll("button, input[type=search], .nav, .tabbar")]
  .filter((each) => each.checkVisibility()).map((each) => each.outerHTML.slice(0, 100))"""


def wrong_on_paper(desk: Desk, address: str, *expected: str) -> Iterator[str]:
    page = desk.page
    for size in (DESKTOP, PHONE):  # whoever prints from a phone has the same paper
        page.set_viewport_size(size)
        page.emulate_media(media="screen")
        desk.open(address)
        page.emulate_media(media="print")
        with pymupdf.open(stream=page.pdf(), filetype="pdf") as paper:
            sheets = ["".join(sheet.get_text().split()) for sheet in paper]
            across = max(link["from"].x1 for sheet in paper for link in [*sheet.get_links(), {"from": sheet.rect}])
            width = paper[0].rect.width
        said = "".join(sheets)
        yield from (f"{address} lacks {word}" for word in expected if word not in said)
        yield from (f"{address} prints {word}" for word in LEFT_OUT if word in said)
        if not all(sheets):
            yield f"{address} has an empty sheet"
        if across > width + 1:
            yield f"{address} is wider than its paper"
        page.set_viewport_size({"width": 688, "height": 1000})  # A4 within its margins
        yield from (f"{address} keeps a bar: {each}" for each in page.evaluate(STAYS))
        yield from (f"{address} prints what is pressed: {each}" for each in page.evaluate(PRESSED))
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            yield f"{address} is {wider} pixels wider than its paper"


def test_the_pages_of_work_are_printed(sit: Sit, world: World) -> None:
    waiting = world.case("嘉兴市晨光电器有限公司", until="inspect", begun=8)
    closed = world.case(NAME)
    letter = Document.objects.filter(case=closed, kind="rectification_order").get()
    desk = sit(world.cast.lead)
    page = reverse("case_detail", args=[closed.pk])
    found = [
        *wrong_on_paper(desk, "/tasks/", "我的待办", "嘉兴市晨光电器有限公司", waiting.number),
        *wrong_on_paper(desk, "/cases/", NAME, closed.number),
        *(wrong for tab in TABS for wrong in wrong_on_paper(desk, f"{page}?tab={tab}", NAME, closed.number)),
        *wrong_on_paper(desk, reverse("task", args=[world.task(waiting)]), "嘉兴市晨光电器有限公司"),
        *wrong_on_paper(desk, reverse("document_detail", args=[letter.pk]), letter.issue.number),
        *wrong_on_paper(desk, f"/enterprises/{closed.enterprise.uscc}/", NAME, closed.enterprise.uscc),
    ]
    assert found == [], "\n".join(found)


def test_the_pages_of_oversight_are_printed(sit: Sit, world: World) -> None:
    world.case(NAME, until="decide_measures", begun=40)
    overseer = with_password(make_user("zhulin", "overseer", world.town.parent))
    desk = sit(overseer)
    found = [
        *wrong_on_paper(desk, "/oversight/", "期限督办", NAME),
        *wrong_on_paper(desk, "/oversight/map/?view=table", "风险四色图"),
        *wrong_on_paper(desk, "/reports/", "统计报表"),
    ]
    assert found == [], "\n".join(found)
