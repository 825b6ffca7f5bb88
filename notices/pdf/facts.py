"""What a document says, frozen: everything the page prints stands here, and nothing is looked up while printing.

Each kind of facts turns into JSON (`to_json`) and back (`from_json`); the JSON is what is stored beside the issued
bytes and what `render` takes. Names and texts are printed as they are; dates are legal days.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from notices.pdf.codec import LATER, decode, encode

LetterFormat = Literal["document", "letter", "minutes"]
Urgency = Literal["", "特急", "加急"]
Present = Literal["出席", "请假", "列席"]
Seal = Literal["none", "dashed", "image", "demo"]
RiskLevel = Literal["", "I", "II", "III"]
Answer = Literal["", "pass", "fail", "na"]
AnswerType = Literal["finding", "conformity"]
QualityClass = Literal["", "AA", "A", "B", "C"]
Mode = Literal["", "credit", "responsibility", "routine", "tightened", "daily"]
InspectionForm = Literal["regular", "special", "return_visit"]
FilingOutcome = Literal["", "noted", "returned", "objected"]
Verdict = Literal["pass", "partly", "fail"]
TaskMark = Literal["", "√", "×"]
TaskListCode = Literal["production", "sales"]


class Facts:
    """JSON both ways for a frozen dataclass of facts."""

    def to_json(self) -> dict[str, Any]:
        """These facts in JSON types."""
        answer: dict[str, Any] = encode(self)
        return answer

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Facts from JSON types; raises BadFacts naming the field."""
        return decode(cls, data)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body. Level 0 is plain text; 1 to 4 are headings 一、（一）1.（1）, the number in the text.

    GB/T 9704-2012, 7.3.3: level 1 is set in Hei, level 2 in Kai, the others in FangSong.
    """

    level: Literal[0, 1, 2, 3, 4]
    text: str


@dataclass(frozen=True)
class Column:
    """A column of a table inside a sheet or an annex; `width` in millimetres, 0 shares what is left."""

    name: str
    width: int = 0
    centred: bool = False


@dataclass(frozen=True)
class Annex:
    """An annex (附件), named in the list after the body: its paragraphs, then its table.

    With either it begins a page of its own behind the letter, which repeats the name (7.3.7); with neither the list
    alone names it, and the paper is enclosed as it is.
    """

    name: str
    paragraphs: tuple[Paragraph, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Attendance:
    """A line of minutes that says who was present, was excused, or sat in (10.3)."""

    label: Present
    people: str


@dataclass(frozen=True)
class LetterFacts(Facts):
    """A letter or notice in the format of GB/T 9704-2012.

    `mark` is the red head (the organ's name, with 文件 or without), `organ` the name it is signed with, `office` and
    `printed_on` the last line of the imprint (printed_on: the date of issue if left out). `format` "letter" is the
    letter format of clause 10.1, "minutes" that of 10.3: its mark ends in 纪要, it is not signed, its addressee stands
    in the imprint, and `attendance` under the text. `seal` "image" takes a PNG or JPEG, base64, in `seal_image`; "demo"
    takes the demo's own, which says 演示. A preview has no number, no seal and no QR code, whatever stands here.

    `copy_number` (份号), `secrecy` (密级和保密期限) and `urgency` stand at the top left (7.2.1 to 7.2.3). A document
    that goes `upward` has its number at the left and names its `signatory` (签发人) at the right (7.2.5, 7.2.6).
    """

    kind: str
    mark: str
    number: str
    organ: str
    title: str
    addressee: str
    paragraphs: tuple[Paragraph, ...]
    date: datetime.date
    annexes: tuple[Annex, ...] = ()
    contact: str = ""
    cc: str = ""
    office: str = ""
    printed_on: datetime.date | None = None
    seal: Seal = "dashed"
    seal_image: str = ""
    verify_url: str = ""
    format: LetterFormat = "document"
    preview: bool = False
    copy_number: str = field(default="", metadata=LATER)
    secrecy: str = field(default="", metadata=LATER)
    urgency: Urgency = field(default="", metadata=LATER)
    upward: bool = field(default=False, metadata=LATER)
    signatory: str = field(default="", metadata=LATER)
    attendance: tuple[Attendance, ...] = field(default=(), metadata=LATER)


@dataclass(frozen=True)
class Drawn:
    """A signature given on a screen: its line as in `sign`, and the drawing (PNG, base64) that stands in it."""

    label: str
    image: str
    name: str
    day: datetime.date


@dataclass(frozen=True)
class Part:
    """One part of a sheet: a labelled line, a block to be signed, or a table.

    `half` parts stand two on a line. `sign` is set at the foot of the block, each line "签名：张三　2026年3月6日";
    lines of `drawn` come before them. `sealed` keeps the place of the seal there. `lines` is the least height of the
    block in lines of text. With `columns` the part is a table of `rows` under its label.
    """

    label: str
    text: str = ""
    half: bool = False
    sign: tuple[str, ...] = ()
    sealed: bool = False
    lines: int = 1
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    drawn: tuple[Drawn, ...] = field(default=(), metadata=LATER)


@dataclass(frozen=True)
class SheetFacts(Facts):
    """A form of the file set as a table, in the layout of the templates of 2021 (56 documents) and 2025 (inspections).

    `organ` stands above the `title`, `number` right below it; `lead` is a sentence before the table, `notes` stand
    under it. The seal stands on the part that is `sealed`. `landscape` turns the paper for tables of many columns.
    """

    kind: str
    organ: str
    title: str
    number: str
    parts: tuple[Part, ...]
    date: datetime.date
    lead: str = ""
    notes: tuple[str, ...] = ()
    copies: str = ""
    landscape: bool = False
    seal: Seal = "none"
    seal_image: str = ""
    verify_url: str = ""
    preview: bool = False


@dataclass(frozen=True)
class FormItem:
    """One item of the checklist with its answer.

    `number` and `text` are verbatim from the pack; `finding` items print 发现问题/未发现问题, `conformity` items
    不符合/符合. "na" ticks no box and prints 不适用 (only where the pack excludes such items); "" is not yet answered.
    """

    number: str
    text: str
    starred: bool
    answer_type: AnswerType
    answer: Answer = ""
    evidence: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Signature:
    """Who signed, with which certificate, on what day."""

    name: str
    certificate: str = ""
    signed_on: datetime.date | None = None


@dataclass(frozen=True)
class GrassrootsOpinion:
    """基层质监部门意见 (today the city's or county's): the mode of supervision it proposes. art. 18, 20."""

    organ: str = ""
    mode: Mode = ""
    opinion: str = ""
    signed_by: str = ""
    date: datetime.date | None = None
    seal: Seal = "dashed"
    seal_image: str = ""


@dataclass(frozen=True)
class ProvincialOpinion:
    """省级质监部门意见: free text, no boxes on the form; the outcome of the filing is printed as a word. art. 12."""

    organ: str = ""
    outcome: FilingOutcome = ""
    opinion: str = ""
    filing_number: str = ""
    signed_by: str = ""
    date: datetime.date | None = None
    seal: Seal = "dashed"
    seal_image: str = ""


@dataclass(frozen=True)
class FormFacts(Facts):
    """The filled 《工业企业产品质量分类监管通用规则》, annex of the Trial Measures of 2012, all its blocks.

    `notes` are the 备注 (一)–(三) as the pack words them. `number` is the record's own number, if it has one.
    """

    case: str
    organ: str
    enterprise: str
    uscc: str
    category: str
    inspection_form: InspectionForm
    address: str
    legal_representative: str
    date: datetime.date
    items: tuple[FormItem, ...]
    production_licences: tuple[str, ...] = ()
    ccc_certificates: tuple[str, ...] = ()
    risk_level: RiskLevel = ""
    proposed_class: QualityClass = ""
    computed_class: QualityClass = ""
    class_reason: str = ""
    inspectors: tuple[Signature, ...] = ()
    grassroots: GrassrootsOpinion = GrassrootsOpinion()
    city_opinion: str = ""
    provincial: ProvincialOpinion = ProvincialOpinion()
    notes: tuple[str, ...] = ()
    number: str = ""
    kind: Literal["general_rules_form"] = "general_rules_form"
    verify_url: str = ""
    preview: bool = False


@dataclass(frozen=True)
class ReturnVisitItem:
    """One thing the order asked for: what was found before, what is found now, and the verdict."""

    requirement: str
    finding: str
    verdict: Verdict
    evidence: str = ""


@dataclass(frozen=True)
class ReturnVisitFacts(Facts):
    """回访记录 (Trial Measures 2012, art. 17): whether what the order asked for has been put right.

    `attendants` are the enterprise's people on the spot; `statement` is their remark, `statement_by` who made it.
    """

    case: str
    organ: str
    enterprise: str
    uscc: str
    address: str
    legal_representative: str
    order_number: str
    order_served_on: datetime.date
    rectification_due: datetime.date
    visited_on: datetime.date
    place: str
    items: tuple[ReturnVisitItem, ...]
    conclusion: Verdict
    inspectors: tuple[Signature, ...]
    date: datetime.date
    report_received_on: datetime.date | None = None
    round: int = 1
    opinion: str = ""
    attendants: str = ""
    statement: str = ""
    statement_by: str = ""
    number: str = ""
    seal: Seal = "dashed"
    seal_image: str = ""
    verify_url: str = ""
    kind: Literal["return_visit_record"] = "return_visit_record"
    preview: bool = False


@dataclass(frozen=True)
class TaskRow:
    """One task: `mark` is the 结果 column, empty where the task was not done or not yet answered."""

    section: str
    key_work: str
    number: str
    text: str
    mark: TaskMark = ""
    remark: str = ""


@dataclass(frozen=True)
class TaskListFacts(Facts):
    """监管任务清单 of 38号 附件2, blank or filled in; `level` is 省, 市, 县 or 乡, `officers` sign as 填表人."""

    list: TaskListCode
    organ: str
    enterprise: str
    uscc: str
    period: str
    level: str
    tier: str
    department: str
    contact: str
    date: datetime.date
    rows: tuple[TaskRow, ...]
    officers: tuple[str, ...] = ()
    checked_on: datetime.date | None = None
    number: str = ""
    verify_url: str = ""
    preview: bool = False
    kind: Literal["supervision_task_list"] = "supervision_task_list"


@dataclass(frozen=True)
class OversightListFacts(Facts):
    """督查清单 of 38号 附件3, blank or filled in: `mark` of a row is 是否落实, `remark` is 亮点成效."""

    organ: str
    overseen: str
    date: datetime.date
    rows: tuple[TaskRow, ...]
    checked_on: datetime.date | None = None
    officer: str = ""
    summary: str = ""
    number: str = ""
    verify_url: str = ""
    preview: bool = False
    kind: Literal["oversight_list"] = "oversight_list"


@dataclass(frozen=True)
class ListRow:
    """One unit on a list: since when, and why."""

    name: str
    uscc: str
    place: str
    since: datetime.date
    reason: str
    basis: str = ""


@dataclass(frozen=True)
class ListFacts(Facts):
    """A list of units as a document (38号 三; 试行办法 第十八条（四）2); `basis` is what it rests on."""

    title: str
    organ: str
    number: str
    version: int
    as_at: datetime.date
    basis: str
    rows: tuple[ListRow, ...]
    internal: bool = True
    date: datetime.date | None = None
    seal: Seal = "dashed"
    seal_image: str = ""
    verify_url: str = ""
    kind: Literal["unit_list"] = "unit_list"
