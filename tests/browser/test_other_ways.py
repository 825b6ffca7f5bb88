"""The same work by keyboard alone, and without script; and that the watch over all pages is awake."""

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from cases.models import Enterprise
from cases.selectors.cases import latest_proposal
from tests.browser.acts import REASON, Play, Sit
from tests.browser.desk import PASSWORD
from tests.browser.looking import MEASURES
from tests.browser.watch import Watch
from tests.browser.world import World
from workflow.models import WorkItem

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "(selector) => document.activeElement.matches(selector)"


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the focus stands on such an element."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(HERE, selector):
            return
    raise AssertionError(f"{selector} is not reached by {most} tabs on {page.url}")


def press(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    with page.expect_event("load"):
        page.keyboard.press(key)


def test_a_decision_is_given_by_keyboard_alone(sit: Sit, world: World) -> None:
    case = world.case("嘉兴市晨光电器有限公司", until="countersign", begun=20)
    desk = sit()
    page = desk.page
    desk.open("/")
    tab_to(page, "[name=username]")
    page.keyboard.type(world.cast.second.username)
    tab_to(page, "[name=password]", 1)
    page.keyboard.type(PASSWORD)
    press(page, "Enter")
    page.keyboard.press("Tab")  # the first thing met leads past the navigation
    page.keyboard.press("Enter")
    assert page.evaluate(HERE, "#main")
    tab_to(page, f"a[href^='/tasks/{world.task(case)}/']")
    press(page, "Enter")
    tab_to(page, "[name=outcome]")
    page.keyboard.press("Space")
    assert page.locator("[name=outcome]:checked").get_attribute("value") == "sign"
    tab_to(page, "[name=_do][value=check]")
    press(page, "Enter")
    tab_to(page, "[name=_do][value=submit]")
    press(page, "Space")
    assert page.url.endswith(reverse("case_detail", args=[case.pk]))
    assert not WorkItem.objects.filter(case=case, step="countersign").exists()
    desk.leave()


def test_a_decision_is_given_without_script(sit: Sit, world: World, enterprise: Enterprise) -> None:
    play = Play(sit, world.cast, enterprise)
    play.case = world.case("嘉兴市晨光电器有限公司", until="decide_grassroots", begun=20)
    desk = play.desk_of(world.cast.grassroots_lead, java_script_enabled=False)
    desk.open("/tasks/")
    proposal = latest_proposal(play.case)
    assert proposal is not None
    agreed = {"outcome": "agree", "mode": proposal.computed_mode, "reason": REASON}
    play.decide("decide_grassroots", world.cast.grassroots_lead, **agreed)
    desk.leave()


def test_a_wrong_page_is_complained_about(chromium: Browser) -> None:
    """Each thing watched for, done once: otherwise silence would prove nothing."""
    home = "http://watched.test"
    markup = """<h1>One</h1><h1>Two</h1><p style="color: #999; width: 3000px">pale and wide</p><input name="nobody">
        <img src="/none.png"><script>console.log("never")</script>"""

    def answer(route: Route) -> None:
        if route.request.resource_type == "document":
            policy = {"Content-Security-Policy": "script-src 'self'"}
            route.fulfill(
                body=markup + "<img src='http://elsewhere.test/a.png'>", headers=policy, content_type="text/html"
            )
        else:
            route.abort()

    context = chromium.new_context(viewport={"width": 320, "height": 600})
    context.route("**/*", answer)
    watch = Watch(context, home)
    page = context.new_page()
    page.goto(home)
    watch.look(page)
    page.evaluate(MEASURES)
    told = "\n".join([*watch.complaints, *page.evaluate("measures.structure()"), *page.evaluate("measures.contrast()")])
    context.close()
    for wrong in (
        "policy: script-src-elem",
        "asked another host: http://elsewhere.test/a.png",
        "wider than 320px",
        "2 headings of the first rank",
        "style attribute",
        'field without label: <input class=""> nobody',
        "picture without words",
        "contrast 2.85",
    ):
        assert wrong in told, (wrong, told)
