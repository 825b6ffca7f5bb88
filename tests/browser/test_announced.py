"""What changes without a new page is told to whoever does not see it, and nobody loses their place."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from cases.models import ListRun
from tests.browser.acts import REASON, Sit
from tests.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def spoken(page: Page) -> list[str]:
    """What the status lines of the page say, as the browser's accessibility tree gives them to a screen reader."""
    asked = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = asked.send("Accessibility.getFullAXTree")["nodes"]
    asked.detach()
    by_id = {node["nodeId"]: node for node in nodes}

    def words(node: dict[str, Any]) -> str:
        below = [by_id[child] for child in node.get("childIds", ()) if child in by_id]
        if node.get("role", {}).get("value") == "StaticText" or not below:
            return str(node.get("name", {}).get("value", ""))
        return "".join(map(words, below))

    live = ("status", "alert")
    found = [node for node in nodes if not node["ignored"] and node["role"]["value"] in live]
    assert all(
        each["value"]["value"] in ("polite", "assertive")
        for node in found
        for each in node.get("properties", ())
        if each["name"] == "live"
    )
    return [said for said in map(words, found) if said]


def expect_said(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#said")).to_have_text(words)
    told = spoken(page)
    assert any(re.search(words, said) for said in told), told


def stands_on(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_a_filtered_list_says_how_much_is_left_and_keeps_the_place(sit: Sit, world: World) -> None:
    for name in ("嘉兴市蓝天童车有限公司", "嘉兴市晨光电器有限公司", "嘉兴市远洋玩具厂"):
        world.case(name, until="inspect", begun=8)
    desk = sit(world.cast.lead)
    page = desk.page
    desk.open("/tasks/")
    assert spoken(page) == []  # a new page is read from its title; nothing of it is said twice
    page.locator(".work-filter > summary").click()
    page.locator("#list [name=q]").fill("晨光")
    page.locator("#list [name=q]").press("Enter")
    expect_said(page, re.compile("^1条"))
    assert stands_on(page) == "list"
    page.locator("#list .chip a").focus()
    page.keyboard.press("Enter")
    expect_said(page, re.compile("^3条"))
    assert stands_on(page) == "list"
    page.locator("#list th a").first.focus()
    held = stands_on(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**sort=**")
    expect_said(page, re.compile("^3条"))
    assert stands_on(page) == held
    desk.leave()


def test_an_act_on_many_rows_says_its_count_and_its_end(sit: Sit, world: World) -> None:
    for name in ("嘉兴市蓝天童车有限公司", "嘉兴市晨光电器有限公司"):
        world.case(name, until="inspect", begun=8)
    desk = sit(world.cast.unit_head)
    page = desk.page
    desk.open("/tasks/queue/?show=taken")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect_said(page, re.compile("1 ?项"))
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect_said(page, re.compile("2 ?项"))
    desk.press(page.locator("[data-bulk-bar] button[formaction$='/assign/']"))
    desk.fill(to=world.cast.second.pk, reason=REASON)
    desk.press(page.locator("main form[data-guard] button.btn-primary"))
    assert re.search("[12]", " ".join(spoken(page))), desk.message()
    desk.leave()


def test_long_work_says_how_far_it_is_and_its_end(sit: Sit, world: World) -> None:
    run = ListRun.objects.create(
        user=world.cast.lead, list_code="inbox", act="export", columns=["due"], total=50, created_at=timezone.now()
    )
    desk = sit(world.cast.lead)
    page = desk.page
    desk.open(reverse("list_run", args=[run.pk]))
    page.locator("main footer a").first.focus()
    held = stands_on(page)
    ListRun.objects.filter(pk=run.pk).update(done=20)
    expect_said(page, re.compile("20 / 50"))
    assert stands_on(page) == held
    ListRun.objects.filter(pk=run.pk).update(state="failed", done=50)
    expect(page.locator("main [role=alert]")).to_be_visible()
    assert any("导出" in said for said in spoken(page))
    desk.leave()
