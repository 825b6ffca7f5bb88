"""The optional elements of the head, annexes and minutes, measured against GB/T 9704-2012."""

from dataclasses import replace
from typing import Any

import pymupdf
import pytest

from notices.pdf.codec import BadFacts
from notices.pdf.facts import Annex, Column, LetterFacts, Paragraph
from notices.pdf.letters import SIGNATORY_PENDING
from notices.pdf.render import render
from notices.rules import layout
from tests.notices_pdf import measure, samples, samples_bodies
from tests.notices_pdf.test_layout import LOWER_EDGE, NEAR, RIGHT_EDGE, em_bottom, em_top

CHARACTER = layout.CHARACTER_PITCH


def middle_of_line(number: int) -> float:
    """Where the middle of a line of the grid lies, the first being 1."""
    return layout.TOP_MARGIN + (number - 0.5) * layout.LINE_PITCH


def middle(line: measure.Line) -> float:
    return (em_top(line) + em_bottom(line)) / 2


def upward() -> LetterFacts:
    """A document with every element a head may have."""
    return replace(
        samples_bodies.body_rectification(),
        copy_number="000123",
        secrecy="秘密★1年",
        urgency="特急",
        upward=True,
        signatory="赵明远",
    )


@pytest.fixture(scope="module")
def head() -> pymupdf.Page:
    return measure.opened(upward())[0]


def test_copy_number_secrecy_and_urgency_stand_at_the_upper_left_one_a_line(head: pymupdf.Page) -> None:
    for at, (text, face) in enumerate((("000123", "Latin"), ("秘密★1年", "Hei"), ("特急", "Hei")), 1):
        line = measure.line_with(head, text)
        assert line.left == pytest.approx(layout.BINDING_MARGIN, abs=NEAR)
        assert middle(line) == pytest.approx(middle_of_line(at), abs=NEAR)
        assert line.size == layout.BODY_SIZE
        assert line.font.endswith(face)


@pytest.mark.parametrize("urgency", ["特急", "加急"])
def test_urgency_alone_stands_on_the_first_line(urgency: str) -> None:
    page = measure.opened(replace(samples_bodies.circular(), urgency=urgency))[0]
    line = measure.line_with(page, urgency)
    assert middle(line) == pytest.approx(middle_of_line(1), abs=NEAR)
    top, _ = measure.red_ink(page, layout.TOP_MARGIN, 100)
    assert top == pytest.approx(layout.TOP_MARGIN + layout.MARK_TOP, abs=1)


def test_in_letter_format_they_stand_under_the_double_rule_and_the_title_follows_the_last() -> None:
    marked = replace(samples_bodies.check_reminder(), copy_number="000123", secrecy="秘密★1年", urgency="特急")
    page = measure.opened(marked)[0]
    _thick, thin = measure.rules(page)[:2]
    first, last = measure.line_with(page, "000123"), measure.line_with(page, "特急")
    assert em_top(first) - thin.bottom == pytest.approx(layout.LETTER_FORM.number_below_rule, abs=NEAR)
    assert first.left == pytest.approx(layout.BINDING_MARGIN, abs=NEAR)
    assert first.text.endswith("号")  # the number of the document, at the right of the same line
    assert last.baseline - first.baseline == pytest.approx(2 * layout.LINE_PITCH, abs=NEAR)
    title = measure.line_with(page, "关于落实")
    assert middle(title) - middle(last) == pytest.approx((layout.LINES_BEFORE_TITLE + 1) * layout.LINE_PITCH, abs=NEAR)


def test_a_letter_of_the_version_before_is_printed_as_it_was() -> None:
    facts = replace(samples.reminder_letter(), seal="none")
    then = measure.pages(render(facts.kind, facts.to_json(), "2026.1").pdf)[0]
    now = measure.opened(facts)[0]
    number = "嘉市监提函〔2026〕2号"
    assert measure.line_with(then, number).baseline - measure.line_with(now, number).baseline == pytest.approx(
        1, abs=0.1
    )


def test_upward_number_is_left_and_signatory_right_on_one_line_over_the_rule(head: pymupdf.Page) -> None:
    line = measure.line_with(head, "签发人：赵明远")
    assert line.text.startswith("嘉市监督改〔2026〕1号")
    inset = layout.UPWARD_INDENT * CHARACTER
    assert line.left == pytest.approx(layout.BINDING_MARGIN + inset, abs=NEAR)
    assert line.right == pytest.approx(RIGHT_EDGE - inset, abs=NEAR)
    (rule,) = measure.rules(head)
    assert (rule.top + rule.bottom) / 2 - em_bottom(line) == pytest.approx(layout.RULE_BELOW_NUMBER, abs=NEAR)
    spans = [
        span
        for block in measure.untyped(head).get_text("dict")["blocks"]
        for row in block["lines"]
        for span in row["spans"]
    ]
    faces = {span["text"]: span["font"] for span in spans}
    assert faces["签发人："].endswith("FangSong")
    assert faces["赵明远"].endswith("Kai")


def test_a_preview_of_an_upward_document_waits_for_its_signatory() -> None:
    assert SIGNATORY_PENDING in measure.full_text(replace(upward(), preview=True, signatory=""))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"copy_number": "12"}, "copy_number"),
        ({"copy_number": ""}, "copy_number"),
        ({"secrecy": "保密"}, "secrecy"),
        ({"secrecy": "秘密★99年以上"}, "secrecy"),
        ({"signatory": " "}, "signatory"),
        ({"format": "minutes"}, "mark"),
        ({"annexes": (Annex(" "),)}, "annexes[0].name"),
        ({"annexes": (Annex("清单", columns=(Column("甲"),), rows=(("一", "二"),)),)}, "annexes[0].rows[0]"),
    ],
)
def test_a_head_or_annex_that_cannot_be_is_refused_by_its_field(changed: dict[str, Any], field: str) -> None:
    facts = replace(upward(), **changed)
    with pytest.raises(BadFacts) as refused:
        render(facts.kind, facts.to_json())
    assert refused.value.field == field


def test_facts_without_the_newer_fields_are_what_they_were() -> None:
    data = samples.interview_notice().to_json()
    assert not {"copy_number", "secrecy", "urgency", "upward", "signatory", "attendance"} & data.keys()
    assert LetterFacts.from_json(data) == samples.interview_notice()
    assert upward().to_json()["signatory"] == "赵明远"


def two_annexes() -> LetterFacts:
    table = samples_bodies.circular_with_annex(60).annexes[0]
    note = Annex("关于监管任务清单的说明", paragraphs=(Paragraph(1, "一、范围"), Paragraph(0, "清单适用于本辖区。")))
    return replace(samples_bodies.circular(), annexes=(note, table))


def test_an_annex_begins_a_page_with_its_mark_on_line_one_and_its_title_on_line_three() -> None:
    document = measure.opened(two_annexes())
    starts = [page for page in document if measure.lines(page)[0].text.startswith("附件")]
    assert [measure.lines(page)[0].text for page in starts] == ["附件1", "附件2"]
    for page, name in zip(starts, ("关于监管任务清单的说明", "督查发现问题清单"), strict=True):
        mark, title = measure.lines(page)[0], measure.line_with(page, name)
        assert mark.left == pytest.approx(layout.BINDING_MARGIN, abs=NEAR)
        assert mark.font.endswith("Hei")
        assert middle(mark) == pytest.approx(middle_of_line(1), abs=NEAR)
        assert middle(title) == pytest.approx(middle_of_line(layout.ANNEX_TITLE_LINE), abs=NEAR)
        assert (title.left + title.right) / 2 == pytest.approx(layout.BINDING_MARGIN + layout.TYPE_WIDTH / 2, abs=NEAR)
        assert title.size == layout.TITLE_SIZE
    heading = measure.line_with(starts[0], "一、范围")
    assert heading.font.endswith("Hei")


def test_annexes_are_listed_under_the_body_by_the_names_they_bear() -> None:
    texts = [line.text for page in measure.opened(two_annexes()) for line in measure.lines(page)]
    at = texts.index("附件：1.关于监管任务清单的说明")
    assert texts[at + 1] == "2.督查发现问题清单"
    single = measure.full_text(samples_bodies.circular_with_annex()).split("\n")
    assert "附件" in single
    assert "附件1" not in single


def test_the_table_of_an_annex_repeats_its_head_and_the_imprint_stays_last() -> None:
    document = measure.opened(two_annexes())
    pages = ["".join(measure.text_of(page).split()) for page in document]
    with_rows = [text for text in pages if "家没有监管任务清单。" in text][1:]  # the letter itself says so, too
    assert len(with_rows) > 1
    assert all("具体任务" in text for text in with_rows)
    assert all(f"{at}家没有监管任务清单" in "".join(pages) for at in range(1, 61))
    assert ["印发" in measure.text_of(page) for page in document] == [False] * (len(document) - 1) + [True]
    last = measure.rules(document[-1])[-1]
    assert last.bottom == pytest.approx(LOWER_EDGE, abs=0.2)
    assert all(f"—{page.number + 1}—" in [line.text for line in measure.lines(page)] for page in document)


def test_an_annex_that_is_enclosed_as_it_is_has_no_page() -> None:
    enclosed = replace(samples_bodies.circular(), annexes=(Annex("检验报告"),))
    bare = replace(samples_bodies.circular(), annexes=())
    assert len(measure.opened(enclosed)) == len(measure.opened(bare))
    assert measure.line_with(measure.opened(enclosed)[-1], "附件：检验报告")


def test_a_letter_in_letter_format_has_annexes_too() -> None:
    facts = replace(samples_bodies.check_reminder(), annexes=samples_bodies.circular_with_annex().annexes)
    document = measure.opened(facts)
    assert measure.lines(document[-1])[0].text == "附件"
    assert not [rule for rule in measure.rules(document[-1]) if rule.right - rule.left > layout.TYPE_WIDTH + 1]


@pytest.fixture(scope="module")
def minutes() -> list[pymupdf.Page]:
    return measure.opened(samples_bodies.body_interview_minutes())


def test_minutes_have_their_mark_35_mm_down_and_issuer_and_day_over_the_rule(minutes: list[pymupdf.Page]) -> None:
    top, _ = measure.red_ink(minutes[0], layout.TOP_MARGIN, 100)
    assert top == pytest.approx(layout.TOP_MARGIN + layout.MARK_TOP, abs=1)
    assert measure.line_with(minutes[0], "约谈纪要").font.endswith("XiaoBiaoSong")
    number, issuer = (measure.line_with(minutes[0], text) for text in ("〔2026〕1号", "办公室2026年3月13日"))
    (rule,) = measure.rules(minutes[0])
    assert issuer.baseline - number.baseline == pytest.approx(layout.LINE_PITCH, abs=NEAR)
    assert (rule.top + rule.bottom) / 2 - em_bottom(issuer) == pytest.approx(layout.RULE_BELOW_NUMBER, abs=NEAR)
    assert (issuer.left, issuer.right) == pytest.approx(
        (layout.BINDING_MARGIN + CHARACTER, RIGHT_EDGE - CHARACTER), abs=NEAR
    )


def test_minutes_say_who_was_there_are_not_signed_and_are_addressed_in_the_imprint(
    minutes: list[pymupdf.Page],
) -> None:
    last = minutes[-1]
    word = measure.line_with(last, "出席：")
    assert word.font.endswith("Hei")
    assert word.left == pytest.approx(layout.BINDING_MARGIN + 2 * CHARACTER, abs=NEAR)
    names = measure.line_with(last, "区市场监督管理局钱局长")  # the line below hangs under the first name
    assert names.left == pytest.approx(layout.BINDING_MARGIN + 5 * CHARACTER, abs=NEAR)
    text = measure.full_text(samples_bodies.body_interview_minutes())
    assert text.count("2026年3月13日") == 2  # over the rule and in the imprint
    assert "主送：嘉兴市南湖区市场监督管理局。" in text
    assert not measure.seals(last)
    texts = [line.text for line in measure.lines(last)]
    assert texts.index("请假：嘉兴市南湖区市场监督管理局王建国") < texts.index("列席：南湖区人民政府办公室吴主任")
