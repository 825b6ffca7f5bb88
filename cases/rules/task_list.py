"""Supervision task lists: their periods, their lines, and what an answer must say (38号 二（二）, 附件2).

The template's one 结果 column (是√ or 否×) cannot tell “the task was done” from “the unit complies”: some tasks ask
whether something forbidden exists. So both are kept apart, and the printed mark says whether the unit complies.
"""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.errors import RuleError

ANNEX: Final = "国市监质监发〔2023〕38号 附件2"
PERIODS: Final = ("year", "half_year", "quarter", "month")
MONTHS: Final = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}
LONGEST_REMARK: Final = 1000
_CODE: Final = re.compile(r"(20\d\d)(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")

Origin = Literal["annex", "body", "unit"]
Mark = Literal["", "√", "×"]


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar period: its code (2026, 2026-H2, 2026-Q4, 2026-11), first and last day."""

    code: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Section:
    """A key work of the list with its fixed tasks as (number, text); `free_text` where the unit's own points stand."""

    number: str
    key_work: str
    tasks: tuple[tuple[str, str], ...]
    free_text: str = ""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One task as it will stand in the list of a unit."""

    section: str
    key_work: str
    number: str
    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What was found for the task at `position`; `compliant` is known only where the task was done."""

    position: int
    task_done: bool | None
    compliant: bool | None
    remark: str = ""


def period_of(kind: str, on: date) -> Period:
    """The period of this kind round the day `on`. RuleError: `period`."""
    if kind not in PERIODS:
        raise RuleError("period", "“%(given)s” is not a period.", ANNEX, given=kind, allowed=list(PERIODS))
    months = MONTHS[kind]
    part = (on.month - 1) // months
    suffix = {"year": "", "half_year": f"-H{part + 1}", "quarter": f"-Q{part + 1}", "month": f"-{on.month:02}"}[kind]
    return _period(f"{on.year}{suffix}", on.year, part * months + 1, months)


def period_from(code: str) -> Period:
    """The period a code stands for. RuleError: `period`."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise RuleError("period", "“%(given)s” is not a period.", ANNEX, given=code, allowed=list(PERIODS))
    year, half, quarter, month = match.groups()
    if half:
        return _period(code, int(year), int(half) * 6 - 5, 6)
    if quarter:
        return _period(code, int(year), int(quarter) * 3 - 2, 3)
    if month:
        return _period(code, int(year), int(month), 1)
    return _period(code, int(year), 1, 12)


def _period(code: str, year: int, first_month: int, months: int) -> Period:
    last_month = first_month + months - 1
    return Period(code, date(year, first_month, 1), date(year, last_month, calendar.monthrange(year, last_month)[1]))


def planned_lines(
    *, sections: Sequence[Section], body_tasks: Mapping[str, Sequence[str]], unit_points: Sequence[str]
) -> tuple[PlannedLine, ...]:
    """The lines of a unit's list: the annex verbatim, then what its bodies added, then the unit's own risk points.

    `body_tasks` are texts by section number; they and `unit_points`, which stand in the free section, are numbered on
    from the annex. RuleError `section` where a body's task names a section the list does not have.
    """
    unknown = sorted(set(body_tasks) - {section.number for section in sections})
    if unknown:
        raise RuleError("section", "The list has no section “%(given)s”.", ANNEX, given=unknown[0])
    return tuple(
        line
        for section in sections
        for line in _lines_of(section, body_tasks.get(section.number, ()), unit_points if section.free_text else ())
    )


def _lines_of(section: Section, added: Sequence[str], points: Sequence[str]) -> Iterator[PlannedLine]:
    for number, text in section.tasks:
        yield PlannedLine(section.number, section.key_work, number, text, "annex")
    if section.free_text:
        yield PlannedLine(section.number, section.key_work, section.number, section.free_text, "annex")
    further: list[tuple[str, Origin]] = [(text, "body") for text in added]
    further += [(text, "unit") for text in points]
    for count, (text, origin) in enumerate(further, start=len(section.tasks) + 1):
        yield PlannedLine(section.number, section.key_work, f"{section.number}.{count}", text, origin)


def answer_faults(answers: Sequence[LineAnswer]) -> tuple[Fault, ...]:
    """What still keeps a list from being submitted, by field name (`answer-3`, `remark-3`)."""
    return tuple(fault for answer in answers for fault in _faults_of(answer))


def _faults_of(answer: LineAnswer) -> Iterator[Fault]:
    at = answer.position
    yield from text_faults(f"remark-{at}", answer.remark, LONGEST_REMARK)
    if answer.task_done is None or (answer.task_done and answer.compliant is None):
        yield Fault(f"answer-{at}", "missing")
    elif not answer.task_done:
        if not answer.remark.strip():
            yield Fault(f"remark-{at}", "not_done_without_reason")
    elif not answer.compliant and not answer.remark.strip():
        yield Fault(f"remark-{at}", "problem_without_words")


def mark_of(task_done: bool | None, compliant: bool | None) -> Mark:
    """The mark in the 结果 column: √ the unit complies, × it does not, nothing while the task was not done."""
    if not task_done or compliant is None:
        return ""
    return "√" if compliant else "×"
