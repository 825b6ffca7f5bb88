"""The page of a letter, a notice or minutes in the formats of GB/T 9704-2012, with its annexes."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from django.utils.html import format_html
from django.utils.safestring import SafeString

from notices.pdf.codec import BadFacts
from notices.pdf.engine import QR_SCHEME, Page, Refine
from notices.pdf.facts import Annex, Column, Facts, LetterFacts, Paragraph
from notices.pdf.seals import seal_bytes
from notices.rules.layout import DATE_RIGHT_INDENT, document_date, mark_size
from notices.rules.numbering import CLAUSE, check_number
from notices.rules.titles import split_title

NUMBER_PENDING: Final = "编号待定"
SIGNATORY_PENDING: Final = "待签发"
_LONGEST_MARK: Final = 40
# A longer organ would leave the type area when centred over the date.
_ORGAN_ON_ONE_LINE: Final = 24
_COPY_NUMBER: Final = re.compile(r"[0-9]{6}")
_SECRECY: Final = re.compile(r"(绝密|机密|秘密)(★(长期|[1-9]\d?年|[1-9]\d?个月))?")


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
    if facts.format == "minutes" and not facts.mark.endswith("纪要"):
        raise BadFacts("mark", "%(wanted)s is wanted", wanted="…纪要")
    _check_head(facts)


def _check_head(facts: LetterFacts) -> None:
    """The elements of 7.2.1, 7.2.2 and 7.2.6; a classified document bears a copy number (公文处理工作条例 第九条)."""
    if facts.copy_number and not _COPY_NUMBER.fullmatch(facts.copy_number):
        raise BadFacts("copy_number", "six figures are wanted")
    if facts.secrecy and not _SECRECY.fullmatch(facts.secrecy):
        raise BadFacts("secrecy", "a class such as 秘密★1年 is wanted")
    if facts.secrecy and not facts.copy_number:
        raise BadFacts("copy_number", "missing")
    if facts.upward and not facts.preview and not facts.signatory.strip():
        raise BadFacts("signatory", "missing")


def _said(paragraphs: Sequence[Paragraph]) -> list[dict[str, str]]:
    return [
        {"level": str(paragraph.level), "text": text}
        for paragraph in paragraphs
        for text in paragraph.text.split("\n")
        if text.strip()
    ]


def _annexes(annexes: Sequence[Annex]) -> list[dict[str, Any]]:
    """What the list and the pages of the annexes show; a single annex has no number (7.3.4, 7.3.7)."""
    shown = []
    for at, annex in enumerate(annexes, 1):
        field, name = f"annexes[{at - 1}]", one_line(annex.name)
        if not name:
            raise BadFacts(f"{field}.name", "missing")
        shown.append(
            {
                "count": str(at),
                "mark": f"附件{at}" if len(annexes) > 1 else "附件",
                "name": name,
                "title_lines": split_title(name),
                "paragraphs": _said(annex.paragraphs),
                "table": table(annex.columns, annex.rows, field) if annex.columns else None,
                "paged": bool(annex.paragraphs or annex.columns),
            }
        )
    return shown


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], field: str) -> dict[str, Any]:
    """What the template shows of a table; BadFacts naming the row that has not a cell for each column."""
    for number, row in enumerate(rows):
        if len(row) != len(columns):
            raise BadFacts(f"{field}.rows[{number}]", "%(most)s cells are wanted", most=len(columns))
    return {
        "columns": [{"name": each.name, "width": f"{each.width}mm" if each.width else ""} for each in columns],
        "span": str(len(columns)),
        "rows": [
            [
                {"paragraphs": text.split("\n"), "several": "\n" in text, "centred": column.centred}
                for text, column in zip(row, columns, strict=True)
            ]
            for row in rows
        ],
    }


def _top_marks(facts: LetterFacts) -> list[dict[str, str]]:
    """Copy number, secrecy and urgency from the top down (7.2.3)."""
    marks = (("copy-number", facts.copy_number), ("secrecy", facts.secrecy), ("urgency", facts.urgency))
    return [{"style": style, "text": text} for style, text in marks if text]


def letter_page(facts: LetterFacts, generator: str) -> tuple[Page, Refine]:
    """The page and what is done when its imprint has been pushed to a page of its own; raises BadFacts."""
    _check(facts)
    organ, mark, title = one_line(facts.organ), one_line(facts.mark), one_line(facts.title)
    seal, images = seal_of(facts.seal, facts.seal_image, field="seal_image", name="seal", preview=facts.preview)
    copies = one_line(facts.cc).rstrip("。")
    annexes, top_marks = _annexes(facts.annexes), _top_marks(facts)
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
        "paragraphs": _said(facts.paragraphs),
        "annexes": annexes,
        "several_annexes": len(annexes) > 1,
        "annexes_follow": any(annex["paged"] for annex in annexes),
        "attendance": [{"label": line.label, "people": one_line(line.people)} for line in facts.attendance],
        "top_marks": top_marks,
        "upward": facts.upward,
        "signatory": SIGNATORY_PENDING if facts.preview else one_line(facts.signatory),
        "date": date,
        "issued_on": facts.date.isoformat(),
        "contact": one_line(facts.contact),
        "copies": f"{copies}。" if copies else "",
        # 10.1: the imprint of the letter format names neither the office nor the day
        "show_issued": facts.format != "letter",
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
        variables={
            "mark": f"{mark_size(mark)}pt",
            "sign-right": f"{_sign_right(organ, date):g}",
            "marks": str(max(1, len(top_marks))),
        },
        images=images,
        attachment="" if facts.preview else carried(facts),
    )

    def refine(sheets: Sequence[frozenset[str]]) -> Page:
        if "end" in sheets[-1]:
            return page
        return replace(page, context={**context, "lone_imprint": True})

    return page, refine
