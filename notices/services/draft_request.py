"""The request to the body above (请示), drafted as it is asked: the head of the body that asks signs it."""

from typing import Any

from django.dispatch import receiver

from cases.acting import Acting
from cases.models import EscalationProposal
from cases.signals import escalation_proposed
from notices.models import Kind
from notices.services.draft_document import draft_document


@receiver(escalation_proposed, dispatch_uid="zhijian-draft-escalation-request")
def draft_request(sender: Any, proposal: EscalationProposal, acting: Acting, **kwargs: Any) -> None:
    """Nobody has written it but the system, so whoever proposed may sign it if they are the head."""
    system = Acting(user=None, at=acting.at)
    draft_document(kind=Kind.ESCALATION_REQUEST, subject=f"request:{proposal.pk}", case=proposal.case, acting=system)
