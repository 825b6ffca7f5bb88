"""What stands in the English gloss of a document, block by block, in the order of the original.

A block is a paragraph, a set of labelled rows or a table. The words are those of the frozen facts and of the printed
form, each glossed by the memory; nothing the original says is left out but its picture of a seal and its code.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from notices.pdf import forms, task_lists, unit_lists
from notices.pdf.facts import (
    Annex,
    Column,
    Drawn,
    Facts,
    FormFacts,
    FormItem,
    LetterFacts,
    ListFacts,
    OversightListFacts,
    Paragraph,
    Part,
    ReturnVisitFacts,
    SheetFacts,
    Signature,
    TaskListFacts,
    TaskRow,
)
from notices.rules.gloss import Line, Memory, as_issued, english, gloss, joined, written_date

SEAL: Final = english("[Place of the seal on the original.]")
BLANK: Final = english("(left blank)")
_BY_HAND: Final = english(" [handwritten signature on the original], ")
_VISIT_BASIS: Final = (  # as the record prints it
    "依据《工业企业产品质量分类监管试行办法》第十七条，对监督检查中发现的产品质量问题、质量违法行为的整改落实情况逐项核查如下："
)


@dataclass(frozen=True)
class Text:
    """A paragraph; `level` 1 and 2 are headings."""

    line: Line
    level: int = 0


@dataclass(frozen=True)
class Row:
    """A label and what stands beside it, line by line."""

    label: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A table; a width is in millimetres, 0 shares what is left."""

    columns: tuple[Line, ...]
    widths: tuple[int, ...]
    rows: Sequence[Sequence[tuple[Line, ...]]]
    caption: Line = ()


Block = Text | Row | Table


@dataclass(frozen=True)
class Glossed:
    """The gloss of one document; `foot` follows the blocks as the notes follow the form."""

    title: str  # as issued
    number: str
    organ: str
    date: datetime.date
    verify_url: str
    blocks: tuple[Block, ...]
    foot: tuple[Line, ...] = ()
    wide: bool = False


@dataclass(frozen=True)
class _Words:
    """The memory at hand: how a text is glossed, and how a row is made of it."""

    memory: Memory

    def say(self, text: str) -> Line:
        return gloss(self.memory, text.strip())

    def lines(self, text: str) -> tuple[Line, ...]:
        """Each line of the text; a dash where there is none."""
        return tuple(self.say(line) for line in text.split("\n") if line.strip()) or (english("—"),)

    def row(self, label: str, *lines: Line) -> Row:
        return Row(self.say(label), lines or (english("—"),))

    def named(self, label: str, text: str) -> Row:
        """A row of a name, an address, a number: as issued."""
        return Row(self.say(label), (as_issued(text or "—"),))

    def boxes(self, labels: Mapping[str, str], chosen: str) -> tuple[Line, ...]:
        """The boxes of a form, the chosen one ticked."""
        return tuple(joined(english("☑ " if code == chosen else "☐ "), self.say(text)) for code, text in labels.items())

    def signed(self, label: str, people: Iterable[Signature]) -> tuple[Line, ...]:
        people = tuple(people)
        return tuple(
            joined(self.say(label), english(": "), _signature(person), english(", "), _day(person.signed_on))
            for person in people
        ) or (joined(self.say(label), english(": "), BLANK),)


def _signature(person: Signature) -> Line:
    certificate = joined(english(" (certificate "), as_issued(person.certificate), english(")"))
    return joined(as_issued(person.name), certificate if person.certificate else ())


def _day(day: datetime.date | None) -> Line:
    return english(written_date(day)) if day else BLANK


def _signer(organ: str, signer: str, day: datetime.date | None) -> Line:
    """Who signed for which body and when."""
    named = [as_issued(text) for text in (organ, signer) if text]
    parts = [part for name in named for part in (name, english(", "))]
    return joined(*parts, english("date: ") if day is None else (), _day(day))


def glossed(facts: Facts, memory: Memory) -> Glossed:
    """The gloss of the facts; TypeError for a kind of facts that has none."""
    for kind, build in _BUILD.items():
        if isinstance(facts, kind):
            return build(facts, _Words(memory))
    raise TypeError(f"no gloss is known for {type(facts).__name__}")


def _letter(f: LetterFacts, words: _Words) -> Glossed:
    minutes = f.format == "minutes"

    def blocks() -> Iterator[Block]:
        yield from _head(f, words)
        if not minutes:
            yield Text(joined(english("To: "), as_issued(f.addressee)))
        yield from _said(f.paragraphs, words)
        if f.annexes:
            named = tuple(_counted(at, line) for at, line in _named(f.annexes, words))
            yield Row(english("Annexes" if len(named) > 1 else "Annex"), named)
        if minutes:
            yield from (words.named(line.label, line.people) for line in f.attendance)
        else:
            yield Row(english("Issued by"), (as_issued(f.organ), _day(f.date), *(() if f.seal == "none" else (SEAL,))))
        if f.contact:
            yield Row(english("Contact"), (as_issued(f.contact),))
        yield from _annexes(f.annexes, words)
        if minutes:
            yield Row(english("To"), (as_issued(f.addressee),))
        if f.cc:
            yield Row(english("Copies to"), (as_issued(f.cc),))
        if f.format != "letter":
            printed = joined(as_issued(f.office or f.organ), english(", "), _day(f.printed_on or f.date))
            yield Row(english("Dispatched by"), (printed,))

    return Glossed(f.title, f.number, f.organ, f.date, f.verify_url, tuple(blocks()))


def _head(f: LetterFacts, words: _Words) -> Iterator[Row]:
    """What stands beside the red head."""
    marks = (("份号", f.copy_number), ("密级和保密期限", f.secrecy), ("紧急程度", f.urgency))
    yield from (words.row(label, words.say(mark)) for label, mark in marks if mark)
    if f.upward:
        yield words.named("签发人", f.signatory)


def _said(paragraphs: Iterable[Paragraph], words: _Words, below: int = 0) -> Iterator[Text]:
    """The paragraphs line by line, their headings `below` another."""
    for paragraph in paragraphs:
        level = min(paragraph.level + below, 2) if paragraph.level else 0
        yield from (Text(words.say(line), level) for line in paragraph.text.split("\n") if line.strip())


def _named(annexes: Sequence[Annex], words: _Words) -> Iterator[tuple[int, Line]]:
    """The names of the annexes with their numbers; a single one has none, said as 0."""
    yield from ((at if len(annexes) > 1 else 0, words.say(annex.name)) for at, annex in enumerate(annexes, 1))


def _annexes(annexes: Sequence[Annex], words: _Words) -> Iterator[Block]:
    """The annexes that have pages of their own."""
    for annex, (at, name) in zip(annexes, _named(annexes, words), strict=True):
        if annex.paragraphs or annex.columns:
            yield Text(joined(english(f"Annex {at}: " if at else "Annex: "), name), 1)
            yield from _said(annex.paragraphs, words, below=1)
        if annex.columns:
            yield _table(annex.columns, annex.rows, words)


def _counted(at: int, line: Line) -> Line:
    return joined(english(f"{at}. "), line) if at else line


def _sheet(f: SheetFacts, words: _Words) -> Glossed:
    def blocks() -> Iterator[Block]:
        if f.lead:
            yield Text(words.say(f.lead))
        for part in f.parts:
            yield _table(part.columns, part.rows, words, part.label) if part.columns else _part(part, words)

    foot = tuple(words.say(note) for note in (*f.notes, f.copies) if note)
    return Glossed(f.title, f.number, f.organ, f.date, f.verify_url, tuple(blocks()), foot, f.landscape)


def _part(part: Part, words: _Words) -> Row:
    signed = (*(_drawn(each, words) for each in part.drawn), *map(words.say, part.sign))
    said = words.lines(part.text) if part.text.strip() or not signed else ()
    return words.row(part.label, *said, *signed, *((SEAL,) if part.sealed else ()))


def _drawn(signature: Drawn, words: _Words) -> Line:
    """A signature whose picture stands on the original alone."""
    return joined(words.say(signature.label), english(": "), as_issued(signature.name), _BY_HAND, _day(signature.day))


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], words: _Words, label: str = "") -> Table:
    return Table(
        tuple(words.say(column.name) for column in columns),
        tuple(column.width for column in columns),
        [[_cell(text, words) for text in row] for row in rows],
        words.say(label) if label else (),
    )


def _cell(text: str, words: _Words) -> tuple[Line, ...]:
    return tuple(words.say(line) for line in text.split("\n"))


def _form(f: FormFacts, words: _Words) -> Glossed:
    modes = {**forms.MODES, **forms.DAILY_MODE} if f.grassroots.mode == "daily" else forms.MODES

    def blocks() -> Iterator[Block]:
        yield words.named("案件", f.case)
        yield words.named("企业名称", f.enterprise)
        yield words.named("统一社会信用代码", f.uscc)
        yield words.named("产品类别", f.category)
        yield words.row("监督检查形式", *words.boxes(forms.INSPECTION_FORMS, f.inspection_form))
        yield words.named("住所/生产地址", f.address)
        yield words.named("法人代表", f.legal_representative)
        yield words.row("生产许可证书", *map(as_issued, f.production_licences))
        yield words.row("强制性认证证书", *map(as_issued, f.ccc_certificates))
        yield Text(words.say("国家质量监督检验检疫总局编制"))
        yield Text(words.say("（一）主要产品质量安全风险程度"), 1)
        yield Row(words.say(forms.RISK_TEXT), words.boxes(forms.RISK_LEVELS, f.risk_level))
        yield Text(words.say("（二）企业履行产品质量主体责任的情况和实现程度"), 1)
        heads = ("序号", "检查项目", "检查结果")
        yield Table(tuple(map(words.say, heads)), (14, 0, 44), [_item(item, words) for item in f.items])
        yield Text(words.say("评定意见"), 1)
        yield words.row("监督检查人员意见", *_class(f, words))
        yield Text(words.say("质监部门意见"), 1)
        grassroots, provincial = f.grassroots, f.provincial
        yield words.row(
            "基层质监部门意见（市、县级市场监督管理部门）",
            words.say("对该企业实施监管方式拟为："),
            *words.boxes(modes, grassroots.mode),
            *(words.lines(grassroots.opinion) if grassroots.opinion else ()),
            _signer(grassroots.organ, grassroots.signed_by, grassroots.date),
        )
        if f.city_opinion:
            yield words.row("市级转报意见", *words.lines(f.city_opinion))
        yield words.row(
            "省级质监部门意见（省级市场监督管理部门）",
            *((words.say(forms.provincial_outcome(provincial)),) if provincial.outcome else ()),
            *(words.lines(provincial.opinion) if provincial.opinion else ()),
            _signer(provincial.organ, provincial.signed_by, provincial.date),
        )

    foot = (words.say("备注："), *map(words.say, f.notes)) if f.notes else ()
    title = "工业企业产品质量分类监管通用规则"
    return Glossed(title, f.number or "—", f.organ, f.date, f.verify_url, tuple(blocks()), foot)


def _item(item: FormItem, words: _Words) -> list[tuple[Line, ...]]:
    number = english(f"*{item.number}" if item.starred else item.number)
    detail = [("情况说明：", item.remark), ("证据：", item.evidence)]
    said = [words.say(label + text.replace("\n", " ")) for label, text in detail if text]
    answer = words.boxes(forms.ANSWERS[item.answer_type], item.answer)
    not_applicable = (words.say("不适用"),) if item.answer == "na" else ()
    return [(number,), (words.say(item.text), *said), (*answer, *not_applicable)]


def _class(f: FormFacts, words: _Words) -> Iterator[Line]:
    asked = "根据对该企业监督检查情况，依据产品质量安全风险程度及履行产品质量主体责任能力，该企业分类拟为："
    yield words.say(asked)
    yield from words.boxes(forms.CLASSES, f.proposed_class)
    if f.computed_class and f.computed_class != f.proposed_class:
        yield words.say(f"按备注（二）计算为{f.computed_class}类")
    if f.class_reason:
        yield words.say("理由：" + f.class_reason.replace("\n", " "))
    yield from words.signed("监督检查人签字", f.inspectors)


def _visit(f: ReturnVisitFacts, words: _Words) -> Glossed:
    def blocks() -> Iterator[Block]:
        yield words.named("案件", f.case)
        yield words.row("回访次数", english(str(f.round)))
        yield words.named("企业名称", f.enterprise)
        yield words.named("统一社会信用代码", f.uscc)
        yield words.named("住所/生产地址", f.address)
        yield words.named("法定代表人（负责人）", f.legal_representative)
        yield words.named("责令限期整改通知书文号", f.order_number)
        dates = f"served on {written_date(f.order_served_on)}; to be rectified by {written_date(f.rectification_due)}"
        yield words.row("通知书送达日期/整改期限届满日期", english(dates))
        report = _day(f.report_received_on) if f.report_received_on else words.say("期限届满未提交整改报告")
        yield words.row("收到整改报告日期", report)
        yield words.row("回访日期和地点", joined(_day(f.visited_on), english(", "), as_issued(f.place)))
        yield words.named("企业在场人员", f.attendants)
        yield Text(words.say(_VISIT_BASIS))
        heads = ("序号", "整改要求", "核查情况", "核查结论")
        rows = [
            [
                (english(str(at)),),
                words.lines(item.requirement),
                (*words.lines(item.finding), *((words.say(f"证据：{item.evidence}"),) if item.evidence else ())),
                words.boxes(forms.ITEM_VERDICTS, item.verdict),
            ]
            for at, item in enumerate(f.items, 1)
        ]
        yield Table(tuple(map(words.say, heads)), (12, 0, 0, 40), rows)
        yield words.row(
            "回访结论",
            *words.boxes(forms.CONCLUSIONS, f.conclusion),
            *(words.lines(f.opinion) if f.opinion else ()),
            *words.signed("回访人员签字", f.inspectors),
        )
        statement_day = _day(f.visited_on if f.statement_by else None)
        signature = as_issued(f.statement_by) or BLANK
        yield words.row(
            "企业意见",
            *words.lines(f.statement),
            joined(words.say("签字（盖章）"), english(": "), signature, english(", "), statement_day),
        )
        yield words.row("市场监督管理部门", as_issued(f.organ), _day(f.date), *(() if f.seal == "none" else (SEAL,)))

    return Glossed("回访记录", f.number or "—", f.organ, f.date, f.verify_url, tuple(blocks()))


def _tasks(f: TaskListFacts, words: _Words) -> Glossed:
    def blocks() -> Iterator[Block]:
        yield words.row("层级分类", words.say(f"{f.level}层级对应{f.tier}级主体"))
        yield words.named(task_lists.UNIT_LABELS[f.list], f.enterprise)
        yield words.named("统一社会信用代码", f.uscc)
        yield words.named("期间", f.period)
        yield words.named("责任部门", f.department)
        yield words.named("联系人及联系方式", f.contact)
        filled = [as_issued(f.organ), as_issued("、".join(f.officers))]
        yield words.row("填表单位及填表人（盖章或签名）", *(line for line in filled if line))
        yield words.row("填表日期", _day(f.checked_on))
        heads = ("序号", "重点工作", "具体任务", "结果", "备注")
        yield _task_table(f.rows, heads, (12, 38, 0, 16, 34), words)

    title = f"监管任务清单（{task_lists.CLASSES[f.list]}）"
    foot = tuple(words.say(note.removeprefix("说明：")) for note in task_lists.NOTES)
    return Glossed(title, f.number or "—", f.organ, f.date, f.verify_url, tuple(blocks()), foot)


def _oversight(f: OversightListFacts, words: _Words) -> Glossed:
    def blocks() -> Iterator[Block]:
        yield words.named("督查主体", f.organ)
        yield words.named("督查对象", f.overseen)
        heads = ("编号", "督查事项", "具体任务", "是否落实", "亮点成效")
        yield Text(words.say("督查内容"), 1)
        yield _task_table(f.rows, heads, (16, 38, 0, 18, 40), words)
        if f.summary:
            yield words.row("综合情况", *words.lines(f.summary))
        yield words.named("督查人员", f.officer)
        yield words.row("督查日期", _day(f.checked_on))

    foot = (words.say("填写口径：√表示已落实，×表示未落实；未落实的，在“亮点成效”栏写明具体问题。"),)
    return Glossed("督查清单", f.number or "—", f.organ, f.date, f.verify_url, tuple(blocks()), foot)


def _task_table(rows: Iterable[TaskRow], heads: Iterable[str], widths: tuple[int, ...], words: _Words) -> Table:
    cells = [
        [
            (english(row.number),),
            (words.say(row.key_work),),
            words.lines(row.text),
            (english(row.mark or " "),),
            _cell(row.remark, words) if row.remark else (english(" "),),
        ]
        for row in rows
    ]
    return Table(tuple(map(words.say, heads)), widths, cells)


def _units(f: ListFacts, words: _Words) -> Glossed:
    def blocks() -> Iterator[Block]:
        if f.internal:
            yield Text(words.say(unit_lists.INTERNAL))
        yield Row(english("Version"), (english(str(f.version)),))
        yield Row(english("Basis"), (words.say(f.basis),))
        yield Row(english("As at"), (_day(f.as_at),))
        yield Row(english("Units on the list"), (english(str(len(f.rows))),))
        heads = ("序号", "单位名称", "统一社会信用代码", "属地", "列入日期", "列入理由及依据")
        rows = [
            [
                (english(str(at)),),
                (as_issued(row.name),),
                (as_issued(row.uscc),),
                (as_issued(row.place),),
                (_day(row.since),),
                (*_cell(row.reason, words), *((words.say(row.basis),) if row.basis else ())),
            ]
            for at, row in enumerate(f.rows, 1)
        ]
        yield Table(tuple(map(words.say, heads)), (12, 0, 40, 22, 26, 0), rows)
        yield Row(english("Issued by"), (as_issued(f.organ), _day(f.date or f.as_at), SEAL))

    return Glossed(f.title, f.number, f.organ, f.date or f.as_at, f.verify_url, tuple(blocks()))


_BUILD: Final[Mapping[type[Facts], Callable[[Any, _Words], Glossed]]] = {
    LetterFacts: _letter,
    SheetFacts: _sheet,
    FormFacts: _form,
    ReturnVisitFacts: _visit,
    TaskListFacts: _tasks,
    OversightListFacts: _oversight,
    ListFacts: _units,
}
