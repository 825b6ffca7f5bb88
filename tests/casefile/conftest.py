"""A closed case with every sort of attachment, and its file built."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from cases.acting import Acting
from cases.models import Attachment, Body, Case, User
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import CaseFile
from notices.services.case_file import build_case_file
from tests.casepage.conftest import C_CLASS, Tell, bodies, cast, signed_in, stranger, tell, unit
from tests.factories import NOON, acting

Attach = Callable[..., Attachment]


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
    while run_due_jobs(NOON):
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
def build(cast: Any) -> Callable[..., CaseFile]:
    def built(case: Case, by: User | None = None) -> CaseFile:
        return run(build_case_file(case_id=case.pk, acting=Acting(by or cast.unit_head, NOON)))

    return built


def read(case_file: CaseFile) -> bytes:
    with case_file.file.open("rb") as stream:
        data: bytes = stream.read()
    return data


__all__ = [
    "Body",
    "Client",
    "attach",
    "bodies",
    "build",
    "cast",
    "closed",
    "media",
    "signed_in",
    "stranger",
    "tell",
    "unit",
]
