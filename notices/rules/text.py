"""Text that goes into a document: what is taken out silently, and what is refused.

Taken out: control characters and invisible ones (they print nothing, and would let two documents that look alike
differ). Refused: what changes the reading order or has no agreed shape, because the page would not say what the record
says.
"""

import re
import unicodedata
from typing import Final

from cases.rules.errors import RuleError, msgid

_LINE_ENDS: Final = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")
_INVISIBLE: Final = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters other than tab and line ends
    r"\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, joiners, fillers
    r"\u061c\u200b-\u200f\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb"  # zero width, marks of direction
    r"\ufe00-\ufe0f\U000e0000-\U000e0fff]"  # selectors and tags
)
_REORDERING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SPACES: Final = re.compile(r"[\t\u00a0\u1680\u2000-\u200a\u202f\u205f]")
_REASONS: Final = {"Co": msgid("private use"), "Cs": msgid("lone surrogate")}


class UnprintableText(RuleError):  # noqa: N818 - named for what is wrong
    """A character that must not stand in a document: `character`, and `reason` in the details."""

    def __init__(self, character: str, reason: str) -> None:
        super().__init__(
            "unprintable_text",
            "The character %(codepoint)s cannot stand in a document: %(reason)s.",
            codepoint=f"U+{ord(character):04X}",
            reason=reason,
        )
        self.character = character


def clean(text: str) -> str:
    """The text as it will be printed: no control or invisible characters, line ends as \\n, other spaces plain.

    Raises UnprintableText for reordering controls, private-use characters, surrogates and noncharacters.
    A code point that is merely newer than this Python stays: whether it can be printed is for the fonts to say.
    Nothing is normalised: a compatibility ideograph in a name stays the character it is.
    """
    text = _SPACES.sub(" ", _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text)))
    for character in text:
        if character in _REORDERING:
            raise UnprintableText(character, "changes the reading order")
        if reason := _REASONS.get(unicodedata.category(character)):
            raise UnprintableText(character, reason)
        if 0xFDD0 <= ord(character) <= 0xFDEF or ord(character) & 0xFFFE == 0xFFFE:
            raise UnprintableText(character, "not a character")
    return text
