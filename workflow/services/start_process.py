"""Start the process of a case that has just been opened: each procedure begins at a start node of its own."""

from collections.abc import Mapping
from typing import Any, Final

from cases.acting import Acting
from cases.models import Case, Procedure
from workflow import engine
from workflow.flows.escalation import EscalationFlow
from workflow.flows.listing import DelistingFlow, ListingFlow
from workflow.flows.main_supervision import MainSupervisionFlow

STARTS: Final[Mapping[str, Any]] = {
    Procedure.MAIN: MainSupervisionFlow.start,
    Procedure.EVENT: MainSupervisionFlow.start_event,
    Procedure.REVIEW: MainSupervisionFlow.start_review,
    Procedure.ESCALATION: EscalationFlow.start,
    Procedure.LISTING: ListingFlow.start,
    Procedure.DELISTING: DelistingFlow.start,
}


def start_process_of(*, case: Case, acting: Acting) -> None:
    """Put the token on the beginning of the case's procedure, in the transaction that opened it."""
    engine.start_process(STARTS[case.procedure], acting=acting, case=case)
