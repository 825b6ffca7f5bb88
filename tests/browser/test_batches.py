"""A batch of reminder letters as an overseer makes it and a head approves it, with and without script."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.models import Body, Deadline, Job, User
from cases.services.jobs import run_due_jobs
from notices.models import DocumentBatch
from tests.browser.acts import Sit
from tests.browser.conftest import with_password
from tests.browser.desk import PHONE
from tests.browser.looking import complaints_about
from tests.factories import make_user
from tests.notices.conftest import new_case, new_deadline

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_GLYPH = "\U0002fa1f"
REASON = "该事项已经电话督促，不必再发函。"


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def overseer(bodies: dict[str, Body]) -> User:
    return with_password(make_user("zhulin", "overseer", bodies["330400"], language="zh-hans"))


@pytest.fixture
def deadlines(bodies: dict[str, Body]) -> list[Deadline]:
    county = bodies["330402"]
    inspector = make_user("inspector", "inspector", county)
    due = timezone.localdate() - timedelta(days=12)
    cases = [new_case(county, inspector, serial=serial) for serial in range(1, 8)]
    return [new_deadline(case, county, due) for case in cases]


def work() -> None:
    """Let the workers do what is due, until nothing is."""
    while Job.objects.filter(state=Job.State.DUE, run_after__lte=timezone.now()).exists():
        run_due_jobs(timezone.now())


def test_a_batch_is_chosen_reviewed_approved_and_printed(sit: Sit, overseer: User, deadlines: list[Deadline]) -> None:
    desk = sit(overseer)
    desk.open("/oversight/?due=overdue")
    desk.press(desk.page.locator("a[href='/batches/new/']"))
    desk.page.locator("[data-all]").check()
    desk.page.locator("tbody input[type=checkbox]").first.uncheck()
    desk.fill(title="十一月逾期督查")
    desk.press(desk.page.locator("button[value=chosen]"))
    work()
    batch = DocumentBatch.objects.get()
    sheet = reverse("batch_detail", args=[batch.pk])
    desk.page.locator("a[data-dialog=approve]").click()  # the page has asked again by itself
    desk.page.locator("#approve [data-close]").click()
    desk.press(desk.page.locator("tbody tr:nth-child(2) a[href$='/edit/']"))
    desk.fill(facts=f"你局承办的{NO_GLYPH}某案逾期。")
    desk.press(desk.page.locator("main button.btn-primary"))
    assert "字库" in desk.message() or "字体" in desk.message()
    desk.press(desk.page.locator("tbody tr:nth-child(3) a[href$='/exclude/']"))
    desk.fill(reason=REASON)
    desk.press(desk.page.locator("main button.btn-danger"))
    item = batch.items.get(position=2)
    addresses = ["/batches/", "/batches/new/", "/batches/new/drafts/", sheet]
    addresses += [reverse(name, args=[item.pk]) for name in ("batch_item_edit", "batch_item_exclude")]
    assert complaints_about(desk, addresses) == []
    desk.open(sheet)
    desk.page.locator("a[data-dialog=approve]").click()
    desk.press(desk.page.locator("#approve button.btn-primary"))
    work()
    desk.page.wait_for_selector("#letters tbody tr:nth-child(6) a[href*='file.pdf']")
    assert complaints_about(desk, [sheet, "/batches/"]) == []
    assert list(batch.items.order_by("position").values_list("state", flat=True)) == [
        "issued", "failed", "excluded", "issued", "issued", "issued",
    ]  # fmt: skip
    desk.leave()


def test_a_batch_is_approved_on_a_phone_without_script(sit: Sit, overseer: User, deadlines: list[Deadline]) -> None:
    desk = sit(overseer, size=PHONE, java_script_enabled=False)
    desk.open("/batches/new/")
    desk.press(desk.page.locator("button[value=all]"))
    assert 'http-equiv="refresh"' in desk.page.content()
    work()
    batch = DocumentBatch.objects.get()
    desk.open(reverse("batch_detail", args=[batch.pk]))
    desk.page.locator("a[data-dialog=approve]").click()
    desk.press(desk.page.locator("#approve button.btn-primary"))
    work()
    desk.open(reverse("batch_detail", args=[batch.pk]))
    assert re.search(r"7 / 7", desk.message())
    assert batch.items.filter(state="issued").count() == 7
    desk.leave()
