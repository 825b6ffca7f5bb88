"""Reminder letters drafted by the sweep, and the seals documents are printed with."""

import io
from datetime import timedelta

import pytest
from PIL import Image

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, Deadline, User
from cases.packs.loader import load_deadline_rules
from cases.rules.errors import RuleError
from cases.services.deadlines import meet_deadline
from cases.services.jobs import run_due_jobs
from cases.services.sweep_deadlines import sweep
from notices.models import BodySeal, Document
from notices.packs import reminder_rules
from notices.services.draft_reminder import draft_reminder
from notices.services.issue_document import issue_document
from notices.services.upload_seal import upload_seal, use_demo_seal, withdraw_seal
from tests.factories import NOON, acting, make_user
from tests.notices.conftest import new_deadline


def test_every_rule_that_draws_a_reminder_exists() -> None:
    assert set(reminder_rules()) <= set(load_deadline_rules())


def test_an_overdue_step_draws_one_draft_letter_from_the_body_above(case: Case, county: Body, bodies) -> None:
    deadline = new_deadline(case, county)
    Deadline.objects.update(overdue_since=None, next_check_on=NOON.date())
    for day in range(3):
        sweep(now=NOON + timedelta(days=day))
        run_due_jobs(NOON + timedelta(days=day))
    document = Document.objects.get(kind="reminder_letter")
    assert (document.subject, document.state) == (f"deadline:{deadline.pk}", "draft")
    assert document.body == bodies["330400"]
    assert document.drafted_by is None


def test_the_draft_is_dropped_when_the_matter_is_settled(case: Case, county: Body, inspector: User) -> None:
    deadline = new_deadline(case, county)
    document = draft_reminder(deadline, acting(None))
    assert document is not None
    assert draft_reminder(deadline, acting(None)) == document
    meet_deadline(subject=deadline.subject, case=case, on=NOON.date(), acting=acting(inspector))
    document.refresh_from_db()
    assert (document.state, document.number) == ("voided", "")


def test_an_issued_letter_stays_when_the_matter_is_settled(case: Case, county: Body, bodies, inspector: User) -> None:
    deadline = new_deadline(case, county)
    document = draft_reminder(deadline, acting(None))
    assert document is not None
    head = make_user("city_head", "unit_head", bodies["330400"])
    issue_document(document=document, acting=acting(head))
    meet_deadline(subject=deadline.subject, case=case, on=NOON.date(), acting=acting(inspector))
    document.refresh_from_db()
    assert document.state == "issued"


def test_nobody_above_the_national_body_writes_letters(case: Case, bodies) -> None:
    assert draft_reminder(new_deadline(case, bodies["000000"]), acting(None)) is None


def png(width: int = 400, height: int = 400) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 0, 0, 80)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def admin(county: Body) -> User:
    return make_user("admin", "platform_admin", county)


def test_a_body_without_a_seal_prints_a_dashed_box(issued: Document) -> None:
    assert issued.issue.facts["seal"] == "dashed"


def test_the_uploaded_image_is_printed_and_frozen(draft: Document, unit_head: User, admin: User, county: Body) -> None:
    upload_seal(body=county, image=png(), acting=acting(admin))
    document = issue_document(document=draft, acting=acting(unit_head))
    assert document.issue.facts["seal"] == "image"
    assert document.issue.facts["seal_image"]
    withdraw_seal(body=county, acting=acting(admin))
    run_due_jobs(NOON)
    assert Document.objects.get(pk=document.pk).file.size > 0


def test_a_new_seal_replaces_the_old_one(county: Body, admin: User) -> None:
    upload_seal(body=county, image=png(), acting=acting(admin))
    use_demo_seal(body=county, acting=acting(admin))
    assert BodySeal.objects.get(withdrawn_at__isnull=True).is_demo
    assert BodySeal.objects.count() == 2
    assert AuditEvent.objects.filter(action="seal.uploaded").count() == 2


@pytest.mark.parametrize(
    "image",
    [b"", b"GIF89a" + b"0" * 100, png(50, 50), png()[:150], b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_001, png(3000, 300)],
    ids=["empty", "gif", "small", "cut", "large", "wide"],
)
def test_what_is_no_proper_png_is_refused(county: Body, admin: User, image: bytes) -> None:
    with pytest.raises(RuleError) as refused:
        upload_seal(body=county, image=image, acting=acting(admin))
    assert refused.value.code == "bad_seal_image"
    assert not BodySeal.objects.exists()


def test_only_who_manages_the_body_manages_its_seal(county: Body, unit_head: User) -> None:
    with pytest.raises(Blocked):
        upload_seal(body=county, image=png(), acting=acting(unit_head))
