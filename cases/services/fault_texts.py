"""The words for what may be wrong with a fact, a cell or a file, by the code the rule or the reader gave."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cases.rules.errors import RuleError

FACTS: Final[dict[str, Promise]] = {
    "missing": _("This is required."),
    "too_long": _("At most %(longest)s characters; this has %(length)s."),
    "control_character": _("It holds characters that cannot be printed."),
    "choice": _("This is not one of the possible values."),
    "future": _("The date lies in the future."),
    "order": _("The last day lies before the first."),
    "listed_already": _("This is listed already."),
    "overlap": _("It overlaps with an entry that begins on %(since)s."),
    "before_entry": _("A further reason cannot be older than the first entry, %(day)s."),
    "before_period": _("The record cannot be older than its period, which begins on %(day)s."),
    "period_ahead": _("This period has not begun yet."),
    "year_ahead": _("The year lies after the day of submission."),
    "hours": _("The hours must be more than 0 and at most %(most)s."),
    "not_failed": _("Only a failed sampling has failed items."),
    "contradiction": _("Either nothing was found, or findings are described; not both."),
    "too_early": _("The date lies before October 1949."),
    "uscc_length": _("The code must have 18 characters."),
    "uscc_character": _("The code holds a character that is not allowed (digits and capitals without I, O, S, V, Z)."),
    "uscc_region": _("Characters 3 to 8 of the code are not a region code."),
    "uscc_check_digit": _("The check digit (character 18) does not match: the code is mistyped."),
    "uscc_organisation_digit": _("The check digit of the organisation code (character 17) does not match."),
    "uscc_taken": _("A unit with this code is already in the registry."),
    "headcount": _("The headcount must be a whole number, 0 or more."),
    "revenue": _("The revenue must be an amount in 10,000 yuan, 0 or more."),
    "revenue_places": _("The revenue may have at most two places; it is counted in 10,000 yuan."),
    "count": _("This must be a whole number from 0 to %(most)s."),
    "before_event": _("The date lies before the day it happened."),
    "region": _("A region code has 6 digits, or 9 for a township."),
    "region_unknown": _("No supervision body is known for this region code."),
    "region_outside": _("This region lies outside your area (%(area)s)."),
    "email": _("This is not an e-mail address."),
    "not_done_without_reason": _("Say why the task was not done."),
    "outside_period": _("The day must lie in the period of the list, %(first)s to %(last)s."),
    "same_officer": _("The second officer must be another person than you."),
    "problem_without_words": _("Say what does not comply."),
    "consent_without_email": _("Messages by e-mail need an e-mail address."),
}
CELLS: Final[dict[str, Promise]] = {
    "number_as_code": _("The code was stored as a number and has lost digits; format the column as text."),
    "number": _("This is not a number."),
    "whole_number": _("This is not a whole number."),
    "yes_no": _("Write yes or no."),
    "date": _("This is not a date; write it as 2026-01-31."),
    "kinds": _("Name the kinds with these words: production, wholesale, retail."),
    "bracketed": _("Write each as name(value), separated by semicolons."),
    "risk_level": _("The risk level of a product is I, II or III, in brackets after its name."),
    "repeated": _("The same code stands in row %(row)s already."),
    "uscc_elsewhere": _("A unit with this code is already in the registry, outside your area."),
    "status_not_permitted": _("Your post does not allow you to change the operating status there."),
    "error_value": _("The cell holds an error value."),
    "unit_unknown": _("No enterprise with this code is in the registry of your area."),
    "body_unknown": _("No body with this code lies in your area."),
    "officer_unknown": _("Nobody in office has this user name."),
    "locked_already": _(
        "Another officer answers for the enterprise. A change of officer is a hand-over, done on the page of the lock."
    ),
    "line_unknown": _("The enterprise has no such line on a task list of this period."),
    "known_when_done": _("Whether the enterprise complies is known only where the task was done."),
    "told_already": _("This report is recorded already and stays as it was told. A correction is a report of its own."),
    "person_unknown": _("No person with this role and name is recorded for the enterprise."),
    "other_name": _("The enterprise with this code is called %(name)s. Correct the code or the name."),
    "other_gone": _("The enterprise %(uscc)s, which this row was to update, is not in the registry."),
}
FILES: Final[dict[str, Promise]] = {
    "too_large": _("The file has %(size)s MB; the limit is %(limit)s MB. Split it and import the parts."),
    "empty": _("The file is empty."),
    "not_a_table": _("This is not an Excel workbook (.xlsx) or a CSV text file, whatever its name says."),
    "old_excel": _("This is an Excel 97–2003 file, or it has a password. Save it as .xlsx without a password."),
    "damaged": _("The workbook is damaged and cannot be read."),
    "encoding": _("The text is neither UTF-8 nor GB 18030."),
    "no_header": _("No header row was found: one of the first ten rows must name the column %(column)s."),
    "missing_columns": _("These columns are missing: %(columns)s."),
    "double_columns": _("These columns occur twice: %(columns)s."),
    "no_rows": _("There are no rows below the header."),
    "too_many_rows": _("The file has more than %(limit)s rows. Split it and import the parts."),
    "bad_rows": _("Nothing was saved, because every row had to be right and some are not."),
    "not_permitted": _("The person who started the import may no longer import there."),
    "broke_off": _("The import broke off; nothing was saved. Start it anew."),
    "broke_off_saved": _("The import broke off after %(applied)s rows, which are saved. Go on to save the others."),
    "moved": _(
        "Row %(row)s no longer holds, because the registry has changed since the check. Saving stopped before it; the "
        "first %(applied)s rows are saved."
    ),
}
_TEXTS: Final = {**FACTS, **CELLS, **FILES}


REFUSED: Final = "refused"
"""A service's own refusal: its message and clause stand in the details."""


def fault_text(code: str, details: Mapping[str, Any] | None = None) -> str:
    """The message for a fault, in the language of the moment; KeyError for a code nobody gives."""
    if code == REFUSED and details:
        return _refusal(**details)
    text = str(_TEXTS[code])
    return text % details if details else text


def fault_line(column: str, code: str, details: Mapping[str, Any] | None = None) -> str:
    """The message with its column before it, for a list of reasons in one cell."""
    return str(format_lazy("{column}: {reason}", column=column, reason=fault_text(code, details)))


def _refusal(message: str, clause: str = "", **details: Any) -> str:
    text = RuleError(REFUSED, message, clause, **details).words(gettext)
    return f"{text}（{clause}）" if clause else text
