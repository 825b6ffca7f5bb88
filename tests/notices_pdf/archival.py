"""What ISO 19005-3 asks of a file at level A, read out of the file itself with pypdf and fontTools.

Not a validator: what a document of ours can go wrong in. Every fault names its clause.
"""

import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

import pypdf
from fontTools.ttLib import TTFont
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject, NameObject, StreamObject, TextStringObject

XMP = {
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}
_STANDARD = """
Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P H H1 H2 H3 H4 H5 H6 L LI Lbl LBody
Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Figure Formula Form
"""
STANDARD = frozenset(_STANDARD.split())  # ISO 32000-1, 14.8.4
_OPERATORS = """
q Q cm w J j M d ri i gs m l c v y h re S s f F f* B B* b b* n W W* BT ET Tc Tw Tz TL Tf Tr Ts Td TD Tm T* Tj TJ ' "
CS cs SC SCN sc scn G g RG rg Do MP DP BMC BDC EMC sh INLINE IMAGE
"""
OPERATORS = frozenset(_OPERATORS.split())
FILTERS = frozenset({"/FlateDecode", "/DCTDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/RunLengthDecode"})
_BLENDS = """
/Normal /Compatible /Multiply /Screen /Overlay /Darken /Lighten /ColorDodge /ColorBurn /HardLight /SoftLight
/Difference /Exclusion /Hue /Saturation /Color /Luminosity
"""
BLENDS = frozenset(_BLENDS.split())
DEEPEST = 28  # 6.1.13: graphics states saved in one another


def faults(pdf: bytes, level: str = "A") -> list[str]:
    """What is wrong with the file; level B leaves out tags and the meaning of glyphs."""
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    found = [*_file(pdf, reader), *_metadata(reader, level), *_intent(reader), *_attached(reader)]
    fonts: set[int] = set()
    for page in reader.pages:
        found += _page(page, fonts, level)
    for value in _objects(reader):
        found += _object(value)
    return found + (list(_structure(reader)) if level == "A" else [])


def _objects(reader: pypdf.PdfReader) -> Iterator[Any]:
    numbers = {*reader.xref_objStm, *(number for table in reader.xref.values() for number in table)}
    for number in sorted(numbers):
        yield reader.get_object(number)


def _file(pdf: bytes, reader: pypdf.PdfReader) -> Iterator[str]:
    if not re.match(rb"%PDF-1\.[0-7]\r?\n%[\x80-\xff]{4}", pdf):
        yield "6.1.2 header"
    if not re.search(rb"%%EOF\r?\n?\Z", pdf):
        yield "6.1.3 something after the end of the file"
    if "/ID" not in reader.trailer or "/Encrypt" in reader.trailer:
        yield "6.1.3 trailer"
    root = reader.root_object
    if root.keys() & {"/AA", "/OpenAction", "/NeedsRendering", "/AcroForm", "/OCProperties", "/Perms", "/Requirements"}:
        yield "6.5.2 actions, forms or optional content"
    if "/JavaScript" in root.get("/Names", {}):
        yield "6.5.2 a script"


def _metadata(reader: pypdf.PdfReader, level: str) -> Iterator[str]:
    metadata = reader.root_object.get("/Metadata")
    if metadata is None:
        yield "6.6.2.1 no metadata"
        return
    root = ET.fromstring(metadata.get_object().get_data().decode().split("?>", 1)[1].rsplit("<?", 1)[0])

    def xmp(name: str) -> str:
        prefix, _, local = name.partition(":")
        tag = f"{{{XMP[prefix]}}}{local}"
        for element in root.iter():
            if tag in element.attrib:
                return element.attrib[tag]
            if element.tag == tag:
                return "".join(element.itertext()).strip()
        return ""

    if (xmp("pdfaid:part"), xmp("pdfaid:conformance")) != ("3", level):
        yield "6.6.4 not named as PDF/A-3" + level
    info = reader.trailer.get("/Info", DictionaryObject()).get_object()
    same = {"Title": "dc:title", "Author": "dc:creator", "Subject": "dc:description", "Creator": "xmp:CreatorTool"}
    for key, name in {**same, "Producer": "pdf:Producer"}.items():
        if str(info.get(f"/{key}", "")) != xmp(name):
            yield f"6.6.3 {key} differs"
    for key, name in {"CreationDate": "xmp:CreateDate", "ModDate": "xmp:ModifyDate"}.items():
        if re.sub(r"\D", "", str(info.get(f"/{key}", "")))[:8] != xmp(name).replace("-", "")[:8]:
            yield f"6.6.3 {key} differs"


def _intent(reader: pypdf.PdfReader) -> Iterator[str]:
    intents = [each.get_object() for each in reader.root_object.get("/OutputIntents", ())]
    if [each.get("/S") for each in intents] != ["/GTS_PDFA1"] or "/OutputConditionIdentifier" not in intents[0]:
        yield "6.2.3 output intent"
        return
    stream = intents[0]["/DestOutputProfile"].get_object()
    profile = stream.get_data()
    if profile[36:40] != b"acsp" or profile[16:20] != b"RGB " or profile[8] >= 5 or stream["/N"] != 3:
        yield "6.2.3 colour profile"


def _attached(reader: pypdf.PdfReader) -> Iterator[str]:
    names = (
        reader.root_object.get("/Names", {}).get("/EmbeddedFiles", DictionaryObject()).get_object().get("/Names", [])
    )
    associated = {each.idnum for each in reader.root_object.get("/AF", ()) if isinstance(each, IndirectObject)}
    for place in names[1::2]:
        spec = place.get_object()
        if not {"/F", "/UF", "/EF", "/AFRelationship"} <= spec.keys() or place.idnum not in associated:
            yield "6.8 file specification"
        file = spec["/EF"]["/F"].get_object()
        if "/Subtype" not in file or "/ModDate" not in file.get("/Params", {}):
            yield "6.8 embedded file"


def _object(value: Any) -> Iterator[str]:
    if isinstance(value, TextStringObject) and len(value.original_bytes) > 32767:
        yield "6.1.13 a string is too long"
    if isinstance(value, NameObject) and len(value.encode()) > 128:
        yield "6.1.13 a name is too long"
    if not isinstance(value, DictionaryObject):
        return
    if isinstance(value, StreamObject):
        filters = value.get("/Filter", [])
        if "/F" in value or not {*(filters if isinstance(filters, list) else [filters])} <= FILTERS:
            yield "6.1.7 stream"
    if value.get("/Subtype") == "/Image" and (
        value.get("/Interpolate", False) != False  # noqa: E712 - a BooleanObject
        or value.keys() & {"/Alternates", "/OPI"}
    ):
        yield "6.2.8 image"
    if value.get("/Type") == "/ExtGState" or {"/ca", "/CA", "/BM"} & value.keys():
        if value.keys() & {"/TR", "/HTP"} or value.get("/TR2", "/Default") != "/Default":
            yield "6.2.5 graphics state"
        if value.get("/BM", "/Normal") not in BLENDS:
            yield "6.2.10 blend mode"
    if value.get("/Type") == "/Annot" and value.get("/Subtype") not in ("/Link", "/Popup"):
        flags = int(value.get("/F", 0))
        if "/AP" not in value or not flags & 4 or flags & (1 | 2 | 32 | 256):
            yield "6.3 annotation"


def _page(page: Any, fonts: set[int], level: str) -> Iterator[str]:
    if "/AA" in page:
        yield "6.5.2 an action on a page"
    resources = page["/Resources"].get_object()
    used: dict[str, set[int]] = {}
    yield from _content(page.get_contents(), page.pdf, resources, used, level, page.get("/StructParents"))
    for name, glyphs in used.items():
        font = resources["/Font"].get_object()[name]
        yield from _font(font.get_object(), glyphs, level, fresh=font.get_object().get("/BaseFont") not in fonts)
        fonts.add(font.get_object().get("/BaseFont"))


def _content(
    content: Any, reader: Any, resources: Any, used: dict[str, set[int]], level: str, parents: Any
) -> Iterator[str]:
    depth, marked, font = 0, 0, ""
    for operands, operator in ContentStream(content, reader).operations:
        operator = operator.decode()
        if operator not in OPERATORS:
            yield f"6.2.2 operator {operator}"  # also colours of no RGB output: k, K
        depth += (operator == "q") - (operator == "Q")
        marked += (operator in ("BMC", "BDC")) - (operator == "EMC")
        if depth > DEEPEST:
            yield "6.1.13 graphics states"
        if operator == "Tf":
            font = str(operands[0])
            used.setdefault(font, set())
        elif operator in ("Tj", "TJ", "'", '"'):
            if level == "A" and not marked:
                yield "6.7.2 text that is neither tagged nor an artifact"
            for piece in operands[-1] if isinstance(operands[-1], list) else operands[-1:]:
                if isinstance(piece, str | bytes):
                    raw = piece if isinstance(piece, bytes) else piece.original_bytes
                    used[font] |= {raw[at] << 8 | raw[at + 1] for at in range(0, len(raw) - 1, 2)}


def _font(font: Any, glyphs: set[int], level: str, *, fresh: bool) -> Iterator[str]:
    name = str(font["/BaseFont"])
    if font["/Subtype"] != "/Type0":
        if "/FontFile2" not in font["/FontDescriptor"].get_object():
            yield f"6.2.11.4 {name} is not embedded"
        return
    below = font["/DescendantFonts"].get_object()[0].get_object()
    descriptor = below["/FontDescriptor"].get_object()
    if {name, str(below["/BaseFont"]), str(descriptor["/FontName"])} != {name} or "/Flags" not in descriptor:
        yield f"6.2.11.2 {name}: names or flags"
    if font["/Encoding"] != "/Identity-H" or below.get("/CIDToGIDMap") != "/Identity":
        yield f"6.2.11.3 {name}: encoding"
    if "/FontFile2" not in descriptor:
        yield f"6.2.11.4 {name} is not embedded"
        return
    if 0 in glyphs:
        yield f"6.2.11.8 {name}: .notdef"
    if "/CIDSet" in descriptor:
        yield f"6.2.11.4.2 {name}: a CIDSet that nobody checks"
    if level == "A" and "/ToUnicode" not in font:
        yield f"6.2.11.7 {name}: no characters"
    elif re.search(rb"<[0-9a-fA-F]{4}> <(0000|feff|fffe)", font["/ToUnicode"].get_object().get_data()):
        yield f"6.2.11.7 {name}: a character that is none"
    outlines = TTFont(io.BytesIO(descriptor["/FontFile2"].get_object().get_data()), lazy=True)
    outlines.setGlyphOrder(list(range(outlines["maxp"].numGlyphs)))
    scale, widths, said = 1000 / outlines["head"].unitsPerEm, outlines["hmtx"].metrics, _widths(below)
    for glyph in glyphs:
        if abs(widths[glyph][0] * scale - said.get(glyph, float(below.get("/DW", 1000)))) > 1:
            yield f"6.2.11.5 {name}: width of {glyph}"


def _widths(font: Any) -> dict[int, float]:
    found: dict[int, float] = {}
    given = list(font.get("/W", ()))
    while given:
        first, second = int(given.pop(0)), given.pop(0)
        if isinstance(second, list):
            found |= {first + at: float(width) for at, width in enumerate(second)}
        else:
            found |= dict.fromkeys(range(first, int(second) + 1), float(given.pop(0)))
    return found


def _structure(reader: pypdf.PdfReader) -> Iterator[str]:
    root = reader.root_object
    if root.get("/MarkInfo", {}).get("/Marked") != True:  # noqa: E712 - a BooleanObject
        yield "6.7.2 not marked"
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", str(root.get("/Lang", ""))):
        yield "6.7.4 language"
    tree = root["/StructTreeRoot"].get_object()
    numbers = tree["/ParentTree"].get_object()["/Nums"]
    parents = dict(zip(numbers[::2], (each.get_object() for each in numbers[1::2]), strict=True))
    for page in reader.pages:
        marks = set(map(int, re.findall(rb"/MCID (\d+)", page.get_contents().get_data())))
        if marks != set(range(len(parents[page["/StructParents"]]))):
            yield "6.7.3 marked content that stands in no structure"
    for value in _objects(reader):
        if isinstance(value, DictionaryObject) and value.get("/Type") == "/StructElem":
            if str(value["/S"]).lstrip("/") not in STANDARD:
                yield f"6.7.3.4 {value['/S']}"
            if value["/S"] == "/Figure" and not value.get("/Alt"):
                yield "6.7.3.1 a picture without a description"
