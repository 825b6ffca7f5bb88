"""The frame in Debian's Chromium: widths, colours, policy, keyboard, and without script."""

import os
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request
from pytest_django.live_server_helper import LiveServer

from cases.models import User
from tests.shell.conftest import PASSWORD, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHEET = "/settings/components/"
WIDTHS = (320, 390, 820, 1440)


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _keep_picture(page: Page, name: str) -> None:
    """With SCREENSHOTS set, leave a picture there to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways(visit: Visit, administrator: User, width: int, dark: bool) -> None:
    for path, user in (("/login/", None), (SHEET, administrator)):
        page = visit(path, user, width=width, dark=dark)
        name = "login" if user is None else "components"
        _keep_picture(page, f"{name}-{width}-{'dark' if dark else 'light'}")
        assert _overflow(page) == 0, (path, width)


def test_the_policy_is_never_violated_and_nobody_else_is_asked(
    live_server: LiveServer, visit: Visit, administrator: User
) -> None:
    page = visit("/login/")
    messages: list[str] = []
    asked: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        messages.append(message.text)

    def note_request(request: Request) -> None:
        asked.append(request.url)

    page.on("console", note_message)
    page.on("request", note_request)
    page.reload()
    page.wait_for_load_state("networkidle")
    assert any("/static/" in url for url in asked)
    assert all(url.startswith(live_server.url) for url in asked)
    assert messages == []


def test_navigation_is_a_sidebar_a_rail_or_five_tabs(visit: Visit, administrator: User) -> None:
    wide = visit(SHEET, administrator, width=1440)
    assert wide.locator(".side").bounding_box()["width"] == 224  # type: ignore[index]
    rail = visit(SHEET, administrator, width=1100)
    assert rail.locator(".side").bounding_box()["width"] == 68  # type: ignore[index]
    phone = visit(SHEET, administrator, width=390)
    assert not phone.locator(".side").is_visible()
    assert phone.locator(".tabbar").is_visible()
    assert not wide.locator(".tabbar").is_visible()


def test_icons_are_drawn(visit: Visit, administrator: User) -> None:
    page = visit(SHEET, administrator)
    page.wait_for_load_state("networkidle")
    box = page.evaluate("(() => { const b = document.querySelector('.top .icon use').getBBox(); return b.width; })()")
    assert box > 0


def test_errors_take_the_focus(visit: Visit, administrator: User) -> None:
    page = visit(SHEET, administrator)
    assert page.evaluate("document.activeElement.className") == "error-summary"


def test_keys_open_help_move_and_select(visit: Visit, administrator: User) -> None:
    page = visit(SHEET, administrator)
    page.keyboard.press("?")
    assert page.locator("#shortcuts").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#shortcuts").is_visible()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("[data-rows] tr").nth(1).get_attribute("aria-selected") == "true"
    assert page.locator("[data-bulk-count]").inner_text() == "1"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 1


def test_the_chosen_theme_stays_on_the_next_page(visit: Visit, administrator: User) -> None:
    page = visit(SHEET, administrator)
    page.locator(".top [data-theme-form] button").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 21, 32)"


def test_unsaved_changes_are_asked_about(visit: Visit, administrator: User) -> None:
    page = visit(SHEET, administrator)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.locator("textarea").first.fill("现场发现三处问题，详见照片")
    page.goto(page.url.replace(SHEET, "/login/"))
    assert asked == ["beforeunload"]


@pytest.mark.usefixtures("_collected")
def test_sign_in_dialogs_and_menus_work_without_script(
    live_server: LiveServer, chromium: Browser, inspector: User, administrator: User, client: Client
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{SHEET}")
    page.fill("input[name=username]", inspector.username)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form[action='/login/'] button").first.click()
    assert page.url == f"{live_server.url}{SHEET}"  # an inspector may not see it, and the page says so
    assert page.locator("h1").inner_text() != ""
    page.locator(".me > summary").click()
    page.locator(".me-menu form button").click()
    assert page.url.endswith(reverse("login"))
    client.force_login(administrator)
    cookie = client.cookies["sessionid"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}{SHEET}")
    page.locator("a[href='#return']").click()
    assert page.locator("#return").is_visible()
    context.close()
