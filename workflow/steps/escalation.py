"""The human steps of escalation and listed oversight (P5)."""

from typing import Final

from workflow.steps.step import Phase, Step

ESCALATION_PHASES: Final[tuple[Phase, ...]] = ()

ESCALATION_STEPS: Final[tuple[Step, ...]] = ()
