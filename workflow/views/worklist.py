"""What the pages of open work share: who reads, when, and the addresses of the list narrowed otherwise."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.acting import Acting, legal_date
from cases.models import User
from cases.rules.working_days import WorkCalendar
from cases.selectors.calendar import work_calendar
from cases.selectors.list_kinds import NO_VIEW, ListKind
from cases.views.list_page import ListPage
from cases.views.paging import BoundedPaginator, address
from cases.views.registry import reader
from workflow.forms.list_kinds import INBOX
from workflow.forms.worklist import CLASSES, DUES, WorkFilterForm
from workflow.models import WorkItem
from workflow.selectors.worklist import WorkFilter
from workflow.steps import STEPS
from workflow.views.bulk import acts_for
from workflow.views.waiting_counts import people_of
from workflow.views.work_rows import WorkRow, work_rows

ROWS: Final = 20
COMPACT_ROWS: Final = 40
TABS: Final = 6
"""Steps that get a tab of their own, the fullest first."""
_SORTS: Final = {"due": ("due", "-due"), "name": ("name", "-name"), "class": ("class", "-class")}


@dataclass
class Desk:
    """One person looking at lists of work at one moment; the clock is read here."""

    request: HttpRequest
    at: datetime
    kind: ListKind

    @classmethod
    def of(cls, request: HttpRequest, kind: ListKind = INBOX) -> "Desk":
        return cls(request, timezone.now(), kind)

    @cached_property
    def frame(self) -> ListPage:
        """The saved views, columns and density of the list."""
        return ListPage(self.request, self.kind, self.acting)

    @property
    def user(self) -> User:
        return reader(self.request)

    @property
    def today(self) -> date:
        return legal_date(self.at)

    @property
    def acting(self) -> Acting:
        return Acting(self.user, self.at)

    @cached_property
    def absent(self) -> list[User]:
        """The absent colleagues whose work the person does today."""
        return people_of(self.user, self.today)[1:]

    @property
    def people(self) -> list[User]:
        return [self.user, *self.absent]

    @cached_property
    def calendar(self) -> WorkCalendar:
        return work_calendar()

    def page_of(self, rows: QuerySet[WorkItem]) -> Page[WorkItem]:
        return BoundedPaginator(rows, COMPACT_ROWS if self.frame.compact else ROWS).get_page(
            self.request.GET.get("page")
        )

    def rows_of(self, page: Page[WorkItem]) -> list[WorkRow]:
        return work_rows(
            list(page.object_list), user=self.user, absent=self.absent, calendar=self.calendar, today=self.today
        )

    def address(self, *without: str, **changes: str) -> str:
        """The query of this page without some parameters and its page number, and with others set."""
        return address(self.request, *without, **changes)


def chips(desk: Desk, form: WorkFilterForm, wanted: WorkFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    labels: dict[str, tuple[str, str]] = {}
    if wanted.due:
        labels["due"] = (_("Due"), str(DUES[wanted.due]))
    if wanted.area:
        labels["area"] = (_("Area"), form.area_name(wanted.area))
    if wanted.classes:
        names = dict(CLASSES)
        labels["class"] = (_("Quality class"), "、".join(str(names[each]) for each in wanted.classes))
    if wanted.step:
        labels["step"] = (_("Step"), str(STEPS[wanted.step].title))
    if wanted.text:
        labels["q"] = (_("Search"), wanted.text)
    return [
        {"label": label, "value": value, "remove_url": desk.address(name)} for name, (label, value) in labels.items()
    ]


def sorts(desk: Desk, wanted: WorkFilter) -> dict[str, dict[str, str]]:
    """For each sortable column the address that sorts by it, and how it is sorted now."""
    return {
        column: {
            "url": desk.address(sort=down if wanted.order == up else up),
            "state": "ascending" if wanted.order == up else "descending" if wanted.order == down else "",
        }
        for column, (up, down) in _SORTS.items()
    }


def step_tabs(desk: Desk, steps: list[tuple[str, int]], wanted: WorkFilter, all_label: str) -> list[dict[str, Any]]:
    """Everything, then the fullest steps; the chosen one is always there."""
    shown = steps[:TABS]
    if wanted.step and wanted.step not in dict(shown):
        shown = [*shown[: TABS - 1], (wanted.step, dict(steps).get(wanted.step, 0))]
    in_view = desk.frame.view is not None
    everything = {
        "label": all_label,
        "url": desk.frame.whole_url if in_view else desk.address("step", view=NO_VIEW),
        "current": not wanted.step and not in_view,
        "count": sum(number for _step, number in steps),
    }
    return [everything] + [
        {
            "label": str(STEPS[step].title),
            "url": f"?step={step}" if in_view else desk.address(step=step),
            "current": step == wanted.step and not in_view,
            "count": number,
        }
        for step, number in shown
        if step in STEPS
    ]


def list_context(desk: Desk, form: WorkFilterForm, wanted: WorkFilter) -> dict[str, Any]:
    """What the frame of every list of work shows."""
    return {
        **desk.frame.context(),
        "bulk_acts": acts_for(desk.user, desk.kind.code),
        "form": form,
        "wanted": wanted,
        "chips": chips(desk, form, wanted),
        "sorts": sorts(desk, wanted),
        "query": desk.address()[1:],
        "task_query": f"?from={desk.kind.code}" + (f"&{desk.frame.query}" if desk.frame.query else ""),
        "today": desk.today,
    }
