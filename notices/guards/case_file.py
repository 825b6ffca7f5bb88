"""Who may have the file of a case put together.

The file holds nothing that the page of the case does not show: its documents, attachments, opinions and log are all
shown by `view_case` where the unit stands (selectors/documents.py, workflow/selectors/case_page.py), which every role
carries. So whoever may see the case may have its file, and each building and download is told to the audit trail.
"""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import holds
from cases.models import Case
from notices.models import CaseFile, Document
from notices.selectors.copies import awaiting_signature


def may_build(case: Case, acting: Acting) -> list[Condition]:
    """Put the file together: everything issued is printed by then, and one building of a case goes on at a time."""
    running = CaseFile.objects.filter(case=case, state__in=[CaseFile.State.WAITING, CaseFile.State.RUNNING]).first()
    unready = _unready(case)
    return [
        holds(acting, "view_case", case.territorial_body),
        Condition(
            "documents_printed",
            unready is None,
            _("Every issued document must have been printed; a document just issued takes a few seconds."),
            Mend(_("Go to the document"), "document_detail", (unready,)) if unready else None,
            "市场监督管理行政处罚程序规定 第七十八条第一款",
        ),
        Condition(
            "no_case_file_running",
            running is None,
            _("The file of this case must not be being put together already."),
            Mend(_("See how far it is"), "case_file", (case.pk,)) if running else None,
        ),
    ]


def _unready(case: Case) -> int | None:
    """The key of a document of the case that is not printed, or not signed and to be signed; None where all are."""
    issued = Document.objects.filter(case=case, issue__isnull=False).order_by("pk")
    unprinted = issued.filter(file__isnull=True).values_list("pk", flat=True).first()
    if unprinted is not None:
        return unprinted
    unsigned = issued.filter(signature__isnull=True).values_list("pk", flat=True)
    return min(awaiting_signature(unsigned), default=None)
