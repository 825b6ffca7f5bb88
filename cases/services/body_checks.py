"""Check a lower body: plan, fill in, decide an instrument, answer, verify (督查; 38号 二（三）, annex 3, P7).

The letter itself is a document (notices); its service starts the period for the answer, which the overseen body owes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.guards.body_checks import (
    may_answer_check,
    may_cancel_check,
    may_decide_instrument,
    may_fill_check,
    may_plan,
    may_take_back,
    may_verify_answer,
)
from cases.guards.conditions import require
from cases.models import Attachment, Body, BodyCheck, BodyCheckLine, BodyInstrument
from cases.rules.body_check import CLAUSE, LADDER, LONGEST_TEXT, REPLY_RULES, CheckAnswer, answer_faults
from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.errors import RuleError, msgid
from cases.selectors.body_checks import bodies_below, oversight_list
from cases.selectors.deadlines import open_deadline
from cases.services.attach_file import attach_file
from cases.services.audit import record
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.enterprise_checks import FactsError
from cases.services.opinions import choose, need_reason
from cases.signals import instrument_taken_back

State = BodyCheck.State


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """What was filled in; `version` is the one the page was opened with."""

    version: int
    checked_on: date | None
    answers: tuple[CheckAnswer, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentFacts:
    """What the head decides; `kind` "none" closes the check. `days` None leaves the period to the setting."""

    kind: str
    reason: str
    demands: str = ""
    days: int | None = None
    also_to: tuple[Body, ...] = ()
    meeting_at: datetime | None = None
    meeting_place: str = ""
    summoned: str = ""
    answerable: str = ""


class StaleCheckError(RuleError):
    """Somebody else has saved the list since the page was opened."""

    def __init__(self) -> None:
        super().__init__("stale", "Somebody else has saved this list since you opened it.")


@transaction.atomic
def plan_check(*, body: Body, overseen: Body, planned_on: date, purpose: str = "", acting: Acting) -> BodyCheck:
    """Plan a check of a body below, with the tasks of the pack in force, verbatim. RuleError `not_below`; Blocked."""
    require(may_plan(body, acting))
    if not bodies_below(body).filter(pk=overseen.pk).exists():
        raise RuleError("not_below", "A body checks only bodies below it.", CLAUSE, field="overseen")
    if planned_on < acting.today:
        raise RuleError("date_past", "The day must not lie in the past.", field="planned_on")
    pack, tasks = oversight_list(body, planned_on)
    check = BodyCheck.objects.create(
        body=body,
        overseen=overseen,
        planned_on=planned_on,
        purpose=purpose.strip(),
        pack=pack.ref,
        planned_by=acting.person,
        created_at=acting.at,
    )
    lines = [(section, task) for section in tasks.sections for task in section.tasks]
    BodyCheckLine.objects.bulk_create(
        BodyCheckLine(
            check_of=check,
            position=position,
            section=section.number,
            key_work=section.key_work,
            number=task.number,
            text=task.text,
        )
        for position, (section, task) in enumerate(lines, start=1)
    )
    _audit(check, "body_check.planned", acting, {"planned_on": planned_on})
    return check


@transaction.atomic
def save_check_draft(*, check_id: int, facts: CheckFacts, acting: Acting) -> BodyCheck:
    """Keep what has been filled in so far, complete or not. StaleCheckError, FactsError, Blocked."""
    check = locked_check(check_id, facts.version)
    require(may_fill_check(check, acting))
    remarks = [f for a in facts.answers for f in text_faults(f"remark-{a.position}", a.remark, 1000, lines=True)]
    if faults := [*remarks, *text_faults("summary", facts.summary, LONGEST_TEXT, lines=True)]:
        raise FactsError(tuple(faults))
    _keep(check, facts, acting)
    return check


@transaction.atomic
def submit_check(*, check_id: int, facts: CheckFacts, acting: Acting) -> BodyCheck:
    """Close the list: every task answered, words for what is not carried out; the head's period to decide starts.

    FactsError, StaleCheckError, Blocked.
    """
    check = locked_check(check_id, facts.version)
    require(may_fill_check(check, acting))
    given = {answer.position: answer for answer in facts.answers}
    positions = check.lines.values_list("position", flat=True)
    answers = [given.get(at, CheckAnswer(at, None)) for at in positions]
    if faults := (*_head_faults(facts, acting), *answer_faults(answers)):
        raise FactsError(faults)
    _keep(check, facts, acting)
    check.state, check.filled_by, check.filled_at = State.FILLED, acting.person, acting.at
    check.save(update_fields=["state", "filled_by", "filled_at"])
    not_done = list(check.lines.filter(done=False).values_list("number", flat=True))
    _audit(check, "body_check.filled", acting, {"checked_on": check.checked_on, "not_done": not_done})
    _start(check, "check_decision", f"check:{check.pk}:decide", check.body, acting.today, acting)
    return check


@transaction.atomic
def cancel_check(*, check_id: int, reason: str, acting: Acting) -> BodyCheck:
    """Call a planned check off."""
    check = locked_check(check_id)
    require(may_cancel_check(check, acting))
    reason = need_reason(reason)
    check.state = State.CANCELLED
    check.save(update_fields=["state"])
    _audit(check, "body_check.cancelled", acting, {"reason": reason})
    return check


@transaction.atomic
def decide_instrument(*, check_id: int, facts: InstrumentFacts, acting: Acting) -> BodyInstrument | None:
    """Choose what follows: nothing, or an instrument whose letter is then drafted.

    RuleErrors `choice_unknown`, `reason_too_short`, `demands_missing`, `meeting_missing`, `not_below`,
    `answerable_missing`, `listed_too_early`; Blocked.
    """
    check = locked_check(check_id)
    require(may_decide_instrument(check, acting))
    kind = choose(facts.kind, ("none", *LADDER), field="kind")
    reason = need_reason(facts.reason)
    meet_deadline(subject=f"check:{check.pk}:decide", case=None, on=acting.today, acting=acting)
    if kind == "none":
        _move(check, State.CLOSED)
        _audit(check, "body_check.decided", acting, {"outcome": "none", "reason": reason})
        return None
    _require_particulars(check, facts)
    instrument = BodyInstrument.objects.create(
        check_of=check,
        number=check.instruments.count() + 1,
        kind=kind,
        demands=facts.demands.strip(),
        days=facts.days,
        meeting_at=facts.meeting_at if kind == "interview" else None,
        meeting_place=facts.meeting_place.strip() if kind == "interview" else "",
        summoned=facts.summoned.strip() if kind == "interview" else "",
        answerable=facts.answerable.strip() if kind == "listed" else "",
        reason=reason,
        decided_by=acting.person,
        decided_at=acting.at,
    )
    if kind == "circular":
        instrument.also_to.set(facts.also_to)
    _move(check, State.DECIDED)
    _audit(check, "body_check.decided", acting, {"outcome": kind, "instrument": instrument.pk, "reason": reason})
    return instrument


def _require_particulars(check: BodyCheck, facts: InstrumentFacts) -> None:
    if not facts.demands.strip():
        raise RuleError("demands_missing", "Say what the body is to do.", CLAUSE, field="demands")
    if facts.kind == "interview":
        for name in ("meeting_at", "meeting_place", "summoned"):
            if not getattr(facts, name):
                raise RuleError("meeting_missing", "An interview needs its time, place and people.", CLAUSE, field=name)
    if facts.kind == "listed":
        _require_listable(check, facts)
    strangers = {body.pk for body in facts.also_to} - set(bodies_below(check.body).values_list("pk", flat=True))
    if strangers:
        raise RuleError("not_below", "A body checks only bodies below it.", CLAUSE, field="also_to")


def _require_listable(check: BodyCheck, facts: InstrumentFacts) -> None:
    """Listed oversight is for a body that was told before and did not act [A]; it names who answers for it."""
    if not facts.answerable.strip():
        raise RuleError("answerable_missing", "Name who answers for it.", CLAUSE, field="answerable")
    if not check.instruments.filter(verdict="not_met").exists():
        message = msgid("A body is put under listed oversight only where an earlier letter has not helped.")
        raise RuleError("listed_too_early", message, CLAUSE, field="kind")


@transaction.atomic
def take_back_instrument(*, check_id: int, reason: str, acting: Acting) -> BodyCheck:
    """Take the decision back before its letter is issued: its draft is dropped, and the head decides anew. Blocked."""
    check = locked_check(check_id)
    instrument = open_instrument(check)
    require(may_take_back(check, instrument, acting))
    assert instrument is not None
    instrument.verdict, instrument.verdict_reason = BodyInstrument.Verdict.REVOKED, need_reason(reason)
    instrument.verified_by, instrument.verified_at = acting.person, acting.at
    instrument.save(update_fields=["verdict", "verdict_reason", "verified_by", "verified_at"])
    _move(check, State.FILLED)
    _start(check, "check_decision", f"check:{check.pk}:decide", check.body, acting.today, acting)
    told = {"outcome": instrument.kind, "instrument": instrument.pk, "reason": instrument.verdict_reason}
    _audit(check, "body_check.taken_back", acting, told)
    instrument_taken_back.send(
        sender=BodyInstrument, instrument=instrument, reason=instrument.verdict_reason, acting=acting
    )
    return check


@transaction.atomic
def mark_instrument_issued(*, instrument: BodyInstrument, acting: Acting) -> None:
    """Its letter is issued: the decision is told, and can no longer be taken back."""
    locked_check(instrument.check_of_id)
    instrument.issued_on = acting.today
    instrument.save(update_fields=["issued_on"])


@transaction.atomic
def start_reply_clock(*, instrument: BodyInstrument, served_on: date, acting: Acting) -> None:
    """The letter has reached the overseen body: from that day it owes its answer."""
    check = locked_check(instrument.check_of_id)
    instrument.served_on = served_on
    instrument.save(update_fields=["served_on"])
    _move(check, State.SERVED)
    _start(
        check,
        REPLY_RULES[instrument.kind],
        reply_subject(instrument),
        check.overseen,
        served_on,
        acting,
        amount=instrument.days,
    )
    _audit(check, "body_check.told", acting, {"outcome": instrument.kind, "served_on": served_on})


@transaction.atomic
def withdraw_instrument_letter(*, instrument: BodyInstrument, acting: Acting) -> None:
    """The letter was declared void: unless it has been answered, its period ends and another letter is drafted."""
    check = locked_check(instrument.check_of_id)
    if check.state not in (State.DECIDED, State.SERVED) or instrument.verdict:
        return
    cancel_deadline(subject=reply_subject(instrument), case=None, acting=acting)
    instrument.issued_on = instrument.served_on = None
    instrument.save(update_fields=["issued_on", "served_on"])
    _move(check, State.DECIDED)
    _audit(check, "body_check.letter_void", acting, {"outcome": instrument.kind})


@transaction.atomic
def answer_check(*, check_id: int, reply: str, uploads: Iterable[UploadedFile] = (), acting: Acting) -> BodyInstrument:
    """The overseen body answers, with files. RuleErrors `reply_missing` and those of `check_file`; Blocked."""
    check = locked_check(check_id)
    require(may_answer_check(check, acting))
    instrument = open_instrument(check)
    assert instrument is not None
    if not reply.strip():
        raise RuleError("reply_missing", "Say what has been done.", CLAUSE, field="reply")
    for upload in uploads:
        attach_file(
            case=None,
            place=check.overseen,
            upload=upload,
            purpose=Attachment.Purpose.OTHER,
            item=reply_item(instrument),
            acting=acting,
        )
    instrument.reply, instrument.replied_by, instrument.replied_at = reply.strip(), acting.person, acting.at
    instrument.save(update_fields=["reply", "replied_by", "replied_at"])
    _move(check, State.ANSWERED)
    meet_deadline(subject=reply_subject(instrument), case=None, on=acting.today, acting=acting)
    _start(check, "check_verification", f"check:{check.pk}:verify", check.body, acting.today, acting)
    _audit(check, "body_check.answered", acting, {"instrument": instrument.pk}, body=check.overseen)
    return instrument


@transaction.atomic
def verify_answer(*, check_id: int, verdict: str, reason: str, acting: Acting) -> BodyCheck:
    """Put right: the check is closed, listed oversight to be lifted; not put right: the head decides anew. Blocked."""
    check = locked_check(check_id)
    instrument = open_instrument(check)
    require(may_verify_answer(check, instrument, reply_is_late(check, acting), acting))
    assert instrument is not None
    instrument.verdict = choose(verdict, ("met", "not_met"), field="verdict")
    instrument.verdict_reason = need_reason(reason)
    instrument.verified_by, instrument.verified_at = acting.person, acting.at
    instrument.save(update_fields=["verdict", "verdict_reason", "verified_by", "verified_at"])
    meet_deadline(subject=f"check:{check.pk}:verify", case=None, on=acting.today, acting=acting)
    cancel_deadline(subject=reply_subject(instrument), case=None, acting=acting)
    listed = instrument.kind == BodyInstrument.Kind.LISTED
    _move(check, (State.LIFTING if listed else State.CLOSED) if verdict == "met" else State.FILLED)
    _audit(check, "body_check.verified", acting, {"outcome": verdict, "reason": instrument.verdict_reason})
    if verdict == "not_met":
        _start(check, "check_decision", f"check:{check.pk}:decide", check.body, acting.today, acting)
    return check


def locked_check(check_id: int, version: int | None = None) -> BodyCheck:
    """The check, locked until the transaction ends; StaleCheckError where it has moved on from `version`."""
    rows = BodyCheck.objects.select_for_update(of=("self",)).select_related("body", "overseen", "filled_by")
    check = rows.get(pk=check_id)
    if version is not None and version != check.version:
        raise StaleCheckError
    return check


def open_instrument(check: BodyCheck) -> BodyInstrument | None:
    """The instrument that has no verdict yet."""
    return check.instruments.filter(verdict="").first()


def reply_is_late(check: BodyCheck, acting: Acting) -> bool:
    """Whether the period for the answer is over."""
    instrument = open_instrument(check)
    clock = None if instrument is None else open_deadline(subject=reply_subject(instrument), case_id=None)
    return clock is not None and clock.due_on < acting.today


def reply_subject(instrument: BodyInstrument) -> str:
    """The subject of the period for its answer."""
    return f"check:{instrument.check_of_id}:reply:{instrument.number}"


def reply_item(instrument: BodyInstrument) -> str:
    """What the files of its answer are kept under."""
    return f"instrument:{instrument.pk}"


def _keep(check: BodyCheck, facts: CheckFacts, acting: Acting) -> None:
    given = {answer.position: answer for answer in facts.answers}
    lines: Sequence[BodyCheckLine] = [line for line in check.lines.all() if line.position in given]
    for line in lines:
        line.done, line.remark = given[line.position].done, given[line.position].remark.strip()
    BodyCheckLine.objects.bulk_update(lines, ["done", "remark"])
    check.checked_on, check.summary, check.version = facts.checked_on, facts.summary.strip(), check.version + 1
    check.saved_by, check.saved_at = acting.user, acting.at
    check.save(update_fields=["checked_on", "summary", "version", "saved_by", "saved_at"])


def _head_faults(facts: CheckFacts, acting: Acting) -> tuple[Fault, ...]:
    faults = list(text_faults("summary", facts.summary, LONGEST_TEXT, lines=True))
    if facts.checked_on is None:
        faults.append(Fault("checked_on", "missing"))
    elif facts.checked_on > acting.today:
        faults.append(Fault("checked_on", "future"))
    return tuple(faults)


def _move(check: BodyCheck, state: str) -> None:
    check.state = state
    check.save(update_fields=["state"])


def _start(
    check: BodyCheck, rule: str, subject: str, body: Body, on: date, acting: Acting, amount: int | None = None
) -> None:
    start_deadline(
        rule=rule, subject=subject, case=None, start_on=on, accountable_body=body, acting=acting, amount=amount
    )


def _audit(check: BodyCheck, action: str, acting: Acting, data: dict[str, Any], body: Body | None = None) -> None:
    told = {"check": check.pk, "overseen": check.overseen.short_name, **data}
    record(stream=f"body_check:{check.pk}", action=action, acting=acting, body=body or check.body, data=told)
