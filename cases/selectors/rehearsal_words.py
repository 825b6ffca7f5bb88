"""What a rehearsal found, in the reader's words."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.models.body import Body
from cases.models.enterprise import Tier
from cases.models.listing import ListLevel
from cases.models.pack import RehearsedChange

What = RehearsedChange.What
MODE_NAMES: Final[Mapping[str, str | Promise]] = {
    "credit": _("Credit supervision"),
    "responsibility": _("Responsibility supervision"),
    "routine": _("Routine supervision"),
    "tightened": _("Tightened supervision"),
    "daily": _("Daily supervision"),
}


def value_words(what: str, value: str, bodies: Mapping[str, str]) -> str:
    """A value of a change; `bodies` names bodies by code. In the counts, bodies are told by their level alone."""
    if what == What.MODE:
        return str(MODE_NAMES.get(value, value))
    if what == What.TIER:
        return str(Tier(value).label) if value in Tier.values else value
    if what == What.LIST:
        return str(ListLevel(value).label) if value in ListLevel.values else value
    if what == What.TIER_BODY:
        return str(Body.Level(value).label) if value in Body.Level.values else bodies.get(value, value)
    return value or "—"


def named_bodies(changes: list[RehearsedChange]) -> dict[str, str]:
    """Code → short name of the bodies that these changes speak of; one query, or none."""
    codes = {code for each in changes if each.what == What.TIER_BODY for code in (each.before, each.after)}
    return dict(Body.objects.filter(code__in=codes).values_list("code", "short_name")) if codes else {}
