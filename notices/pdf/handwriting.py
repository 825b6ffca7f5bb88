"""Strokes drawn on a screen as a picture to print."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

_FINER: Final = 3  # drawn larger and then reduced, for soft edges
_PEN: Final = 7  # units of the field
_MARGIN: Final = 12
_WHITE: Final = 255
_GREYS: Final = 16


def picture_of(strokes: Sequence[Sequence[Sequence[int]]]) -> bytes:
    """A PNG of one pixel a unit of the field, cut to what was drawn, grey on white; equal strokes, equal bytes."""
    across = [point[0] for stroke in strokes for point in stroke]
    down = [point[1] for stroke in strokes for point in stroke]
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    size = (max(across) + _MARGIN - left, max(down) + _MARGIN - top)
    sheet = Image.new("L", (size[0] * _FINER, size[1] * _FINER), _WHITE)
    pen = ImageDraw.Draw(sheet)
    radius = _PEN * _FINER // 2
    for stroke in strokes:
        points = [((x - left) * _FINER, (y - top) * _FINER) for x, y, *_ in stroke]
        pen.line(points, fill=0, width=2 * radius, joint="curve")
        for x, y in points:
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=0)
    stream = io.BytesIO()
    sheet.resize(size, Image.Resampling.BOX).quantize(_GREYS).save(stream, "PNG", optimize=True)
    return stream.getvalue()
