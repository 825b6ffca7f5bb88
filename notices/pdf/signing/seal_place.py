"""Where on the printed page the seal is: the signature's field lies over it, so a click on it shows who signed."""

import io
from dataclasses import dataclass
from typing import Any, Final

from pypdf import PdfReader
from pypdf.generic import ContentStream

Matrix = tuple[float, float, float, float, float, float]
_UNIT: Final[Matrix] = (1, 0, 0, 1, 0, 0)
SMALLEST: Final = 25 / 25.4 * 72
"""Points: no seal is printed as small as 25 mm (国发〔1999〕25号), and no QR code as large."""


@dataclass(frozen=True, slots=True)
class Place:
    """A box on a page (from 0), in points from the sheet's lower left corner."""

    page: int
    box: tuple[float, float, float, float]


def seal_place(pdf: bytes) -> Place | None:
    """Where the seal of whoever issues it is printed; None where there is none.

    It is the first image as large as a seal: the others of our pages are QR codes, which are narrower, and signatures
    drawn on a screen, which are lower.
    """
    reader = PdfReader(io.BytesIO(pdf))
    for at, page in enumerate(reader.pages):
        if (box := _first_seal(page, reader)) is not None:
            return Place(at, box)
    return None


def _first_seal(page: Any, reader: PdfReader) -> tuple[float, float, float, float] | None:
    contents = page.get_contents()
    objects = page.get("/Resources", {}).get("/XObject", {})
    if contents is None or not objects:
        return None
    now, kept = _UNIT, []
    for operands, operator in ContentStream(contents, reader).operations:
        if operator == b"q":
            kept.append(now)
        elif operator == b"Q":
            now = kept.pop()
        elif operator == b"cm":
            now = _after(tuple(float(each) for each in operands), now)  # type: ignore[arg-type]
        elif operator == b"Do" and objects[operands[0]].get("/Subtype") == "/Image":
            box = _box(now)
            if box[2] - box[0] >= SMALLEST and box[3] - box[1] >= SMALLEST / 2:
                return box
    return None


def _after(inner: Matrix, outer: Matrix) -> Matrix:
    """Both transformations, the inner one first."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _box(matrix: Matrix) -> tuple[float, float, float, float]:
    """What the unit square, in which images are drawn, is turned into."""
    a, b, c, d, e, f = matrix
    across, up = sorted((e, e + a + c)), sorted((f, f + b + d))
    return (across[0], up[0], across[1], up[1])
