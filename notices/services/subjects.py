"""The rows documents speak of: which row, which case it belongs to, who issues and who is addressed."""

from dataclasses import dataclass
from typing import Any

from cases.models import (
    Body,
    Case,
    Deadline,
    Interview,
    ListCandidate,
    ListedOversight,
    ListNotice,
    Proposal,
    RectificationOrder,
    ReturnVisit,
)
from cases.rules.errors import RuleError
from notices.packs import KindOfDocument

Row = Interview | RectificationOrder | Deadline | Proposal | ReturnVisit | ListedOversight | ListNotice | ListCandidate

_MODELS: dict[str, type[Any]] = {
    "interview": Interview,
    "order": RectificationOrder,
    "deadline": Deadline,
    "proposal": Proposal,
    "visit": ReturnVisit,
    "oversight": ListedOversight,
    "list_notice": ListNotice,
    "candidate": ListCandidate,
}


@dataclass(frozen=True, slots=True)
class Subject:
    """One such row: `name` is "interview:3"; `body` issues the document, `addressee` is whom it is written to."""

    name: str
    row: Row
    case: Case
    body: Body
    addressee: str


def find_subject(kind: KindOfDocument, name: str, case: Case) -> Subject:
    """The row `name` stands for; RuleError where it is none of this kind, or belongs to another case."""
    prefix, _, key = name.partition(":")
    if prefix != kind.subject or not key.isascii() or not key.isdigit():
        raise RuleError("wrong_subject", "A document of this kind cannot be about %(subject)s.", subject=name)
    row = _MODELS[prefix].objects.filter(pk=int(key)).first()
    owner = None if row is None else (row.order.case_id if isinstance(row, ReturnVisit) else row.case_id)
    if row is None or owner != case.pk:
        raise RuleError("unknown_subject", "There is no %(subject)s in this case.", subject=name)
    body = _issuer(row, case)
    addressee = row.accountable_body.name if isinstance(row, Deadline) else case.enterprise.name
    return Subject(name, row, case, body, addressee)


def _issuer(row: Row, case: Case) -> Body:
    """The grassroots body of the case; a reminder comes from the body above the one that is late (38号 二(三))."""
    if not isinstance(row, Deadline):
        return case.body
    above = row.accountable_body.parent
    if above is None:
        raise RuleError("no_body_above", "No body stands above %(body)s.", body=row.accountable_body.name)
    return above
