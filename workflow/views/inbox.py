"""My tasks: what the person and the absent colleagues they stand in for have taken, the most urgent first."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from cases.models import AuditEvent
from cases.selectors.scope import holds
from cases.views.list_page import ListPage, export_response
from cases.views.paging import BoundedPaginator
from workflow.forms.list_kinds import INBOX
from workflow.forms.worklist import WorkFilterForm
from workflow.guards import BY_NAME
from workflow.models import WorkItem
from workflow.selectors.case_words import event_words
from workflow.selectors.finished import OnTime, finished_this_month, on_time_this_month
from workflow.selectors.work import taken_by
from workflow.selectors.worklist import (
    Counts,
    Tally,
    WorkFilter,
    areas_of,
    counts_here,
    narrowed,
    tally_of,
)
from workflow.views.waiting_counts import MOST_COUNTED, waiting
from workflow.views.work_rows import work_groups
from workflow.views.worklist import ROWS, Desk, list_context, step_tabs


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The person's own work, narrowed by the address."""
    desk = Desk.of(request, INBOX)
    if elsewhere := desk.frame.elsewhere():
        return elsewhere
    everything = taken_by(desk.people)
    tally = tally_of(everything, desk.today)
    steps = tally.steps()
    form = WorkFilterForm(request.GET, areas=areas_of(everything), steps=[step for step, _number in steps])
    wanted = form.wanted()
    finished = finished_this_month(desk.user, desk.at)
    counts = tally.counts()
    context = {
        **list_context(desk, form, wanted),
        "counts": counts,
        "tiles": _tiles(desk, counts, finished.count(), wanted),
        "tabs": step_tabs(desk, steps, wanted, _("All tasks")),
        "absent": desk.absent,
        "may_open": holds(desk.user, "create_case"),
    }
    if wanted.due == "done":
        context |= _finished(desk, finished)
    else:
        context |= _open(desk, everything, wanted, tally)
    return render(request, "workflow/inbox/inbox.html", context)


@require_GET
def inbox_export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a workbook."""
    return export_response(ListPage.of(request, INBOX), filename="tasks")


def _open(desk: Desk, everything: QuerySet[WorkItem], wanted: WorkFilter, tally: Tally) -> dict[str, Any]:
    page = desk.page_of(narrowed(everything, wanted, desk.today))
    rows = desk.rows_of(page)
    here = counts_here(everything, wanted, tally) if wanted.order == "due" else None
    return {
        "page": page,
        "rows": rows,
        "groups": work_groups(rows, here) if here else [],
        "may_put_back": {item.pk for item in page if item.owner_id == desk.user.pk and item.step not in BY_NAME},
    }


def _finished(desk: Desk, finished: QuerySet[AuditEvent]) -> dict[str, Any]:
    page = BoundedPaginator(finished, ROWS).get_page(desk.request.GET.get("page"))
    events = [{"event": event, "words": event_words(event.action, event.data)} for event in page.object_list]
    return {"page": page, "events": events}


def _tiles(desk: Desk, counts: Counts, finished: int, wanted: WorkFilter) -> list[dict[str, Any]]:
    free = waiting(("queue", "inbox"), desk.user)["queue"]
    tiles = [
        ("overdue", _("Overdue"), "alert-triangle", counts.overdue, _longest(desk, counts)),
        ("today", _("Due today"), "clock", counts.today, _("ends with the day") if counts.today else _("nothing")),
        (
            "week",
            _("Due within 7 days"),
            "calendar-due",
            counts.week,
            _("%(number)s of class C") % {"number": counts.week_c},
        ),
        ("queue", _("To claim"), "list-check", free, _("within your reach")),
        ("done", _("Finished this month"), "circle-check", finished, _on_time(on_time_this_month(desk.user, desk.at))),
    ]
    return [
        {
            "name": name,
            "icon": icon,
            "value": f"{value}+" if due == "queue" and value == MOST_COUNTED else str(value),
            "note": note,
            "css": f"tile-{due}" if due in ("overdue", "today") and value else "",
            "url": reverse("queue") if due == "queue" else desk.address(due="" if wanted.due == due else due),
            "current": wanted.due == due,
            "leaves": due == "queue",
        }
        for due, name, icon, value, note in tiles
    ]


def _longest(desk: Desk, counts: Counts) -> str:
    if not counts.overdue or counts.earliest is None:
        return _("nothing")
    days = -desk.calendar.days_left(desk.today, counts.earliest)
    return ngettext("longest: %(days)s working day", "longest: %(days)s working days", days) % {"days": days}


def _on_time(punctual: OnTime) -> str:
    if punctual.rate is None:
        return _("nothing yet")
    return _("on time: %(rate)s %%") % {"rate": f"{punctual.rate:.1f}"}
