"""Listed oversight of a body and the interview with one: notice, lifting, minutes (38号 二（三）; P5, P7)."""

from typing import Any, Final

from cases.acting import legal_date
from cases.models import BodyInstrument, BodyInterview
from cases.rules.body_check import REPLY_RULES
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import rule_of
from notices.models import Document, Kind
from notices.pdf.facts import Attendance, LetterFacts, Paragraph, Present
from notices.rules.layout import document_date
from notices.services.facts.check_parts import checked, demanded, instrument_of, period_of, wanting, you_of
from notices.services.facts.letter_parts import (
    GUIDANCE,
    heading,
    letter,
    moment,
    numbered,
    plain,
    sentence,
    short,
)
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_BASIS: Final = f"依据{GUIDANCE}二（三）关于实行督查清单制的规定"


def body_listed_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """挂牌督办通知书 to a body that has not acted: demands, period, who answers. RuleError: `wrong_subject`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.LISTED)
    you, we = you_of(instrument), short(subject.body)
    found, annexes = wanting(instrument)
    rule = rule_of(REPLY_RULES[instrument.kind])
    paragraphs = [
        *checked(instrument, fields, you, we),
        Paragraph(0, f"{we}决定对{you}未落实的监管责任挂牌督办。现将有关事项通知如下："),
        heading("一、督办事项"),
        *found,
        heading("二、督办要求"),
        *demanded(instrument),
        heading("三、督办期限"),
        Paragraph(
            0,
            f"自收到本通知书之日起{period_of(instrument)}内完成（收到当日不计入期限）。确有正当理由不能按期完成的，"
            f"在期限届满{rule.ask_before}日前向{we}书面提出，经{we}批准可以延期{rule.max_extensions}次，"
            f"延期不超过{rule.max_extension}日。",
        ),
        heading("四、责任人"),
        Paragraph(0, f"{you}{instrument.answerable.removeprefix(you).rstrip('。')}对落实督办要求负责。"),
        heading("五、报告和解除"),
        Paragraph(
            0,
            f"督办要求全部落实后，请在督办期限内将落实情况书面报告{we}，申请解除挂牌督办；{we}核实后作出决定。"
            f"逾期未落实的，{we}将依法依规采取进一步措施。",
        ),
        Paragraph(0, f"对本通知书有不同意见的，请在收到之日起5个工作日内向{we}书面说明理由。"),
    ]
    return letter("body_listed_notice", "挂牌督办通知书", subject, paragraphs, fields, stamp, annexes=annexes)


def body_lift_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """解除挂牌督办通知书 to a body: which notice it ends, and why. RuleErrors: `wrong_subject`, `nothing_to_lift`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.LISTED)
    if instrument.verdict != BodyInstrument.Verdict.MET or instrument.served_on is None:
        raise RuleError("nothing_to_lift", "The lifting has not been decided on.")
    you, we = you_of(instrument), short(subject.body)
    notice = Document.objects.filter(
        kind=Kind.BODY_LISTED_NOTICE, subject=subject.name, state=Document.State.ISSUED
    ).first()
    number = f"（{notice.number}）" if notice else ""
    answered = (
        f"{document_date(legal_date(instrument.replied_at))}，{you}报告了落实情况，申请解除挂牌督办。"
        if instrument.replied_at
        else ""
    )
    paragraphs = [
        Paragraph(
            0,
            f"{we}以《挂牌督办通知书》{number}对{you}未落实的监管责任挂牌督办，该通知书于"
            f"{document_date(instrument.served_on)}送达。{answered}",
        ),
        Paragraph(0, f"经核实，{sentence(instrument.verdict_reason)}"),
        Paragraph(0, f"{_BASIS}，{we}决定自本通知书送达之日起解除挂牌督办。"),
        Paragraph(0, f"请{you}巩固督办成果，持续落实工业产品质量安全监管责任，防止同类问题再次发生。"),
        Paragraph(0, "特此通知。"),
    ]
    return letter("body_lift_notice", "解除挂牌督办通知书", subject, paragraphs, fields, stamp)


def minutes_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """约谈纪要 of an interview with a body, in the format of minutes. RuleErrors: `wrong_subject`, `not_held`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.INTERVIEW)
    held = BodyInterview.objects.filter(instrument=instrument).first()
    if held is None:
        raise RuleError("not_held", "The interview has not been recorded yet.")
    overseen, we = instrument.check_of.overseen.name, short(subject.body)
    found, annexes = wanting(instrument)
    paragraphs = [
        Paragraph(
            0,
            f"{moment(held.held_at)}，{sentence(f'{held.chair}在{held.place}主持会议，约谈{overseen}')}"
            f"{_BASIS}，现将约谈情况和议定事项纪要如下：",
        ),
        heading("一、约谈事由"),
        *found,
        heading("二、约谈情况"),
        *plain(held.account),
        heading("三、议定事项"),
        *numbered(filter(str.strip, held.agreed.splitlines())),
        *_report_due(instrument, overseen, we),
    ]
    title = f"关于约谈{overseen}的纪要"
    attendance = _attendance(held)
    return letter(
        "body_interview_minutes",
        title,
        subject,
        paragraphs,
        fields,
        stamp,
        layout="minutes",
        annexes=annexes,
        attendance=attendance,
    )


def _report_due(instrument: BodyInstrument, overseen: str, we: str) -> list[Paragraph]:
    if instrument.served_on is None:
        return []
    return [
        Paragraph(
            0,
            f"{overseen}应当自收到约谈通知书之日起{period_of(instrument)}内（{document_date(instrument.served_on)}收到，"
            f"当日不计入期限），将落实上述事项的情况书面报告{we}。",
        )
    ]


def _attendance(held: BodyInterview) -> tuple[Attendance, ...]:
    """Who was present, excused and sat in, each body after the other."""
    told: tuple[tuple[Present, str], ...] = (("出席", held.attended), ("请假", held.excused), ("列席", held.sat_in))
    return tuple(
        Attendance(label, "；".join(line.strip().rstrip("。；") for line in people.splitlines() if line.strip()))
        for label, people in told
        if people.strip()
    )
