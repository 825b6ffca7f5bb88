"""A unit with verified hazards, and everybody who escalates, decides, watches and lifts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from cases.acting import LEGAL_ZONE, Acting
from cases.models import Body, Case, Enterprise, RiskEvent, User
from cases.services.decide_escalation import DecideEscalation
from cases.services.jobs import due_jobs, run_job
from cases.services.listed_oversight import AskLifting, DecideLifting, DraftOversight
from cases.services.propose_escalation import ProposeEscalation, propose_escalation
from cases.services.upper_supervision import DecideReturn
from notices.services.case_letters import IssueLetter
from notices.services.record_service import ServiceFacts
from tests.factories import make_body_tree, make_enterprise, make_user
from workflow.models import WorkItem
from workflow.services.run_step import run_step

REASON = "两次发现重大质量安全风险隐患，县局督促后仍未消除。"


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def enterprise(bodies: dict[str, Body]) -> Enterprise:
    """A tier C unit of 凤桥镇: 南湖区 is its tier body, 嘉兴市 stands above."""
    return make_enterprise(
        name="嘉兴绝密童车有限公司",
        territorial_body=bodies["330402100"],
        tier_body=bodies["330402"],
        legal_representative="沈国良",
        address="凤桥镇兴园路1号",
    )


@dataclass
class People:
    proposer: User
    decider: User
    drafter: User
    server: User
    second: User
    watched: User


@pytest.fixture
def people(bodies: dict[str, Body]) -> People:
    county, city = bodies["330402"], bodies["330400"]
    return People(
        proposer=make_user("提请人", "unit_head", county),
        decider=make_user("许正", "body_head", city),
        drafter=make_user("起草人", "overseer", city),
        server=make_user("送达人", "inspector", county),
        second=make_user("协送人", "inspector", county),
        watched=make_user("县督查", "overseer", county),
    )


@pytest.fixture
def event(enterprise: Enterprise) -> Callable[..., RiskEvent]:
    """A verified event of the unit, a major hazard unless said otherwise."""

    def make(confirmed_on: date, kind: str = "hazard", level: str = "major", **fields: Any) -> RiskEvent:
        fields = {"state": "verified", "facts": "配电箱短路，产品外壳带电。", "enterprise": enterprise, **fields}
        return RiskEvent.objects.create(
            kind=kind,
            level=level,
            title="产品存在重大质量安全风险隐患",
            occurred_on=confirmed_on - timedelta(days=5),
            reported_at=datetime.combine(confirmed_on, datetime.min.time(), LEGAL_ZONE),
            confirmed_on=confirmed_on,
            fingerprint=f"{RiskEvent.objects.count():064d}",
            **fields,
        )

    return make


@pytest.fixture
def hazards(event: Callable[..., RiskEvent]) -> list[RiskEvent]:
    """Two major hazards within 24 months: the way up is open."""
    return [event(date(2026, 1, 12)), event(date(2026, 2, 20))]


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LEGAL_ZONE)


@dataclass
class Watch:
    """One escalation told step by step; `now` moves as the test says."""

    enterprise: Enterprise
    people: People
    now: datetime = field(default_factory=lambda: at(date(2026, 3, 2)))
    case: Case = field(init=False)

    def acting(self, user: User) -> Acting:
        return Acting(user, self.now)

    def propose(self, wanted: str = "listed_oversight") -> Case:
        facts = ProposeEscalation(self.enterprise.pk, wanted, REASON)
        self.case = propose_escalation(facts=facts, acting=self.acting(self.people.proposer))
        return self.case

    def step(self) -> str:
        item = WorkItem.objects.filter(case=self.case).first()
        return item.step if item else ""

    def do(self, step: str, facts: Any, by: User) -> Any:
        item = WorkItem.objects.get(case=self.case, step=step)
        result = run_step(task_pk=item.pk, facts=facts, acting=self.acting(by))
        self.case = Case.objects.get(pk=self.case.pk)
        return result

    def wait(self, days: int) -> None:
        """Let days pass, and do what the engine would do meanwhile."""
        self.now += timedelta(days=days)
        while ready := due_jobs(self.now, 50):
            for job_id in ready:
                run_job(job_id, self.now)
        self.case = Case.objects.get(pk=self.case.pk)

    def decide(self, outcome: str) -> None:
        self.do("decide_escalation", DecideEscalation(outcome, "情况属实，同意按此处理。"), self.people.decider)

    def draft(self, days: int = 60) -> None:
        facts = DraftOversight("两次发现重大质量安全风险隐患。", "停止销售\n召回已售产品", "法定代表人沈国良", days)
        self.do("draft_listing_notice", facts, self.people.drafter)

    def issue(self, step: str = "issue_listing_notice", outcome: str = "issue") -> None:
        self.do(step, IssueLetter(outcome, "表述不够具体，请修改后重新报签。"), self.people.decider)

    def serve(self, step: str = "serve_listing_notice") -> None:
        day = self.acting(self.people.server).today
        facts = ServiceFacts(
            kind="direct",
            attempted_on=day,
            received_on=day,
            recipient="沈国良",
            recipient_role="legal_representative",
            place="凤桥镇兴园路1号",
            second_server=self.people.second,
            receipt_signed=True,
        )
        self.do(step, facts, self.people.server)

    def listed(self) -> "Watch":
        """Up to the day the notice is served."""
        self.propose()
        self.decide("list")
        self.draft()
        self.issue()
        self.serve()
        return self

    def ask(self) -> None:
        request = AskLifting("已停止销售并召回全部已售产品，请予解除。")
        self.do("ask_lifting", request, self.people.watched)

    def decide_lifting(self, outcome: str, **more: str) -> None:
        facts = DecideLifting(outcome, "经现场核查，督办要求已全部落实。", **more)
        self.do("decide_lifting", facts, self.people.decider)

    def decide_return(self, outcome: str) -> None:
        self.do("decide_return", DecideReturn(outcome, "十二个月内未再发现新的隐患。"), self.people.decider)


@pytest.fixture
def watch(enterprise: Enterprise, people: People, hazards: list[RiskEvent]) -> Watch:
    return Watch(enterprise, people)
