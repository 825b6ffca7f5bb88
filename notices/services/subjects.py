"""The rows documents speak of: which row, which case or enterprise it belongs to, who issues and who is addressed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model

from cases.models import (
    Assignment,
    Assistance,
    Body,
    BodyCheck,
    BodyInstrument,
    Case,
    Deadline,
    DutyList,
    Enterprise,
    Escalation,
    EscalationProposal,
    Inspection,
    Interview,
    ListCandidate,
    ListedOversight,
    ListNotice,
    Opinion,
    Proposal,
    RectificationOrder,
    Referral,
    ReturnVisit,
    RiskWarning,
    TaskSheet,
)
from cases.rules.errors import RuleError
from notices.models import AddressConfirmation, ServiceRecord
from notices.packs import KindOfDocument
from notices.selectors.bodies_told import told_bodies
from notices.selectors.owners import Owner, of_case, of_enterprise, owner_of


@dataclass(frozen=True, slots=True)
class Subject:
    """One such row: `name` is "interview:3"; `body` issues the document, `addressee` is whom it is written to."""

    name: str
    row: Any
    owner: Owner
    body: Body
    addressee: str

    @property
    def case(self) -> Case:
        """The case of the row; for kinds that speak of a case."""
        assert self.owner.case is not None
        return self.owner.case

    @property
    def enterprise(self) -> Enterprise:
        """The enterprise of the row; for kinds that speak of one."""
        assert self.owner.enterprise is not None
        return self.owner.enterprise


def _by_case(row: Any) -> Owner | None:
    return of_case(row.case) if row.case_id else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows of one model, and how one of them finds whose it is."""

    model: type[Model]
    owner: Callable[[Any], Owner | None] = _by_case


SUBJECTS: Final[Mapping[str, _Rows]] = {
    "interview": _Rows(Interview),
    "order": _Rows(RectificationOrder),
    "deadline": _Rows(Deadline),
    "proposal": _Rows(Proposal),
    "visit": _Rows(ReturnVisit, lambda visit: of_case(visit.order.case)),
    "oversight": _Rows(ListedOversight),
    "list_notice": _Rows(ListNotice),
    "candidate": _Rows(ListCandidate),
    "opinion": _Rows(Opinion),
    "assignment": _Rows(Assignment),
    "inspection": _Rows(Inspection),
    "referral": _Rows(Referral),
    "escalation": _Rows(Escalation),
    "request": _Rows(EscalationProposal),
    "service": _Rows(
        ServiceRecord, lambda service: Owner(service.body) if service.body else owner_of(service.document)
    ),
    "confirmation": _Rows(AddressConfirmation, lambda confirmation: of_enterprise(confirmation.enterprise)),
    "check": _Rows(BodyCheck, lambda check: Owner(check.body)),
    "instrument": _Rows(BodyInstrument, lambda instrument: Owner(instrument.check_of.overseen)),
    "warning": _Rows(RiskWarning, lambda warning: Owner(warning.region)),
    "assistance": _Rows(Assistance, lambda assistance: of_enterprise(assistance.enterprise)),
    "duty_list": _Rows(DutyList, lambda duties: Owner(duties.body)),
    "task_sheet": _Rows(TaskSheet, lambda sheet: of_enterprise(sheet.enterprise)),
}


def _case_body(row: Any, owner: Owner) -> Body:
    """The grassroots body of the case."""
    assert owner.case is not None
    return owner.case.body


def _body_above(row: Any, owner: Owner) -> Body:
    """A reminder comes from the body above the one that is late (38号 二（三）)."""
    above: Body | None = row.accountable_body.parent
    if above is None:
        raise RuleError("no_body_above", "No body stands above %(body)s.", body=row.accountable_body.name)
    return above


def _own_body(row: Any, owner: Owner) -> Body:
    """The body the row itself names."""
    body: Body = row.body
    return body


def _deciding_body(row: Any, owner: Owner) -> Body:
    """The body whose head decided the instrument."""
    body: Body = row.check_of.body
    return body


def _asking_body(row: Any, owner: Owner) -> Body:
    """The body that asks the one above it."""
    body: Body = row.from_body
    return body


ISSUERS: Final[Mapping[str, Callable[[Any, Owner], Body]]] = {
    "case_body": _case_body,
    "body_above": _body_above,
    "asking_body": _asking_body,
    "overseeing_body": _own_body,
    "deciding_body": _deciding_body,
    "warning_body": _own_body,
    "assisting_body": _own_body,
    "own_body": _own_body,
    "served_body": lambda service, owner: service.document.body,
    "place": lambda row, owner: owner.place,
}
"""Who issues a document, by the `by` of its kind."""


def served_on_whom(service: ServiceRecord) -> str:
    """受送达人: the addressee, or the one of several on whom this service was made."""
    return service.body.name if service.body else service.document.addressee


def _enterprise(row: Any, owner: Owner) -> str:
    assert owner.enterprise is not None
    return owner.enterprise.name


RECIPIENTS: Final[Mapping[str, Callable[[Any, Owner], str]]] = {
    "enterprise": _enterprise,
    "late_body": lambda row, owner: str(row.accountable_body.name),
    "upper_body": lambda row, owner: str(row.to_body.name),
    "served": lambda service, owner: served_on_whom(service),
    "receiver": lambda referral, owner: str(referral.recipient),
    "overseen_body": lambda row, owner: str(row.overseen.name),
    "told_bodies": lambda row, owner: told_bodies(row),
    "government": lambda row, owner: str(row.government),
    "own_body": lambda row, owner: str(row.body.name),
}
"""Whom a document is written to, or of whom a paper of the file speaks, by the `to` of its kind."""


def find_subject(kind: KindOfDocument, name: str) -> Subject:
    """The row `name` stands for; RuleError where it is none of this kind, or belongs to nobody."""
    prefix, _, key = name.partition(":")
    if prefix != kind.subject or not key.isascii() or not key.isdigit():
        raise RuleError("wrong_subject", "A document of this kind cannot be about %(subject)s.", subject=name)
    rows = SUBJECTS[prefix]
    row = rows.model._default_manager.filter(pk=int(key)).first()
    owner = None if row is None else rows.owner(row)
    if row is None or owner is None:
        raise RuleError("unknown_subject", "There is no %(subject)s here.", subject=name)
    return Subject(name, row, owner, ISSUERS[kind.by](row, owner), RECIPIENTS[kind.to](row, owner))
