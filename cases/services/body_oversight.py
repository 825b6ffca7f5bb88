"""The end of an interview with a body and of its listed oversight: recorded, lifted (P5, P7)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction

from cases.acting import Acting, legal_date
from cases.guards.body_checks import may_record_interview
from cases.guards.conditions import require
from cases.models import BodyCheck, BodyInstrument, BodyInterview
from cases.rules.body_check import LONGEST_TEXT
from cases.rules.enterprise_facts import Fault, text_faults
from cases.services.audit import record
from cases.services.body_checks import locked_check, open_instrument
from cases.services.enterprise_checks import FactsError

State = BodyCheck.State


@dataclass(frozen=True, slots=True)
class InterviewFacts:
    """How the interview went. `attended` has a body a line, with its people; `agreed` a point a line."""

    held_at: datetime
    place: str
    chair: str
    attended: str
    account: str
    agreed: str
    excused: str = ""
    sat_in: str = ""


_NEEDED: Final = {"place": 200, "chair": 100, "attended": LONGEST_TEXT, "account": LONGEST_TEXT, "agreed": LONGEST_TEXT}
_OTHERS: Final = {"excused": 300, "sat_in": 300}
_OF_LINES: Final = frozenset({"attended", "account", "agreed"})


@transaction.atomic
def record_interview(*, check_id: int, facts: InterviewFacts, acting: Acting) -> BodyInterview:
    """Write down an interview with a body; its minutes are drafted from this. FactsError, Blocked."""
    check = locked_check(check_id)
    instrument = open_instrument(check)
    require(may_record_interview(check, instrument, acting))
    assert instrument is not None
    said = {name: getattr(facts, name).strip() for name in (*_NEEDED, *_OTHERS)}
    if faults := (*_faults(said), *_faults_of_time(facts, acting)):
        raise FactsError(faults)
    held = BodyInterview.objects.create(
        instrument=instrument, held_at=facts.held_at, recorded_by=acting.person, recorded_at=acting.at, **said
    )
    _audit(check, "body_check.interviewed", acting, held_on=legal_date(facts.held_at))
    return held


def _faults(said: Mapping[str, str]) -> Iterator[Fault]:
    for name, text in said.items():
        longest = _NEEDED.get(name) or _OTHERS[name]
        yield from text_faults(name, text, longest, required=name in _NEEDED, lines=name in _OF_LINES)


def _faults_of_time(facts: InterviewFacts, acting: Acting) -> Iterator[Fault]:
    if facts.held_at > acting.at:
        yield Fault("held_at", "future")


@transaction.atomic
def end_listed_oversight(*, instrument: BodyInstrument, served_on: date, acting: Acting) -> None:
    """The notice of the lifting has reached the body: the oversight is over, and with it the check."""
    check = locked_check(instrument.check_of_id)
    if check.state == State.LIFTING:
        _move(check, State.CLOSED)
        _audit(check, "body_check.lifted", acting, served_on=served_on)


@transaction.atomic
def withdraw_lift_notice(*, instrument: BodyInstrument, acting: Acting) -> None:
    """The notice of the lifting was declared void: another one is drafted."""
    check = locked_check(instrument.check_of_id)
    if check.state == State.CLOSED:
        _move(check, State.LIFTING)
        _audit(check, "body_check.letter_void", acting, outcome="lifted")


def _move(check: BodyCheck, state: str) -> None:
    check.state = state
    check.save(update_fields=["state"])


def _audit(check: BodyCheck, action: str, acting: Acting, **data: object) -> None:
    told = {"check": check.pk, "overseen": check.overseen.short_name, **data}
    record(stream=f"body_check:{check.pk}", action=action, acting=acting, body=check.body, data=told)
