"""Which supervision task lists a person may see, which units get one, and what its lines will be."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.models import Body, BodyTask, Enterprise, ListEntry, ResponsibilityLock, RiskControlItem, TaskSheet, User
from cases.models.enterprise import OperatingStatus
from cases.packs.tier_sections import TaskList
from cases.rules.task_list import Section
from cases.selectors.bodies import ancestors
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.scope import within
from cases.selectors.settings import PackFinder

PACK: Final = "task_lists.pack"
"""The setting that names the pack whose annex the lists follow."""
GONE: Final = (OperatingStatus.DEREGISTERED, OperatingStatus.REVOKED, OperatingStatus.MOVED)
SELECTIONS: Final = ("all", "locked", "listed", "tightened")


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    area: Body | None = None
    state: str = ""
    list_code: str = ""
    period: str = ""
    mine: User | None = None
    late: date | None = None
    """Only open ones whose period was over before this day."""
    text: str = ""


def visible_sheets(user: User | AnonymousUser) -> QuerySet[TaskSheet]:
    """Every task list of a unit the person may see, and nothing else."""
    return TaskSheet.objects.filter(within(user, "view_enterprise", "enterprise__territorial_body"))


def filtered_sheets(rows: QuerySet[TaskSheet], wanted: SheetFilter) -> QuerySet[TaskSheet]:
    """Narrow a queryset that is scoped already; open ones first, the earliest end first."""
    if wanted.area is not None:
        span = (wanted.area.position, wanted.area.last)
        rows = rows.filter(enterprise__territorial_body__position__range=span)
    for name in ("state", "list_code", "period"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.mine is not None:
        rows = rows.filter(officer=wanted.mine)
    if wanted.late is not None:
        rows = rows.filter(state=TaskSheet.State.OPEN, last_day__lt=wanted.late)
    if wanted.text:
        rows = rows.filter(Q(enterprise__name__icontains=wanted.text) | Q(enterprise__uscc__startswith=wanted.text))
    counted = rows.annotate(problems=Count("lines", filter=Q(lines__compliant=False)))
    related = ("enterprise__territorial_body", "officer", "body")
    return counted.select_related(*related).order_by("-state", "last_day", "enterprise__name", "pk")


def units_to_list(user: User, area: Body, list_code: str, selection: str) -> QuerySet[Enterprise]:
    """Units of the area that get a task list of this kind: those that still exist, narrowed by `selection`.

    `selection`: all, locked (with a responsible officer), listed (key or special supervision), tightened (by mode).
    """
    rows = visible_enterprises(user, "manage_task_list").exclude(status__in=GONE)
    rows = rows.filter(territorial_body__position__range=(area.position, area.last))
    rows = rows.filter(Q(makes=True) if list_code == "production" else Q(sells_wholesale=True) | Q(sells_retail=True))
    if selection == "locked":
        rows = rows.filter(Exists(ResponsibilityLock.objects.filter(enterprise=OuterRef("pk"), ended_on__isnull=True)))
    elif selection == "listed":
        entries = ListEntry.objects.filter(enterprise=OuterRef("pk"), register="supervision", left_on__isnull=True)
        rows = rows.filter(Exists(entries))
    elif selection == "tightened":
        rows = rows.filter(mode="tightened")
    return rows


def task_sections(bodies: Iterable[Body], list_code: str, on: date) -> list[Section]:
    """The sections of a list as the bodies' packs have them on the day, each once. RuleError: `pack_not_in_force`."""
    packs = PackFinder(PACK, on)
    lists = {pack.ref: pack.task_lists[list_code] for pack in map(packs.of, bodies)}
    return list({each.number: each for task_list in lists.values() for each in sections_of(task_list)}.values())


def sections_of(task_list: TaskList) -> tuple[Section, ...]:
    """The sections of a pack's list as the rule takes them."""
    return tuple(
        Section(
            section.number,
            section.key_work,
            tuple((task.number, task.text) for task in section.tasks),
            section.free_text,
        )
        for section in task_list.sections
    )


def body_tasks_for(body: Body, list_code: str) -> Mapping[str, list[str]]:
    """Tasks that the body and those above it have added, by section, the highest body's first; two queries."""
    bodies = [*ancestors(body), body]
    rows = BodyTask.objects.filter(body__in=bodies, list_code=list_code, retired_at__isnull=True)
    added: dict[str, list[str]] = defaultdict(list)
    for row in rows.order_by("body__position", "pk"):
        if row.text not in added[row.section]:
            added[row.section].append(row.text)
    return added


def risk_points_of(enterprises: Iterable[int], on: date) -> Mapping[int, list[str]]:
    """Key risk points that stand on the units' risk-control lists on the day, by unit; one query."""
    rows = RiskControlItem.objects.filter(enterprise__in=list(enterprises), added_on__lte=on)
    rows = rows.filter(Q(retired_on__isnull=True) | Q(retired_on__gt=on)).order_by("pk")
    points: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        points[row.enterprise_id].append(f"{row.key_risk_point}：{row.measure}")
    return points


def latest_problems(enterprise: Enterprise) -> TaskSheet | None:
    """The unit's latest filled list in which something did not comply, its failed lines at ``problem_lines``."""
    sheet = (
        TaskSheet.objects.filter(enterprise=enterprise, state=TaskSheet.State.FILLED, lines__compliant=False)
        .order_by("-checked_on", "-pk")
        .first()
    )
    if sheet is not None:
        sheet.problem_lines = list(sheet.lines.filter(compliant=False))  # type: ignore[attr-defined]
    return sheet
