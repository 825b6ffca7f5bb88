"""What must hold before a lower body is checked, an instrument decided, answered and verified (38号 二（三）, P7)."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models import Body, BodyCheck, BodyInstrument, BodyInterview, BodyScore
from cases.rules.body_check import CLAUSE

State = BodyCheck.State


def may_plan(body: Body, acting: Acting) -> list[Condition]:
    return [holds(acting, "check_body", body)]


def _stands(check: BodyCheck, *states: str) -> Condition:
    return Condition("check_state", check.state in states, _("The check must stand at this step."), clause=CLAUSE)


def may_fill_check(check: BodyCheck, acting: Acting) -> list[Condition]:
    return [_stands(check, State.PLANNED), holds(acting, "check_body", check.body)]


def may_cancel_check(check: BodyCheck, acting: Acting) -> list[Condition]:
    return [_stands(check, State.PLANNED), holds(acting, "check_body", check.body)]


def may_decide_instrument(check: BodyCheck, acting: Acting) -> list[Condition]:
    """The head of the overseeing body decides, not whoever checked."""
    return [
        _stands(check, State.FILLED),
        *_by_another_head(check, acting),
    ]


def _by_another_head(check: BodyCheck, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "decide_instrument", check.body),
        Condition(
            "separation_of_duties",
            acting.person.pk != check.filled_by_id,
            _("Whoever inspected or signed before may not decide this step: somebody else must."),
        ),
    ]


def may_take_back(check: BodyCheck, instrument: BodyInstrument | None, acting: Acting) -> list[Condition]:
    """A decision stands once its letter is issued; until then the head may take it back."""
    return [
        _stands(check, State.DECIDED),
        Condition(
            "letter_not_issued",
            instrument is not None and instrument.issued_on is None,
            _("The letter must not have been issued; an issued letter is declared void first."),
            clause=CLAUSE,
        ),
        holds(acting, "decide_instrument", check.body),
    ]


def may_score_check(check: BodyCheck, acting: Acting) -> list[Condition]:
    """The head scores a closed check, once, and not whoever checked."""
    scored = BodyScore.objects.filter(check_of=check).exists()
    return [
        _stands(check, State.CLOSED),
        Condition("not_scored", not scored, _("The check must not have been scored already."), clause=CLAUSE),
        *_by_another_head(check, acting),
    ]


def may_answer_check(check: BodyCheck, acting: Acting) -> list[Condition]:
    return [_stands(check, State.SERVED), holds(acting, "answer_check", check.overseen)]


def may_verify_answer(
    check: BodyCheck, instrument: BodyInstrument | None, late: bool, acting: Acting
) -> list[Condition]:
    """The answer is verified; where none has come in time, that is found. Listed oversight is the head's to lift."""
    here = check.state == State.ANSWERED or (check.state == State.SERVED and late)
    listed = instrument is not None and instrument.kind == BodyInstrument.Kind.LISTED
    return [
        Condition(
            "check_answered",
            instrument is not None and here,
            _("The answer must have come, or its period be over."),
            clause=CLAUSE,
        ),
        holds(acting, "decide_instrument" if listed else "check_body", check.body),
    ]


def may_record_interview(check: BodyCheck, instrument: BodyInstrument | None, acting: Acting) -> list[Condition]:
    """An interview whose notice was served is recorded once, when its time has come."""
    meeting_at = instrument.meeting_at if instrument else None  # of an interview alone
    return [
        _stands(check, State.SERVED, State.ANSWERED),
        Condition(
            "interview_due",
            meeting_at is not None and meeting_at <= acting.at,
            _("The time of the interview must have come."),
            clause=CLAUSE,
        ),
        Condition(
            "interview_once",
            not BodyInterview.objects.filter(instrument=instrument).exists(),
            _("The interview must not have been recorded already."),
            clause=CLAUSE,
        ),
        holds(acting, "check_body", check.body),
    ]
