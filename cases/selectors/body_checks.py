"""Which checks of bodies a person may see, the bodies that may check each other, and the list of annex 3 on a day."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from cases.models import Body, BodyCheck, BodyInstrument, User
from cases.packs.loader import Pack, pack_in_force
from cases.packs.settings import default_of
from cases.packs.tier_sections import TaskList
from cases.selectors.scope import within
from cases.selectors.settings import pack_for

PACK: Final = "task_lists.pack"
LIST: Final = "oversight"
State = BodyCheck.State


@dataclass(frozen=True, slots=True)
class CheckFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    state: str = ""
    text: str = ""


def visible_checks(user: User | AnonymousUser) -> QuerySet[BodyCheck]:
    """Checks by the bodies the person oversees, and those of their own body once a letter has reached it."""
    told = BodyInstrument.objects.filter(check_of=OuterRef("pk"), served_on__isnull=False)
    mine = within(user, "view_oversight", "body") | (within(user, "view_oversight", "overseen") & Exists(told))
    return BodyCheck.objects.filter(mine)


def listed_checks(rows: QuerySet[BodyCheck], wanted: CheckFilter) -> QuerySet[BodyCheck]:
    """Narrow a queryset that is scoped already; the latest first, each with its tasks `done` and `not_done`."""
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.text:
        rows = rows.filter(Q(overseen__name__icontains=wanted.text) | Q(body__name__icontains=wanted.text))
    done, not_done = (Count("lines", filter=Q(lines__done=answer)) for answer in (True, False))
    counted = rows.annotate(done=done, not_done=not_done)
    return counted.select_related("body", "overseen", "score").order_by("-planned_on", "-pk")


def bodies_below(body: Body) -> QuerySet[Body]:
    """The bodies a body may check: all below it."""
    return Body.objects.filter(position__gt=body.position, position__lte=body.last).order_by("position")


def checking_bodies(user: User) -> QuerySet[Body]:
    """The bodies for which the person may plan a check."""
    return Body.objects.filter(within(user, "check_body", "")).order_by("position")


def oversight_list(body: Body, on: date) -> tuple[Pack, TaskList]:
    """The pack in force for the body on the day, and its 督查清单. RuleError: `pack_not_in_force`."""
    pack = pack_for(body, PACK, on)
    if LIST not in pack.task_lists:  # a province may state its own lists for units and leave this one to the nation's
        pack = pack_in_force(default_of(PACK), on)
    return pack, pack.task_lists[LIST]
