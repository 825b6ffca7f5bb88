"""What a drafter may add to the facts of the record, by kind of document. Pure.

`contact`: who answers questions. `cc`: bodies that get a copy. `facts`: paragraphs that say what was found, in place of
the usual wording. `demands`: paragraphs that say what is wanted. `bring`: what to bring to an interview.
`reply_days`: working days to reply. A line of text is a paragraph.
"""

from collections.abc import Mapping
from typing import Any, Final

from cases.rules.errors import RuleError
from notices.rules.text import clean

LONGEST: Final = 4000  # characters of one text
_TEXTS: Final[Mapping[str, frozenset[str]]] = {
    "interview_notice": frozenset({"contact", "cc", "facts", "bring"}),
    "rectification_order": frozenset({"contact", "cc", "facts"}),
    "reminder_letter": frozenset({"contact", "cc", "facts", "demands"}),
    "general_rules_form": frozenset(),
    "listed_oversight_notice": frozenset({"contact", "cc"}),
    "oversight_lift_notice": frozenset({"contact", "cc"}),
    "return_visit_record": frozenset({"attendants", "statement", "statement_by"}),
    "listing_notice": frozenset({"contact", "cc", "facts"}),
    "listing_decision": frozenset({"contact", "cc"}),
    "delisting_notice": frozenset({"contact", "cc"}),
}
_REPLY_DAYS: Final = range(1, 61)


def checked_fields(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields cleaned, blank ones left out; RuleError naming the field that is unknown, too long or no text."""
    checked: dict[str, Any] = {}
    for name, value in fields.items():
        if name == "reply_days" and kind == "reminder_letter":
            if not isinstance(value, int) or isinstance(value, bool) or value not in _REPLY_DAYS:
                raise RuleError("bad_field", "Give 1 to 60 working days.", field=name)
            checked[name] = value
        elif name not in _TEXTS[kind]:
            raise RuleError("unknown_field", "A document of this kind has no %(field)s.", field=name)
        elif not isinstance(value, str) or len(value) > LONGEST:
            raise RuleError("bad_field", "Give a text of at most %(most)d characters.", field=name, most=LONGEST)
        elif text := clean(value).strip():
            checked[name] = text
    return checked
