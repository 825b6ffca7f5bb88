"""The English gloss copy of an issued document or list: a translation for reference, which is no document itself.

It is set from the facts frozen at issue and from nothing else, in a layout of its own: no red head, no seal, no
signature, no code. Every sheet says that the Chinese text alone has legal force. Chinese that stays as issued is set
off from the English.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cases.rules.errors import RuleError
from notices.packs.gloss_memory import gloss_memory, memory_version
from notices.pdf import engine
from notices.pdf.check_print import check_print
from notices.pdf.checks import printable_facts
from notices.pdf.engine import Page
from notices.pdf.facts import (
    Facts,
    FormFacts,
    LetterFacts,
    ListFacts,
    OversightListFacts,
    ReturnVisitFacts,
    SheetFacts,
    TaskListFacts,
)
from notices.pdf.gloss_blocks import Block, Glossed, Row, Table, Text, glossed
from notices.pdf.render import PRODUCT, Rendered, kinds
from notices.rules.gloss import Line, Original, as_issued, gloss, written_date

MARK_ZH: Final = "译文，仅供参考"
MARK_EN: Final = "Translation for reference only"
FORCE: Final = "The Chinese text alone has legal force."
RUNNING: Final = f"{MARK_ZH} · {MARK_EN}. {FORCE}"
"""What stands at the head of every sheet; `gloss.css` says the same."""
LAYOUT_VERSION: Final = "2026.1"
STRETCH: Final = 100  # rows of a table that are set at once
_FACTS: Final[Mapping[str, type[Facts]]] = {
    "letter": LetterFacts,
    "sheet": SheetFacts,
    "general_rules_form": FormFacts,
    "return_visit_record": ReturnVisitFacts,
    "supervision_task_list": TaskListFacts,
    "oversight_list": OversightListFacts,
    "unit_list": ListFacts,
}


def gloss_of(kind: str, facts: Mapping[str, Any]) -> Glossed:
    """What the gloss of a document of this kind says; RuleError for an unknown kind, BadFacts, MissingGlyph."""
    chosen = kinds().get(kind)
    if chosen is None or chosen.layout not in _FACTS:
        raise RuleError("unknown_document", "There is no document of the kind %(kind)s.", kind=kind)
    data = printable_facts({**facts, "kind": kind})
    return glossed(_FACTS[chosen.layout].from_json(data), gloss_memory())


def render_gloss(kind: str, facts: Mapping[str, Any], original: Original) -> Rendered:
    """Print the gloss of what was issued and read it back; equal facts, original and memory give equal bytes.

    Raises as `gloss_of`, and PrintedWrong.
    """
    said = gloss_of(kind, facts)
    version = f"{LAYOUT_VERSION} {memory_version()}"
    page = gloss_page(said, kind, original, f"{PRODUCT} gloss {kind} {version}")
    stated = [kind, version, original.sha256, original.signed, str(original.voided_on), dict(facts)]
    done = engine.write(page, json.dumps(stated, ensure_ascii=False, sort_keys=True))
    check_print(done.pdf, done.html, RUNNING)
    return Rendered(done.pdf, hashlib.sha256(done.pdf).hexdigest(), done.pages, done.html)


def gloss_page(said: Glossed, kind: str, original: Original, generator: str) -> Page:
    """The page of a gloss; a long table is set stretch by stretch."""
    title = gloss(gloss_memory(), said.title)
    blocks = [_block(group) for group in _grouped(said.blocks)]
    long = next((at for at, block in enumerate(blocks) if len(block.get("rows", ())) > STRETCH), None)
    context = {
        "generator": generator,
        "mark_zh": MARK_ZH,
        "mark_en": MARK_EN,
        "force": FORCE,
        "wide": said.wide or kind == "unit_list",
        "name": _plain(title),
        "title": _html(title),
        "title_zh": said.title if title != as_issued(said.title) else "",
        "number": said.number,
        "number_said": _html(gloss(gloss_memory(), said.number or "—")),
        "organ": said.organ,
        "date": written_date(said.date),
        "issued_on": said.date.isoformat(),
        "sha256": (original.sha256[:32], original.sha256[32:]),
        "signed": original.signed,
        "voided_on": written_date(original.voided_on) if original.voided_on else "",
        "verify_url": said.verify_url,
        "blocks": blocks,
        "foot": [_html(line) for line in said.foot],
        "begins": True,
        "ends": True,
        "first_sheet": "",
    }
    page = Page("gloss.html", context, ("gloss.css",), said.date)
    return page if long is None else _in_stretches(page, blocks, long)


def _in_stretches(page: Page, blocks: list[dict[str, Any]], long: int) -> Page:
    """What stands before the long table goes with its first rows, what follows it with its last."""
    rows = blocks[long]["rows"]

    def stretch(start: int, sheets: int) -> tuple[Page, int]:
        some = rows[start : start + STRETCH]
        begins, ends = not start, start + len(some) == len(rows)
        shown = [{**blocks[long], "rows": some}]
        shown = [*(blocks[:long] if begins else ()), *shown, *(blocks[long + 1 :] if ends else ())]
        of = {"blocks": shown, "begins": begins, "ends": ends, "first_sheet": str(sheets + 1) if sheets else ""}
        return replace(page, context={**page.context, **of}), len(some)

    return replace(page, rows=len(rows), stretch=stretch)


def _grouped(blocks: tuple[Block, ...]) -> list[list[Block]]:
    """Rows that follow each other stand in one table; everything else stands alone."""
    groups: list[list[Block]] = []
    for block in blocks:
        if isinstance(block, Row) and groups and isinstance(groups[-1][0], Row):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _block(group: list[Block]) -> dict[str, Any]:
    first = group[0]
    if isinstance(first, Text):
        return {"text": _html(first.line), "level": str(first.level)}
    if isinstance(first, Table):
        return {
            "caption": _html(first.caption),
            "heads": [_html(head) for head in first.columns],
            "widths": [f"{width}mm" if width else "" for width in first.widths],
            "rows": [{"id": f"row-{at}", "cells": [_cell(cell) for cell in row]} for at, row in enumerate(first.rows)],
        }
    rows = [each for each in group if isinstance(each, Row)]
    return {"pairs": [{"label": _html(row.label), "lines": [_html(line) for line in row.lines]} for row in rows]}


def _cell(lines: tuple[Line, ...]) -> dict[str, Any]:
    """A cell of Chinese alone is marked as a whole: in a list of thousands, a box less each."""
    if all(len(line) == 1 and line[0].chinese for line in lines):
        return {"chinese": True, "lines": [line[0].text for line in lines]}
    return {"chinese": False, "lines": [_html(line) for line in lines]}


def _html(line: Line) -> SafeString:
    """English as it is, Chinese in its own language and set off."""
    shown = (format_html('<span lang="zh-CN">{}</span>', each.text) if each.chinese else each.text for each in line)
    return format_html_join("", "{}", ((each,) for each in shown))


def _plain(line: Line) -> str:
    return "".join(piece.text for piece in line)
