"""One letter of a batch: drafted, checked and issued, and its refusal put into words."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext, gettext_noop, override

from cases.acting import Acting
from cases.guards.conditions import Blocked, Condition, failed
from cases.models import Body
from cases.rules.errors import RuleError, StatedError
from cases.selectors.written import written
from notices.guards.documents import may_draft, may_issue
from notices.models import BatchItem, Document, DocumentBatch
from notices.packs import kind_of
from notices.pdf.checks import printable_facts
from notices.services.draft_document import draft_document
from notices.services.facts import facts_of
from notices.services.issue_document import issue_document
from notices.services.numbering import expected_number
from notices.services.subjects import find_subject

logger = logging.getLogger(__name__)
State = BatchItem.State
Guard = Callable[[], list[Condition]]
Result = TypeVar("Result")
_UNEXPECTED: Final = RuleError(
    "unexpected", gettext_noop("Something unexpected stopped this letter; administrators find the cause in the log.")
)
_elsewhere: list[Callable[[Document], bool]] = []


def register_elsewhere(issues: Callable[[Document], bool]) -> None:
    """`issues(document)` says whether a step above this floor (a task of the case) issues the letter."""
    _elsewhere.append(issues)


def draft_item(batch: DocumentBatch, item: BatchItem, acting: Acting) -> None:
    """Draft it, unless it stands already, and check that it could be issued; the item then says how that went."""
    if item.document is None:
        item.document = _tried(item, lambda: _draft(batch, item, acting), lambda: _draft_guard(batch, item, acting))
    if item.document is not None:
        check_item(item, batch.body, acting)


def check_item(item: BatchItem, body: Body, acting: Acting) -> None:
    """Ask ahead what issuing would refuse about the letter itself; the item is drafted, or failed and says why."""
    document = item.document
    assert document is not None
    if _tried(item, lambda: _checked(document, body, acting), list):
        item.state, item.refusal = State.DRAFTED, {}


def issue_item(batch: DocumentBatch, item: BatchItem, acting: Acting) -> None:
    """Issue it; the item then is issued, or failed and says why."""
    document = item.document
    assert document is not None

    def issue() -> Document:
        document.refresh_from_db(fields=["state", "void_reason"])
        _require_standing(document, batch.body)
        return issue_document(document=document, acting=acting)

    if _tried(item, issue, lambda: may_issue(document, acting)):
        item.state, item.refusal = State.ISSUED, {}


def _draft(batch: DocumentBatch, item: BatchItem, acting: Acting) -> Document:
    document = draft_document(kind=batch.kind, subject=item.subject, acting=acting)
    _require_issuer(document, batch.body)
    return document


def _draft_guard(batch: DocumentBatch, item: BatchItem, acting: Acting) -> list[Condition]:
    found = find_subject(kind_of(batch.kind), item.subject)
    return may_draft(batch.kind, found.owner, found.body, acting)


def _checked(document: Document, body: Body, acting: Acting) -> Document:
    _require_standing(document, body)
    number = expected_number(kind_of(document.kind), document, acting.today.year)
    printable_facts(facts_of(document, number=number, on=acting.today, verify_url=""))
    return document


def _require_standing(document: Document, body: Body) -> None:
    """The letter is still a draft, of the body of the sheet, and no task of its case issues it."""
    if document.state == Document.State.VOIDED:
        raise RuleError(
            "draft_dropped", "The draft was dropped meanwhile: %(void_reason)s", void_reason=document.void_reason
        )
    if document.state == Document.State.ISSUED:
        raise RuleError("issued_meanwhile", "It was issued meanwhile, as %(number)s.", number=document.number)
    _require_issuer(document, body)
    if any(issues(document) for issues in _elsewhere):
        raise RuleError("task_issues_it", "A task of its case issues this letter; issue it there.")


def _require_issuer(document: Document, body: Body) -> None:
    if document.body_id != body.pk:
        raise RuleError(
            "other_issuer", "%(body)s issues this letter, not the body of the sheet.", body=document.body.name
        )


def _tried(item: BatchItem, act: Callable[[], Result], guard: Guard) -> Result | None:
    """What `act` answers, within a savepoint; None where it is refused, and the item then says why.

    Only a lost database stops the whole: anything else is this letter's own misfortune, and the rest goes on.
    """
    try:
        with transaction.atomic():
            return act()
    except StatedError as error:
        refusal = error
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("letter %s of batch %s", item.position, item.batch_id)
        refusal = _UNEXPECTED
    item.state, item.refusal = State.FAILED, _in_all_languages(refusal, guard)
    return None


def _in_all_languages(error: StatedError, guard: Guard) -> dict[str, Any]:
    """The refusal with its words in every language; a blocked step is asked again, for its reasons are plain text."""
    words = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            again = failed(guard()) if isinstance(error, Blocked) else []
            said = Blocked(again) if again else error
            text = said.words(gettext, written)
            words[language] = f"{text}（{said.clause}）" if said.clause else text
    return {"code": error.code, "words": words}
