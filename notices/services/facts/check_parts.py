"""What the letters about the check of a body share: on what basis, what was found, what is demanded, by when."""

from typing import Any, Final

from cases.models import Body, BodyInstrument
from cases.rules.body_check import REPLY_RULES
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from notices.pdf.facts import Annex, Column, Paragraph
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE, MOST_IN_TEXT, list_annex, numbered, plain, sentence
from notices.services.subjects import Subject

_UNITS: Final = {"working_day": "个工作日", "day": "日", "month": "个月"}
_TASKS: Final = (Column("编号", 16, centred=True), Column("具体任务"), Column("存在的问题"))


def instrument_of(subject: Subject, kind: str) -> BodyInstrument:
    instrument = subject.row
    assert isinstance(instrument, BodyInstrument)
    if instrument.kind != kind:
        message = "A document of this kind cannot be about %(subject)s."
        raise RuleError("wrong_subject", message, subject=subject.name)
    return instrument


def you_of(instrument: BodyInstrument) -> str:
    return "你所" if instrument.check_of.overseen.level == Body.Level.TOWNSHIP else "你局"


def checked(instrument: BodyInstrument, fields: dict[str, Any], whom: str, we: str) -> list[Paragraph]:
    """On what basis, when and by what list the body was checked."""
    check = instrument.check_of
    assert check.checked_on is not None
    found = fields.get("facts") or (
        f"依据{GUIDANCE}二（三）关于实行督查清单制的规定，{we}于{document_date(check.checked_on)}按照督查清单（附件3）"
        f"对{whom}推进落实《工业产品生产单位落实质量安全主体责任监督管理规定》《工业产品销售单位落实质量安全主体责任"
        f"监督管理规定》等情况进行了督查。{_earlier(instrument)}"
    )
    return plain(found)


def _earlier(instrument: BodyInstrument) -> str:
    """What was sent before and did not help."""
    sent = instrument.check_of.instruments.exclude(verdict=BodyInstrument.Verdict.REVOKED)
    before = sent.filter(number__lt=instrument.number).last()
    if before is None or before.served_on is None:
        return ""
    return f"{document_date(before.served_on)}{_SENT[before.kind]}后，经核实，有关问题仍未落实到位。"


_SENT: Final = {
    "reminder": "发出敦促提醒函",
    "rectification": "发出整改通知书",
    "interview": "发出约谈通知书",
    "circular": "印发通报",
    "listed": "挂牌督办",
}


def wanting(instrument: BodyInstrument) -> tuple[list[Paragraph], tuple[Annex, ...]]:
    """The tasks that were not carried out, with what is wanting, in the text or, where they are many, in an annex.

    Without any, what the summary says.
    """
    lines = list(instrument.check_of.lines.filter(done=False))
    if len(lines) > MOST_IN_TEXT:
        rows = ((line.number, line.text, sentence(line.remark)) for line in lines)
        annex = list_annex("督查发现问题清单", _TASKS, rows)
        return [Paragraph(0, f"督查清单所列任务中有{len(lines)}项未落实，具体问题见附件。")], (annex,)
    told = [f"{line.text.rstrip('。')}：{sentence(line.remark)}" for line in lines]
    return (numbered(told) if told else plain(instrument.check_of.summary)), ()


def demanded(instrument: BodyInstrument) -> list[Paragraph]:
    return numbered(filter(str.strip, instrument.demands.splitlines()))


def period_of(instrument: BodyInstrument) -> str:
    rule = rule_of(REPLY_RULES[instrument.kind])
    return f"{amount_for(rule, instrument.check_of.overseen, instrument.days)}{_UNITS[rule.unit]}"
