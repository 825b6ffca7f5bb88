"""The page of a list of units: a head, a table whose head repeats on every sheet, the organ and its seal at the end."""

from dataclasses import replace
from typing import Final

from notices.pdf.engine import Page
from notices.pdf.facts import ListFacts
from notices.pdf.letters import carried, qr_code, seal_of
from notices.rules.layout import document_date

INTERNAL: Final = "内部资料　不得公开"
STRETCH: Final = 300  # rows that are set at once; fewer cost time, more cost memory


def unit_list_page(facts: ListFacts, generator: str) -> tuple[Page, None]:
    """An empty list is a document, too: it says that nobody stands on it."""
    seal, images = seal_of(facts.seal, facts.seal_image, field="seal_image", name="seal", preview=False)
    day = facts.date or facts.as_at
    rows = [
        {"id": f"row-{at}", "count": str(at + 1), "row": row, "since": document_date(row.since)}
        for at, row in enumerate(facts.rows)
    ]
    context = {
        "f": facts,
        "generator": generator,
        "issued_on": day.isoformat(),
        "date": document_date(day),
        "as_at": document_date(facts.as_at),
        "internal": INTERNAL if facts.internal else "",
        "rows": rows,
        "total": str(len(rows)),
        "seal": seal,
        "qr": qr_code(facts.verify_url),
        "begins": True,
        "ends": True,
    }
    page = Page(
        template="unit_list.html",
        context=context,
        styles=("form.css", "list.css"),
        issued_on=day,
        images=images,
        attachment=carried(facts),
        rows=len(rows),
    )

    def stretch(start: int, sheets: int) -> tuple[Page, int]:
        some = rows[start : start + STRETCH]
        of = {"rows": some, "begins": not start, "ends": start + len(some) == len(rows)}
        of["first_sheet"] = str(sheets + 1) if sheets else ""
        return replace(page, context={**context, **of}), len(some)

    return (replace(page, stretch=stretch) if len(rows) > STRETCH else page), None
