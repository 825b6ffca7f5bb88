"""Signatures in PDFs: three ways to sign, what survives it, and what a changed or forged file is told."""

import base64
import http.server
import io
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers as hanko
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from notices.pdf.signing.check import Report, check_signature, is_pdf
from notices.pdf.signing.demo_key import demo_key
from notices.pdf.signing.remote import RemoteSigner, ServiceFailed
from notices.pdf.signing.seal_place import seal_place
from notices.pdf.signing.sign import FIELD, sign_pdf
from notices.pdf.signing.signers import FileSigner, Signer, SignerUnusable, TokenSigner, certificates_of
from tests.notices_pdf.keys import PASSWORD, Identity, identity
from tests.notices_pdf.measure import MM, rendered, seals, untyped
from tests.notices_pdf.samples import SAMPLES

SOFTHSM = next(iter(sorted(Path("/usr/lib").glob("**/libsofthsm2.so"))), None)


@pytest.fixture(scope="module")
def owner() -> Identity:
    return identity()


@pytest.fixture(scope="module")
def letter() -> bytes:
    """An interview notice with the demo's seal."""
    return rendered(replace(SAMPLES["interview_notice"](), seal="demo")).pdf


@pytest.fixture
def by_file(owner: Identity, tmp_path: Path) -> FileSigner:
    return FileSigner(owner.p12(tmp_path / "key.p12"), PASSWORD)


def signed(pdf: bytes, signer: Signer) -> bytes:
    return sign_pdf(pdf, signer, reason="约谈通知书 嘉南市监约〔2026〕1号", organ="嘉南市市场监督管理局")


def judged(pdf: bytes, owner: Identity) -> Report:
    roots = [x509.Certificate.load(owner.root.public_bytes(Encoding.DER))]
    report = check_signature(pdf, roots)
    assert report is not None
    return report


# --- what signing leaves as it was ---


def test_the_printed_bytes_stay_as_they_are_and_the_signature_follows_them(letter: bytes, by_file: FileSigner) -> None:
    copy = signed(letter, by_file)
    assert copy.startswith(letter)
    assert len(copy) > len(letter)


def test_pyhankos_own_validation_finds_nothing_wrong(letter: bytes, by_file: FileSigner, owner: Identity) -> None:
    (signature,) = PdfFileReader(io.BytesIO(signed(letter, by_file))).embedded_signatures
    roots = [x509.Certificate.load(owner.root.public_bytes(Encoding.DER))]
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=roots, allow_fetching=False))
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.docmdp_ok
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_another_programs_validation_agrees(letter: bytes, by_file: FileSigner, tmp_path: Path) -> None:
    if (pdfsig := shutil.which("pdfsig")) is None:
        pytest.skip("needs Debian's poppler-utils")
    (tmp_path / "signed.pdf").write_bytes(signed(letter, by_file))
    command = [pdfsig, "-nocert", str(tmp_path / "signed.pdf")]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_tags_language_metadata_and_attachment_survive(kind: str, by_file: FileSigner) -> None:
    printed = rendered(SAMPLES[kind]()).pdf
    before, after = (PdfReader(io.BytesIO(pdf)) for pdf in (printed, signed(printed, by_file)))
    for key in ("/StructTreeRoot", "/MarkInfo", "/Lang", "/OutputIntents", "/Names", "/AF", "/Metadata"):
        assert (key in before.root_object) == (key in after.root_object), key
    assert after.root_object["/Lang"] == "zh-CN"
    assert after.root_object["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf's own boolean
    assert (
        after.root_object["/Metadata"].get_object().get_data()
        == before.root_object["/Metadata"].get_object().get_data()
    )
    assert after.metadata == before.metadata
    assert after.attachments == before.attachments
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]


def test_the_fields_annotation_is_what_pdf_a_allows(letter: bytes, by_file: FileSigner) -> None:
    """ISO 19005-3, 6.3: printed, neither hidden nor invisible, with an appearance and no action."""
    reader = PdfReader(io.BytesIO(signed(letter, by_file)))
    (widget,) = [
        each.get_object()
        for page in reader.pages
        for each in page.get("/Annots", [])
        if each.get_object().get("/FT") == "/Sig"
    ]
    hidden, invisible, printed, no_view = 2, 1, 4, 32
    assert widget["/F"] & printed
    assert not widget["/F"] & (hidden | invisible | no_view)
    assert list(widget["/AP"]) == ["/N"]
    assert widget["/AP"]["/N"]["/Subtype"] == "/Form"
    assert "/A" not in widget
    assert "/AA" not in widget
    assert "/NeedAppearances" not in reader.root_object["/AcroForm"]


# --- the field lies over the seal ---


@pytest.mark.parametrize("kind", ["interview_notice", "reminder_letter", "return_visit_record"])
def test_the_field_lies_over_the_printed_seal(kind: str, by_file: FileSigner) -> None:
    document = untyped(pymupdf).open(stream=signed(rendered(replace(SAMPLES[kind](), seal="demo")).pdf, by_file))
    found = [(page, field.rect) for page in document for field in page.widgets() if field.field_name == FIELD]
    ((page, rect),) = found
    (seal,) = (image["bbox"] for image in seals(page))
    for edge in range(4):
        assert abs(rect[edge] - seal[edge]) * MM < 0.1
    wide = 30 if kind == "return_visit_record" else 42
    assert rect.width * MM == pytest.approx(wide, abs=0.2)


def test_the_page_looks_the_same_signed(letter: bytes, by_file: FileSigner) -> None:
    def pictures(pdf: bytes) -> list[bytes]:
        return [page.get_pixmap(dpi=60).samples for page in untyped(pymupdf).open(stream=pdf)]

    assert pictures(signed(letter, by_file)) == pictures(letter)


@pytest.mark.parametrize("seal", ["none", "dashed"])
def test_without_a_printed_seal_the_signature_has_no_place_on_the_page(
    seal: str, by_file: FileSigner, owner: Identity
) -> None:
    printed = rendered(replace(SAMPLES["interview_notice"](), seal=seal)).pdf
    assert seal_place(printed) is None
    assert judged(signed(printed, by_file), owner).intact


# --- the signers ---


def test_a_file_key_signs_and_the_check_tells_by_whom(letter: bytes, by_file: FileSigner, owner: Identity) -> None:
    report = judged(signed(letter, by_file), owner)
    assert (report.intact, report.whole, report.trusted) == (True, True, True)
    assert report.certificate is not None
    assert "嘉南市市场监督管理局" in report.certificate.subject
    assert report.certificate.serial == f"{owner.certificate.serial_number:x}"
    assert report.certificate.sha256 == owner.certificate.fingerprint(hashes.SHA256()).hex()
    assert report.algorithm == "sha256_rsa"
    assert report.signed_at is not None
    assert abs((report.signed_at - datetime.now(UTC)).total_seconds()) < 120


def test_a_pem_key_signs_too(letter: bytes, owner: Identity, tmp_path: Path) -> None:
    assert judged(signed(letter, FileSigner(owner.pem(tmp_path / "key.pem"), PASSWORD)), owner).trusted


@pytest.mark.parametrize("name", ["key.p12", "key.pem"])
def test_a_wrong_password_says_so_without_repeating_it(
    letter: bytes, owner: Identity, tmp_path: Path, name: str
) -> None:
    path = owner.p12(tmp_path / name) if name.endswith("p12") else owner.pem(tmp_path / name)
    signer = FileSigner(path, "another-secret")
    with pytest.raises(SignerUnusable) as refused:
        signed(letter, signer)
    assert "another-secret" not in str(refused.value) + repr(signer)


@pytest.mark.parametrize("content", [None, b"", b"no key", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_that_holds_no_key_says_so(letter: bytes, tmp_path: Path, content: bytes | None) -> None:
    for name in ("key.p12", "key.pem"):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        with pytest.raises(SignerUnusable):
            signed(letter, FileSigner(tmp_path / name, PASSWORD))


def test_the_demos_key_is_made_once_and_says_what_it_is(letter: bytes, tmp_path: Path) -> None:
    key, root = demo_key(tmp_path / "var" / "demo-signer")
    kept = key.read_bytes()
    assert key.stat().st_mode & 0o077 == 0
    assert demo_key(tmp_path / "var" / "demo-signer")[0].read_bytes() == kept
    assert sorted(path.name for path in (tmp_path / "var").rglob("*") if path.is_file()) == ["root.pem", "signer.pem"]
    report = check_signature(signed(letter, FileSigner(key)), certificates_of(root))
    assert report is not None
    assert report.trusted
    assert report.certificate is not None
    assert "演示" in report.certificate.subject
    assert "演示" in report.certificate.issuer


@pytest.fixture
def token(owner: Identity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TokenSigner:
    """A SoftHSM token with the owner's key and certificate."""
    if SOFTHSM is None or shutil.which("softhsm2-util") is None:
        pytest.skip("needs Debian's softhsm2")
    import pkcs11
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.util.x509 import decode_x509_certificate

    (tmp_path / "tokens").mkdir()
    (tmp_path / "softhsm2.conf").write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(tmp_path / "softhsm2.conf"))
    private = tmp_path / "key.pem"
    private.write_bytes(owner.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    command = ["softhsm2-util", "--init-token", "--free", "--label", "seals", "--pin", "4711", "--so-pin", "0815"]
    subprocess.run(command, check=True, capture_output=True, env=os.environ)
    command = ["softhsm2-util", "--import", str(private), "--token", "seals", "--label", "330402", "--id", "a1"]
    subprocess.run([*command, "--pin", "4711"], check=True, capture_output=True, env=os.environ)
    library = pkcs11.lib(str(SOFTHSM))
    library.reinitialize()
    with library.get_token(token_label="seals").open(user_pin="4711", rw=True) as session:
        stated = decode_x509_certificate(owner.certificate.public_bytes(Encoding.DER))
        stated |= {Attribute.TOKEN: True, Attribute.LABEL: "330402", Attribute.ID: b"\xa1"}
        assert stated[Attribute.CLASS] == ObjectClass.CERTIFICATE
        session.create_object(stated)
    return TokenSigner(library=str(SOFTHSM), token="seals", label="330402", pin="4711")


def test_a_token_signs_and_keeps_its_key(letter: bytes, token: TokenSigner, owner: Identity) -> None:
    assert judged(signed(letter, token), owner).trusted
    assert "4711" not in repr(token)
    with pytest.raises(SignerUnusable):
        signed(letter, replace(token, token="another"))


def test_a_wrong_pin_is_tried_once_and_locks_no_token(
    letter: bytes, token: TokenSigner, owner: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(token, pin="0000")
    with pytest.raises(SignerUnusable, match="refuses the PIN") as refused:
        signed(letter, wrong)
    assert "0000" not in str(refused.value)
    with monkeypatch.context() as patched:
        patched.setattr("pyhanko.sign.pkcs11.open_pkcs11_session", lambda *args, **kwargs: pytest.fail("tried again"))
        with pytest.raises(SignerUnusable, match="start anew"):
            signed(letter, replace(wrong))
    assert judged(signed(letter, token), owner).trusted


def test_a_token_whose_module_is_missing_says_so(letter: bytes) -> None:
    with pytest.raises(SignerUnusable):
        signed(letter, TokenSigner(library="/nowhere/pkcs11.so", token="seals", label="330402", pin="4711"))


# --- the remote e-seal service ---


@pytest.fixture
def service() -> Iterator[Callable[[Callable[[dict[str, Any]], Any]], tuple[str, list[dict[str, Any]]]]]:
    """`service(answer)` starts a service on this machine; gives its address and what it was asked."""
    servers: list[http.server.HTTPServer] = []

    def start(answer: Callable[[dict[str, Any]], Any]) -> tuple[str, list[dict[str, Any]]]:
        asked: list[dict[str, Any]] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append({**body, "authorization": self.headers.get("Authorization", "")})
                said = answer(body)
                status, data = said if isinstance(said, tuple) else (200, json.dumps(said).encode())
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/sign", asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def bare(owner: Identity) -> Callable[[dict[str, Any]], dict[str, str]]:
    """Signs the digest it is given and knows nothing else of the document."""

    def answer(asked: dict[str, Any]) -> dict[str, str]:
        digest = base64.b64decode(asked["digest"])
        made = owner.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        return {"signature": base64.b64encode(made).decode()}

    return answer


def whole_cms(owner: Identity, tmp_path: Path) -> Callable[[dict[str, Any]], dict[str, str]]:
    """Makes the whole CMS signature with its own certificate."""
    own = hanko.SimpleSigner.load_pkcs12(str(owner.p12(tmp_path / "service.p12")), passphrase=PASSWORD.encode())
    assert own is not None

    def answer(asked: dict[str, Any]) -> dict[str, str]:
        import asyncio

        made: cms.ContentInfo = asyncio.run(own.async_sign(base64.b64decode(asked["digest"]), "sha256", use_pades=True))
        return {"signature": base64.b64encode(made.dump()).decode()}

    return answer


def test_a_service_that_signs_a_hash_signs_the_document(
    letter: bytes, service, owner: Identity, tmp_path: Path
) -> None:
    url, asked = service(bare(owner))
    chain = certificates_of(owner.certificate_pem(tmp_path / "chain.pem"))
    signer = RemoteSigner(url, "330402", "raw", secret="s3cret", certificates=chain)
    assert judged(signed(letter, signer), owner).trusted
    (question,) = asked
    assert (question["key"], question["answer"], question["digest_algorithm"]) == ("330402", "raw", "sha256")
    assert len(base64.b64decode(question["digest"])) == 32
    assert question["authorization"] == "Bearer s3cret"
    assert "s3cret" not in repr(signer)


def test_a_service_that_makes_the_cms_signature_needs_no_certificate_here(
    letter: bytes, service, owner: Identity, tmp_path: Path
) -> None:
    url, asked = service(whole_cms(owner, tmp_path))
    report = judged(signed(letter, RemoteSigner(url, "330402", "cms")), owner)
    assert (report.intact, report.whole, report.trusted) == (True, True, True)
    assert [question["answer"] for question in asked] == ["cms"]


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"signature": "?"},
        {"signature": base64.b64encode(b"nothing").decode()},
        [],
        (200, b"<html>"),
        (500, b""),
        (302, b""),
    ],
    ids=["empty", "no base64", "no cms", "list", "page", "error", "redirect"],
)
def test_a_service_that_answers_wrongly_is_told_apart(letter: bytes, service, answer: Any) -> None:
    url, _ = service(lambda asked: answer)
    with pytest.raises(ServiceFailed):
        signed(letter, RemoteSigner(url, "330402", "cms", secret="s3cret"))


def test_a_service_nobody_answers_for_fails_plainly(letter: bytes) -> None:
    with pytest.raises(ServiceFailed) as failed:
        signed(letter, RemoteSigner("http://127.0.0.1:9/", "330402", "cms", secret="s3cret"))
    assert "s3cret" not in str(failed.value)


@pytest.mark.parametrize("url", ["http://seals.example/", "ftp://127.0.0.1/", "file:///etc/passwd", ""])
def test_secrets_go_over_https_or_stay_on_this_machine(url: str) -> None:
    with pytest.raises(SignerUnusable):
        RemoteSigner(url, "330402", "cms")


def test_a_bare_signature_needs_the_certificate() -> None:
    with pytest.raises(SignerUnusable):
        RemoteSigner("https://seals.example/", "330402", "raw")


# --- forged and broken files ---


def test_a_byte_changed_anywhere_breaks_the_signature(letter: bytes, by_file: FileSigner, owner: Identity) -> None:
    copy = signed(letter, by_file)
    for at in (20, len(letter) // 2, len(letter) - 40, len(copy) - 8):
        forged = copy[:at] + bytes([copy[at] ^ 1]) + copy[at + 1 :]
        report = check_signature(forged)
        assert report is None or not report.intact, at


def test_what_is_added_afterwards_is_told(letter: bytes, by_file: FileSigner, owner: Identity) -> None:
    report = judged(signed(letter, by_file) + b"\n% more\n", owner)
    assert (report.intact, report.whole) == (True, False)


def test_somebody_elses_key_under_the_same_name_is_not_trusted(letter: bytes, owner: Identity, tmp_path: Path) -> None:
    forger = identity(root="另一个根")
    report = judged(signed(letter, FileSigner(forger.p12(tmp_path / "forger.p12"), PASSWORD)), owner)
    assert (report.intact, report.whole, report.trusted) == (True, True, False)


def test_a_root_of_the_same_name_is_another_root(letter: bytes, owner: Identity, tmp_path: Path) -> None:
    forger = identity(name="嘉南市市场监督管理局 ")  # its root bears the name of the true one
    assert not judged(signed(letter, FileSigner(forger.p12(tmp_path / "forger.p12"), PASSWORD)), owner).trusted


def test_a_certificate_that_has_run_out_is_told_as_such(letter: bytes, tmp_path: Path) -> None:
    late = identity(expired=True)
    report = judged(signed(letter, FileSigner(late.p12(tmp_path / "late.p12"), PASSWORD)), late)
    assert (report.intact, report.trusted) == (True, True)
    assert report.certificate is not None
    assert not report.certificate.in_force(datetime.now(UTC))


def test_the_signature_of_another_document_does_not_fit(letter: bytes, by_file: FileSigner, owner: Identity) -> None:
    other = signed(rendered(replace(SAMPLES["reminder_letter"](), seal="demo")).pdf, by_file)
    copy = signed(letter, by_file)
    contents = [pdf[pdf.rindex(b"/Contents <") :].split(b">")[0] for pdf in (copy, other)]
    assert len(contents[0]) == len(contents[1])
    assert not judged(copy.replace(*contents), owner).intact


def test_cut_off_files_are_no_signed_files(letter: bytes, by_file: FileSigner) -> None:
    copy = signed(letter, by_file)
    for length in (0, 10, len(letter), len(letter) + 200, len(copy) - 1):
        report = check_signature(copy[:length])
        assert report is None or not report.intact, length


def test_a_signature_stuffed_with_certificates_is_not_pursued(letter: bytes, owner: Identity, tmp_path: Path) -> None:
    def stuffed(count: int) -> Report:
        others = [identity(root=f"根{at}").certificate.public_bytes(Encoding.DER) for at in range(count)]

        class Stuffing:
            reserved = 32 * 1024

            @contextmanager
            def opened(self) -> Iterator[hanko.Signer]:
                with FileSigner(owner.p12(tmp_path / "key.p12"), PASSWORD).opened() as signer:
                    signer.cert_registry.register_multiple(x509.Certificate.load(other) for other in others)
                    yield signer

        return judged(signed(letter, Stuffing()), owner)

    assert stuffed(1).intact
    assert stuffed(6) == Report(intact=False, whole=True)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"MZ\x90\x00",
        b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * 20,
        b"%PDF-1.7\n" + b"/ByteRange [0 1 2 3]" * 2000,
        b"%PDF-1.7 /ByteRange [0 9999999999 9999999999 9999999999]",
        b"%PDF-1.7 /ByteRange [0 9 12 20]<<>>                                ",
        b"%PDF-1.7 <" + b"30" * 200 + b"> /ByteRange [0 9 411 60]" + b" " * 100,
        b"%PDF-1.7 <" + b"3080" * 5000 + b"> /ByteRange [0 9 20011 60]" + b" " * 100,
    ],
)
def test_hostile_files_are_answered_and_raise_nothing(data: bytes) -> None:
    report = check_signature(data)
    assert report is None or not report.intact
    assert is_pdf(data) == data.startswith(b"%PDF-")
