"""What the class of a unit rests on: its last review or inspection, and the events verified since."""

from datetime import date

from cases.models import STANDING_STATES, Case, ClassRecord, Enterprise, Proposal, RiskEvent
from cases.models.case import CLASSIFYING
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.rules.adjust import AdjustRule
from cases.rules.lifecycle import CLASS_SETTLED, FINAL
from cases.rules.standing import REPEATED, DemotingEvent, Standing, standing_of
from cases.rules.working_days import add_months
from cases.selectors.cases import current_inspection

PROVINCE_OR_ABOVE = ("national", "province")
BASES = (ClassRecord.Cause.FIRST, ClassRecord.Cause.INSPECTION, ClassRecord.Cause.REVIEW)
"""Decisions that take the unit as a whole; the others only move it by events."""


def deciding_case(enterprise: Enterprise) -> Case | None:
    """The case that is to decide the unit's class, until its class is in force."""
    running = Case.objects.filter(enterprise=enterprise, procedure__in=CLASSIFYING)
    return running.exclude(status__in=FINAL | CLASS_SETTLED).order_by("pk").first()


def record_in_force(enterprise: Enterprise) -> ClassRecord | None:
    return ClassRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True).first()


def base_record(enterprise: Enterprise) -> ClassRecord | None:
    """The last decision that took the unit as a whole: what events are counted from."""
    records = ClassRecord.objects.filter(enterprise=enterprise, cause__in=BASES)
    return records.order_by("-valid_from", "-pk").first()


def demoting_events(enterprise: Enterprise, rule: AdjustRule) -> list[DemotingEvent]:
    """Every event of the unit that stands and by itself demotes (art. 21)."""
    kinds = {event.kind for trigger in rule.triggers.values() for event in trigger.events}
    found = RiskEvent.objects.filter(enterprise=enterprise, state__in=STANDING_STATES, kind__in=kinds)
    return [
        DemotingEvent(event.pk, trigger, event.occurred_on, event.confirmed_on, event.title)
        for event in found.order_by("pk")
        if (trigger := trigger_of(event, rule)) is not None and event.confirmed_on is not None
    ]


def trigger_of(event: RiskEvent, rule: AdjustRule) -> str | None:
    """The trigger of art. 21 that the event is; None where it demotes nobody by itself."""
    return rule.trigger_of(kind=event.kind, circumstances=event.circumstances, level=event.level)


def province_failures(enterprise: Enterprise) -> list[date]:
    """Days of the failed samplings by a province or above that stand (art. 11)."""
    failed = RiskEvent.objects.filter(
        enterprise=enterprise, kind=REPEATED, state__in=STANDING_STATES, authority_level__in=PROVINCE_OR_ABOVE
    )
    return list(failed.order_by("occurred_on").values_list("occurred_on", flat=True))


def standing_of_unit(enterprise: Enterprise, pack: ClassifyingPack) -> Standing | None:
    """The class that the last review and the events since leave the unit with; None for an unclassified one."""
    base = base_record(enterprise)
    if base is None:
        return None
    decided = decided_events(base)
    events = [event for event in demoting_events(enterprise, pack.adjustment) if event.pk not in decided]
    return standing_of(
        rule=pack.adjustment,
        base=base.quality_class,
        events=events,
        province_failures=province_failures(enterprise),
    )


def decided_events(base: ClassRecord) -> frozenset[int]:
    """Keys of the events that need no decision any more: known to the base decision, or rejected since.

    A rejected proposal rejects what it knew beyond the proposal in force at its time.
    """
    since = Proposal.objects.filter(
        case__enterprise=base.enterprise_id, outcome__in=[Proposal.Outcome.NOTED, Proposal.Outcome.REJECTED]
    )
    known: frozenset[int] = frozenset()
    decided: frozenset[int] = frozenset()
    for proposal in since.order_by("pk"):
        if proposal.outcome == Proposal.Outcome.REJECTED:
            decided |= frozenset(proposal.events_known) - known
            continue
        known = frozenset(proposal.events_known)
        if proposal.case_id == base.case_id:
            decided = known
    return decided


def main_levels(enterprise: Enterprise) -> list[str]:
    """Risk levels of the main products on file; the ordinary one where none is (a refused check tells nothing)."""
    return list(enterprise.products.filter(is_main=True).values_list("risk_level", flat=True)) or ["III"]


def levels_of(case: Case) -> list[str]:
    """The risk levels that set the mode: what the inspectors found this round, else those on file."""
    inspection = current_inspection(case)
    return [inspection.risk_level] if inspection and inspection.risk_level else main_levels(case.enterprise)


def demotion_pending(enterprise: Enterprise, standing: Standing, rule: AdjustRule) -> bool:
    """Whether events have been verified that would demote the unit and that no decision in force has counted."""
    record = record_in_force(enterprise)
    if record is None:
        return False
    lower = rule.order.index(standing.quality_class) > rule.order.index(record.quality_class)
    return lower or (standing.intensified and not record.intensified)


def raises_class(proposal: Proposal) -> bool:
    """Whether the class proposed is better than the one in force."""
    record = record_in_force(proposal.case.enterprise)
    order = classifying_pack(proposal.pack).adjustment.order
    proposed = proposal.proposed_class or proposal.computed_class
    return record is not None and order.index(proposed) < order.index(record.quality_class)


def refuted_since(proposal: Proposal) -> bool:
    """Whether an event that the proposal took into account no longer stands."""
    return RiskEvent.objects.filter(pk__in=proposal.events_known).exclude(state__in=STANDING_STATES).exists()


def verified_since(proposal: Proposal) -> bool:
    """Whether a demoting event has been verified since the proposal was computed."""
    rule = classifying_pack(proposal.pack).adjustment
    known = set(proposal.events_known)
    return any(event.pk not in known for event in demoting_events(proposal.case.enterprise, rule))


def earliest_rise(enterprise: Enterprise) -> date | None:
    """The day from which a review may raise the unit's class: counted from the decision that began its review year."""
    record = record_in_force(enterprise)
    if record is None:
        return None
    return add_months(review_year_began(record), classifying_pack(record.pack).adjustment.upgrade_after_months)


def review_year_began(record: ClassRecord) -> date:
    """The day from which the year to the next review counts: an inspection that put no review off began none."""
    same_year = ClassRecord.objects.filter(enterprise=record.enterprise_id, next_review_on=record.next_review_on)
    return same_year.order_by("valid_from").values_list("valid_from", flat=True)[0]
