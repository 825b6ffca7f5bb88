"""Join PDFs into one numbered file: read one after another, written as they are read.

Nothing is held but the source in hand and a table of offsets, so memory does not grow with the number of papers. The
content streams of a page are carried over byte for byte, its number is drawn after them. Equal sources give equal bytes.

Of a source only its pages are carried, with what they draw: no scripts, forms, links, actions or outlines.
"""

import functools
import hashlib
import io
import itertools
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from fontTools import subset
from fontTools.ttLib import TTFont
from PIL import Image, ImageOps
from pypdf import PageObject, PdfReader
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from notices.pdf.fontset import FONTS

logger = logging.getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it mends in other people's files is no news

MM: Final = 72 / 25.4
FRAME: Final = (24 * MM, 57 * MM, 166 * MM, 200 * MM)
"""Where a picture goes on its captioned page: left, bottom, width, height in points; `.file-frame` of case_file.css."""
INSET: Final = 1.5 * MM
PICTURE_PIXELS: Final = (1300, 1600)
"""A picture is printed with at most 200 pixels an inch; the original is kept with its hash."""
MOST_PIXELS: Final = 60_000_000
"""Decoded at three bytes each; a larger picture would take more memory than a worker may use."""

NUMBER_SIZE: Final = 11
NUMBER_RIGHT: Final = 12 * MM
NUMBER_TOP: Final = 11 * MM
"""The number stands at the upper outer corner, where archives stamp theirs, in points from the page's edges."""
_NUMBER_FONT: Final = "/CaseFileNumber"
_PICTURE: Final = "/CaseFilePicture"

_PAGE_KEYS: Final = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_MARKS: Final = frozenset({"/Rect", "/F", "/AP", "/AS", "/Contents", "/C", "/CA", "/QuadPoints", "/InkList", "/L"})
"""What is kept of an annotation that has an appearance: how it looks, nothing that it does."""
_UNSEEN: Final = frozenset({"/Link", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia"})


class Unreadable(Exception):  # noqa: N818 - named for what is wrong
    """A file that cannot be joined; `reason` is encrypted, damaged, empty or too_large."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper: its name in the outline, its pages, and the bytes to carry along as they are, if any."""

    title: str
    open: Callable[[], BinaryIO]
    original: str = ""
    """Name under which the whole file is attached, byte for byte; blank: its pages only."""


@dataclass(frozen=True, slots=True)
class Volume:
    """Pieces whose pages are counted through; `prefix` stands before the number where a viewer shows it."""

    title: str
    prefix: str
    pieces: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Joined:
    """What was written."""

    sha256: str
    size: int
    pages: int


def join(volumes: Sequence[Volume], out: BinaryIO, *, title: str, author: str, identity: str) -> Joined:
    """Write all volumes to `out` as one PDF; raises Unreadable for a source that `page_count` would have refused."""
    writer = _Writer(out)
    binder = _Binder(writer)
    for volume in volumes:
        binder.bind(volume)
    binder.finish(title=title, author=author, identity=identity)
    return Joined(writer.digest.hexdigest(), writer.at, len(binder.pages))


def page_count(stream: BinaryIO) -> int:
    """How many pages would be carried: everything is read that joining would read. Raises Unreadable."""
    writer = _Writer(_Nowhere())
    numbers = _numbers_from(1, _number_font(writer))
    return sum(1 for _page in _Carrier(writer).pages(stream, writer.reserve(), numbers))


def picture_page(caption: bytes, picture: BinaryIO) -> bytes:
    """The captioned page with the picture in its frame, upright, at print resolution; raises Unreadable."""
    jpeg, width, height = _print_size(picture)
    out = io.BytesIO()
    writer = _Writer(out)
    root, tree = writer.reserve(), writer.reserve()
    image = writer.put(_stream(jpeg, _picture_entries(width, height)))
    drawn = _Drawn(_picture_content(width, height), "/XObject", _PICTURE, image)
    pages = list(_Carrier(writer).pages(io.BytesIO(caption), tree, [drawn]))
    writer.put(_page_tree(pages), tree)
    writer.put(_dictionary({"/Type": NameObject("/Catalog"), "/Pages": tree}), root)
    writer.finish(root, None, hashlib.sha256(caption + jpeg).digest()[:16])
    return out.getvalue()


# --- the pictures ----------------------------------------------------------------------------------------------------


def _print_size(picture: BinaryIO) -> tuple[bytes, int, int]:
    try:
        with Image.open(picture) as opened:
            opened.draft("RGB", (2 * PICTURE_PIXELS[0], 2 * PICTURE_PIXELS[1]))  # a JPEG is decoded smaller at once
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable("too_large")
            opened.thumbnail((2 * PICTURE_PIXELS[1],) * 2)
            upright = _on_white(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError:
        raise Unreadable("too_large") from None
    except (OSError, ValueError, SyntaxError):  # Pillow's ways to say that the bytes are no picture
        raise Unreadable("damaged") from None
    upright.thumbnail(PICTURE_PIXELS)
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=85)
    return buffer.getvalue(), upright.width, upright.height


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent prints as paper."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _picture_entries(width: int, height: int) -> dict[str, PdfObject]:
    return {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(width),
        "/Height": NumberObject(height),
        "/ColorSpace": NameObject("/DeviceRGB"),
        "/BitsPerComponent": NumberObject(8),
        "/Filter": NameObject("/DCTDecode"),
    }


def _picture_content(width: int, height: int) -> "Draw":
    left, bottom, wide, high = FRAME
    scale = min((wide - 2 * INSET) / width, (high - 2 * INSET) / height)
    w, h = width * scale, height * scale
    x, y = left + (wide - w) / 2, bottom + (high - h) / 2
    return lambda _width, _height: f"{w:.3f} 0 0 {h:.3f} {x:.3f} {y:.3f} cm {_PICTURE} Do"


# --- the file --------------------------------------------------------------------------------------------------------


class _Nowhere(io.RawIOBase):
    def write(self, data: Any) -> int:
        return len(data)


class _Writer:
    """Objects written one after another, with the table of where each begins and a running hash."""

    def __init__(self, out: Any) -> None:
        self._out = out
        self._offsets: list[int] = [0]
        self.at = 0
        self.digest = hashlib.sha256()
        self._write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> IndirectObject:
        """The number of an object still to be written."""
        self._offsets.append(0)
        return IndirectObject(len(self._offsets) - 1, 0, None)

    def put(self, value: PdfObject, place: IndirectObject | None = None) -> IndirectObject:
        """Write an object, at a reserved number or a new one."""
        place = place or self.reserve()
        self._offsets[place.idnum] = self.at
        buffer = io.BytesIO()
        value.write_to_stream(buffer)
        self._write(b"%d 0 obj\n" % place.idnum, buffer.getbuffer(), b"\nendobj\n")
        return place

    def finish(self, root: IndirectObject, info: IndirectObject | None, identity: bytes) -> None:
        """The table of objects and the trailer."""
        start = self.at
        self._write(b"xref\n0 %d\n0000000000 65535 f \n" % len(self._offsets))
        for offset in self._offsets[1:]:
            self._write(b"%010d 00000 n \n" % offset if offset else b"0000000000 65535 f \n")
        entries: dict[str, PdfObject] = {
            "/Size": NumberObject(len(self._offsets)),
            "/Root": root,
            "/ID": ArrayObject([ByteStringObject(identity), ByteStringObject(identity)]),
        }
        buffer = io.BytesIO()
        _dictionary(entries | ({"/Info": info} if info else {})).write_to_stream(buffer)
        self._write(b"trailer\n", buffer.getvalue(), b"\nstartxref\n%d\n%%%%EOF\n" % start)

    def _write(self, *parts: bytes | memoryview) -> None:
        for part in parts:
            self._out.write(part)
            self.digest.update(part)
            self.at += len(part)


Draw = Callable[[float, float], str]
"""Content for a page of this width and height as it is seen, in points from its lower left corner."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Something drawn upon a page, and the one resource it needs."""

    content: Draw
    category: str
    name: str
    resource: IndirectObject


class _Carrier:
    """Carries the pages of one source after another into the writer."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer

    def pages(self, stream: BinaryIO, tree: IndirectObject, drawn: Iterable[_Drawn]) -> Iterator[IndirectObject]:
        """Write the pages with what is drawn upon each, `drawn` in step with them; raises Unreadable."""
        try:
            reader = PdfReader(stream, strict=False)
            if reader.is_encrypted:
                raise Unreadable("encrypted")
            source = _Source(self._writer)
            each, found = iter(drawn), False
            for page in reader.pages:
                found = True
                yield self._page(source, page, tree, next(each, None))
            if not found:
                raise Unreadable("empty")
        except Unreadable:
            raise
        except Exception as error:  # pypdf meets hostile bytes with any exception there is
            logger.info("a PDF cannot be joined: %s", type(error).__name__)
            raise Unreadable("damaged") from error

    def _page(self, source: "_Source", page: PageObject, tree: IndirectObject, drawn: _Drawn | None) -> IndirectObject:
        carried: dict[str, Any] = {"/Type": NameObject("/Page"), "/Parent": tree}
        carried |= {key: source.carry(page[key]) for key in _PAGE_KEYS if key in page}
        resources = page.get("/Resources", DictionaryObject()).get_object()
        kept = {key: source.carry(value) for key, value in resources.items()}
        contents = _contents(source, page)
        if drawn:
            kept[drawn.category] = source.with_entry(resources.get(drawn.category), drawn.name, drawn.resource)
            box, turn = _box(page), int(page.get("/Rotate", 0) or 0) % 360
            content = f"Q q {_upright(box, turn)} cm {_content_of(drawn, box, turn)} Q"
            before, after = (self._writer.put(_stream(part.encode(), {})) for part in ("q", content))
            contents = [before, *contents, after]
        carried["/Resources"], carried["/Contents"] = _dictionary(kept), ArrayObject(contents)
        if marks := source.marks(page):
            carried["/Annots"] = ArrayObject(marks)
        place = self._writer.put(_dictionary(carried))
        source.write_what_is_asked_for()
        return place


def _contents(source: "_Source", page: PageObject) -> list[PdfObject]:
    contents = page.get("/Contents")
    if contents is None or isinstance(contents, NullObject):
        return []
    parts = contents.get_object()
    if isinstance(parts, ArrayObject):
        return [source.carry(part) for part in parts]
    return [source.carry(page.raw_get("/Contents"))]


class _Source:
    """The objects of one source, each written once under a number of its own when something carried names it."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._places: dict[tuple[int, int], IndirectObject] = {}
        self._asked: deque[tuple[IndirectObject, PdfObject]] = deque()

    def carry(self, value: PdfObject) -> PdfObject:
        """The value with its references renumbered; what leads back to pages and the catalogue is left out."""
        if isinstance(value, IndirectObject):
            return self._reference(value)
        if isinstance(value, ArrayObject):
            return ArrayObject([self.carry(item) for item in value])
        if isinstance(value, StreamObject):
            entries = {key: self.carry(item) for key, item in value.items() if key not in ("/Length", "/Metadata")}
            return _stream(value._data, entries)
        if isinstance(value, DictionaryObject):
            return _dictionary({key: self.carry(item) for key, item in value.items() if key != "/StructParents"})
        return value

    def _reference(self, value: IndirectObject) -> PdfObject:
        key = (value.idnum, value.generation)
        if key in self._places:
            return self._places[key]
        target = value.get_object()
        if target is None or isinstance(target, NullObject):
            return NullObject()
        if isinstance(target, DictionaryObject) and target.get("/Type") in ("/Page", "/Pages", "/Catalog"):
            return NullObject()
        self._places[key] = self._writer.reserve()
        self._asked.append((self._places[key], target))
        return self._places[key]

    def with_entry(self, resources: Any, name: str, place: IndirectObject) -> DictionaryObject:
        """One category of a page's resources with an entry more."""
        named = resources.get_object() if resources is not None else DictionaryObject()
        return _dictionary({**{key: self.carry(value) for key, value in named.items()}, name: place})

    def marks(self, page: PageObject) -> list[PdfObject]:
        """Annotations that can be seen (a seal, a note, a filled field), as marks that do nothing."""
        found = page.get("/Annots")
        seen: list[PdfObject] = []
        for each in found.get_object() if found is not None else ():
            mark = each.get_object()
            if isinstance(mark, DictionaryObject) and "/AP" in mark and mark.get("/Subtype") not in _UNSEEN:
                kept = {key: self.carry(value) for key, value in mark.items() if key in _MARKS}
                seen.append(_dictionary({"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Stamp"), **kept}))
        return seen

    def write_what_is_asked_for(self) -> None:
        while self._asked:
            place, value = self._asked.popleft()
            self._writer.put(self.carry(value), place)


class _Binder:
    """The whole: pages with their numbers, outline, labels, originals."""

    def __init__(self, writer: _Writer) -> None:
        self._writer = writer
        self._root, self._tree = writer.reserve(), writer.reserve()
        self._font = _number_font(writer)
        self._outline: list[tuple[str, IndirectObject, list[tuple[str, IndirectObject]]]] = []
        self._labels: list[PdfObject] = []
        self._originals: list[tuple[str, IndirectObject]] = []
        self.pages: list[IndirectObject] = []

    def bind(self, volume: Volume) -> None:
        """Append a volume, its pages numbered from one."""
        first = len(self.pages)
        label = {"/S": NameObject("/D"), "/P": TextStringObject(volume.prefix)}
        self._labels += [NumberObject(first), _dictionary(label)]
        titles: list[tuple[str, IndirectObject]] = []
        for piece in volume.pieces:
            start = len(self.pages)
            with piece.open() as stream:
                numbers = _numbers_from(start - first + 1, self._font)
                self.pages += _Carrier(self._writer).pages(stream, self._tree, numbers)
                if piece.original:
                    stream.seek(0)
                    self._attach(piece.original, stream.read())
            titles.append((piece.title, self.pages[start]))
        self._outline.append((volume.title, self.pages[first], titles))

    def finish(self, *, title: str, author: str, identity: str) -> None:
        """Everything that names the pages, once they are known."""
        put = self._writer.put
        put(_page_tree(self.pages), self._tree)
        catalogue: dict[str, Any] = {
            "/Type": NameObject("/Catalog"),
            "/Pages": self._tree,
            "/Lang": TextStringObject("zh-CN"),
            "/Outlines": self._put_outline(),
            "/PageMode": NameObject("/UseOutlines"),
            "/PageLabels": _dictionary({"/Nums": ArrayObject(self._labels)}),
        }
        if self._originals:
            names = [part for name, place in sorted(self._originals) for part in (TextStringObject(name), place)]
            catalogue["/Names"] = _dictionary({"/EmbeddedFiles": _dictionary({"/Names": ArrayObject(names)})})
            catalogue["/AF"] = ArrayObject([place for _name, place in self._originals])
        put(_dictionary(catalogue), self._root)
        info = put(_dictionary({"/Title": TextStringObject(title), "/Author": TextStringObject(author)}))
        self._writer.finish(self._root, info, hashlib.sha256(identity.encode()).digest()[:16])

    def _attach(self, name: str, data: bytes) -> None:
        entries = {"/Type": NameObject("/EmbeddedFile"), "/Subtype": NameObject("/application#2Fpdf")}
        size = _dictionary({"/Size": NumberObject(len(data))})
        stream = self._writer.put(_stream(data, {**entries, "/Params": size}))
        spec = {
            "/Type": NameObject("/Filespec"),
            "/F": TextStringObject(name),
            "/UF": TextStringObject(name),
            "/EF": _dictionary({"/F": stream}),
            "/AFRelationship": NameObject("/Source"),
        }
        self._originals.append((name, self._writer.put(_dictionary(spec))))

    def _put_outline(self) -> IndirectObject:
        outline = self._writer.reserve()
        places = [self._writer.reserve() for _volume in self._outline]
        for at, (title, page, titles) in enumerate(self._outline):
            leaves = [self._writer.reserve() for _title in titles]
            for leaf, (name, first) in enumerate(titles):
                self._put_entry(leaves, leaf, places[at], name, first, ())
            self._put_entry(places, at, outline, title, page, leaves)
        everything = len(places) + sum(len(titles) for _title, _page, titles in self._outline)
        ends = {"/First": places[0], "/Last": places[-1], "/Count": NumberObject(everything)}
        return self._writer.put(_dictionary({"/Type": NameObject("/Outlines"), **ends}), outline)

    def _put_entry(
        self,
        row: Sequence[IndirectObject],
        at: int,
        parent: IndirectObject,
        title: str,
        page: IndirectObject,
        below: Sequence[IndirectObject],
    ) -> None:
        destination = ArrayObject([page, NameObject("/Fit")])
        entry: dict[str, Any] = {"/Title": TextStringObject(title), "/Parent": parent, "/Dest": destination}
        if at:
            entry["/Prev"] = row[at - 1]
        if at + 1 < len(row):
            entry["/Next"] = row[at + 1]
        if below:
            entry |= {"/First": below[0], "/Last": below[-1], "/Count": NumberObject(len(below))}
        self._writer.put(_dictionary(entry), row[at])


# --- the number on the page ------------------------------------------------------------------------------------------


def _numbers_from(first: int, font: IndirectObject) -> Iterator[_Drawn]:
    """A number for each page to come."""
    for number in itertools.count(first):
        yield _Drawn(_number_content(str(number)), "/Font", _NUMBER_FONT, font)


def _number_content(number: str) -> Draw:
    width = sum(_digits()[1][digit] for digit in number) * NUMBER_SIZE / 1000

    def content(page_width: float, page_height: float) -> str:
        x, y = page_width - NUMBER_RIGHT - width, page_height - NUMBER_TOP
        return f"BT {_NUMBER_FONT} {NUMBER_SIZE} Tf 0 g 0 Tr 1 0 0 1 {x:.3f} {y:.3f} Tm ({number}) Tj ET"

    return content


def _box(page: PageObject) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what is seen of the page, unturned."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _upright(box: tuple[float, float, float, float], turn: int) -> str:
    """The matrix that takes coordinates of the page as seen to its own (ISO 32000-1, 8.3.3; /Rotate is clockwise)."""
    x0, y0, x1, y1 = box
    matrices = {90: (0, 1, -1, 0, x1, y0), 180: (-1, 0, 0, -1, x1, y1), 270: (0, -1, 1, 0, x0, y1)}
    return " ".join(f"{value:g}" for value in matrices.get(turn, (1, 0, 0, 1, x0, y0)))


def _content_of(drawn: _Drawn, box: tuple[float, float, float, float], turn: int) -> str:
    width, height = box[2] - box[0], box[3] - box[1]
    return drawn.content(height, width) if turn in (90, 270) else drawn.content(width, height)


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


def _number_font(writer: _Writer) -> IndirectObject:
    data, widths, face = _digits()
    file = writer.put(_stream(data, {"/Length1": NumberObject(len(data))}))
    name = NameObject("/CASEFN+GWLatin")
    descriptor = writer.put(
        _dictionary(
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
        _dictionary(
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


# --- objects ---------------------------------------------------------------------------------------------------------


def _dictionary(entries: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})


def _stream(data: bytes, entries: dict[str, Any]) -> StreamObject:
    """A stream whose bytes are written as they are."""
    stream = EncodedStreamObject() if "/Filter" in entries else StreamObject()
    stream.update(_dictionary(entries))
    stream._data = data
    return stream


def _page_tree(pages: Sequence[IndirectObject]) -> DictionaryObject:
    kids = {"/Kids": ArrayObject(pages), "/Count": NumberObject(len(pages))}
    return _dictionary({"/Type": NameObject("/Pages"), **kids})
