"""Approvals: what waits for the person's decision, with what was proposed."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cases.views.list_page import ListPage, export_response
from workflow.forms.list_kinds import APPROVALS
from workflow.forms.worklist import WorkFilterForm
from workflow.selectors.approvals import Summary, approvals_of, summaries_of
from workflow.selectors.case_words import outcome_words
from workflow.selectors.worklist import areas_of, narrowed, tally_of
from workflow.views.work_rows import WorkRow
from workflow.views.worklist import Desk, list_context, step_tabs


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A decision to take; `barred` where the person signed before and somebody else must decide."""

    row: WorkRow
    summary: Summary
    by: str
    words: str
    barred: bool


@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """The decisions that wait for the person, narrowed by the address."""
    desk = Desk.of(request, APPROVALS)
    if elsewhere := desk.frame.elsewhere():
        return elsewhere
    everything = approvals_of(desk.people)
    steps = tally_of(everything, desk.today).steps()
    form = WorkFilterForm(request.GET, areas=areas_of(everything), steps=[step for step, _number in steps])
    wanted = form.wanted()
    page = desk.page_of(narrowed(everything, wanted, desk.today))
    summaries = summaries_of(list(page.object_list))
    context = {
        **list_context(desk, form, wanted),
        "page": page,
        "rows": [_row(row, summaries[row.item.case_id], desk) for row in desk.rows_of(page)],
        "tabs": step_tabs(desk, steps, wanted, _("Everything")),
        "absent": desk.absent,
    }
    return render(request, "workflow/inbox/approvals.html", context)


@require_GET
def approvals_export(request: HttpRequest) -> HttpResponseBase:
    """The list of the same address as a workbook."""
    return export_response(ListPage.of(request, APPROVALS), filename="approvals")


def _row(row: WorkRow, summary: Summary, desk: Desk) -> ApprovalRow:
    opinion = summary.opinion
    return ApprovalRow(
        row=row,
        summary=summary,
        by="、".join(person.name for person in summary.by),
        words=outcome_words(opinion.step, opinion.outcome) if opinion else "",
        barred=summary.signed_by(desk.user, row.item.step),
    )
