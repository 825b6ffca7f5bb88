"""The watch board: matters under listed oversight, and units taken over, that a person may see (P5 steps 5 and 7)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Prefetch, Q, QuerySet

from cases.models import Body, Deadline, ListedOversight, OversightProgress, UpperSupervision, User
from cases.rules.working_days import WorkCalendar
from cases.selectors.escalation import RUNNING
from cases.selectors.scope import holds, within

PERMISSIONS: Final = ("view_oversight", "track_listed")
PROGRESS: Final = "oversight_progress"
State = ListedOversight.State
TILES: Final = ("running", "late", "silent", "asked", "over")
"""Running; past the due day; without the report that was due; waiting for a decision on the lifting; ended."""


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What the board is narrowed to; an empty value narrows nothing but to what is running."""

    tile: str = "running"
    text: str = ""
    area: Body | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One matter: working days left (None once it is over), the last report, and the day the next is due."""

    oversight: ListedOversight
    left: int | None
    last: OversightProgress | None
    reports: int
    next_report_on: date | None
    silent: bool
    """Whether the report that was due has not come."""

    @property
    def late(self) -> bool:
        return self.left is not None and self.left < 0


def sees_board(user: User | AnonymousUser) -> bool:
    return any(holds(user, codename) for codename in PERMISSIONS)


def visible_oversight(user: User | AnonymousUser) -> QuerySet[ListedOversight]:
    """Matters of units in the subtree of the person's posts, from the service of the notice on."""
    return ListedOversight.objects.filter(_within(user, "case__territorial_body"), opened_on__isnull=False)


def visible_supervision(user: User | AnonymousUser) -> QuerySet[UpperSupervision]:
    """Units of the subtree of the person's posts that a body above supervises now, the earliest review first."""
    rows = UpperSupervision.objects.filter(_within(user, "enterprise__territorial_body"), ended_on__isnull=True)
    related = ("enterprise__territorial_body", "body", "from_body", "case")
    return rows.select_related(*related).order_by("review_on", "pk")


def _within(user: User | AnonymousUser, path: str) -> Q:
    scope = Q(pk__in=[])
    for codename in PERMISSIONS:
        scope |= within(user, codename, path)
    return scope


def narrowed(rows: QuerySet[ListedOversight], wanted: BoardFilter, today: date) -> QuerySet[ListedOversight]:
    """Narrow a queryset that is scoped already; the late ones first, then by their due day."""
    rows = rows.filter(_tiles(today).get(wanted.tile, _tiles(today)["running"]))
    if wanted.text:
        named = Q(case__enterprise__name__icontains=wanted.text) | Q(case__number__icontains=wanted.text)
        rows = rows.filter(named | Q(case__enterprise__uscc__startswith=wanted.text.upper()))
    if wanted.area is not None:
        rows = rows.filter(case__territorial_body__position__range=(wanted.area.position, wanted.area.last))
    if wanted.tile == "over":
        return rows.order_by("-case__closed_at", "-pk")
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def counts(rows: QuerySet[ListedOversight], today: date) -> dict[str, int]:
    """How many there are of each tile; one query."""
    tiles = {name: Count("pk", filter=condition, distinct=True) for name, condition in _tiles(today).items()}
    return rows.order_by().aggregate(**tiles)


def listed(rows: QuerySet[ListedOversight]) -> QuerySet[ListedOversight]:
    """Rows with everything the board shows; a constant number of queries."""
    reports = Prefetch("progress", OversightProgress.objects.select_related("reported_by").order_by("-pk"))
    related = ("case__enterprise", "case__territorial_body", "listed_by", "watched_body")
    return rows.select_related(*related).prefetch_related(reports)


def board_rows(rows: Iterable[ListedOversight], calendar: WorkCalendar, today: date) -> list[BoardRow]:
    """The rows of a page of `listed`; one query."""
    matters = list(rows)
    due = _next_reports(matters)
    return [_row(oversight, due.get(oversight.pk), calendar, today) for oversight in matters]


def _row(oversight: ListedOversight, next_on: date | None, calendar: WorkCalendar, today: date) -> BoardRow:
    reports = list(oversight.progress.all())
    running = oversight.state in RUNNING and oversight.due_on is not None
    return BoardRow(
        oversight=oversight,
        left=calendar.days_left(today, oversight.due_on) if running and oversight.due_on else None,
        last=reports[0] if reports else None,
        reports=len(reports),
        next_report_on=next_on,
        silent=next_on is not None and next_on < today,
    )


def _next_reports(matters: Sequence[ListedOversight]) -> dict[int, date]:
    subjects = {f"progress:{oversight.pk}": oversight.pk for oversight in matters}
    running = Deadline.objects.filter(rule=PROGRESS, subject__in=subjects, state=Deadline.State.RUNNING)
    return {subjects[subject]: due for subject, due in running.values_list("subject", "due_on")}


def _tiles(today: date) -> dict[str, Q]:
    running = Q(state__in=RUNNING)
    silent = {
        "case__deadlines__rule": PROGRESS,
        "case__deadlines__state": Deadline.State.RUNNING,
        "case__deadlines__due_on__lt": today,
    }
    return {
        "running": running,
        "late": running & Q(due_on__lt=today),
        "silent": running & Q(**silent),
        "asked": Q(state=State.LIFT_ASKED),
        "over": ~running,
    }


def areas(user: User | AnonymousUser) -> QuerySet[Body]:
    """The counties whose units stand on the person's board."""
    places = visible_oversight(user).order_by().values("case__territorial_body__region_code")
    return Body.objects.filter(level=Body.Level.COUNTY, code__in=places).order_by("position")


def late_oversight(user: User | AnonymousUser, today: date) -> QuerySet[ListedOversight]:
    """The matters on the person's board that are past their due day."""
    return visible_oversight(user).filter(_tiles(today)["late"])
