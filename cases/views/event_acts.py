"""What is decided about an event: each on a page of its own, which shows what will follow before it is confirmed."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.forms.enterprise import show_faults
from cases.forms.events import (
    DecisionForm,
    ObjectionDecisionForm,
    ObjectionForm,
    ReceiptForm,
    ResolveForm,
    VerifyForm,
)
from cases.forms.refusals import refusal_text
from cases.guards import events as guards
from cases.guards.conditions import Blocked, Condition, failed
from cases.models import RiskEvent
from cases.rules.errors import StatedError
from cases.rules.event_facts import EventFacts
from cases.selectors.conflicts import last_event_change
from cases.selectors.event_rules import effects_for, facts_of, level_for, level_rule
from cases.services.enterprise_checks import FactsError
from cases.services.event_effects import effects_in_force
from cases.services.event_objection import decide_objection, note_receipt, object_to_event
from cases.services.merge_events import merge_events
from cases.services.resolve_event import resolve_event
from cases.services.verify_event import VerifyEvent, refute_event, verify_event
from cases.views.event_page import effect_title, grounds_in_words, intent_rows, level_tone, report_rows
from cases.views.events import event_crumbs, seen_event
from cases.views.registry import acting_of
from cases.views.versions import differing

Submit = Callable[[Any, Acting], RiskEvent]


@require_http_methods(["GET", "POST"])
def event_verify(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts as found, with the level and the effects they come to; confirmed only as they were shown."""
    event, acting = seen_event(request, pk), acting_of(request)
    conditions = _required(guards.may_verify(event, acting))
    rule = level_rule(event.enterprise.territorial_body, acting.today)
    levels = dict(event.enterprise.products.values_list("name", "risk_level"))
    initial = {**facts_of(event).as_dict(), "version": event.version}
    if event.level_reason:
        initial |= {"level": event.level, "level_reason": event.level_reason}
    form = VerifyForm(request.POST or None, kind=event.kind, rule=rule, levels=levels, initial=initial)
    found = form.told() if form.is_valid() else None
    shown = _foreseen(event, found or facts_of(event), form.cleaned_data.get("level", "") if found else "", acting)
    if found is not None and "confirm" in request.POST and form.cleaned_data["seen"] == shown["seen"]:
        answer = _verified(request, form, event, found, acting)
        if answer is not None:
            return answer
    context = {
        "event": event,
        "form": form,
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "shown": shown,
        "changed": found is not None and "confirm" in request.POST and not form.errors,
        "products": list(levels),
        "reports": report_rows(event),
        **_versions(form, event),
        "crumbs": event_crumbs(event, pgettext("of a risk event", "Verify")),
    }
    return render(request, "cases/events/verify.html", context, status=422 if form.errors else 200)


def _verified(
    request: HttpRequest, form: VerifyForm, event: RiskEvent, found: EventFacts, acting: Acting
) -> HttpResponse | None:
    data = form.cleaned_data
    facts = VerifyEvent(
        event_id=event.pk,
        version=data["version"],
        found=found,
        reason=data["reason"],
        level=data["level"],
        level_reason=data["level_reason"],
    )
    try:
        verify_event(facts=facts, acting=acting)
    except FactsError as error:
        show_faults(form, error.faults)
    except Blocked:
        form.add_error(None, _("A condition of this step does not hold: see below."))
    except StatedError as error:
        form.take(error, refusal_text(error))
        take_newest(form, error, event)
    else:
        messages.success(request, _("The event is verified."))
        return redirect("event_detail", event.pk)
    return None


def _foreseen(event: RiskEvent, found: EventFacts, level: str, acting: Acting) -> dict[str, Any]:
    """Level and effects that confirming these facts would have, and a mark by which they are known again."""
    ruled = level_for(found, event.enterprise.territorial_body, acting.today)
    chosen = level or ruled.level
    on = event.confirmed_on if event.state == RiskEvent.State.VERIFIED else None
    intents = effects_for(event=event, facts=found, level=chosen, on=on or acting.today)
    wanted = {intent.kind: (intent.trigger, intent.items) for intent in intents}
    undone = [
        effect_title(effect.kind, effect.trigger, effect.items, event)
        for kind, effect in effects_in_force(event).items()
        if wanted.get(kind) != (effect.trigger, tuple(effect.items))  # type: ignore[call-overload]
    ]
    return {
        "level": RiskEvent.Level(chosen).label,
        "tone": level_tone(chosen),
        "other_than_rule": chosen != ruled.level,
        "grounds": grounds_in_words(ruled.grounds),
        "effects": intent_rows(intents, event),
        "undone": undone,
        "seen": " ".join([chosen, *(f"{kind}:{trigger}" for kind, (trigger, _items) in sorted(wanted.items()))]),
    }


@require_http_methods(["GET", "POST"])
def event_refute(request: HttpRequest, pk: int) -> HttpResponse:
    """Refute it; what has followed is undone."""
    event, acting = seen_event(request, pk), acting_of(request)

    def submit(form: DecisionForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        return refute_event(event_id=pk, version=data["version"], reason=data["reason"], acting=acting)

    form = DecisionForm(request.POST or None, initial={"version": event.version})
    return _page(
        request,
        event,
        form,
        guards.may_refute(event, acting),
        submit,
        _("Refute"),
        _("The event is refuted."),
        undoes=True,
    )


@require_http_methods(["GET", "POST"])
def event_object(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what the unit says against it."""
    event, acting = seen_event(request, pk), acting_of(request)

    def submit(form: ObjectionForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        return object_to_event(
            event_id=pk, version=data["version"], views=data["views"], made_on=data["made_on"], acting=acting
        )

    form = ObjectionForm(request.POST or None, initial={"version": event.version, "made_on": acting.today})
    done = _("The objection is entered and waits to be decided.")
    return _page(request, event, form, guards.may_object(event, acting), submit, _("Enter an objection"), done)


@require_http_methods(["GET", "POST"])
def event_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Uphold or dismiss the objection."""
    event, acting = seen_event(request, pk), acting_of(request)

    def submit(form: ObjectionDecisionForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        uphold = data["outcome"] == "uphold"
        return decide_objection(
            event_id=pk, version=data["version"], uphold=uphold, reason=data["reason"], acting=acting
        )

    form = ObjectionDecisionForm(request.POST or None, initial={"version": event.version})
    conditions = guards.may_decide_objection(event, acting)
    title, done = _("Decide on the objection"), _("The objection is decided.")
    return _page(request, event, form, conditions, submit, title, done, undoes=True)


@require_http_methods(["GET", "POST"])
def event_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the risk was put right."""
    event, acting = seen_event(request, pk), acting_of(request)

    def submit(form: ResolveForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        return resolve_event(
            event_id=pk, version=data["version"], resolved_on=data["resolved_on"], reason=data["reason"], acting=acting
        )

    form = ResolveForm(request.POST or None, initial={"version": event.version, "resolved_on": acting.today})
    title, done = _("Note that it was put right"), _("The risk no longer stands open.")
    return _page(request, event, form, guards.may_resolve(event, acting), submit, title, done)


@require_http_methods(["GET", "POST"])
def event_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Note when the unit received the result."""
    event, acting = seen_event(request, pk), acting_of(request)

    def submit(form: ReceiptForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        return note_receipt(
            event_id=pk,
            version=data["version"],
            received_on=data["received_on"],
            accepted_on=data["accepted_on"],
            acting=acting,
        )

    initial = {"version": event.version, "received_on": event.received_on, "accepted_on": event.accepted_on}
    form = ReceiptForm(request.POST or None, initial=initial)
    title, done = _("Note the receipt of the result"), _("The day of receipt is noted.")
    return _page(request, event, form, guards.may_note_receipt(event, acting), submit, title, done)


@require_http_methods(["GET", "POST"])
def event_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge another event of the unit into this one, both side by side."""
    event, acting = seen_event(request, pk), acting_of(request)
    key = request.GET.get("with", "")
    if not key:
        _required(guards.may_merge(event, event, acting)[:1])
        raise Http404
    other = seen_event(request, int(key) if key.isdecimal() and len(key) < 19 else 0)
    if other.enterprise_id != event.enterprise_id:
        raise Http404

    def submit(form: DecisionForm, acting: Acting) -> RiskEvent:
        data = form.cleaned_data
        return merge_events(
            kept_id=pk, kept_version=data["version"], dropped_id=other.pk, reason=data["reason"], acting=acting
        )

    form = DecisionForm(request.POST or None, initial={"version": event.version})
    conditions = guards.may_merge(event, other, acting)
    sides = [{"event": each, "reports": report_rows(each)} for each in (event, other)]
    done = _("The two are one event now.")
    return _page(request, event, form, conditions, submit, _("Merge two events"), done, sides=sides)


def _page(
    request: HttpRequest,
    event: RiskEvent,
    form: Any,
    conditions: list[Condition],
    submit: Submit,
    title: str,
    done: str,
    *,
    undoes: bool = False,
    **more: Any,
) -> HttpResponse:
    _required(conditions)
    if form.is_valid():
        try:
            submit(form, acting_of(request))
        except Blocked:
            form.add_error(None, _("A condition of this step does not hold: see below."))
        except StatedError as error:
            form.take(error, refusal_text(error))
            take_newest(form, error, event)
        else:
            messages.success(request, done)
            return redirect("event_detail", event.pk)
    in_force = effects_in_force(event).values() if undoes else ()
    context = {
        "event": event,
        "form": form,
        "title": title,
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "undone": [effect_title(each.kind, each.trigger, each.items, event) for each in in_force],
        "crumbs": event_crumbs(event, title),
        **_versions(form, event),
        **more,
    }
    return render(request, "cases/events/act.html", context, status=422 if form.errors else 200)


def take_newest(form: Any, error: StatedError, event: RiskEvent) -> None:
    """After somebody else's change the form goes by what stands now, which the page shows beside it."""
    if error.code != "stale":
        return
    event.refresh_from_db()
    form.overtaken = True
    form.data = form.data.copy()
    form.data["version"] = str(event.version)


def _versions(form: Any, event: RiskEvent) -> dict[str, Any]:
    """Who changed the event meanwhile, how it stands now, and where the form says something else."""
    if not getattr(form, "overtaken", False):
        return {}
    now: dict[str, Any] = {**facts_of(event).as_dict(), "level": event.level, "level_reason": event.level_reason}
    now |= {"received_on": event.received_on, "accepted_on": event.accepted_on, "resolved_on": event.resolved_on}
    seen = [bound for bound in form.visible_fields() if bound.name != "level" or bound.value()]
    return {
        "overtaken": True,
        "saved": last_event_change(event),
        "now": event.get_state_display(),
        "differences": differing(seen, now),
    }


def _required(conditions: list[Condition]) -> list[Condition]:
    """Whoever lacks the post gets no page; whatever else does not hold is shown on it."""
    if not conditions[0].ok:
        raise PermissionDenied(str(conditions[0].reason))
    return conditions
