"""Matters of the demo outside any case: a county checked by its city, a warning to a government, a unit advised."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from cases.acting import Acting
from cases.models import Body, Enterprise, RiskEvent, User
from cases.rules.body_check import CheckAnswer
from cases.selectors.assistance import risks_found
from cases.services.assistance import ask_assistance, decide_assistance, record_visit
from cases.services.body_checks import (
    CheckFacts,
    InstrumentFacts,
    answer_check,
    decide_instrument,
    plan_check,
    submit_check,
    verify_answer,
)
from cases.services.body_oversight import InterviewFacts, record_interview
from cases.services.warnings import WarningFacts, draft_warning
from notices.models import Document
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.legal_review import review_document
from notices.services.record_service import ServiceFacts, record_service
from workflow.demo.people import Places

PEOPLE: Final = ("wufang", "heping", "xuzheng", "zhougq", "limin", "wangjg", "songyi")
WANTING: Final = {
    "3.2": "抽查的20家C级主体中，6家没有按清单完成现场检查。",
    "4.3": "今年以来没有组织质量安全总监、质量安全员监督抽查考核。",
}
NEGLECTED: Final = {
    "2.1": "平台只录入了生产单位，没有销售单位。",
    "2.2": "监管责任人变动后没有在平台更新。",
    "3.1": "没有建立本层级主体清单。",
    "3.2": "没有按清单组织现场检查。",
    "4.3": "没有组织监督抽查考核。",
    "6.2": "没有核查质量安全总监配备情况。",
}
PRAISED: Final = {"1.1": "举办专题培训3期，覆盖生产销售单位420家。", "6.2": "抽查60家，均已配备质量安全总监。"}
WARNING: Final = WarningFacts(
    product="儿童自行车",
    signal="sampling",
    probability=3,
    severity=3,
    facts="近12个月监督抽查儿童自行车25批次，7批次制动性能不合格，不合格发现率28%，涉及5家生产单位，呈区域性特征。",
    measures="组织对辖区儿童自行车生产单位开展专项整治\n督促有关单位停止销售并召回不合格产品\n对镇（街道）落实属地责任情况开展检查",
    government="",  # of the county it plays in
)


@dataclass(frozen=True)
class _Stage:
    """The people by user name, and moments counted back from the last day."""

    people: Mapping[str, User]
    end: datetime

    def ago(self, days: int, name: str) -> Acting:
        return Acting(self.people[name], self.end - timedelta(days=days) + timedelta(hours=10))

    def issue(self, kind: str, subject: str, days: int, drafter: str, head: str) -> Document:
        document = draft_document(kind=kind, subject=subject, acting=self.ago(days, drafter))
        return issue_document(document=document, acting=self.ago(days - 1, head))

    def serve(self, document: Document, days: int, first: str, second: str) -> None:
        acting = self.ago(days, first)
        facts = ServiceFacts(
            kind="direct",
            attempted_on=acting.today,
            received_on=acting.today,
            recipient="收文人员",
            recipient_role="mail_room",
            place=f"{document.addressee}收文处"[:300],
            second_server=self.people[second],
            receipt_signed=True,
        )
        record_service(document=document, facts=facts, acting=acting)


def settle_matters(places: Places, people: Mapping[str, User], end: datetime) -> None:
    """Some of each, where the province has the people for it."""
    if not set(PEOPLE) <= set(people):
        return
    stage = _Stage(people, end)
    _check(places, stage)
    _slow_body(places, stage)
    _recalls(places.counties[0], stage)
    _warning(places, stage)
    _assistance(places, stage)


def _check(places: Places, stage: _Stage) -> None:
    """The county was told to put two things right and has answered; the city has yet to verify it."""
    begun = stage.ago(41, "wufang")
    check = plan_check(
        body=places.city,
        overseen=places.counties[0],
        planned_on=stage.ago(40, "wufang").today,
        purpose="年度督查",
        acting=begun,
    )
    answers = tuple(
        CheckAnswer(line.position, line.number not in WANTING, WANTING.get(line.number, PRAISED.get(line.number, "")))
        for line in check.lines.all()
    )
    filled = stage.ago(40, "wufang")
    facts = CheckFacts(check.version, filled.today, answers, "总体落实较好，现场检查和考核两项工作尚未落实到位。")
    submit_check(check_id=check.pk, facts=facts, acting=filled)
    stage.issue("oversight_list", f"check:{check.pk}", 39, "wufang", "wufang")
    decision = InstrumentFacts(
        kind="rectification",
        reason="两项任务未落实，影响面较大，责令限期整改。",
        demands="对6家单位补做现场检查，并逐家建立监管任务清单\n年内组织一次质量安全总监、质量安全员监督抽查考核并公布结果",
    )
    instrument = decide_instrument(check_id=check.pk, facts=decision, acting=stage.ago(37, "xuzheng"))
    assert instrument is not None
    letter = stage.issue("body_rectification", f"instrument:{instrument.pk}", 36, "wufang", "xuzheng")
    stage.serve(letter, 34, "heping", "wufang")
    reply = "6家单位的现场检查已全部完成；已于上周组织考核，参加186人，合格181人，结果已在我局网站公布。"
    answer_check(check_id=check.pk, reply=reply, acting=stage.ago(6, "zhougq"))


def _slow_body(places: Places, stage: _Stage) -> None:
    """Another county was interviewed, did not act, and is under listed oversight now."""
    check = plan_check(
        body=places.city,
        overseen=places.counties[1],
        planned_on=stage.ago(79, "wufang").today,
        purpose="专项督查",
        acting=stage.ago(80, "wufang"),
    )
    answers = tuple(
        CheckAnswer(line.position, line.number not in NEGLECTED, NEGLECTED.get(line.number, ""))
        for line in check.lines.all()
    )
    filled = stage.ago(79, "wufang")
    facts = CheckFacts(check.version, filled.today, answers, "多项任务没有落实，监管责任压得不实。")
    submit_check(check_id=check.pk, facts=facts, acting=filled)
    demands = "逐项落实督查发现的问题，明确责任人和完成时限\n建立监管责任人变动更新制度"
    summons = InstrumentFacts(
        kind="interview",
        reason="未落实的任务较多，约谈主要负责人。",
        demands=demands,
        meeting_at=stage.end - timedelta(days=70) + timedelta(hours=9, minutes=30),
        meeting_place="市局三楼会议室",
        summoned="主要负责人、分管负责人",
    )
    interview = decide_instrument(check_id=check.pk, facts=summons, acting=stage.ago(77, "xuzheng"))
    assert interview is not None
    assert summons.meeting_at is not None
    subject = f"instrument:{interview.pk}"
    stage.serve(stage.issue("body_interview", subject, 76, "wufang", "xuzheng"), 74, "heping", "wufang")
    held = InterviewFacts(
        held_at=summons.meeting_at,
        place="市局三楼会议室",
        chair="市局局长许正",
        attended=f"{places.city.name}许正、吴芳\n{places.counties[1].name}主要负责人、分管负责人",
        account="参加人员说明了有关任务没有落实的原因，对督查发现的问题没有异议，表示立即整改。",
        agreed=demands,
    )
    record_interview(check_id=check.pk, facts=held, acting=stage.ago(69, "wufang"))
    stage.serve(stage.issue("body_interview_minutes", subject, 68, "wufang", "xuzheng"), 66, "heping", "wufang")
    verdict = "期限内没有报告整改情况，经核实有关问题仍未落实。"
    verify_answer(check_id=check.pk, verdict="not_met", reason=verdict, acting=stage.ago(40, "wufang"))
    watch = InstrumentFacts(
        kind="listed", reason="约谈后仍未落实，决定挂牌督办。", demands=demands, answerable="分管负责人"
    )
    listed = decide_instrument(check_id=check.pk, facts=watch, acting=stage.ago(38, "xuzheng"))
    assert listed is not None
    letter = stage.issue("body_listed_notice", f"instrument:{listed.pk}", 37, "wufang", "xuzheng")
    stage.serve(letter, 35, "heping", "wufang")


def _warning(places: Places, stage: _Stage) -> None:
    """The government has been warned; its feedback is waited for."""
    county = places.counties[0]
    facts = replace(WARNING, government=f"{county.name.removesuffix('市场监督管理局')}人民政府")
    warning = draft_warning(region=county, facts=facts, acting=stage.ago(20, "limin"))
    letter = stage.issue("alert_bulletin", f"warning:{warning.pk}", 19, "limin", "xuzheng")
    stage.serve(letter, 17, "wangjg", "limin")


def _recalls(county: Body, stage: _Stage) -> None:
    """Of several recall orders the first has been reviewed, issued and served; the others wait for the legal unit."""
    waiting = list(Document.objects.filter(kind="recall_order", state=Document.State.DRAFT, body=county)[:2])
    if len(waiting) < 2:
        return
    order = waiting[0]
    review_document(document=order, outcome="passed", opinion="事实清楚，依据正确。", acting=stage.ago(5, "songyi"))
    issued = issue_document(document=order, acting=stage.ago(4, "limin"))
    stage.serve(issued, 3, "wangjg", "limin")


def _assistance(places: Places, stage: _Stage) -> None:
    """A unit of the county with a verified risk was visited; the advice has been issued and is to be served."""
    county = places.counties[0]
    units = Enterprise.objects.filter(territorial_body__position__range=(county.position, county.last))
    found = RiskEvent.objects.filter(enterprise__in=units).select_related("enterprise").order_by("pk")
    event = next((each for each in found if risks_found(each.enterprise).filter(pk=each.pk).exists()), None)
    if event is None:
        return
    asked = stage.ago(12, "wangjg")
    assistance = ask_assistance(
        enterprise=event.enterprise,
        event=event,
        asked_on=asked.today,
        asked_by="质量负责人",
        wish="请组织专家帮助查找不合格原因，改进出厂检验。",
        acting=asked,
    )
    decide_assistance(
        assistance_id=assistance.pk,
        outcome="accept",
        reason="风险已经核实，单位自愿申请，同意组织帮扶。",
        acting=stage.ago(10, "limin"),
    )
    visit = stage.ago(6, "wangjg")
    record_visit(
        assistance_id=assistance.pk,
        visited_on=visit.today,
        team="市质检院2名专家和我局1名工作人员",
        account="查看了生产现场、检验室和近3个月的出厂检验记录，与质量负责人、检验人员座谈。",
        measures=[
            ("出厂检验规程没有覆盖全部安全项目", "对照产品标准修订检验规程，补齐安全项目"),
            ("检验设备未按周期校准", "建立设备台账，委托有资质的机构校准并保存证书"),
        ],
        acting=visit,
    )
    stage.issue("assistance_advice", f"assistance:{assistance.pk}", 5, "wangjg", "limin")
