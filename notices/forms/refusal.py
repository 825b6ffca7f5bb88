"""A refusal of a service as an error of the form that asked for it."""

from django.forms import BaseForm

from cases.forms.refusals import refusal_text
from cases.rules.errors import StatedError


def add_refusal(form: BaseForm, error: StatedError) -> None:
    """Put it on the field it names, else above the form."""
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error))
