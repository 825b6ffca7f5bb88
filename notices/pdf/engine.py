"""HTML to PDF/A by WeasyPrint: one font set, parsed style sheets, no outside resource, the same bytes every time."""

# ruff: noqa: I001 - fontset must be imported before WeasyPrint: it tells fontconfig where the fonts are
import functools
import gc
import hashlib
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import unquote
from xml.etree.ElementTree import register_namespace

from notices.pdf import fontset

import segno
from django.template import Context, Engine
from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf import metadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from cases.rules.errors import RuleError
from notices.pdf import archival, faster, justify
from notices.pdf.drawn import Drawn
from notices.pdf.editions import CURRENT, Edition

QR_SCHEME: Final = "qr:"
VARIANT: Final = "pdf/a-3a"
# WeasyPrint and the font map under it are not safe for threads; one document is printed at a time in a process.
_ONE_AT_A_TIME: Final = threading.Lock()
_MOST_LAYOUTS: Final = 5  # of one document; two do nearly always

justify.install()
faster.install()
archival.install()

Refine: TypeAlias = Callable[[Sequence[frozenset[str]]], "Page"]
# From this row on, the page's sheets being the next after so many: what to set, and how many rows that are.
Stretch: TypeAlias = Callable[[int, int], tuple["Page", int]]


@dataclass(frozen=True)
class Page:
    """What is printed: a template with its context and style sheets, images by name, data carried along."""

    template: str
    context: dict[str, Any]
    styles: tuple[str, ...]
    issued_on: date
    variables: dict[str, str] = field(default_factory=dict)  # CSS custom properties, for the style of <html>
    images: dict[str, bytes] = field(default_factory=dict)  # shown as <img src="given:name">
    attachment: str = ""  # JSON carried inside the PDF
    rows: int = 0  # of a table that may be long; its rows carry the ids row-0, row-1, …
    stretch: Stretch | None = field(default=None, compare=False)
    feet: Callable[[int], "Page"] | None = field(default=None, compare=False)  # of so many sheets, and no bodies
    edition: Edition = CURRENT  # whose template and style sheets are meant; `write` sets it


class OutsideResource(RuleError):  # noqa: N818 - named for what is wrong
    """A document names something outside itself: a file, an address, anything that would have to be read."""

    def __init__(self, url: str) -> None:
        super().__init__("outside_resource", "A document may read nothing from outside itself: %(url)s.", url=url[:80])


def _qr(address: str) -> bytes:
    """The address as a PNG with one pixel a module; as a vector drawing it took a sixth of a letter's time."""
    stream = io.BytesIO()
    segno.make(address, error="m").save(stream, kind="png", border=0)
    return stream.getvalue()


class _GivenOnly(URLFetcher):
    """Answers `given:name` from the images of the page and `qr:address` by drawing it; refuses every other address.

    WeasyPrint goes on without what it could not fetch, so the refused addresses are kept for `write` to find.
    """

    def __init__(self, images: dict[str, bytes] | None = None) -> None:
        # Not the parent's, which takes a millisecond to make ready for protocols that are all refused.
        self._fail_on_errors = False
        self._images = images or {}
        self.refused: list[str] = []

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(QR_SCHEME):
            return URLFetcherResponse(url, _qr(unquote(url.removeprefix(QR_SCHEME))))
        scheme, _, name = url.partition(":")
        if scheme != "given" or name not in self._images:
            self.refused.append(url)
            raise ValueError(f"refused: {url[:80]}")
        return URLFetcherResponse(url, self._images[name])


@functools.cache
def _fonts() -> FontConfiguration:
    return FontConfiguration()


@functools.cache
def _style(path: Path) -> CSS:
    return CSS(string=path.read_text(), font_config=_fonts(), url_fetcher=_GivenOnly())


@functools.cache
def _templates(edition: Edition) -> Engine:
    return Engine(dirs=[str(edition.templates)], autoescape=True)


def warm() -> None:
    """Load what every document needs, once: before a worker forks, so that its children share it, or as it starts."""
    fontset.printable()
    for path in CURRENT.styles.glob("*.css"):
        _style(path)
    for path in CURRENT.templates.glob("*.html"):
        _templates(CURRENT).get_template(path.name)


def html_of(page: Page) -> str:
    """The page as HTML; every value is escaped, and no locale or time zone has a say."""
    variables = "".join(f"--{name}:{value};" for name, value in page.variables.items())
    context = Context({**page.context, "variables": variables}, use_l10n=False, use_tz=False)
    return _templates(page.edition).get_template(page.template).render(context)


def _layout(page: Page, fetcher: _GivenOnly) -> tuple[str, Any]:
    """The HTML, and WeasyPrint's laid-out document."""
    text = html_of(page)
    html = HTML(string=text, url_fetcher=fetcher, base_url=None)
    styles = [_style(page.edition.styles / name) for name in page.styles]
    return text, html.render(font_config=_fonts(), stylesheets=styles, pdf_variant=VARIANT, pdf_tags=True)


def _name_metadata() -> None:
    """Take WeasyPrint's prefixes back from whoever else writes XML in this process: equal facts, equal bytes."""
    for prefix, uri in metadata.NS.items():
        register_namespace(prefix, uri)


def _attachments(page: Page, fetcher: _GivenOnly) -> list[Attachment]:
    if not page.attachment:
        return []
    at = datetime(page.issued_on.year, page.issued_on.month, page.issued_on.day, tzinfo=UTC)
    return [
        Attachment(
            string=page.attachment,
            url_fetcher=fetcher,
            name="facts.json",
            relationship="Data",
            created=at,
            modified=at,
        ),
    ]


@dataclass(frozen=True)
class Written:
    """The PDF, its number of pages, and the HTML it was set from: what `check_print` compares it with."""

    pdf: bytes
    pages: int
    html: str


def write(page: Page, identity: str, refine: Refine | None = None, edition: Edition = CURRENT) -> Written:
    """Print the page with the templates and style sheets of an edition; raises OutsideResource.

    Some pages can only be set once it is known where they break: `refine` takes, sheet by sheet, the ids that stand on
    it, and answers the page to print instead. `identity` becomes the file's identifier: equal facts, equal bytes.
    """
    page = replace(page, edition=edition)
    fetcher = _GivenOnly(page.images)
    with _ONE_AT_A_TIME:
        _name_metadata()
        html, document = _in_stretches(page, fetcher) if page.stretch else _settled(page, fetcher, refine)
        pdf = document.write_pdf(
            pdf_variant=VARIANT,
            pdf_tags=True,
            pdf_identifier=hashlib.sha256(identity.encode()).digest()[:16],
            attachments=_attachments(page, fetcher),
        )
    if fetcher.refused:
        raise OutsideResource(fetcher.refused[0])
    return Written(pdf, len(document.pages), html)


def _in_stretches(page: Page, fetcher: _GivenOnly) -> tuple[str, Any]:
    """A long table set some hundred rows at a time, so that its memory is that of what is drawn and not of its making.

    The last sheet of a stretch is not full: it is thrown away, and the next stretch begins with its first row.
    """
    assert page.stretch is not None
    sheets: list[Any] = []
    fonts: dict[str, Any] = {}
    start = 0
    while True:
        part, count = page.stretch(start, len(sheets))
        _html, document = _layout(replace(part, edition=page.edition), fetcher)
        if start + count >= page.rows:
            break
        kept = list(document.pages)
        while True:
            rows = _rows_on(kept.pop())
            if not rows & _rows_on(kept[-1]):  # or a row that does not fit on a sheet would lose its second half
                break
        sheets += [Drawn(sheet, fonts) for sheet in kept]
        start = min(rows)
        del document, kept
        gc.collect()  # what a layout leaves behind hangs together in rings
    sheets += [Drawn(sheet, fonts) for sheet in document.pages]
    if page.feet:
        _html, feet = _layout(replace(page.feet(len(sheets)), edition=page.edition), fetcher)
        for sheet, foot in zip(sheets, feet.pages, strict=True):
            sheet.add_feet(foot)
    whole = document.copy(sheets)
    whole.fonts = fonts
    return html_of(page), whole


def _rows_on(sheet: Any) -> set[int]:
    return {int(name.removeprefix("row-")) for name in sheet.anchors if name.startswith("row-")}


def _settled(page: Page, fetcher: _GivenOnly, refine: Refine | None) -> tuple[str, Any]:
    """The HTML and its layout, set again until it breaks where it was made to break.

    Cutting a table where a sheet ends may move the end of a later sheet, so the second layout is looked at like the
    first. A page that goes on changing is printed as it last was.
    """
    for _ in range(_MOST_LAYOUTS - 1):
        html, document = _layout(page, fetcher)
        if refine is None:
            return html, document
        refined = replace(refine([frozenset(sheet.anchors) for sheet in document.pages]), edition=page.edition)
        if refined == page:
            return html, document
        page = refined
    return _layout(page, fetcher)
