"""The page of one deadline: what it rests on, its ledger, and the means to stop, restart or lengthen it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.forms.deadlines import ExtensionForm, ReasonForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Condition
from cases.guards.deadlines import extending, resuming, suspending, urging
from cases.models import Deadline, DeadlineEntry, User
from cases.rules.errors import StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.deadline_rules import rule_of
from cases.selectors.deadlines import visible_deadlines
from cases.selectors.notifications import rule_title
from cases.selectors.written import written
from cases.services.deadlines import extend_deadline, resume_deadline, suspend_deadline
from cases.views.board_parts import state_word

Service = Callable[..., Deadline]
SERVICES: Final[dict[str, Service]] = {
    "extend": extend_deadline,
    "suspend": suspend_deadline,
    "resume": resume_deadline,
}


@require_http_methods(["GET", "POST"])
def deadline_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One deadline of the person's subtree; POST `action` extends, suspends or resumes it."""
    user = request.user
    if not isinstance(user, User):  # pragma: no cover - the middleware has asked everybody to sign in
        raise TypeError("a signed-in person is needed")
    deadline = get_object_or_404(
        visible_deadlines(user).select_related(
            "case__enterprise", "enterprise", "accountable_body", "accountable_user"
        ),
        pk=pk,
    )
    acting = Acting(user=user, at=timezone.now())
    forms = _forms(deadline, request)
    action = request.POST.get("action", "")
    if request.method == "POST" and action in SERVICES:
        form = forms[action]
        if form.is_valid() and _done(request, deadline, action, form, acting):
            return redirect("deadline_detail", pk=pk)
    return render(request, "cases/oversight/deadline.html", _context(deadline, forms, acting))


def _forms(deadline: Deadline, request: HttpRequest) -> dict[str, Form]:
    """The three forms; the one that was sent is bound."""

    def data(action: str) -> Any:
        return request.POST if request.method == "POST" and request.POST.get("action") == action else None

    return {
        "extend": ExtensionForm(data("extend"), rule=rule_of(deadline.rule), prefix="extend"),
        "suspend": ReasonForm(data("suspend"), prefix="suspend"),
        "resume": ReasonForm(data("resume"), prefix="resume"),
    }


def _done(request: HttpRequest, deadline: Deadline, action: str, form: Form, acting: Acting) -> bool:
    try:
        SERVICES[action](deadline=deadline, acting=acting, **form.cleaned_data)
    except StatedError as error:
        form.add_error(None, refusal_text(error))
        return False
    done = {
        "extend": _("The period was extended."),
        "suspend": _("The period is suspended."),
        "resume": _("The period is running again."),
    }
    messages.success(request, done[action])
    return True


def _context(deadline: Deadline, forms: dict[str, Form], acting: Acting) -> dict[str, Any]:
    rule, calendar = rule_of(deadline.rule), work_calendar()
    left = calendar.days_left(acting.today, deadline.due_on)
    running, suspended = deadline.state == Deadline.State.RUNNING, deadline.state == Deadline.State.SUSPENDED
    panels = {
        "extend": _panel(forms["extend"], extending(deadline, acting)) if running and rule.extendable else None,
        "suspend": _panel(forms["suspend"], suspending(deadline, acting)) if running else None,
        "resume": _panel(forms["resume"], resuming(deadline, acting)) if suspended else None,
    }
    return {
        "deadline": deadline,
        "rule": rule,
        "step": rule_title(deadline.rule),
        "left": left,
        "state": state_word(deadline),
        "cancelled": deadline.state == Deadline.State.CANCELLED,
        "total": max(0, calendar.working_days_between(deadline.start_on, deadline.due_on)) if running else 0,
        "ledger": _ledger(deadline),
        "reminders": [
            {"words": _rung_words(reminder.rung), "at": reminder.fired_at}
            for reminder in deadline.reminders.order_by("-fired_at", "-pk")
        ],
        "can_urge": _all_hold(urging(deadline, acting)),
        "panels": [panel for panel in panels.values() if panel],
        **panels,
        "crumbs": _crumbs(deadline),
    }


def _panel(form: Form, conditions: list[Condition]) -> dict[str, Any]:
    return {"form": form, "conditions": conditions, "open": _all_hold(conditions)}


def _all_hold(conditions: list[Condition]) -> bool:
    return all(condition.ok for condition in conditions)


def _ledger(deadline: Deadline) -> list[dict[str, Any]]:
    """The ledger as a timeline, the latest first."""
    tones = {"started": "now", "met": "ok", "suspended": "warn", "cancelled": "warn", "extended": "warn"}
    return [
        {
            "title": _ledger_title(entry),
            "at": entry.at,
            "who": entry.by.name if entry.by else _("System"),
            "reason": entry.reason,
            "changes": _changes(entry.due_before, entry.due_after),
            "tone": tones.get(entry.event, ""),
        }
        for entry in deadline.entries.select_related("by").order_by("-pk")
    ]


def _ledger_title(entry: DeadlineEntry) -> str:
    title = str(entry.get_event_display())
    return f"{title} · {written(entry.on)}" + (f" · +{entry.amount}" if entry.amount else "")


def _rung_words(rung: str) -> str:
    """What a fired rung was, in words."""
    name, _colon, number = rung.partition(":")
    words = {
        "before": _("%(number)s days before") % {"number": number},
        "overdue": _("Overdue"),
        "escalate": _("Escalated, level %(number)s") % {"number": number},
        "urged": _("Reminded by a person"),
    }
    return words.get(name, rung)


def _changes(before: date | None, after: date | None) -> list[dict[str, Any]]:
    return (
        [{"label": _("Due"), "before": written(before), "after": written(after)}] if after and before != after else []
    )


def _crumbs(deadline: Deadline) -> list[dict[str, str]]:
    """Back to the case where there is one, as not everybody sees the board."""
    crumbs = [{"label": rule_title(deadline.rule), "url": ""}]
    if deadline.case:
        crumbs.insert(0, {"label": deadline.case.number, "url": ""})
    return crumbs
