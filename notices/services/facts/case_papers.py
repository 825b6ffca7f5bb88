"""Papers of a case: approval and notice of an inspection, its record, the interview's, referral, filing, closing.

What the enterprise gets or signs names no class (Trial Measures 2012, art. 13); what stays in the file may.
"""

from collections.abc import Mapping
from typing import Any, Final

from cases.acting import legal_date
from cases.models import (
    Answer,
    Assignment,
    Body,
    Case,
    ClassRecord,
    Escalation,
    Inspection,
    Interview,
    Opinion,
    Proposal,
    RectificationOrder,
    Referral,
)
from cases.models.enterprise import SupervisionMode
from cases.packs.loader import referred_pack
from cases.rules.errors import RuleError
from cases.selectors.bodies import ancestor_at
from cases.selectors.cases import inspections_this_year
from notices.pdf.facts import Column, LetterFacts, Paragraph, Part, SheetFacts
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import heading, letter, moment, plain, sentence
from notices.services.facts.onsite_signatures import signed_on_site
from notices.services.facts.sheet_parts import about, chinese, officer, sheet, signed, to_sign
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_PRODUCT_LAW: Final = "《中华人民共和国产品质量法》"
_MEASURES: Final = "《工业企业产品质量分类监管试行办法》"
_RIGHTS: Final = (
    "检查人员已向你单位出示执法证件。你单位认为检查人员与检查事项有直接利害关系或者有其他关系可能影响公正执法的，"
    "有权申请回避；对检查情况有异议的，有权陈述、申辩。你单位应当如实回答询问，协助检查，不得拒绝或者阻挠"
    "（《中华人民共和国行政处罚法》第四十二条、第四十三条、第五十五条）。"
)
_FORMS: Final[Mapping[str, str]] = {"regular": "定期监督检查", "special": "专项监督检查", "return_visit": "回访"}
_APPROVALS: Final[Mapping[str, str]] = {
    "approve": "同意检查。",
    "merge": "并入其他部门的检查一并实施（综合查一次），不另行检查。",
    "refuse": "不同意检查。",
    "inspect": "须实施现场检查。",
}
_FILINGS: Final[Mapping[str, str]] = {"noted": "准予备案", "returned": "退回补正", "objected": "提出异议"}
_VISITS: Final[Mapping[str, str]] = {"pass": "整改合格", "partly": "部分合格", "fail": "整改不合格"}


def approval_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """行政检查审批表: which inspection, why, when, and who approved it or not (国办发〔2024〕54号)."""
    opinion, case = subject.row, subject.case
    assert isinstance(opinion, Opinion)
    parts = [
        *about(case.enterprise),
        Part("检查形式", _FORMS[case.form], half=True),
        Part("计划检查日期", document_date(case.planned_on), half=True),
        Part("检查事由", _cause(case)),
        Part("检查依据", f"{_PRODUCT_LAW}第八条、第十八条；{_MEASURES}第十四条。"),
        Part("检查事项", "企业履行产品质量主体责任的情况和主要产品质量安全风险程度。"),
        Part("本年度已检查次数", f"{inspections_this_year(case, case.planned_on.year)}次"),
        Part(
            "承办意见",
            "拟对上述检查对象实施行政检查，请审批。",
            lines=3,
            sign=(signed("承办人", str(case.opened_by or "系统登记"), legal_date(case.opened_at)),),
        ),
        Part(
            "审批意见",
            _said(_APPROVALS[opinion.outcome], opinion.reason),
            lines=3,
            sign=(signed("审批人", str(opinion.author or ""), legal_date(opinion.decided_at)),),
        ),
    ]
    return sheet("inspection_approval", "行政检查审批表", subject, parts, stamp)


def notice_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """行政检查通知书: handed over before the visit or on arrival; the record of the inspection says so."""
    case = subject.case
    people = _inspectors(case, subject.row.round)
    parts = [
        *about(case.enterprise),
        Part("检查日期", f"{document_date(case.planned_on)}起", half=True),
        Part("检查形式", _FORMS[case.form], half=True),
        Part("检查地点", case.enterprise.address or "你单位生产经营场所"),
        Part("检查事项", "你单位履行产品质量主体责任的情况和主要产品质量安全风险程度。"),
        Part("检查依据", f"{_PRODUCT_LAW}第八条、第十八条；{_MEASURES}第十四条。"),
        Part("检查人员", "\n".join(officer(each.user, each.certificate_number) for each in people)),
        Part("需准备的材料", "营业执照、许可证和认证证书，以及与产品质量有关的采购、生产、检验、销售记录。"),
        Part("权利和义务", _RIGHTS.removeprefix("检查人员已向你单位出示执法证件。")),
        Part("检查机关", lines=3, sealed=True, sign=(f"{subject.body.name}　　{document_date(stamp.on)}",)),
        Part("签收", lines=2, sign=to_sign("被检查单位签收人")),
    ]
    lead = f"{case.enterprise.name}：我局定于{document_date(case.planned_on)}起对你单位实施行政检查，现予通知。"
    return sheet("inspection_notice", "行政检查通知书", subject, parts, stamp, lead=lead, sealed=True, copies=_TWO)


def record_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """现场检查笔录: who inspected whom, when, where, what was found, lines to sign. RuleError: `not_inspected`."""
    inspection, case = subject.row, subject.case
    assert isinstance(inspection, Inspection)
    if inspection.visited_on is None or inspection.submitted_at is None:
        raise RuleError("not_inspected", "The inspection form has not been submitted yet.")
    people = _inspectors(case, inspection.round)
    parts = [
        *about(case.enterprise, "被检查单位"),
        Part("联系人及电话", "　".join(filter(None, (case.enterprise.contact, case.enterprise.phone))) or "—"),
        Part("检查日期", document_date(inspection.visited_on), half=True),
        Part("检查形式", _FORMS[case.form], half=True),
        Part("检查地点", case.enterprise.address or "—"),
        Part("检查人员", "\n".join(officer(each.user, each.certificate_number) for each in people)),
        Part("告知事项", _RIGHTS),
        *_found(inspection, case),
        *signed_on_site(inspection),
    ]
    if not inspection.cooperated:
        name = inspection.refusal_witness
        parts.append(Part("见证人", "被检查单位拒绝检查，由见证人见证。", sign=(signed("见证人", name, None),)))
    return sheet("onsite_record", "现场检查笔录", subject, parts, stamp)


def interview_record_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """约谈记录: who spoke with whom, about what, and what was promised. RuleError: `not_held`."""
    interview, case = subject.row, subject.case
    assert isinstance(interview, Interview)
    if interview.outcome != Interview.Outcome.HELD or interview.recorded_at is None:
        raise RuleError("not_held", "The interview has not been held.")
    parts = [
        *about(case.enterprise, "被约谈单位"),
        Part("约谈时间", moment(interview.scheduled_at)),
        Part("约谈地点", interview.place),
        Part("约谈人", f"{interview.recorded_by or '—'}、{interview.second_officer or '—'}", half=True),
        Part("被约谈人", interview.attended, half=True),
        Part("约谈事由", interview.subject),
        Part("约谈内容", interview.statement, lines=8),
        Part("被约谈人确认", "以上记录经核对，与约谈情况相符。", lines=3, sign=to_sign("被约谈人")),
        Part("约谈人签名", "", lines=2, sign=to_sign("约谈人", "记录人")),
    ]
    lead = f"依据{_MEASURES}第十八条，{case.body.name}对被约谈单位进行产品质量安全履责约谈，记录如下："
    return sheet("interview_record", "约谈记录", subject, parts, stamp, lead=lead)


def transfer_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """线索移交单: the suspected violation, the provision, to whom; the receiver signs for it (P13)."""
    referral, case = subject.row, subject.case
    assert isinstance(referral, Referral)
    files = list(case.attachments.order_by("pk").values_list("name", flat=True))
    parts = [
        *about(case.enterprise, "涉嫌违法单位"),
        Part("移交单位", subject.body.name),
        Part("接收单位", referral.recipient),
        Part("线索来源", f"{_cause(case)}（案件编号：{case.number}）"),
        Part("涉嫌违法事实", referral.facts, lines=6),
        Part("涉嫌违反的规定", referral.legal_basis),
        Part("随附材料", f"{'；'.join(files)}（共{len(files)}份）" if files else "无"),
        Part("移交意见", "请依法核查处理，并将处理结果书面告知移交单位。", lines=3, sealed=True,
             sign=(signed("移交人", str(referral.referred_by), legal_date(referral.referred_at)),)),
        Part("接收情况", "", lines=3, sign=to_sign("接收人")),
    ]  # fmt: skip
    return sheet("lead_transfer", "涉嫌违法线索移交单", subject, parts, stamp, sealed=True, copies=_TWO)


def filing_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """备案表: the class filed and the opinions of each level (Trial Measures 2012, art. 12). RuleError: `not_filed`."""
    proposal, case = subject.row, subject.case
    assert isinstance(proposal, Proposal)
    if not proposal.filing_number or proposal.filed_on is None or proposal.agreed_on is None:
        raise RuleError("not_filed", "The classification has not been filed.")
    parts = [
        *about(case.enterprise, "企业名称"),
        Part("产品类别", case.enterprise.product_category or "—", half=True),
        Part("检查形式", _FORMS[case.form], half=True),
        Part("质量信用类别", f"{proposal.proposed_class}类", half=True),
        Part("监管方式", chinese(SupervisionMode(proposal.mode).label) if proposal.mode else "—", half=True),
        Part("符合项数", f"{proposal.passes}／{proposal.total}项" if proposal.total else "依据在案记录"),
        Part("分类理由", proposal.deviation_reason or "按照通用规则的判定方法确定。"),
        Part(
            "基层部门意见",
            _opinion(case, "decide_grassroots") or "同意。",
            lines=3,
            sign=(signed(f"{case.body.name}　签发", str(proposal.agreed_by or ""), proposal.agreed_on),),
        ),
        *_forwarded(proposal, case),
        Part(
            "省级部门备案意见",
            _said(f"{_FILINGS['noted']}，备案号：{proposal.filing_number}。", proposal.filing_opinion),
            lines=3,
            sign=(signed(f"{_province(case)}　经办", str(proposal.filed_by or ""), proposal.filed_on),),
        ),
    ]
    return sheet("filing_form", "工业企业产品质量分类监管备案表", subject, parts, stamp)


def closing_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """结案审批表: what the case was about, what was done, and why it ends (程序规定 第七十七条)."""
    opinion, case = subject.row, subject.case
    assert isinstance(opinion, Opinion)
    record = ClassRecord.objects.filter(case=case).order_by("-pk").first()
    mode = chinese(SupervisionMode(record.mode).label) if record and record.mode else ""
    parts = [
        *about(case.enterprise, "当事单位"),
        Part("案件来源", _cause(case)),
        Part("立案日期", document_date(legal_date(case.opened_at)), half=True),
        Part("结案日期", document_date(legal_date(opinion.decided_at)), half=True),
        Part("分类结果", f"{record.quality_class}类，{mode}" if record else "—"),
        Part("采取的措施", _measures(case), lines=4),
        Part("结案理由", opinion.reason, lines=3),
        Part(
            "审批意见",
            "同意结案，材料归档。",
            lines=3,
            sign=(signed("审批人", str(opinion.author or ""), legal_date(opinion.decided_at)),),
        ),
    ]
    return sheet("closing_approval", "结案审批表", subject, parts, stamp)


def recall_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """责令召回通知书: the defect, what is to be done, and by when (特别规定 第九条; 38号 二（二）)."""
    escalation = subject.row
    assert isinstance(escalation, Escalation)
    found = fields.get("facts") or f"经我局检查确认，你单位生产的产品存在下列缺陷：{sentence(escalation.reason)}"
    demands = fields.get("demands") or (
        "立即停止生产、销售存在缺陷的产品。\n通知销售者停止销售，并以有效方式告知消费者停止使用。\n"
        "向我局提交召回计划，按照计划实施召回。\n召回完成后，向我局提交召回总结。"
    )
    paragraphs = [
        *plain(found),
        Paragraph(
            0,
            "依据《国务院关于加强食品等产品安全监督管理的特别规定》第九条和《消费品召回管理暂行规定》，"
            "我局责令你单位召回上述存在缺陷的产品。现将有关要求通知如下：",
        ),
        heading("一、召回要求"),
        *(Paragraph(0, f"{at}．{line.strip()}") for at, line in enumerate(demands.splitlines(), 1) if line.strip()),
        heading("二、召回期限"),
        Paragraph(
            0,
            "请自收到本通知书之日起十个工作日内提交召回计划；实施召回期间，每三个月提交一次阶段性总结；"
            "自召回计划实施完成之日起十五个工作日内提交召回总结。",
        ),
        heading("三、法律责任"),
        Paragraph(0, "拒不实施召回的，我局将依法处理。"),
        Paragraph(
            0,
            "你单位不服本通知的，可以自收到本通知书之日起六十日内依法申请行政复议，或者自收到本通知书之日起六个月内"
            "依法向人民法院提起行政诉讼。",
        ),
    ]
    return letter("recall_order", "责令召回通知书", subject, paragraphs, fields, stamp)


_TWO: Final = "本文书一式两份，一份交付对方，一份存档。"


def _cause(case: Case) -> str:
    origin = chinese(Case.Origin(case.origin).label)
    return f"{origin}：{case.origin_note}" if case.origin_note else origin


def _said(words: str, reason: str) -> str:
    return f"{words}\n{sentence(reason)}" if reason.strip() else words


def _inspectors(case: Case, round_: int) -> list[Assignment]:
    """The lead first."""
    return list(Assignment.objects.filter(case=case, round=round_).select_related("user").order_by("role", "pk"))


def _found(inspection: Inspection, case: Case) -> list[Part]:
    """What the inspectors found: every item that failed, in the words of the form, or why nothing could be checked."""
    if not inspection.cooperated:
        return [Part("检查情况", f"被检查单位拒绝检查：{sentence(inspection.refusal_reason)}", lines=4)]
    answers = list(Answer.objects.filter(inspection=inspection).order_by("pk"))
    failed = {answer.item: answer for answer in answers if answer.value == Answer.Value.FAIL}
    text = f"检查人员按照通用规则逐项检查{len(answers)}项，"
    text += f"发现{len(failed)}项不符合，情况如下表。" if failed else "未发现不符合项。"
    parts = [Part("检查情况", _said(text, inspection.note), lines=2)]
    if inspection.suspected_violation.strip():
        parts.append(Part("涉嫌违法情况", inspection.suspected_violation, lines=2))
    if failed:
        parts.append(Part("不符合项", columns=_FAILED, rows=tuple(_failures(failed, case))))
    return parts


_FAILED: Final = (Column("序号", 14, centred=True), Column("检查项目"), Column("检查发现的问题"))


def _failures(failed: Mapping[str, Answer], case: Case) -> list[tuple[str, ...]]:
    classes = referred_pack(case.pack).classes
    items = classes.items if classes else ()
    return [(item.number, item.text, failed[item.number].evidence) for item in items if item.number in failed]


def _opinion(case: Case, step: str) -> str:
    found = Opinion.objects.filter(case=case, step=step).order_by("-pk").first()
    return sentence(found.reason) if found and found.reason.strip() else ""


def _forwarded(proposal: Proposal, case: Case) -> list[Part]:
    """The city's opinion, where the filing went through a city."""
    if proposal.forwarded_on is None:
        return []
    signer = signed("经办", str(proposal.forwarded_by or ""), proposal.forwarded_on)
    return [Part("市级部门意见", _opinion(case, "forward_filing") or "同意转报。", lines=3, sign=(signer,))]


def _province(case: Case) -> str:
    province = ancestor_at(case.body, Body.Level.PROVINCE)
    return province.name if province else ""


def _measures(case: Case) -> str:
    """Interviews, orders and visits of the case, each a line."""
    lines = [
        f"{document_date(legal_date(interview.scheduled_at))}约谈（{chinese(interview.get_outcome_display())}）。"
        for interview in Interview.objects.filter(case=case).order_by("attempt")
    ]
    for order in RectificationOrder.objects.filter(case=case).select_related("visit").order_by("attempt"):
        issued = f"{document_date(order.issued_on)}责令限期整改" if order.issued_on else "责令限期整改（未发出）"
        visit = getattr(order, "visit", None)
        result = f"，{document_date(visit.visited_on)}回访：{_VISITS[visit.result]}" if visit else ""
        lines.append(f"{issued}{result}。")
    lines += [f"线索移交{referral.recipient}。" for referral in Referral.objects.filter(case=case).order_by("pk")]
    return "\n".join(lines) or "无。"
