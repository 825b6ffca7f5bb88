"""See a document before it is issued."""

import hashlib
import json
from typing import Any

from cases.acting import Acting
from notices.models import Document
from notices.pdf.checks import printable_facts
from notices.services.facts import facts_of


def drafted_facts(document: Document, acting: Acting) -> dict[str, Any]:
    """What the draft would say now, without number, seal and code; raises what issuing would raise about its text."""
    facts = facts_of(document, number="", on=acting.today, verify_url="", preview=True)
    printable: dict[str, Any] = printable_facts(facts)
    return printable


def wording(document: Document, acting: Acting) -> str:
    """SHA-256 of everything the document would say, but for number, day, code and seal; hexadecimal."""
    facts = facts_of(document, number="", on=acting.today, verify_url="", preview=True)
    passing = {"number", "date", "verify_url", "seal", "seal_image", "preview"}
    said = {name: value for name, value in facts.items() if name not in passing}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def preview(document: Document, acting: Acting) -> bytes:
    """The draft as it would be printed now; takes no number and writes nothing. RuleError, MissingGlyph."""
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    return render(document.kind, drafted_facts(document, acting)).pdf
