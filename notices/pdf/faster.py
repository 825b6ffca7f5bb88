"""What WeasyPrint 70 does again and again, done once. The bytes stay a function of the facts alone.

`install` wraps functions of pydyf and WeasyPrint, both pinned for this reason. A test prints every kind with and
without, compares what is in the files, and fails when the wrapped source has changed.
"""

import hashlib
import sys
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from math import inf
from types import SimpleNamespace
from typing import Any, Final

import pydyf
from weasyprint import css
from weasyprint import pdf as weasyprint_pdf
from weasyprint.images import RasterImage
from weasyprint.layout import page, percent
from weasyprint.pdf import fonts

from notices.pdf.drawn import Drawn

LEVEL: Final = 4  # pydyf's 9 takes ten times as long for two percent less
FACES_KEPT: Final = 14  # a letter has seven, of 2 to 200 KB, and most of them in common with the next
IMAGES_KEPT: Final = 8  # seals, each well below a megabyte
LOOKS_KEPT: Final = 8  # of documents: style sheets and the variables of the first element, each some 50 styles
STOCK_DATA: Final = pydyf.Stream.data
STOCK_X_OBJECT: Final = RasterImage.get_x_object
STOCK_SUBSET: Final = fonts.Font._harfbuzz_subset
STOCK_WRITE: Final = pydyf.PDF.write
STOCK_PAGE_REFERENCES: Final = pydyf.PDF.page_references
STOCK_TAGS: Final = weasyprint_pdf.add_tags
STOCK_STYLES: Final = css.StyleFor.__init__
STOCK_PAGE_STYLES: Final = page.set_page_type_computed_styles
STOCK_PERCENTAGES: Final = percent.resolve_percentages
_faces: OrderedDict[tuple[Any, ...], "_Face"] = OrderedDict()
_images: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_looks: OrderedDict[tuple[Any, ...], "_Known"] = OrderedDict()


def _kept(store: OrderedDict[Any, Any], most: int, key: Any, make: Any) -> Any:
    """What the store holds under the key, made where it holds nothing; it forgets what was not asked for longest."""
    if key not in store:
        store[key] = make()
        if len(store) > most:
            store.popitem(last=False)
    store.move_to_end(key)
    return store[key]


# Streams and images


class _Face(bytes):
    """A face cut down to the glyphs of a document, and the stream made of it once it was."""

    done: bytes = b""


def _data(stream: Any) -> bytes:
    """The stream as it stands in the file; pydyf asks twice, to write it and to hash the file."""
    if "_done" not in stream.__dict__:
        face = stream.stream[0] if len(stream.stream) == 1 else None
        if isinstance(face, _Face):
            stream._done = face.done = face.done or STOCK_DATA.fget(stream)
        else:
            stream._done = STOCK_DATA.fget(stream)
        stream.stream = []  # the content is not asked for any more, and a list of units has much of it
    done: bytes = stream._done
    return done


def _subset(font: Any, to_unicode: Any, hinting: bool) -> None:
    """The face cut down; letters of one office differ in names and dates, and share the glyphs of most faces."""
    glyphs = tuple(sorted(to_unicode))

    def cut() -> _Face:
        STOCK_SUBSET(font, to_unicode, hinting)
        return _Face(font.file_content)

    font.file_content = _kept(_faces, FACES_KEPT, (font.name, glyphs, hinting, bool(font.missing)), cut)


class _Fixed:
    """An object that goes into an object stream, as it stands there."""

    __slots__ = ("data", "number")
    compressible, free, generation = True, "n", 0

    def __init__(self, made: Any) -> None:
        self.data, self.number = made.data, made.number


def _fix(pdf: Any, first: int) -> None:
    """Make the objects from this number on into bytes, a tenth of their size in memory."""
    for at in range(first, len(pdf.objects)):
        each = pdf.objects[at]
        if each.free == "n" and each.compressible:
            pdf.objects[at] = _Fixed(each)


def _write(pdf: Any, *arguments: Any) -> None:
    """Write the file; stock makes each object into bytes twice."""
    _fix(pdf, 0)
    STOCK_WRITE(pdf, *arguments)


def _page_references(pdf: Any) -> tuple[bytes, ...]:
    """The references of all pages, which stock makes anew for every element of the structure."""
    kids = pdf.pages["Kids"]
    if len(pdf.__dict__.get("_references", ())) * 3 != len(kids):
        pdf._references = STOCK_PAGE_REFERENCES.fget(pdf)
    references: tuple[bytes, ...] = pdf._references
    return references


class _ReadOut(list[Any]):
    """The sheets of a document; what a sheet is read like is made into bytes when the next one is asked for."""

    def __init__(self, pdf: Any, sheets: Any) -> None:
        super().__init__(sheets)
        self._pdf = pdf

    def __iter__(self) -> Iterator[Any]:
        first = len(self._pdf.objects)
        for sheet in super().__iter__():
            yield sheet
            _fix(self._pdf, first)
            first = len(self._pdf.objects)
            if isinstance(sheet, Drawn):
                sheet.forget()


def _add_tags(pdf: Any, document: Any, *arguments: Any) -> None:
    """`add_tags` sheet by sheet."""
    document.pages = _ReadOut(pdf, document.pages)
    STOCK_TAGS(pdf, document, *arguments)


def _copy(stream: Any) -> Any:
    """An image of the PDF that another file can number for itself."""
    extra = dict(stream.extra)
    if "SMask" in extra:
        extra["SMask"] = _copy(extra["SMask"])
    return pydyf.Stream(list(stream.stream), extra)


def _x_object(image: Any, interpolate: bool, dpi_ratio: float) -> Any:
    """The image as the PDF holds it; stock encodes the same seal anew for every letter."""
    key = (hashlib.sha256(image.image_data.data).digest(), image.mode, interpolate, dpi_ratio)
    return _copy(_kept(_images, IMAGES_KEPT, key, lambda: STOCK_X_OBJECT(image, interpolate, dpi_ratio)))


# Styles

# Attributes that stock makes declarations of (`find_style_attributes`, without presentational hints).
_DECLARING: Final = ("style", "lang", "id", "name", "width", "height")
_Known = dict[tuple[Any, ...], dict[str | None, Any]]


def _styles(
    style_for: Any, html: Any, sheets: Any, presentational_hints: Any, font_config: Any, target_collector: Any
) -> None:
    """`StyleFor.__init__`, which finds what an element of another document was found to look like.

    Stock shares a style between elements of one document that have the same parent style and the same rules. Styles
    that hang on neither an id nor a `style` attribute (but that of the first element) are shared between documents,
    with all that was computed of them.
    """
    if presentational_hints:
        STOCK_STYLES(style_for, html, sheets, presentational_hints, font_config, target_collector)
        return
    cascaded: dict[tuple[Any, str | None], Any] = {}
    computed: dict[tuple[Any, str | None], Any] = {}
    style_for._cascaded_styles, style_for._computed_styles = cascaded, computed
    style_for.initial_page_sizes = {"box": None, "area": None}
    style_for._sheets, style_for.font_config = sheets, font_config
    attributes: dict[Any, list[Any]] = {}
    for specificity, element, declarations, base_url in css.find_style_attributes(html.etree_element, False, None):
        attributes.setdefault(element, []).append((specificity, tuple(declarations), base_url))

    look = (*(sheet for sheet, *_ in sheets), font_config, *map(html.etree_element.get, _DECLARING))
    lasting: _Known = _kept(_looks, LOOKS_KEPT, look, dict)
    style_for._lasting = lasting
    passing: _Known = {}
    found_lasting: set[int] = set()
    for wrapper in html.wrapper_element.iter_subtree():
        element = wrapper.etree_element
        parent = wrapper.parent.etree_element if wrapper.parent else None
        above = id(computed[parent, None]) if wrapper.parent else 0
        matches = [
            (origin, sheet, sheet_specificity or specificity, pseudo, rule)
            for sheet, origin, sheet_specificity in sheets
            for specificity, _order, pseudo, rule in sheet.matcher.match(wrapper)
        ]
        declared = tuple(map(element.get, _DECLARING)) if element in attributes else ()
        lasts = not above or (above in found_lasting and not any(declared))
        known = lasting if lasts else passing
        key = (above, declared, tuple(id(rule) for *_, rule in matches))
        if key not in known:
            _cascade(style_for, element, attributes.get(element, ()), matches)
            pseudos = [pseudo for _element, pseudo in cascaded if pseudo]
            for pseudo in (None, *pseudos):
                style_for.set_computed_styles(
                    element, root=html.etree_element, parent=element if pseudo else parent, pseudo_type=pseudo,
                    base_url=html.base_url, target_collector=target_collector,
                )  # fmt: skip
            known[key] = {pseudo: computed[element, pseudo] for pseudo in (None, *pseudos)}
            cascaded.clear()
        for pseudo, style in known[key].items():
            computed[element, pseudo] = style
        if lasts:
            found_lasting.add(id(known[key][None]))


def _cascade(style_for: Any, element: Any, attributes: Any, matches: Any) -> None:
    """Put the winning declarations of one element and its pseudo-elements where stock looks for them."""
    given = [
        (None, "author", inf, specificity, css.preprocess_declarations(base_url, declarations))
        for specificity, declarations, base_url in attributes
    ]
    for origin, sheet, specificity, pseudo, (declarations, layer) in matches:
        given.append((pseudo, origin, inf if layer is None else sheet.layers.index(layer), specificity, declarations))
    for pseudo, origin, layer_order, specificity, declarations in given:
        style = style_for._cascaded_styles.setdefault((element, pseudo), {})
        for name, values, importance in declarations:
            weight = (css.declaration_precedence(origin, importance), layer_order, specificity)
            if name not in style or style[name][1] <= weight:
                style[name] = values, weight


def _page_styles(page_type: Any, html: Any, style_for: Any) -> None:
    """`set_page_type_computed_styles`, which finds what sheets with the same rules were found to look like."""
    known = getattr(style_for, "_lasting", None)
    if known is None:
        STOCK_PAGE_STYLES(page_type, html, style_for)
        return
    style_for.add_page_declarations(page_type)
    cascaded, computed = style_for._cascaded_styles, style_for._computed_styles
    mine = {pseudo: rules for (element, pseudo), rules in cascaded.items() if element == page_type}
    key = (
        id(computed[html.etree_element, None]),
        *((pseudo, name, id(values)) for pseudo, rules in mine.items() for name, (values, _) in rules.items()),
    )
    if key not in known:
        STOCK_PAGE_STYLES(page_type, html, style_for)
        known[key] = {pseudo: computed[page_type, pseudo] for pseudo in (None, *mine)}
    for pseudo, style in known[key].items():
        computed[page_type, pseudo] = style


# Layout

_SIDES: Final = ("top", "right", "bottom", "left")
_BORDERS: Final = tuple(f"border_{side}_width" for side in _SIDES)
_LENGTHS: Final = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)


def _percentages(box: Any, containing_block: Any) -> None:
    """`resolve_percentages`, at once for a style whose lengths hang on nothing around it."""
    style = box.style
    fixed = style.__dict__.get("_fixed")
    if fixed is None:
        fixed = style._fixed = _fixed(style)
    if fixed:
        box.__dict__.update(fixed)
    else:
        STOCK_PERCENTAGES(box, containing_block)


def _fixed(style: Any) -> dict[str, Any]:
    """What stock would set on any box of this style; empty where that hangs on the box or on what is around it."""
    if style["border_collapse"] == "collapse" or style["box_sizing"] != "content-box":
        return {}
    fixed = {name: style[name] for name in _BORDERS}
    for name in _LENGTHS:
        value = style[name]
        if value == "auto":
            fixed[name] = 0 if name in ("min_width", "min_height") else value
        elif getattr(value, "unit", "%") == "%":
            return {}
        else:
            fixed[name] = value.value
    return fixed


def resolving() -> list[Any]:
    """The modules of the layout, each of which has `resolve_percentages` by name."""
    loaded = tuple(sys.modules.items())
    return [
        each for name, each in loaded if name.startswith("weasyprint.layout.") and hasattr(each, "resolve_percentages")
    ]


def install() -> None:
    """Make WeasyPrint quicker; calling it again changes nothing."""
    pydyf.Stream.data = property(_data)
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: zlib.compressobj(level=LEVEL), compress=zlib.compress)
    pydyf.PDF.write = _write
    pydyf.PDF.page_references = property(_page_references)
    weasyprint_pdf.add_tags = _add_tags
    RasterImage.get_x_object = _x_object
    fonts.Font._harfbuzz_subset = _subset
    page.set_page_type_computed_styles = _page_styles
    css.StyleFor.__init__ = _styles
    for module in resolving():
        module.resolve_percentages = _percentages
