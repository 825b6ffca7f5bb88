"""Say a refusal in the reader's language."""

from cases.forms.refusals import refusal_text

__all__ = ["refusal_text"]
