"""A sheet drawn as soon as it is set: of a long table only what was drawn and how it is read are kept.

WeasyPrint draws when everything is set, and until then holds every box of every sheet: some 50 KB a row of a list. A
drawn sheet stands in the document in place of the one it was made of, and the file gets the same bytes.
"""

from functools import cache
from typing import Any, Final
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.pdf.stream import Stream

POINTS: Final = 0.75  # in a pixel of CSS
# What tagging asks of a box (`weasyprint.pdf.tags`), beside its element; a list item is asked for its style, too.
_ASKED: Final = ("element_tag", "is_table_wrapper", "colspan", "rowspan")


def drawn(sheet: Any, fonts: dict[str, Any]) -> Any:
    """The sheet drawn with these fonts; itself where it has more than text, lines and pictures on it."""
    resources: dict[str, Any] = {name: {} for name in ("ExtGState", "XObject", "Pattern", "Shading")}
    images: dict[str, Any] = {}
    stream = Stream(fonts, None, resources, images, {}, {}, None)
    stream.transform(d=-1, f=sheet.height * POINTS)
    before = len(stream.stream)
    sheet.paint(stream, POINTS)
    named = [each for group in resources.values() for each in group.items()]
    if any(state is not None and not name.startswith(("a", "A")) for name, state in named):
        return sheet
    return Drawn(sheet, stream, before)


class Drawn:
    """What stands in a document in place of a `weasyprint.document.Page`."""

    def __init__(self, sheet: Any, stream: Any, before: int) -> None:
        for name in ("width", "height", "bleed", "anchors", "links", "bookmarks", "forms"):
            setattr(self, name, getattr(sheet, name))
        self._content = b"\n".join(map(pydyf._to_bytes, stream.stream[before:]))
        self._states, self._pictures, self._images = (
            stream._resources["ExtGState"],
            stream._resources["XObject"],
            stream._images,
        )
        self._tags = stream._tags
        self._page_box = _bare(sheet._page_box)

    def paint(self, stream: Any, _scale: float) -> None:
        """Hand over what was drawn."""
        stream.stream.append(self._content)
        stream._tags.update(self._tags)
        stream._resources["ExtGState"].update(self._states)
        stream._resources["XObject"].update(self._pictures)
        for name, image in self._images.items():
            stream._images.setdefault(name, image)["dpi_ratios"] |= image["dpi_ratios"]

    def forget(self) -> None:
        """Nothing more is asked of the sheet."""
        self._page_box = self._content = self._tags = None


def _bare(box: Any) -> Any:
    """The box, the same object, with nothing but what tagging asks for."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        box.__dict__.clear()
        return box
    if not isinstance(box, boxes.ReplacedBox):  # a picture is asked where it stands
        kept = {name: box.__dict__[name] for name in _ASKED if name in box.__dict__}
        if box.element_tag and box.element_tag.startswith("li"):
            kept["style"] = box.style
        kept["element"] = None if box.element is None else _element(box.element.tag, box.element.get("scope"))
        kept["children"] = [_bare(child) for child in box.children]
        box.__dict__.clear()
        box.__dict__.update(kept)
    return box


@cache
def _element(tag: str, scope: str | None) -> Element:
    return Element(tag, {"scope": scope} if scope else {})
