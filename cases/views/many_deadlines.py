"""Lengthen many periods at once, ask for it, or press for them; each by its own guard and service."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases.acting import Acting
from cases.forms.list_kinds import DEADLINES, AskedDeadlines
from cases.forms.many_deadlines import AskManyForm, ExtendManyForm
from cases.guards.conditions import failed
from cases.guards.deadlines import extending
from cases.guards.p1 import may_ask_extension
from cases.models.case import Case
from cases.models.deadline import Deadline
from cases.models.measures import ExtensionRequest
from cases.rules.errors import RuleError, StatedError
from cases.selectors.deadlines import narrowed, not_yet_pressed
from cases.selectors.notifications import rule_title
from cases.selectors.scope import holds
from cases.services.deadlines import extend_deadline
from cases.services.report_rectification import AskExtension, ask_extension, require_in_time, served_order
from cases.services.urge import remind_accountable, whom_to_urge
from cases.views.list_acts import Act, Picked, act_page, in_words
from cases.views.preferences import safe_next
from cases.views.registry import acting_of, reader

MOST_REMINDED: Final = 100
"""So many of everything overdue are pressed for at once, the longest overdue first."""


def why_not_extended(deadline: Deadline, acting: Acting) -> str:
    """Every condition of the guard that does not hold; empty where the period may be lengthened."""
    return "；".join(str(condition.reason) for condition in failed(extending(deadline, acting)))


def extend_one(deadline: Deadline, facts: dict[str, Any], acting: Acting) -> Deadline:
    return extend_deadline(deadline=deadline, amount=facts["amount"], reason=facts["reason"], acting=acting)


def about_deadline(deadline: Deadline) -> tuple[str, str]:
    name = deadline.about.name if deadline.about else deadline.accountable_body.name
    return f"{name} · {rule_title(deadline.rule)}", reverse("deadline_detail", args=[deadline.pk])


def extend_form(data: Any, deadlines: Sequence[Deadline]) -> ExtendManyForm:
    return ExtendManyForm(data, deadlines=deadlines)


EXTEND_TITLE = _("Extend the period")
EXTEND_EFFECT = _(
    "Each period is lengthened within its rule; the reason stands in its ledger and cannot be taken back."
)
EXTEND = Act(
    code="extend",
    title=EXTEND_TITLE,
    effect=EXTEND_EFFECT,
    icon="calendar-due",
    form=extend_form,
    why_not=why_not_extended,
    do=extend_one,
    about=about_deadline,
)


# --- ask for more time -----------------------------------------------------------------------------------------------


def why_not_asked(case: Case, acting: Acting) -> str:
    """What keeps the person from asking for an extension of the case's order; empty where nothing does."""
    if missing := failed(may_ask_extension(case, acting)):
        return "；".join(str(condition.reason) for condition in missing)
    try:
        require_in_time(served_order(case), acting)
    except RuleError as error:
        return in_words(error)
    return ""


def ask_form(data: Any, _rows: Sequence[Any]) -> AskManyForm:
    return AskManyForm(data)


def ask_one(case_id: int, facts: dict[str, Any], acting: Acting) -> ExtensionRequest:
    return ask_extension(case_id=case_id, facts=AskExtension(facts["days"], facts["reason"]), acting=acting)


def _why_no_period_asked(deadline: Deadline, acting: Acting) -> str:
    if deadline.case is None or not deadline.subject.startswith("order:"):
        return gettext("Only for the period of a rectification order can an extension be asked.")
    return why_not_asked(deadline.case, acting)


def _ask_for_period(deadline: Deadline, facts: dict[str, Any], acting: Acting) -> ExtensionRequest:
    assert deadline.case_id is not None  # a row without a case was left out
    return ask_one(deadline.case_id, facts, acting)


ASK_TITLE = _("Ask for an extension")
ASK_EFFECT = _(
    "Each request waits on its case for whoever issued the order; the period goes on as it is until they decide. "
    "An order can be extended once only."
)
ASK = Act(
    code="ask",
    title=ASK_TITLE,
    effect=ASK_EFFECT,
    icon="calendar-due",
    form=ask_form,
    why_not=_why_no_period_asked,
    do=_ask_for_period,
    about=about_deadline,
)


# --- press for them --------------------------------------------------------------------------------------------------


def _why_not_reminded(deadline: Deadline, acting: Acting) -> str:
    try:
        whom_to_urge(deadline, acting)
    except StatedError as error:
        return in_words(error)
    return ""


REMIND = Act(
    code="remind",
    title=_("Remind"),
    effect=_("Whoever answers for each of these deadlines gets a message now; nobody is reminded twice a day."),
    icon="speakerphone",
    form=lambda data, _rows: forms.Form(data),
    why_not=_why_not_reminded,
    do=lambda deadline, _facts, acting: remind_accountable(deadline=deadline, acting=acting),
    about=about_deadline,
)


@require_POST
def deadlines_remind(request: HttpRequest) -> HttpResponse:
    """Press for the chosen deadlines of the board; with `?all`, for what is longest overdue in the area."""
    if not holds(reader(request), "view_oversight"):
        raise PermissionDenied
    if "all" not in request.GET or "confirm" in request.POST:
        return act_page(request, DEADLINES, REMIND)
    acting = acting_of(request)
    asked = AskedDeadlines.of(acting.person, acting.today, request.GET)
    overdue = not_yet_pressed(narrowed(asked.local, today=acting.today, due="overdue"), acting.today)
    keys = list(overdue.order_by("due_on", "pk").values_list("pk", flat=True)[:MOST_REMINDED])
    back = safe_next(request, "oversight")
    if not keys:
        messages.warning(request, gettext("Everybody has been reminded today already."))
        return redirect(back)
    query = asked.chosen.address(due="overdue", day="")[1:]
    return act_page(request, DEADLINES, REMIND, Picked(DEADLINES, query, keys, back))


@require_POST
def deadlines_ask(request: HttpRequest) -> HttpResponse:
    """Ask for an extension of the chosen periods of the board."""
    if not holds(reader(request), "view_oversight"):
        raise PermissionDenied
    return act_page(request, DEADLINES, ASK)


@require_POST
def deadlines_extend(request: HttpRequest) -> HttpResponse:
    """The chosen deadlines of the board, longer."""
    if not holds(reader(request), "view_oversight"):
        raise PermissionDenied
    return act_page(request, DEADLINES, EXTEND)
