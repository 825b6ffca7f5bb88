"""What the pages of lists share: the row of pages, chips of filters, facts and grounds of a candidate in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from cases.models import CreditRating, ListCandidate, Register, RiskEvent, User
from cases.rules.grounds import Ground
from cases.rules.list_proposals import heavier
from cases.selectors.lists import waiting_candidates
from cases.selectors.local_lists import LOCAL
from cases.selectors.scope import holds
from cases.views.paging import address


def pages(user: User, current: str) -> list[dict[str, Any]]:
    """The pages about lists, as tabs; candidates only for who reviews them.

    `current` is the name of the page's address, of a local list its register.
    """
    rows: list[tuple[str, Any, str, int | None]] = [
        ("supervision_lists", _("Key and special supervision"), page_of("supervision_lists"), None)
    ]
    if holds(user, "review_candidate"):
        number = waiting_candidates(user).count()
        rows.append(("candidate_list", _("Candidates"), page_of("candidate_list"), number))
    rows.append(("key_list", _("Key-supervised enterprises (2012)"), page_of("key_list"), None))
    rows += [(code, Register(code).label, page_of("local_list", code), None) for code in LOCAL]
    rows.append(("edition_list", _("Published lists"), page_of("edition_list"), None))
    return [
        {"label": label, "url": url, "current": name == current, "count": count}
        for name, label, url, count in rows
        if url
    ]


def chips(request: HttpRequest, labels: Mapping[str, tuple[str, str]]) -> list[dict[str, str]]:
    """The filters that are set, each with the address that takes it away."""
    return [
        {"label": label, "value": value, "remove_url": address(request, name)}
        for name, (label, value) in labels.items()
        if value
    ]


def sheet(candidates: Sequence[ListCandidate], events: Mapping[int, list[RiskEvent]]) -> list[dict[str, Any]]:
    """Candidates for the sheet, each with its facts and grounds in words."""
    return [
        {
            "candidate": candidate,
            "removal": heavier(candidate.current_level, candidate.proposed_level),
            "facts": facts(candidate),
            "grounds": grounds(candidate.grounds),
            "events": event_rows(events.get(candidate.pk, [])),
            "case_url": page_of("case_detail", candidate.case_id) if candidate.case_id else "",
        }
        for candidate in candidates
    ]


def facts(candidate: ListCandidate) -> list[dict[str, Any]]:
    """The counts and the credit risk, what weighs something marked."""
    risk = candidate.credit_risk
    credit = str(CreditRating.Risk(risk).label) if risk in CreditRating.Risk.values else _("not rated")
    return [
        {"label": pgettext("of a risk", "Major"), "value": candidate.major_count, "hot": candidate.major_count > 0},
        {"label": pgettext("of a risk", "Larger"), "value": candidate.larger_count, "hot": candidate.larger_count > 0},
        {"label": _("Not put right"), "value": candidate.open_count, "hot": candidate.open_count > 0},
        {"label": _("Credit risk"), "value": credit, "hot": risk in ("elevated", "high")},
    ]


def event_rows(events: Iterable[RiskEvent]) -> list[dict[str, Any]]:
    """Risk events for the list below the grounds, each with the address of its page."""
    return [{"event": event, "url": page_of("event_detail", event.pk)} for event in events]


def grounds(stored: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    language = get_language() or ""
    return [Ground.from_dict(ground).in_language(language) for ground in stored]


def page_of(name: str, *args: Any) -> str:
    """The address of a page of a floor above, or "" while there is none."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
