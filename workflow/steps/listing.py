"""The human steps of supervision lists (P4)."""

from typing import Final

from workflow.steps.step import Phase, Step

LISTING_PHASES: Final[tuple[Phase, ...]] = ()

LISTING_STEPS: Final[tuple[Step, ...]] = ()
