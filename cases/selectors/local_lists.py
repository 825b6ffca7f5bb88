"""The lists one place keeps for itself: whose they are, who stands on them, and what is known of a unit for them."""

from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import STANDING_STATES, Body, Enterprise, ListEntry, RiskEvent, User
from cases.models.listing import Register
from cases.packs.loader import packs_in_force
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.rules.local_lists import LocalListRule, LocalOutcome, repeat_offender, trustworthy
from cases.selectors.scope import within
from cases.selectors.settings import setting_for

LOCAL: Final = (Register.BLACKLIST, Register.TRUSTED)


def local_rule(body: Body, on: date) -> tuple[LocalListRule, str] | None:
    """The rule of local lists in force where the body stands, with its ``code@version``; None where none is."""
    for pack in packs_in_force(on).values():
        if pack.local_lists is not None and pack.reaches(body.code):
            return pack.local_lists, pack.ref
    return None


def local_outcome(enterprise: Enterprise, register: str, body: Body, on: date) -> tuple[LocalOutcome, str]:
    """What the rule says of the unit for this list of the body, and by which pack. RuleError: `no_local_lists`."""
    found = local_rule(body, on)
    if found is None:
        raise RuleError("no_local_lists", "No rule pack in force here keeps such a list.", field="body")
    rule, pack = found
    rows = RiskEvent.objects.filter(enterprise=enterprise, state__in=STANDING_STATES, confirmed_on__isnull=False)
    events = [(kind, day) for kind, day in rows.values_list("kind", "confirmed_on") if day is not None]
    if register == Register.BLACKLIST:
        violations, months = _set(body, "blacklist.violations"), _set(body, "blacklist.months")
        return repeat_offender(rule=rule, on=on, events=events, violations=violations, months=months), pack
    months = _set(body, "trusted.clean_months")
    quality_class = enterprise.quality_class
    return trustworthy(rule=rule, on=on, events=events, quality_class=quality_class, months=months), pack


def _set(body: Body, key: str) -> int:
    value: int = setting_for(body, key, default_of(key))
    return value


def local_entries(user: User | AnonymousUser, register: str) -> QuerySet[ListEntry]:
    """Entries in force on the local list that the person may see, the newest first."""
    seen = ListEntry.objects.filter(
        within(user, "view_enterprise", "enterprise__territorial_body"), register=register, left_on__isnull=True
    )
    return seen.select_related("enterprise__territorial_body", "body", "decided_by").order_by("-entered_on", "-pk")
