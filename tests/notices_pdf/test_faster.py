"""What is made faster prints the same, and the source it wraps is still the one it was written for."""

import hashlib
import inspect
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pydyf
import pypdf
import pytest
from weasyprint.images import RasterImage

from notices.pdf import engine, faster
from notices.pdf.check_print import check_print
from notices.pdf.render import render
from tests.notices_pdf import samples
from tests.notices_pdf.test_render import png


def stock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pydyf.Stream, "data", faster.STOCK_DATA)
    monkeypatch.setattr(RasterImage, "get_x_object", faster.STOCK_X_OBJECT)


def content(pdf: bytes) -> list[bytes]:
    """Every stream of the file, unpacked, the structure tree and all dictionaries among them."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = [reader.get_object(number) for number in range(1, len(reader.xref_objStm) + 1)]
    return [
        each.get_data() if hasattr(each, "get_data") else repr(sorted(map(str, each))).encode()
        for each in found
        if each
    ]


@pytest.mark.parametrize("kind", ["interview_notice", "return_visit_record"])
def test_what_is_in_the_file_is_what_stock_puts_there(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = samples.SAMPLES[kind]().to_json()
    for _ in range(2):  # the second time with the seal kept
        quick = render(kind, facts)
    with monkeypatch.context() as without:
        stock(without)
        plain = render(kind, facts)
    check_print(quick.pdf, quick.written)
    assert len(content(plain.pdf)) > 50
    assert content(quick.pdf) == content(plain.pdf)


# If one of these fails, WeasyPrint or pydyf has changed: read the new source beside faster.py, then put its digest.
SOURCES: dict[str, tuple[Callable[..., Any], str]] = {
    "Stream.data": (faster.STOCK_DATA.fget, "bdc2bc513f286de7"),
    "RasterImage.get_x_object": (faster.STOCK_X_OBJECT, "1f590111444639aa"),
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
    assert len(faster._kept) == faster.IMAGES_KEPT


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
    assert engine._style.cache_info().currsize == loaded == len(list(engine.CURRENT.styles.glob("*.css")))
