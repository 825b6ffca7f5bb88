"""The public page by its code: every state, every copy, every forgery, and nothing that stays in the house."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import Body, ListEntry, User
from cases.services.jobs import run_due_jobs
from notices.models import Document, IssuedFile, ListEdition, Signature
from notices.pdf.signing.sign import sign_pdf
from notices.pdf.signing.signers import FileSigner
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.publish_list import WhichList, publish_list
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_enterprise, make_user
from tests.notices_pdf.keys import PASSWORD, identity
from tests.notices_pdf.measure import pages, text_of

pytestmark = pytest.mark.django_db
REASON = "约谈时间填写有误，需要重新通知"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cache.clear()


@pytest.fixture
def signed(settings: Any, tmp_path: Path, issued: Document) -> Document:
    settings.SIGNER = "file"
    settings.SIGNER_KEY_FILE = str(identity().p12(tmp_path / "key.p12"))
    settings.SIGNER_KEY_PASSWORD = PASSWORD
    run_due_jobs(NOON)
    run_due_jobs(NOON)
    return Document.objects.select_related("issue", "file", "signature").get(pk=issued.pk)


@pytest.fixture
def printed(issued: Document) -> Document:
    run_due_jobs(NOON)
    return issued


def ask(client: Client, document: Document, data: bytes | None = None, name: str = "a.pdf") -> Any:
    url = reverse("verify", args=[document.issue.verify_code])
    return client.get(url) if data is None else client.post(url, {"file": SimpleUploadedFile(name, data)})


def signed_by(data: bytes, key: Any, folder: Path) -> bytes:
    signer = FileSigner(key.p12(folder / "other.p12"), PASSWORD)
    return sign_pdf(data, signer, reason="约谈通知书", organ="嘉兴市南湖区市场监督管理局")


# --- states ---


def test_a_document_that_is_not_printed_yet_says_so(issued: Document, client: Client) -> None:
    answer = ask(client, issued)
    assert (answer.context["answer"].state, answer.context["answer"].printed) == ("in_force", False)
    assert "PDF尚未生成" in answer.content.decode()
    run_due_jobs(NOON)
    assert ask(client, issued).context["answer"].printed


def test_a_corrected_document_is_named_by_the_old_ones_page_but_not_led_to(
    signed: Document, unit_head: User, inspector: User, client: Client
) -> None:
    void_document(document=signed, reason=REASON, acting=acting(unit_head))
    draft = draft_document(case=signed.case, kind=signed.kind, subject=signed.subject, acting=acting(inspector))
    assert ask(client, signed).context["answer"].replaced_by == ""  # a draft is nothing that stands in its place
    again = issue_document(document=draft, acting=acting(unit_head))
    answer = ask(client, signed)
    assert (answer.context["answer"].state, answer.context["answer"].replaced_by) == ("voided", again.number)
    page = answer.content.decode()
    assert again.number in page
    assert again.issue.verify_code not in page
    assert ask(client, again).context["answer"].state == "in_force"


def test_the_last_of_several_corrections_is_named(
    issued: Document, unit_head: User, inspector: User, client: Client
) -> None:
    last = issued
    for _ in range(2):
        void_document(document=last, reason=REASON, acting=acting(unit_head))
        draft = draft_document(case=issued.case, kind=issued.kind, subject=issued.subject, acting=acting(inspector))
        last = issue_document(document=draft, acting=acting(unit_head))
    assert ask(client, issued).context["answer"].replaced_by == last.number


# --- copies and signatures ---


def test_both_the_printed_and_the_signed_bytes_are_known_again(signed: Document, client: Client) -> None:
    copy = ask(client, signed, Signature.objects.get().file.read())
    assert copy.context["checked"].same == "signed"
    assert copy.context["checked"].known
    page = copy.content.decode()
    assert "与签发的签名文书一致" in page
    assert "电子签名有效，覆盖整个文件" in page
    assert "嘉南市市场监督管理局" in page
    printed = ask(client, signed, IssuedFile.objects.get().file.read())
    assert (printed.context["checked"].same, printed.context["checked"].report) == ("printed", None)
    assert "未加盖电子签名" in printed.content.decode()


def test_a_changed_copy_fails_both_ways(signed: Document, client: Client) -> None:
    data = bytearray(Signature.objects.get().file.read())
    data[len(data) // 2] ^= 1
    answer = ask(client, signed, bytes(data))
    assert answer.context["checked"].same == ""
    assert not answer.context["checked"].report.intact
    page = answer.content.decode()
    assert "该文件不是签发的文件" in page
    assert "电子签名无效" in page


def test_a_copy_to_which_something_was_added_is_told(signed: Document, client: Client) -> None:
    answer = ask(client, signed, Signature.objects.get().file.read() + b"\n1 0 obj\n<<>>\nendobj\n%%EOF\n")
    assert (answer.context["checked"].report.intact, answer.context["checked"].report.whole) == (True, False)
    assert "签名后又添加了内容" in answer.content.decode()


def test_a_forgery_signed_by_somebody_else_under_the_same_name_fails(
    signed: Document, client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    forged = signed_by(IssuedFile.objects.get().file.read(), identity(root="另一个根"), tmp_path)
    answer = ask(client, signed, forged)
    assert (answer.context["checked"].same, answer.context["checked"].known) == ("", False)
    page = answer.content.decode()
    assert "该文件不是签发的文件" in page
    assert "任何人都可以用任何名称自制证书" in page
    assert "电子签名有效" not in page
    assert caplog.text == ""  # what a stranger's certificate says is not written down


def test_another_document_signed_here_is_not_this_one(
    signed: Document, order_document: Document, client: Client
) -> None:
    run_due_jobs(NOON)
    run_due_jobs(NOON)
    other = Signature.objects.get(document=order_document).file.read()
    answer = ask(client, signed, other)
    assert (answer.context["checked"].same, answer.context["checked"].known) == ("", True)
    assert "该文件不是签发的文件" in answer.content.decode()


def test_a_trusted_root_is_known_without_having_signed_here(
    issued: Document, client: Client, settings: Any, tmp_path: Path
) -> None:
    run_due_jobs(NOON)
    late = identity(expired=True)
    copy = signed_by(IssuedFile.objects.get().file.read(), late, tmp_path)
    assert not ask(client, issued, copy).context["checked"].known
    settings.SIGNER_TRUST = str(late.root_pem(tmp_path / "root.pem"))
    assert ask(client, issued, copy).context["checked"].known
    settings.SIGNER_TRUST = str(tmp_path / "missing.pem")
    assert not ask(client, issued, copy).context["checked"].known


def test_a_certificate_that_has_run_out_is_told(issued: Document, client: Client, tmp_path: Path) -> None:
    run_due_jobs(NOON)
    copy = signed_by(IssuedFile.objects.get().file.read(), identity(expired=True), tmp_path)
    assert "当前不在有效期内" in ask(client, issued, copy).content.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"GIF89a not a pdf", "不是PDF"),
        (b"<script>alert(1)</script>", "不是PDF"),
        (b"%PDF-1.7", "不是签发的文件"),
        (b"%PDF-1.7 /ByteRange [0 5 6 7] <30", "电子签名无效"),
        (b"%PDF-1.7 /ByteRange [0 99999999 99999999 1]", "电子签名无效"),
    ],
)
def test_whatever_is_uploaded_is_answered_plainly(printed: Document, client: Client, data: bytes, said: str) -> None:
    answer = ask(client, printed, data)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()


def test_a_cut_off_copy_is_answered_plainly(signed: Document, client: Client) -> None:
    data = Signature.objects.get().file.read()
    for length in (9, len(data) // 2, len(data) - 1):
        answer = ask(client, signed, data[:length])
        assert answer.status_code == 200
        assert answer.context["checked"].same == ""
        assert "电子签名有效" not in answer.content.decode()


def test_uploads_are_bounded_and_none_is_kept(printed: Document, client: Client, settings: Any, media: Path) -> None:
    before = sorted(path for path in media.rglob("*") if path.is_file())
    settings.UPLOAD_MAX_MB = 1
    large = ask(client, printed, b"%PDF-" + bytes(1024 * 1024))
    assert large.status_code == 422
    assert "文件超过1 MB" in large.content.decode()
    empty = ask(client, printed, b"")
    assert empty.status_code == 422
    nothing = client.post(reverse("verify", args=[printed.issue.verify_code]))
    assert nothing.status_code == 422
    assert nothing.context["compare"].errors["file"]
    ask(client, printed, b"%PDF-1.7 somebody's private file")
    assert sorted(path for path in media.rglob("*") if path.is_file()) == before


# --- lists ---


@pytest.fixture
def edition(county: Body) -> Any:
    """`edition(list, internal)` publishes another version, each with one unit more."""
    lead = make_user("名单", "grassroots_lead", county)
    names = iter("甲乙丙丁")

    def publish(listed: str = "supervision", *, internal: bool = True) -> ListEdition:
        of_38 = {"kind": "production", "level": "key"} if listed == "supervision" else {}
        unit = make_enterprise(name=f"嘉兴{next(names)}厂", territorial_body=county)
        ListEntry.objects.create(
            enterprise=unit, body=county, year=2026, register=listed, entered_on=date(2026, 3, 2),
            pack="samr-2023-38@1", reason="发现较大质量安全风险", grounds=[], **of_38,
        )  # fmt: skip
        which = WhichList(listed, 2026, *of_38.values())
        published = publish_list(body=county, which=which, internal=internal, acting=acting(lead))
        run_due_jobs(NOON)
        return published

    return publish


def page_of(client: Client, edition: ListEdition, data: bytes | None = None) -> Any:
    url = reverse("verify", args=[edition.verify_code])
    return client.get(url) if data is None else client.post(url, {"file": SimpleUploadedFile("a.pdf", data)})


def test_of_an_internal_list_nothing_is_told_but_that_it_is_genuine(edition: Any, client: Client, county: Body) -> None:
    first = edition()
    second = edition()
    answer = page_of(client, first)
    told = {name: value for name, value in asdict(answer.context["answer"]).items() if value}
    assert told == {
        "kind": "名单", "issuer": county.name, "issued_on": date(2026, 11, 18), "state": "genuine", "version": 1,
        "printed": True,
    }  # fmt: skip
    page = answer.content.decode()
    for kept_back in (first.number, second.number, "重点监管", "生产单位", "嘉兴甲厂", second.verify_code, "2026年度"):
        assert kept_back not in page
    assert "该名单真实" in page


def test_of_a_public_list_number_and_successor_are_told(edition: Any, client: Client) -> None:
    first = edition("blacklist", internal=False)
    assert page_of(client, first).context["answer"].state == "in_force"
    second = edition("blacklist", internal=False)
    answer = page_of(client, first)
    assert (answer.context["answer"].state, answer.context["answer"].number) == ("superseded", first.number)
    assert reverse("verify", args=[second.verify_code]) in answer.content.decode()
    assert second.number in answer.content.decode()
    assert "嘉兴甲厂" not in answer.content.decode()
    third = edition("blacklist", internal=True)
    answer = page_of(client, first)
    assert (answer.context["answer"].state, answer.context["answer"].replaced_by) == ("superseded", "")
    assert third.number not in answer.content.decode()


def test_a_list_bears_its_code_and_is_compared(edition: Any, client: Client) -> None:
    published = edition()
    data = ListEdition.objects.select_related("file").get(pk=published.pk).file.file.read()
    assert published.facts["verify_url"].endswith(reverse("verify", args=[published.verify_code]))
    assert "扫码核验" in text_of(pages(data)[0])
    assert page_of(client, published, data).context["checked"].same == "printed"
    assert page_of(client, published, data + b" ").context["checked"].same == ""
