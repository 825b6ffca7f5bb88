"""What is written about the check of a body: its list, and the four letters that may follow (38号 二（三）)."""

from typing import Any, Final

from cases.acting import legal_date
from cases.models import Body, BodyCheck, BodyCheckLine, BodyInstrument
from cases.rules.body_check import CLAUSE, REPLY_RULES
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_for, rule_of
from notices.pdf.facts import LetterFacts, OversightListFacts, Paragraph, TaskRow
from notices.rules.layout import document_date
from notices.selectors.bodies_told import SOME, bodies_told
from notices.services.facts.letter_parts import GUIDANCE, heading, letter, moment, plain, sentence, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject

_UNITS: Final = {"working_day": "个工作日", "day": "日", "month": "个月"}


def oversight_list_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> OversightListFacts:
    """督查清单 (附件3). RuleError: `not_filled`."""
    check = subject.row
    assert isinstance(check, BodyCheck)
    if check.filled_by is None and not stamp.preview:
        raise RuleError("not_filled", "The list has not been filled in yet.", CLAUSE)
    return OversightListFacts(
        organ=check.body.name,
        overseen=check.overseen.name,
        date=stamp.on,
        rows=tuple(
            TaskRow(line.section, line.key_work, line.number, line.text, _mark(line), line.remark)
            for line in check.lines.all()
        ),
        checked_on=check.checked_on,
        officer=str(check.filled_by) if check.filled_by else "",
        summary=check.summary,
        number=stamp.number,
        verify_url=stamp.verify_url,
        preview=stamp.preview,
    )


def _mark(line: BodyCheckLine) -> Any:
    return "" if line.done is None else "√" if line.done else "×"


def check_reminder_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """敦促提醒函 after a check, in the format of a letter. RuleError: `wrong_subject`."""
    instrument = _instrument(subject, BodyInstrument.Kind.REMINDER)
    you, we = _you(instrument), short(subject.body)
    paragraphs = [
        *_checked(instrument, fields, you, we),
        *_wanting(instrument),
        Paragraph(0, "为推动上述工作落实，现敦促提醒如下："),
        *_demands(instrument),
        Paragraph(
            0,
            f"请于收到本函之日起{_period(instrument)}内（收到当日不计入期限），将落实情况书面答复{we}。"
            f"对上述情况有不同意见的，请在同一期限内向{we}书面说明。",
        ),
    ]
    title = "关于落实工业产品质量安全监管责任的敦促提醒函"
    return letter("check_reminder", title, subject, paragraphs, fields, stamp, layout="letter")


def body_rectification_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """整改通知书: what was found, what is demanded, by when. RuleError: `wrong_subject`."""
    instrument = _instrument(subject, BodyInstrument.Kind.RECTIFICATION)
    you, we = _you(instrument), short(subject.body)
    paragraphs = [
        *_checked(instrument, fields, you, we),
        heading("一、存在的问题"),
        *_wanting(instrument),
        heading("二、整改要求"),
        Paragraph(0, f"依据上述规定，现要求{you}按照下列要求整改："),
        *_demands(instrument),
        heading("三、整改期限和报告"),
        Paragraph(
            0,
            f"自收到本通知书之日起{_period(instrument)}内完成整改（收到当日不计入期限），并将整改情况书面报告{we}，"
            f"附有关证明材料。{we}将对整改情况进行核实；逾期未整改或者整改不到位的，将依据上述规定采取约谈、通报等措施。",
        ),
        heading("四、意见反映"),
        Paragraph(0, f"对本通知书所列问题或者要求有不同意见的，请在收到之日起5个工作日内向{we}书面说明理由。"),
    ]
    return letter("body_rectification", "整改通知书", subject, paragraphs, fields, stamp)


def body_interview_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """约谈通知书 to a body: about what, when, where, who. RuleErrors: `wrong_subject`, `interview_past`."""
    instrument = _instrument(subject, BodyInstrument.Kind.INTERVIEW)
    assert instrument.meeting_at is not None
    if not stamp.preview and legal_date(instrument.meeting_at) < stamp.on:
        raise RuleError("interview_past", "The time of the interview has passed.")
    you, we = _you(instrument), short(subject.body)
    bring = fields.get("bring") or "与约谈事由有关的材料"
    paragraphs = [
        *_checked(instrument, fields, you, we),
        Paragraph(0, f"{we}决定对{you}进行约谈。现将有关事项通知如下："),
        heading("一、约谈事由"),
        *_wanting(instrument),
        heading("二、约谈时间和地点"),
        Paragraph(0, f"{moment(instrument.meeting_at)}，{instrument.meeting_place.rstrip('。')}。"),
        heading("三、参加人员"),
        Paragraph(0, f"{instrument.summoned.rstrip('。')}。因故不能参加的，请在约谈前书面说明。"),
        heading("四、有关要求"),
        *_demands(instrument),
        Paragraph(
            0,
            f"请参加人员携带{bring.rstrip('。')}。约谈时可以就有关情况作出说明、提出意见。请自收到本通知书之日起"
            f"{_period(instrument)}内（收到当日不计入期限），将落实约谈要求的情况书面报告{we}。",
        ),
    ]
    return letter("body_interview", "约谈通知书", subject, paragraphs, fields, stamp)


def circular_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """通报 to the overseen body and others. RuleError: `wrong_subject`."""
    instrument = _instrument(subject, BodyInstrument.Kind.CIRCULAR)
    check, we = instrument.check_of, short(subject.body)
    overseen = check.overseen.name
    lines = list(check.lines.all())
    praised = [line for line in lines if line.done and line.remark]
    paragraphs = [
        *_checked(instrument, fields, overseen, we),
        heading("一、督查基本情况"),
        Paragraph(
            0,
            f"督查清单共{len(lines)}项任务，{overseen}已落实{sum(bool(line.done) for line in lines)}项，"
            f"未落实{sum(line.done is False for line in lines)}项。",
        ),
        heading("二、存在的问题"),
        *_wanting(instrument),
        *([heading("三、工作成效"), *_numbered([line.remark for line in praised])] if praised else []),
        heading(f"{'四' if praised else '三'}、工作要求"),
        *_demands(instrument),
        Paragraph(
            0,
            f"{overseen}应当自收到本通报之日起{_period(instrument)}内（收到当日不计入期限），将整改情况书面报告{we}；"
            f"对通报内容有不同意见的，可以在同一期限内书面说明。其他单位应当对照检查，举一反三。",
        ),
        *_named_in_the_text(instrument, subject),
    ]
    title = f"关于{overseen}落实工业产品质量安全监管责任督查情况的通报"
    return letter("circular", title, subject, paragraphs, fields, stamp)


def _named_in_the_text(instrument: BodyInstrument, subject: Subject) -> list[Paragraph]:
    if subject.addressee != SOME:
        return []
    return [Paragraph(0, f"本通报发至：{'、'.join(body.name for body in bodies_told(instrument))}。")]


def _instrument(subject: Subject, kind: str) -> BodyInstrument:
    instrument = subject.row
    assert isinstance(instrument, BodyInstrument)
    if instrument.kind != kind:
        message = "A document of this kind cannot be about %(subject)s."
        raise RuleError("wrong_subject", message, subject=subject.name)
    return instrument


def _you(instrument: BodyInstrument) -> str:
    return "你所" if instrument.check_of.overseen.level == Body.Level.TOWNSHIP else "你局"


def _checked(instrument: BodyInstrument, fields: dict[str, Any], whom: str, we: str) -> list[Paragraph]:
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
}


def _wanting(instrument: BodyInstrument) -> list[Paragraph]:
    """The tasks that were not carried out, with what is wanting; without any, what the summary says."""
    lines = instrument.check_of.lines.filter(done=False)
    told = [f"{line.text.rstrip('。')}：{sentence(line.remark)}" for line in lines]
    return _numbered(told) if told else plain(instrument.check_of.summary)


def _demands(instrument: BodyInstrument) -> list[Paragraph]:
    return _numbered(filter(str.strip, instrument.demands.splitlines()))


def _numbered(texts: Any) -> list[Paragraph]:
    return [Paragraph(0, f"{at}. {sentence(text.strip())}") for at, text in enumerate(texts, start=1)]


def _period(instrument: BodyInstrument) -> str:
    rule = rule_of(REPLY_RULES[instrument.kind])
    return f"{amount_for(rule, instrument.check_of.overseen, instrument.days)}{_UNITS[rule.unit]}"
