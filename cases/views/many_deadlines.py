"""Lengthen many periods at once, each within its rule and by its own guard."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from cases.acting import Acting
from cases.forms.list_kinds import DEADLINES
from cases.forms.many_deadlines import ExtendManyForm
from cases.guards.conditions import failed
from cases.guards.deadlines import extending
from cases.models.deadline import Deadline
from cases.selectors.notifications import rule_title
from cases.selectors.scope import holds
from cases.services.deadlines import extend_deadline
from cases.views.list_acts import Act, act_page
from cases.views.registry import reader


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


@require_POST
def deadlines_extend(request: HttpRequest) -> HttpResponse:
    """The chosen deadlines of the board, longer."""
    if not holds(reader(request), "view_oversight"):
        raise PermissionDenied
    return act_page(request, DEADLINES, EXTEND)
