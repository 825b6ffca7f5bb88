"""Compute the class and the mode from the submitted form and the verified events (P1 node 7, P2, P3)."""

from dataclasses import dataclass

from django.db import transaction

from cases.acting import Acting
from cases.models import Case, Inspection, Procedure, Proposal
from cases.packs.classifying import ClassifyingPack, classifying_pack
from cases.rules.adjust import AdjustOutcome, AdjustRule, held_class, reviewed_class
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.mode import mode_of
from cases.rules.quality_class import ClassOutcome, class_of
from cases.rules.standing import Standing
from cases.selectors.cases import current_inspection
from cases.selectors.standing import demoting_events, demotion_pending, levels_of
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.propose_on_events import position_of

REFUSED_ITEM = "14"  # the starred item that a refusal fails (domain P1-5)


def _refused(total: int) -> ClassOutcome:
    """A refused check leaves the form empty: starred item 14 fails, so the class is C."""
    ground = Ground(
        "工业企业产品质量分类监管试行办法 第十一条、通用规则第14项",
        "企业拒绝监督检查，带*的第14项不符合，直接判定为C类企业。",
        "The enterprise refused the check: starred item 14 fails, class C outright.",
    )
    return ClassOutcome("C", 0, total, (REFUSED_ITEM,), (REFUSED_ITEM,), (ground,))


@dataclass(frozen=True, slots=True)
class _Judged:
    """What follows from the form and from the events together."""

    form: ClassOutcome
    quality_class: str
    intensified: bool
    grounds: tuple[Ground, ...]
    events: tuple[int, ...]


def _form_outcome(inspection: Inspection, pack: ClassifyingPack) -> ClassOutcome:
    if not inspection.cooperated:
        return _refused(len(pack.items))
    answers = {answer.item: answer.value for answer in inspection.answers.all()}
    return class_of(rule=pack.classes, answers=answers)


def _judged(case: Case, form: ClassOutcome, pack: ClassifyingPack) -> _Judged:
    """The class of the form, moved as far as art. 21 lets this procedure move it.

    The events verified since the last decision demote first; what they leave is what the form is measured against.
    """
    position = position_of(case.enterprise, pack)
    if position is None:
        first = reviewed_class(rule=pack.adjustment, previous=None, result=form.quality_class)
        return _Judged(form, first.quality_class, False, (*form.grounds, *first.grounds), ())
    standing = position.standing
    moved = _moved(case, standing, form.quality_class, pack.adjustment)
    folded = standing.grounds if standing.events else ()
    return _Judged(
        form,
        moved.quality_class,
        standing.intensified and moved.quality_class == pack.adjustment.order[-1],
        (*form.grounds, *folded, *moved.grounds),
        tuple(event.pk for event in standing.events),
    )


def _moved(case: Case, standing: Standing, result: str, rule: AdjustRule) -> AdjustOutcome:
    previous = standing.quality_class
    if case.procedure == Procedure.EVENT:
        return held_class(rule=rule, previous=previous, result=result, because="event")
    if standing.events and demotion_pending(case.enterprise, standing, rule):
        return held_class(rule=rule, previous=previous, result=result, because="pending_demotion")
    if case.procedure == Procedure.MAIN:
        return held_class(rule=rule, previous=previous, result=result, because="between_reviews")
    return reviewed_class(rule=rule, previous=previous, result=result)


@transaction.atomic
def evaluate_inspection(*, case_id: int, acting: Acting) -> Proposal:
    """Start a new proposal with the computed class, mode and grounds."""
    case = lock_case(case_id)
    proposal = compute_attempt(case)
    advance(case, "evaluate")
    record_on_case(
        case,
        "evaluate",
        acting,
        {
            "quality_class": proposal.computed_class,
            "mode": proposal.computed_mode,
            "passes": proposal.passes,
            "total": proposal.total,
            "failed": proposal.failed,
            "events": list(proposal.events.values_list("pk", flat=True)),
        },
    )
    return proposal


def compute_attempt(case: Case) -> Proposal:
    """A fresh attempt from the form of this round and the events that stand by now; the caller holds the lock."""
    inspection = current_inspection(case)
    if inspection is None or inspection.submitted_at is None:
        raise RuleError("nothing_to_judge", "The inspection form has not been submitted.")
    pack = classifying_pack(case.pack)
    judged = _judged(case, _form_outcome(inspection, pack), pack)
    mode = mode_of(table=pack.modes, quality_class=judged.quality_class, product_levels=levels_of(case))
    proposal = Proposal.objects.create(
        case=case,
        attempt=case.proposals.count() + 1,
        round=case.round,
        passes=judged.form.passes,
        total=judged.form.total,
        failed=list(judged.form.failed),
        directional_failed=list(judged.form.directional_failed),
        form_class=judged.form.quality_class,
        computed_class=judged.quality_class,
        computed_mode=mode.mode,
        intensified=judged.intensified or mode.intensified,
        grounds=stored_grounds((*judged.grounds, *mode.grounds)),
        pack=case.pack,
        events_known=[event.pk for event in demoting_events(case.enterprise, pack.adjustment)],
    )
    proposal.events.set(judged.events)
    return proposal


_KEPT = (
    "passes",
    "total",
    "failed",
    "directional_failed",
    "form_class",
    "computed_class",
    "computed_mode",
    "intensified",
    "grounds",
    "pack",
    "events_known",
    "proposed_class",
    "deviation_reason",
    "proposed_by",
    "second_signer",
    "proposed_on",
)


def repeat_attempt(proposal: Proposal) -> Proposal:
    """A fresh attempt on which the inspectors' opinion stands, only what came after it is decided anew."""
    again = Proposal.objects.create(
        case=proposal.case,
        attempt=proposal.case.proposals.count() + 1,
        round=proposal.case.round,
        **{name: getattr(proposal, name) for name in _KEPT},
    )
    again.events.set(proposal.events.all())
    return again
