"""A new version of the house while a phone keeps an inspection of the old: nothing of the draft is lost."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test.utils import override_settings
from playwright.sync_api import Page, expect

from cases.models import Inspection
from config.settings import BASE_DIR, STORAGES
from tests.browser.acts import Sit
from tests.browser.desk import PASSWORD
from tests.browser.test_onsite import Phone
from tests.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CHANGED = {
    "css/task.css": ".another-version { order: 1; }",
    "js/inspection.js": "self.anotherVersion = 1;",
    "js/vault.js": "self.anotherVersion = 1;",
}


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """The static files as another version has them; those of the old are not served with them."""
    sources, served = tmp_path / "sources", tmp_path / "served"
    shutil.copytree(BASE_DIR / "static", sources)
    for name, more in CHANGED.items():
        with (sources / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{more}\n")
    with override_settings(STATIC_ROOT=served, STORAGES=STORAGES, STATICFILES_DIRS=[sources]):
        call_command("collectstatic", interactive=False, verbosity=0)
    return served


def shelves(page: Page) -> list[str]:
    found: list[str] = page.evaluate("caches.keys()")
    return found


def script(page: Page) -> str:
    return str(page.locator("script[src*='js/inspection.']").get_attribute("src"))


def expect_shelves(page: Page, wanted: Any) -> None:
    for _ in range(100):
        if wanted(shelves(page)):
            return
        page.wait_for_timeout(100)
    raise AssertionError(shelves(page))


def expect_kept(phone: Phone, **answers: str) -> None:
    """What was typed last lies sealed on the device: it gets there a moment after the key."""
    for _ in range(100):
        draft = phone.page.evaluate("task => vault.get('drafts', task)", str(phone.task)) or {"values": {}}
        if answers.items() <= draft["values"].items():
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError(draft)


def test_a_new_version_takes_over_and_the_draft_of_the_old_is_sent(
    sit: Sit, world: World, settings: Any, next_version: Path
) -> None:
    phone = Phone(sit, world)
    desk, page = phone.desk, phone.page
    phone.open()
    (old,) = shelves(page)
    old_script = script(page)
    phone.network(on=False)
    desk.fill(item_1="fail", evidence_1="执照过期")
    expect_kept(phone, evidence_1="执照过期")
    expect(phone.state).to_contain_text("已存本机")

    settings.STATIC_ROOT = next_version
    page.reload()  # still without network: the old page with the old files
    expect(page.locator("[name=evidence_1]")).to_have_value("执照过期")
    assert script(page) == old_script

    desk.context.clear_cookies(name="sessionid")  # the deployment has ended the session as well
    phone.network(on=True)
    expect(phone.note).to_contain_text("登录已失效")
    desk.press(phone.note.locator("[data-signin]"))
    expect_shelves(page, lambda names: len(names) == 2)  # the new worker is here; the old page may still be asked for
    phone.network(on=False)
    page.goto(phone.address)
    expect(page.locator("[name=evidence_1]")).to_have_value("执照过期")
    assert script(page) == old_script

    phone.network(on=True)
    page.goto(f"/login/?next={phone.address}")
    desk.fill(username=world.cast.lead.username, password=PASSWORD)
    desk.press(page.locator("form[action='/login/'] button.btn-primary"))
    assert script(page) != old_script
    expect(page.locator("[name=evidence_1]")).to_have_value("执照过期")
    page.locator("form[data-kept]").wait_for()
    expect(phone.state).to_contain_text("在线 · 已保存")
    assert Inspection.objects.get().answers.get(item="1").evidence == "执照过期"
    expect_shelves(page, lambda names: len(names) == 1 and names != [old])

    new_script = script(page)
    phone.network(on=False)
    page.reload()
    expect(page.locator("[name=evidence_1]")).to_have_value("执照过期")
    assert script(page) == new_script
    desk.fill(item_2="pass")
    expect(phone.state).to_contain_text("已存本机")
    phone.leave()
