"""Fill and submit the form of an on-site check (P1 nodes 4–6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from cases.acting import LEGAL_ZONE, Acting
from cases.guards.conditions import require
from cases.guards.p1 import may_inspect
from cases.guards.p3 import may_desk_check
from cases.models import Answer, Assignment, Case, Inspection, OnsiteCheck
from cases.packs.classifying import classifying_pack
from cases.rules.errors import RuleError
from cases.rules.onsite_signature import content_sha256
from cases.selectors.starred_items import deviations
from cases.services.audit import record_on_case
from cases.services.lifecycle import advance, lock_case
from cases.services.onsite_checks import record_onsite_check
from cases.services.opinions import need_reason, record_opinion
from cases.services.sign_on_site import GivenSignature, check_signatures, keep_signatures


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """One answered item: ``value`` pass, fail or na; a failing one needs evidence in words."""

    value: str
    evidence: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class InspectionFacts:
    """What the inspectors found. ``version`` is that of the inspection the page was made from."""

    visited_on: date | None
    risk_level: str
    answers: Mapping[str, ItemAnswer] = field(default_factory=dict)
    cooperated: bool = True
    refusal_reason: str = ""
    refusal_witness: str = ""
    suspected_violation: str = ""
    note: str = ""
    version: int | None = None
    signatures: tuple[GivenSignature, ...] = ()

    @property
    def content_sha256(self) -> str:
        """The hash of what is signed on the spot: every answer, under the names that the form gives its fields."""
        told = {
            "visited_on": self.visited_on.isoformat() if self.visited_on else "",
            "cooperated": "yes" if self.cooperated else "no",
            "risk_level": self.risk_level,
            "refusal_reason": self.refusal_reason,
            "refusal_witness": self.refusal_witness,
            "suspected_violation": self.suspected_violation,
            "note": self.note,
        }
        for number, answer in self.answers.items():
            told[f"item_{number}"] = answer.value
            told[f"evidence_{number}"] = answer.evidence
        return content_sha256(told)


class Stale(RuleError):  # noqa: N818 - says what the page is
    """Somebody else saved the form meanwhile; ``inspection`` is what they saved."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__(
            "stale", "Somebody else has saved this form meanwhile. Compare both versions below and save again."
        )
        self.inspection = inspection


def begin_inspection(case: Case) -> Inspection:
    """The inspection of the current round; a later round begins with the answers of the one before."""
    desk = case.status == "desk_checking"
    inspection, created = Inspection.objects.get_or_create(case=case, round=case.round, defaults={"desk": desk})
    if created and case.round > 1:
        earlier = Inspection.objects.filter(case=case, round__lt=case.round).order_by("-round").first()
        if earlier:
            inspection.risk_level = earlier.risk_level
            inspection.note = earlier.note if earlier.desk == desk else ""
            inspection.save()
            Answer.objects.bulk_create(
                Answer(inspection=inspection, item=a.item, value=a.value, evidence=a.evidence, remark=a.remark)
                for a in earlier.answers.all()
            )
    return inspection


def store_form(inspection: Inspection, facts: InspectionFacts, acting: Acting) -> None:
    """Keep the form; an answer that differs from the event store's on the day is marked so for whoever signs next."""
    if facts.version is not None and facts.version != inspection.version:
        raise Stale(inspection)
    for name in (
        "visited_on",
        "risk_level",
        "cooperated",
        "refusal_reason",
        "refusal_witness",
        "suspected_violation",
        "note",
    ):
        setattr(inspection, name, getattr(facts, name))
    inspection.version += 1
    inspection.saved_by, inspection.saved_at = acting.user, acting.at
    inspection.save()
    inspection.answers.exclude(item__in=facts.answers).delete()
    differing = deviations(inspection.case, {item: a.value for item, a in facts.answers.items()}, acting.today)
    Answer.objects.bulk_create(
        [
            Answer(
                inspection=inspection,
                item=item,
                value=a.value,
                evidence=a.evidence.strip(),
                remark=differing.get(item, a.remark.strip()),
            )
            for item, a in facts.answers.items()
            if a.value
        ],
        update_conflicts=True,
        unique_fields=["inspection", "item"],
        update_fields=["value", "evidence", "remark"],
    )


@transaction.atomic
def save_inspection_draft(*, case_id: int, facts: InspectionFacts, acting: Acting) -> Inspection:
    """Keep what has been filled in so far; nothing need be complete."""
    case = lock_case(case_id)
    require((may_desk_check if case.status == "desk_checking" else may_inspect)(case, acting))
    inspection = begin_inspection(case)
    store_form(inspection, facts, acting)
    if case.status == "assigned":
        advance(case, "start_inspection")
        record_on_case(case, "start_inspection", acting, {"round": case.round})
    return inspection


@transaction.atomic
def submit_inspection(*, case_id: int, facts: InspectionFacts, acting: Acting) -> Inspection:
    """Every item answered once, every failing one with evidence; a refusal needs its reason and witness instead."""
    case = lock_case(case_id)
    require(may_inspect(case, acting))
    check_inspection(case=case, facts=facts, acting=acting)
    inspection = begin_inspection(case)
    store_form(inspection, facts, acting)
    inspection.submitted_at, inspection.submitted_by = acting.at, acting.person
    inspection.save(update_fields=["submitted_at", "submitted_by"])
    advance(case, "submit_inspection")
    outcome = "refused" if not facts.cooperated else "violation" if facts.suspected_violation.strip() else "checked"
    record_opinion(
        case=case,
        step="inspect",
        outcome=outcome,
        acting=acting,
        reason=facts.refusal_reason or facts.suspected_violation,
    )
    failing = sorted((i for i, a in facts.answers.items() if a.value == "fail"), key=int)
    told: dict[str, Any] = {"round": case.round, "visited_on": facts.visited_on, "outcome": outcome, "failed": failing}
    if facts.signatures:
        kept = keep_signatures(
            inspection=inspection, signatures=facts.signatures, content=facts.content_sha256, acting=acting
        )
        told["signatures"] = [{"role": each.role, "way": each.way, "sha256": each.sha256} for each in kept]
    record_on_case(case, "submit_inspection", acting, told)
    if facts.cooperated and not inspection.desk:  # where they were refused entry, or read papers, nothing was checked
        _count_as_onsite_check(case, inspection, failing, acting)
    return inspection


def _count_as_onsite_check(case: Case, inspection: Inspection, failing: list[str], acting: Acting) -> None:
    assert inspection.visited_on is not None
    found = f"不符合项：{'、'.join(failing)}" if failing else "未发现不符合项"  # legal text: it stands in the file
    officers = {each.role: each.user for each in case.assignments.filter(round=case.round).select_related("user")}
    record_onsite_check(
        enterprise=case.enterprise,
        occasion=OnsiteCheck.Occasion.CASE,
        checked_on=inspection.visited_on,
        officer=officers.get(Assignment.Role.LEAD),
        second_officer=officers.get(Assignment.Role.SECOND),
        findings=found,
        subject=f"case:{case.pk}/{case.round}",
        acting=acting,
    )


def check_inspection(*, case: Case, facts: InspectionFacts, acting: Acting) -> None:
    """Whether the form may be submitted as it is; ``RuleError`` names the field, or the items, that will not do."""
    _check_date(case, facts, acting)
    check_signatures(case=case, signatures=facts.signatures, content=facts.content_sha256)
    if facts.cooperated:
        check_answers(case, facts)
        return
    need_reason(facts.refusal_reason, field="refusal_reason")
    if not facts.refusal_witness.strip():
        raise RuleError(
            "witness_missing", "Name a witness of the refusal.", "程序规定 第四十三条", field="refusal_witness"
        )


def _check_date(case: Case, facts: InspectionFacts, acting: Acting) -> None:
    if facts.visited_on is None:
        raise RuleError("date_missing", "Enter the day of the visit.", field="visited_on")
    if facts.visited_on > acting.today:
        raise RuleError("date_future", "The day of the visit lies in the future.", field="visited_on")
    approvals = case.opinions.filter(
        Q(step="approve_inspection", outcome="approve") | Q(step="decide_basis", outcome="inspect")
    )
    approved = approvals.order_by("-pk").first()
    if approved and facts.visited_on < approved.decided_at.astimezone(LEGAL_ZONE).date():
        raise RuleError(
            "date_before_approval",
            "The day of the visit lies before the inspection was approved.",
            "国办发〔2024〕54号",
            field="visited_on",
        )


def check_answers(case: Case, facts: InspectionFacts) -> None:
    form = classifying_pack(case.pack)
    if not facts.risk_level:
        raise RuleError("risk_level_missing", "Choose the risk level of the main products.", field="risk_level")
    missing = [item.number for item in form.items if not facts.answers.get(item.number, ItemAnswer("")).value]
    if missing:
        raise RuleError(
            "unanswered",
            "Not answered: item %(listed)s.",
            "通用规则",
            field=f"item_{missing[0]}",
            items=missing,
            listed="、".join(missing),
        )
    bare = [number for number, a in facts.answers.items() if a.value == "fail" and not a.evidence.strip()]
    if bare:
        raise RuleError(
            "evidence_missing",
            "Describe the problem found: item %(listed)s.",
            "通用规则",
            field=f"evidence_{bare[0]}",
            items=bare,
            listed="、".join(bare),
        )
