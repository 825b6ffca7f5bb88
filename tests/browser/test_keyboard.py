"""The main story for whoever cannot use a mouse: every move a key, and the focus always to be seen."""

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page

from cases.selectors.cases import latest_proposal
from tests.browser.acts import REASON, Sit
from tests.browser.desk import PASSWORD
from tests.browser.looking import MEASURES
from tests.browser.world import World
from workflow.models import WorkItem

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = 80
"""Stops of the tab key within which whatever a page is for must be reached."""


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus; every stop on the way must be visible."""
    page.evaluate(MEASURES)
    goal = wanted.first.element_handle()
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate_handle("document.activeElement").as_element()
        assert here is not None
        if here.evaluate("part => part === document.body"):
            continue  # the end of the page, beyond which the browser's own controls come
        assert page.evaluate("measures.focus()") == []
        if page.evaluate("([here, goal]) => here === goal", [here, goal]):
            return
    raise AssertionError(f"{wanted} is not reached by {MOST} presses of Tab")


def test_a_decision_is_taken_by_keyboard_alone(sit: Sit, world: World) -> None:
    case = world.case("嘉兴市晨光电器有限公司", until="decide_grassroots", begun=12)
    item = world.task(case)
    desk = sit()
    page = desk.page
    desk.open("/")
    tab_to(page, page.locator("[name=username]"))
    page.keyboard.type(world.cast.grassroots_lead.username)
    tab_to(page, page.locator("[name=password]"))
    page.keyboard.type(PASSWORD)
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", (
        "the first stop skips the navigation"
    )
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, page.locator(f"main a[href^='/tasks/{item}/']:visible"))
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    tab_to(page, page.locator("main [name=outcome]"))
    page.keyboard.press("Space")
    proposal = latest_proposal(case)
    assert proposal is not None
    tab_to(page, page.locator("main [name=mode]"))
    page.keyboard.press("Space")
    while page.locator("main [name=mode]:checked").get_attribute("value") != proposal.computed_mode:
        page.keyboard.press("ArrowDown")
    tab_to(page, page.locator("main [name=reason]"))
    page.keyboard.type(REASON)
    tab_to(page, page.locator("button[name=_do][value=check]:visible"))
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    tab_to(page, page.locator("button[name=_do][value=submit]:visible"))
    with page.expect_event("load"):
        page.keyboard.press("Enter")
    assert page.url.endswith(reverse("case_detail", args=[case.pk])), desk.message()
    assert not WorkItem.objects.filter(pk=item).exists()
    desk.leave()


def test_escape_closes_the_filter_and_gives_the_focus_back(sit: Sit, world: World) -> None:
    desk = sit(world.cast.lead)
    page = desk.page
    desk.open("/tasks/")
    summary = page.locator(".work-filter > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator(".work-filter [name=q]").focus()
    page.keyboard.press("Escape")
    assert not page.locator(".work-filter form").is_visible()
    assert summary.evaluate("summary => summary === document.activeElement")
    desk.leave()
