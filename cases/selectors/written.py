"""Days and moments as the reader's language writes them."""

import re
from datetime import date, datetime
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.acting import LEGAL_ZONE
from cases.packs.glosses import own_english

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")


def period_words(code: str) -> str:
    """A calendar period by its code: 2026年度, 2026年下半年, 2026年第4季度, 2026年11月."""
    year, _dash, part = code.partition("-")
    if not part:
        return _("Year %(year)s") % {"year": year}
    if part == "H1":
        return _("First half of %(year)s") % {"year": year}
    if part == "H2":
        return _("Second half of %(year)s") % {"year": year}
    if part.startswith("Q"):
        return _("Quarter %(part)s of %(year)s") % {"year": year, "part": part[1:]}
    return date_format(date(int(year), int(part), 1), "YEAR_MONTH_FORMAT")


def written(value: Any) -> Any:
    """A day as 2026年3月6日 or 6 Mar 2026, a moment with its time in Shanghai; anything else as it is.

    Stored details hold days and moments as ISO text; such text is written out, too.
    """
    if isinstance(value, str):
        value = _read(value)
    if isinstance(value, datetime):
        return date_format(value.astimezone(LEGAL_ZONE), "DATETIME_FORMAT")
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else value


def _read(text: str) -> str | date:
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass  # no day of any calendar, such as 2026-13-01
    return text


def own_words(text: object) -> str:
    """A word of this house that packs hold in Chinese, in the language of the page; anything else as it is."""
    return own_english(str(text)) if get_language() == "en" else str(text)
