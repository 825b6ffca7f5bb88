"""Say a refusal in the reader's language."""

from django.utils.translation import gettext

from cases.rules.errors import StatedError


def refusal_text(error: StatedError) -> str:
    """The message of a refusal, translated, its placeholders filled, with the clause it rests on."""
    text = gettext(str(error.msgid))
    text = text % error.details if "%(" in text else text
    return f"{text}（{error.clause}）" if error.clause else text
