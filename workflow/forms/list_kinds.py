"""The lists of this floor as saved views, exports and acts on many rows know them: open work and cases."""

from collections.abc import Callable
from typing import Any, Final

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.models import Case
from cases.selectors.cases import visible_cases
from cases.selectors.list_kinds import Column, ListKind, register_list
from cases.selectors.written import written
from workflow.forms.case_list import CaseFilterForm
from workflow.forms.worklist import WorkFilterForm
from workflow.models import WorkItem
from workflow.selectors.approvals import approvals_of
from workflow.selectors.case_list import filtered
from workflow.selectors.case_words import status_words
from workflow.selectors.work import reassignable_work, stands_for, taken_by, waiting_for
from workflow.selectors.worklist import narrowed
from workflow.services.export_cases import case_sheet
from workflow.services.export_work import work_sheet
from workflow.steps import STEPS

TAKEN: Final = "taken"
_WORK: Final = frozenset({"q", "area", "step", "due", "class", "sort", "cols"})
Rows = Callable[[Acting, QueryDict], QuerySet[WorkItem]]


def everything_taken(acting: Acting, query: QueryDict) -> QuerySet[WorkItem]:
    """What the person, or an absent colleague they stand in for, has taken."""
    return taken_by(stands_for(acting.person, acting.today))


def everything_waiting(acting: Acting, query: QueryDict) -> QuerySet[WorkItem]:
    """What waits; with `show=taken` what colleagues have taken, for whoever may give it to others."""
    user = acting.person
    if query.get("show") == TAKEN:
        return reassignable_work(user).filter(owner__isnull=False).exclude(owner=user)
    return waiting_for(stands_for(user, acting.today))


def everything_to_decide(acting: Acting, query: QueryDict) -> QuerySet[WorkItem]:
    """The decisions that wait for the person."""
    return approvals_of(stands_for(acting.person, acting.today))


def _narrowed(everything: Rows) -> Rows:
    return lambda acting, query: narrowed(everything(acting, query), WorkFilterForm(query).wanted(), acting.today)


def _line(item: WorkItem) -> str:
    case = item.case
    return f"{written(item.due_on) if item.due_on else '—'} · {case.enterprise.name} · {STEPS[item.step].title}"


def _of_work(code: str, title: Any, everything: Rows, *columns: Column, also: tuple[str, ...] = ()) -> ListKind:
    return register_list(
        ListKind(
            code=code,
            title=title,
            url_name=code,
            parameters=_WORK | frozenset(also),
            columns=columns,
            rows=_narrowed(everything),
            sheet=lambda acting, rows: work_sheet(acting, rows, title),
            line=_line,
        )
    )


_DUE = Column("due", _("Deadline"), fixed=True)
_UNIT = Column("unit", _("Enterprise / case"), fixed=True)
_STEP = Column("step", _("Current step"), fixed=True)
_SINCE = Column("since", _("Open since"), usual=False)
_BASIS = Column("basis", _("Basis of the period"), usual=False)

INBOX = _of_work(
    "inbox",
    _("My tasks"),
    everything_taken,
    _DUE,
    _UNIT,
    Column("class", _("Class")),
    _STEP,
    Column("town", _("Town")),
    Column("people", _("With")),
    Column("body", _("Body"), usual=False),
    _BASIS,
    _SINCE,
)
QUEUE = _of_work(
    "queue",
    _("To claim"),
    everything_waiting,
    _DUE,
    _UNIT,
    Column("class", _("Class")),
    _STEP,
    Column("town", _("Town")),
    Column("people", _("Inspectors"), usual=False),
    Column("body", _("Body or person")),
    _BASIS,
    _SINCE,
    also=("show",),
)
APPROVALS = _of_work(
    "approvals",
    _("Approvals"),
    everything_to_decide,
    _DUE,
    _UNIT,
    Column("class", _("Class"), usual=False),
    Column("step", _("Decision"), fixed=True),
    Column("proposal", _("Proposal")),
    Column("by", _("Put forward by")),
    Column("town", _("Town"), usual=False),
    _BASIS,
    _SINCE,
)


def _cases(acting: Acting, query: QueryDict) -> QuerySet[Case]:
    user = acting.person
    wanted = CaseFilterForm(query, user=user).wanted()
    return filtered(visible_cases(user), wanted, user=user, today=acting.today)


CASES = register_list(
    ListKind(
        code="cases",
        title=_("Cases"),
        url_name="case_list",
        parameters=frozenset(
            {
                "q",
                "area",
                "status",
                "step",
                "class",
                "procedure",
                "form",
                "opened_from",
                "opened_to",
                "mine",
                "sort",
                "cols",
            }
        ),
        columns=(
            Column("due", _("Deadline"), fixed=True),
            Column("unit", _("Enterprise / case"), fixed=True),
            Column("class", _("Class")),
            Column("status", _("Status")),
            Column("step", _("Open step")),
            Column("region", _("Region")),
            Column("people", _("Inspectors")),
            Column("body", _("Handling body"), usual=False),
            Column("opened", _("Opened")),
            Column("closed", _("Closed"), usual=False),
        ),
        rows=_cases,
        sheet=case_sheet,
        line=lambda case: f"{case.number} · {case.enterprise.name} · {status_words(case.status)}",
        prepared=lambda rows: rows.select_related("enterprise"),
        permissions=("view_case",),
    )
)
