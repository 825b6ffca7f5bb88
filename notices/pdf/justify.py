"""Inter-ideograph justification for WeasyPrint, which by itself stretches spaces only.

Chinese has no spaces: a line that does not fill the measure is spread by a little extra letter spacing in every gap
(CSS Text 3, section 7.3: inter-character). `install` replaces two functions of WeasyPrint 70, pinned for this reason:
the one that justifies a line, and the one that hands a line's spacing to Pango.
"""

from collections.abc import Iterator
from typing import Any, Final

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break

LARGEST_GAP: Final = 0.18  # em added to a gap; a line that would need more stays ragged
_NO_GAP: Final = frozenset("\u200b\u200c\u200d\u2060\ufeff")


class _Gap(float):
    """Justification spacing of a line: nothing for its spaces (the float), `each` (px) for every gap."""

    each: float

    def __new__(cls, each: float) -> "_Gap":
        gap = super().__new__(cls, 0)
        gap.each = each
        return gap


class _Spaced:
    """A box's style with another letter spacing, as far as `Layout.set_text` looks at it: by key."""

    def __init__(self, style: Any, letter_spacing: float) -> None:
        self._style = style
        self._letter_spacing = letter_spacing

    def __getitem__(self, name: str) -> Any:
        return self._letter_spacing if name == "letter_spacing" else self._style[name]


def _gaps(text: str) -> int:
    return max(0, sum(character not in _NO_GAP for character in text) - 1)


def _text_boxes(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _text_boxes(child)


def _spread(context: Any, box: Any, each: float, advance: float) -> float:
    """Widen the gaps of a box by `each` and move it by `advance`; returns the advance of what follows (px)."""
    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        if gaps := _gaps(box.text):
            box.justification_spacing = _Gap(each)
            box.width += each * gaps
            advance += each * gaps
            layout = line_break.create_layout(box.text, box.style, context, None, box.justification_spacing)
            layout.deactivate()
            box.pango_layout = layout
    elif isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        box.position_x += advance
        before = advance
        for child in box.children:
            if child.is_in_normal_flow():
                advance = _spread(context, child, each, advance)
        box.width += advance - before
    else:
        box.translate(advance, 0)
    return advance


def _justify_line(context: Any, line: Any, extra_width: float) -> None:
    gaps = sum(_gaps(box.text) for box in _text_boxes(line))
    if gaps and extra_width / gaps <= LARGEST_GAP * line.style["font_size"]:
        _spread(context, line, extra_width / gaps, 0)


def install() -> None:
    """Make WeasyPrint justify Chinese; calling it again changes nothing."""
    stock_set_text = line_break.Layout.set_text
    if inline.justify_line is _justify_line:
        return

    def set_text(layout: Any, text: str, justify: bool = False) -> None:
        spacing = layout.justification_spacing
        if not (justify and isinstance(spacing, _Gap)):
            stock_set_text(layout, text, justify)
            return
        style = layout.style
        own = 0 if style["letter_spacing"] == "normal" else style["letter_spacing"]
        layout.style = _Spaced(style, own + spacing.each)
        try:
            stock_set_text(layout, text, justify)
        finally:
            layout.style = style

    inline.justify_line = _justify_line
    line_break.Layout.set_text = set_text
