"""Facts in, a PDF out: the one door to printing.

`render` looks nothing up, reads no clock and touches no file or network beyond the project's own fonts, templates and
style sheets. Equal facts and template version give equal bytes.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from cases.rules.errors import RuleError
from notices.packs import document_kinds
from notices.pdf import case_file, engine
from notices.pdf.checks import printable_facts
from notices.pdf.codec import BadFacts
from notices.pdf.editions import edition_of
from notices.pdf.facts import (
    FormFacts,
    LetterFacts,
    ListFacts,
    OversightListFacts,
    ReturnVisitFacts,
    SheetFacts,
    TaskListFacts,
)
from notices.pdf.forms import form_page, return_visit_page
from notices.pdf.letters import letter_page
from notices.pdf.sheets import sheet_page
from notices.pdf.task_lists import oversight_list_page, task_list_page
from notices.pdf.unit_lists import unit_list_page

PRODUCT: Final = "Zhijian"


@dataclass(frozen=True)
class Kind:
    """A kind of document that can be printed; `template_version` changes whenever equal facts would print otherwise."""

    code: str
    zh: str
    en: str
    layout: str
    template_version: str


@dataclass(frozen=True)
class Rendered:
    """The finished document; sha256 is the hexadecimal digest of `pdf`, `written` the HTML it was set from."""

    pdf: bytes
    sha256: str
    pages: int
    written: str


_Build = Callable[[dict[str, Any], str], tuple[engine.Page, engine.Refine | None]]


def _letter(data: dict[str, Any], generator: str) -> tuple[engine.Page, engine.Refine]:
    return letter_page(LetterFacts.from_json(data), generator)


def _form(data: dict[str, Any], generator: str) -> tuple[engine.Page, engine.Refine]:
    return form_page(FormFacts.from_json(data), generator)


def _return_visit(data: dict[str, Any], generator: str) -> tuple[engine.Page, None]:
    return return_visit_page(ReturnVisitFacts.from_json(data), generator)


def _task_list(data: dict[str, Any], generator: str) -> tuple[engine.Page, engine.Refine]:
    return task_list_page(TaskListFacts.from_json(data), generator)


def _oversight_list(data: dict[str, Any], generator: str) -> tuple[engine.Page, engine.Refine]:
    return oversight_list_page(OversightListFacts.from_json(data), generator)


def _unit_list(data: dict[str, Any], generator: str) -> tuple[engine.Page, None]:
    return unit_list_page(ListFacts.from_json(data), generator)


def _sheet(data: dict[str, Any], generator: str) -> tuple[engine.Page, None]:
    return sheet_page(SheetFacts.from_json(data), generator)


LAYOUTS: Final[Mapping[str, _Build]] = {
    "letter": _letter,
    "sheet": _sheet,
    "general_rules_form": _form,
    "return_visit_record": _return_visit,
    "supervision_task_list": _task_list,
    "oversight_list": _oversight_list,
    "unit_list": _unit_list,
    **{code: build for code, _zh, _en, build in case_file.PAGES},
}
_SHEETS: Final = (
    Kind("unit_list", "名单", "List of units", "unit_list", "2026.2"),
    *(Kind(code, zh, en, code, "2026.1") for code, zh, en, _build in case_file.PAGES),
)
"""What is printed without being a document of its own number and life."""


@cache
def kinds() -> Mapping[str, Kind]:
    """What can be printed, by code: every kind of document, and the sheets that are none."""
    documents = (
        Kind(each.kind, each.zh, each.en, each.layout, each.template_version) for each in document_kinds().values()
    )
    return {kind.code: kind for kind in (*documents, *_SHEETS)}


def render(kind: str, facts: Mapping[str, Any], version: str = "") -> Rendered:
    """Print one document from the JSON of its facts (`Facts.to_json`) under a template version, by default today's.

    Raises RuleError for an unknown kind or a version that is not kept, BadFacts for facts that cannot be read or are
    not fit to print, MissingGlyph for a character that none of our fonts has; each names the field.
    """
    chosen = kinds().get(kind)
    if chosen is None:
        raise RuleError("unknown_document", "There is no document of the kind %(kind)s.", kind=kind)
    if facts.get("kind", kind) != kind:
        raise BadFacts("kind", "%(wanted)s is wanted", wanted=kind)
    data = printable_facts({**facts, "kind": kind})
    version = version or chosen.template_version
    page, refine = LAYOUTS[chosen.layout](data, f"{PRODUCT} {chosen.code} {version}")
    edition = edition_of(version, chosen.template_version, page.template)
    identity = json.dumps([chosen.code, version, data], ensure_ascii=False, sort_keys=True)
    done = engine.write(page, identity, refine, edition)
    return Rendered(done.pdf, hashlib.sha256(done.pdf).hexdigest(), done.pages, done.html)
