"""Where the steps of a document are taken while a task of its case asks for them: on the task's page."""

from collections.abc import Mapping
from typing import Final

from django.urls import reverse

from notices.models import Document, Kind
from notices.services.batch_items import register_elsewhere
from notices.views.elsewhere import Action, register_place
from workflow.models import WorkItem

ISSUING_STEPS: Final[Mapping[str, str]] = {
    Kind.INTERVIEW_NOTICE: "issue_interview",
    Kind.RECTIFICATION_ORDER: "issue_order",
    Kind.LISTED_OVERSIGHT_NOTICE: "issue_listing_notice",
    Kind.OVERSIGHT_LIFT_NOTICE: "issue_lift_notice",
}


def place_of_task(document: Document, action: Action) -> str | None:
    """The open task that issues this letter; service is recorded on the letter's own page."""
    step = ISSUING_STEPS.get(document.kind) if action == "issue" else None
    item = WorkItem.objects.filter(case_id=document.case_id, step=step).first() if step and document.case_id else None
    return reverse("task", args=[item.pk]) if item else None


def register_places() -> None:
    register_place(place_of_task)
    register_elsewhere(lambda document: place_of_task(document, "issue") is not None)
