"""A service's refusal in the words of the reader."""

from django.utils.translation import gettext

from cases.rules.errors import StatedError
from cases.selectors.written import written


def in_words(error: StatedError) -> str:
    """The refusal's message, translated, with its details filled in."""
    return error.words(gettext, written)


def refusal_text(error: StatedError) -> str:
    """The refusal in the reader's words, with the clause it rests on."""
    text = in_words(error)
    return f"{text}（{error.clause}）" if error.clause else text
