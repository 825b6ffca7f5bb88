"""The pages a case file has of its own: cover, index, sheets for what was decided without paper, captions, the end."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from notices.pdf.engine import Page, Refine
from notices.pdf.facts import Facts
from notices.pdf.fontset import missing
from notices.rules.layout import document_date
from notices.rules.text import UnprintableText, clean

STYLES: Final = ("form.css", "case_file.css")
GETA: Final = "〓"
"""Printers' mark for a character they have no type for."""
BLANK_DATE: Final = "—"


@dataclass(frozen=True)
class CoverFacts(Facts):
    """卷宗封面. `volume` is 正卷 or 副卷; `papers` and `pages` count the volume."""

    volume: str
    organ: str
    number: str
    cause: str
    enterprise: str
    uscc: str
    handled_by: str
    officers: str
    opened_on: datetime.date
    retention: str
    archive_number: str
    papers: int
    pages: int
    date: datetime.date
    closed_on: datetime.date | None = None
    outcome: str = ""
    kind: str = "case_file_cover"


@dataclass(frozen=True)
class IndexRow:
    """One line of 卷内文件目录; `page` is the first page, `detail` says why a paper is not as it was, and its hash."""

    count: int
    number: str
    by: str
    title: str
    on: datetime.date
    page: int
    detail: str = ""
    remark: str = ""


@dataclass(frozen=True)
class IndexFacts(Facts):
    """卷内文件目录 of one volume."""

    volume: str
    organ: str
    number: str
    rows: tuple[IndexRow, ...]
    date: datetime.date
    kind: str = "case_file_index"


@dataclass(frozen=True)
class SheetRow:
    label: str
    value: str


@dataclass(frozen=True)
class SheetLine:
    """One line of a table, cell by cell."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class SheetColumn:
    """The head of a column and its width in millimetres; 0 takes what the others leave."""

    name: str
    width: int


@dataclass(frozen=True)
class SheetFacts(Facts):
    """What was decided or done without a paper, printed from the record; `source` names what proves it."""

    title: str
    organ: str
    number: str
    enterprise: str
    rows: tuple[SheetRow, ...]
    source: str
    date: datetime.date
    columns: tuple[SheetColumn, ...] = ()
    lines: tuple[SheetLine, ...] = ()
    kind: str = "case_file_sheet"


@dataclass(frozen=True)
class AttachmentFacts(Facts):
    """The page of an attachment: its caption round a picture, or, with a `reason`, why it is not printed here."""

    title: str
    name: str
    organ: str
    number: str
    rows: tuple[SheetRow, ...]
    sha256: str
    date: datetime.date
    reason: str = ""
    kind: str = "case_file_attachment"


@dataclass(frozen=True)
class EndFacts(Facts):
    """备考表: the state of the volume, who filed it; the checker signs by hand."""

    volume: str
    organ: str
    number: str
    statements: tuple[str, ...]
    filed_by: str
    date: datetime.date
    kind: str = "case_file_end"


def legible(value: Any) -> Any:
    """JSON facts that will print: characters no font has, or that may not stand in a document, become 〓.

    A letter is refused for such a character; the file of a case must be complete whatever a file was once called.
    """
    if isinstance(value, dict):
        return {name: legible(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [legible(item) for item in value]
    if not isinstance(value, str):
        return value
    while True:
        try:
            text = clean(value)
            break
        except UnprintableText as error:
            value = value.replace(error.character, GETA)
    for character in missing(text):
        text = text.replace(character, GETA)
    return text


def _page(
    template: str, facts: Facts, generator: str, day: datetime.date, **context: Any
) -> tuple[Page, Refine | None]:
    given = {"f": facts, "generator": generator, "issued_on": day.isoformat(), "date": document_date(day), **context}
    return Page(template=template, context=given, styles=STYLES, issued_on=day), None


def _cover(data: dict[str, Any], generator: str) -> tuple[Page, Refine | None]:
    facts = CoverFacts.from_json(data)
    return _page(
        "case_file_cover.html",
        facts,
        generator,
        facts.date,
        opened_on=document_date(facts.opened_on),
        closed_on=document_date(facts.closed_on) if facts.closed_on else BLANK_DATE,
        papers=str(facts.papers),
        pages=str(facts.pages),
    )


def _index(data: dict[str, Any], generator: str) -> tuple[Page, Refine | None]:
    facts = IndexFacts.from_json(data)
    rows = [
        {"row": row, "count": str(row.count), "page": str(row.page), "on": f"{row.on:%Y%m%d}"} for row in facts.rows
    ]
    return _page("case_file_index.html", facts, generator, facts.date, rows=rows)


def _sheet(data: dict[str, Any], generator: str) -> tuple[Page, Refine | None]:
    facts = SheetFacts.from_json(data)
    columns = [{"name": each.name, "style": f"width:{each.width}mm" if each.width else ""} for each in facts.columns]
    return _page("case_file_sheet.html", facts, generator, facts.date, columns=columns, span=str(len(columns)))


def _attachment(data: dict[str, Any], generator: str) -> tuple[Page, Refine | None]:
    facts = AttachmentFacts.from_json(data)
    return _page("case_file_attachment.html", facts, generator, facts.date)


def _end(data: dict[str, Any], generator: str) -> tuple[Page, Refine | None]:
    facts = EndFacts.from_json(data)
    return _page("case_file_end.html", facts, generator, facts.date)


Build = Callable[[dict[str, Any], str], tuple[Page, Refine | None]]
PAGES: Final[tuple[tuple[str, str, str, Build], ...]] = (
    ("case_file_cover", "卷宗封面", "Cover of a case file", _cover),
    ("case_file_index", "卷内文件目录", "Index of a case file", _index),
    ("case_file_sheet", "案卷记录单", "Sheet of a case file", _sheet),
    ("case_file_attachment", "附件页", "Attachment of a case file", _attachment),
    ("case_file_end", "备考表", "End sheet of a case file", _end),
)
"""Code, names and builder of each, for the renderer's list."""
