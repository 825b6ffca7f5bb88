"""What the advice after technical assistance says (38号 三, P10); no class is named (Trial Measures 2012, art. 13)."""

from typing import Any

from cases.models import Assistance
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from notices.pdf.facts import LetterFacts, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE, heading, letter, plain, sentence, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject


def advice_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """帮扶建议书: what the unit asked, what was seen, what is advised. RuleError: `not_visited`."""
    assistance = subject.row
    assert isinstance(assistance, Assistance)
    measures = list(assistance.measures.all())
    if assistance.visited_on is None or not measures:
        raise RuleError("not_visited", "The visit has not been recorded yet.", "国市监质监发〔2023〕38号 三")
    we = short(subject.body)
    days = amount_for(rule_of("assistance_follow_up"), subject.body)
    paragraphs = [
        Paragraph(
            0,
            f"应你单位{document_date(assistance.asked_on)}提出的申请，依据{GUIDANCE}三关于开展质量技术帮扶的规定，{we}于"
            f"{document_date(assistance.visited_on)}组织{assistance.team.rstrip('。')}到你单位开展质量技术帮扶。现将有关建议"
            "函告如下：",
        ),
        heading("一、了解的情况"),
        *plain(assistance.account),
        heading("二、问题和改进措施建议"),
        *(
            paragraph
            for item in measures
            for paragraph in (
                Paragraph(0, f"{item.number}. 问题：{sentence(item.problem)}"),
                Paragraph(0, f"建议：{sentence(item.measure)}"),
            )
        ),
        heading("三、后续安排"),
        Paragraph(
            0,
            f"请结合实际研究采纳。自本建议书送达之日起{days}日内，{we}将跟踪了解改进情况，并听取你单位对帮扶工作的评价。",
        ),
        heading("四、说明"),
        Paragraph(
            0,
            "本次帮扶由你单位自愿申请，不收取任何费用，不属于行政检查，帮扶中了解的情况不作为行政处罚的证据。本建议书供你单位"
            "改进质量管理参考，不具有强制力，不免除你单位依法应当承担的产品质量安全主体责任。对建议有不同意见或者需要进一步帮扶的，"
            f"可以随时向{we}提出。",
        ),
    ]
    title = "质量技术帮扶建议书"
    return letter("assistance_advice", title, subject, paragraphs, fields, stamp, layout="letter")
