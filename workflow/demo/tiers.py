"""Tiers of the demo: what was entered is confirmed, what has changed of late still waits (P5 step 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cases.acting import Acting
from cases.models import Enterprise, TierRecord, User
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.selectors.calendar import work_calendar
from cases.selectors.scope import within
from cases.services.confirm_tier import confirm_tiers
from cases.services.update_enterprise import update_enterprise
from workflow.demo.chronicle import Acts
from workflow.demo.clock import StoryClock

CONFIRMED_AFTER: Final = timedelta(days=2)
GROWN: Final[Mapping[str, int]] = {"D": 34, "C": 325, "B": 1040, "A": 620}
"""The headcount that brings a producer of each tier into another one."""
CHANGED: Final = (9, 6, 4, 2)
"""Working days ago on which a unit's headcount changed; the first is nearly due."""


def confirm_all(admin: User, settled: datetime) -> None:
    """The administrator of the province looks through what was entered, two days after."""
    pending = TierRecord.objects.filter(
        within(admin, "confirm_tier", "tier_body"), valid_to__isnull=True, confirmation__isnull=True
    )
    ids = list(pending.order_by("pk").values_list("pk", flat=True))
    confirm_tiers(record_ids=ids, acting=Acting(admin, settled + CONFIRMED_AFTER))


def changes(units: Sequence[Enterprise], officer: User, end: datetime) -> list[Acts]:
    """Producers that have grown or shrunk into another tier lately; nobody has confirmed it yet."""
    today = end.date()
    days = [work_calendar().workday_before(today, ago) for ago in CHANGED]
    return [_change(unit, officer, StoryClock(day, end)) for unit, day in zip(units, days, strict=False)]


def _change(unit: Enterprise, officer: User, clock: StoryClock) -> Acts:
    yield clock.now
    unit.refresh_from_db()
    facts = EnterpriseFacts(**{name: getattr(unit, name) for name in EnterpriseFacts.__dataclass_fields__})
    update_enterprise(
        enterprise_id=unit.pk,
        facts=replace(facts, headcount=GROWN.get(unit.tier, 60)),
        version=unit.version,
        acting=Acting(officer, clock.now),
    )
