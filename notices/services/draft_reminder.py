"""Reminder letters for overdue deadlines: drafted by the sweep, dropped again when the matter is settled."""

from typing import Any

from django.dispatch import receiver

from cases.acting import Acting
from cases.models import Deadline
from cases.services.sweep_deadlines import when_overdue
from cases.signals import deadline_changed
from notices.models import Document, Kind
from notices.packs import reminder_rules
from notices.services.draft_document import draft_document
from notices.services.void_document import void_document

SETTLED = "所督促的事项已办结或者期限已变更，本函未签发"  # legal text: it stands in the file


def draft_reminder(deadline: Deadline, acting: Acting) -> Document | None:
    """A draft to the accountable body, from the body above it; the one that stands already, if any.

    None where there is nobody above, or no case to write about. A person must still issue it.
    """
    if deadline.case is None or deadline.accountable_body.parent_id is None:
        return None
    subject = f"deadline:{deadline.pk}"
    standing = Document.objects.filter(kind=Kind.REMINDER_LETTER, subject=subject)
    if found := standing.exclude(state=Document.State.VOIDED).first():
        return found
    return draft_document(case=deadline.case, kind=Kind.REMINDER_LETTER, subject=subject, acting=acting)


def _remind(deadline: Deadline, acting: Acting) -> None:
    draft_reminder(deadline, acting)


for _rule in reminder_rules():
    when_overdue(_rule)(_remind)


@receiver(deadline_changed, dispatch_uid="zhijian-drop-reminder-drafts")
def drop_settled_draft(sender: Any, deadline: Deadline, **kwargs: Any) -> None:
    """A draft nobody issued in time would otherwise urge what is done, and keep its case from being closed."""
    if deadline.case_id is None or (deadline.overdue_since is not None and deadline.state == Deadline.State.RUNNING):
        return
    drafts = Document.objects.filter(
        kind=Kind.REMINDER_LETTER, subject=f"deadline:{deadline.pk}", state=Document.State.DRAFT
    )
    for document in drafts:
        entry = deadline.entries.order_by("-pk").first()
        if entry is not None:
            void_document(document=document, reason=SETTLED, acting=Acting(user=None, at=entry.at))
