"""What is written to the local government: the risk warning, and its lifting (嘉市监〔2020〕40号 四; P8)."""

from typing import Any, Final

from cases.models import RiskWarning
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from notices.models import Document
from notices.pdf.facts import LetterFacts, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import heading, letter, plain, sentence
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_LAW: Final = "《中华人民共和国产品质量法》第七条、第八条"
_CITY_RULES: Final = {
    "3304": "《嘉兴市市场监督管理局关于发布加强全市重点产品质量安全“三分”监管工作的指导意见（试行）的通知》"
    "（嘉市监〔2020〕40号）"
}
"""What a city itself has laid down about warnings, by the beginning of its code."""


def alert_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """警情通报: the risk, its level and why, what is suggested, feedback by when. RuleError: `wrong_state`."""
    warning = subject.row
    assert isinstance(warning, RiskWarning)
    if warning.state == RiskWarning.State.DROPPED:
        raise RuleError("wrong_state", "The warning was dropped.", "嘉市监〔2020〕40号 四（二）")
    rule = rule_of("warning_feedback")
    days = amount_for(rule, warning.region)
    paragraphs = [
        Paragraph(
            0,
            f"经我局研判，{_area(warning)}{warning.product}产品存在质量安全风险。依据{_basis(warning)}的规定，"
            "现将有关警情通报如下：",
        ),
        heading("一、风险情况"),
        *plain(warning.facts),
        heading("二、风险等级"),
        *(Paragraph(0, sentence(str(ground["text"]))) for ground in warning.grounds),
        heading("三、建议采取的措施"),
        Paragraph(0, "建议你单位组织有关部门，明确责任主体，落实下列整治措施："),
        *(
            Paragraph(0, f"{at}. {sentence(line.strip())}")
            for at, line in enumerate(filter(str.strip, warning.measures.splitlines()), start=1)
        ),
        heading("四、反馈要求"),
        Paragraph(
            0,
            f"请自收到本通报之日起{days}日内（收到当日不计入期限），将责任主体和整治情况书面反馈我局；对通报内容有不同意见的，"
            "请一并说明。风险消除后，我局将书面解除本通报。",
        ),
        Paragraph(0, "本通报供政府及有关部门开展工作使用，未经我局批准不得向社会公开。"),
    ]
    title = f"关于{_area(warning)}{warning.product}产品质量安全风险的警情通报"
    return letter("alert_bulletin", title, subject, paragraphs, fields, stamp)


def alert_lift_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """解除通知: which warning, what the government told, why it is lifted. RuleError: `not_lifting`."""
    warning = subject.row
    assert isinstance(warning, RiskWarning)
    if not warning.lift_reason or warning.feedback_on is None:
        raise RuleError("not_lifting", "The lifting has not been decided yet.", "嘉市监〔2020〕40号 四（二）")
    sent = Document.objects.filter(kind="alert_bulletin", subject=subject.name, issue__isnull=False).last()
    number = f"（{sent.number}）" if sent else ""
    paragraphs = [
        Paragraph(
            0,
            f"我局印发的关于{_area(warning)}{warning.product}产品质量安全风险的警情通报{number}，你单位已于"
            f"{document_date(warning.feedback_on)}反馈整治情况。",
        ),
        Paragraph(0, f"经重新评估，{sentence(warning.lift_reason)}"),
        Paragraph(
            0,
            "我局决定自本通知印发之日起解除上述警情通报。请继续加强对有关产品和单位的质量安全管理，"
            "发现新的风险及时通报我局。",
        ),
    ]
    title = f"关于解除{_area(warning)}{warning.product}产品质量安全警情通报的通知"
    return letter("alert_lift_notice", title, subject, paragraphs, fields, stamp)


def _area(warning: RiskWarning) -> str:
    """The area by its place name, as a government is spoken to."""
    return warning.region.name.removesuffix("市场监督管理局")


def _basis(warning: RiskWarning) -> str:
    own = next((rules for code, rules in _CITY_RULES.items() if warning.body.code.startswith(code)), "")
    return f"{_LAW}和{own}" if own else _LAW
