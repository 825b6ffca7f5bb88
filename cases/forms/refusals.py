"""A service's refusal in the words of the reader."""

from django.utils.translation import gettext

from cases.rules.errors import StatedError


def in_words(error: StatedError) -> str:
    """The refusal's message, translated, with its details filled in."""
    text = gettext(str(error.msgid))
    if "%(" not in text:
        return text
    details = dict(error.details)
    if "reason" in details:
        details["reason"] = gettext(str(details["reason"]))
    return text % details


def refusal_text(error: StatedError) -> str:
    """The refusal in the reader's words, with the clause it rests on."""
    text = in_words(error)
    return f"{text}（{error.clause}）" if error.clause else text
