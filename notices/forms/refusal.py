"""A refusal of a service as an error of the form that asked for it."""

from django.forms import BaseForm
from django.utils.translation import gettext

from cases.rules.errors import StatedError


def refusal_text(error: StatedError) -> str:
    """The refusal in the reader's language, with the clause it rests on."""
    text = gettext(str(error.msgid))
    text = text % error.details if "%(" in text else text
    return f"{text}（{error.clause}）" if error.clause else text


def add_refusal(form: BaseForm, error: StatedError) -> None:
    """Put it on the field it names, else above the form."""
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error))
