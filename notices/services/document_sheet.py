"""Documents as a table: for a workbook or for paper."""

from collections.abc import Iterator, Sequence
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.selectors.list_kinds import Sheet, Value
from notices.models import Document
from notices.packs import kind_of

BATCH: Final = 500


def document_sheet(acting: Acting, rows: QuerySet[Document]) -> Sheet:
    """What the list of documents shows of each."""
    columns = [
        ("document", _("Document"), 34), ("document", _("Number"), 28), ("addressee", _("Addressee"), 34),
        ("addressee", _("Enterprise"), 34), ("case", _("Case number"), 26), ("body", _("Issued by"), 28),
        ("issued", _("Issued on"), 14), ("served", _("Served on"), 14), ("state", _("State"), 14),
    ]  # fmt: skip
    return Sheet("documents", _("Documents"), columns, _cells(rows))


def _cells(rows: QuerySet[Document]) -> Iterator[Sequence[Value]]:
    for document in rows.iterator(chunk_size=BATCH):
        yield [
            kind_of(document.kind).zh,
            document.number or "",
            document.addressee,
            document.enterprise.name if document.enterprise else "",
            document.case.number if document.case else "",
            document.body.name,
            document.issued.issued_on if document.issued else None,
            document.served_on,
            str(document.get_state_display()),
        ]
