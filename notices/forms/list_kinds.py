"""The list of documents as saved views, exports and acts on many rows know it."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.selectors.list_kinds import Column, ListKind, register_list
from notices.forms.documents import DocumentFilter
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.documents import documents_for, issuers_for, narrowed
from notices.services.document_sheet import document_sheet


def _documents(acting: Acting, query: QueryDict) -> QuerySet[Document]:
    form = DocumentFilter(query or None, bodies=issuers_for(acting.person))
    chosen = form.cleaned_data if form.is_bound and form.is_valid() else {}
    return narrowed(documents_for(acting.person), **chosen)


DOCUMENTS = register_list(
    ListKind(
        code="documents",
        title=_("Documents"),
        url_name="document_list",
        parameters=frozenset({"q", "kind", "state", "body", "cols"}),
        columns=(
            Column("document", _("Document"), fixed=True),
            Column("addressee", _("Addressee"), fixed=True),
            Column("case", _("Case number"), usual=False),
            Column("body", _("Issued by")),
            Column("issued", _("Issued on")),
            Column("served", _("Served on")),
            Column("state", _("State")),
        ),
        rows=_documents,
        sheet=document_sheet,
        line=lambda document: f"{kind_of(document.kind).name} {document.number or ''} · {document.addressee}",
        permissions=("view_case",),
    )
)
