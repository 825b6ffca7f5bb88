"""The printed page, measured against the numbers of GB/T 9704-2012."""

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pymupdf
import pytest

from notices.pdf.engine import Page, html_of, write
from notices.pdf.facts import LetterFacts, Paragraph
from notices.pdf.forms import form_page
from notices.pdf.letters import letter_page
from notices.rules import layout
from tests.notices_pdf import measure, samples

RIGHT_EDGE = layout.BINDING_MARGIN + layout.TYPE_WIDTH
LOWER_EDGE = layout.TOP_MARGIN + layout.TYPE_HEIGHT
DASH_ABOVE_BASELINE = 0.38 * layout.PAGE_NUMBER_SIZE * layout.MM_PER_POINT  # of GW Punct
NEAR = 0.35  # mm; what rounding and side bearings may differ


def filled(count: int = 40) -> LetterFacts:
    """A letter whose body is one long paragraph of ideographs."""
    return replace(samples.interview_notice(), paragraphs=(Paragraph(0, "质量安全主体责任" * 4 * count),))


def em_bottom(line: measure.Line) -> float:
    """Lower edge of a line's em box: our fonts descend 0.12 em."""
    return line.baseline + 0.12 * line.size * layout.MM_PER_POINT


def em_top(line: measure.Line) -> float:
    return line.baseline - 0.88 * line.size * layout.MM_PER_POINT


@pytest.fixture(scope="module")
def notice() -> list[pymupdf.Page]:
    return measure.opened(samples.interview_notice())


def test_sheet_is_a4(notice: list[pymupdf.Page]) -> None:
    for page in notice:
        assert page.rect.width * measure.MM == pytest.approx(layout.PAGE_WIDTH, abs=0.1)
        assert page.rect.height * measure.MM == pytest.approx(layout.PAGE_HEIGHT, abs=0.1)


def test_full_page_has_22_lines_of_28_characters_that_fill_the_type_area() -> None:
    page = measure.opened(filled())[1]
    body = [line for line in measure.lines(page) if line.size == layout.BODY_SIZE]
    assert len(body) == layout.LINES_PER_PAGE
    assert {line.count for line in body} == {layout.CHARACTERS_PER_LINE}
    assert all(line.left == pytest.approx(layout.BINDING_MARGIN, abs=NEAR) for line in body)
    assert all(line.right == pytest.approx(RIGHT_EDGE, abs=NEAR) for line in body)
    pitches = [below.baseline - above.baseline for above, below in itertools.pairwise(body)]
    assert pitches == pytest.approx([layout.LINE_PITCH] * len(pitches), abs=0.06)
    middle_of_first = (em_top(body[0]) + em_bottom(body[0])) / 2
    assert middle_of_first == pytest.approx(layout.TOP_MARGIN + layout.LINE_PITCH / 2, abs=NEAR)


def test_red_mark_stands_35_mm_under_the_top_of_the_type_area(notice: list[pymupdf.Page]) -> None:
    top, _ = measure.red_ink(notice[0], layout.TOP_MARGIN, 100)
    assert top == pytest.approx(layout.TOP_MARGIN + layout.MARK_TOP, abs=1)
    mark = measure.line_with(notice[0], "文件")
    assert (mark.left + mark.right) / 2 == pytest.approx(layout.BINDING_MARGIN + layout.TYPE_WIDTH / 2, abs=NEAR)
    assert "XiaoBiaoSong" in mark.font


@pytest.mark.parametrize("organ", ["市局", "双江拉祜族佤族布朗族傣族自治县市场监督管理局"])
def test_red_mark_of_any_length_stays_on_the_sheet(organ: str) -> None:
    page = measure.opened(replace(samples.interview_notice(), mark=f"{organ}文件"))[0]
    mark = measure.line_with(page, f"{organ}文件")
    assert mark.right - mark.left <= layout.MARK_WIDTH + NEAR
    assert em_top(mark) == pytest.approx(layout.TOP_MARGIN + layout.MARK_TOP, abs=1.2)


def test_number_is_centred_and_the_rule_lies_4_mm_under_it(notice: list[pymupdf.Page]) -> None:
    number = measure.line_with(notice[0], "〔2026〕1号")
    (rule,) = measure.rules(notice[0])
    assert (number.left + number.right) / 2 == pytest.approx(layout.BINDING_MARGIN + layout.TYPE_WIDTH / 2, abs=NEAR)
    assert (rule.top + rule.bottom) / 2 - em_bottom(number) == pytest.approx(layout.RULE_BELOW_NUMBER, abs=NEAR)
    assert (rule.left, rule.right) == pytest.approx((layout.BINDING_MARGIN, RIGHT_EDGE), abs=0.1)
    red, green, blue = rule.fill or (0, 0, 0)
    assert red > 0.8 > 0.2 > max(green, blue)


def test_title_has_two_blank_lines_above_and_one_below(notice: list[pymupdf.Page]) -> None:
    (rule,) = measure.rules(notice[0])
    title = measure.line_with(notice[0], "约谈通知书")
    addressee = measure.line_with(notice[0], samples.COMPANY)
    assert title.size == layout.TITLE_SIZE
    middle = (em_top(title) + em_bottom(title)) / 2
    assert middle - rule.bottom == pytest.approx((layout.LINES_BEFORE_TITLE + 0.5) * layout.LINE_PITCH, abs=0.5)
    assert addressee.baseline - title.baseline == pytest.approx(2 * layout.LINE_PITCH, abs=1)
    assert addressee.left == pytest.approx(layout.BINDING_MARGIN, abs=0.1)
    assert addressee.text.endswith("：")


def test_paragraphs_are_indented_two_characters_and_headings_have_their_faces(notice: list[pymupdf.Page]) -> None:
    first = measure.line_with(notice[1], "一、约谈时间和地点")
    second = measure.line_with(notice[1], "（一）问题说明")
    plain = measure.line_with(notice[1], "你单位法定代表人")
    indent = layout.BINDING_MARGIN + layout.PARAGRAPH_INDENT * layout.CHARACTER_PITCH
    assert [first.left, second.left, plain.left] == pytest.approx([indent] * 3, abs=0.1)
    assert [face.font.split("-")[-1] for face in (first, second, plain)] == ["Hei", "Kai", "FangSong"]


def test_date_ends_four_characters_from_the_right_and_the_organ_is_centred_over_it() -> None:
    facts = replace(samples.interview_notice(), organ="嘉兴市市场监督管理局", contact="", office="")
    page = measure.opened(facts)[-1]
    (date,) = [line for line in measure.lines(page) if line.text == "2026年3月6日"]
    (organ,) = [line for line in measure.lines(page) if line.text == facts.organ]
    assert date.right == pytest.approx(RIGHT_EDGE - layout.DATE_RIGHT_INDENT * layout.CHARACTER_PITCH, abs=NEAR)
    assert (organ.left + organ.right) / 2 == pytest.approx((date.left + date.right) / 2, abs=NEAR)
    assert date.baseline - organ.baseline == pytest.approx(layout.LINE_PITCH, abs=0.06)


@pytest.mark.parametrize("length", [12, 24, 30, 60])
def test_long_organ_stays_two_characters_inside_the_type_area(length: int) -> None:
    organ = ("新疆维吾尔自治区市场监督管理局驻霍尔果斯经济开发区分局" * 3)[:length]
    document = measure.opened(replace(samples.interview_notice(), organ=organ, office="办公室", contact=""))
    found = [line for page in document for line in measure.lines(page)]
    signed = [line for line in found if line.size == layout.BODY_SIZE and line.text in organ]
    assert "".join(line.text for line in signed) == organ
    inside = RIGHT_EDGE - 2 * layout.CHARACTER_PITCH
    assert all(line.right <= inside + NEAR and line.left >= layout.BINDING_MARGIN - NEAR for line in signed)


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages() -> None:
    document = measure.opened(filled())
    for page in document:
        (number,) = [line for line in measure.lines(page) if line.text == f"—{page.number + 1}—"]
        assert number.size == layout.PAGE_NUMBER_SIZE
        dash = number.baseline - DASH_ABOVE_BASELINE
        assert dash - LOWER_EDGE == pytest.approx(layout.PAGE_NUMBER_GAP, abs=0.2)
        character = layout.PAGE_NUMBER_SIZE * layout.MM_PER_POINT
        if page.number % 2 == 0:
            assert number.right == pytest.approx(RIGHT_EDGE - character, abs=NEAR)
        else:
            assert number.left == pytest.approx(layout.BINDING_MARGIN + character, abs=NEAR)


def test_imprint_lies_on_the_foot_of_the_last_type_area(notice: list[pymupdf.Page]) -> None:
    assert not [rule for rule in measure.rules(notice[0]) if rule.top > 120]
    first, middle, last = measure.rules(notice[-1])
    assert last.bottom == pytest.approx(LOWER_EDGE, abs=0.2)
    thicknesses = [rule.bottom - rule.top for rule in (first, middle, last)]
    wanted = [layout.IMPRINT_OUTER_RULE, layout.IMPRINT_INNER_RULE, layout.IMPRINT_OUTER_RULE]
    assert thicknesses == pytest.approx(wanted, abs=0.03)
    copies, office = (measure.line_with(notice[-1], text) for text in ("抄送：", "印发"))
    assert copies.size == office.size == layout.IMPRINT_SIZE
    inset = layout.IMPRINT_SIZE * layout.MM_PER_POINT
    assert (office.left, office.right) == pytest.approx((layout.BINDING_MARGIN + inset, RIGHT_EDGE - inset), abs=NEAR)


def test_imprint_that_has_a_page_to_itself_carries_no_page_number() -> None:
    base = samples.interview_notice()
    alone = []
    for extra in range(8):
        facts = replace(base, paragraphs=(*base.paragraphs, *[Paragraph(0, "请按时到场。")] * extra))
        last = measure.opened(facts)[-1]
        texts = [line.text for line in measure.lines(last)]
        if not any("联系人" in text for text in texts):
            alone.append(texts)
            assert any("印发" in text for text in texts)
            assert not any(text.startswith("—") for text in texts)
        else:
            assert any(text.startswith("—") for text in texts)
    assert alone


def test_letter_format_has_its_rules_its_mark_and_no_number_on_page_one() -> None:
    form = layout.LETTER_FORM
    page = measure.opened(samples.reminder_letter())[0]
    top, _ = measure.red_ink(page, 10, 60)
    assert top == pytest.approx(form.mark_top, abs=1)
    mark = measure.lines(page)[0]
    rules = measure.rules(page)
    thick_first = [rule.bottom - rule.top > 0.7 for rule in rules]
    assert thick_first == [True, False, False, True]
    first, last = rules[0], rules[-1]
    assert first.top - em_bottom(mark) == pytest.approx(form.rule_below_mark, abs=NEAR)
    assert last.bottom == pytest.approx(layout.PAGE_HEIGHT - form.last_rule_above_edge, abs=0.2)
    for rule in (first, last):
        assert rule.right - rule.left == pytest.approx(form.rule_length, abs=0.1)
        assert (rule.left + rule.right) / 2 == pytest.approx(layout.PAGE_WIDTH / 2, abs=0.1)
    number = measure.line_with(page, "嘉市监提函〔2026〕2号")
    assert number.right == pytest.approx(RIGHT_EDGE, abs=NEAR)
    assert em_top(number) - rules[1].bottom == pytest.approx(form.number_below_rule, abs=NEAR)
    title = measure.line_with(page, "关于督促落实产品质量安全监管责任")
    middle = (em_top(title) + em_bottom(title)) / 2
    below = em_bottom(number) + (layout.LINE_PITCH - layout.BODY_SIZE * layout.MM_PER_POINT) / 2
    assert middle - below == pytest.approx((layout.LINES_BEFORE_TITLE + 0.5) * layout.LINE_PITCH, abs=NEAR)
    texts = [line.text for line in measure.lines(page)]
    assert not any(text.startswith("—") or text.endswith("日印发") for text in texts)


def test_second_page_of_the_letter_format_is_numbered() -> None:
    facts = replace(samples.reminder_letter(), paragraphs=(Paragraph(0, "质量安全主体责任" * 120),))
    document = measure.opened(facts)
    assert [line.text for line in measure.lines(document[1])].count("—2—") == 1
    assert measure.rules(document[1]) == []


def test_seal_begins_within_one_line_of_the_text() -> None:
    page = measure.opened(samples.interview_notice())[-1]
    last_line = measure.line_with(page, "依法加强监督检查")
    (image,) = measure.seals(page)
    top = image["bbox"][1] * measure.MM
    assert 0 <= top - em_bottom(last_line) <= layout.LINE_PITCH


def test_no_part_of_a_table_spans_two_sheets() -> None:
    document = measure.opened(samples.general_rules_form())
    for page in document[1:]:
        upright = [line for line in measure.lines(page) if line.text.startswith("监") and line.left < 32]
        assert upright, f"page {page.number + 1} has no label of its own"


@pytest.mark.parametrize("length", range(20, 200, 20))
def test_form_is_cut_where_its_sheets_end_whatever_the_remarks(length: int) -> None:
    form = samples.general_rules_form()
    items = tuple(replace(item, remark="台账不全" * (length // 4 * (at % 3))) for at, item in enumerate(form.items))
    page, refine = form_page(replace(form, items=items), "test")
    settled: list[tuple[Page, Sequence[frozenset[str]]]] = []

    def watched(sheets: Sequence[frozenset[str]]) -> Page:
        settled.append((refine(sheets), sheets))
        return settled[-1][0]

    written = write(page, "x", watched)
    (last, sheets) = settled[-1]
    assert written.html == html_of(last), "the form was printed with other cuts than its sheets ask for"
    assert written.pages == len(sheets)
    assert len(settled) < 4
    cuts = [part["rows"][0]["id"] for part in last.context["parts"]]
    assert all(sum(cut in sheet for sheet in sheets) == 1 for cut in cuts)


def test_page_that_never_settles_is_printed_all_the_same() -> None:
    facts = samples.reminder_letter()
    page, _refine = letter_page(facts, "test")
    asked = []

    def restless(sheets: Sequence[frozenset[str]]) -> Page:
        asked.append(sheets)
        return replace(page, context={**page.context, "title_lines": [f"第{len(asked)}次"]})

    written = write(page, "x", restless)
    assert len(asked) == 4
    assert "第4次" in written.html
    assert "第4次" in measure.text_of(measure.pages(written.pdf)[0])
