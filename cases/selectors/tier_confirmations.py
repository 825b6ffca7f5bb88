"""Tiers that wait for the platform administrator of their body (P5 step 2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet

from cases.acting import legal_date
from cases.models import Body, Deadline, TierRecord, User
from cases.models.enterprise import Tier
from cases.selectors.enterprises import UNTIERED
from cases.selectors.scope import within

RULE: Final = "tier_confirmation"
PERMISSION: Final = "confirm_tier"


def clock_subject(body_code: str, day: date) -> str:
    """What the clock of the tiers of a body and a day hangs on."""
    return f"tiers:{body_code}:{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """What the sheet is narrowed to; an empty value narrows nothing."""

    text: str = ""
    tier: str = ""
    body: Body | None = None
    provisional: bool = False
    changed: bool = False
    """Only units that had another tier or body before."""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One tier that waits: what it was before, and by when it is to be confirmed (None: no clock runs)."""

    record: TierRecord
    before: TierRecord | None
    due_on: date | None


def unconfirmed(user: User | AnonymousUser) -> QuerySet[TierRecord]:
    """Every tier in force that the person may confirm and nobody has, the oldest first."""
    rows = TierRecord.objects.filter(within(user, PERMISSION, "tier_body"))
    return rows.filter(valid_to__isnull=True, confirmation__isnull=True).order_by("valid_from", "pk")


def narrowed(rows: QuerySet[TierRecord], wanted: SheetFilter) -> QuerySet[TierRecord]:
    """Narrow a queryset that is scoped already."""
    if wanted.text:
        rows = rows.filter(
            Q(enterprise__name__icontains=wanted.text) | Q(enterprise__uscc__startswith=wanted.text.upper())
        )
    if wanted.tier:
        rows = rows.filter(tier=Tier.UNTIERED if wanted.tier == UNTIERED else wanted.tier)
    if wanted.body is not None:
        rows = rows.filter(tier_body__position__range=(wanted.body.position, wanted.body.last))
    if wanted.provisional:
        rows = rows.filter(provisional=True)
    if wanted.changed:
        rows = rows.filter(enterprise__tier_records__valid_to__isnull=False).distinct()
    return rows


def listed(rows: QuerySet[TierRecord]) -> QuerySet[TierRecord]:
    """Rows with everything the sheet shows; a constant number of queries."""
    ended = TierRecord.objects.filter(valid_to__isnull=False).select_related("tier_body").order_by("-valid_to", "-pk")
    earlier = Prefetch("enterprise__tier_records", ended, to_attr="ended_tiers")
    return rows.select_related("enterprise__territorial_body", "tier_body", "territorial_body").prefetch_related(
        earlier
    )


def sheet_rows(records: Sequence[TierRecord]) -> list[SheetRow]:
    """The rows of a page of `listed`, with the clocks that run for them; one query."""
    subjects = {record.pk: clock_subject(record.tier_body.code, legal_date(record.valid_from)) for record in records}
    running = Deadline.objects.filter(case=None, rule=RULE, subject__in=set(subjects.values()))
    due = dict(running.exclude(state=Deadline.State.CANCELLED).values_list("subject", "due_on"))
    return [
        SheetRow(record, next(iter(record.enterprise.ended_tiers), None), due.get(subjects[record.pk]))  # type: ignore[attr-defined]
        for record in records
    ]


def bodies_waiting(user: User | AnonymousUser) -> QuerySet[Body]:
    """The bodies whose tiers the person has to confirm, for the filter."""
    return Body.objects.filter(pk__in=unconfirmed(user).order_by().values("tier_body")).order_by("position")


def unconfirmed_count(user: User | AnonymousUser, most: int = 999) -> int:
    """How many wait for the person, counted no further than `most`."""
    return unconfirmed(user).order_by().values("pk")[:most].count()
