"""Escalations of the demo: one standing at every step, one watched in time and one late, units taken over (P5)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from cases.acting import Acting, legal_date
from cases.models import Body, Case, Enterprise, EscalationProposal, EventDecision, EventReport, RiskEvent, User
from cases.selectors.bodies import ancestor_at
from cases.selectors.calendar import work_calendar
from cases.selectors.escalation import deciding_body
from cases.selectors.recipients import in_roles
from cases.services.decide_escalation import DecideEscalation
from cases.services.listed_oversight import (
    AskLifting,
    DecideLifting,
    DraftOversight,
    ReportProgress,
    report_progress,
)
from cases.services.propose_escalation import ProposeEscalation, propose_escalation
from cases.services.upper_supervision import DecideReturn
from notices.models import Document, Kind
from notices.services.case_letters import IssueLetter
from notices.services.issue_document import issue_document
from notices.services.record_service import ServiceFacts
from workflow.demo.chronicle import Acts
from workflow.demo.clock import StoryClock
from workflow.models import WorkItem
from workflow.services.run_step import run_step

LISTED: Final = (
    "decide_escalation", "draft_listing_notice", "issue_listing_notice", "serve_listing_notice", "ask_lifting",
    "decide_lifting", "issue_lift_notice", "serve_lift_notice",
)  # fmt: skip
"""The steps of a matter that is listed and lifted, in their order."""
WORKING_DAYS: Final = {
    "decide_escalation": 3,
    "draft_listing_notice": 1,
    "issue_listing_notice": 1,
    "serve_listing_notice": 2,
    "ask_lifting": 26,
    "decide_lifting": 4,
    "issue_lift_notice": 1,
    "serve_lift_notice": 2,
}
"""How many working days each takes."""
YEAR_AND_A_BIT: Final = 254
"""Working days after which a unit taken over comes up for its return, and has waited a little."""
FOLLOWED_FOR: Final = 60
"""Working days for which reports are told of a matter that a main case has brought up."""
REPORT_EVERY: Final = timedelta(days=14)
HAZARDS: Final = (
    ("产品存在重大质量安全风险隐患", "监督检查发现该单位生产的一批产品关键安全项目不符合强制性国家标准，已流入市场。"),
    ("整改后再次发现重大质量安全风险隐患", "跟踪检查发现同类产品仍存在可能危及人身安全的缺陷，出厂检验把关不严。"),
)
REASON: Final = "该单位多次被发现重大质量安全风险隐患，属地多次督促仍未根本消除。"
PROGRESS: Final = (
    "该单位已停止生产、销售问题产品，封存库存1200件，通知经销商下架并开展召回。",
    "已召回并销毁问题产品860件，完成工艺改造方案评审，正在更换关键检验设备。",
    "新检验设备已投入使用，连续3批产品经检验合格，整改资料正在汇总。",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One escalation: the step it stands at, since how many working days, and how it came there."""

    until: str
    standing: int
    wanted: str = EscalationProposal.Wanted.LISTED_OVERSIGHT
    outcome: str = "list"
    reports: bool = True

    @property
    def length(self) -> int:
        """Working days from the proposal until it comes to its step, and those it stands there."""
        if self.outcome == "take_over":
            return WORKING_DAYS["decide_escalation"] + self.standing
        done = LISTED[: LISTED.index(self.until)] if self.until else LISTED
        return sum(WORKING_DAYS[step] for step in done) + self.standing


TAKEN: Final = (EscalationProposal.Wanted.UPPER_TIER, "take_over")
PLANS: Final = (
    Plan("decide_escalation", 4),
    Plan("draft_listing_notice", 2),
    Plan("issue_listing_notice", 1),
    Plan("serve_listing_notice", 3),
    Plan("ask_lifting", 22),
    Plan("decide_lifting", 5),
    Plan("issue_lift_notice", 1),
    Plan("serve_lift_notice", 2),
    Plan("decide_return", YEAR_AND_A_BIT, *TAKEN),
    Plan("review", 45, *TAKEN),
    Plan("ask_lifting", 47, reports=False),
    Plan("", 20),
)
"""At every step; one taken over and waiting; one watched that is late and silent; one lifted."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: the body that asks, signs and reports, the body above that decides and drafts, two who serve."""

    proposer: User
    signer: User
    decider: User
    drafter: User
    reporter: User
    server: User
    second: User


def cast_of(unit: Enterprise, asking: Body, upper: Body | None, on: date) -> Cast | None:
    """The people of an escalation; None where the demo has nobody for a part."""
    county = ancestor_at(unit.territorial_body, Body.Level.COUNTY)
    if upper is None or county is None:
        return None
    proposers = in_roles(asking, ("unit_head", "body_head"), on)
    signers = in_roles(asking, ("body_head",), on) or in_roles(asking, ("grassroots_lead",), on)
    deciders = in_roles(upper, ("body_head",), on) or in_roles(upper, ("grassroots_lead",), on)
    drafters = in_roles(upper, ("overseer",), on) or in_roles(upper, ("unit_head",), on)
    reporters = in_roles(asking, ("overseer",), on) or in_roles(asking, ("unit_head",), on)
    servers = in_roles(county, ("inspector",), on)
    if len(servers) < 2 or not (proposers and signers and deciders and drafters and reporters):
        return None
    return Cast(proposers[0], signers[0], deciders[0], drafters[0], reporters[0], servers[0], servers[1])


@dataclass
class Escalation:
    """One unit's way through the process, told through the services."""

    unit: Enterprise
    cast: Cast
    clock: StoryClock
    plan: Plan
    case: Case | None = None

    def acts(self) -> Acts:
        """From the hazards, or from a case that is open already, to where the plan wants it."""
        if self.case is None:
            yield self.clock.now
            self._find_hazards()
            facts = ProposeEscalation(self.unit.pk, self.plan.wanted, REASON)
            self.case = propose_escalation(facts=facts, acting=self._by(self.cast.proposer))
        self._sign_request()
        while (step := self._next()) and step != self.plan.until:
            if step == "ask_lifting":
                yield from self._report(WORKING_DAYS[step])
            else:
                self.clock.wait(minutes=25, working_days=WORKING_DAYS[step])
            if self.clock.over:
                return
            yield self.clock.now
            self._do(step)
        if self.plan.until == "ask_lifting" and self.plan.reports:
            yield from self._report(self.plan.standing)

    def _sign_request(self) -> None:
        """The head of the body that asks signs what the system has drafted."""
        request = Document.objects.get(case=self.case, kind=Kind.ESCALATION_REQUEST)
        issue_document(document=request, acting=self._by(self.cast.signer))

    def _next(self) -> str:
        item = WorkItem.objects.filter(case=self.case).first()
        return item.step if item is not None else ""

    def _report(self, working_days: int) -> Iterator[datetime]:
        """A report every fortnight, for so many working days."""
        last = StoryClock(self.clock.today, self.clock.end)
        last.wait(working_days=working_days)
        for content in PROGRESS:
            moment = self.clock.now + REPORT_EVERY
            if moment >= min(last.now, self.clock.end):
                break
            self.clock.jump(moment)
            yield self.clock.now
            assert self.case is not None
            facts = ReportProgress(self.clock.today, content)
            report_progress(case_id=self.case.pk, facts=facts, acting=self._by(self.cast.reporter))
        self.clock.jump(last.now)

    def _do(self, step: str) -> None:
        item = WorkItem.objects.get(case=self.case, step=step)
        by, facts = self._part(step)
        run_step(task_pk=item.pk, facts=facts, acting=self._by(by))

    def _by(self, user: User) -> Acting:
        return Acting(user, self.clock.now)

    def _part(self, step: str) -> tuple[User, Any]:
        """Who does the step, and what they enter."""
        cast = self.cast
        parts: dict[str, tuple[User, Any]] = {
            "decide_escalation": (cast.decider, self._decision()),
            "draft_listing_notice": (cast.drafter, self._notice()),
            "issue_listing_notice": (cast.decider, IssueLetter("issue")),
            "serve_listing_notice": (cast.server, self._service()),
            "ask_lifting": (
                cast.reporter,
                AskLifting("督办要求已全部落实：问题产品已召回销毁，检验设备已更换，请予解除。"),
            ),
            "decide_lifting": (
                cast.decider,
                DecideLifting("lift", "督办要求已全部落实，问题产品已召回并销毁，连续3批产品经检验合格。"),
            ),
            "issue_lift_notice": (cast.decider, IssueLetter("issue")),
            "serve_lift_notice": (cast.server, self._service()),
            "decide_return": (cast.decider, DecideReturn("return", "十二个月内未再发现新的重大质量安全风险隐患。")),
        }
        return parts[step]

    def _decision(self) -> DecideEscalation:
        reasons = {
            "take_over": "情况属实，该单位风险较高，决定由本局监管。",
            "list": "情况属实，决定对该事项挂牌督办，限期落实整改要求。",
        }
        return DecideEscalation(self.plan.outcome, reasons[self.plan.outcome])

    def _notice(self) -> DraftOversight:
        return DraftOversight(
            facts="你单位多次被发现重大质量安全风险隐患：" + "".join(facts for _title, facts in HAZARDS),
            demands="立即停止生产、销售问题产品，召回已售出的问题产品并妥善处置\n"
            "查明隐患原因，完善出厂检验制度，更换不符合要求的检验设备\n"
            "整改完成后提交连续3批产品的合格检验报告",
            answerable=f"法定代表人{self.unit.legal_representative}",
            days=60,
        )

    def _service(self) -> ServiceFacts:
        return ServiceFacts(
            kind="direct",
            attempted_on=self.clock.today,
            received_on=self.clock.today,
            recipient=self.unit.legal_representative,
            recipient_role="legal_representative",
            place=self.unit.address,
            second_server=self.cast.second,
            receipt_signed=True,
        )

    def _find_hazards(self) -> None:
        """Two verified major hazards, some weeks before: the law opens the way.

        Written down as they stand: verified now, they would bear on the class that a main case of the unit is about to
        give it, whose story is another.
        """
        for place, (title, facts) in enumerate(HAZARDS):
            found = self.clock.now - timedelta(days=50 - 30 * place)
            verified = found + timedelta(days=6)
            event = RiskEvent.objects.create(
                enterprise=self.unit,
                kind=RiskEvent.Kind.HAZARD,
                title=title,
                facts=facts,
                occurred_on=legal_date(found),
                level=RiskEvent.Level.MAJOR,
                state=RiskEvent.State.VERIFIED,
                reported_at=found,
                reported_by=self.cast.server,
                confirmed_on=legal_date(verified),
                fingerprint=f"demo-hazard-{self.unit.pk}-{place}",
            )
            EventReport.objects.create(
                event=event,
                source=EventReport.Source.INSPECTION,
                reported_on=legal_date(found),
                entered_by=self.cast.server,
                entered_at=found,
            )
            EventDecision.objects.create(
                event=event,
                outcome=EventDecision.Outcome.VERIFY,
                reason="经现场核查并抽样检验，情况属实，属于重大质量安全风险隐患。",
                level=RiskEvent.Level.MAJOR,
                author=self.cast.second,
                body=self.unit.territorial_body,
                decided_at=verified,
            )


def escalations(units: Sequence[Enterprise], end: datetime) -> list[Escalation]:
    """One a plan, each of another unit for which the demo has the people; earlier plans are served first."""
    calendar, today = work_calendar(), legal_date(end)
    told: list[Escalation] = []
    waiting = list(PLANS)
    for unit in units:
        if not waiting:
            break
        plan = waiting[0]
        begin = calendar.workday_before(today, plan.length)
        cast = cast_of(unit, unit.tier_body, deciding_body(unit.tier_body), begin)
        if cast is None:
            continue
        told.append(Escalation(unit, cast, StoryClock(begin, end), waiting.pop(0)))
        told[-1].clock.wait(minutes=17 * len(told))
    return told


def follow_up(source: Case, now: datetime, end: datetime) -> Acts:
    """What became of the matter a main case was escalated with; it is told as far as the time goes."""
    proposal = EscalationProposal.objects.filter(source_case=source).select_related("from_body", "to_body").first()
    if proposal is None:
        return
    case = Case.objects.select_related("enterprise__territorial_body").get(pk=proposal.case_id)
    cast = cast_of(case.enterprise, proposal.from_body, proposal.to_body, legal_date(now))
    if cast is None:
        return
    clock = StoryClock(legal_date(now), end)
    clock.jump(now)
    yield from Escalation(case.enterprise, cast, clock, Plan("ask_lifting", FOLLOWED_FOR), case=case).acts()


def taker_of(item: WorkItem, on: date) -> User | None:
    """Whoever would have taken an open step of an escalation in hand."""
    body: Body | None = item.body
    if item.permission == "serve_document":
        body = ancestor_at(item.body, Body.Level.COUNTY)
        return next(iter(in_roles(body, ("inspector",), on)), None) if body else None
    roles = ("overseer",) if item.permission == "track_listed" else ("body_head",)
    return next(iter(in_roles(item.body, roles, on)), None)
