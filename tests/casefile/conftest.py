"""A closed case with every sort of attachment, and its file built."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymupdf
import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from cases.acting import Acting
from cases.models import Attachment, Case, User
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import CaseFile
from notices.services.case_file import build_case_file
from tests.casepage.conftest import C_CLASS, Tell, bodies, cast, signed_in, stranger, tell, unit
from tests.factories import NOON, acting

__all__ = [
    "bodies",
    "cast",
    "signed_in",
    "stranger",
    "tell",
    "unit",
]  # fixtures of the case page, used here as they are

mupdf: Any = pymupdf  # its calls carry no types
Attach = Callable[..., Attachment]
Build = Callable[..., CaseFile]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def photo(size: tuple[int, int] = (1600, 1200), colour: str = "steelblue", form: str = "JPEG", **how: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGBA" if form == "PNG" else "RGB", size, colour).save(buffer, form, **how)
    return buffer.getvalue()


def pdf(pages: int = 2, size: tuple[float, float] = (595, 842), password: str = "", rotate: int = 0) -> bytes:
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(*size).rotate(rotate)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(200)


@pytest.fixture
def attach(cast: Any) -> Attach:
    def made(case: Case, name: str, data: bytes, purpose: str = "evidence", item: str = "") -> Attachment:
        upload = SimpleUploadedFile(name, data)
        return attach_file(case=case, upload=upload, purpose=purpose, item=item, acting=acting(cast.lead))

    return made


def run(case_file: CaseFile) -> CaseFile:
    """Run every job there is until none is due."""
    while run_due_jobs(max(NOON, timezone.now())):  # the next leg is due when the one before has ended
        pass
    case_file.refresh_from_db()
    return case_file


def printed(case: Case) -> Case:
    """The letters of the story are printed: their jobs were due when it was told."""
    at = case.closed_at or NOON
    while run_due_jobs(max(at, NOON)):
        pass
    return case


@pytest.fixture
def closed(tell: Tell) -> Case:
    """A C-class case that went all the way: interview, order, report, return visit, closed."""
    return printed(tell(outcomes=C_CLASS))


@pytest.fixture
def full(closed: Case, attach: Attach) -> Case:
    """The closed case with every sort of attachment."""
    attach(closed, "铭牌.jpg", photo(), item="12")
    attach(closed, "全景.png", photo((800, 1200), "red", "PNG"), item="3")
    attach(closed, "检验报告.pdf", pdf(3))
    attach(closed, "加密.pdf", pdf(2, password="x"))
    attach(closed, "坏的.pdf", b"%PDF-1.4\nthis is nothing")
    attach(closed, "执法记录仪.mp4", MP4)
    attach(closed, "回执照片.jpg", photo(), purpose="service")
    return closed


@pytest.fixture
def small(tell: Tell, attach: Attach) -> Case:
    """A case just opened, with three attachments: no letters, so its file is quickly built."""
    case = tell(until="approve_inspection")
    attach(case, "铭牌.jpg", photo((200, 100)))
    attach(case, "检验报告.pdf", pdf(2))
    attach(case, "执法记录仪.mp4", MP4)
    return case


@pytest.fixture
def build(cast: Any) -> Callable[..., CaseFile]:
    def built(case: Case, by: User | None = None) -> CaseFile:
        return run(build_case_file(case_id=case.pk, acting=Acting(by or cast.unit_head, NOON)))

    return built


def read(case_file: CaseFile) -> bytes:
    with case_file.file.open("rb") as stream:
        data: bytes = stream.read()
    return data


def volumes_of(document: Any) -> dict[str, list[Any]]:
    """The pages of an open file, by volume."""
    first, second = (at for level, _title, at in document.get_toc() if level == 1)
    pages = list(document)
    return {"main": pages[first - 1 : second - 1], "sub": pages[second - 1 :]}


def opened(case_file: CaseFile) -> Any:
    """The file as PyMuPDF opens it; its pages die with it."""
    return mupdf.open(stream=read(case_file))


def stamped(page: Any) -> str:
    """The number at the upper right corner."""
    return str(page.get_text(clip=(page.rect.width - 90, 0, page.rect.width, 45))).strip()


def titles(case_file: CaseFile, volume: str) -> list[str]:
    """The papers of a volume in their order."""
    return [item["title"] for each in case_file.contents["volumes"] if each["code"] == volume for item in each["items"]]
