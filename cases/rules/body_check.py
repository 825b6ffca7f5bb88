"""Oversight of a lower body (督查): what a list must say, the ladder of instruments, and what each of them asks for.

The text gives no order among the instruments (38号 二（三）); the ladder is an assumption [A] and only proposes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.grounds import Ground

CLAUSE: Final = "国市监质监发〔2023〕38号 二（三）"
ANNEX: Final = "国市监质监发〔2023〕38号 附件3"
LADDER: Final = ("reminder", "rectification", "interview", "circular", "listed")
REPLY_RULES: Final = {
    "reminder": "reminder_letter_reply",
    "rectification": "rectification_lower_body",
    "interview": "rectification_lower_body",
    "circular": "rectification_lower_body",
    "listed": "listed_oversight",
}
"""The rule by which the answer to each instrument is due (packs/deadlines.yaml)."""
LONGEST_REMARK: Final = 1000
LONGEST_TEXT: Final = 4000


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What was found for the task at `position`: carried out or not, and 亮点成效 or what is wanting."""

    position: int
    done: bool | None
    remark: str = ""


def answer_faults(answers: Sequence[CheckAnswer]) -> tuple[Fault, ...]:
    """What still keeps a list from being submitted, by field name (`answer-3`, `remark-3`)."""
    return tuple(fault for answer in answers for fault in _faults_of(answer))


def _faults_of(answer: CheckAnswer) -> Iterator[Fault]:
    yield from text_faults(f"remark-{answer.position}", answer.remark, LONGEST_REMARK, lines=True)
    if answer.done is None:
        yield Fault(f"answer-{answer.position}", "missing")
    elif not answer.done and not answer.remark.strip():
        yield Fault(f"remark-{answer.position}", "problem_without_words")


@dataclass(frozen=True, slots=True)
class Weights:
    """Points a check counts by; no source fixes any of them [A]. `margin` is the most the head may add or take."""

    not_done: int
    not_met: int
    margin: int


FULL: Final = 100
"""Points of a body that carries every task out."""


def check_score(not_done: int, not_met: int, weights: Weights) -> tuple[int, tuple[Ground, ...]]:
    """The points of a check and why: full marks less those for tasks not carried out and for instruments not met.

    Never less than none.
    """
    taken = not_done * weights.not_done + not_met * weights.not_met
    grounds = (
        Ground(
            ANNEX,
            f"满分{FULL}分；未落实任务{not_done}项，每项扣{weights.not_done}分",
            f"Full marks {FULL}; tasks not carried out: {not_done}, {weights.not_done} points each",
        ),
        Ground(
            CLAUSE,
            f"督查后整改未到位{not_met}次，每次扣{weights.not_met}分",
            f"Instruments not met: {not_met}, {weights.not_met} points each",
        ),
    )
    return max(0, FULL - taken), grounds


def adjusted(computed: int, adjustment: int) -> int:
    """The points after the head added or took some: never below none nor above full marks."""
    return min(FULL, max(0, computed + adjustment))


def next_instrument(earlier: Sequence[str], not_done: int) -> str:
    """The rung the ladder proposes: none where every task is carried out, else the one above the last that failed."""
    if earlier:
        return LADDER[min(LADDER.index(earlier[-1]) + 1, len(LADDER) - 1)]
    return LADDER[0] if not_done else "none"
