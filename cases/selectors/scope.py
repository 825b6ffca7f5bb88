"""What may this person see: the one selector behind every list, search, export, attachment and API.

A person holds codenames on bodies; a body is a range of positions in the tree; so a list is narrowed by range tests on
the `position` of whatever body its rows hang on.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from cases.models.body import OWN_BODY_ONLY, Body, BodyGroupPermission, BodyUserPermission
from cases.models.people import User

Ranges = tuple[tuple[int, int], ...]
"""Disjoint inclusive ranges of `Body.position`, ascending, none touching the next."""

_CACHE = "_held_bodies"


def held_bodies(user: User | AnonymousUser, codename: str) -> Ranges:
    """Where the person holds `codename` (without the app label), as the fewest ranges that say it.

    All of a person's grants are read in one query, once per instance: a request loads its user anew, so a revoked post
    is gone with the next request. Services that change grants call `forget_grants`.
    """
    if not user.is_active:
        return ()
    held: dict[str, Ranges] | None = getattr(user, _CACHE, None)
    if held is None:
        held = _read_grants(user)
        setattr(user, _CACHE, held)
    return held.get(codename, ())


def within(user: User | AnonymousUser, codename: str, path: str) -> Q:
    """Condition that the body at `path` ("" for a queryset of bodies) lies where the person holds `codename`."""
    ranges = held_bodies(user, codename)
    if not ranges:
        return Q(pk__in=[])
    lookup = f"{path}__position__range" if path else "position__range"
    condition = Q()
    for span in ranges:
        condition |= Q(**{lookup: span})
    return condition


def holds(user: User | AnonymousUser, codename: str) -> bool:
    """Whether the person holds `codename` on any body at all."""
    return bool(held_bodies(user, codename))


def may(user: User | AnonymousUser, codename: str, body: Body) -> bool:
    """Whether the person holds `codename` on `body` or, where it reaches a subtree, above.

    Agrees with `user.has_perm("cases.<codename>", body)`.
    """
    return any(first <= body.position <= last for first, last in held_bodies(user, codename))


def acting_for(user: User, today: date) -> list[User]:
    """The absent colleagues whose tasks `user` does on the day `today`; a task, never a permission, passes over."""
    if not user.is_active:
        return []
    absent = User.objects.filter(
        is_active=True, absences__substitute=user, absences__starts_on__lte=today, absences__ends_on__gte=today
    )
    return list(absent.distinct().order_by("pk"))


def forget_grants(user: User) -> None:
    """Drop what is remembered of the person's grants on this instance."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def merge_ranges(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The fewest disjoint ranges that cover the same positions."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def _read_grants(user: User | AnonymousUser) -> dict[str, Ranges]:
    columns = ("permission__codename", "content_object__position", "content_object__last")
    own = BodyUserPermission.objects.filter(user=user.pk).values_list(*columns)
    by_group = BodyGroupPermission.objects.filter(group__user=user.pk).values_list(*columns)
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for codename, first, last in own.union(by_group):
        spans[codename].append((first, first if codename in OWN_BODY_ONLY else last))
    return {codename: merge_ranges(found) for codename, found in spans.items()}
