"""The checker reads a print back: what is damaged on purpose is found, and named."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pypdf
import pytest
from django.utils.html import escape
from fontTools.ttLib import TTFont
from pypdf.generic import DecodedStreamObject, NameObject

from notices.pdf import engine
from notices.pdf.check_print import ONE_SHAPE, PrintedWrong, check_print
from notices.pdf.facts import Paragraph
from notices.pdf.render import Rendered
from tests.notices_pdf import measure, samples

every_kind = pytest.mark.parametrize("kind", list(samples.SAMPLES))


def letter() -> Rendered:
    return measure.rendered(samples.interview_notice())


def refusal(pdf: bytes, written: str) -> str:
    with pytest.raises(PrintedWrong) as refused:
        check_print(pdf, written)
    assert refused.value.code == "printed_wrong"
    return refused.value.message


def printed(markup: str, monkeypatch: pytest.MonkeyPatch, style: str = "form.css") -> engine.Written:
    """This markup as a document of its own."""
    html = f'<html lang="zh-CN"><head><title>x</title></head><body>{markup}</body></html>'
    monkeypatch.setattr("notices.pdf.engine.html_of", lambda page: html)
    return engine.write(engine.Page("letter.html", {}, (style,), samples.interview_notice().date), "x")


def fonts(writer: pypdf.PdfWriter) -> Iterator[Any]:
    for page in writer.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            yield font.get_object()


def damaged(pdf: bytes, damage: Callable[[Any], None]) -> bytes:
    """The PDF after the damage was done to its first font."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf))
    damage(next(fonts(writer)))
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def descriptor(font: Any) -> Any:
    return font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()


def stream_of(data: bytes) -> DecodedStreamObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    return stream


@every_kind
def test_every_sample_says_what_was_written(kind: str) -> None:
    rendered = measure.rendered(samples.SAMPLES[kind]())
    check_print(rendered.pdf, rendered.written)


HARD = "㛃𬍛 𠮷野 A 䶮（中国）AV fi ffl «x» 1/2 ½ ①№ “‘，’”—…·《〈〉》 ２０２６ <b>&amp;"


@every_kind
def test_rare_characters_letters_figures_and_marks_are_compared_too(kind: str) -> None:
    name = "".join(c for c in HARD if ord(c) in engine.fontset.printable())
    facts = samples.named(kind, name)
    rendered = measure.rendered(facts)
    check_print(rendered.pdf, rendered.written)
    on_page = str(escape(name))
    assert on_page in rendered.written
    for lost in "A1（㛃，":
        refusal(rendered.pdf, rendered.written.replace(on_page, on_page.replace(lost, "", 1)))


@pytest.mark.parametrize(
    ("written", "instead"),
    [("约谈时间", "约谈地点"), ("2026年3月12日", "2026年3月13日"), ("0000-1234567", "0000-1234576"), ("；", "，")],
)
def test_another_word_figure_or_mark_is_found(written: str, instead: str) -> None:
    rendered = measure.rendered(replace(samples.interview_notice(), paragraphs=(Paragraph(0, f"甲{written}乙。"),)))
    message = refusal(rendered.pdf, rendered.written.replace(f"甲{written}", f"甲{instead}") + instead)
    assert "Page 1 says" in message


def test_the_refusal_names_the_place_and_both_texts() -> None:
    rendered = letter()
    message = refusal(rendered.pdf, rendered.written.replace("三、约谈内容", "三、约见内容"))
    assert message == "Page 2 says “谈内容（一）问题说明说明” where “见内容（一）问题说明说明” was written."


def test_text_that_is_not_shown_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed("<p>甲乙<span style='display:none'>丙丁</span>戊</p>", monkeypatch)
    assert "戊" in refusal(shown.pdf, shown.html)


def test_text_that_was_never_written_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed("<style>p::after { content: '作废' }</style><p>甲乙</p>", monkeypatch)
    assert "作废" in refusal(shown.pdf, shown.html)
    shown = printed("<style>@page { @top-left { content: '作废' } }</style><p>甲乙</p>", monkeypatch)
    assert refusal(shown.pdf, shown.html) == "Page 1 says “作废第1页共1页” outside its text."


def test_reading_order_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed("<p>第一段。</p><p>第二段。</p>", monkeypatch)
    check_print(shown.pdf, shown.html)
    refusal(shown.pdf, shown.html.replace("<p>第一段。</p><p>第二段。</p>", "<p>第二段。</p><p>第一段。</p>"))


def test_wrong_page_number_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    style = "<style>@page { counter-increment: page 2 }</style>"
    shown = printed(f"{style}<p>甲</p><p style='break-before:page'>乙</p>", monkeypatch)
    assert "outside its text" in refusal(shown.pdf, shown.html)


def test_character_that_no_font_has_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed("<p>甲😀乙</p>", monkeypatch)
    assert "😀 (U+1F600) is not drawn as itself on page 1" in refusal(shown.pdf, shown.html)


def test_table_over_many_sheets_is_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<tr><td>甲{at}</td><td>乙{at}</td></tr>" for at in range(120))
    head = "<thead><tr><th>名称</th><th>代码</th></tr></thead>"
    shown = printed(f"<table>{head}<tbody>{rows}</tbody></table><p>完</p>", monkeypatch)
    assert shown.pages > 2
    check_print(shown.pdf, shown.html)
    refusal(shown.pdf, shown.html.replace("<tr><td>甲77</td><td>乙77</td></tr>", ""))


def test_row_longer_than_a_sheet_is_read_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    row = f"<tr><td>{'甲乙丙丁戊己' * 900}</td><td>{'子丑寅卯' * 1200}</td></tr>"
    shown = printed(f"<table><tbody><tr><td>上</td><td>下</td></tr>{row}</tbody></table>", monkeypatch)
    assert shown.pages > 1
    check_print(shown.pdf, shown.html)


def test_font_without_its_characters_is_refused() -> None:
    def damage(font: Any) -> None:
        del font["/ToUnicode"]

    assert "says no characters and cannot be searched" in refusal(damaged(letter().pdf, damage), letter().written)


def test_font_that_says_other_characters_than_it_draws_is_refused() -> None:
    def damage(font: Any) -> None:
        data = font["/ToUnicode"].get_object().get_data()
        font[NameObject("/ToUnicode")] = stream_of(data.replace(f"<{ord('产'):04x}>".encode(), b"<8d28>"))

    rendered = measure.rendered(replace(samples.interview_notice(), mark="产质文件"))
    assert "质 (U+8D28) is not drawn as itself on page 1" in refusal(damaged(rendered.pdf, damage), rendered.written)


def test_characters_of_one_shape_are_the_same_and_no_others() -> None:
    twins = set()
    for path in engine.fontset.FONTS.glob("*.ttf"):
        drawn: dict[str, set[str]] = {}
        for code, glyph in TTFont(path, lazy=True).getBestCmap().items():
            if not chr(code).isspace():
                drawn.setdefault(glyph, set()).add(chr(code))
        twins |= {frozenset(same) for same in drawn.values() if len(same) > 1}
    largest = {same for same in twins if not any(same < other for other in twins)}
    assert {frozenset(same) for same in ONE_SHAPE} == largest
    assert frozenset("—―") in largest


def test_characters_of_one_shape_may_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed("<p>甲—乙―丙～丁〜</p>", monkeypatch)
    check_print(shown.pdf, shown.html)


def test_font_that_is_not_carried_is_refused() -> None:
    def damage(font: Any) -> None:
        del descriptor(font)["/FontFile2"]

    assert "does not carry its font" in refusal(damaged(letter().pdf, damage), letter().written)


def test_glyph_without_a_shape_is_refused() -> None:
    def damage(font: Any) -> None:
        outlines = TTFont(io.BytesIO(descriptor(font)["/FontFile2"].get_data()))
        for glyph in outlines["glyf"].glyphs.values():
            glyph.data = b""
        stream = io.BytesIO()
        outlines.save(stream)
        descriptor(font)[NameObject("/FontFile2")] = stream_of(stream.getvalue())

    assert "is not drawn as itself" in refusal(damaged(letter().pdf, damage), letter().written)


@pytest.mark.parametrize("keep", [0, 100, 0.5, 0.99])
def test_half_a_file_is_refused(keep: float) -> None:
    whole = letter().pdf
    refusal(whole[: int(keep * len(whole)) if keep < 1 else int(keep)], letter().written)
