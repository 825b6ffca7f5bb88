"""The main story for whoever cannot use a mouse: every move a key, and the focus always to be seen."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.models import Enterprise, User
from tests.browser.acts import FAILING, REASON, Play, Sit, photo
from tests.browser.desk import PHONE, Desk
from tests.browser.keyboard import KeyDesk
from tests.browser.world import World
from workflow.demo.facts import EVIDENCE
from workflow.demo.story import Cast
from workflow.models import WorkItem

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HERE = "document.activeElement"


def by_keyboard(sit: Sit) -> Sit:
    def sit_down(user: User | None = None, **options: Any) -> Desk:
        return sit(user, **{"kind": KeyDesk, **options})

    return sit_down


class KeyPlay(Play):
    """The inspection at a desk: twenty questions, one photo, and an error on the way."""

    def inspect(self) -> None:
        desk = self.come_to("inspect", self.cast.lead)
        desk.do("check")  # nothing is answered: the first thing said is what is missing
        assert desk.page.evaluate(f"{HERE}.matches('[data-error-summary]')")
        desk.page.keyboard.press("Tab")
        target = desk.page.evaluate(f"{HERE}.getAttribute('href')")
        desk.page.keyboard.press("Enter")
        assert desk.page.evaluate(f"[goal => goal.contains({HERE})][0](document.querySelector('{target}'))")
        desk.fill(visited_on=f"{timezone.localdate():%Y-%m-%d}")
        for number in map(str, range(1, 20)):
            failing = number in FAILING
            desk.fill({f"item_{number}": "fail" if failing else "pass"})
            if failing:
                desk.fill({f"evidence_{number}": EVIDENCE.get(number, "营业执照载明的住所与实际生产地址不一致。")})
            if number == "3":
                desk.fill(files_3=[photo("标准封面.png", (90, 120, 150))])
                desk.page.locator(".photo-card").wait_for()
        desk.fill(risk_level="II")
        desk.do("check")
        assert EVIDENCE["12"] in desk.message()
        desk.do("submit")
        self.landed(desk, "inspect")


def test_the_main_story_is_played_by_keyboard_alone(sit: Sit, cast: Cast, enterprise: Enterprise) -> None:
    play = KeyPlay(by_keyboard(sit), cast, enterprise)
    play.open_case()
    play.decide("approve_inspection", cast.unit_head, outcome="approve")
    play.decide(
        "assign_inspectors", cast.unit_head, checked=False, lead=cast.lead.pk, second=cast.second.pk, notice="before"
    )
    play.inspect()
    play.classify()
    play.interview()
    play.order()
    play.report_by_link()
    play.visit_again()
    play.close()
    assert play.case.status == "closed"
    assert not WorkItem.objects.exists()
    desks = [desk for desk in play.desks.values() if isinstance(desk, KeyDesk)]
    assert all(desk.skips for desk in desks)
    assert sum(desk.claimed for desk in desks)
    for desk in play.desks.values():  # a form sent back for its errors is an error on the browser's console, too
        desk.watch.complaints = [each for each in desk.watch.complaints if "status of 422" not in each]
    play.everybody_leaves()


def test_dialogs_keep_the_focus_and_give_it_back(sit: Sit, world: World) -> None:
    world.case("嘉兴市晨光电器有限公司", until="inspect", begun=12)
    desk = sit(world.cast.lead, kind=KeyDesk)
    page = desk.page
    page.keyboard.press("j")
    held = page.evaluate(f"{HERE}.textContent")
    page.keyboard.press("?")
    _stays_within(desk, "#shortcuts")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{HERE}.textContent") == held
    page.keyboard.press("/")
    assert page.evaluate(f"{HERE}.name") == "q"
    page.keyboard.type("?")  # a letter like any other where one writes
    assert page.locator("dialog[open]").count() == 0
    desk.reach(page.locator(".side-foot [data-dialog=shortcuts]"))
    page.keyboard.press("Space")
    desk.reach(page.locator("#shortcuts [data-close]"))
    page.keyboard.press("Enter")
    assert page.evaluate(f"{HERE}.matches('.side-foot [data-dialog=shortcuts]')")
    page.set_viewport_size(PHONE)
    opener = page.locator(".tabbar [data-dialog=me]")
    desk.reach(opener)
    page.keyboard.press("Enter")
    _stays_within(desk, "#me")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()
    desk.leave()


def _stays_within(desk: KeyDesk | Desk, dialog: str) -> None:
    """Round and round, forth and back: nothing behind the dialog is ever reached."""
    page = desk.page
    expect(page.locator(dialog)).to_be_visible()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(12):
            page.keyboard.press(key)
            inside = f"{HERE} === document.body || {HERE}.closest('dialog') === document.querySelector('{dialog}')"
            assert page.evaluate(inside), (key, page.evaluate(f"{HERE}.outerHTML"))
            assert page.evaluate("[...measures.focus(), ...measures.covered()]") == []


def test_menus_and_rows_obey_keys(sit: Sit, world: World) -> None:
    """What opens by Enter closes by Escape; rows are walked, chosen and acted upon; n begins something new."""
    for name in ("嘉兴市晨光电器有限公司", "嘉兴市远洋玩具厂"):
        world.case(name, until="inspect", begun=12)
    desk = sit(world.cast.unit_head, kind=KeyDesk)
    page = desk.page
    desk.open("/tasks/queue/?show=taken")
    desk.reach(page.locator(".me > summary"))
    page.keyboard.press("Enter")
    expect(page.locator(".me-menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".me-menu")).to_be_hidden()
    expect(page.locator(".me > summary")).to_be_focused()
    for key in "jxjx":
        page.keyboard.press(key)
    assert page.locator("tbody input:checked").count() == 2
    assert page.evaluate("[...measures.focus(), ...measures.covered()]") == []
    desk.press(page.locator("[data-bulk-bar] button[formaction$='/assign/']"))
    desk.fill(to=world.cast.second.pk, reason=REASON)
    desk.press(page.locator("main form[data-guard] button.btn-primary"))
    desk.open("/cases/")
    desk.go("n")
    assert page.url.endswith("/cases/new/")
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
