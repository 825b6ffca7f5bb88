"""How far a case has come: the phases of the stepper, each done, current, late or still to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.acting import legal_date
from cases.models import Case, Opinion
from cases.rules.lifecycle import FINAL
from workflow.selectors.case_page import Turn
from workflow.steps import PHASES_OF, STEPS

DONE: Final = "done"
CURRENT: Final = "current"
LATE: Final = "late"
TODO: Final = "todo"


@dataclass(frozen=True, slots=True)
class PhaseState:
    """One phase as the stepper shows it."""

    code: str
    title: str
    state: str
    note: str


def phases_of(*, case: Case, turns: Sequence[Turn], opinions: Sequence[Opinion]) -> list[PhaseState]:
    """The phases of a case, from its open steps and the opinions given so far.

    A phase behind the furthest open one is done once somebody decided in it; what a return has thrown open again is
    still to do, whatever was said there before.
    """
    phases = PHASES_OF[case.procedure]
    order = [phase.code for phase in phases]
    opened = {STEPS[turn.item.step].phase for turn in turns}
    decided: dict[str, Opinion] = {}
    for opinion in opinions:
        if opinion.step in STEPS:
            decided[STEPS[opinion.step].phase] = opinion
    furthest = max((order.index(code) for code in opened), default=len(order))
    over = case.status in FINAL
    return [
        PhaseState(phase.code, str(phase.title), *_state(phase.code, turns, decided, place > furthest, over))
        for place, phase in enumerate(phases)
    ]


def _state(code: str, turns: Sequence[Turn], decided: dict[str, Opinion], ahead: bool, over: bool) -> tuple[str, str]:
    """State and note of one phase."""
    waiting = [turn for turn in turns if STEPS[turn.item.step].phase == code]
    if waiting:
        first = min(waiting, key=lambda turn: turn.left if turn.left is not None else 10**6)
        return (LATE if first.left is not None and first.left < 0 else CURRENT), _waiting_note(first)
    opinion = decided.get(code)
    if opinion is not None and not ahead:
        author = opinion.author.name if opinion.author else ""
        return DONE, f"{date_format(legal_date(opinion.decided_at), 'MONTH_DAY_FORMAT')} {author}".strip()
    return TODO, _("not needed") if over else ""


def _waiting_note(turn: Turn) -> str:
    left = turn.left
    if left is None:
        return _("under way")
    if left < 0:
        return ngettext("%(days)s working day overdue", "%(days)s working days overdue", -left) % {"days": -left}
    if left == 0:
        return _("due today")
    return ngettext("%(days)s working day left", "%(days)s working days left", left) % {"days": left}
