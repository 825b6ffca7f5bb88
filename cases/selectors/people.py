"""Whom may this person see and manage: people by the bodies where they hold or held posts."""

from datetime import date

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from cases.models.body import OWN_BODY_ONLY, Body, BodyClosure, BodyUserPermission
from cases.models.people import EnforcementCertificate, Post, User
from cases.selectors.scope import holds, within

CODENAME = "manage_people"


def manages_people(user: User) -> bool:
    """Whether the people pages are for this person at all."""
    return user.is_superuser or holds(user, CODENAME)


def managed_bodies(user: User) -> QuerySet[Body]:
    """Bodies whose posts `user` may fill."""
    if user.is_superuser:
        return Body.objects.all()
    return Body.objects.filter(within(user, CODENAME, ""))


def managed_people(user: User, search: str = "") -> QuerySet[User]:
    """People with a post, past or present, where `user` manages people, and those who never had one anywhere.

    `search` narrows by a part of the name, the user name or the mobile number.
    """
    if not manages_people(user):
        return User.objects.none()
    people: QuerySet[User] = User.objects.all()
    if not user.is_superuser:
        posts = Post.objects.filter(user=OuterRef("pk"))
        fresh = ~Exists(posts) & Q(is_superuser=False)
        people = people.filter(Exists(posts.filter(within(user, CODENAME, "body"))) | fresh)
    if search:
        people = people.filter(Q(name__icontains=search) | Q(username__icontains=search) | Q(mobile__contains=search))
    return people.order_by("-is_active", "name", "pk")


def with_posts_of(people: QuerySet[User], today: date) -> QuerySet[User]:
    """`people`, each with `posts_today`, held on the day, and `certificates_today`, in force on it."""
    posts = Post.objects.active(today).select_related("body").order_by("body__position", "role")
    certified = EnforcementCertificate.objects.valid(today)
    return people.prefetch_related(
        Prefetch("posts", queryset=posts, to_attr="posts_today"),
        Prefetch("certificates", queryset=certified, to_attr="certificates_today"),
    )


def colleagues(user: User, today: date) -> QuerySet[User]:
    """Who can stand in for `user`: active people with a post of today at one of the same bodies."""
    bodies = Body.objects.filter(posts__in=Post.objects.filter(user=user).active(today))
    there = Post.objects.active(today).filter(user=OuterRef("pk"), body__in=bodies)
    return User.objects.filter(Exists(there), is_active=True).exclude(pk=user.pk).order_by("name", "pk")


def colleagues_with(codename: str, body: Body) -> QuerySet[User]:
    """Active people who hold the permission on `body` or, where it reaches a subtree, above; one query."""
    above = BodyClosure.objects.filter(descendant=body)
    if codename in OWN_BODY_ONLY:
        above = above.filter(depth=0)
    held = BodyUserPermission.objects.filter(
        user=OuterRef("pk"), permission__codename=codename, content_object__in=above.values("ancestor")
    )
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")
