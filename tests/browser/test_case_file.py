"""The file of a case in the browser: one click, watching it grow, taking it away."""

from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.services.jobs import run_due_jobs
from notices.models import CaseFile
from notices.services.case_file import build_leg
from tests.browser.acts import Sit
from tests.browser.desk import PHONE
from tests.browser.looking import complaints_about
from tests.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def run_jobs() -> None:
    while run_due_jobs(timezone.now()):
        pass


def test_one_click_and_the_page_follows_by_itself(sit: Sit, world: World, tmp_path: Path) -> None:
    case = world.case("嘉兴市蓝天童车有限公司")
    run_jobs()
    address = reverse("case_file", args=[case.pk])
    desk = sit(world.cast.lead)
    assert complaints_about(desk, [address]) == []
    desk.open(reverse("case_detail", args=[case.pk]))
    desk.press(desk.page.locator(f"form[action='{address}'] button"))
    made = CaseFile.objects.get()
    build_leg(made.pk, papers=3)
    bar = desk.page.locator("progress[value='3']")
    bar.wait_for()
    assert bar.get_attribute("max") == str(made.total)
    assert complaints_about(desk, [address]) == []
    desk.open(address)
    run_jobs()
    link = desk.page.locator("a.btn-primary[href$='file.pdf']")
    link.wait_for()
    with desk.page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "file.pdf")
    made.refresh_from_db()
    assert (tmp_path / "file.pdf").stat().st_size == made.size
    assert complaints_about(desk, [address]) == []
    phone = sit(world.cast.unit_head, size=PHONE)
    phone.open(address)
    assert phone.page.locator("a.btn-primary[href$='file.pdf']").is_visible()
