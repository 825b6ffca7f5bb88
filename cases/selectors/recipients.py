"""Who is told about a deadline: who answers for it, and who oversees a body."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db.models import Q

from cases.models.body import Body
from cases.models.deadline import Deadline
from cases.models.people import Post, User
from cases.packs.loader import load_roles
from cases.packs.rule_pack import region_stem

HEADS: Final = ("unit_head", "grassroots_lead", "city_officer", "province_officer")
OVERSEERS: Final = ("overseer",)


def accountable_people(deadline: Deadline, today: date) -> list[User]:
    """Who answers for it and whoever stands in for them today; the heads of the body if nobody is there (any more)."""
    if deadline.accountable_user_id is None:
        return in_roles(deadline.accountable_body, HEADS, today)
    in_person = Q(pk=deadline.accountable_user_id)
    standing_in = Q(
        substitutions__absent=deadline.accountable_user_id,
        substitutions__starts_on__lte=today,
        substitutions__ends_on__gte=today,
    )
    people = list(User.objects.filter(in_person | standing_in, is_active=True).distinct().order_by("pk"))
    return people or in_roles(deadline.accountable_body, HEADS, today)


def overseers_of(body: Body, today: date) -> list[User]:
    """Who oversees a body: its overseers, or its heads where it has none."""
    return in_roles(body, OVERSEERS, today) or in_roles(body, HEADS, today)


def pack_keepers(body: Body, jurisdiction: str, today: date) -> list[User]:
    """Who drafts or chooses rule packs at the bodies below `body` that lie within a pack's jurisdiction."""
    roles = [role.code for role in load_roles().values() if "manage_pack" in role.permissions]
    places = Body.objects.filter(position__range=(body.position, body.last), code__startswith=region_stem(jurisdiction))
    posts = Post.objects.active(today).filter(body__in=places, role__in=roles)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))


def in_roles(body: Body, roles: Sequence[str], today: date) -> list[User]:
    """Active people who hold one of the roles at this very body today."""
    posts = Post.objects.active(today).filter(body=body, role__in=roles)
    return list(User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk"))


def roles_with(codename: str) -> tuple[str, ...]:
    """The roles whose posts carry a permission."""
    return tuple(code for code, role in load_roles().items() if codename in role.permissions)
