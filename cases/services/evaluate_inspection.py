"""Compute the class and the mode from the submitted form (P1 node 7)."""

from dataclasses import replace

from django.db import transaction

from cases.acting import Acting
from cases.models import Case, Inspection, Proposal
from cases.packs.classifying import classifying_pack
from cases.rules.adjust import reviewed_class
from cases.rules.errors import RuleError
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.mode import mode_of
from cases.rules.quality_class import ClassOutcome, class_of
from cases.selectors.cases import current_inspection
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case

REFUSED_ITEM = "14"  # the starred item that a refusal fails (domain P1-5)


def _refused(total: int) -> ClassOutcome:
    """A refused check leaves the form empty: starred item 14 fails, so the class is C."""
    ground = Ground(
        "工业企业产品质量分类监管试行办法 第十一条、通用规则第14项",
        "企业拒绝监督检查，带*的第14项不符合，直接判定为C类企业。",
        "The enterprise refused the check: starred item 14 fails, class C outright.",
    )
    return ClassOutcome("C", 0, total, (REFUSED_ITEM,), (REFUSED_ITEM,), (ground,))


def _class_outcome(inspection: Inspection, case: Case) -> ClassOutcome:
    pack = classifying_pack(case.pack)
    if not inspection.cooperated:
        outcome = _refused(len(pack.items))
    else:
        answers = {answer.item: answer.value for answer in inspection.answers.all()}
        outcome = class_of(rule=pack.classes, answers=answers)
    previous = case.enterprise.quality_class or None
    if previous:
        reviewed = reviewed_class(rule=pack.adjustment, previous=previous, result=outcome.quality_class)
        outcome = replace(outcome, quality_class=reviewed.quality_class, grounds=(*outcome.grounds, *reviewed.grounds))
    return outcome


@transaction.atomic
def evaluate_inspection(*, case_id: int, acting: Acting) -> Proposal:
    """Start a new proposal with the computed class, mode and grounds."""
    case = lock_case(case_id)
    inspection = current_inspection(case)
    if inspection is None or inspection.submitted_at is None:
        raise RuleError("nothing_to_judge", "The inspection form has not been submitted.")
    outcome = _class_outcome(inspection, case)
    pack = classifying_pack(case.pack)
    levels = [inspection.risk_level] if inspection.risk_level else _main_levels(case)
    mode = mode_of(table=pack.modes, quality_class=outcome.quality_class, product_levels=levels)
    proposal = start_attempt(case, outcome, mode.mode, mode.intensified, (*outcome.grounds, *mode.grounds))
    advance(case, "evaluate")
    record_on_case(
        case,
        "evaluate",
        acting,
        {
            "quality_class": outcome.quality_class,
            "mode": mode.mode,
            "passes": outcome.passes,
            "total": outcome.total,
            "failed": outcome.failed,
        },
    )
    return proposal


def _main_levels(case: Case) -> list[str]:
    """Risk levels of the main products on file; without any, the ordinary one (a refused check tells nothing)."""
    return list(case.enterprise.products.filter(is_main=True).values_list("risk_level", flat=True)) or ["III"]


def start_attempt(
    case: Case, outcome: ClassOutcome, mode: str, intensified: bool, grounds: tuple[Ground, ...]
) -> Proposal:
    return Proposal.objects.create(
        case=case,
        attempt=case.proposals.count() + 1,
        round=case.round,
        passes=outcome.passes,
        total=outcome.total,
        failed=list(outcome.failed),
        directional_failed=list(outcome.directional_failed),
        computed_class=outcome.quality_class,
        computed_mode=mode,
        intensified=intensified,
        grounds=stored_grounds(grounds),
        pack=case.pack,
    )


_COMPUTED = (
    "passes",
    "total",
    "failed",
    "directional_failed",
    "computed_class",
    "computed_mode",
    "intensified",
    "grounds",
    "pack",
)
_SIGNED = ("proposed_class", "deviation_reason", "proposed_by", "second_signer", "proposed_on")


def repeat_attempt(proposal: Proposal, *, keep_signatures: bool = False) -> Proposal:
    """A fresh attempt on the same computed facts, after an opinion was returned.

    ``keep_signatures``: the inspectors' opinion stands, only what came after it is decided anew.
    """
    kept = _COMPUTED + (_SIGNED if keep_signatures else ())
    return Proposal.objects.create(
        case=proposal.case,
        attempt=proposal.case.proposals.count() + 1,
        round=proposal.case.round,
        **{name: getattr(proposal, name) for name in kept},
    )
