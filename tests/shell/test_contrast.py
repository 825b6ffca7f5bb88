"""Words can be read in both themes: 4.5 to 1 against what they stand on (WCAG 2.2, 1.4.3)."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ON_SURFACES = ("ink", "ink-2", "ink-3", "brand", "danger", "warn", "ok", "class-aa", "class-a", "class-b", "class-c")
PAIRS = [
    *((ink, ground) for ink in ON_SURFACES for ground in ("surface", "surface-2", "canvas")),
    *((ink, f"{ink}-soft") for ink in ("brand", "danger", "warn", "ok", "class-aa", "class-a", "class-b", "class-c")),
    ("on-brand", "brand"),
    ("on-danger", "danger"),
    ("on-alert", "alert"),
    ("ink-2", "surface-3"),
    ("ink-3", "surface-3"),
    ("nav-ink", "nav"),
    ("nav-ink-2", "nav"),
    ("nav-ink", "nav-hover"),
    ("risk-ink", "risk-orange"),
    ("risk-ink", "risk-yellow"),
    ("risk-ink", "risk-green"),
    ("risk-red-ink", "risk-red"),
]


def _tokens() -> tuple[dict[str, str], dict[str, str]]:
    text = Path(str(finders.find("css/tokens.css"))).read_text(encoding="utf-8")
    blocks = re.findall(r"(:root[^{]*)\{(.*?)\}", text, re.S)
    read = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", body)) for _selector, body in blocks]
    light, dark, by_system = read
    assert dark == by_system, "the two dark palettes differ"
    return light, {**light, **dark}


def _luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_stand_out_from_their_ground(theme: str) -> None:
    light, dark = _tokens()
    colours = light if theme == "light" else dark
    faint = {
        (ink, ground): round(ratio, 2)
        for ink, ground in PAIRS
        if (ratio := _contrast(colours[ink], colours[ground])) < 4.5
    }
    assert faint == {}
