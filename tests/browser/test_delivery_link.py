"""A letter by link: the officer sends it, and the party fetches and confirms it in a browser without signing in."""

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.acting import Acting, legal_date
from cases.models import OutboxMessage
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import Document
from notices.rules.confirmation import ConfirmedAddress
from notices.services.confirm_address import confirm_address
from tests.browser.desk import PHONE, Desk
from tests.browser.world import World
from workflow.demo.story import Cast

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_letter_is_sent_fetched_and_confirmed(world: World, cast: Cast, sit: Callable[..., Desk]) -> None:
    case = world.case("嘉兴市蓝天童车有限公司", until="serve_interview")
    letter = Document.objects.get(case=case, kind="interview_notice")
    run_due_jobs(timezone.now())
    acting = Acting(cast.lead, timezone.now())
    upload = SimpleUploadedFile("送达地址确认书.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    scan = attach_file(case=case, upload=upload, purpose="service", acting=acting)
    agreed = ConfirmedAddress("联创路18号", acting.today, "沈国良", electronic_consent=True, email="a@example.cn")
    confirm_address(case=case, facts=agreed, scan=scan, acting=acting)

    officer = sit(cast.lead)
    officer.open("/documents/unserved/")
    officer.press(officer.page.locator(f"a[href='/documents/{letter.pk}/serve/']:visible"))
    officer.press(officer.page.locator("form[action$='/deliver/'] button"))
    assert "a@example.cn" in officer.message()
    officer.leave()

    address = re.search(r"/d/[\w-]+/", OutboxMessage.objects.get().body)
    assert address is not None
    party = sit(size=PHONE)
    party.open(address[0])
    letter.refresh_from_db()
    assert letter.served_on is None
    with party.page.expect_download() as download:
        party.page.locator("button[value=fetch]").click()
    assert download.value.suggested_filename.endswith(".pdf")
    letter.refresh_from_db()
    assert letter.served_on == legal_date(timezone.now())
    party.fill(name="陆敏")
    party.press(party.page.locator("button[value=confirm]"))
    assert "陆敏" in party.message()
    party.leave()
