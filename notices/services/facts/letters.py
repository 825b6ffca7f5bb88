"""What the three letters say: interview notice, rectification order, reminder letter.

The letters to an enterprise name no class: class results are internal (Trial Measures 2012, art. 13).
"""

from typing import Any, Final

from cases.acting import legal_date
from cases.models import Body, Case, Deadline, Inspection, Interview, RectificationOrder
from cases.packs.loader import load_deadline_rules
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from cases.services.order_rectification import RULE
from notices.pdf.facts import LetterFacts, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE, heading, letter, moment, plain, sentence, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_MEASURES: Final = "《工业企业产品质量分类监管试行办法》"
_REPLY: Final = "reminder_letter_reply"  # the period for a reply, where the drafter sets none


def _inspected(case: Case) -> str:
    """When the enterprise was inspected, for "what was found"; without a visit only the case."""
    visited = Inspection.objects.filter(case=case, visited_on__isnull=False).order_by("-round").first()
    if visited is None or visited.visited_on is None:
        return f"（案件编号：{case.number}）"
    return f"（检查日期：{document_date(visited.visited_on)}，案件编号：{case.number}）"


def interview_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """约谈通知书 (art. 18(四)4): about what, when, where, who must come. RuleError: `interview_past`."""
    interview = subject.row
    assert isinstance(interview, Interview)
    if not stamp.preview and legal_date(interview.scheduled_at) < stamp.on:
        raise RuleError("interview_past", "The time of the interview has passed.")
    found = fields.get("facts") or (
        f"我局对你单位开展产品质量监督检查{_inspected(subject.case)}，发现你单位未有效履行产品质量主体责任。"
    )
    bring = fields.get("bring") or "与约谈事由有关的材料"
    paragraphs = [
        *plain(found),
        Paragraph(0, f"依据{_MEASURES}第十八条的规定，我局决定对你单位进行履责约谈。现将有关事项通知如下："),
        heading("一、约谈事由"),
        *plain(interview.subject),
        heading("二、约谈时间"),
        Paragraph(0, f"{moment(interview.scheduled_at)}。"),
        heading("三、约谈地点"),
        Paragraph(0, f"{interview.place.rstrip('。')}。"),
        heading("四、参加人员"),
        Paragraph(0, f"{interview.summoned.rstrip('。')}。"),
        heading("五、有关要求"),
        Paragraph(
            0,
            f"请参加人员携带身份证件、{bring.rstrip('。')}按时参加约谈；委托他人参加的，应当同时提交授权委托书。"
            "约谈时，你单位可以陈述意见，说明有关情况。确有正当理由不能按时参加的，请在约谈前书面说明。"
            "无正当理由不参加约谈的，我局将依法采取进一步监管措施。",
        ),
        Paragraph(0, "特此通知。"),
    ]
    return letter("interview_notice", "约谈通知书", subject, paragraphs, fields, stamp)


def order_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """责令限期整改通知书: what was found, what is demanded, by when from service. RuleError: `order_without_items`."""
    order = subject.row
    assert isinstance(order, RectificationOrder)
    items = list(order.items.order_by("number"))
    if not items:
        raise RuleError("order_without_items", "The order names nothing to put right.")
    found = fields.get("facts") or f"经我局对你单位开展产品质量监督检查{_inspected(subject.case)}，你单位存在下列问题："
    paragraphs = [
        *plain(found),
        heading("一、存在的问题"),
        *(Paragraph(0, f"{item.number}. {sentence(item.problem)}") for item in items),
        heading("二、整改要求"),
        Paragraph(0, f"依据{order.legal_basis.strip().rstrip('。')}，现责令你单位按照下列要求限期整改："),
        *(Paragraph(0, f"{item.number}. {sentence(item.demand)}") for item in items),
        heading("三、整改期限"),
        Paragraph(
            0,
            f"自本通知书送达之日起{order.days}日内完成整改（送达当日不计入期限）。"
            f"确有正当理由不能按期完成的，应当{_extension_request()}向我局书面提出延期申请。",
        ),
        heading("四、整改报告"),
        Paragraph(
            0,
            "整改完成后，应当在整改期限内向我局提交书面整改报告及有关证明材料，我局将对整改情况进行回访。"
            "逾期未整改或者整改不符合要求的，我局将依法采取进一步监管措施。",
        ),
        Paragraph(0, "你单位对本通知书所列问题或者要求有异议的，可以向我局陈述意见，说明理由。"),
    ]
    return letter("rectification_order", "责令限期整改通知书", subject, paragraphs, fields, stamp)


def _extension_request() -> str:
    rule = load_deadline_rules()[RULE]
    return f"在期限届满{rule.ask_before}日前" if rule.ask_before else "在期限届满前"


def reminder_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """敦促提醒函 (38号 二(三)) to a body that is late. RuleError: `not_overdue`."""
    deadline = subject.row
    assert isinstance(deadline, Deadline)
    late = (stamp.on - deadline.due_on).days
    if not stamp.preview and (late <= 0 or deadline.state != Deadline.State.RUNNING):
        raise RuleError("not_overdue", "This deadline is not overdue.", "国市监质监发〔2023〕38号 二（三）")
    rule = load_deadline_rules().get(deadline.rule)
    matter = rule.title if rule else deadline.rule
    we = short(subject.body)
    found = fields.get("facts") or (
        f"你局（所）承办的监管案件（案件编号：{subject.case.number}），其中“{matter}”事项应当于"
        f"{document_date(deadline.due_on)}前办结（依据：{deadline.basis}）。"
        f"截至{document_date(stamp.on)}，该事项尚未办结，已逾期{max(late, 0)}日。"
    ).replace("你局（所）", "你所" if deadline.accountable_body.level == Body.Level.TOWNSHIP else "你局")
    reply = fields.get("reply_days") or amount_for(rule_of(_REPLY), subject.body)
    demands = fields.get("demands") or (
        "请立即明确责任人和办结时限，抓紧办结上述事项。\n请查明逾期原因，采取措施防止类似情况再次发生。"
    )
    paragraphs = [
        *plain(found),
        Paragraph(0, f"依据{GUIDANCE}关于实行督查清单制的要求，现敦促提醒如下："),
        *(Paragraph(0, f"{at}. {line.strip()}") for at, line in enumerate(filter(str.strip, demands.splitlines()), 1)),
        Paragraph(0, f"请于收到本函之日起{reply}个工作日内，将办理情况书面回复{we}。"),
    ]
    title = "关于抓紧办理逾期监管事项的敦促提醒函"
    return letter("reminder_letter", title, subject, paragraphs, fields, stamp, layout="letter")
