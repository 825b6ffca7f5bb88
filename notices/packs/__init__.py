"""The kinds of documents as data, read once."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from cases.packs.loader import load_deadline_rules
from notices.rules.file_order import FilingLaw, Section
from notices.rules.service import ServiceLaw

KINDS_FILE: Final = Path(__file__).resolve().parent / "kinds.yaml"


@dataclass(frozen=True, slots=True)
class KindOfDocument:
    """What is particular about one kind; see kinds.yaml."""

    kind: str
    zh: str
    subject: str
    suffix: str
    draft: tuple[str, ...]
    issue: tuple[str, ...]
    four_eyes: bool
    served: bool
    template_version: str

    @property
    def numbered(self) -> bool:
        """Whether it takes a number of its own."""
        return bool(self.suffix)


@cache
def document_kinds() -> dict[str, KindOfDocument]:
    """All kinds by code, in the order of the file; TypeError where an entry lacks or invents a key."""
    entries = yaml.safe_load(KINDS_FILE.read_text(encoding="utf-8"))
    return {
        entry["kind"]: KindOfDocument(**{**entry, "draft": tuple(entry["draft"]), "issue": tuple(entry["issue"])})
        for entry in entries
    }


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
