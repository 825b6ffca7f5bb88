"""Make the pages of one paper ready to be joined, whatever it is: what is frozen in the contents, printed or read."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cases.rules.errors import RuleError
from notices.models import CaseFile

CHUNK: Final = 1 << 20
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
REASONS: Final[Mapping[str, str]] = {
    "encrypted": "该文件已加密，无法装订，原件另存于系统。",
    "damaged": "该文件已损坏，无法读取，原件另存于系统。",
    "empty": "该文件没有页面，原件另存于系统。",
    "too_large": "该图片像素过大，无法打印，原件另存于系统。",
    "video": "该附件为视频，无法打印，原件另存于系统。",
    "other": "该附件的格式无法打印，原件另存于系统。",
    "changed": "系统所存文件缺失，或者其哈希值与登记时不一致，须从备份恢复。",
}
"""Why an attachment is not printed, as its page in the file says."""


@dataclass(frozen=True, slots=True)
class Part:
    """Pages ready to be joined: where they are stored, how many, and why the paper itself is not among them."""

    file: str
    pages: int
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"file": self.file, "pages": self.pages, "reason": self.reason}


def prepare(case_file: CaseFile, place: int, item: Mapping[str, Any]) -> Part:
    """The pages of the paper at this place. RuleError: `document_changed` where issued bytes are not what they were."""
    source = item["source"]
    if source["type"] == "document":
        return _document(item["number"], source)
    if source["type"] == "sheet":
        return _printed(case_file, place, "case_file_sheet", source["facts"])
    return _attachment(case_file, place, source)


def part_path(case_file: CaseFile, place: int) -> str:
    """Where a sheet of this building lies until it is joined."""
    return f"case_files/parts/{case_file.pk}/{place}.pdf"


def print_facts(kind: str, facts: Mapping[str, Any]) -> tuple[bytes, int]:
    """One of the file's own pages, and how many it took."""
    from notices.pdf.case_file import legible
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    printed = render(kind, legible(dict(facts)))
    return printed.pdf, printed.pages


def _document(number: str, source: Mapping[str, Any]) -> Part:
    """An issued document is joined from where it is kept; one whose bytes are gone stops the file."""
    if not is_whole(source["file"], source["sha256"]):
        raise RuleError(
            "document_changed",
            "The stored bytes of %(number)s are not those it was issued with.",
            "市场监督管理行政处罚程序规定 第七十八条第一款",
            number=number,
        )
    return Part(source["file"], source["pages"])


def _attachment(case_file: CaseFile, place: int, source: Mapping[str, Any]) -> Part:
    """Joined, drawn or, where neither can be, replaced by a page that names it with its hash and the reason."""
    from notices.pdf.carry import Unreadable

    if not is_whole(source["file"], source["sha256"]):
        return _absent(case_file, place, source, "changed")
    try:
        if source["content_type"] == "application/pdf":
            return _read(source)
        if source["content_type"] in PICTURES:
            return _drawn(case_file, place, source)
    except Unreadable as unreadable:
        return _absent(case_file, place, source, unreadable.reason)
    return _absent(case_file, place, source, "video" if source["content_type"].startswith("video/") else "other")


def _read(source: Mapping[str, Any]) -> Part:
    from notices.pdf.join import page_count

    with opened(source["file"]) as stream:
        return Part(source["file"], page_count(stream))


def _drawn(case_file: CaseFile, place: int, source: Mapping[str, Any]) -> Part:
    from notices.pdf.pictures import picture_page

    caption, pages = print_facts("case_file_attachment", source["facts"])
    with opened(source["file"]) as stream:
        return _put(case_file, place, picture_page(caption, stream), pages)


def _absent(case_file: CaseFile, place: int, source: Mapping[str, Any], reason: str) -> Part:
    facts = {**source["facts"], "reason": REASONS[reason]}
    return _printed(case_file, place, "case_file_attachment", facts, reason)


def _printed(case_file: CaseFile, place: int, kind: str, facts: Mapping[str, Any], reason: str = "") -> Part:
    pdf, pages = print_facts(kind, facts)
    return _put(case_file, place, pdf, pages, reason)


def _put(case_file: CaseFile, place: int, pdf: bytes, pages: int, reason: str = "") -> Part:
    """Put the pages down where a worker before this one, that died, may have put them already."""
    path = part_path(case_file, place)
    default_storage.delete(path)
    return Part(default_storage.save(path, ContentFile(pdf)), pages, reason)


def opened(path: str) -> BinaryIO:
    """A stored file, to be read."""
    return cast(BinaryIO, default_storage.open(path))


def is_whole(path: str | None, sha256: str) -> bool:
    """Whether the stored file still has its hash; read in pieces, for it may be large."""
    try:
        with opened(path or "") as stream:
            return stream_hash(stream) == sha256
    except OSError:
        return False


def stream_hash(stream: BinaryIO) -> str:
    """SHA-256 of what is left of a stream."""
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def in_memory(pdf: bytes) -> BinaryIO:
    return io.BytesIO(pdf)
