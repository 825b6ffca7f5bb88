"""What a person needs to know of a case while doing one step of it."""

from dataclasses import dataclass, field

from cases.models import Answer, Attachment, Case, Inspection, Opinion, Proposal, RectificationOrder
from cases.packs.classifying import classifying_pack
from cases.rules.grounds import Ground
from cases.rules.quality_class import Item
from cases.selectors.cases import latest_proposal, open_order
from notices.models import Document
from notices.services.case_letters import interview_letter, order_letter


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """An item of the form with its answer and photos."""

    item: Item
    answer: Answer
    attachments: list[Attachment]


@dataclass(frozen=True, slots=True)
class AboutCase:
    """Facts, evidence and history beside the form."""

    proposal: Proposal | None
    grounds: list[Ground]
    inspection: Inspection | None
    failing: list[AnsweredItem]
    opinions: list[Opinion]
    order: RectificationOrder | None
    document: Document | None
    reported: list[Attachment] = field(default_factory=list)


def _failing(case: Case, inspection: Inspection | None) -> list[AnsweredItem]:
    if inspection is None:
        return []
    items = {item.number: item for item in classifying_pack(case.pack).items}
    attachments: dict[str, list[Attachment]] = {}
    for attachment in case.attachments.filter(purpose=Attachment.Purpose.EVIDENCE):
        attachments.setdefault(attachment.item, []).append(attachment)
    return [
        AnsweredItem(items[answer.item], answer, attachments.get(answer.item, []))
        for answer in sorted(inspection.answers.filter(value="fail"), key=lambda each: int(each.item))
        if answer.item in items
    ]


def about_case(case: Case, step: str) -> AboutCase:
    proposal = latest_proposal(case)
    inspection = case.inspections.filter(submitted_at__isnull=False).order_by("-round").first()
    document = None
    if step in ("issue_interview", "draft_interview"):
        document = interview_letter(case)
    elif step in ("issue_order", "draft_order"):
        document = order_letter(case)
    reported = list(case.attachments.filter(purpose=Attachment.Purpose.RECTIFICATION)) if step == "return_visit" else []
    return AboutCase(
        proposal=proposal,
        grounds=[Ground.from_dict(ground) for ground in proposal.grounds] if proposal else [],
        inspection=inspection,
        failing=_failing(case, inspection),
        opinions=list(case.opinions.select_related("author", "body").order_by("-pk")),
        order=open_order(case),
        document=document,
        reported=reported,
    )
