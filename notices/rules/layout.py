"""Facts of GB/T 9704-2012 (layout of official documents of party and government organs), each with its clause.

Lengths are millimetres, type sizes points. The style sheets say the same numbers as CSS; the tests measure the printed
page against this module, so the two cannot drift apart.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

MM_PER_POINT: Final = 25.4 / 72

# 5.1, 5.2.1: sheet, margins, type area (the right and lower margins follow)
PAGE_WIDTH: Final = 210.0
PAGE_HEIGHT: Final = 297.0
TOP_MARGIN: Final = 37.0
BINDING_MARGIN: Final = 28.0
TYPE_WIDTH: Final = 156.0
TYPE_HEIGHT: Final = 225.0

# 5.2.2, 5.2.3: size 3 type, 22 lines of 28 characters fill the type area
LINES_PER_PAGE: Final = 22
CHARACTERS_PER_LINE: Final = 28
LINE_PITCH: Final = TYPE_HEIGHT / LINES_PER_PAGE
CHARACTER_PITCH: Final = TYPE_WIDTH / CHARACTERS_PER_LINE
BODY_SIZE: Final = 16.0

# 7.2.4: the issuer's mark stands this far under the top of the type area; its size is the issuer's choice
MARK_TOP: Final = 35.0
MARK_WIDTH: Final = 150.0
MARK_LARGEST: Final = 46.0

# 7.2.5, 7.2.7: blank lines between mark and number; the red rule under the number
LINES_BEFORE_NUMBER: Final = 2
RULE_BELOW_NUMBER: Final = 4.0

# 7.2.1 to 7.2.3: copy number, secrecy and urgency, one a line from the first on; 7.2.5, 7.2.6: number and signatory of
# a document that goes upward stand this many characters inside
UPWARD_INDENT: Final = 1

# 7.3.1: size 2 title, two lines under the rule
TITLE_SIZE: Final = 22.0
LINES_BEFORE_TITLE: Final = 2

# 7.3.3, 7.3.5: indent of a paragraph; right indent of the date of a sealed document, in characters
PARAGRAPH_INDENT: Final = 2
DATE_RIGHT_INDENT: Final = 4

# 7.3.7: the line of an annex on which its title stands; its mark stands on the first
ANNEX_TITLE_LINE: Final = 3

# 7.4: imprint in size 4; first and last rule, rules between
IMPRINT_SIZE: Final = 14.0
IMPRINT_OUTER_RULE: Final = 0.35
IMPRINT_INNER_RULE: Final = 0.25

# 7.5: page number, size 4, its dashes this far under the type area
PAGE_NUMBER_SIZE: Final = 14.0
PAGE_NUMBER_GAP: Final = 7.0


@dataclass(frozen=True)
class LetterForm:
    """The letter format (信函格式), clause 10.1; millimetres."""

    mark_top: float = 30.0  # from the upper edge of the sheet
    rule_below_mark: float = 4.0
    rule_length: float = 170.0
    last_rule_above_edge: float = 20.0
    number_below_rule: float = 7 / 8 * BODY_SIZE * MM_PER_POINT  # from the lower rule to the character


LETTER_FORM: Final = LetterForm()


def document_date(day: date) -> str:
    """The date as it is printed: Arabic figures, full year, no leading zero (7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def mark_size(mark: str, width: float = MARK_WIDTH) -> float:
    """Type size (points) at which the red mark fits into `width` millimetres on one line (7.2.4)."""
    return round(min(MARK_LARGEST, width / MM_PER_POINT / max(1, len(mark))), 2)


def title_capacity() -> int:
    """Characters of title type that fit on one line of the type area (7.3.1)."""
    return int(TYPE_WIDTH / MM_PER_POINT / TITLE_SIZE)
