"""What the page of a list's case shows in its own way: the facts under its head and the card beside it."""

from typing import Any

from django.utils.translation import gettext as _

from cases.acting import legal_date
from cases.selectors.written import written
from cases.views.list_parts import event_rows, grounds
from cases.views.list_parts import facts as candidate_facts
from workflow.selectors.case_page import CasePage
from workflow.selectors.listing_side import ListingSide, listing_side
from workflow.views.case_parts import address, masked


def listing_parts(page: CasePage) -> dict[str, Any]:
    """The context of these cases beyond that of every case."""
    side = listing_side(page.case)
    if side is None:
        return {}
    return {"facts": _facts(page, side), "card": "workflow/cases/listing_card.html", **side_parts(side)}


def side_parts(side: ListingSide) -> dict[str, Any]:
    """The candidate's facts and grounds in words, for the page of the case and for that of a step."""
    return {
        "listing": side,
        "list_facts": candidate_facts(side.candidate),
        "list_grounds": grounds(side.candidate.grounds),
        "list_events": event_rows(side.events),
    }


def _facts(page: CasePage, side: ListingSide) -> list[dict[str, str]]:
    case, unit, candidate = page.case, page.case.enterprise, side.candidate
    opened_by = case.opened_by.name if case.opened_by else _("System")
    rows = [
        (_("List"), f"{candidate.year} · {candidate.get_kind_display()}", address("supervision_lists")),
        (_("Whose list"), case.body.name, ""),
        (_("Cause"), str(candidate.get_cause_display()), ""),
        (_("Opinion of the reviewer"), candidate.review, ""),
        (_("Legal representative"), unit.legal_representative, ""),
        (_("Phone"), masked(unit.phone), ""),
        (_("Address"), unit.address, ""),
        (_("Territorial body"), case.territorial_body.name, ""),
        (_("Opened on"), f"{written(legal_date(case.opened_at))} · {opened_by}", ""),
        (_("Rule pack"), candidate.pack, ""),
        (_("Other cases, 3 years"), str(page.related), f"{address('case_list')}?q={unit.uscc}" if page.related else ""),
    ]
    if case.closed_at:
        closing = " · ".join(filter(None, (str(written(legal_date(case.closed_at))), case.closing_reason)))
        rows.append((_("Closed on"), closing, ""))
    return [{"label": label, "value": value or "—", "url": url} for label, value, url in rows]
