"""Every kind of document has a gloss that says all the original says, in English but for what somebody wrote."""

import ast
import datetime
import io
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pymupdf
import pytest
from pypdf import PdfReader

from cases.models import Case, Interview
from cases.models.enterprise import SupervisionMode
from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from notices.models import ServiceRecord
from notices.packs import document_kinds, form_notes
from notices.packs.gloss_memory import gloss_memory
from notices.pdf.engine import html_of
from notices.pdf.facts import (
    Annex,
    Column,
    Facts,
    FormFacts,
    LetterFacts,
    ListFacts,
    ListRow,
    Paragraph,
    ProvincialOpinion,
    SheetFacts,
)
from notices.pdf.gloss import FORCE, RUNNING, gloss_of, gloss_page, render_gloss
from notices.pdf.gloss_blocks import _BUILD, Row, Table, Text, glossed
from notices.rules.gloss import Original, Piece, gloss
from notices.rules.gloss_law import _CLAUSE
from notices.services.facts.sheet_parts import chinese
from notices.services.gloss_copy import _rows
from tests.notices_pdf import samples, samples_bodies
from tests.notices_pdf.gloss_reading import HAN, english_of, left_chinese
from tests.notices_pdf.gloss_typed import ACT, NAMES, TYPED

ROOT = Path(__file__).resolve().parents[2]
MEMORY = gloss_memory()
ORIGINAL = Original("ab" * 32)


def unit_list(units: int = 2) -> ListFacts:
    row = ListRow(
        "嘉兴某某电器有限公司", "91330402MATEXT01X5", "南湖区", datetime.date(2026, 3, 6), "抽查不合格。", "三"
    )
    return ListFacts(
        title="2026年度重点监管生产单位名单",
        organ=samples.ORGAN,
        number="南市监名单〔2026〕1号",
        version=1,
        as_at=datetime.date(2026, 3, 6),
        basis="国市监质监发〔2023〕38号 三",
        rows=(row,) * units,
    )


def filed_form() -> FormFacts:
    outcome = ProvincialOpinion(
        organ="浙江省市场监督管理局",
        outcome="noted",
        opinion="材料齐全，予以备案。",
        filing_number="浙市监备〔2026〕31号",
        signed_by="郑海",
        date=datetime.date(2026, 3, 20),
    )
    return replace(samples.general_rules_form(), provincial=outcome, computed_class="B", class_reason="屡查屡犯")


SAMPLES = {**samples.SAMPLES, "general_rules_form": filed_form, "unit_list": unit_list}


ONE_A_LAYOUT = (
    "interview_notice", "responsibility_list", "general_rules_form", "return_visit_record", "supervision_task_list",
    "oversight_list", "unit_list",
)  # fmt: skip


def sheets_of(kind: str) -> tuple[str, Any]:
    done = render_gloss(kind, SAMPLES[kind]().to_json(), ORIGINAL)
    document: Any = pymupdf.open(stream=done.pdf)
    return done.written, document


def test_there_is_a_sample_of_every_kind() -> None:
    assert set(document_kinds()) <= set(SAMPLES)


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_only_names_acts_and_what_somebody_wrote_stay_chinese(kind: str) -> None:
    facts = SAMPLES[kind]()
    names = {value for name, value in _texts(facts) if name.split(".")[-1] in NAMES}
    for piece in left_chinese(gloss_of(kind, facts.to_json())):
        assert piece in names or piece in TYPED or ACT.fullmatch(piece), f"{piece} is not said in English"


def test_all_that_is_listed_as_written_by_somebody_is_in_a_sample() -> None:
    left = {piece for kind in SAMPLES for piece in left_chinese(gloss_of(kind, SAMPLES[kind]().to_json()))}
    assert left >= TYPED


@pytest.mark.parametrize("kind", ONE_A_LAYOUT)
def test_every_sheet_says_that_it_is_no_document(kind: str) -> None:
    written, document = sheets_of(kind)
    head = "".join(RUNNING.split())
    for sheet in document:
        assert head in "".join(sheet.get_text().split())
        assert not sheet.get_images()
    assert document.metadata["title"].startswith("译文，仅供参考 · Translation for reference only")
    assert FORCE in document.metadata["subject"]
    assert "ab" * 16 in written
    reader = PdfReader(io.BytesIO(document.tobytes()))
    assert reader.root_object["/Lang"] == "en"
    assert reader.root_object["/MarkInfo"]["/Marked"]
    assert not reader.attachments
    assert "qr:" not in written
    assert "given:" not in written


def test_equal_facts_give_equal_bytes_and_another_state_others() -> None:
    facts = SAMPLES["reminder_letter"]().to_json()
    once, twice = (render_gloss("reminder_letter", facts, ORIGINAL) for _ in range(2))
    assert once.pdf == twice.pdf
    void = render_gloss("reminder_letter", facts, replace(ORIGINAL, voided_on=datetime.date(2026, 4, 1)))
    assert "Void since 1 April 2026" in void.written
    assert void.sha256 != once.sha256


def test_an_unknown_kind_has_no_gloss() -> None:
    with pytest.raises(RuleError, match="no document of the kind"):
        gloss_of("case_file_cover", {})


# Nothing is lost

UNSAID = {"kind", "mark", "seal", "seal_image", "preview", "format", "list", "section"}
"""What tells the layout and not the reader. The letterhead is the organ, the section of a task begins its number."""


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_every_text_of_the_facts_is_in_the_gloss(kind: str) -> None:
    """Each text in turn becomes a word that nobody would write; what the gloss leaves out, no reader would miss."""
    facts = SAMPLES[kind]().to_json()
    for path in list(_places(facts)):
        if path[-1] in UNSAID or (path == ("office",) and facts["format"] == "letter"):
            continue
        if path == ("parts", 0, "text") and facts["parts"][0]["columns"]:
            continue  # a part is a text or a table
        marked = _with(facts, path, "龘")
        try:
            page = gloss_page(gloss_of(kind, marked), kind, ORIGINAL, "test")
        except RuleError as refused:
            if refused.code == "bad_facts":  # a choice, which is said by its word
                continue
            raise
        assert "龘" in html_of(page), path


def test_facts_of_every_layout_have_a_gloss() -> None:
    assert set(_BUILD) == {type(SAMPLES[kind]()) for kind in SAMPLES}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*path, name))
    elif isinstance(value, list):
        if value:
            yield from _places(value[0], (*path, 0))
    elif isinstance(value, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        yield path


def _with(value: Any, path: tuple[Any, ...], text: str) -> Any:
    if not path:
        return text
    if isinstance(value, list):
        return [_with(each, path[1:], text) if at == path[0] else each for at, each in enumerate(value)]
    return {name: _with(each, path[1:], text) if name == path[0] else each for name, each in value.items()}


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            yield from _texts(getattr(value, each.name), f"{name}.{each.name}")
    elif isinstance(value, tuple):
        for inner in value:
            yield from _texts(inner, name)
    elif isinstance(value, str):
        yield name, value


def test_a_long_table_loses_no_row_and_repeats_its_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.pdf.gloss.STRETCH", 50)
    facts = samples_bodies.responsibility_list(80)
    done = render_gloss("responsibility_list", facts.to_json(), ORIGINAL)
    document: Any = pymupdf.open(stream=done.pdf)
    text = "\n".join(sheet.get_text() for sheet in document)
    assert re.findall(r"91330402MATE(\d{5})X", text) == [f"{at:05}" for at in range(1, 81)]
    assert text.count("Territorial body") >= len(document) - 1  # the sums may stand on a sheet of their own
    assert [f"Page {at}" in sheet.get_text() for at, sheet in enumerate(document, 1)] == [True] * len(document)


def test_a_long_annex_loses_no_row() -> None:
    facts = samples_bodies.circular_with_annex(130).to_json()
    document: Any = pymupdf.open(stream=render_gloss("circular", facts, ORIGINAL).pdf)
    text = "\n".join(sheet.get_text() for sheet in document)
    assert re.findall(r"(?m)^(\d+)\n\d+\.\d$", text) == [str(at) for at in range(1, 131)]
    assert _rows(facts) == 130


# Whatever the programme itself writes has its gloss

WRITTEN = (
    *sorted((ROOT / "notices/services/facts").glob("*.py")),
    ROOT / "notices/services/task_list_paper.py",
    ROOT / "notices/services/publish_list.py",
    ROOT / "notices/pdf/forms.py",
    ROOT / "notices/pdf/task_lists.py",
    ROOT / "notices/pdf/unit_lists.py",
    ROOT / "notices/rules/service.py",
    ROOT / "cases/rules/escalation.py",
    ROOT / "cases/rules/warning_level.py",
    ROOT / "cases/services/propose_escalation.py",
)
PRINTED = ("general_rules_form", "return_visit_record", "supervision_task_list", "oversight_list", "unit_list")
_FIXED = [part for each in MEMORY.sentences for part in re.split(r"\{\w+\}|\d+", each.zh)]
_PARTS = re.compile(r"(?<=[。！？；：])|\n|\d+|\{\w+\}")
_CLAUSES = re.compile(rf"(?:(?:{_CLAUSE.pattern})[、，和]?)+")
_LOGIC = {"removeprefix", "removesuffix", "rstrip", "strip", "endswith", "startswith", "partition", "replace", "iter"}
_ONLY_FIGURES = re.compile(r"[一二三四五六七八九十日、（）0-9.．年月　第次版页共 ]*")
NOT_GLOSSED = {
    "编号待定", "预览", "以下简称《指导意见", "盖章", "扫码核验", "名单", "%H时%M分", "星期", "我所", "你所",
    "你局", "你局（所）承办的监管案件（案件编号", "次回访", "送达，整改期限至", "省、市、县、乡）层级对应",
    "A、B、C、D）级主体",
}  # fmt: skip
"""Of previews and codes; what a typed place holds; what `gloss_blocks` says in words of its own."""


def _constants(path: Path) -> Iterator[str]:
    """The Chinese strings of a module, without docstrings, refusals and what only logic looks at."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed_over: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed_over.add(node.value)
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in _LOGIC or name in {"RuleError", "BadFacts", "msgid", "_lacking"}:
                passed_over.update(inner for argument in node.args for inner in ast.walk(argument))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in passed_over:
            yield node.value


def _unsaid(text: str) -> list[str]:
    """The parts of a fixed text that no entry of the memory has."""
    without_acts = re.sub(MEMORY.citations.pattern, "\n", text)
    parts = [part.strip("。、，；：.．（）《》“”□ \n　") for part in _PARTS.split(without_acts)]
    bare = [_CLAUSES.sub("", part, count=1).strip("、") if _CLAUSES.match(part) else part for part in parts]
    return [
        part
        for part in bare
        if HAN.search(part) and not _ONLY_FIGURES.fullmatch(part) and part not in NOT_GLOSSED
        if not any(part in fixed for fixed in _FIXED)
    ]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_every_sentence_a_builder_writes_has_a_gloss(path: Path) -> None:
    assert {part for text in _constants(path) for part in _unsaid(text)} == set()


class _Words(HTMLParser):
    """The words a template prints itself; a line break inside a word is none."""

    def __init__(self) -> None:
        super().__init__()
        self.texts = [""]

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag != "br":
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


@pytest.mark.parametrize("name", PRINTED)
def test_every_word_a_form_prints_itself_has_a_gloss(name: str) -> None:
    source = (ROOT / f"templates/notices/pdf/{name}.html").read_text(encoding="utf-8")
    parser = _Words()
    parser.feed(re.sub(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", "\n", source))
    assert {part for text in parser.texts for part in _unsaid(text.replace(" ", ""))} == set()


def test_every_item_note_and_label_of_the_law_has_a_gloss() -> None:
    national, samr = load_pack("national-2012"), load_pack("samr-2023-38")
    assert national.classes is not None
    assert samr.responsibility_list is not None
    texts = [item.text for item in national.classes.items]
    texts += [line for note in (*form_notes(), *samr.responsibility_list.notes) for line in [note]]
    for task_list in samr.task_lists.values():
        for section in task_list.sections:
            texts += [section.key_work, *(task.text for task in section.tasks)]
    labels = (
        *Case.Origin, *Interview.Outcome, *SupervisionMode, *ServiceRecord.Kind, *ServiceRecord.Recipient,
    )  # fmt: skip
    texts += [chinese(choice.label) for choice in labels]
    left = [text for text in texts if any(piece.chinese for piece in gloss(MEMORY, text))]
    assert left == []


# Opinions and answers of the form


def test_the_boxes_of_the_form_show_what_was_chosen() -> None:
    facts = SAMPLES["general_rules_form"]()
    assert isinstance(facts, FormFacts)
    said = gloss_of("general_rules_form", facts.to_json())
    text = "\n".join(english_of(row) for block in said.blocks for row in getattr(block, "lines", ()))
    assert "☑ Special inspection" in text
    assert "☑ C" in text
    assert "☐ AA" in text
    assert "☑ Tightened supervision" in text


def test_a_date_left_blank_is_said_to_be() -> None:
    facts = SAMPLES["inspection_notice"]()
    assert isinstance(facts, SheetFacts)
    said = gloss_of("inspection_notice", facts.to_json())
    lines = [english_of(line) for block in said.blocks for line in getattr(block, "lines", ())]
    assert "Received for the unit inspected by: (left blank, to be signed and dated on paper)" in lines
    assert gloss(MEMORY, "检查日期") == (Piece("Date of inspection"),)


def test_only_facts_of_documents_are_glossed() -> None:
    with pytest.raises(TypeError, match="no gloss"):
        glossed(Facts(), MEMORY)


# Letters: what stands at the head, behind the body and in the place of a signature


def rows_of(facts: LetterFacts | SheetFacts) -> dict[str, list[str]]:
    said = gloss_of(facts.kind, facts.to_json())
    rows = [block for block in said.blocks if isinstance(block, Row)]
    return {english_of(row.label): [english_of(line) for line in row.lines] for row in rows}


def test_what_stands_at_the_head_of_a_letter_is_said() -> None:
    letter = replace(samples.escalation_request(), copy_number="000001", secrecy="秘密★6个月", urgency="特急")
    rows = rows_of(letter)
    assert rows["Copy number"] == ["000001"]
    assert rows["Secrecy"] == ["Secret, for 6 months"]
    assert rows["Urgency"] == ["Extra urgent"]
    assert rows["Signed for issue by"] == [letter.signatory]


def test_an_annex_is_named_after_the_body_and_follows_with_its_text_and_table() -> None:
    annexes = (
        Annex("督查清单"),
        Annex(
            "问题和整改要求清单",
            (Paragraph(1, "一、存在的问题"), Paragraph(0, "特此通知。")),
            (Column("序号", 14), Column("整改要求")),
            (("1", "立即整改。"),),
        ),
    )
    said = gloss_of("circular", replace(samples_bodies.circular(), annexes=annexes).to_json())
    texts = [(english_of(block.line), block.level) for block in said.blocks if isinstance(block, Text)]
    name = "List of problems found and rectification required"
    assert texts[-3:] == [(f"Annex 2: {name}", 1), ("1. Problems found", 2), ("Notice is hereby given.", 0)]
    assert not any(text.startswith("Annex 1") for text, _level in texts)  # enclosed as it is
    listed = next(block for block in said.blocks if isinstance(block, Row) and english_of(block.label) == "Annexes")
    assert [english_of(line) for line in listed.lines] == ["1. Oversight list", f"2. {name}"]
    table = next(block for block in said.blocks if isinstance(block, Table))
    assert [english_of(head) for head in table.columns] == ["No.", "Rectification required"]


def test_minutes_say_who_was_there_and_bear_no_seal() -> None:
    minutes = replace(samples_bodies.body_interview_minutes(), seal="demo")
    rows = rows_of(minutes)
    assert [rows[label] for label in ("Present", "Excused", "In attendance")] == [
        [line.people] for line in minutes.attendance
    ]
    assert rows["To"] == [minutes.addressee]
    assert not any("seal" in line for lines in rows.values() for line in lines)


def test_a_drawn_signature_is_told_in_words() -> None:
    facts = SAMPLES["onsite_record"]()
    assert isinstance(facts, SheetFacts)
    assert rows_of(facts)["Signatures of the inspectors"] == [
        "Inspector: 王玥 [handwritten signature on the original], 2 March 2026",
        "Inspector: 李敏 (name typed in confirmation), 2 March 2026",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "被检查单位现场负责人拒绝签名，原因：对结论有意见。",
            "The person in charge on site of the unit inspected refused to sign; reason: 对结论有意见。",
        ),
        (
            "检查人员：李敏（科员）（键入姓名确认）　　2026年3月2日",
            "Inspector: 李敏（科员） (name typed in confirmation), 2 March 2026",
        ),
        (
            "本请示发出后，我局嘉南市监请〔2026〕1号同时作废。",
            "Upon the issue of this document (request), 嘉南市监请〔2026〕1号 of this Bureau becomes void.",
        ),
        (
            "我局决定对你局未落实的监管责任挂牌督办。",
            "This Bureau has decided to place under listed oversight the supervisory duties that your Bureau has not "
            "performed.",
        ),
        (
            "甲公司，统一社会信用代码91330402MATEXT01X5，住所未登记，由乙局负责属地日常监管。",
            "甲公司; unified social credit code 91330402MATEXT01X5; address: not registered; 乙局 is responsible for "
            "its day-to-day territorial supervision.",
        ),
    ],
)
def test_sentences_with_names_in_them(text: str, said: str) -> None:
    assert english_of(gloss(MEMORY, text)) == said
