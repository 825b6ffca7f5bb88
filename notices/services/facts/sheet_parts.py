"""What every form of the file is put together from: who is inspected, lines to sign, words in Chinese."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.utils.translation import override

from cases.models import Enterprise, User
from notices.pdf.facts import Part, SheetFacts
from notices.rules.layout import document_date
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject

BLANK: Final = "　　　　　　"
BLANK_DAY: Final = "　　　年　　月　　日"


def sheet(
    kind: str,
    title: str,
    subject: Subject,
    parts: Iterable[Part],
    stamp: Stamp,
    *,
    lead: str = "",
    notes: tuple[str, ...] = (),
    copies: str = "",
    sealed: bool = False,
) -> SheetFacts:
    """The form as its body fills it in; a paper of the file bears the number of its case."""
    seal, image = seal_of(subject.body) if sealed else ("none", "")
    case = subject.owner.case
    of_case = f"案件编号：{case.number}" if case else ""
    return SheetFacts(
        kind=kind,
        organ=subject.body.name,
        title=title,
        number=of_case if case and stamp.number == case.number else stamp.number,
        parts=tuple(parts),
        date=stamp.on,
        lead=lead,
        notes=notes,
        copies=copies,
        seal=seal,
        seal_image=image,
        verify_url=stamp.verify_url,
        preview=stamp.preview,
    )


def about(enterprise: Enterprise, label: str = "检查对象") -> list[Part]:
    """The lines that say which enterprise it is."""
    return [
        Part(label, enterprise.name),
        Part("统一社会信用代码", enterprise.uscc, half=True),
        Part("法定代表人", enterprise.legal_representative or "—", half=True),
        Part("住所", enterprise.address or "—"),
    ]


def signed(label: str, name: str, day: date | None) -> str:
    """A line somebody has signed, or is to sign on paper."""
    return f"{label}：{name or BLANK}　　{document_date(day) if day else BLANK_DAY}"


def to_sign(*labels: str) -> tuple[str, ...]:
    """Lines that are signed by hand on the printed paper."""
    return tuple(signed(label, "", None) for label in labels)


def officer(user: User | None, certificate: str = "") -> str:
    """A name with the number of the enforcement certificate."""
    if user is None:
        return "—"
    return f"{user.name}（执法证号：{certificate}）" if certificate else user.name


def chinese(words: Any) -> str:
    """A label of the programme as a legal text has it, whatever language the reader has chosen."""
    with override("zh-hans"):
        return str(words)
