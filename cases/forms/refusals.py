"""A service's refusal in the words of the reader."""

from django.utils.translation import gettext

from cases.rules.errors import StatedError


def in_words(error: StatedError) -> str:
    """The refusal's message, translated, with its details filled in."""
    text = gettext(error.msgid)
    return text % error.details if "%(" in text else text
