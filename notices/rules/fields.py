"""What a drafter may add to the facts of the record: texts, numbers within bounds, and words out of a few."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from cases.rules.errors import RuleError
from notices.rules.text import clean

LONGEST: Final = 4000  # characters of one text
NUMBERS: Final[Mapping[str, range]] = {"reply_days": range(1, 61)}
TEXTS: Final = frozenset({"attendants", "bring", "cc", "contact", "demands", "facts", "statement", "statement_by"})
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"urgency": ("特急", "加急")}
FIELDS: Final = TEXTS | NUMBERS.keys() | CHOICES.keys()
"""Every field there is; which of them a kind of document has stands in notices/packs/kinds.yaml."""


def checked_fields(allowed: Collection[str], fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields cleaned, blank ones left out; RuleError naming the field that is unknown, too long or no text."""
    checked: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in allowed:
            raise RuleError("unknown_field", "A document of this kind has no %(field)s.", field=name)
        if name in NUMBERS:
            if not isinstance(value, int) or isinstance(value, bool) or value not in NUMBERS[name]:
                raise RuleError("bad_field", "Give 1 to 60 working days.", field=name)
            checked[name] = value
        elif name in CHOICES and value and value not in CHOICES[name]:
            raise RuleError("bad_field", "Choose one of: %(choices)s.", field=name, choices="、".join(CHOICES[name]))
        elif not isinstance(value, str) or len(value) > LONGEST:
            raise RuleError("bad_field", "Give a text of at most %(most)d characters.", field=name, most=LONGEST)
        elif text := clean(value).strip():
            checked[name] = text
    return checked
