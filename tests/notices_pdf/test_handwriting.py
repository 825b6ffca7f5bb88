"""Signatures drawn on a screen, as they are printed."""

import base64
import dataclasses
import io

import pytest
from PIL import Image

from notices.pdf.codec import BadFacts
from notices.pdf.facts import SheetFacts
from notices.pdf.handwriting import picture_of
from notices.pdf.render import render
from notices.pdf.signing.seal_place import seal_place
from tests.notices_pdf import samples

STROKES = [[(300, 100, 0), (500, 200, 40)], [(520, 100, 300), (480, 220, 340)]]


def test_strokes_are_drawn_cut_to_their_ink_and_always_alike() -> None:
    png = picture_of(STROKES)
    assert png == picture_of(STROKES)
    picture = Image.open(io.BytesIO(png)).convert("L")
    assert picture.size == (520 - 300 + 24, 220 - 100 + 24)
    assert picture.getpixel((12, 12)) == 0
    assert picture.getpixel((0, 0)) == 255


def test_a_signature_is_no_seal() -> None:
    facts = samples.SAMPLES["onsite_record"]()
    assert isinstance(facts, SheetFacts)
    assert any(part.drawn for part in facts.parts)
    assert seal_place(render("onsite_record", facts.to_json()).pdf) is None


def test_facts_without_drawn_signatures_are_told_as_they_always_were() -> None:
    facts = samples.SAMPLES["interview_record"]()
    assert all("drawn" not in part for part in facts.to_json()["parts"])


def test_what_is_no_picture_is_refused_at_its_field() -> None:
    facts = samples.SAMPLES["onsite_record"]()
    assert isinstance(facts, SheetFacts)
    at = next(at for at, part in enumerate(facts.parts) if part.drawn)
    drawn = dataclasses.replace(facts.parts[at].drawn[0], image=base64.b64encode(b"<svg/>").decode())
    parts = (*facts.parts[:at], dataclasses.replace(facts.parts[at], drawn=(drawn,)), *facts.parts[at + 1 :])
    with pytest.raises(BadFacts, match="drawn"):
        render("onsite_record", dataclasses.replace(facts, parts=parts).to_json())
