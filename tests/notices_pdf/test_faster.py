"""What is made faster prints the same, and the source it wraps is still the one it was written for."""

import hashlib
import inspect
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pydyf
import pypdf
import pytest
import weasyprint.pdf
from weasyprint import css, document
from weasyprint.images import RasterImage
from weasyprint.layout import page, percent
from weasyprint.pdf import fonts, tags

from notices.pdf import engine, faster
from notices.pdf.check_print import check_print
from notices.pdf.editions import CURRENT
from notices.pdf.facts import ListFacts, ListRow
from notices.pdf.render import render
from tests.notices_pdf import samples
from tests.notices_pdf.test_render import png


def stock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pydyf.Stream, "data", faster.STOCK_DATA)
    monkeypatch.setattr(pydyf.PDF, "write", faster.STOCK_WRITE)
    monkeypatch.setattr(pydyf.PDF, "page_references", faster.STOCK_PAGE_REFERENCES)
    monkeypatch.setattr(weasyprint.pdf, "add_tags", faster.STOCK_TAGS)
    monkeypatch.setattr(RasterImage, "get_x_object", faster.STOCK_X_OBJECT)
    monkeypatch.setattr(fonts.Font, "_harfbuzz_subset", faster.STOCK_SUBSET)
    monkeypatch.setattr(css.StyleFor, "__init__", faster.STOCK_STYLES)
    monkeypatch.setattr(page, "set_page_type_computed_styles", faster.STOCK_PAGE_STYLES)
    for module in faster.resolving():
        monkeypatch.setattr(module, "resolve_percentages", faster.STOCK_PERCENTAGES)


def content(pdf: bytes) -> list[bytes]:
    """Every stream of the file, unpacked, the structure tree and all dictionaries among them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = [reader.get_object(number) for number in range(1, len(reader.xref_objStm) + 1)]
    return [
        each.get_data() if hasattr(each, "get_data") else repr(sorted(map(str, each))).encode()
        for each in found
        if each
    ]


ONE_OF_A_LAYOUT = (
    "interview_notice",
    "reminder_letter",
    "responsibility_list",
    "general_rules_form",
    "return_visit_record",
    "supervision_task_list",
    "oversight_list",
)


@pytest.mark.parametrize("kind", ONE_OF_A_LAYOUT)
def test_what_is_in_the_file_is_what_stock_puts_there(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = samples.SAMPLES[kind]().to_json()
    for _ in range(2):  # the second time with all that is kept
        quick = render(kind, facts)
    with monkeypatch.context() as without:
        stock(without)
        plain = render(kind, facts)
    check_print(quick.pdf, quick.written)
    assert len(content(plain.pdf)) > 50
    assert content(quick.pdf) == content(plain.pdf)


def test_a_list_drawn_sheet_by_sheet_is_the_file_that_stock_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.pdf.unit_lists.STRETCH", 35)
    row = ListRow("嘉兴示例厂", "91330402MATE000001", "凤桥镇", date(2026, 3, 2), "发现缺陷。")
    facts = ListFacts(
        title="2026年度重点监管生产单位名单",
        organ="嘉兴市市场监督管理局",
        number="嘉市监名单〔2026〕1号",
        version=1,
        as_at=date(2026, 3, 6),
        basis="国市监质监发〔2023〕38号 三",
        rows=(row,) * 90,
        seal="image",
        seal_image=png((20, 20)),
    ).to_json()
    quick = render("unit_list", facts)
    check_print(quick.pdf, quick.written)
    with monkeypatch.context() as without:
        stock(without)
        without.setattr(engine, "Drawn", lambda sheet, _fonts: sheet)
        plain = render("unit_list", facts)
    assert quick.pages > 2
    assert content(quick.pdf) == content(plain.pdf)


# If one of these fails, WeasyPrint or pydyf has changed: read the new source beside faster.py, then put its digest.
SOURCES: dict[str, tuple[Callable[..., Any], str]] = {
    "Stream.data": (faster.STOCK_DATA.fget, "bdc2bc513f286de7"),
    "PDF.write": (faster.STOCK_WRITE, "242cd38f92ecd33f"),
    "PDF.page_references": (faster.STOCK_PAGE_REFERENCES.fget, "060bf90aad55931b"),
    "add_tags": (faster.STOCK_TAGS, "f0e74575b0bafaf3"),
    "_build_box_tree": (tags._build_box_tree, "f716251a83e7096e"),
    "generate_pdf": (weasyprint.pdf.generate_pdf, "626343ef25c396e8"),
    "Page": (document.Page, "69061840d66b7804"),
    "RasterImage.get_x_object": (faster.STOCK_X_OBJECT, "1f590111444639aa"),
    "Font._harfbuzz_subset": (faster.STOCK_SUBSET, "f80805663ede8080"),
    "StyleFor.__init__": (faster.STOCK_STYLES, "b1e725a7552502aa"),
    "StyleFor.set_computed_styles": (css.StyleFor.set_computed_styles, "b5b15856b8beff3f"),
    "set_page_type_computed_styles": (faster.STOCK_PAGE_STYLES, "4e68b396b35c4a06"),
    "find_style_attributes": (css.find_style_attributes, "c5b4eb4d3c008b07"),
    "resolve_percentages": (faster.STOCK_PERCENTAGES, "71673078096fcf87"),
    "resolve_one_percentage": (percent.resolve_one_percentage, "4cfaa9ad134e4f7b"),
    "percentage": (percent.percentage, "ebe404ccd9da50bf"),
}


@pytest.mark.parametrize("name", list(SOURCES))
def test_the_wrapped_source_is_the_one_we_know(name: str) -> None:
    function, digest = SOURCES[name]
    assert hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16] == digest


def test_no_more_than_a_few_seals_are_kept() -> None:
    letter = samples.oversight_lift_notice()
    for side in range(20, 22 + faster.IMAGES_KEPT):
        facts = replace(letter, seal="image", seal_image=png((side, side)))
        render(facts.kind, facts.to_json())
    assert len(faster._images) == faster.IMAGES_KEPT


def test_no_more_is_kept_than_a_worker_can_hold() -> None:
    """Whatever is printed: looks, styles of a look, and faces are bounded, and a row's id makes no style that lasts."""
    notice = samples.interview_notice()
    render("interview_notice", notice.to_json())
    (*_, last) = faster._looks.values()
    before = len(last)
    for at in range(faster.LOOKS_KEPT + 2):
        organ = "嘉兴市" * (at % 5 + 1) + "市场监督管理局"
        render("interview_notice", replace(notice, organ=organ, addressee=f"{at}号").to_json())
    render("interview_notice", notice.to_json())
    (*_, last) = faster._looks.values()
    assert len(last) == before
    assert len(faster._looks) <= faster.LOOKS_KEPT
    assert len(faster._faces) <= faster.FACES_KEPT


def test_no_style_hangs_on_the_size_of_the_page_which_another_document_may_have() -> None:
    for path in CURRENT.styles.glob("*.css"):
        assert not re.search(r"\d(?:[sld]?v|p)(?:w|h|i|b|min|max)\b", path.read_text()), path.name


def test_a_qr_code_says_the_address_and_nothing_is_fetched_for_it() -> None:
    fetched = engine._GivenOnly().fetch("qr:https%3A//example.org/verify/%E8%B4%A8")
    drawn = engine._qr("https://example.org/verify/质")
    assert fetched.read() == drawn
    assert drawn != engine._qr("https://example.org/verify/监")


def test_a_warm_press_has_everything_loaded_that_a_letter_needs() -> None:
    engine._style.cache_clear()
    engine.warm()
    loaded = engine._style.cache_info().currsize
    render("reminder_letter", samples.reminder_letter().to_json())
    assert engine._style.cache_info().currsize == loaded == len(list(CURRENT.styles.glob("*.css")))
