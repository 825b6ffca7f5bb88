"""What is written when a matter goes up: the request, and the two notices of listed oversight (38号 二（一）).

The notices go to the enterprise, with a copy to the body that is watched. They name no class (Trial Measures 2012,
art. 13).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from cases.models import Body, EscalationProposal, ListedOversight
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import rule_of
from cases.services.listed_oversight import PROGRESS_RULE, RULE
from notices.models import Document, Kind
from notices.pdf.facts import LetterFacts, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE, heading, letter, numbered, plain, sentence, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_BASIS = f"依据{GUIDANCE}关于实行分层分级责任清单制的规定"


def request_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """请示 to the body above, one matter and one addressee (公文处理工作条例 第十五条). RuleError: `needs_a_person`."""
    proposal = subject.row
    assert isinstance(proposal, EscalationProposal)
    if not stamp.preview and not stamp.signatory:
        raise RuleError("needs_a_person", "A person must issue this document.")
    we, unit = short(subject.body), subject.enterprise
    title, asked = _ASKED[proposal.wanted]
    paragraphs = [
        Paragraph(0, f"现就{unit.name}有关监管事项请示如下："),
        heading("一、基本情况"),
        Paragraph(
            0,
            f"{unit.name}，统一社会信用代码{unit.uscc}，住所{unit.address or '未登记'}，"
            f"由{proposal.case.territorial_body.name}负责属地日常监管。",
        ),
        heading("二、事实和理由"),
        *plain(fields.get("facts") or proposal.reason),
        *numbered(str(ground["text"]) for ground in proposal.grounds),
        heading("三、请示事项"),
        Paragraph(0, f"{_BASIS}，{we}提请贵局{asked}。"),
        Paragraph(0, "妥否，请批示。"),
    ]
    title = title.format(unit=unit.name)
    return letter(Kind.ESCALATION_REQUEST.value, title, subject, paragraphs, fields, stamp, upward=True)


_ASKED: Final[Mapping[str, tuple[str, str]]] = {
    EscalationProposal.Wanted.UPPER_TIER: ("关于提请由上一级部门监管{unit}的请示", "对该单位实施监管"),
    EscalationProposal.Wanted.LISTED_OVERSIGHT: ("关于提请对{unit}有关事项挂牌督办的请示", "对该单位有关事项挂牌督办"),
}


def oversight_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """挂牌督办通知书: what happened, what is demanded, until when, and who answers for it."""
    oversight = _oversight(subject)
    watched = oversight.watched_body
    rule, progress = rule_of(RULE), rule_of(PROGRESS_RULE)
    paragraphs = [
        *plain(oversight.facts),
        Paragraph(0, f"{_BASIS}，我局决定对上述事项挂牌督办。现将有关事项通知如下："),
        heading("一、督办要求"),
        *_demands(oversight.demands),
        heading("二、督办期限"),
        Paragraph(
            0,
            f"自本通知书送达之日起{oversight.days}日（送达当日不计入期限）。确有正当理由不能按期完成的，由{watched.name}"
            f"在期限届满{rule.ask_before}日前书面提出，经我局批准可以延期{rule.max_extensions}次，"
            f"延期不超过{rule.max_extension}日。",
        ),
        heading("三、责任人"),
        Paragraph(0, f"你单位{oversight.answerable.removeprefix('你单位').rstrip('。')}对落实督办要求负责。"),
        heading("四、督办和报告"),
        Paragraph(
            0,
            f"{watched.name}负责督促你单位落实上述要求，每{progress.amount}日向我局报告一次进展情况。"
            f"督办要求全部落实后，由{watched.name}向我局申请解除挂牌督办，我局核查后作出决定。"
            "逾期未落实的，我局将依法采取进一步监管措施。",
        ),
        Paragraph(0, "你单位对本通知书有异议的，可以向我局陈述意见，说明理由。"),
    ]
    return _notice(Kind.LISTED_OVERSIGHT_NOTICE, "挂牌督办通知书", subject, paragraphs, fields, stamp)


def lift_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """解除挂牌督办通知书: which notice it ends, and why. RuleError: `not_served`, `nothing_to_lift`."""
    oversight = _oversight(subject)
    if oversight.opened_on is None:
        raise RuleError("not_served", "The notice of listed oversight has not been served.")
    if not oversight.lift_reason:
        raise RuleError("nothing_to_lift", "The lifting has not been decided on.")
    asked = oversight.lift_asked_on or stamp.on
    paragraphs = [
        Paragraph(
            0,
            f"我局于{document_date(_issued_on(oversight, stamp.on))}以《挂牌督办通知书》（{_number(oversight)}）"
            f"对你单位有关事项挂牌督办，该通知书于{document_date(oversight.opened_on)}送达。"
            f"{document_date(asked)}，{oversight.watched_body.name}申请解除挂牌督办。",
        ),
        Paragraph(0, f"经核查，{sentence(oversight.lift_reason)}"),
        Paragraph(0, f"{_BASIS}，我局决定自本通知书送达之日起解除挂牌督办。"),
        Paragraph(
            0,
            "解除挂牌督办后，你单位应当持续落实产品质量安全主体责任，防止同类问题再次发生；"
            f"{oversight.watched_body.name}继续依法实施监督管理。",
        ),
        Paragraph(0, "特此通知。"),
    ]
    return _notice(Kind.OVERSIGHT_LIFT_NOTICE, "解除挂牌督办通知书", subject, paragraphs, fields, stamp)


def _oversight(subject: Subject) -> ListedOversight:
    assert isinstance(subject.row, ListedOversight)
    return subject.row


def _notice(
    kind: Any, title: str, subject: Subject, paragraphs: Sequence[Paragraph], fields: dict[str, Any], stamp: Stamp
) -> LetterFacts:
    """The letter, with a copy to the watched body before any the drafter adds."""
    watched: Body = _oversight(subject).watched_body
    copies = "，".join(filter(None, (watched.name, fields.get("cc", "").strip().rstrip("。"))))
    return letter(kind.value, title, subject, paragraphs, {**fields, "cc": copies}, stamp)


def _demands(text: str) -> list[Paragraph]:
    """One numbered paragraph a line; a single one needs no number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        return [Paragraph(0, sentence(lines[0]))]
    return [Paragraph(0, f"{at}. {sentence(line)}") for at, line in enumerate(lines, 1)]


def _standing(oversight: ListedOversight) -> Document | None:
    issued = Document.objects.filter(
        kind=Kind.LISTED_OVERSIGHT_NOTICE, subject=f"oversight:{oversight.pk}", state=Document.State.ISSUED
    )
    return issued.select_related("issue").first()


def _number(oversight: ListedOversight) -> str:
    document = _standing(oversight)
    return document.number if document else ""


def _issued_on(oversight: ListedOversight, otherwise: date) -> date:
    document = _standing(oversight)
    return document.issue.issued_on if document else oversight.opened_on or otherwise
