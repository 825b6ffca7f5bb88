"""What a person needs to know of a case while doing one step of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from cases.acting import Acting
from cases.models import (
    Answer,
    Attachment,
    Case,
    ClassRecord,
    Deadline,
    Inspection,
    Interview,
    Opinion,
    Procedure,
    Product,
    Proposal,
    RectificationOrder,
    RectificationReport,
)
from cases.packs.classifying import classifying_pack
from cases.rules.grounds import Ground
from cases.rules.quality_class import Item
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import latest_proposal, open_order
from cases.services.list_notice import views_subject
from notices.models import Document
from notices.services.case_letters import interview_letter, order_letter
from notices.services.list_letters import list_decision_letter, list_notice_letter
from notices.services.oversight_letters import lift_notice, listing_notice
from workflow.models import WorkItem
from workflow.selectors.case_words import event_tone, outcome_words
from workflow.selectors.class_events import ClassEvents, Papers, class_events, papers_of
from workflow.selectors.escalation_page import EscalationFacts, escalation_facts
from workflow.selectors.listing_side import ListingSide, listing_side
from workflow.steps import STEPS

AFTER_MEASURES = frozenset(
    {"draft_order", "issue_order", "report_rectification", "return_visit", "escalate", "close_case"}
)
"""Steps to which the order, its report and the interview matter."""


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """An item of the form with its answer and photos."""

    item: Item
    answer: Answer
    attachments: list[Attachment]


@dataclass(frozen=True, slots=True)
class Said:
    """An earlier opinion in words, as the timeline shows it."""

    title: str
    at: datetime
    who: str
    body: str
    reason: str
    tone: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Working days left of a step's deadline (negative: overdue) and its whole length, 0 where unknown."""

    left: int
    total: int
    state: str
    """open, or suspended: then nothing runs."""


@dataclass(frozen=True, slots=True)
class AboutCase:
    """Facts, evidence and history beside the form."""

    clock: Clock | None
    quality_class: str
    products: list[Product]
    proposal: Proposal | None
    grounds: list[Ground]
    inspection: Inspection | None
    failing: list[AnsweredItem]
    opinions: list[Said]
    order: RectificationOrder | None
    report: RectificationReport | None
    interview: Interview | None
    document: Document | None
    escalation: EscalationFacts | None
    events: ClassEvents
    papers: Papers | None
    reported: list[Attachment] = field(default_factory=list)
    listing: ListingSide | None = None


def about_case(item: WorkItem, acting: Acting) -> AboutCase:
    """All that the page of this step shows beside its form."""
    case, step = item.case, item.step
    proposal = latest_proposal(case)
    inspection = case.inspections.filter(submitted_at__isnull=False).order_by("-round").first()
    late = step in AFTER_MEASURES
    order = open_order(case) if late else None
    report = RectificationReport.objects.filter(order=order).first() if order else None
    return AboutCase(
        clock=_clock(item, acting),
        quality_class=_class_in_force(case),
        products=list(case.enterprise.products.order_by("-is_main", "risk_level", "name")),
        proposal=proposal,
        grounds=[Ground.from_dict(ground) for ground in proposal.grounds] if proposal else [],
        inspection=inspection,
        failing=_failing(case, inspection),
        opinions=_said(case.opinions.select_related("author", "body").order_by("-pk")),
        order=order,
        report=report,
        interview=case.interviews.order_by("-attempt").first() if late or "interview" in step else None,
        document=_letter(case, step),
        escalation=escalation_facts(case) if case.procedure == Procedure.ESCALATION else None,
        events=class_events(case, proposal),
        papers=papers_of(case, acting.today) if step == "desk_check" else None,
        listing=listing_side(case),
        reported=list(case.attachments.filter(purpose=Attachment.Purpose.RECTIFICATION)) if report else [],
    )


def _clock(item: WorkItem, acting: Acting) -> Clock | None:
    if item.due_on is None:
        return None
    calendar = work_calendar()
    subjects = {f"step:{item.step}"}
    if item.step == "report_rectification" and (order := open_order(item.case)):
        subjects = {f"order:{order.pk}"}
    elif item.step == "record_views":
        subjects = {views_subject(item.case.list_notice)}
    running = [Deadline.State.RUNNING, Deadline.State.SUSPENDED]
    deadline = Deadline.objects.filter(case=item.case, subject__in=subjects, state__in=running).first()
    total = calendar.working_days_between(deadline.start_on, item.due_on) if deadline else 0
    state = "suspended" if deadline and deadline.state == Deadline.State.SUSPENDED else "open"
    return Clock(calendar.days_left(acting.today, item.due_on), max(total, 0), state)


def _class_in_force(case: Case) -> str:
    """The class the enterprise has today, before whatever this case will give it."""
    record = ClassRecord.objects.filter(enterprise=case.enterprise_id).order_by("-pk").first()
    return record.quality_class if record else ""


def _failing(case: Case, inspection: Inspection | None) -> list[AnsweredItem]:
    if inspection is None:
        return []
    items = {item.number: item for item in classifying_pack(case.pack).items}
    attachments: dict[str, list[Attachment]] = {}
    for attachment in case.attachments.filter(purpose=Attachment.Purpose.EVIDENCE):
        attachments.setdefault(attachment.item, []).append(attachment)
    answers = {answer.item: answer for answer in inspection.answers.filter(value=Answer.Value.FAIL)}
    return [
        AnsweredItem(item, answers[number], attachments.get(number, []))
        for number, item in items.items()
        if number in answers
    ]


def _said(opinions: Iterable[Opinion]) -> list[Said]:
    """The latest first. A system opinion has no author."""
    return [
        Said(
            title=f"{STEPS[opinion.step].title if opinion.step in STEPS else opinion.step} · "
            + outcome_words(opinion.step, opinion.outcome),
            at=opinion.decided_at,
            who=str(opinion.author.name) if opinion.author else "",
            body=opinion.body.name,
            reason=opinion.reason,
            tone=event_tone(opinion.step, {"outcome": opinion.outcome}),
        )
        for opinion in opinions
    ]


def _letter(case: Case, step: str) -> Document | None:
    if step in ("draft_list_notice", "issue_list_notice", "record_views", "decide_listing"):
        return list_notice_letter(case)
    if step == "issue_list_decision":
        return list_decision_letter(case)
    if step in ("issue_interview", "draft_interview", "hold_interview"):
        return interview_letter(case)
    if step in ("draft_order", *AFTER_MEASURES):
        return order_letter(case)
    if step in ("issue_lift_notice",):
        return lift_notice(case)
    if STEPS[step].phase in ("notice", "watch", "lifting"):
        return listing_notice(case)
    return None
