"""Before printing: every text of the facts cleaned, and every character known to have a glyph.

A character that no font has would print as nothing or as a box, so a document containing one is refused, naming the
character and the field it came from.
"""

from typing import Any

from cases.rules.errors import RuleError
from notices.pdf.codec import BadFacts
from notices.pdf.fontset import missing
from notices.rules.text import UnprintableText, clean

_NOT_PRINTED = frozenset({"seal_image", "verify_url"})


class MissingGlyph(RuleError):  # noqa: N818 - named for what is wrong
    """No font can draw these `characters`, which stand in `field` (e.g. paragraphs[2].text)."""

    def __init__(self, characters: tuple[str, ...], field: str) -> None:
        named = "、".join(f"{c}（U+{ord(c):04X}）" for c in characters)
        super().__init__(
            "missing_glyph",
            "%(field)s contains what our fonts cannot print: %(named)s.",
            field=field,
            named=named,
            characters=list(characters),
        )
        self.characters = characters
        self.field = field


def printable_facts(data: Any, field: str = "") -> Any:
    """The JSON facts with every text cleaned; raises BadFacts or MissingGlyph naming the field."""
    if isinstance(data, dict):
        prefix = f"{field}." if field else ""
        return {
            name: value if name in _NOT_PRINTED else printable_facts(value, prefix + name)
            for name, value in data.items()
        }
    if isinstance(data, (list, tuple)):
        return [printable_facts(item, f"{field}[{at}]") for at, item in enumerate(data)]
    if not isinstance(data, str):
        return data
    try:
        text = clean(data)
    except UnprintableText as error:
        codepoint = error.details["codepoint"]
        raise BadFacts(field, "the character %(codepoint)s cannot be printed", codepoint=codepoint) from error
    if lacking := missing(text):
        raise MissingGlyph(lacking, field)
    return text
