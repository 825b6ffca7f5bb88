"""Rows of the lists of open work as their templates draw them: no query beyond the marks of the page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cases.acting import LEGAL_ZONE
from cases.models import Deadline, Procedure, User
from cases.rules.working_days import WorkCalendar
from cases.selectors.written import own_words, written
from workflow.models import WorkItem
from workflow.selectors.case_words import outcome_words
from workflow.selectors.work import stood_in_for
from workflow.selectors.work_marks import RETURNS, Marks, marks_of
from workflow.selectors.worklist import GROUPS, Counts, group_of
from workflow.steps import STEPS

ICONS: Final = {
    "approve_inspection": "rubber-stamp",
    "assign_inspectors": "users",
    "decide_basis": "scale",
    "desk_check": "file-text",
    "inspect": "clipboard-check",
    "refer_penalty": "flag",
    "propose_class": "scale",
    "countersign": "pencil",
    "decide_grassroots": "rubber-stamp",
    "forward_filing": "send",
    "file_province": "archive",
    "list_key": "flag",
    "decide_measures": "rubber-stamp",
    "draft_interview": "file-text",
    "issue_interview": "rubber-stamp",
    "serve_interview": "mail",
    "hold_interview": "speakerphone",
    "draft_order": "file-text",
    "issue_order": "rubber-stamp",
    "serve_order": "mail",
    "report_rectification": "upload",
    "return_visit": "refresh",
    "withdraw_honours": "star",
    "escalate": "alert-triangle",
    "close_case": "archive",
    "decide_escalation": "rubber-stamp",
    "draft_listing_notice": "file-text",
    "issue_listing_notice": "rubber-stamp",
    "serve_listing_notice": "mail",
    "ask_lifting": "eye",
    "decide_lifting": "rubber-stamp",
    "issue_lift_notice": "rubber-stamp",
    "serve_lift_notice": "mail",
    "decide_return": "refresh",
}
ACTIONS: Final[dict[str, str | Promise]] = {
    "assign_inspectors": gettext_lazy("Assign"),
    "desk_check": gettext_lazy("Check"),
    "inspect": gettext_lazy("Go and inspect"),
    "refer_penalty": gettext_lazy("Refer"),
    "propose_class": gettext_lazy("Fill in"),
    "countersign": gettext_lazy("Sign"),
    "draft_interview": pgettext_lazy("button", "Draft"),
    "serve_interview": gettext_lazy("Serve"),
    "hold_interview": gettext_lazy("Record"),
    "draft_order": pgettext_lazy("button", "Draft"),
    "serve_order": gettext_lazy("Serve"),
    "report_rectification": gettext_lazy("Enter"),
    "return_visit": gettext_lazy("Revisit"),
    "withdraw_honours": gettext_lazy("Decide"),
    "draft_listing_notice": pgettext_lazy("button", "Draft"),
    "serve_listing_notice": gettext_lazy("Serve"),
    "ask_lifting": gettext_lazy("Ask for the lifting"),
    "serve_lift_notice": gettext_lazy("Serve"),
}
DECIDE: Final = gettext_lazy("Decide")
GROUP_LOOKS: Final = {
    "overdue": (gettext_lazy("Overdue"), "alert-triangle", "text-danger"),
    "today": (gettext_lazy("Due today"), "clock", "text-warn"),
    "next": (gettext_lazy("Within 7 days"), "calendar-due", ""),
    "later": (gettext_lazy("Later"), "history", ""),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A short state beside the step."""

    text: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One piece of work; `left` working days (negative: overdue), `tone` overdue, today or empty.

    `basis` is what the period rests on.
    """

    item: WorkItem
    step: str
    icon: str
    action: str
    left: int | None
    state: str
    group: str
    partners: str
    marks: list[Mark]
    behalf: str
    basis: str

    @property
    def tone(self) -> str:
        return self.group if self.group in ("overdue", "today") else ""


@dataclass(frozen=True, slots=True)
class WorkGroup:
    """The rows of a page that fall due together; `total` counts those on other pages too."""

    name: str
    title: str
    icon: str
    css: str
    rows: list[WorkRow]
    total: int


def work_rows(
    items: Sequence[WorkItem], *, user: User, absent: Iterable[User], calendar: WorkCalendar, today: date
) -> list[WorkRow]:
    """The rows of one page."""
    marks = marks_of(items, user)
    colleagues = list(absent)
    return [_row(item, marks, user, colleagues, calendar, today) for item in items]


def work_groups(rows: Iterable[WorkRow], counts: Counts) -> list[WorkGroup]:
    """The rows by the groups they fall into, in order; empty groups are left out."""
    by_group: dict[str, list[WorkRow]] = {name: [] for name in GROUPS}
    for row in rows:
        by_group[row.group].append(row)
    return [
        WorkGroup(name, str(GROUP_LOOKS[name][0]), *GROUP_LOOKS[name][1:], rows=found, total=counts.of(name))
        for name, found in by_group.items()
        if found
    ]


def _row(item: WorkItem, marks: Marks, user: User, absent: list[User], calendar: WorkCalendar, today: date) -> WorkRow:
    owner = stood_in_for(item, user, absent)
    paused = getattr(item, "paused", False)
    return WorkRow(
        item=item,
        step=str(STEPS[item.step].title),
        icon=ICONS.get(item.step, "file-text"),
        action=str(ACTIONS.get(item.step, DECIDE)),
        left=_left(item.due_on, calendar, today),
        state="suspended" if paused else "open",
        group=group_of(item, today),
        partners="、".join(each.name for each in marks.inspectors.get(item.case_id, []) if each.pk != user.pk),
        marks=_marks(item, marks, today),
        behalf=owner.name if owner else "",
        basis=own_words(marks.clocks[item.pk].basis) if item.pk in marks.clocks else "",
    )


def _left(due: date | None, calendar: WorkCalendar, today: date) -> int | None:
    """Working days left; at least one overdue after the day and one to go before it, days off or not."""
    if due is None:
        return None
    days = calendar.days_left(today, due)
    return min(days, -1) if due < today else max(days, 1) if due > today else 0


def _moment(at: datetime, today: date) -> str:
    """The hour of something today, else its day."""
    local = at.astimezone(LEGAL_ZONE)
    return f"{local:%H:%M}" if local.date() == today else str(written(local.date()))


def _marks(item: WorkItem, marks: Marks, today: date) -> list[Mark]:
    case = item.case
    found = [] if case.procedure == Procedure.MAIN else [Mark(str(case.get_procedure_display()), "info")]
    clock: Deadline | None = marks.clocks.get(item.pk)
    urged = getattr(clock, "reminded", 0)
    if urged:
        found.append(Mark(_("Urged: %(number)s") % {"number": urged}, "danger"))
    opinion = marks.opinions.get(item.case_id)
    if opinion is not None and opinion.outcome in RETURNS:
        found.append(Mark(outcome_words(opinion.step, opinion.outcome), "warn"))
    if item.case_id in marks.progress and item.step in ("inspect", "desk_check"):
        answered, of = marks.progress[item.case_id]
        found.append(Mark(_("Draft %(answered)s/%(all)s") % {"answered": answered, "all": of}, "info"))
    elif item.pk in marks.drafts:
        found.append(Mark(_("draft kept %(at)s") % {"at": _moment(marks.drafts[item.pk], today)}, "info"))
    if clock is not None and clock.provisional:
        found.append(Mark(_("provisional"), "warn"))
    return found
