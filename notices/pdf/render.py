"""Facts in, a PDF out: the one door to printing.

`render` looks nothing up, reads no clock and touches no file or network beyond the project's own fonts, templates and
style sheets. Equal facts and template version give equal bytes.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cases.rules.errors import RuleError
from notices.pdf import engine
from notices.pdf.checks import printable_facts
from notices.pdf.codec import BadFacts
from notices.pdf.editions import edition_of
from notices.pdf.facts import FormFacts, LetterFacts, ListFacts, ReturnVisitFacts, TaskListFacts
from notices.pdf.forms import form_page, return_visit_page
from notices.pdf.letters import letter_page
from notices.pdf.task_lists import task_list_page
from notices.pdf.unit_lists import unit_list_page

PRODUCT: Final = "Zhijian"


@dataclass(frozen=True)
class Kind:
    """A kind of document that can be printed; `template_version` changes whenever equal facts would print otherwise."""

    code: str
    zh: str
    en: str
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


def _unit_list(data: dict[str, Any], generator: str) -> tuple[engine.Page, None]:
    return unit_list_page(ListFacts.from_json(data), generator)


_LETTERS: Final = "2026.1"
_KINDS: Final[tuple[tuple[Kind, _Build], ...]] = (
    (Kind("interview_notice", "约谈通知书", "Interview notice", _LETTERS), _letter),
    (Kind("rectification_order", "责令限期整改通知书", "Order to rectify within a time limit", _LETTERS), _letter),
    (Kind("reminder_letter", "敦促提醒函", "Reminder letter", _LETTERS), _letter),
    (Kind("listed_oversight_notice", "挂牌督办通知书", "Notice of listed oversight", _LETTERS), _letter),
    (
        Kind("oversight_lift_notice", "解除挂牌督办通知书", "Notice of the end of listed oversight", _LETTERS),
        _letter,
    ),
    (Kind("listing_notice", "拟列入监管名单告知书", "Notice of a proposed listing", _LETTERS), _letter),
    (Kind("listing_decision", "监管名单决定告知书", "Decision on a listing", _LETTERS), _letter),
    (Kind("delisting_notice", "移出监管名单告知书", "Notice of a removal from a list", _LETTERS), _letter),
    (Kind("general_rules_form", "工业企业产品质量分类监管通用规则", "General rules form", "2026.1"), _form),
    (Kind("return_visit_record", "回访记录", "Return-visit record", "2026.1"), _return_visit),
    (Kind("supervision_task_list", "监管任务清单", "Supervision task list", "2026.1"), _task_list),
    (Kind("unit_list", "名单", "List of units", "2026.1"), _unit_list),
)
_BY_CODE: Final = {kind.code: (kind, build) for kind, build in _KINDS}


def kinds() -> tuple[Kind, ...]:
    """What can be printed, with its names and template version."""
    return tuple(kind for kind, _ in _KINDS)


def render(kind: str, facts: Mapping[str, Any], version: str = "") -> Rendered:
    """Print one document from the JSON of its facts (`Facts.to_json`) under a template version, by default today's.

    Raises RuleError for an unknown kind or a version that is not kept, BadFacts for facts that cannot be read or are
    not fit to print, MissingGlyph for a character that none of our fonts has; each names the field.
    """
    if kind not in _BY_CODE:
        raise RuleError("unknown_document", "There is no document of the kind %(kind)s.", kind=kind)
    chosen, build = _BY_CODE[kind]
    if facts.get("kind", kind) != kind:
        raise BadFacts("kind", "%(wanted)s is wanted", wanted=kind)
    data = printable_facts({**facts, "kind": kind})
    version = version or chosen.template_version
    edition = edition_of(version, chosen.template_version)
    page, refine = build(data, f"{PRODUCT} {chosen.code} {version}")
    identity = json.dumps([chosen.code, version, data], ensure_ascii=False, sort_keys=True)
    done = engine.write(page, identity, refine, edition)
    return Rendered(done.pdf, hashlib.sha256(done.pdf).hexdigest(), done.pages, done.html)
