"""A form of the file whose table may have thousands of rows, set some hundred rows at a time."""

from dataclasses import replace
from typing import Any, Final

from notices.pdf.engine import Page

STRETCH: Final = 300  # rows that are set at once; fewer cost time, more cost memory


def in_stretches(page: Page) -> Page:
    """The page of a sheet, which is set in stretches where one of its tables is long.

    What stands before the table goes with its first stretch, and what comes after it with the last. How many sheets
    there are is known at the end, so their feet are drawn then.
    """
    groups = page.context["groups"]
    at = max(range(len(groups)), key=lambda each: len(groups[each].get("rows", ())))
    rows = groups[at].get("rows", ())
    if len(rows) <= STRETCH:
        return page
    context = {**page.context, "begins": False, "ends": False, "groups": ()}
    bodies = replace(page, styles=(*page.styles, "no_feet.css"))

    def stretch(start: int, _sheets: int) -> tuple[Page, int]:
        some = {**groups[at], "rows": rows[start : start + STRETCH], "first": start}
        begins, ends = not start, start + STRETCH >= len(rows)
        before, after = groups[:at] if begins else (), groups[at + 1 :] if ends else ()
        part: dict[str, Any] = {"begins": begins, "ends": ends, "groups": [*before, some, *after]}
        return replace(bodies, context=context | part), len(some["rows"])

    def feet(sheets: int) -> Page:
        return replace(page, context=context | {"preview": False, "sheets": range(sheets)})

    return replace(page, rows=len(rows), stretch=stretch, feet=feet)
