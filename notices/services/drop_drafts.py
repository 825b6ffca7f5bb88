"""Drop the draft of a letter whose ground has gone: the decision it was to tell was taken back."""

from typing import Any

from django.dispatch import receiver

from cases.acting import Acting
from cases.models import BodyInstrument
from cases.signals import instrument_taken_back
from notices.models import Document
from notices.services.void_document import void_document


@receiver(instrument_taken_back, dispatch_uid="zhijian-drop-instrument-drafts")
def drop_letter_draft(sender: Any, instrument: BodyInstrument, reason: str, acting: Acting, **kwargs: Any) -> None:
    """Whoever took it back gave the reason; the system drops what was drafted by it."""
    drafts = Document.objects.filter(subject=f"instrument:{instrument.pk}", state=Document.State.DRAFT)
    for document in drafts:
        void_document(document=document, reason=reason, acting=Acting(user=None, at=acting.at))
