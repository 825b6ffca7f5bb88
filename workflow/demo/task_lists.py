"""Supervision task lists of the demo: last half-year's filled in, this half-year's in every state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from cases.acting import Acting
from cases.models import Body, Enterprise, TaskSheet, User
from cases.rules.task_list import LineAnswer, period_of
from cases.selectors.task_sheets import GONE
from cases.services.body_tasks import add_body_task
from cases.services.fill_task_sheet import SheetFacts, give_sheet, save_sheet_draft, submit_sheet
from cases.services.generate_task_sheets import generate_task_sheet

UNITS: Final = 9
OWN_TASK: Final = "检查产品追溯码赋码、扫码情况。"
PROBLEMS: Final = {
    "1.2": "配备质量安全员1名，尚未设立质量安全总监。",
    "2.1": "10月有三天没有每日检查记录。",
    "4.1": "一批塑料粒子没有进货查验记录。",
    "2.5": "未见本年度培训考核记录。",
}
LEFT_OUT: Final = {"3.4": "单位没有委托加工。"}


def settle_task_lists(*, county: Body, head: User, officers: Sequence[User], end: datetime, random: Random) -> None:
    """Lists of some units of the county; `officers` are two certified inspectors, `head` makes the lists."""
    month_ago = end - timedelta(days=30)
    add_body_task(body=county, list_code="production", section="4", text=OWN_TASK, acting=Acting(head, month_ago))
    period = period_of("half_year", end.date()).code
    units = Enterprise.objects.filter(makes=True, territorial_body__position__range=(county.position, county.last))
    for place, unit in enumerate(units.exclude(status__in=GONE).order_by("pk")[:UNITS]):
        made_at = month_ago + timedelta(hours=9, minutes=place)
        sheet = generate_task_sheet(
            enterprise_id=unit.pk, list_code="production", period=period, acting=Acting(head, made_at)
        )
        give_sheet(sheet_id=sheet.pk, officer_id=officers[place % 2].pk, acting=Acting(head, made_at))
        _go_on(sheet, place, officers, made_at + timedelta(days=10 + place), end, random)


def _go_on(sheet: TaskSheet, place: int, officers: Sequence[User], at: datetime, end: datetime, random: Random) -> None:
    """A third is filled in, a third half filled in, the rest still to do."""
    if place % 3 == 2 or at >= end:
        return
    found = set(random.sample(sorted(PROBLEMS), 1 + place % 2))
    lines = list(sheet.lines.all())
    if place % 3 == 1:
        lines = lines[: len(lines) // 2]
    first, second = officers[place % 2], officers[1 - place % 2]
    facts = SheetFacts(
        version=sheet.version,
        checked_on=at.date(),
        second_officer_id=second.pk,
        answers=tuple(_answer(line.position, line.number, found) for line in lines),
    )
    keep = save_sheet_draft if place % 3 == 1 else submit_sheet
    keep(sheet_id=sheet.pk, facts=facts, acting=Acting(first, at))


def _answer(position: int, number: str, found: set[str]) -> LineAnswer:
    if number in LEFT_OUT:
        return LineAnswer(position, False, None, LEFT_OUT[number])
    if number in found:
        return LineAnswer(position, True, False, PROBLEMS[number])
    return LineAnswer(position, True, True)
