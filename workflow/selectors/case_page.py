"""Everything the page of a case shows, read with a constant number of queries however many rounds it has had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from django.db.models import F, Prefetch, Q, QuerySet

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.models import (
    Answer,
    Assignment,
    Attachment,
    AuditEvent,
    Case,
    ClassRecord,
    Deadline,
    DeadlineEntry,
    Escalation,
    Inspection,
    Interview,
    KeySupervision,
    Opinion,
    Product,
    Proposal,
    RectificationOrder,
    Referral,
    User,
)
from cases.packs.classifying import classifying_pack
from cases.rules.quality_class import Item
from cases.rules.working_days import WorkCalendar
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import visible_cases
from cases.selectors.counting import counted_together
from cases.selectors.scope import may, within
from notices.models import Document, ServiceRecord
from notices.selectors.documents import documents_for
from workflow.models import CaseProcess, WorkItem
from workflow.selectors.class_events import ClassEvents, class_events
from workflow.selectors.event_sentences import QUIET
from workflow.selectors.onsite_signatures import Signed
from workflow.selectors.work import acting_on, stands_for
from workflow.steps import STEPS, Step

MOST_COUNTED: Final = 100_000
RELATED_YEARS: Final = 3
"""How far back the page counts other cases of the enterprise."""


ISSUING: Final = ("issue_interview", "issue_order", "issue_listing_notice", "issue_lift_notice")
"""Decisions to issue a letter; the issue itself stands beside each and says more."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One open step: whose turn it is, by when, and what must hold for the viewer to do it."""

    item: WorkItem
    step: Step
    left: int | None
    """Working days left; negative when overdue, None without a deadline."""
    yours: bool
    """Whether the viewer may open the step: taken by them or their absent colleague, or waiting within their reach."""
    taken: bool
    """Whether it is the viewer's own, or of a colleague they stand in for."""
    conditions: tuple[Condition, ...]

    @property
    def ready(self) -> bool:
        return self.yours and all(condition.ok for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class AnsweredItem:
    """An item of the form, its answer, and the photos taken of it."""

    item: Item
    answer: Answer
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """One on-site check with its answers, the failed ones first."""

    inspection: Inspection
    answers: tuple[AnsweredItem, ...]
    failed: int
    inspectors: tuple[Assignment, ...]
    signed: tuple[Signed, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline with the working days left and its length in working days."""

    deadline: Deadline
    left: int
    total: int


@dataclass(frozen=True, slots=True)
class ClassChange:
    """The class before this case, the one it gives, and whether that one is in force."""

    before: str
    after: str
    in_force: bool
    record: ClassRecord | None


@dataclass(frozen=True)
class CasePage:
    """What `load_case_page` answers; lists stand in the order the page shows them.

    What only one of the tabs shows is read when it is asked for; the others show its number.
    """

    case: Case
    process: CaseProcess | None
    change: ClassChange
    turns: Sequence[Turn]
    clocks: Sequence[Clock]
    opinions: Sequence[Opinion]
    assignments: Sequence[Assignment]
    proposals: Sequence[Proposal]
    documents: Sequence[Document]
    attachments: Sequence[Attachment]
    products: Sequence[Product]
    listing: KeySupervision | None
    numbers: Mapping[str, int]
    """How many there are of what the tabs show: rounds, services, measures; of audit events; of related cases."""
    class_events: ClassEvents
    """The risk events behind the proposed class."""

    @property
    def related(self) -> int:
        """Other cases of the enterprise within the last years that the viewer may see."""
        return self.numbers["related"]

    @property
    def events(self) -> int:
        """How many audit events the case has."""
        return self.numbers["events"]

    @cached_property
    def rounds(self) -> Sequence[Round]:
        return _rounds(self.case, self.attachments, self.assignments)

    @cached_property
    def services(self) -> Sequence[ServiceRecord]:
        return _services(self.case)

    @cached_property
    def interviews(self) -> Sequence[Interview]:
        return list(self.case.interviews.select_related("recorded_by", "second_officer").order_by("-attempt"))

    @cached_property
    def orders(self) -> Sequence[RectificationOrder]:
        return _orders(self.case)

    @cached_property
    def referrals(self) -> Sequence[Referral]:
        return list(self.case.referrals.select_related("referred_by").order_by("-pk"))

    @cached_property
    def escalations(self) -> Sequence[Escalation]:
        return list(self.case.escalations.select_related("to_body", "decided_by").order_by("-pk"))

    @property
    def next_clock(self) -> Clock | None:
        """The open deadline that ends first."""
        opened = [clock for clock in self.clocks if clock.deadline.state == Deadline.State.RUNNING]
        return min(opened, key=lambda clock: (clock.deadline.due_on, clock.deadline.pk), default=None)

    def inspectors(self, role: str) -> str:
        """Names of the inspectors of the current round in this role."""
        return "、".join(a.user.name for a in self.assignments if a.role == role and a.round == self.case.round)


def case_for(user: User, pk: int) -> Case | None:
    """The case, where the person may see it; one query."""
    related = ("enterprise__tier_body", "body", "territorial_body", "opened_by")
    return visible_cases(user).select_related(*related).filter(pk=pk).first()


def load_case_page(case: Case, acting: Acting) -> CasePage:
    """Read all of it for this viewer."""
    calendar = work_calendar()
    attachments = list(case.attachments.select_related("uploaded_by").order_by("-uploaded_at", "-pk"))
    assignments = list(case.assignments.select_related("user").order_by("round", "role"))
    proposals = _proposals(case)
    documents = list(
        documents_for(acting.person).filter(case=case).select_related("drafted_by", "issue__issued_by").order_by("-pk")
    )
    return CasePage(
        case=case,
        process=CaseProcess.objects.filter(case=case).first(),
        change=_change(case, proposals),
        turns=_turns(case, acting, calendar),
        clocks=_clocks(case, acting.today, calendar),
        opinions=list(case.opinions.select_related("author", "body").order_by("pk")),
        assignments=assignments,
        proposals=proposals,
        documents=documents,
        attachments=attachments,
        products=list(case.enterprise.products.order_by("-is_main", "risk_level", "name")),
        listing=KeySupervision.objects.filter(enterprise=case.enterprise, left_on__isnull=True).first(),
        numbers=_numbers(case, acting),
        class_events=class_events(case, proposals[0] if proposals else None),
    )


def _numbers(case: Case, acting: Acting) -> dict[str, int]:
    lists: dict[str, QuerySet[Any]] = {
        "rounds": case.inspections.all(),
        "services": ServiceRecord.objects.filter(document__case=case),
        "interviews": case.interviews.all(),
        "orders": case.orders.all(),
        "referrals": case.referrals.all(),
        "escalations": case.escalations.all(),
        "events": AuditEvent.objects.filter(case=case),
        "related": _related(case, acting),
    }
    return counted_together(lists, MOST_COUNTED)


def events_of(case: Case, *, quiet: bool = False) -> QuerySet[AuditEvent]:
    """The audit events of a case, the latest first; without `quiet`, only those that say something of their own."""
    events = AuditEvent.objects.filter(case=case).select_related("actor", "on_behalf_of", "body")
    if not quiet:
        events = events.exclude(action__in=QUIET)
        events = events.exclude(action__in=ISSUING, data__outcome="issue")
        events = events.exclude(
            action__in=("issue_interview", "issue_order", "issue_list_notice"), data__outcome="issue"
        )
    return events.order_by("-sequence")


def _related(case: Case, acting: Acting) -> QuerySet[Case]:
    since = case.opened_at - timedelta(days=366 * RELATED_YEARS)
    return visible_cases(acting.person).filter(enterprise=case.enterprise, opened_at__gte=since).exclude(pk=case.pk)


def _change(case: Case, proposals: Sequence[Proposal]) -> ClassChange:
    """Two queries: the record of this case, and the one it followed."""
    record = case.class_records.order_by("-pk").first()
    earlier = ClassRecord.objects.filter(enterprise=case.enterprise).exclude(case=case)
    if record:
        earlier = earlier.filter(Q(valid_from__lte=record.valid_from), pk__lt=record.pk)
    before = earlier.order_by("-pk").values_list("quality_class", flat=True).first() or ""
    if record:
        return ClassChange(before, record.quality_class, True, record)
    latest = proposals[0] if proposals else None
    after = (latest.proposed_class or latest.computed_class) if latest else ""
    return ClassChange(before, after, False, None)


def _turns(case: Case, acting: Acting, calendar: WorkCalendar) -> list[Turn]:
    items = (
        WorkItem.objects.filter(case=case)
        .select_related("body", "owner")
        .order_by(F("due_on").asc(nulls_last=True), "task_id")
    )
    people = stands_for(acting.person, acting.today)
    return [_turn(item, case, acting, calendar, people) for item in items]


def _turn(item: WorkItem, case: Case, acting: Acting, calendar: WorkCalendar, people: Sequence[User]) -> Turn:
    """Another person's step is not the viewer's, even where their post reaches it."""
    step = STEPS[item.step]
    mine = acting_on(item, acting, people[1:])
    reached = any(may(person, item.permission, item.body) for person in people)
    taken = item.owner_id is not None and item.owner_id in (mine.person.pk, mine.authority.pk)
    yours = taken or (reached and item.owner_id is None)
    return Turn(
        item=item,
        step=step,
        left=calendar.days_left(acting.today, item.due_on) if item.due_on else None,
        yours=yours,
        taken=taken,
        conditions=tuple(step.guard(case, mine)),
    )


def _clocks(case: Case, today: date, calendar: WorkCalendar) -> list[Clock]:
    entries = Prefetch("entries", DeadlineEntry.objects.select_related("by").order_by("pk"))
    rows = case.deadlines.select_related("accountable_body", "accountable_user").prefetch_related(entries)
    states = {Deadline.State.RUNNING: 0, Deadline.State.SUSPENDED: 1}
    return [
        Clock(
            deadline=row,
            left=calendar.days_left(today, row.due_on),
            total=calendar.working_days_between(row.start_on, row.due_on),
        )
        for row in sorted(rows, key=lambda row: (states.get(row.state, 2), row.due_on, row.pk))  # type: ignore[call-overload]
    ]


def _rounds(case: Case, attachments: Sequence[Attachment], assignments: Sequence[Assignment]) -> list[Round]:
    """The latest first. Photos belong to an item of the form, not to a round: the latest round shows them."""
    inspections = case.inspections.select_related("submitted_by").prefetch_related("answers", "signatures")
    found = list(inspections.order_by("-round"))
    if not found:
        return []  # the pack of a case that inspects nobody need not classify
    items = {item.number: item for item in classifying_pack(case.pack).items}
    order = {number: place for place, number in enumerate(items)}
    evidence: dict[str, list[Attachment]] = {}
    for attachment in attachments:
        if attachment.purpose == Attachment.Purpose.EVIDENCE:
            evidence.setdefault(attachment.item, []).append(attachment)
    rounds = []
    for place, inspection in enumerate(found):
        answers = [answer for answer in inspection.answers.all() if answer.item in items]
        answers.sort(key=lambda answer: (answer.value != Answer.Value.FAIL, order[answer.item]))
        shown = tuple(
            AnsweredItem(items[answer.item], answer, tuple(evidence.get(answer.item, ())) if place == 0 else ())
            for answer in answers
        )
        failed = sum(answer.value == Answer.Value.FAIL for answer in answers)
        inspectors = tuple(a for a in assignments if a.round == inspection.round)
        signed = tuple(Signed.of(each) for each in inspection.signatures.all())
        rounds.append(Round(inspection, shown, failed, inspectors, signed))
    return rounds


def _proposals(case: Case) -> list[Proposal]:
    signers = ("proposed_by", "second_signer", "agreed_by", "forwarded_by", "filed_by")
    return list(case.proposals.select_related(*signers).order_by("-attempt"))


def _services(case: Case) -> list[ServiceRecord]:
    rows = ServiceRecord.objects.filter(document__case=case)
    rows = rows.select_related("document__issue", "first_server", "second_server").prefetch_related("evidence")
    return list(rows.order_by("-attempted_on", "-pk"))


def _orders(case: Case) -> list[RectificationOrder]:
    related = ("report__submitted_by", "extension__decided_by", "visit__inspector", "visit__second_inspector")
    return list(case.orders.select_related(*related).prefetch_related("items").order_by("-attempt"))


def deciders(page: CasePage) -> list[tuple[Opinion, Step]]:
    """The latest opinion of each person other than the inspectors, in the order given."""
    inspectors = {assignment.user_id for assignment in page.assignments}
    latest: dict[int | None, Opinion] = {}
    for opinion in page.opinions:
        if opinion.author_id not in inspectors and opinion.author_id is not None and opinion.step in STEPS:
            latest.pop(opinion.author_id, None)
            latest[opinion.author_id] = opinion
    return [(opinion, STEPS[opinion.step]) for opinion in latest.values()]


def attachments_for(user: User) -> QuerySet[Attachment]:
    """Every attachment of a case the person may see, and of what lies in the places of their posts without one."""
    return Attachment.objects.filter(Q(case__in=visible_cases(user)) | within(user, "view_case", "place"))


def ordered_documents(documents: Sequence[Document]) -> list[Document]:
    """Drafts first, for they wait for somebody; then the latest."""
    return sorted(documents, key=lambda document: (document.state != Document.State.DRAFT, -document.pk))
