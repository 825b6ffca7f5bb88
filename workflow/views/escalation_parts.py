"""What the page of an escalation shows in its own way: the facts under its head, its cards, and no word of a class."""

from typing import Any

from django.utils.translation import gettext as _

from cases.acting import legal_date
from cases.selectors.written import written
from workflow.selectors.case_page import CasePage
from workflow.selectors.escalation_page import EscalationFacts, escalation_facts
from workflow.views.case_parts import address, masked


def escalation_parts(page: CasePage) -> dict[str, Any]:
    """The context of these cases beyond that of every case."""
    escalation = escalation_facts(page.case)
    return {
        "escalation": escalation,
        "facts": _facts(page, escalation),
        "card": "workflow/cases/escalation_card.html",
        "main_card": "workflow/cases/escalation_main.html",
    }


def _facts(page: CasePage, escalation: EscalationFacts) -> list[dict[str, str]]:
    case, unit, proposal = page.case, page.case.enterprise, escalation.proposal
    opened_by = case.opened_by.name if case.opened_by else _("System")
    rows = [
        (_("What is asked for"), str(proposal.get_wanted_display()) if proposal else "", ""),
        (_("Asked by"), proposal.from_body.name if proposal else "", ""),
        (_("Decided by"), case.body.name, ""),
        (_("Opened on"), f"{written(legal_date(case.opened_at))} · {opened_by}", ""),
        (_("Accountable body now"), unit.tier_body.name, ""),
        (_("Territorial body"), case.territorial_body.name, ""),
        (_("Legal representative"), unit.legal_representative, ""),
        (_("Phone"), masked(unit.phone), ""),
        (_("Address"), unit.address, ""),
        (_("Other cases, 3 years"), str(page.related), f"{address('case_list')}?q={unit.uscc}" if page.related else ""),
    ]
    if case.closed_at:
        closing = " · ".join(filter(None, (str(written(legal_date(case.closed_at))), case.closing_reason)))
        rows.append((_("Closed on"), closing, ""))
    return [{"label": label, "value": value or "—", "url": url} for label, value, url in rows]
