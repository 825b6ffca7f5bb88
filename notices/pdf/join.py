"""Join PDFs into one numbered file: read one after another, written as they are read.

Nothing is held but the source in hand and a table of offsets, so memory does not grow with the number of papers. The
content streams of a page are carried byte for byte, its number is drawn after them. Equal sources give equal bytes.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from operator import itemgetter
from typing import Any, BinaryIO

from pypdf.generic import ArrayObject, IndirectObject, NameObject, NumberObject, PdfObject, TextStringObject

from notices.pdf.carry import Carrier, Nowhere, Writer, dictionary, page_tree, stream_of
from notices.pdf.page_numbers import number_font, numbers_from


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
    writer = Writer(out)
    binder = _Binder(writer)
    for volume in volumes:
        binder.bind(volume)
    binder.finish(title=title, author=author, identity=identity)
    return Joined(writer.digest.hexdigest(), writer.at, len(binder.pages))


def page_count(stream: BinaryIO) -> int:
    """How many pages would be carried: everything is read that joining would read. Raises Unreadable."""
    writer = Writer(Nowhere())
    numbers = numbers_from(1, number_font(writer))
    return sum(1 for _page in Carrier(writer).pages(stream, writer.reserve(), numbers))


class _Binder:
    """The whole: pages with their numbers, outline, labels, originals."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._root, self._tree = writer.reserve(), writer.reserve()
        self._font = number_font(writer)
        self._outline: list[tuple[str, IndirectObject, list[tuple[str, IndirectObject]]]] = []
        self._labels: list[PdfObject] = []
        self._originals: list[tuple[str, IndirectObject]] = []
        self.pages: list[IndirectObject] = []

    def bind(self, volume: Volume) -> None:
        """Append a volume, its pages numbered from one."""
        first = len(self.pages)
        label = {"/S": NameObject("/D"), "/P": TextStringObject(volume.prefix)}
        self._labels += [NumberObject(first), dictionary(label)]
        titles: list[tuple[str, IndirectObject]] = []
        for piece in volume.pieces:
            start = len(self.pages)
            with piece.open() as stream:
                numbers = numbers_from(start - first + 1, self._font)
                self.pages += Carrier(self._writer).pages(stream, self._tree, numbers)
                if piece.original:
                    stream.seek(0)
                    self._attach(piece.original, stream.read())
            titles.append((piece.title, self.pages[start]))
        self._outline.append((volume.title, self.pages[first], titles))

    def finish(self, *, title: str, author: str, identity: str) -> None:
        """Everything that names the pages, once they are known."""
        put = self._writer.put
        put(page_tree(self.pages), self._tree)
        catalogue: dict[str, Any] = {
            "/Type": NameObject("/Catalog"),
            "/Pages": self._tree,
            "/Lang": TextStringObject("zh-CN"),
            "/Outlines": self._put_outline(),
            "/PageMode": NameObject("/UseOutlines"),
            "/PageLabels": dictionary({"/Nums": ArrayObject(self._labels)}),
        }
        if self._originals:
            names = [
                part
                for name, place in sorted(self._originals, key=itemgetter(0))
                for part in (TextStringObject(name), place)
            ]
            catalogue["/Names"] = dictionary({"/EmbeddedFiles": dictionary({"/Names": ArrayObject(names)})})
            catalogue["/AF"] = ArrayObject([place for _name, place in self._originals])
        put(dictionary(catalogue), self._root)
        info = put(dictionary({"/Title": TextStringObject(title), "/Author": TextStringObject(author)}))
        self._writer.finish(self._root, info, hashlib.sha256(identity.encode()).digest()[:16])

    def _attach(self, name: str, data: bytes) -> None:
        """Embed an original; papers of one kind share their number, and so their name, but the tree must tell them."""
        taken = {each for each, _place in self._originals}
        stem, _dot, suffix = name.rpartition(".")
        name = next(each for each in chain([name], (f"{stem}（{n}）.{suffix}" for n in count(2))) if each not in taken)
        entries = {"/Type": NameObject("/EmbeddedFile"), "/Subtype": NameObject("/application#2Fpdf")}
        size = dictionary({"/Size": NumberObject(len(data))})
        stream = self._writer.put(stream_of(data, {**entries, "/Params": size}))
        spec = {
            "/Type": NameObject("/Filespec"),
            "/F": TextStringObject(name),
            "/UF": TextStringObject(name),
            "/EF": dictionary({"/F": stream}),
            "/AFRelationship": NameObject("/Source"),
        }
        self._originals.append((name, self._writer.put(dictionary(spec))))

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
        return self._writer.put(dictionary({"/Type": NameObject("/Outlines"), **ends}), outline)

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
        self._writer.put(dictionary(entry), row[at])
