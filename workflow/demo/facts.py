"""What the people of a story enter at each step, unless the story says otherwise."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from cases.acting import LEGAL_ZONE
from cases.models import Case
from cases.packs.classifying import classifying_pack
from cases.selectors.cases import current_inspection, latest_proposal, open_order
from cases.services.approve_inspection import ApproveInspection
from cases.services.assign_inspectors import AssignInspectors, notices_for
from cases.services.calendar import work_calendar
from cases.services.close_case import CloseCase, EscalateCase, WithdrawHonours
from cases.services.decide_basis import DecideBasis
from cases.services.decide_grassroots import GrassrootsOpinion
from cases.services.decide_measures import DecideMeasures, ListKey
from cases.services.desk_check import DeskFacts
from cases.services.file_classification import FileAtProvince, ForwardFiling
from cases.services.inspect_enterprise import InspectionFacts, ItemAnswer
from cases.services.interview import HoldInterview, SummonInterview
from cases.services.order_rectification import Demand, DraftOrder
from cases.services.propose_class import Countersign, ProposeClass
from cases.services.refer_penalty import ReferPenalty
from cases.services.report_rectification import ReportRectification
from cases.services.return_visit import Verdict, VisitFacts
from notices.services.case_letters import IssueLetter
from notices.services.record_service import ServiceFacts
from workflow.demo.list_facts import LIST_FACTS
from workflow.demo.signing import signed

if TYPE_CHECKING:
    from workflow.demo.story import Story

EVIDENCE: Final[Mapping[str, str]] = {
    "3": "抽查的2批产品执行的企业标准已过有效期，未见复审记录。",
    "4": "质量手册为旧版，未覆盖新增的装配工序，缺少2026年内部审核记录。",
    "5": "车间使用的2台耐压测试仪校准证书已过期。",
    "6": "原材料进货台账缺少近两个月的验收记录，出厂检验记录未签字。",
    "7": "2名检验人员未见培训考核记录。",
    "8": "未张贴产品质量承诺，未能出示承诺书。",
    "9": "不合格品处置记录不全，抽查3批中1批无法追溯到原材料批次。",
    "10": "售后记录显示2起退换货投诉超过15日未处理。",
    "11": "对一批不合格产品未见召回或者纠正预防措施记录。",
    "12": "现场抽查的产品铭牌未标注生产厂厂址。",
    "13": "近三年未连续3次通过省级以上监督抽查。",
    "14": "近三年内省级监督抽查出现2次不合格。",
    "16": "有1起经查实的消费者投诉。",
    "18": "企业规模未处于行业龙头地位。",
    "19": "未获得质量奖励和荣誉。",
}
SIGNED_ON_GLASS: Final = 3
"""Of so many inspections one is signed on the spot, the others on the printed record."""
BASIS = "《工业企业产品质量分类监管试行办法》第十八条第（四）项"


def _approve(story: "Story", case: Case, outcome: str) -> ApproveInspection:
    outcome = outcome or "approve"
    return ApproveInspection(
        outcome, "" if outcome == "approve" else "该企业本月已由上级部门组织联合检查，并入综合查一次。"
    )


def _assign(story: "Story", case: Case, outcome: str) -> AssignInspectors:
    return AssignInspectors(story.cast.lead.pk, story.cast.second.pk, outcome or notices_for(case)[0])


def _basis(story: "Story", case: Case, outcome: str) -> DecideBasis:
    outcome = outcome or "on_record"
    reason = {
        "on_record": "违法事实已由生效处罚决定认定，依现有记录足以作出分类调整。",
        "inspect": "需通过现场检查核实企业质量保证能力，再确定调整到哪一类。",
    }
    return DecideBasis(outcome, reason[outcome])


def _desk(story: "Story", case: Case, outcome: str) -> DeskFacts:
    """The outcome names the failing items as for a visit; ``onsite`` asks for one."""
    found = _inspect(story, case, "" if outcome == "onsite" else outcome)
    given = {field.name: getattr(found, field.name) for field in fields(found)} | {
        "note": "查阅企业年度主体责任报告、自查报告、近一年监督抽查结果和风险事件记录。",
        "version": None,
    }
    if outcome != "onsite":
        return DeskFacts(**given)
    return DeskFacts(
        **given,
        outcome="onsite",
        reason="年度报告与监督抽查结果不一致，书面材料不足以判断出厂检验情况。",
        planned_on=work_calendar().due(story.clock.today, 5, "working_day").due,
    )


def _inspect(story: "Story", case: Case, outcome: str) -> InspectionFacts:
    """The outcome names the failing items, e.g. ``3,12``; ``refuse`` a refusal; ``…+violation`` a suspicion."""
    if outcome == "refuse":
        return InspectionFacts(
            visited_on=story.clock.today,
            risk_level="",
            cooperated=False,
            refusal_reason="企业负责人关闭厂门，拒绝检查人员进入生产车间，并拒绝说明理由。",
            refusal_witness="社区网格员 周建平",
        )
    failing, _, violation = outcome.partition("+")
    failed = set(filter(None, failing.split(",")))
    answers = {
        item.number: ItemAnswer("fail", EVIDENCE.get(item.number, "现场检查发现问题，详见记录。"))
        if item.number in failed
        else ItemAnswer("pass")
        for item in classifying_pack(case.pack).items
    }
    level = case.enterprise.products.filter(is_main=True).order_by("risk_level").first()
    facts = InspectionFacts(
        visited_on=story.clock.today,
        risk_level=level.risk_level if level else "III",
        answers=answers,
        suspected_violation="现场发现一批未经检验合格即出厂销售的产品，涉嫌以不合格产品冒充合格产品。"
        if violation
        else "",
        note="现场检查由企业质量负责人陪同，检查情况已当场告知企业。",
    )
    if case.pk % SIGNED_ON_GLASS:
        return facts
    return signed(facts, lead=story.cast.lead.name, second=story.cast.second.name, at=story.clock.now)


def _refer(story: "Story", case: Case, outcome: str) -> ReferPenalty:
    inspection = current_inspection(case)
    refused = inspection is not None and not inspection.cooperated
    return ReferPenalty(
        facts=(inspection.refusal_reason or inspection.suspected_violation) if inspection else "",
        legal_basis="《中华人民共和国产品质量法》第五十六条" if refused else "《中华人民共和国产品质量法》第五十条",
        recipient=f"{case.body.name}综合行政执法队",
    )


def _propose(story: "Story", case: Case, outcome: str) -> ProposeClass:
    proposal = latest_proposal(case)
    computed = proposal.computed_class if proposal else ""
    if outcome and outcome != computed:
        return ProposeClass(outcome, "企业近期原材料供应商更换频繁，质量稳定性有待观察，建议从严评定。")
    return ProposeClass(computed)


def _countersign(story: "Story", case: Case, outcome: str) -> Countersign:
    outcome = outcome or "sign"
    return Countersign(outcome, "" if outcome == "sign" else "第6项证据记录不完整，请主办人员补充说明后再签。")


def _grassroots(story: "Story", case: Case, outcome: str) -> GrassrootsOpinion:
    outcome = outcome or "agree"
    if outcome == "reject":
        return GrassrootsOpinion(outcome, reason="该处罚决定所涉产品并非本企业生产，不应据此作降级处理。")
    if outcome != "agree":
        return GrassrootsOpinion(outcome, reason="检验记录证据不足，请补充后重新提出意见。")
    proposal = latest_proposal(case)
    assert proposal is not None
    mode = proposal.computed_mode
    if proposal.proposed_class != proposal.computed_class:
        mode = {"A": "responsibility", "B": "routine", "C": "tightened"}[proposal.proposed_class]
    return GrassrootsOpinion("agree", mode, reason="同意检查人员意见，按规定实施相应监管方式。")


def _forward(story: "Story", case: Case, outcome: str) -> ForwardFiling:
    outcome = outcome or "forward"
    return ForwardFiling(outcome, "" if outcome == "forward" else "表格第三页盖章不清晰，请重新盖章后报送。")


def _file(story: "Story", case: Case, outcome: str) -> FileAtProvince:
    outcome = outcome or "noted"
    return FileAtProvince(
        outcome, "予以备案。" if outcome == "noted" else "拟定监管方式与产品风险等级不相适应，请重新研究。"
    )


def _list_key(story: "Story", case: Case, outcome: str) -> ListKey:
    return ListKey("企业分类评定为C类，按规定列为本辖区重点监管企业。")


def _measures(story: "Story", case: Case, outcome: str) -> DecideMeasures:
    outcome = outcome or "measures"
    reason = {
        "measures": "企业未能有效履行产品质量主体责任，应当约谈其负责人并责令限期整改。",
        "none": "企业已自行整改到位，按加严监管要求安排检查即可。",
    }
    return DecideMeasures(outcome, reason[outcome])


def _summon(story: "Story", case: Case, outcome: str) -> SummonInterview:
    day = work_calendar().due(story.clock.today, 6, "working_day").due
    return SummonInterview(
        scheduled_at=datetime.combine(day, time(14, 30), LEGAL_ZONE),
        place=f"{case.body.name}二楼会议室",
        subject="产品质量主体责任落实不到位问题",
        summoned=f"法定代表人{case.enterprise.legal_representative}、质量负责人",
    )


def _issue(story: "Story", case: Case, outcome: str) -> IssueLetter:
    outcome = outcome or "issue"
    return IssueLetter(outcome, "" if outcome == "issue" else "整改要求表述不够具体，请修改后重新报签。")


def _serve(story: "Story", case: Case, outcome: str) -> ServiceFacts:
    if outcome == "failed":
        return ServiceFacts(
            kind="direct",
            attempted_on=story.clock.today,
            succeeded=False,
            place=case.enterprise.address,
            second_server=story.cast.second,
            failure_reason="企业大门紧闭，电话无人接听。",
        )
    return ServiceFacts(
        kind="direct",
        attempted_on=story.clock.today,
        received_on=story.clock.today,
        recipient=case.enterprise.legal_representative,
        recipient_role="legal_representative",
        place=case.enterprise.address,
        second_server=story.cast.second,
        receipt_signed=True,
    )


def _hold(story: "Story", case: Case, outcome: str) -> HoldInterview:
    if outcome == "no_show":
        return HoldInterview("no_show", reason="企业负责人未按时到场，亦未说明理由，电话联系未果。")
    return HoldInterview(
        "held",
        attended=f"法定代表人{case.enterprise.legal_representative}",
        statement="企业承认质量管理存在漏洞，承诺在期限内完成整改并提交整改报告。",
        second_officer_id=story.cast.second.pk,
    )


def _order(story: "Story", case: Case, outcome: str) -> DraftOrder:
    earlier = open_order(case)
    open_items = list(earlier.items.filter(verdict="fail")) if earlier and earlier.issued_on else []
    if open_items:
        demands = tuple(Demand(item.problem, item.demand) for item in open_items)
    else:
        proposal = latest_proposal(case)
        failed = proposal.failed[:4] if proposal else []
        demands = tuple(
            Demand(
                EVIDENCE.get(number, "现场检查发现的问题。"), DEMANDS.get(number, "查明原因并完成整改，保存整改记录。")
            )
            for number in failed
        )
    return DraftOrder(demands=demands, days=15, legal_basis=BASIS)


DEMANDS: Final[Mapping[str, str]] = {
    "3": "停止执行过期标准，完成企业标准复审并公开。",
    "5": "送检过期计量器具，取得校准证书后方可使用。",
    "6": "补齐原材料验收和出厂检验记录，明确签字责任人。",
    "9": "完善不合格品处置制度，建立批次追溯台账。",
    "12": "停止销售标识不合格产品，重新制作并更换铭牌。",
    "14": "查明不合格原因，提交经检验合格的复查报告。",
}


def _report(story: "Story", case: Case, outcome: str) -> ReportRectification:
    return ReportRectification(
        content="已完成责令整改通知书所列各项整改：更换铭牌、送检计量器具并补齐记录，相关材料附后。",
        submitted_name=case.enterprise.legal_representative or "企业负责人",
    )


def _visit(story: "Story", case: Case, outcome: str) -> VisitFacts:
    order = open_order(case)
    assert order is not None
    outcome = outcome or "pass"
    verdicts = {}
    for index, item in enumerate(order.items.order_by("number")):
        bad = outcome == "fail" or (outcome == "partly" and index == 0)
        verdicts[item.number] = Verdict("fail", "现场仍未见整改记录。") if bad else Verdict("pass")
    return VisitFacts(
        visited_on=story.clock.today,
        second_inspector_id=story.cast.second.pk,
        verdicts=verdicts,
        note="现场核对整改材料与实物。",
    )


def _honours(story: "Story", case: Case, outcome: str) -> WithdrawHonours:
    honours = case.enterprise.honours.filter(withdrawal="")
    return WithdrawHonours(
        {honour.pk: outcome or "proposed" for honour in honours}, "企业分类评定为C类，依规定取消或者建议取消质量荣誉。"
    )


def _escalate(story: "Story", case: Case, outcome: str) -> EscalateCase:
    kinds = tuple((outcome or "listed_oversight").split("+"))
    return EscalateCase(kinds, "".join(_ESCALATED[kind] for kind in kinds))


_ESCALATED: Final = {
    "listed_oversight": "多次责令整改后仍未整改到位，建议挂牌督办。",
    "recall": "一批次产品的接地措施不符合强制性国家标准，可能危及人身安全，企业未主动召回。",
}


def _close(story: "Story", case: Case, outcome: str) -> CloseCase:
    return CloseCase("整改事项经回访全部落实，同意结案归档。")


FACTS: Final[Mapping[str, Callable[["Story", Case, str], Any]]] = {
    "approve_inspection": _approve,
    "assign_inspectors": _assign,
    "decide_basis": _basis,
    "desk_check": _desk,
    "inspect": _inspect,
    "refer_penalty": _refer,
    "propose_class": _propose,
    "countersign": _countersign,
    "decide_grassroots": _grassroots,
    "forward_filing": _forward,
    "file_province": _file,
    "list_key": _list_key,
    "decide_measures": _measures,
    "draft_interview": _summon,
    "issue_interview": _issue,
    "serve_interview": _serve,
    "hold_interview": _hold,
    "draft_order": _order,
    "issue_order": _issue,
    "serve_order": _serve,
    "report_rectification": _report,
    "return_visit": _visit,
    "withdraw_honours": _honours,
    "escalate": _escalate,
    "close_case": _close,
    "issue_list_notice": _issue,
    "serve_list_notice": _serve,
    "serve_list_decision": _serve,
    **LIST_FACTS,
}
