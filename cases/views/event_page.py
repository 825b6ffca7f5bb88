"""What the page of one event shows: facts, reports, decisions, effects, and what may happen next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from cases.acting import Acting, legal_date
from cases.forms.events import circumstance_words
from cases.guards import events as guards
from cases.guards.conditions import Condition, failed
from cases.models import STANDING_STATES, Deadline, EventDecision, EventEffect, EventReport, RiskEvent
from cases.rules.event_effects import Intent
from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import visible_cases
from cases.selectors.event_rules import classification_pack, level_rule
from cases.selectors.events import likely_duplicates, objection_until, pending_objection
from cases.selectors.scope import may
from cases.selectors.written import written
from cases.services.event_clocks import answer_subject, subject_of

_State = RiskEvent.State
EVENT_TITLES: Final = {
    "event.reported": gettext_lazy("Risk event reported"),
    "event.reported_again": gettext_lazy("Risk event reported by a further source"),
    "event.receipt": gettext_lazy("Receipt of the sampling result noted"),
    "event.verified": gettext_lazy("Risk event verified"),
    "event.refute": gettext_lazy("Risk event refuted"),
    "event.object": gettext_lazy("Objection to a risk event"),
    "event.uphold": gettext_lazy("Objection to a risk event upheld"),
    "event.dismiss": gettext_lazy("Objection to a risk event dismissed"),
    "event.merge": gettext_lazy("Risk events merged"),
    "event.resolved": gettext_lazy("Risk put right"),
    "no_reclassification": gettext_lazy("A risk event changed no class"),
    "enterprise.credit_rated": gettext_lazy("Credit-risk class entered"),
}
"""What the unit's time line calls the audit events of this area."""
_TONES: Final = {
    EventDecision.Outcome.VERIFY: "danger",
    EventDecision.Outcome.REFUTE: "ok",
    EventDecision.Outcome.UPHOLD: "ok",
    EventDecision.Outcome.RESOLVE: "ok",
    EventDecision.Outcome.OBJECT: "warn",
}


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done about an event: when it is offered at all, and what must hold."""

    name: str
    title: str | Promise
    icon: str
    states: tuple[str, ...]
    conditions: Callable[[RiskEvent, Acting], list[Condition]]
    objection: bool | None = None
    """Offered only with an objection waiting (True), or only without (False)."""


ACTS: Final = (
    Act(
        "event_verify", pgettext_lazy("of a risk event", "Verify"), "shield-check",
        (_State.REPORTED,), guards.may_verify,
    ),
    Act(
        "event_receipt", gettext_lazy("Note the receipt of the result"), "mail",
        (_State.REPORTED,), guards.may_note_receipt,
    ),
    Act(
        "event_decision", gettext_lazy("Decide on the objection"), "scale",
        (_State.REPORTED, _State.APPEALED), guards.may_decide_objection, objection=True,
    ),
    Act(
        "event_refute", gettext_lazy("Refute"), "x",
        (_State.REPORTED, _State.VERIFIED), guards.may_refute, objection=False,
    ),
    Act(
        "event_object", gettext_lazy("Enter an objection"), "arrow-back-up",
        (_State.REPORTED, _State.VERIFIED), guards.may_object, objection=False,
    ),
    Act(
        "event_resolve", gettext_lazy("Note that it was put right"), "circle-check",
        STANDING_STATES, guards.may_resolve,
    ),
    Act("event_verify", gettext_lazy("Judge anew"), "refresh", (_State.VERIFIED, _State.REFUTED), guards.may_verify),
)  # fmt: skip


def event_context(event: RiskEvent, acting: Acting) -> dict[str, Any]:
    """Everything the page shows beside its crumbs."""
    pending = pending_objection(event)
    return {
        "event": event,
        "enterprise": event.enterprise,
        "level_tone": level_tone(event.level),
        "state_tone": state_tone(event.state),
        "grounds": grounds_in_words(Ground.from_dict(stored) for stored in event.grounds),
        "facts": _facts(event, acting),
        "clock": _clock(event, acting),
        "objection_until": objection_until(event) if event.state == _State.REPORTED else None,
        "pending": pending,
        "reports": report_rows(event),
        "duplicates": _duplicates(event),
        "decisions": _decisions(event),
        "effects": _effects(event, acting),
        "acts": _acts(event, acting, pending is not None),
    }


def level_tone(level: str) -> str:
    return {"major": "danger", "larger": "warn"}.get(level, "")


def state_tone(state: str) -> str:
    return {"reported": "info", "verified": "danger", "appealed": "warn", "refuted": "ok"}.get(state, "")


def grounds_in_words(grounds: Iterable[Ground]) -> list[dict[str, str]]:
    """Grounds in the reader's language."""
    language = get_language() or ""
    return [ground.in_language(language) for ground in grounds]


def intent_rows(intents: Iterable[Intent], event: RiskEvent) -> list[dict[str, Any]]:
    """What is going to follow, in words, with its grounds."""
    return [
        {
            "kind": intent.kind,
            "title": effect_title(intent.kind, intent.trigger, intent.items, event),
            "grounds": grounds_in_words(intent.grounds),
        }
        for intent in intents
    ]


def effect_title(kind: str, trigger: str, items: Iterable[str], event: RiskEvent) -> str:
    """An effect in one sentence."""
    if kind == EventEffect.Kind.DEMOTION:
        adjustment = classification_pack(event.enterprise.territorial_body, legal_date(event.reported_at)).adjustment
        stated = adjustment.triggers.get(trigger) if adjustment is not None else None
        return _("Re-classification of the enterprise is put forward (%(trigger)s)") % {
            "trigger": stated.text if stated is not None else trigger
        }
    if kind == EventEffect.Kind.LISTING:
        return _("Key or special supervision is judged anew at the next scan")
    if kind == EventEffect.Kind.ESCALATION:
        return _("Supervision by the body above, or listed oversight, may be proposed")
    return _("Bears on item %(items)s of the inspection form") % {"items": _listed(items)}


def _listed(words: Iterable[str]) -> str:
    return pgettext("between words", ", ").join(words)


def report_rows(event: RiskEvent) -> list[dict[str, Any]]:
    """Who told of it, and where a telling differs from the facts as they stand."""
    rows = []
    for report in event.reports.select_related("entered_by").order_by("pk"):
        rows.append({"report": report, "differences": _differences(event, report)})
    return rows


def _differences(event: RiskEvent, report: EventReport) -> list[dict[str, Any]]:
    if not report.told:
        return []
    told = EventFacts.from_dict(report.told)
    rows = []
    for name in ("occurred_on", "product", "authority", "reference", "safety_item", "deaths", "serious_injuries"):
        value, stands = getattr(told, name), getattr(event, name)
        if value != stands and value not in ("", False, 0):
            label = event._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            rows.append({"label": label, "value": _("yes") if value is True else value})
    return rows


def _facts(event: RiskEvent, acting: Acting) -> list[dict[str, Any]]:
    rule = level_rule(event.enterprise.territorial_body, acting.today)
    rows = [
        (_("Happened on"), event.occurred_on),
        (_("Product"), event.product),
        (_("Risk level of the product"), event.get_product_level_display() if event.product_level else ""),
        (_("Authority or medium"), event.authority),
        (_("Its level"), event.get_authority_level_display() if event.authority_level else ""),
        (_("Document number"), event.reference),
        (_("Safety"), _("A safety item failed") if event.safety_item else ""),
        (
            _("Further circumstances"),
            _listed(circumstance_words(rule, event.circumstances)),
        ),
        (_("Harm"), _harm(event)),
        (_("Result received by the enterprise on"), event.received_on),
        (_("Accepted in writing on"), event.accepted_on),
        (_("Verified on"), event.confirmed_on),
        (_("Put right on"), event.resolved_on),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _harm(event: RiskEvent) -> str:
    parts = []
    if event.deaths:
        parts.append(ngettext("%(number)s death", "%(number)s deaths", event.deaths) % {"number": event.deaths})
    if event.serious_injuries:
        number = event.serious_injuries
        words = ngettext("%(number)s serious injury", "%(number)s serious injuries", number)
        parts.append(words % {"number": number})
    if event.direct_loss_wan:
        parts.append(_("direct loss of %(amount)s × 10,000 yuan") % {"amount": event.direct_loss_wan})
    return _(", ").join(parts)


def _clock(event: RiskEvent, acting: Acting) -> dict[str, Any] | None:
    subjects = (answer_subject(event.pk), subject_of(event.pk))
    open_ones = Deadline.objects.filter(case=None, subject__in=subjects, state__in=("running", "suspended"))
    deadline = open_ones.order_by("subject").last()
    if deadline is None:
        return None
    state = "suspended" if deadline.state == Deadline.State.SUSPENDED else "open"
    return {
        "deadline": deadline,
        "left": work_calendar().days_left(acting.today, deadline.due_on),
        "state": state,
        "title": _("Verification") if deadline.subject == subject_of(event.pk) else _("Answer to the objection"),
    }


def _duplicates(event: RiskEvent) -> list[dict[str, Any]]:
    if event.state == _State.MERGED:
        return []
    return [
        {
            "event": other,
            "grounds": grounds_in_words(likeness.grounds),
            "reports": report_rows(other),
            "state_tone": state_tone(other.state),
            "url": f"{reverse('event_merge', args=[event.pk])}?with={other.pk}",
        }
        for other, likeness in likely_duplicates(event)
    ]


def _decisions(event: RiskEvent) -> list[dict[str, Any]]:
    rows = event.decisions.select_related("author", "body").order_by("-pk")
    decided = [
        {
            "title": _decision_title(decision),
            "at": decision.decided_at,
            "who": decision.author.name if decision.author else "",
            "body": decision.body.short_name,
            "reason": decision.reason,
            "tone": _TONES.get(EventDecision.Outcome(decision.outcome), ""),
        }
        for decision in rows
    ]
    reported = {
        "title": _("Reported"),
        "at": event.reported_at,
        "who": event.reported_by.name if event.reported_by else _("system"),
    }
    return [*decided, reported]


def _decision_title(decision: EventDecision) -> str:
    title = decision.get_outcome_display()
    if decision.on is not None:
        return _("%(decision)s (%(day)s)") % {"decision": title, "day": written(decision.on)}
    if not decision.level:
        return title
    return _("%(decision)s: %(level)s risk") % {"decision": title, "level": RiskEvent.Level(decision.level).label}


def _effects(event: RiskEvent, acting: Acting) -> list[dict[str, Any]]:
    rows = list(event.effects.filter(reverses__isnull=True).select_related("case", "reversed_by__case"))
    every = [*rows, *(row.reversed_by for row in rows if hasattr(row, "reversed_by"))]
    cases = [row.case_id for row in every if row.case_id is not None]
    seen = set(visible_cases(acting.person).filter(pk__in=cases).values_list("pk", flat=True))
    asks = may(acting.person, "propose_escalation", event.enterprise.tier_body)
    proposal = reverse("escalation_new", args=[event.enterprise.uscc]) if asks else ""
    effects = []
    for row in rows:
        undone = getattr(row, "reversed_by", None)
        effects.append(
            {
                "title": effect_title(row.kind, row.trigger, row.items, event),
                "grounds": grounds_in_words(Ground.from_dict(stored) for stored in row.grounds),
                "at": row.created_at,
                "propose_url": proposal if row.kind == EventEffect.Kind.ESCALATION else "",
                "case": row.case if row.case_id in seen else None,
                "undone": undone,
                "undone_case": undone.case if undone is not None and undone.case_id in seen else None,
            }
        )
    return effects


def _acts(event: RiskEvent, acting: Acting, objection: bool) -> list[dict[str, Any]]:
    acts = []
    for act in ACTS:
        if event.state not in act.states or act.objection not in (None, objection):
            continue
        if act.name == "event_receipt" and event.kind != RiskEvent.Kind.SAMPLING_FAILED:
            continue
        if act.name == "event_object" and event.state == _State.REPORTED and event.kind != "sampling_failed":
            continue
        if act.name == "event_resolve" and event.resolved_on is not None:
            continue
        conditions = act.conditions(event, acting)
        if not conditions[0].ok:  # the post does not reach here: nothing to offer
            continue
        acts.append(
            {
                "title": act.title,
                "icon": act.icon,
                "url": reverse(act.name, args=[event.pk]),
                "conditions": conditions,
                "ready": not failed(conditions),
                "id": f"conditions-{act.name}",
                "primary": act.name == "event_decision" or (act.name == "event_verify" and event.state == "reported"),
            }
        )
    return acts
