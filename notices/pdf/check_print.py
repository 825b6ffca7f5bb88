"""Reading a document back before it is kept: the page says what was written, to the character and in reading order.

The PDF is read with another library than the one that made it. What was written is the HTML it was set from; what it
says is the text layer, followed along its structure tree, which is the order a reading program follows. Blanks have no
shape and are left out of the comparison; page numbers stand outside the structure and are compared by themselves.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import takewhile
from typing import Any, Final

from fontTools.ttLib import TTFont, TTLibError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import IndirectObject, read_object

from cases.rules.errors import RuleError, msgid

_LONGEST_QUOTE: Final = 12  # enough to find the place; an incident is no copy of the document
_NOT_TEXT: Final = frozenset({"head", "script", "style", "svg"})
_TOKEN: Final = re.compile(
    rb"<<(?:[^<>]|<[^<>]*>)*>>|<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)|[\[\]]|/[^\s<>\[\]()/]+|[^\s<>\[\]()/]+", re.DOTALL
)
# Characters that our fonts draw with one glyph, which can say only one of them: in print they are the same.
ONE_SHAPE: Final = ("·•‧", "‒–", "—―", "〜～", "-‑", "㖈䎛", "㘽㦳", "㶷𤈎", "瑨𤨁", "𩿎𩿗")
_ONE_SHAPE: Final = {ord(other): same[0] for same in ONE_SHAPE for other in same[1:]}
_MCID: Final = re.compile(rb"/MCID\s+(\d+)")
_MAPPED: Final = re.compile(rb"<([0-9A-Fa-f]{4})>\s*<((?:[0-9A-Fa-f]{4})+)>")
_OPERATORS: Final = frozenset({b"q", b"Q", b"Tf", b"Tj", b"TJ", b"'", b'"', b"BDC", b"BMC", b"EMC", b"Do"})


class PrintedWrong(RuleError):  # noqa: N818 - named for what is wrong
    """The print is not what was written, or cannot be read by everybody. `page` counts from 1."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__("printed_wrong", message, **details)


@dataclass(frozen=True)
class _Face:
    """A font of the PDF: its name, which character each glyph says, and which of them the glyph does not draw."""

    name: str
    says: Mapping[int, str]
    wrong: frozenset[int]


@dataclass
class _Sheet:
    """What one page says: marked text by its number, and text outside the structure."""

    number: int
    marked: dict[int, str] = field(default_factory=dict)
    loose: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """A stretch of text in reading order; a row of a table has cells."""

    sheet: int
    text: str
    cells: tuple[str, ...] = ()


def check_print(pdf: bytes, written: str, running: str = "") -> None:
    """Compare the PDF with the HTML it was set from; raises PrintedWrong. `running` stands at the head of every sheet.

    Every glyph must be the one that a font carried by the file has for the character it says, and have a shape; the
    characters in reading order must be those of the HTML.
    """
    try:
        reader = _Reader(pdf)
        sheets = _sheets(reader)
        pieces = list(_in_order(reader, sheets))
    except (PyPdfError, TTLibError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise PrintedWrong(msgid("The print cannot be read back (%(error)s)."), error=repr(error)) from error
    _compare(_source(written), pieces)
    for sheet in sheets:
        _compare_page_number(sheet, len(sheets), running)


class _Reader(PdfReader):
    """Reads an object of an object stream when it is asked for; pypdf reads all at once and keeps them.

    A list of 3,000 units has 60,000, of 3 KB each in memory.
    """

    def __init__(self, pdf: bytes) -> None:
        self._unpacked: dict[int, tuple[io.BytesIO, dict[int, int]]] = {}
        super().__init__(io.BytesIO(pdf))

    def _get_object_from_stream(self, indirect_reference: IndirectObject) -> Any:
        holder, _at = self.xref_objStm[indirect_reference.idnum]
        if holder not in self._unpacked:
            packed: Any = self.get_object(holder)
            data, first = packed.get_data(), int(packed["/First"])
            numbers = tuple(map(int, data[:first].split()))
            places = {number: first + offset for number, offset in zip(numbers[::2], numbers[1::2], strict=True)}
            self._unpacked[holder] = io.BytesIO(data), places
        stream, places = self._unpacked[holder]
        stream.seek(places[indirect_reference.idnum])
        return read_object(stream, self)


class _Written(HTMLParser):
    """The text of the body, without what is a drawing or a style."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._outside = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._outside += tag in _NOT_TEXT

    def handle_endtag(self, tag: str) -> None:
        self._outside -= tag in _NOT_TEXT

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        pass

    def handle_data(self, data: str) -> None:
        if not self._outside:
            self.texts.append(data)


def _bare(text: str) -> str:
    return "".join(text.split()).translate(_ONE_SHAPE)


def _source(html: str) -> str:
    parser = _Written()
    parser.feed(html)
    parser.close()
    return _bare("".join(parser.texts))


# Reading the PDF


def _sheets(reader: PdfReader) -> list[_Sheet]:
    faces: dict[str, _Face] = {}
    sheets = []
    for number, page in enumerate(reader.pages, 1):
        sheet = _Sheet(number)
        _read(page.get_contents().get_data(), page["/Resources"].get_object(), sheet, faces)
        sheets.append(sheet)
    return sheets


def _read(content: bytes, resources: Any, sheet: _Sheet, faces: dict[str, _Face], mark: int | None = None) -> None:
    """Add what a content stream shows to the sheet."""
    marks: list[int | None] = [mark]
    saved: list[_Face | None] = []
    face: _Face | None = None
    operands: list[bytes] = []
    for token in _TOKEN.findall(content):
        if token not in _OPERATORS:
            operands.append(token)
            continue
        if token == b"q":
            saved.append(face)
        elif token == b"Q":
            face = saved.pop()
        elif token == b"Tf":
            name = operands[-2].decode()
            if name not in faces:
                faces[name] = _face(resources["/Font"].get_object()[name].get_object())
            face = faces[name]
        elif token == b"BDC":
            found = _MCID.search(operands[-1])
            marks.append(int(found[1]) if found else None)
        elif token == b"BMC":
            marks.append(None)
        elif token == b"EMC":
            marks.pop()
        elif token == b"Do":
            inner = resources["/XObject"].get_object()[operands[-1].decode()].get_object()
            if inner["/Subtype"] == "/Form":
                _read(inner.get_data(), inner.get("/Resources", resources).get_object(), sheet, faces, marks[-1])
        else:
            _show(operands, face, marks[-1], sheet)
        operands.clear()


def _show(operands: Sequence[bytes], face: _Face | None, mark: int | None, sheet: _Sheet) -> None:
    """Add the text of one showing operator; raises PrintedWrong for a glyph that says nothing or draws another."""
    if face is None or any(operand.startswith(b"(") for operand in operands):
        raise ValueError("text in an unknown encoding")
    said = []
    for operand in operands:
        if not operand.startswith(b"<"):
            continue
        codes = bytes.fromhex(operand[1:-1].decode())
        for at in range(0, len(codes), 2):
            glyph = codes[at] << 8 | codes[at + 1]
            text = face.says.get(glyph)
            if not text:
                said_nothing = msgid("A shape on page %(page)s says no character (%(font)s).")
                raise PrintedWrong(said_nothing, page=sheet.number, font=face.name)
            if glyph in face.wrong:
                misdrawn = msgid("%(character)s (%(codepoint)s) is not drawn as itself on page %(page)s (%(font)s).")
                codepoint = f"U+{ord(text[0]):04X}"
                raise PrintedWrong(misdrawn, page=sheet.number, character=text, codepoint=codepoint, font=face.name)
            said.append(text)
    if mark is None:
        sheet.loose.append("".join(said))
    else:
        sheet.marked[mark] = sheet.marked.get(mark, "") + "".join(said)


def _face(font: Any) -> _Face:
    """A font of the file; raises PrintedWrong where the file does not carry it or does not say what its glyphs mean."""
    name = str(font["/BaseFont"]).lstrip("/")
    if "/ToUnicode" not in font:
        raise PrintedWrong(msgid("The text set in %(font)s says no characters and cannot be searched."), font=name)
    descriptor = font["/DescendantFonts"].get_object()[0].get_object()["/FontDescriptor"].get_object()
    if "/FontFile2" not in descriptor:
        raise PrintedWrong(msgid("The print does not carry its font %(font)s."), font=name)
    outlines = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()), lazy=True)
    _ranges, _, mapping = font["/ToUnicode"].get_object().get_data().partition(b"endcodespacerange")
    says = {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for glyph, text in _MAPPED.findall(mapping)
    }
    wrong = frozenset(says) - _drawn(outlines, says)
    if font["/Encoding"] != "/Identity-H" and not wrong:  # WeasyPrint's own way of sending a character to .notdef
        raise ValueError("glyphs in an unknown encoding")
    return _Face(name, says, wrong)


def _drawn(outlines: TTFont, says: Mapping[int, str]) -> frozenset[int]:
    """The glyphs that have a shape, or none for a blank, and are the font's own glyph for the character they say."""
    places = outlines["loca"].locations
    outlines.setGlyphOrder(list(range(len(places) - 1)))  # or the map gives names made up for 30,000 glyphs
    glyph_of = outlines.getBestCmap()
    return frozenset(
        glyph
        for glyph, text in says.items()
        if len(text) == 1 and glyph_of.get(ord(text)) == glyph > 0
        if places[glyph + 1] > places[glyph] or text.isspace()
    )


# Reading order


def _in_order(reader: PdfReader, sheets: Sequence[_Sheet]) -> Iterator[_Piece]:
    """The text along the structure tree; what it reaches is taken out of the sheets, the rest is loose.

    A table that goes on repeats its head on the next sheet: the repetition is left out.
    """
    places = {page.indirect_reference.idnum: sheet for page, sheet in zip(reader.pages, sheets, strict=True)}
    last_head: list[_Piece] = []

    def walk(element: Any) -> Iterator[_Piece]:
        nonlocal last_head
        kind = element.get("/S")
        if kind == "/TR":
            cells = tuple("".join(piece.text for piece in inside(cell.get_object())) for cell in element["/K"])
            yield _Piece(sheet_of(element).number, "".join(cells), cells)
        elif kind == "/THead":
            head = list(inside(element))
            if [piece.text for piece in head] != [piece.text for piece in last_head]:
                yield from head
            last_head = head
        else:
            yield from inside(element)

    def inside(element: Any) -> Iterator[_Piece]:
        for kid in element.get("/K", ()):
            kid = kid.get_object()
            if isinstance(kid, int):
                sheet = sheet_of(element)
                yield _Piece(sheet.number, _bare(sheet.marked.pop(kid, "")))
            elif kid.get("/Type") == "/StructElem":
                yield from walk(kid)

    def sheet_of(element: Any) -> _Sheet:
        return places[element.raw_get("/Pg").idnum]

    for top in reader.root_object["/StructTreeRoot"].get_object()["/K"]:
        yield from walk(top.get_object())
    for sheet in sheets:
        sheet.loose.extend(sheet.marked.values())


# Comparing


def _compare(written: str, pieces: Sequence[_Piece]) -> None:
    said = "".join(piece.text for piece in pieces)
    if said == written:
        return
    pieces = list(_rejoined(written, pieces))
    said = "".join(piece.text for piece in pieces)
    if said == written:
        return
    at = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(written, said, strict=False)))
    raise PrintedWrong(
        msgid("Page %(page)s says “%(printed)s” where “%(written)s” was written."),
        page=_sheet_at(pieces, at),
        printed=said[at : at + _LONGEST_QUOTE],
        written=written[at : at + _LONGEST_QUOTE],
    )


def _rejoined(written: str, pieces: Sequence[_Piece]) -> Iterator[_Piece]:
    """The pieces with a row that was cut by the end of a sheet put together again, cell by cell."""
    held: _Piece | None = None
    for piece in pieces:
        if held and held.cells and piece.sheet != held.sheet and len(piece.cells) == len(held.cells):
            cells = tuple(map("".join, zip(held.cells, piece.cells, strict=True)))
            if held.text + piece.text not in written and all(cell in written for cell in cells):
                held = _Piece(piece.sheet, "".join(cells), cells)
                continue
        if held:
            yield held
        held = piece
    if held:
        yield held


def _sheet_at(pieces: Sequence[_Piece], at: int) -> int:
    """The sheet on which the character with this place in the text stands, the last one for what is lost at the end."""
    for piece in pieces:
        at -= len(piece.text)
        if at < 0:
            return piece.sheet
    return pieces[-1].sheet if pieces else 1


def _compare_page_number(sheet: _Sheet, of: int, running: str) -> None:
    """Outside the structure stand the running head and the page number, and nothing else."""
    found = _bare("".join(sheet.loose))
    numbers = ("", f"—{sheet.number}—", f"第{sheet.number}页", f"第{sheet.number}页共{of}页", f"Page{sheet.number}")
    if found not in {_bare(running) + number for number in numbers}:
        outside = msgid("Page %(page)s says “%(printed)s” outside its text.")
        raise PrintedWrong(outside, page=sheet.number, printed=found[:_LONGEST_QUOTE])
