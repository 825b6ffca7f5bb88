"""Reading a PDF back: lines with their places, rules, coloured ink, text; millimetres from the sheet's top left."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pymupdf

from notices.pdf.facts import Facts
from notices.pdf.render import Rendered, render

MM = 25.4 / 72
_mupdf: Any = pymupdf  # its calls carry no types


@dataclass(frozen=True)
class Line:
    baseline: float
    left: float
    right: float
    size: float  # points, of its first character
    font: str
    text: str
    count: int


@dataclass(frozen=True)
class Rule:
    top: float
    bottom: float
    left: float
    right: float
    fill: tuple[float, ...] | None


@cache
def _rendered(kind: str, text: str) -> Rendered:
    return render(kind, json.loads(text))


def rendered(facts: Facts) -> Rendered:
    """The document of these facts, printed once per test run."""
    data = facts.to_json()
    return _rendered(data["kind"], json.dumps(data, sort_keys=True))


@cache
def _opened(pdf: bytes) -> tuple[pymupdf.Document, list[pymupdf.Page]]:
    document = _mupdf.open(stream=pdf)
    return document, [document[at] for at in range(document.page_count)]  # pages die with their document: keep both


def pages(pdf: bytes) -> list[pymupdf.Page]:
    return _opened(pdf)[1]


def opened(facts: Facts) -> list[pymupdf.Page]:
    """The pages of the document of these facts."""
    return pages(rendered(facts).pdf)


def untyped(page: pymupdf.Page) -> Any:
    """The page for calls that carry no types."""
    return page


def text_of(page: pymupdf.Page) -> str:
    text: str = untyped(page).get_text()
    return text


def lines(page: pymupdf.Page) -> list[Line]:
    """The lines of a page from top to bottom; characters on one base line are one line, blanks left out."""
    found: dict[float, list[tuple[float, float, float, str, str]]] = {}
    for block in untyped(page).get_text("rawdict")["blocks"]:
        for line in block.get("lines", []):
            for span in line["spans"]:
                for char in span["chars"]:
                    if char["c"].strip():
                        key = round(char["origin"][1], 1)
                        left, right = char["origin"][0], char["bbox"][2]
                        found.setdefault(key, []).append((left, right, span["size"], span["font"], char["c"]))
    return [_line(y, sorted(chars)) for y, chars in sorted(found.items())]


def _line(y: float, chars: list[tuple[float, float, float, str, str]]) -> Line:
    return Line(
        baseline=y * MM,
        left=chars[0][0] * MM,
        right=chars[-1][1] * MM,
        size=round(chars[0][2], 2),
        font=chars[0][3],
        text="".join(char[4] for char in chars),
        count=len(chars),
    )


def line_with(page: pymupdf.Page, text: str) -> Line:
    """The one line that contains this text."""
    (found,) = [line for line in lines(page) if text in line.text]
    return found


def _strips(drawing: dict[str, Any]) -> Iterator[pymupdf.Rect]:
    """The horizontal strips of a drawing: itself if it is flat, or what lies between a box and the box inside it."""
    boxes = [item[1] for item in drawing["items"] if item[0] == "re"]
    if len(boxes) == 2:
        inner, outer = sorted(boxes, key=lambda box: box.height)
        yield _mupdf.Rect(outer.x0, outer.y0, outer.x1, inner.y0)
        yield _mupdf.Rect(outer.x0, inner.y1, outer.x1, outer.y1)
    else:
        yield drawing["rect"]


def rules(page: pymupdf.Page) -> list[Rule]:
    """Horizontal rules wider than 100 mm, from top to bottom, each once."""
    found = set()
    for drawing in page.get_drawings():
        fill = drawing.get("fill") or drawing.get("color")
        for strip in _strips(drawing):
            if strip.width * MM > 100 and 0 < strip.height * MM < 3:
                top, bottom, left, right = (round(at * MM, 3) for at in (strip.y0, strip.y1, strip.x0, strip.x1))
                found.add(Rule(top, bottom, left, right, fill))
    return sorted(found, key=lambda rule: (rule.top, rule.bottom))


def red_ink(page: pymupdf.Page, top: float, bottom: float) -> tuple[float, float]:
    """First and last millimetre between two heights that has red ink on it."""
    scale = 8
    pixels = page.get_pixmap(
        matrix=_mupdf.Matrix(scale, scale), clip=_mupdf.Rect(0, top / MM, page.rect.width, bottom / MM)
    )
    data, width = pixels.samples, pixels.width * pixels.n
    rows = [
        row
        for row in range(pixels.height)
        if any(
            data[at] > 180 and data[at + 1] < 90 and data[at + 2] < 90
            for at in range(row * width, (row + 1) * width, pixels.n)
        )
    ]
    return tuple((pixels.y + row) / scale * MM for row in (rows[0], rows[-1]))


def seals(page: pymupdf.Page) -> list[dict[str, Any]]:
    """The pictures as large as a seal, which a QR code is not."""
    return [image for image in page.get_image_info() if (image["bbox"][2] - image["bbox"][0]) * MM > 25]


def full_text(facts: Facts) -> str:
    return "".join(text_of(page) for page in opened(facts))


def ideographs(text: str) -> Counter[str]:
    """How often each CJK character (and full-width mark) occurs."""
    return Counter(character for character in text if ord(character) > 0x2E7F)
