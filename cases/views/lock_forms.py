"""The pages that change one lock: name the officer, report a change, hand over, release, record a check."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.forms.locks import ChangeForm, CheckForm, HandOverForm, LockForm, LockReasonForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Condition, failed
from cases.guards.locks import may_change, may_check, may_lock, may_report_change, may_withdraw_change
from cases.models import Enterprise, LockChange, ResponsibilityLock
from cases.rules.errors import StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.locks import officers_of, visible_locks
from cases.services.hand_over_lock import hand_over_lock
from cases.services.lock_unit import lock_unit
from cases.services.onsite_checks import CheckFacts, check_locked_unit
from cases.services.release_lock import release_lock
from cases.services.report_officer_change import report_officer_change, withdraw_change
from cases.views.registry import acting_of, reader


@require_http_methods(["GET", "POST"])
def enterprise_lock(request: HttpRequest, uscc: str) -> HttpResponse:
    """Name the officer who answers for a unit."""
    rows = visible_enterprises(reader(request)).select_related("territorial_body", "tier_body")
    unit, acting = get_object_or_404(rows, uscc=uscc), acting_of(request)
    form = LockForm(request.POST or None, among=officers_of([unit.territorial_body]))

    def submit(data: dict[str, Any]) -> None:
        lock_unit(enterprise_id=unit.pk, **data, acting=acting)

    return _serve(
        request,
        form,
        unit=unit,
        conditions=may_lock(unit, acting),
        submit=submit,
        title=_("Name the responsible officer"),
        done=_("The responsible officer is recorded; the clock of the half-year check runs."),
    )


@require_http_methods(["GET", "POST"])
def lock_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Report that the officer of a lock leaves or changes."""
    lock, acting = _lock(request, pk), acting_of(request)
    form = ChangeForm(request.POST or None, initial={"changed_on": acting.today})

    def submit(data: dict[str, Any]) -> None:
        report_officer_change(lock_id=lock.pk, **data, acting=acting)

    return _serve(
        request,
        form,
        unit=lock.enterprise,
        conditions=may_report_change(lock, acting),
        submit=submit,
        title=_("Report a change of the responsible officer"),
        done=_("The change is recorded; the officer stays accountable until the successor is."),
    )


@require_http_methods(["GET", "POST"])
def lock_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw the open change of a lock: the officer stays."""
    lock, acting = _lock(request, pk), acting_of(request)
    change = get_object_or_404(LockChange, lock=lock, settled_on__isnull=True)
    change.lock = lock

    def submit(data: dict[str, Any]) -> None:
        withdraw_change(change_id=change.pk, **data, acting=acting)

    return _serve(
        request,
        LockReasonForm(request.POST or None),
        unit=lock.enterprise,
        conditions=may_withdraw_change(change, acting),
        submit=submit,
        title=_("Withdraw the change: the officer stays"),
        done=_("The change is withdrawn."),
    )


@require_http_methods(["GET", "POST"])
def lock_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the successor of one lock."""
    lock, acting = _lock(request, pk), acting_of(request)
    among = officers_of([lock.enterprise.territorial_body])
    if lock.body_id == lock.enterprise.tier_body_id:  # a unit that has come to another body may keep its officer
        among = among.exclude(pk=lock.officer_id)
    form = HandOverForm(request.POST or None, among=among, initial={"changed_on": acting.today})

    def submit(data: dict[str, Any]) -> None:
        hand_over_lock(lock_id=lock.pk, **data, acting=acting)

    return _serve(
        request,
        form,
        unit=lock.enterprise,
        conditions=may_change(lock, acting),
        submit=submit,
        title=_("Record the successor"),
        done=_("The successor is recorded."),
    )


@require_http_methods(["GET", "POST"])
def lock_release(request: HttpRequest, pk: int) -> HttpResponse:
    """End a lock because a major risk is no longer likely."""
    lock, acting = _lock(request, pk), acting_of(request)

    def submit(data: dict[str, Any]) -> None:
        release_lock(lock_id=lock.pk, **data, acting=acting)

    return _serve(
        request,
        LockReasonForm(request.POST or None),
        unit=lock.enterprise,
        conditions=may_change(lock, acting),
        submit=submit,
        title=_("Release the unit from its lock"),
        done=_("The lock is released."),
    )


@require_http_methods(["GET", "POST"])
def lock_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a half-year check."""
    lock, acting = _lock(request, pk), acting_of(request)
    among = officers_of([lock.enterprise.territorial_body]).exclude(pk=acting.person.pk)
    form = CheckForm(request.POST or None, among=among, initial={"checked_on": acting.today})

    def submit(data: dict[str, Any]) -> None:
        check_locked_unit(lock_id=lock.pk, facts=CheckFacts(**data), acting=acting)

    return _serve(
        request,
        form,
        unit=lock.enterprise,
        conditions=may_check(lock, acting),
        submit=submit,
        title=_("Record a half-year check"),
        done=_("The check is recorded; the next one is due within half a year of it."),
        note=_("For a visit without a case. Inspections of a case, return visits and task lists count by themselves."),
    )


def _lock(request: HttpRequest, pk: int) -> ResponsibilityLock:
    """An open lock whose unit the person sees, or their own; another does not exist for them."""
    rows = visible_locks(reader(request)).select_related(
        "enterprise__territorial_body", "enterprise__tier_body", "officer", "body", "clock"
    )
    return get_object_or_404(rows, pk=pk)


def _serve(
    request: HttpRequest,
    form: forms.Form,
    *,
    unit: Enterprise,
    conditions: Sequence[Condition],
    submit: Callable[[dict[str, Any]], None],
    title: str,
    done: str,
    note: str = "",
) -> HttpResponse:
    """Show the form, or why it cannot be used now; once sent and lawful, go to the unit's page of locks."""
    barred = failed(conditions)
    for condition in barred:
        if condition.code == "permission":
            raise PermissionDenied(str(condition.reason))
    if request.method == "POST" and not barred and form.is_valid():
        try:
            submit(form.cleaned_data)
        except StatedError as error:
            field = error.details.get("field")
            form.add_error(field if field in form.fields else None, refusal_text(error))
        else:
            messages.success(request, done)
            return redirect("enterprise_locks", uscc=unit.uscc)
    page = {
        "form": form,
        "title": title,
        "unit": unit,
        "barred": barred,
        "conditions": conditions,
        "note": note,
        "crumbs": [
            {"label": _("Enterprises"), "url": reverse("enterprise_list")},
            {"label": unit.name, "url": reverse("enterprise_locks", args=[unit.uscc])},
            {"label": title, "url": ""},
        ],
    }
    return render(request, "cases/locks/form.html", page, status=422 if form.errors or barred else 200)
