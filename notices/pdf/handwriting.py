"""Strokes drawn on a screen as a picture to print."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

_FINER: Final = 3  # drawn larger and then reduced, for soft edges
_PEN: Final = 6  # units of the field
_WHITE: Final = 255
_GREYS: Final = 16


def picture_of(strokes: Sequence[Sequence[Sequence[int]]], width: int, height: int) -> bytes:
    """A PNG of one pixel a unit of the field, grey on white; equal strokes, equal bytes."""
    sheet = Image.new("L", (width * _FINER, height * _FINER), _WHITE)
    pen = ImageDraw.Draw(sheet)
    radius = _PEN * _FINER // 2
    for stroke in strokes:
        points = [(x * _FINER, y * _FINER) for x, y, *_ in stroke]
        pen.line(points, fill=0, width=2 * radius, joint="curve")
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    small = sheet.resize((width, height), Image.Resampling.BOX).quantize(_GREYS)
    stream = io.BytesIO()
    small.save(stream, "PNG", optimize=True)
    return stream.getvalue()
