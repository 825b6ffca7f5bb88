"""The filed class takes effect: a new row of class history, nothing overwritten (P1 node 12)."""

from datetime import date
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.models import Case, ClassRecord, Enterprise, Procedure, Proposal
from cases.packs.classifying import classifying_pack
from cases.rules.adjust import AdjustRule
from cases.rules.errors import RuleError
from cases.selectors.cases import current_inspection
from cases.selectors.standing import earliest_rise, raises_class, record_in_force, standing_of_unit
from cases.services.audit import record_on_case
from cases.services.calendar import work_calendar
from cases.services.deadlines import meet_deadline
from cases.services.lifecycle import advance, lock_case
from cases.services.propose_class import proposal_of
from cases.services.reclassify import reclassify_waiting

REVIEW: Final = "review"
"""Subject of the clock that runs for the review of a class (rule class_cycle)."""

Cause = ClassRecord.Cause


@transaction.atomic
def take_effect(*, case_id: int, acting: Acting) -> ClassRecord:
    """Close the record in force on the day the new one begins; events that had to wait are decided next.

    The next review is due a year later (art. 21), except where an inspection between two reviews found the unit better:
    then the review that may raise it stays where it was. RuleError: `rise_too_early`.
    """
    case = lock_case(case_id)
    proposal = proposal_of(case)
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=case.enterprise_id)
    before = record_in_force(enterprise)
    _not_too_early(case, acting)
    rule = classifying_pack(proposal.pack).adjustment
    cause = _cause(case, proposal, before, rule)
    if before is not None:
        before.valid_to = acting.today
        before.save(update_fields=["valid_to"])
    record = ClassRecord.objects.create(
        enterprise=enterprise,
        case=case,
        quality_class=proposal.proposed_class,
        mode=proposal.mode,
        intensified=proposal.intensified,
        filing_number=proposal.filing_number,
        pack=proposal.pack,
        grounds=proposal.grounds,
        valid_from=acting.today,
        next_review_on=_next_review(case, proposal, before, rule, acting.today),
        cause=cause,
    )
    enterprise.quality_class, enterprise.mode = record.quality_class, record.mode
    enterprise.updated_at = acting.at
    enterprise.save(update_fields=["quality_class", "mode", "updated_at"])
    advance(case, "take_effect")
    meet_deadline(subject=REVIEW, case=case, on=acting.today, acting=acting)
    data = {name: getattr(record, name) for name in ("quality_class", "mode", "intensified", "cause", "next_review_on")}
    record_on_case(case, "take_effect", acting, data)
    reclassify_waiting(enterprise=enterprise, acting=acting)
    return record


def waits_for_its_day(case: Case, acting: Acting) -> bool:
    """Whether the review of the case raises a class before a year is over: then it takes effect on that day."""
    if case.procedure != Procedure.REVIEW or not raises_class(proposal_of(case)):
        return False
    day = earliest_rise(case.enterprise)
    return day is not None and acting.today < day


def _not_too_early(case: Case, acting: Acting) -> None:
    if waits_for_its_day(case, acting):
        day = earliest_rise(case.enterprise)
        raise RuleError(
            "rise_too_early",
            "A class rises no sooner than %(day)s, a year after it was decided.",
            "工业企业产品质量分类监管试行办法 第二十一条",
            day=day,
        )


def _cause(case: Case, proposal: Proposal, before: ClassRecord | None, rule: AdjustRule) -> Cause:
    """Why the class changes; what inspectors themselves found worse than the events say is their finding."""
    if before is None:
        return Cause.FIRST
    if case.procedure != Procedure.EVENT:
        return Cause.REVIEW if case.procedure == Procedure.REVIEW else Cause.INSPECTION
    rank = rule.order.index
    standing = standing_of_unit(case.enterprise, classifying_pack(proposal.pack))
    inspected = current_inspection(case) is not None
    if inspected and standing and rank(proposal.proposed_class) > rank(standing.quality_class):
        return Cause.INSPECTION
    return Cause.REVERSAL if rank(proposal.proposed_class) < rank(before.quality_class) else Cause.EVENT


def _next_review(case: Case, proposal: Proposal, before: ClassRecord | None, rule: AdjustRule, today: date) -> date:
    """A review a year on; a better finding between reviews, which raises nothing yet, does not put it off."""
    if before is not None and case.procedure == Procedure.MAIN and _found_better(proposal, before, rule):
        return before.next_review_on
    return work_calendar().due(today, rule.review_cycle_months, "month").due


def _found_better(proposal: Proposal, before: ClassRecord, rule: AdjustRule) -> bool:
    """Whether the form alone would have given a better class than the one that stays."""
    found, kept = proposal.form_class, proposal.proposed_class == before.quality_class
    return kept and bool(found) and rule.order.index(found) < rule.order.index(before.quality_class)
