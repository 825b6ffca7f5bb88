"""Marks that may not begin or end a line (避头尾, GB/T 15834-2011, 5.1), measured on the printed page.

The standard of documents asks for 28 characters a line that fill the type area (GB/T 9704-2012, 5.2.3) and leaves line
breaks to the standard of punctuation: no stop or pause and no closing mark begins a line, no opening mark ends one.
"""

from collections.abc import Iterator
from dataclasses import replace

import pymupdf
import pytest

from notices.pdf.facts import Annex, FormItem, ListFacts, ListRow, Paragraph, TaskListFacts
from notices.pdf.facts import ReturnVisitItem as VisitItem
from notices.rules import layout
from tests.notices_pdf import measure, samples
from tests.notices_pdf.test_task_list import facts as task_list

NEVER_FIRST = frozenset("、。，；：？！）》〉」』】〕”’…")
NEVER_LAST = frozenset("（《〈「『【〔“‘")
MARKS = "、。，；：？！"
PAIRS = ("（）", "《》", "〈〉", "「」", "『』", "【】", "〔〕", "“”", "‘’")
CELL_GAP = 2.2  # mm between the texts of two cells; no gap inside a line is as wide


def sentence(shift: int) -> str:
    """Every mark once, and pairs after pairs, behind so many characters: over all shifts each mark meets each edge."""
    pairs = "".join(f"质量{first}安全{last}监管{first}{last}" for first, last in PAIRS)
    marks = "".join(f"检验{mark}" for mark in MARKS)
    return "产" * shift + f"{pairs}《工业（产品）》，“责任”。{marks}完毕"


def lines(page: pymupdf.Page) -> Iterator[str]:
    """The lines of text on a page, cell by cell."""
    rows: dict[float, list[tuple[float, float, str]]] = {}
    for block in measure.untyped(page).get_text("rawdict")["blocks"]:
        for line in block.get("lines", []):
            for span in line["spans"]:
                for char in span["chars"]:
                    if char["c"].strip():
                        at = (char["origin"][0] * measure.MM, char["bbox"][2] * measure.MM, char["c"])
                        rows.setdefault(round(char["origin"][1], 1), []).append(at)
    for _, chars in sorted(rows.items()):
        chars.sort()
        text, edge = "", chars[0][0]
        for left, right, character in chars:
            if left - edge > CELL_GAP:
                yield text
                text = ""
            text, edge = text + character, right
        yield text


def broken(pages: list[pymupdf.Page]) -> list[str]:
    """The lines that begin or end with what may not stand there."""
    return [line for page in pages for line in lines(page) if line[0] in NEVER_FIRST or line[-1] in NEVER_LAST]


def test_no_line_of_a_letter_begins_or_ends_with_a_forbidden_mark() -> None:
    shifts = range(layout.CHARACTERS_PER_LINE)
    facts = replace(samples.interview_notice(), paragraphs=tuple(Paragraph(0, sentence(shift)) for shift in shifts))
    pages = measure.opened(facts)
    assert broken(pages) == []
    found = [line for page in pages for line in lines(page)]
    assert sum(line[-1] in NEVER_FIRST for line in found) > 20  # or the text would not have met the edges at all
    assert sum(line[0] in NEVER_LAST for line in found) > 5


def test_line_that_gave_marks_to_the_next_one_still_fills_the_measure() -> None:
    facts = replace(samples.interview_notice(), paragraphs=tuple(Paragraph(0, sentence(at)) for at in range(28)))
    body = [line for page in measure.opened(facts) for line in measure.lines(page) if line.size == layout.BODY_SIZE]
    inside = [line for line in body[1:] if not line.text.endswith(("完毕", "）")) and line.count > 20]
    edge = layout.BINDING_MARGIN + layout.TYPE_WIDTH
    assert len(inside) > 60
    assert sum(line.right < edge - 1 for line in inside) == 0


@pytest.mark.parametrize("shift", range(0, 28, 3))
def test_nor_do_headings_addressee_copies_and_annexes(shift: int) -> None:
    text = sentence(shift)
    facts = replace(
        samples.rectification_order(),
        addressee=text,
        cc=text,
        contact=text,
        annexes=(Annex(text), Annex(text)),
        paragraphs=tuple(Paragraph(level, f"一、{text}") for level in (1, 2, 3)),
    )
    assert broken(measure.opened(facts)) == []


@pytest.mark.parametrize("shift", range(24))
def test_nor_does_a_title(shift: int) -> None:
    title = "关于" + "产" * shift + "落实《工业产品（危险化学品）生产许可》、“放心消费”监督检查（第二次）的通知"
    assert broken(measure.opened(replace(samples.interview_notice(), title=title))) == []


def test_nor_does_a_cell_of_the_form() -> None:
    form = samples.general_rules_form()
    items = tuple(
        FormItem(str(at + 1), sentence(at), False, "finding", "fail", sentence(at + 1), sentence(at + 2))
        for at in range(26)
    )
    assert broken(measure.opened(replace(form, items=items, enterprise=sentence(3), address=sentence(5)))) == []


def test_nor_does_a_cell_of_the_return_visit_record() -> None:
    items = tuple(VisitItem(sentence(at), sentence(at + 1), "pass", sentence(at + 2)) for at in range(26))
    record = replace(samples.return_visit_record(), items=items, place=sentence(1), attendants=sentence(2))
    assert broken(measure.opened(record)) == []


def test_nor_does_a_cell_of_a_list() -> None:
    rows = tuple(
        ListRow(
            sentence(at), "91330402MATEXT01X5", f"凤桥镇（{'一' * at}）", samples.interview_notice().date, sentence(at)
        )
        for at in range(26)
    )
    day = samples.interview_notice().date
    facts = ListFacts("2026年度名单", samples.ORGAN, "南市监名单〔2026〕1号", 1, day, "38号 三", rows)
    assert broken(measure.opened(facts)) == []


def test_nor_does_a_cell_of_the_task_list() -> None:
    facts: TaskListFacts = task_list()
    rows = tuple(replace(row, remark=sentence(at % 26)) for at, row in enumerate(facts.rows))
    assert broken(measure.opened(replace(facts, rows=rows))) == []
