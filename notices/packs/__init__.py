"""The kinds of documents as data, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from django.utils.translation import get_language

from cases.packs.loader import load_deadline_rules
from notices.rules.fields import FIELDS
from notices.rules.file_order import FilingLaw, Section
from notices.rules.service import ServiceLaw

KINDS_FILE: Final = Path(__file__).resolve().parent / "kinds.yaml"
Where = Literal["place", "issuer"]


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """What is particular about one kind; see kinds.yaml."""

    kind: str
    zh: str
    en: str
    subject: str
    layout: str
    to: str
    by: str
    drafted_at: Where
    served_at: Where
    fields: tuple[str, ...]
    suffix: str
    draft: tuple[str, ...]
    issue: tuple[str, ...]
    legal_review: bool
    four_eyes: bool
    served: bool
    template_version: str
    clause: str = ""
    """What the kind rests on, as cited; what a letter says itself stands in its text."""

    @property
    def numbered(self) -> bool:
        """Whether it takes a number of its own."""
        return bool(self.suffix)

    @property
    def name(self) -> str:
        """What the kind is called in the reader's language."""
        return self.zh if (get_language() or "").startswith("zh") else self.en


@cache
def document_kinds() -> dict[str, KindOfDocument]:
    """All kinds by code, in the order of the file; TypeError or ValueError where an entry is wrong."""
    entries = yaml.safe_load(KINDS_FILE.read_text(encoding="utf-8"))
    return {entry["kind"]: _kind(entry) for entry in entries}


def _kind(entry: dict[str, Any]) -> KindOfDocument:
    kind = KindOfDocument(**entry | {name: tuple(entry[name]) for name in ("fields", "draft", "issue")})
    if unknown := set(kind.fields) - set(FIELDS):
        raise ValueError(f"{kind.kind}: no such fields: {sorted(unknown)}")
    return kind


def kind_of(code: str) -> KindOfDocument:
    """One kind; KeyError for a code that is none."""
    return document_kinds()[code]


@cache
def service_law() -> ServiceLaw:
    """The law of service; TypeError where service.yaml lacks or invents a key."""
    stated = yaml.safe_load((KINDS_FILE.parent / "service.yaml").read_text(encoding="utf-8"))
    return ServiceLaw(**stated, notice_days=load_deadline_rules()["public_notice_service"].amount)


@cache
def filing_law() -> FilingLaw:
    """The order of the case file; TypeError where case_file.yaml lacks or invents a key."""
    stated = yaml.safe_load((KINDS_FILE.parent / "case_file.yaml").read_text(encoding="utf-8"))
    return FilingLaw(**{**stated, "sections": tuple(Section(**section) for section in stated["sections"])})


@cache
def form_notes() -> tuple[str, ...]:
    """The notes at the foot of the general rules form."""
    return tuple(yaml.safe_load((KINDS_FILE.parent / "form_notes.yaml").read_text(encoding="utf-8")))


@cache
def reminder_rules() -> tuple[str, ...]:
    """Codes of the deadline rules on which a reminder letter is drafted once they are overdue."""
    return tuple(yaml.safe_load((KINDS_FILE.parent / "reminders.yaml").read_text(encoding="utf-8")))
