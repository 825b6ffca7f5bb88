"""What is written about the check of a body: its list, and the four letters that may follow (38号 二（三）)."""

from typing import Any

from cases.acting import legal_date
from cases.models import BodyCheck, BodyCheckLine, BodyInstrument
from cases.rules.body_check import CLAUSE
from cases.rules.errors import RuleError
from notices.pdf.facts import LetterFacts, OversightListFacts, Paragraph, TaskRow
from notices.selectors.bodies_told import SOME, bodies_told
from notices.services.facts.check_parts import checked, demanded, instrument_of, period_of, wanting, you_of
from notices.services.facts.letter_parts import heading, letter, moment, numbered, short
from notices.services.facts.stamp import Stamp
from notices.services.subjects import Subject


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
    instrument = instrument_of(subject, BodyInstrument.Kind.REMINDER)
    you, we = you_of(instrument), short(subject.body)
    found, annexes = wanting(instrument)
    paragraphs = [
        *checked(instrument, fields, you, we),
        *found,
        Paragraph(0, "为推动上述工作落实，现敦促提醒如下："),
        *demanded(instrument),
        Paragraph(
            0,
            f"请于收到本函之日起{period_of(instrument)}内（收到当日不计入期限），将落实情况书面答复{we}。"
            f"对上述情况有不同意见的，请在同一期限内向{we}书面说明。",
        ),
    ]
    title = "关于落实工业产品质量安全监管责任的敦促提醒函"
    return letter("check_reminder", title, subject, paragraphs, fields, stamp, layout="letter", annexes=annexes)


def body_rectification_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """整改通知书: what was found, what is demanded, by when. RuleError: `wrong_subject`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.RECTIFICATION)
    you, we = you_of(instrument), short(subject.body)
    found, annexes = wanting(instrument)
    paragraphs = [
        *checked(instrument, fields, you, we),
        heading("一、存在的问题"),
        *found,
        heading("二、整改要求"),
        Paragraph(0, f"依据上述规定，现要求{you}按照下列要求整改："),
        *demanded(instrument),
        heading("三、整改期限和报告"),
        Paragraph(
            0,
            f"自收到本通知书之日起{period_of(instrument)}内完成整改（收到当日不计入期限），并将整改情况书面报告{we}，"
            f"附有关证明材料。{we}将对整改情况进行核实；逾期未整改或者整改不到位的，将依据上述规定采取约谈、通报等措施。",
        ),
        heading("四、意见反映"),
        Paragraph(0, f"对本通知书所列问题或者要求有不同意见的，请在收到之日起5个工作日内向{we}书面说明理由。"),
    ]
    return letter("body_rectification", "整改通知书", subject, paragraphs, fields, stamp, annexes=annexes)


def body_interview_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """约谈通知书 to a body: about what, when, where, who. RuleErrors: `wrong_subject`, `interview_past`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.INTERVIEW)
    assert instrument.meeting_at is not None
    if not stamp.preview and legal_date(instrument.meeting_at) < stamp.on:
        raise RuleError("interview_past", "The time of the interview has passed.")
    you, we = you_of(instrument), short(subject.body)
    found, annexes = wanting(instrument)
    bring = fields.get("bring") or "与约谈事由有关的材料"
    paragraphs = [
        *checked(instrument, fields, you, we),
        Paragraph(0, f"{we}决定对{you}进行约谈。现将有关事项通知如下："),
        heading("一、约谈事由"),
        *found,
        heading("二、约谈时间和地点"),
        Paragraph(0, f"{moment(instrument.meeting_at)}，{instrument.meeting_place.rstrip('。')}。"),
        heading("三、参加人员"),
        Paragraph(0, f"{instrument.summoned.rstrip('。')}。因故不能参加的，请在约谈前书面说明。"),
        heading("四、有关要求"),
        *demanded(instrument),
        Paragraph(
            0,
            f"请参加人员携带{bring.rstrip('。')}。约谈时可以就有关情况作出说明、提出意见。请自收到本通知书之日起"
            f"{period_of(instrument)}内（收到当日不计入期限），将落实约谈要求的情况书面报告{we}。",
        ),
    ]
    return letter("body_interview", "约谈通知书", subject, paragraphs, fields, stamp, annexes=annexes)


def circular_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> LetterFacts:
    """通报 to the overseen body and others. RuleError: `wrong_subject`."""
    instrument = instrument_of(subject, BodyInstrument.Kind.CIRCULAR)
    check, we = instrument.check_of, short(subject.body)
    found, annexes = wanting(instrument)
    overseen = check.overseen.name
    lines = list(check.lines.all())
    praised = [line for line in lines if line.done and line.remark]
    paragraphs = [
        *checked(instrument, fields, overseen, we),
        heading("一、督查基本情况"),
        Paragraph(
            0,
            f"督查清单共{len(lines)}项任务，{overseen}已落实{sum(bool(line.done) for line in lines)}项，"
            f"未落实{sum(line.done is False for line in lines)}项。",
        ),
        heading("二、存在的问题"),
        *found,
        *([heading("三、工作成效"), *numbered([line.remark for line in praised])] if praised else []),
        heading(f"{'四' if praised else '三'}、工作要求"),
        *demanded(instrument),
        Paragraph(
            0,
            f"{overseen}应当自收到本通报之日起{period_of(instrument)}内（收到当日不计入期限），将整改情况书面报告{we}；"
            f"对通报内容有不同意见的，可以在同一期限内书面说明。其他单位应当对照检查，举一反三。",
        ),
        *_named_in_the_text(instrument, subject),
    ]
    title = f"关于{overseen}落实工业产品质量安全监管责任督查情况的通报"
    return letter("circular", title, subject, paragraphs, fields, stamp, annexes=annexes)


def _named_in_the_text(instrument: BodyInstrument, subject: Subject) -> list[Paragraph]:
    if subject.addressee != SOME:
        return []
    return [Paragraph(0, f"本通报发至：{'、'.join(body.name for body in bodies_told(instrument))}。")]
