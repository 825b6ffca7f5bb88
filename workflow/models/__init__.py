"""Rows of the engine floor."""

from workflow.models.process import CaseProcess, StepDraft, WorkItem

__all__ = ["CaseProcess", "StepDraft", "WorkItem"]
