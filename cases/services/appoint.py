"""Appoint people to posts and end posts; what a person may do follows from the posts they hold (domain 9.0)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from cases.acting import Acting, legal_date
from cases.guards.conditions import require
from cases.guards.locks import may_leave_post
from cases.models.body import Body, BodyUserPermission
from cases.models.people import Post, User
from cases.packs.loader import load_roles
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.scope import forget_grants, may
from cases.services.audit import record


@transaction.atomic
def appoint(*, user: User, role: str, body: Body, starts_on: date, acting: Acting, ends_on: date | None = None) -> Post:
    """Give `user` the post `role` at `body` from `starts_on` until, and not including, `ends_on`.

    Raises NotPermitted without `manage_people` on the body, or for an appointment of oneself; RuleError for a role
    that is unknown or has no place at the body's level, a person who has left, dates out of order, or a second post of
    the same kind in an overlapping time.
    """
    User.objects.select_for_update().get(pk=user.pk)
    require_manager(acting, body)
    if acting.user == user and not user.is_superuser:
        raise NotPermitted("self_appointment", "Nobody appoints themselves to a post.")
    _require_place(role, body)
    _require_free(user, role, body, starts_on, ends_on)
    post = Post.objects.create(
        user=user, role=role, body=body, starts_on=starts_on, ends_on=ends_on, appointed_by=acting.person
    )
    sync_grants(user, acting.today)
    data = {"person": user.pk, "post": post.pk, "role": role, "starts_on": starts_on, "ends_on": ends_on}
    record(stream=f"person:{user.pk}", action="appoint", acting=acting, data=data, body=body)
    return post


@transaction.atomic
def end_post(*, post: Post, ends_on: date, acting: Acting) -> Post:
    """End a post; `ends_on` is the first day without it, so today takes it away at once.

    Raises Blocked while the person is the responsible officer of units that this post carries; NotPermitted without
    `manage_people` on its body; RuleError where it has ended already, or `ends_on` lies before the day it began or,
    rewriting what was lawfully done, before today.
    """
    User.objects.select_for_update().get(pk=post.user_id)
    post = Post.objects.select_related("user", "body").get(pk=post.pk)
    require_manager(acting, post.body)
    if post.ends_on is not None and post.ends_on <= acting.today:
        raise RuleError("post_ended", "This post ended on %(day)s.", day=post.ends_on.isoformat())
    if ends_on < post.starts_on:
        raise RuleError("dates_out_of_order", "The end lies before the beginning.")
    if ends_on < acting.today:
        raise RuleError("post_end_in_past", "A post cannot be ended in the past.")
    require(may_leave_post(post, ends_on))
    post.ends_on = ends_on
    post.save(update_fields=["ends_on"])
    sync_grants(post.user, acting.today)
    data = {"person": post.user_id, "post": post.pk, "role": post.role, "ends_on": ends_on}
    record(stream=f"person:{post.user_id}", action="end_post", acting=acting, data=data, body=post.body)
    return post


@transaction.atomic
def sync_grants(user: User, today: date) -> None:
    """Make the person's rows of permissions equal what their posts of the day `today` give; idempotent."""
    posts = list(Post.objects.filter(user=user).active(today)) if user.is_active else []
    wanted = _permissions_of(posts)
    standing = {
        (row.permission_id, row.content_object_id): row.pk for row in BodyUserPermission.objects.filter(user=user)
    }
    BodyUserPermission.objects.filter(pk__in=[pk for pair, pk in standing.items() if pair not in wanted]).delete()
    BodyUserPermission.objects.bulk_create(
        BodyUserPermission(user=user, permission_id=permission, content_object_id=body)
        for permission, body in sorted(wanted - standing.keys())
    )
    held = [post.pk for post in posts]
    Post.objects.filter(user=user, granted=True).exclude(pk__in=held).update(granted=False)
    Post.objects.filter(pk__in=held, granted=False).update(granted=True)
    forget_grants(user)


def sync_everybody(today: date) -> int:
    """Give everybody with a post or a grant what the role matrix says now; returns how many they are."""
    concerned = User.objects.filter(Q(posts__in=Post.objects.active(today)) | Q(bodyuserpermission__isnull=False))
    people = list(concerned.distinct())
    for user in people:
        sync_grants(user, today)
    return len(people)


@transaction.atomic
def expire_posts(now: datetime) -> int:
    """Take away what ended posts gave, and give what begun posts promise; returns how many people it touched.

    Costs the posts that begin or end, not all there are. No audit event: the appointment or its end has told the day.
    """
    today = legal_date(now)
    people = User.objects.filter(posts__in=Post.objects.unsettled(today)).distinct()
    for user in people:
        sync_grants(user, today)
    return len(people)


def require_manager(acting: Acting, body: Body) -> None:
    """Raise NotPermitted unless the acting person manages people on `body`.

    A superuser, made at the command line, may too: somebody has to appoint the first.
    """
    if not (acting.person.is_superuser or may(acting.person, "manage_people", body)):
        raise NotPermitted("not_manager", "You do not manage the people of %(body)s.", body=body.name)


def _require_place(role: str, body: Body) -> None:
    definition = load_roles().get(role)
    if definition is None:
        raise RuleError("unknown_role", "There is no role %(role)s.", role=role)
    if body.level not in definition.levels:
        raise RuleError("role_not_at_level", "%(body)s has no such post.", body=body.name)


def _require_free(user: User, role: str, body: Body, starts_on: date, ends_on: date | None) -> None:
    if not user.is_active:
        raise RuleError("person_inactive", "%(person)s has left.", person=user.name)
    if ends_on is not None and ends_on <= starts_on:
        raise RuleError("dates_out_of_order", "The end lies before the beginning.")
    overlapping = Post.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on), user=user, role=role, body=body
    )
    if ends_on is not None:
        overlapping = overlapping.filter(starts_on__lt=ends_on)
    if overlapping.exists():
        raise RuleError("post_overlap", "%(person)s holds this post already.", person=user.name)


def _permissions_of(posts: Iterable[Post]) -> set[tuple[int, int]]:
    """Pairs (permission, body) that the roles of `posts` carry; a role dropped from the matrix carries nothing."""
    roles = load_roles()
    known = [(roles[post.role], post.body_id) for post in posts if post.role in roles]
    codenames = {(codename, body) for role, body in known for codename in role.permissions}
    if not codenames:
        return set()
    content_type = ContentType.objects.get_for_model(Body)
    keys = dict(Permission.objects.filter(content_type=content_type).values_list("codename", "pk"))
    return {(keys[codename], body) for codename, body in codenames}
