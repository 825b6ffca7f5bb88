"""Signing what was issued: once, after printing, with a key that leaves no trace; and without a signer not at all."""

import hashlib
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from cases.models import Body, Case, Job, ListEntry, User
from cases.services.jobs import cancel_job, run_due_jobs
from notices.models import Document, EditionSignature, IssuedFile, ListEdition, Signature
from notices.pdf.signing.check import check_signature
from notices.selectors.copies import awaiting_signature, copy_in_force, edition_in_force
from notices.selectors.verification import verified
from notices.services.archive_case import NotPrintedYet, archive_manifest
from notices.services.check_copy import check_copy
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.publish_list import WhichList, publish_list
from notices.services.render_document import render_document
from notices.services.sign_document import SIGN_JOB, sign_document, sign_edition
from tests.factories import NOON, acting, make_enterprise, make_user
from tests.notices.conftest import new_interview
from tests.notices_pdf.keys import PASSWORD, identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def signing(settings: Any, tmp_path: Path) -> Any:
    """A file key, set up in the environment."""
    settings.SIGNER = "file"
    settings.SIGNER_KEY_FILE = str(identity().p12(tmp_path / "key.p12"))
    settings.SIGNER_KEY_PASSWORD = PASSWORD
    return settings


def reread(document: Document) -> Document:
    return Document.objects.select_related("issue", "file", "signature", "body").get(pk=document.pk)


def work() -> list[str]:
    """Run what is due, and what becomes due by that, until nothing is."""
    outcomes: list[str] = []
    while done := run_due_jobs(NOON):
        outcomes += done.values()
    return outcomes


def test_an_issued_document_is_printed_then_signed(signing: Any, issued: Document) -> None:
    assert work() == ["done", "done"]
    document = reread(issued)
    signature = document.signature
    assert signature.unsigned_sha256 == document.file.sha256
    assert signature.sha256 == hashlib.sha256(signature.file.read()).hexdigest() != document.file.sha256
    assert signature.size > document.file.size
    assert "嘉南市市场监督管理局" in signature.subject
    assert signature.serial == f"{identity().certificate.serial_number:x}"
    assert signature.algorithm == "sha256_rsa"
    assert copy_in_force(document) == signature
    assert str(signature) == signature.sha256


def test_a_published_list_is_signed_like_a_document(signing: Any, county: Body) -> None:
    lead = make_user("lead", "grassroots_lead", county)
    unit = make_enterprise(territorial_body=county)
    ListEntry.objects.create(
        enterprise=unit, body=county, year=2026, register="supervision", kind="production", level="key",
        entered_on=NOON.date(), pack="samr-2023-38@1", reason="发现较大质量安全风险", grounds=[],
    )  # fmt: skip
    published = publish_list(
        body=county, which=WhichList("supervision", 2026, "production", "key"), acting=acting(lead)
    )
    assert edition_in_force(published) is None
    page = reverse("edition_pdf", args=[published.pk])
    client = Client()
    client.force_login(lead)
    run_due_jobs(NOON)
    waiting = ListEdition.objects.get(pk=published.pk)
    assert hasattr(waiting, "file")
    assert edition_in_force(waiting) is None  # nobody is given an unsigned copy meanwhile
    assert client.get(page).status_code == 302
    assert work() == ["done"]
    signed = ListEdition.objects.get(pk=published.pk).signature
    assert signed.unsigned_sha256 == waiting.file.sha256 != signed.sha256
    given = client.get(page).content
    assert hashlib.sha256(given).hexdigest() == signed.sha256
    report = check_signature(given)
    assert report is not None
    assert report.intact
    assert report.whole
    found = verified(published.verify_code or "")
    assert found is not None
    checked = check_copy(given, found, at=NOON)
    assert (checked.same, checked.known) == ("signed", True)
    assert "嘉南市市场监督管理局" in client.get(reverse("edition", args=[published.pk])).content.decode()
    assert sign_edition({"edition": published.pk}) == {}
    with pytest.raises(DatabaseError), transaction.atomic():
        EditionSignature.objects.update(sha256="0" * 64)


def test_printing_again_gives_the_same_bytes_and_no_second_signature(signing: Any, issued: Document) -> None:
    work()
    again = render_document({"document": issued.pk})
    assert again is not None
    assert again["sha256"] == IssuedFile.objects.get().sha256
    render_document.done({"document": issued.pk}, again, NOON)
    assert work() == []
    assert Job.objects.filter(kind=SIGN_JOB).count() == 1


def test_without_a_signer_the_document_stays_unsigned_and_the_page_says_so(
    issued: Document, unit_head: User, client: Client
) -> None:
    assert work() == ["done"]
    document = reread(issued)
    assert copy_in_force(document) == document.file
    assert not Job.objects.filter(kind=SIGN_JOB).exists()
    client.force_login(unit_head)
    page = client.get(reverse("document_detail", args=[issued.pk])).content.decode()
    assert "未加盖电子签名" in page


def test_a_worker_that_dies_between_signing_and_keeping_leaves_one_signed_file_in_force(
    signing: Any, issued: Document
) -> None:
    run_due_jobs(NOON)
    first = sign_document({"document": issued.pk})  # it signs and stores, and dies before anything is kept
    assert first is not None
    assert not Signature.objects.exists()
    assert work() == ["done"]
    kept = Signature.objects.get()
    assert kept.sha256 != first["sha256"]
    sign_document.done({"document": issued.pk}, first, NOON)  # the dead one comes back after all
    assert Signature.objects.get() == kept
    assert Signature.objects.get().sha256 == kept.sha256


def test_a_signed_document_is_never_signed_again(signing: Any, issued: Document, monkeypatch: Any) -> None:
    work()
    monkeypatch.setattr("notices.pdf.signing.sign.sign_pdf", lambda *args, **kwargs: pytest.fail("signed again"))
    assert sign_document({"document": issued.pk}) == {}
    sign_document.done({"document": issued.pk}, {}, NOON)
    assert Signature.objects.count() == 1


def test_nobody_gets_an_unsigned_copy_while_the_signature_is_awaited(
    signing: Any, issued: Document, unit_head: User, client: Client
) -> None:
    run_due_jobs(NOON)
    document = reread(issued)
    assert awaiting_signature([document.pk]) == {document.pk}
    assert copy_in_force(document) is None
    client.force_login(unit_head)
    assert client.get(reverse("document_file", args=[document.pk])).status_code == 404
    assert "等待电子签名" in client.get(reverse("document_detail", args=[document.pk])).content.decode()
    with pytest.raises(NotPrintedYet):
        archive_manifest(case_id=document.case_id)


def test_the_download_and_the_archive_give_the_signed_copy(
    signing: Any, issued: Document, unit_head: User, client: Client
) -> None:
    work()
    document = reread(issued)
    client.force_login(unit_head)
    response = client.get(reverse("document_file", args=[document.pk]))
    assert hashlib.sha256(response.content).hexdigest() == document.signature.sha256
    page = client.get(reverse("document_detail", args=[document.pk])).content.decode()
    for shown in (document.signature.serial, document.signature.sha256[:32], document.file.sha256[:32]):
        assert shown in page
    (entry,) = archive_manifest(case_id=document.case_id)["documents"]
    assert (entry["sha256"], entry["unsigned_sha256"]) == (document.signature.sha256, document.file.sha256)


def test_a_signed_file_that_changed_on_disk_is_not_handed_out(
    signing: Any, issued: Document, unit_head: User, client: Client
) -> None:
    work()
    Path(Signature.objects.get().file.path).write_bytes(b"%PDF-1.7 forged")
    client.force_login(unit_head)
    assert client.get(reverse("document_file", args=[issued.pk])).status_code == 500


def test_a_printed_file_that_changed_on_disk_is_not_signed(signing: Any, issued: Document) -> None:
    run_due_jobs(NOON)
    Path(IssuedFile.objects.get().file.path).write_bytes(b"%PDF-1.7 forged")
    assert work() == ["backoff"]
    assert not Signature.objects.exists()


def test_a_signer_that_fails_for_good_is_an_incident_and_can_be_given_up(
    signing: Any, issued: Document, unit_head: User
) -> None:
    signing.SIGNER_KEY_PASSWORD = "not-the-password"
    run_due_jobs(NOON)
    Job.objects.filter(kind=SIGN_JOB).update(max_attempts=1)
    assert work() == ["dead"]
    job = Job.objects.get(kind=SIGN_JOB)
    assert "SignerUnusable" in job.last_error
    assert "not-the-password" not in job.last_error
    assert copy_in_force(reread(issued)) is None
    cancel_job(job.pk, acting(unit_head), reason="印章密钥已停用，改发未签名文书")
    assert copy_in_force(reread(issued)) == reread(issued).file


def test_a_signature_that_does_not_check_is_not_kept(signing: Any, issued: Document, monkeypatch: Any) -> None:
    monkeypatch.setattr("notices.pdf.signing.sign.sign_pdf", lambda pdf, *args, **kwargs: pdf)
    run_due_jobs(NOON)
    assert work() == ["backoff"]
    assert not Signature.objects.exists()


def test_a_certificate_that_has_run_out_signs_nothing(signing: Any, issued: Document, tmp_path: Path) -> None:
    signing.SIGNER_KEY_FILE = str(identity(expired=True).p12(tmp_path / "late.p12"))
    run_due_jobs(NOON)
    assert work() == ["backoff"]
    assert Job.objects.get(kind=SIGN_JOB).last_error == "RuleError: The signer’s certificate is not in force today."
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("SIGNER", "seal"), ("SIGNER_KEY_FILE", ""), ("SIGNER_KEY_FILE", "/nowhere/key.p12")]
)
def test_a_signer_set_up_wrongly_signs_nothing(signing: Any, issued: Document, name: str, value: str) -> None:
    setattr(signing, name, value)
    run_due_jobs(NOON)
    assert work() == ["backoff"]
    assert not Signature.objects.exists()


def test_each_body_may_have_a_key_of_its_own(signing: Any, issued: Document, tmp_path: Path) -> None:
    identity(name="另一枚印章").p12(tmp_path / f"{issued.body.code}.p12")
    signing.SIGNER_KEY_FILE = str(tmp_path / "{body}.p12")
    work()
    assert "另一枚印章" in Signature.objects.get().subject


@pytest.mark.parametrize(
    "change",
    [
        lambda: Signature.objects.update(sha256="0" * 64),
        lambda: Signature.objects.update(subject="x"),
        lambda: Signature.objects.all().delete(),
    ],
    ids=["hash", "subject", "signature"],
)
def test_the_database_refuses_to_change_a_signature(signing: Any, issued: Document, change: Any) -> None:
    work()
    with pytest.raises(DatabaseError), transaction.atomic():
        change()


def test_the_key_and_its_password_are_nowhere_but_in_their_file(
    signing: Any, issued: Document, case: Case, inspector: User, unit_head: User, caplog: Any, tmp_path: Path
) -> None:
    """Not in any table, any log line, or any file of the store; neither when signing works nor when it fails."""
    caplog.set_level(logging.DEBUG)
    work()
    signing.SIGNER_KEY_FILE = str(identity().pem(tmp_path / "key.pem"))
    signing.SIGNER_KEY_PASSWORD = wrong = "another-password-9"
    subject = f"interview:{new_interview(case, attempt=2).pk}"
    second = draft_document(case=case, kind="interview_notice", subject=subject, acting=acting(inspector))
    issue_document(document=second, acting=acting(unit_head))
    work()
    assert Job.objects.get(key=f"sign:{second.pk}").last_error
    numbers = identity().key.private_numbers()
    secrets = [PASSWORD, wrong, "PRIVATE KEY", *(f"{number:x}" for number in (numbers.p, numbers.q, numbers.d))]
    secrets += [str(number) for number in (numbers.p, numbers.q, numbers.d)]
    written = caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            written += str(cursor.fetchall())
    raw = [number.to_bytes(128, "big") for number in (numbers.p, numbers.q)]
    stored = b"".join(path.read_bytes() for path in Path(default_storage.location).rglob("*") if path.is_file())
    assert not [secret for secret in secrets if secret in written]
    assert not [secret for secret in raw if secret in stored or secret.hex() in written]
    assert PASSWORD.encode() not in stored


def test_the_stored_copy_checks(signing: Any, issued: Document) -> None:
    work()
    report = check_signature(Signature.objects.get().file.read())
    assert report is not None
    assert (report.intact, report.whole) == (True, True)
