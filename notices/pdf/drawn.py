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


class Drawn:
    """What stands in a document in place of a `weasyprint.document.Page`; text, lines and pictures are all it can hold.

    `fonts` are those of the document, in the order in which its sheets need them.
    """

    def __init__(self, sheet: Any, fonts: dict[str, Any]) -> None:
        for name in ("width", "height", "bleed", "anchors", "links", "bookmarks", "forms"):
            setattr(self, name, getattr(sheet, name))
        self._fonts = fonts
        self._content: list[bytes] = []
        self._tags: dict[Any, Any] = {}
        self._states: dict[str, Any] = {}
        self._pictures: dict[str, Any] = {}
        self._images: dict[str, Any] = {}
        self._page_box = self._draw(sheet)

    def add_feet(self, sheet: Any) -> None:
        """Draw over it what stands in the margins of another sheet, which has nothing else on it."""
        feet = self._draw(sheet).children
        self._page_box.children += [box for box in feet if isinstance(box, boxes.MarginBox)]

    def _draw(self, sheet: Any) -> Any:
        resources = {"ExtGState": self._states, "XObject": self._pictures, "Pattern": {}, "Shading": {}}
        stream = Stream(self._fonts, None, resources, self._images, self._tags, {}, None)
        stream.transform(d=-1, f=sheet.height * POINTS)
        before = len(stream.stream)
        sheet.paint(stream, POINTS)
        whole = resources["Pattern"], resources["Shading"], *self._pictures.values()
        assert not any(whole), "only text, lines and pictures can be drawn before the file is begun"
        self._content += map(pydyf._to_bytes, stream.stream[before:])
        return _bare(sheet._page_box)

    def paint(self, stream: Any, _scale: float) -> None:
        """Hand over what was drawn."""
        stream.stream += self._content
        stream._tags.update(self._tags)
        stream._resources["ExtGState"].update(self._states)
        stream._resources["XObject"].update(self._pictures)
        for name, image in self._images.items():
            stream._images.setdefault(name, image)["dpi_ratios"] |= image["dpi_ratios"]
        self._content.clear()

    def forget(self) -> None:
        """Nothing more is asked of the sheet."""
        self._page_box = None
        self._tags = {}


def _bare(box: Any) -> Any:
    """The box, the same object, with nothing but what tagging asks for."""
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.TextBox):
        box.__dict__.clear()
    elif not isinstance(box, boxes.ReplacedBox):  # a picture is asked where it stands
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
