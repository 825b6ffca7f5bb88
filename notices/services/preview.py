"""See a document before it is issued."""

from cases.acting import Acting
from notices.models import Document
from notices.services.facts import facts_of


def preview(document: Document, acting: Acting) -> bytes:
    """The document as it would be printed now: without number, seal and code; takes no number and writes nothing.

    Raises what issuing would raise about its text: RuleError, MissingGlyph.
    """
    from notices.pdf.render import render  # WeasyPrint takes a second to import: only those who print pay for it

    facts = facts_of(document, number="", on=acting.today, verify_url="", preview=True)
    return render(document.kind, facts).pdf
