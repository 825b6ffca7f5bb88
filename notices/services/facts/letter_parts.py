"""What every letter is put together from: head, headings, paragraphs, and how the body speaks of itself."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from cases.acting import LEGAL_ZONE
from cases.models import Body
from notices.pdf.facts import Annex, Attendance, Column, LetterFacts, LetterFormat, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject

GUIDANCE: Final = "《市场监管总局关于推进工业产品质量安全主体责任落实的指导意见》（国市监质监发〔2023〕38号）"
_WEEKDAYS: Final = "一二三四五六日"


def moment(at: datetime) -> str:
    """A time as letters and records write it, on the clock of Asia/Shanghai: 2026年11月25日（星期三）9时30分."""
    local = at.astimezone(LEGAL_ZONE)
    minutes = f"{local.minute:02d}分" if local.minute else ""
    return f"{document_date(local.date())}（星期{_WEEKDAYS[local.weekday()]}）{local.hour}时{minutes}"


def heading(text: str) -> Paragraph:
    return Paragraph(1, text)


def plain(text: str) -> list[Paragraph]:
    return [Paragraph(0, line.strip()) for line in text.splitlines() if line.strip()]


def letter(
    kind: str,
    title: str,
    subject: Subject,
    paragraphs: Iterable[Paragraph],
    fields: dict[str, Any],
    stamp: Stamp,
    layout: LetterFormat = "document",
    *,
    annexes: tuple[Annex, ...] = (),
    attendance: tuple[Attendance, ...] = (),
    upward: bool = False,
) -> LetterFacts:
    seal, image = seal_of(subject.body)
    return LetterFacts(
        kind=str(kind),
        mark=f"{subject.body.name}约谈纪要" if layout == "minutes" else subject.body.name,
        number=stamp.number,
        organ=subject.body.name,
        title=title,
        addressee=subject.addressee,
        paragraphs=superseding(tuple(paragraphs), title, subject.body, stamp),
        date=stamp.on,
        annexes=annexes,
        contact=fields.get("contact", ""),
        cc=fields.get("cc", ""),
        seal=seal,
        seal_image=image,
        verify_url=stamp.verify_url,
        format=layout,
        preview=stamp.preview,
        urgency=fields.get("urgency", ""),
        upward=upward,
        signatory=stamp.signatory if upward else "",
        attendance=attendance,
    )


def superseding(said: tuple[Paragraph, ...], title: str, body: Body, stamp: Stamp) -> tuple[Paragraph, ...]:
    """A letter's paragraphs; a corrected one names at its end, before its closing words, the number it replaces."""
    if not stamp.replaces:
        return said
    this = "本函" if title.endswith("函") else f"本{title[-3:].removeprefix('的')}"
    named = Paragraph(0, f"{this}发出后，{short(body)}{stamp.replaces}同时作废。")
    return (*said[:-1], named, said[-1]) if said[-1].text.startswith(("特此", "妥否")) else (*said, named)


NUMBER_COLUMN: Final = Column("序号", 14, centred=True)
MOST_IN_TEXT: Final = 5
"""So many items stand in the body of a letter; a longer list is its annex, where it can be ticked off row by row."""


def numbered(texts: Iterable[str]) -> list[Paragraph]:
    """Paragraphs 1., 2., …, each a sentence."""
    return [Paragraph(0, f"{at}. {sentence(text.strip())}") for at, text in enumerate(texts, start=1)]


def list_annex(name: str, columns: tuple[Column, ...], rows: Iterable[tuple[str, ...]]) -> Annex:
    """An annex that is a table with numbered rows."""
    counted = tuple((str(at), *row) for at, row in enumerate(rows, start=1))
    return Annex(name, columns=(NUMBER_COLUMN, *columns), rows=counted)


def sentence(text: str) -> str:
    """One paragraph that ends as a sentence."""
    line = "；".join(part.strip() for part in text.splitlines() if part.strip())
    return line if line.endswith(("。", "！", "？", "；")) else f"{line}。"


def short(body: Body) -> str:
    return "我所" if body.level == Body.Level.TOWNSHIP else "我局"
