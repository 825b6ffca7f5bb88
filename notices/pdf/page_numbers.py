"""The number at the upper outer corner of a page, where archives stamp theirs, in a face of our own."""

import functools
import io
import itertools
from collections.abc import Iterator
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTFont
from pypdf.generic import ArrayObject, IndirectObject, NameObject, NumberObject

from notices.pdf.carry import Draw, Drawn, Writer, dictionary, stream_of
from notices.pdf.fontset import FONTS

MM: Final = 72 / 25.4
SIZE: Final = 11
RIGHT: Final = 12 * MM
TOP: Final = 11 * MM
"""From the edges of the page as it is seen, in points."""
_FONT: Final = "/CaseFileNumber"


def numbers_from(first: int, font: IndirectObject) -> Iterator[Drawn]:
    """A number for each page to come."""
    for number in itertools.count(first):
        yield Drawn(_number_content(str(number)), "/Font", _FONT, font)


def _number_content(number: str) -> Draw:
    width = sum(_digits()[1][digit] for digit in number) * SIZE / 1000

    def content(page_width: float, page_height: float) -> str:
        x, y = page_width - RIGHT - width, page_height - TOP
        return f"BT {_FONT} {SIZE} Tf 0 g 0 Tr 1 0 0 1 {x:.3f} {y:.3f} Tm ({number}) Tj ET"

    return content


@functools.cache
def _digits() -> tuple[bytes, dict[str, int], dict[str, int]]:
    """Our Latin face with its figures only; the width of each figure, and the measures of the face, in 1/1000 em."""
    with TTFont(FONTS / "GWLatin.ttf", recalcTimestamp=False) as font:
        options = subset.Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True)
        cutter = subset.Subsetter(options)
        cutter.populate(text="0123456789")
        cutter.subset(font)
        scale, names = 1000 / font["head"].unitsPerEm, font.getBestCmap()
        widths = {chr(code): round(font["hmtx"][name][0] * scale) for code, name in names.items()}
        head, line = font["head"], font["hhea"]
        measures = {
            "xMin": head.xMin, "yMin": head.yMin, "xMax": head.xMax, "yMax": head.yMax,
            "ascent": line.ascent, "descent": line.descent,
        }  # fmt: skip
        buffer = io.BytesIO()
        font.save(buffer, reorderTables=False)
    return buffer.getvalue(), widths, {name: round(value * scale) for name, value in measures.items()}


def number_font(writer: Writer) -> IndirectObject:
    data, widths, face = _digits()
    file = writer.put(stream_of(data, {"/Length1": NumberObject(len(data))}))
    name = NameObject("/CASEFN+GWLatin")
    descriptor = writer.put(
        dictionary(
            {
                "/Type": NameObject("/FontDescriptor"),
                "/FontName": name,
                "/Flags": NumberObject(32),
                "/FontBBox": ArrayObject([NumberObject(face[edge]) for edge in ("xMin", "yMin", "xMax", "yMax")]),
                "/ItalicAngle": NumberObject(0),
                "/Ascent": NumberObject(face["ascent"]),
                "/Descent": NumberObject(face["descent"]),
                "/CapHeight": NumberObject(face["ascent"]),
                "/StemV": NumberObject(80),
                "/FontFile2": file,
            }
        )
    )
    return writer.put(
        dictionary(
            {
                "/Type": NameObject("/Font"),
                "/Subtype": NameObject("/TrueType"),
                "/BaseFont": name,
                "/Encoding": NameObject("/WinAnsiEncoding"),
                "/FirstChar": NumberObject(ord("0")),
                "/LastChar": NumberObject(ord("9")),
                "/Widths": ArrayObject([NumberObject(widths[digit]) for digit in "0123456789"]),
                "/FontDescriptor": descriptor,
            }
        )
    )
