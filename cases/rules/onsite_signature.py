"""What was drawn on the glass: its strokes, whether they can be a signature, and what was signed."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cases.rules.errors import RuleError

WIDTH: Final = 900
HEIGHT: Final = 300
"""The field in which strokes are drawn, whatever the screen: x and y are counted in its units."""
MOST_BYTES: Final = 120_000
MOST_POINTS: Final = 6_000
LEAST_POINTS: Final = 8
LEAST_REACH: Final = 40
"""A dot or a dash is no signature: so far at least the strokes must reach, in units of the field."""

_BLANKS: Final = re.compile("[ \t\r\n\u3000]+")

Stroke = tuple[tuple[int, int, int], ...]
"""Points of one stroke: x, y, and milliseconds since the first point of all."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn signature: its strokes, the device's time of the last one, and the hash of what was signed."""

    strokes: tuple[Stroke, ...]
    drawn_at: datetime
    content_sha256: str

    @property
    def sha256(self) -> str:
        """Of the strokes, the time and the signed content together."""
        told = [self.strokes, self.drawn_at.isoformat(), self.content_sha256]
        return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def content_sha256(values: Mapping[str, str]) -> str:
    """The hash of a form by its filled fields, as browser and server reckon it alike: blanks do not count."""
    filled = {name: _BLANKS.sub("", value) for name, value in values.items()}
    lines = [f"{name}={filled[name]}" for name in sorted(filled) if filled[name]]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_drawing(text: str, field: str) -> Drawing:
    """The drawing that a browser sent as JSON; `RuleError` at the field where it is none, or too little or too much."""
    if len(text) > MOST_BYTES:
        raise _too_long(field)
    try:
        sent = json.loads(text)
        strokes = tuple(_stroke(points) for points in sent["strokes"])
        at = datetime.fromisoformat(str(sent["at"]).replace("Z", "+00:00"))
        content = str(sent["content"])
    except (ValueError, TypeError, KeyError):
        raise _unreadable(field) from None
    if at.tzinfo is None or not re.fullmatch("[0-9a-f]{64}", content):
        raise _unreadable(field)
    points = [point for stroke in strokes for point in stroke]
    if len(points) > MOST_POINTS:
        raise _too_long(field)
    if len(points) < LEAST_POINTS or _reach(points) < LEAST_REACH:
        raise RuleError("signature_too_short", "This is hardly a signature: draw it anew.", field=field)
    return Drawing(strokes, at, content)


def _too_long(field: str) -> RuleError:
    return RuleError("signature_too_long", "The signature is drawn with too many strokes: draw it anew.", field=field)


def _unreadable(field: str) -> RuleError:
    return RuleError("signature_unreadable", "The signature cannot be read: draw it anew.", field=field)


def _stroke(points: Any) -> Stroke:
    """Raises ValueError or TypeError for anything but points inside the field."""
    found = []
    for x, y, t in points:
        if not all(type(value) is int for value in (x, y, t)) or not (0 <= x <= WIDTH and 0 <= y <= HEIGHT and t >= 0):
            raise ValueError("outside the field")
        found.append((x, y, t))
    return tuple(found)


def _reach(points: list[tuple[int, int, int]]) -> int:
    across, down = [point[0] for point in points], [point[1] for point in points]
    return max(max(across) - min(across), max(down) - min(down))
