"""Keep a filled supervision task list as a numbered document of the file (38号 附件2)."""

from django.db import transaction

from cases.acting import Acting
from cases.models import TaskSheet
from notices.models import Document
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document

KIND = "supervision_task_list"


@transaction.atomic
def keep_task_list(*, sheet: TaskSheet, acting: Acting) -> Document:
    """Its document, issued now unless it stands already; what it says never changes afterwards.

    RuleError `not_filled` while the list is open; Blocked.
    """
    subject = f"task_sheet:{sheet.pk}"
    document = Document.objects.filter(kind=KIND, subject=subject).exclude(state=Document.State.VOIDED).first()
    if document is None:
        document = draft_document(kind=KIND, subject=subject, acting=acting)
    return issue_document(document=document, acting=acting) if document.state == Document.State.DRAFT else document
