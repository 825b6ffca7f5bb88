"""The human steps of every procedure, one row a step.

The flows wire them, the pages show them, ``run_step`` runs them: nothing about a step stands twice. A step's code is
the name of its node, whichever flow it stands in.
"""

from collections.abc import Mapping
from typing import Final

from cases.models import Procedure
from workflow.steps.classification import CLASSIFICATION_PHASES, CLASSIFICATION_STEPS
from workflow.steps.escalation import ESCALATION_PHASES, ESCALATION_STEPS
from workflow.steps.listing import DELISTING_PHASES, LISTING_PHASES, LISTING_STEPS
from workflow.steps.step import Guard, Phase, Step

STEPS: Final[dict[str, Step]] = {step.code: step for step in (*CLASSIFICATION_STEPS, *LISTING_STEPS, *ESCALATION_STEPS)}

PHASES_OF: Final[Mapping[str, tuple[Phase, ...]]] = {
    Procedure.MAIN: CLASSIFICATION_PHASES,
    Procedure.EVENT: CLASSIFICATION_PHASES,
    Procedure.REVIEW: CLASSIFICATION_PHASES,
    Procedure.LISTING: LISTING_PHASES,
    Procedure.DELISTING: DELISTING_PHASES,
    Procedure.ESCALATION: ESCALATION_PHASES,
}
"""The phases of a case's stepper, by its procedure."""

__all__ = ["PHASES_OF", "STEPS", "Guard", "Phase", "Step"]
