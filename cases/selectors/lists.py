"""Which candidates and entries of supervision lists a person may see, and how lists of them are narrowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from cases.models import Body, CandidateScan, Deadline, Enterprise, ListCandidate, ListEntry, Register, RiskEvent, User
from cases.rules.list_proposals import NONE
from cases.selectors.enterprises import found
from cases.selectors.scope import within

REVIEW: Final = "review_candidate"
REMOVAL: Final = "removal"
"""Filter: whoever is to leave the list or go down a level."""
WAITING: Final = "waiting"
ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class CandidateFilter:
    """What the sheet of candidates is narrowed to; an empty value narrows nothing but the state."""

    body: Body | None = None
    kind: str = ""
    proposed: str = ""
    cause: str = ""
    state: str = WAITING
    text: str = ""


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What the lists are narrowed to; without a year, the entries in force."""

    body: Body | None = None
    year: int | None = None
    kind: str = ""
    level: str = ""
    text: str = ""


def visible_candidates(user: User | AnonymousUser) -> QuerySet[ListCandidate]:
    """Candidates for the lists of bodies where the person reviews."""
    rows = ListCandidate.objects.filter(within(user, REVIEW, "body"), register=Register.SUPERVISION)
    related = ("enterprise__territorial_body", "body", "reviewed_by", "case", "scan")
    return rows.select_related(*related)


def narrowed_candidates(rows: QuerySet[ListCandidate], wanted: CandidateFilter) -> QuerySet[ListCandidate]:
    """Narrow and order a queryset that is scoped already: the heaviest proposals first."""
    if wanted.state == WAITING:
        rows = rows.filter(state=ListCandidate.State.FOUND)
    elif wanted.state != ALL:
        rows = rows.filter(state=wanted.state)
    if wanted.body is not None:
        rows = rows.filter(body=wanted.body)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.proposed == REMOVAL:
        rows = rows.filter(Q(proposed_level=NONE) | Q(current_level="special", proposed_level="key"))
    elif wanted.proposed:
        rows = rows.filter(proposed_level=wanted.proposed)
    if wanted.cause:
        rows = rows.filter(cause=wanted.cause)
    if wanted.text:
        rows = rows.filter(enterprise__in=found(Enterprise.objects.all(), wanted.text).values("pk"))
    return rows.order_by("-found_on", "-proposed_level", "-major_count", "-larger_count", "pk")


def waiting_candidates(user: User | AnonymousUser) -> QuerySet[ListCandidate]:
    """What the person is to review."""
    return visible_candidates(user).filter(state=ListCandidate.State.FOUND)


def events_of(candidates: Sequence[ListCandidate]) -> dict[int, list[RiskEvent]]:
    """The risk events counted for each candidate, by its key, in the order of confirmation; one query."""
    wanted = {key for candidate in candidates for key in candidate.event_ids}
    events = {event.pk: event for event in RiskEvent.objects.filter(pk__in=wanted).order_by("confirmed_on", "pk")}
    return {
        candidate.pk: [event for key, event in events.items() if key in set(candidate.event_ids)]
        for candidate in candidates
    }


def reviewing_bodies(user: User | AnonymousUser) -> QuerySet[Body]:
    """Bodies with candidates that the person may review."""
    return Body.objects.filter(pk__in=visible_candidates(user).order_by().values("body")).order_by("position")


def review_due(user: User | AnonymousUser) -> date | None:
    """The earliest day by which something the person may review must be reviewed."""
    clocks = Deadline.objects.filter(within(user, REVIEW, "accountable_body"), case=None, rule="candidate_review")
    return clocks.filter(state=Deadline.State.RUNNING).order_by("due_on").values_list("due_on", flat=True).first()


def latest_scan() -> CandidateScan | None:
    return CandidateScan.objects.select_related("started_by").order_by("-pk").first()


def visible_entries(user: User | AnonymousUser) -> QuerySet[ListEntry]:
    """Entries of units in the subtree of the person's posts, on lists of key and special supervision."""
    rows = ListEntry.objects.filter(
        within(user, "view_enterprise", "enterprise__territorial_body"), register=Register.SUPERVISION
    )
    return rows.select_related("enterprise__territorial_body", "body", "case", "left_case")


def narrowed_entries(rows: QuerySet[ListEntry], wanted: EntryFilter) -> QuerySet[ListEntry]:
    """Narrow and order a queryset that is scoped already: special before key, the latest first."""
    rows = rows.filter(left_on__isnull=True) if wanted.year is None else rows.filter(year=wanted.year)
    if wanted.body is not None:
        rows = rows.filter(body=wanted.body)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.level:
        rows = rows.filter(level=wanted.level)
    if wanted.text:
        rows = rows.filter(enterprise__in=found(Enterprise.objects.all(), wanted.text).values("pk"))
    return rows.order_by("-level", "-entered_on", "-pk")


def list_counts(rows: QuerySet[ListEntry]) -> dict[tuple[str, str], int]:
    """How many entries of each kind and level; one query."""
    counted = rows.order_by().values_list("kind", "level").annotate(number=Count("pk"))
    return {(kind, level): number for kind, level, number in counted}


def listing_bodies(user: User | AnonymousUser) -> QuerySet[Body]:
    """Bodies whose lists hold entries that the person may see."""
    return Body.objects.filter(pk__in=visible_entries(user).order_by().values("body")).order_by("position")


def listing_years(user: User | AnonymousUser) -> list[int]:
    """Years of the lists the person may see, the latest first."""
    return sorted(visible_entries(user).order_by().values_list("year", flat=True).distinct(), reverse=True)


def entries_of(user: User | AnonymousUser, enterprise: Enterprise) -> QuerySet[ListEntry]:
    """Every list a unit is or was on, local lists included, the latest first."""
    rows = ListEntry.objects.filter(
        within(user, "view_enterprise", "enterprise__territorial_body"), enterprise=enterprise
    )
    return rows.select_related("body", "case", "left_case", "decided_by").order_by("-entered_on", "-pk")
