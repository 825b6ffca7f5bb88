"""The page of a letter or notice: interview notice, rectification order, reminder letter (GB/T 9704-2012)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString

from notices.pdf.codec import BadFacts
from notices.pdf.engine import QR_SCHEME, Page, Refine
from notices.pdf.facts import Facts, LetterFacts
from notices.pdf.seals import seal_bytes
from notices.rules.layout import DATE_RIGHT_INDENT, document_date, mark_size
from notices.rules.numbering import CLAUSE, check_number
from notices.rules.titles import split_title

NUMBER_PENDING: Final = "编号待定"
_LONGEST_MARK: Final = 40
# A longer organ would leave the type area when centred over the date.
_ORGAN_ON_ONE_LINE: Final = 24


def one_line(text: str) -> str:
    """The text without line breaks, for places that have one line."""
    return text.replace("\n", " ").strip()


def qr_code(url: str) -> SafeString:
    """The picture that `engine` draws of the address; empty without one. Raises BadFacts if it is no web address."""
    if not url:
        return SafeString("")
    if not url.startswith(("https://", "http://")):
        raise BadFacts("verify_url", "a web address is wanted")
    return format_html('<img src="{}{}" alt="{}">', QR_SCHEME, quote(url), url)


def carried(facts: Facts) -> str:
    """The facts as the JSON file inside the PDF, without the seal's image, which is on the page."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: bare(item) for name, item in value.items() if name != "seal_image"}
        return [bare(item) for item in value] if isinstance(value, list) else value

    return json.dumps(bare(facts.to_json()), ensure_ascii=False, sort_keys=True, indent=1)


def seal_of(seal: str, image: str, *, field: str, name: str, preview: bool) -> tuple[str, dict[str, bytes]]:
    """What the template shows in the seal's place, "" or "dashed" or an image's address, and the image behind it."""
    if preview or seal == "none":
        return "", {}
    data = seal_bytes(seal, image, field)
    return ("dashed", {}) if data is None else (f"given:{name}", {name: data})


def _sign_right(organ: str, date: str) -> float:
    """Right indent of the date in characters: four (7.3.5.1), or more so that a longer organ ends two from the edge."""
    date_width = sum(0.5 if character.isdigit() else 1 for character in date)
    return max(DATE_RIGHT_INDENT, (len(organ) - date_width) / 2 + 2)


def _check(facts: LetterFacts) -> None:
    if not facts.preview and not check_number(facts.number):
        raise BadFacts("number", "a document number such as 嘉市监约〔2026〕1号 is wanted (%(basis)s)", basis=CLAUSE)
    if not 0 < len(facts.mark) <= _LONGEST_MARK:
        raise BadFacts("mark", "1 to %(most)s characters are wanted", most=_LONGEST_MARK)
    for name in ("organ", "title", "addressee"):
        if not getattr(facts, name).strip():
            raise BadFacts(name, "missing")
    if not facts.paragraphs:
        raise BadFacts("paragraphs", "missing")


def letter_page(facts: LetterFacts, generator: str) -> tuple[Page, Refine]:
    """The page and what is done when its imprint has been pushed to a page of its own; raises BadFacts."""
    _check(facts)
    organ, mark, title = one_line(facts.organ), one_line(facts.mark), one_line(facts.title)
    seal, images = seal_of(facts.seal, facts.seal_image, field="seal_image", name="seal", preview=facts.preview)
    copies = one_line(facts.cc).rstrip("。")
    date = document_date(facts.date)
    context = {
        "generator": generator,
        "format": facts.format,
        "preview": facts.preview,
        "mark": mark,
        "number": NUMBER_PENDING if facts.preview else facts.number,
        "organ": organ,
        "long_organ": len(organ) > _ORGAN_ON_ONE_LINE,
        "title": title,
        "title_lines": split_title(title),
        "addressee": one_line(facts.addressee).rstrip("：:"),
        "paragraphs": [
            {"level": str(paragraph.level), "text": text}
            for paragraph in facts.paragraphs
            for text in paragraph.text.split("\n")
            if text.strip()
        ],
        "annexes": [{"count": str(at), "name": one_line(name)} for at, name in enumerate(facts.annexes, 1)],
        "several_annexes": len(facts.annexes) > 1,
        "date": date,
        "issued_on": facts.date.isoformat(),
        "contact": one_line(facts.contact),
        "copies": f"{copies}。" if copies else "",
        # 10.1: the imprint of the letter format names neither the office nor the day
        "show_issued": facts.format == "document",
        "office": one_line(facts.office) or organ,
        "printed_on": document_date(facts.printed_on or facts.date),
        "seal": seal,
        "qr": "" if facts.preview else qr_code(facts.verify_url),
    }
    page = Page(
        template="letter.html",
        context=context,
        styles=("letter.css", "preview.css") if facts.preview else ("letter.css",),
        issued_on=facts.date,
        variables={"mark": f"{mark_size(mark)}pt", "sign-right": f"{_sign_right(organ, date):g}"},
        images=images,
        attachment="" if facts.preview else carried(facts),
    )

    def refine(sheets: Sequence[frozenset[str]]) -> Page:
        if "end" in sheets[-1]:
            return page
        return replace(page, context={**context, "lone_imprint": True})

    return page, refine
