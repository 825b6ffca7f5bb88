"""Carry the pages of a PDF into another that is written as it goes: renumbered objects, nothing else changed.

Of a source only its pages are carried, with what they draw: no scripts, forms, links, actions or outlines.
"""

import hashlib
import io
import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

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
)

logger = logging.getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it mends in other people's files is no news

_PAGE_KEYS: Final = ("/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Group")
_MARKS: Final = frozenset({"/Rect", "/F", "/AP", "/AS", "/Contents", "/C", "/CA", "/QuadPoints", "/InkList", "/L"})
"""What is kept of an annotation that has an appearance: how it looks, nothing that it does."""
_UNSEEN: Final = frozenset({"/Link", "/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia"})


class Unreadable(Exception):  # noqa: N818 - named for what is wrong
    """A file that cannot be joined; `reason` is encrypted, damaged, empty or too_large."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Nowhere(io.RawIOBase):
    def write(self, data: Any) -> int:
        return len(data)


class Writer:
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
        dictionary(entries | ({"/Info": info} if info else {})).write_to_stream(buffer)
        self._write(b"trailer\n", buffer.getvalue(), b"\nstartxref\n%d\n%%%%EOF\n" % start)

    def _write(self, *parts: bytes | memoryview) -> None:
        for part in parts:
            self._out.write(part)
            self.digest.update(part)
            self.at += len(part)


Draw = Callable[[float, float], str]
"""Content for a page of this width and height as it is seen, in points from its lower left corner."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something drawn upon a page, and the one resource it needs."""

    content: Draw
    category: str
    name: str
    resource: IndirectObject


class Carrier:
    """Carries the pages of one source after another into the writer."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def pages(self, stream: BinaryIO, tree: IndirectObject, drawn: Iterable[Drawn]) -> Iterator[IndirectObject]:
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

    def _page(self, source: "_Source", page: PageObject, tree: IndirectObject, drawn: Drawn | None) -> IndirectObject:
        carried: dict[str, Any] = {"/Type": NameObject("/Page"), "/Parent": tree}
        carried |= {key: source.carry(page[key]) for key in _PAGE_KEYS if key in page}
        resources = page.get("/Resources", DictionaryObject()).get_object()
        kept = {key: source.carry(value) for key, value in resources.items()}
        contents = _contents(source, page)
        if drawn:
            kept[drawn.category] = source.with_entry(resources.get(drawn.category), drawn.name, drawn.resource)
            box, turn = _box(page), int(page.get("/Rotate", 0) or 0) % 360
            content = f"Q q {_upright(box, turn)} cm {_content_of(drawn, box, turn)} Q"
            before, after = (self._writer.put(stream_of(part.encode(), {})) for part in ("q", content))
            contents = [before, *contents, after]
        carried["/Resources"], carried["/Contents"] = dictionary(kept), ArrayObject(contents)
        if marks := source.marks(page):
            carried["/Annots"] = ArrayObject(marks)
        place = self._writer.put(dictionary(carried))
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

    def __init__(self, writer: Writer) -> None:
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
            return stream_of(value._data, entries)
        if isinstance(value, DictionaryObject):
            return dictionary({key: self.carry(item) for key, item in value.items() if key != "/StructParents"})
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
        return dictionary({**{key: self.carry(value) for key, value in named.items()}, name: place})

    def marks(self, page: PageObject) -> list[PdfObject]:
        """Annotations that can be seen (a seal, a note, a filled field), as marks that do nothing."""
        found = page.get("/Annots")
        seen: list[PdfObject] = []
        for each in found.get_object() if found is not None else ():
            mark = each.get_object()
            if isinstance(mark, DictionaryObject) and "/AP" in mark and mark.get("/Subtype") not in _UNSEEN:
                kept = {key: self.carry(value) for key, value in mark.items() if key in _MARKS}
                seen.append(dictionary({"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Stamp"), **kept}))
        return seen

    def write_what_is_asked_for(self) -> None:
        while self._asked:
            place, value = self._asked.popleft()
            self._writer.put(self.carry(value), place)


def _box(page: PageObject) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what is seen of the page, unturned."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _upright(box: tuple[float, float, float, float], turn: int) -> str:
    """The matrix that takes coordinates of the page as seen to its own (ISO 32000-1, 8.3.3; /Rotate is clockwise)."""
    x0, y0, x1, y1 = box
    matrices = {90: (0, 1, -1, 0, x1, y0), 180: (-1, 0, 0, -1, x1, y1), 270: (0, -1, 1, 0, x0, y1)}
    return " ".join(f"{value:g}" for value in matrices.get(turn, (1, 0, 0, 1, x0, y0)))


def _content_of(drawn: Drawn, box: tuple[float, float, float, float], turn: int) -> str:
    width, height = box[2] - box[0], box[3] - box[1]
    return drawn.content(height, width) if turn in (90, 270) else drawn.content(width, height)


def dictionary(entries: dict[str, Any]) -> DictionaryObject:
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})


def stream_of(data: bytes, entries: dict[str, Any]) -> StreamObject:
    """A stream whose bytes are written as they are."""
    stream = EncodedStreamObject() if "/Filter" in entries else StreamObject()
    stream.update(dictionary(entries))
    stream._data = data
    return stream


def page_tree(pages: Sequence[IndirectObject]) -> DictionaryObject:
    kids = {"/Kids": ArrayObject(pages), "/Count": NumberObject(len(pages))}
    return dictionary({"/Type": NameObject("/Pages"), **kids})
