"""A county that keeps lists: its people, units, what is held against them, and cases told step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from cases.acting import Acting, legal_date
from cases.models import (
    Body,
    CandidateScan,
    Case,
    CreditRating,
    Enterprise,
    ListCandidate,
    ListEntry,
    RiskEvent,
    User,
)
from cases.services.decide_listing import DecideDelisting, DecideListing
from cases.services.jobs import due_jobs, run_job
from cases.services.list_notice import DraftListNotice, RecordViews
from cases.services.listing_watch import look_again
from cases.services.scan_candidates import finish_scan, run_scan
from notices.services.case_letters import IssueLetter
from notices.services.list_letters import IssueListDecision
from notices.services.record_service import ServiceFacts
from tests.factories import NOON, make_body_tree, make_enterprise, make_user
from workflow.models import WorkItem
from workflow.services.run_step import run_step

TODAY = legal_date(NOON)
_numbers = count(1)

Scan = Callable[..., CandidateScan]


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def county(bodies: dict[str, Body]) -> Body:
    return bodies["330402"]


@dataclass
class People:
    """The people of the county that lists take."""

    admin: User
    unit_head: User
    head: User
    inspector: User
    second: User
    officer: User


@pytest.fixture
def people(county: Body) -> People:
    return People(
        admin=make_user("孙悦", "list_admin", county),
        unit_head=make_user("李敏", "unit_head", county),
        head=make_user("周国强", "grassroots_lead", county),
        inspector=make_user("王建国", "inspector", county),
        second=make_user("陈晓", "inspector", county),
        officer=make_user("任远", "responsible_officer", county),
    )


@pytest.fixture
def unit(county: Body) -> Enterprise:
    return make_enterprise(territorial_body=county, legal_representative="沈国良", address="凤桥镇联创路18号")


def by(user: User | None, at: datetime = NOON) -> Acting:
    return Acting(user, at)


def risk(unit: Enterprise, level: str = "larger", on: date = TODAY, resolved: date | None = None) -> RiskEvent:
    """A verified risk event, noted for the next scan as the service that verifies does."""
    event = RiskEvent.objects.create(
        enterprise=unit,
        kind=RiskEvent.Kind.SAMPLING_FAILED,
        title="婴儿学步车监督抽查不合格",
        facts="阻燃性能项目不合格。",
        occurred_on=on,
        level=level,
        state=RiskEvent.State.VERIFIED,
        confirmed_on=on,
        resolved_on=resolved,
        reported_at=NOON,
        fingerprint=f"{next(_numbers):064d}",
    )
    look_again(enterprise_ids=[unit.pk], on=max(on, TODAY))
    return event


def rate(unit: Enterprise, credit_risk: str, since: date = date(2026, 1, 1)) -> CreditRating:
    CreditRating.objects.filter(enterprise=unit, valid_to__isnull=True).update(valid_to=since)
    rating = CreditRating.objects.create(enterprise=unit, credit_risk=credit_risk, valid_from=since)
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    return rating


def listed(unit: Enterprise, level: str = "key", *, kind: str = "production", year: int = 2026) -> ListEntry:
    return ListEntry.objects.create(
        enterprise=unit,
        body=unit.tier_body,
        year=year,
        kind=kind,
        level=level,
        entered_on=date(year, 3, 2),
        reason="监督抽查不合格，经研究列入。",
        pack="samr-2023-38@1",
    )


def scan(at: datetime = NOON, *, full: bool = False) -> CandidateScan:
    """A whole scan as of the moment, without its job."""
    acting = Acting(None, at)
    begun = CandidateScan.objects.create(run_on=acting.today, year=acting.today.year, full=full, started_at=at)
    run_scan(scan_id=begun.pk, acting=acting)
    return finish_scan(scan_id=begun.pk, acting=acting)


def found(unit: Enterprise, kind: str = "production") -> ListCandidate | None:
    return ListCandidate.objects.filter(enterprise=unit, kind=kind, state=ListCandidate.State.FOUND).first()


def entry_of(unit: Enterprise, kind: str = "production") -> ListEntry | None:
    return ListEntry.objects.filter(enterprise=unit, kind=kind, left_on__isnull=True).first()


@dataclass
class Told:
    """A case told step by step by the people of the county; the clock goes on by an hour a step."""

    case: Case
    people: People
    at: datetime

    def do(self, step: str, facts: Any, user: User) -> Any:
        self.at += timedelta(hours=1)
        item = WorkItem.objects.get(case=self.case, step=step)
        result = run_step(task_pk=item.task_id, facts=facts, acting=Acting(user, self.at))
        self.case = Case.objects.get(pk=self.case.pk)
        return result

    @property
    def open_steps(self) -> set[str]:
        return set(WorkItem.objects.filter(case=self.case).values_list("step", flat=True))

    def draft(self) -> None:
        facts = DraftListNotice("2026年11月18日，监督抽查不合格，属于较大质量安全风险。", "孙悦，0573-82000000")
        self.do("draft_list_notice", facts, self.people.admin)

    def issue(self) -> None:
        self.do("issue_list_notice", IssueLetter("issue"), self.people.unit_head)

    def serve(self, step: str = "serve_list_notice") -> None:
        on = legal_date(self.at)
        facts = ServiceFacts(
            kind="direct",
            attempted_on=on,
            received_on=on,
            recipient="沈国良",
            recipient_role="legal_representative",
            place="凤桥镇联创路18号",
            second_server=self.people.second,
            receipt_signed=True,
        )
        self.do(step, facts, self.people.inspector)

    def hear(self, views: str = "") -> None:
        on = legal_date(self.at)
        facts = RecordViews("stated", on, views) if views else RecordViews("waived", on)
        self.do("record_views", facts, self.people.admin)

    def decide(self, outcome: str = "key", reason: str = "", answer: str = "") -> None:
        self.do("decide_listing", DecideListing(outcome, reason, answer), self.people.head)

    def decide_removal(self, outcome: str = "out") -> None:
        reason = "整改经核实到位，列入情形已经消除。"
        self.do("decide_delisting", DecideDelisting(outcome, reason), self.people.head)

    def answer(self) -> None:
        self.do("issue_list_decision", IssueListDecision("孙悦，0573-82000000"), self.people.unit_head)
        self.serve("serve_list_decision")

    def until_decision(self, views: str = "") -> "Told":
        self.draft(), self.issue(), self.serve(), self.hear(views)
        return self


@pytest.fixture
def tell(people: People) -> Callable[[Case], Told]:
    return lambda case: Told(case, people, NOON)


def work_off_jobs(now: datetime) -> None:
    while ready := due_jobs(now, 50):
        for job in ready:
            run_job(job, now)
