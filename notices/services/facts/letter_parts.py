"""What every letter is put together from: head, headings, paragraphs, and how the body speaks of itself."""

from collections.abc import Iterable
from typing import Any, Final

from cases.models import Body
from notices.pdf.facts import LetterFacts, LetterFormat, Paragraph
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject

GUIDANCE: Final = "《市场监管总局关于推进工业产品质量安全主体责任落实的指导意见》（国市监质监发〔2023〕38号）"


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
) -> LetterFacts:
    seal, image = seal_of(subject.body)
    return LetterFacts(
        kind=str(kind),
        mark=subject.body.name,
        number=stamp.number,
        organ=subject.body.name,
        title=title,
        addressee=subject.addressee,
        paragraphs=tuple(paragraphs),
        date=stamp.on,
        contact=fields.get("contact", ""),
        cc=fields.get("cc", ""),
        seal=seal,
        seal_image=image,
        verify_url=stamp.verify_url,
        format=layout,
        preview=stamp.preview,
    )


def sentence(text: str) -> str:
    """One paragraph that ends as a sentence."""
    line = "；".join(part.strip() for part in text.splitlines() if part.strip())
    return line if line.endswith(("。", "！", "？", "；")) else f"{line}。"


def short(body: Body) -> str:
    return "我所" if body.level == Body.Level.TOWNSHIP else "我局"
