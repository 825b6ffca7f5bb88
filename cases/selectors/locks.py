"""The responsibility locks a person may see, who can carry one, and which locks a post carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.models.body import Body, BodyClosure, BodyUserPermission
from cases.models.deadline import Deadline
from cases.models.enterprise import Enterprise, KeySupervision, OperatingStatus
from cases.models.listing import ListEntry, Register
from cases.models.lock import LockChange, OnsiteCheck, ResponsibilityLock
from cases.models.people import Post, User
from cases.models.risk import STANDING_STATES, RiskEvent
from cases.packs.loader import load_roles
from cases.rules.onsite_checks import halves_of
from cases.rules.working_days import add_months
from cases.selectors.enterprises import found
from cases.selectors.listing_packs import ListingPacks
from cases.selectors.recipients import in_roles
from cases.selectors.scope import within

CARRIES: Final = "inspect_enterprise"
"""What the officer of a lock must hold where the unit stands."""
MANAGES: Final = "manage_lock"
SOON: Final = timedelta(days=30)
STATES: Final = ("overdue", "soon", "change")


@dataclass(frozen=True, slots=True)
class LockFilter:
    """What the list of locks is narrowed to; an empty value narrows nothing."""

    area: Body | None = None
    officer: str = ""
    state: str = ""
    text: str = ""


def visible_locks(user: User | AnonymousUser, codename: str = "view_enterprise") -> QuerySet[ResponsibilityLock]:
    """Open locks of units in the subtree where the person holds `codename`."""
    return open_locks().filter(within(user, codename, "enterprise__territorial_body"))


def managed_locks(user: User | AnonymousUser) -> QuerySet[ResponsibilityLock]:
    """Open locks that the person may hand over or release: of units for which a body of theirs answers."""
    return open_locks().filter(within(user, MANAGES, "enterprise__tier_body"))


def open_locks() -> QuerySet[ResponsibilityLock]:
    return ResponsibilityLock.objects.filter(ended_on__isnull=True)


def narrowed_locks(rows: QuerySet[ResponsibilityLock], wanted: LockFilter, today: date) -> QuerySet[ResponsibilityLock]:
    """Narrow a queryset that is scoped already."""
    if wanted.area is not None:
        span = (wanted.area.position, wanted.area.last)
        rows = rows.filter(enterprise__territorial_body__position__range=span)
    if wanted.officer:
        rows = rows.filter(officer__name__icontains=wanted.officer)
    if wanted.text.strip():
        rows = rows.filter(enterprise__in=found(Enterprise.objects.all(), wanted.text))
    return rows.filter(_state(wanted.state, today)) if wanted.state else rows


def listed_locks(rows: QuerySet[ResponsibilityLock], today: date) -> QuerySet[ResponsibilityLock]:
    """Rows with everything a list shows, the check due first at the top; a constant number of queries.

    Each bears `first_half` and `second_half` (whether the unit was visited in that half of this year) and
    `change_due` (until when an open change must be settled; None where none is open).
    """
    first, second = halves_of(today.year)
    checks = OnsiteCheck.objects.filter(enterprise=OuterRef("enterprise"))
    pending = LockChange.objects.filter(lock=OuterRef("pk"), settled_on__isnull=True)
    return (
        rows.select_related("enterprise__territorial_body", "enterprise__tier_body", "officer", "body", "clock")
        .annotate(
            first_half=Exists(checks.filter(checked_on__range=(first.first, first.last))),
            second_half=Exists(checks.filter(checked_on__range=(second.first, second.last))),
            change_due=pending.values("clock__due_on")[:1],
        )
        .order_by("clock__due_on", "pk")
    )


def count_locks(rows: QuerySet[ResponsibilityLock], today: date) -> dict[str, int]:
    """How many of a scoped queryset stand in each state, and all of them; one query each."""
    return {"all": rows.count(), **{state: rows.filter(_state(state, today)).count() for state in STATES}}


def officers_of(bodies: Iterable[Body]) -> QuerySet[User]:
    """Active people whose post reaches at least one of these territorial bodies; one query."""
    above = BodyClosure.objects.filter(descendant__in=[body.pk for body in bodies])
    held = BodyUserPermission.objects.filter(
        user=OuterRef("pk"), permission__codename=CARRIES, content_object__in=above.values("ancestor")
    )
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")


def keepers_of(body: Body, today: date) -> list[User]:
    """Who names successors for a body's units: its people with `manage_lock`, else those of the next body above."""
    roles = [code for code, role in load_roles().items() if MANAGES in role.permissions]
    here: Body | None = body
    while here is not None:
        if people := in_roles(here, roles, today):
            return people
        here = here.parent
    return []


def carried_by(post: Post, ends_on: date) -> QuerySet[ResponsibilityLock]:
    """Open locks of the post's holder that nothing else would carry if this post were lost on `ends_on`."""
    locks = open_locks().filter(officer=post.user_id)
    if not _carries(post):
        return locks.none()
    others = Post.objects.active(ends_on).filter(user=post.user_id).exclude(pk=post.pk).select_related("body")
    locks = locks.filter(_reached_by(post.body))
    for other in others:
        if _carries(other):
            locks = locks.exclude(_reached_by(other.body))
    return locks


def uncarried_locks() -> QuerySet[ResponsibilityLock]:
    """Open locks, without an open change, whose officer no longer reaches the unit, or which another body selected."""
    held = BodyUserPermission.objects.filter(
        user=OuterRef("officer"),
        permission__codename=CARRIES,
        content_object__position__lte=OuterRef("enterprise__territorial_body__position"),
        content_object__last__gte=OuterRef("enterprise__territorial_body__position"),
    )
    pending = LockChange.objects.filter(lock=OuterRef("pk"), settled_on__isnull=True)
    left = Q(officer__is_active=False) | ~Exists(held) | ~Q(body=F("enterprise__tier_body"))
    return open_locks().filter(left, ~Exists(pending)).order_by("enterprise_id")


def last_day_carried(lock: ResponsibilityLock, today: date) -> date | None:
    """The first day on which no post of the officer reached the unit any more; None where no ended post tells."""
    place = lock.enterprise.territorial_body
    ended = Post.objects.filter(
        user=lock.officer_id,
        ends_on__lte=today,
        role__in=[code for code, role in load_roles().items() if CARRIES in role.permissions],
        body__position__lte=place.position,
        body__last__gte=place.position,
    )
    return ended.order_by("-ends_on").values_list("ends_on", flat=True).first()


def likely_units(user: User | AnonymousUser, today: date) -> QuerySet[Enterprise]:
    """Unlocked units that a study of likely major risks will look at first: listed ones, and after major risks.

    Listed: key or special supervision (38号 三), key-supervised C enterprises (试行办法 第十八条（四）).
    """
    listed = ListEntry.objects.filter(enterprise=OuterRef("pk"), register=Register.SUPERVISION, left_on__isnull=True)
    supervised = KeySupervision.objects.filter(enterprise=OuterRef("pk"), left_on__isnull=True)
    units = lockable_units(user)
    after_major_risks = _after_major_risks(units, today)
    units = units.filter(Exists(listed) | Exists(supervised) | Q(pk__in=after_major_risks))
    return units.select_related("territorial_body", "tier_body").order_by("name", "pk")


def lockable_units(user: User | AnonymousUser) -> QuerySet[Enterprise]:
    """Units for which the person may name a responsible officer and that have none yet."""
    standing = Enterprise.objects.exclude(status=OperatingStatus.DEREGISTERED)
    return standing.filter(within(user, MANAGES, "tier_body")).exclude(pk__in=open_locks().values("enterprise"))


def overdue_locks(user: User, today: date) -> QuerySet[ResponsibilityLock]:
    """The locks of the person's own units that should have been visited by now."""
    return open_locks().filter(_state("overdue", today), officer=user)


def _after_major_risks(units: QuerySet[Enterprise], today: date) -> set[int]:
    """Which of the units had a major risk within the window of the pack of their place (38号 三: “近2年内”)."""
    packs = ListingPacks(today)
    events = RiskEvent.objects.filter(enterprise__in=units, state__in=STANDING_STATES, level=RiskEvent.Level.MAJOR)
    return {
        event.enterprise_id
        for event in events.select_related("enterprise__territorial_body")
        if event.confirmed_on is not None
        and event.confirmed_on
        > add_months(today, -packs.of(event.enterprise.territorial_body).rule.major_window_months)
    }


def _state(state: str, today: date) -> Q:
    running = Q(clock__state=Deadline.State.RUNNING)
    return {
        "overdue": running & Q(clock__due_on__lt=today),
        "soon": running & Q(clock__due_on__range=(today, today + SOON)),
        "change": Q(pk__in=LockChange.objects.filter(settled_on__isnull=True).values("lock")),
    }[state]


def _carries(post: Post) -> bool:
    role = load_roles().get(post.role)
    return role is not None and CARRIES in role.permissions


def _reached_by(body: Body) -> Q:
    return Q(enterprise__territorial_body__position__range=(body.position, body.last))
