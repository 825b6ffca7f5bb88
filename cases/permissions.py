"""The authentication backend that answers "may this person do X on that?" through the tree of bodies."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from cases.models.body import OWN_BODY_ONLY, Body, BodyClosure, BodyGroupPermission, BodyUserPermission
from cases.models.people import User


class BodyTreeBackend:
    """Grants `cases.<codename>` on an object where it is held on the object's body or on any body above.

    The object is a body, or anything with a `jurisdiction_body`, a `territorial_body` (enterprises and cases belong to
    whoever covers the place where the unit stands) or a `body`, asked for in this order. It signs nobody in.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def has_perm(self, user_obj: User | AnonymousUser, perm: str, obj: Any = None) -> bool:
        """One query, whatever the depth of the tree; inactive and anonymous users hold nothing."""
        app_label, _, codename = perm.partition(".")
        body_id = body_id_of(obj)
        if not user_obj.is_active or app_label != "cases" or body_id is None:
            return False
        above = {"content_object": OuterRef("ancestor"), "permission__codename": codename}
        held = BodyUserPermission.objects.filter(user=user_obj.pk, **above)
        held_by_group = BodyGroupPermission.objects.filter(group__user=user_obj.pk, **above)
        reached = {"descendant": body_id, **({"depth": 0} if codename in OWN_BODY_ONLY else {})}
        return BodyClosure.objects.filter(Exists(held) | Exists(held_by_group), **reached).exists()


def body_id_of(obj: Any) -> int | None:
    """Key of the body that has jurisdiction over `obj`; None where there is none."""
    if isinstance(obj, Body):
        return obj.pk
    for name in ("jurisdiction_body", "territorial_body", "body"):
        if (key := getattr(obj, f"{name}_id", None)) is not None:
            return int(key)
        if isinstance(body := getattr(obj, name, None), Body):
            return body.pk
    return None
