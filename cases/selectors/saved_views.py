"""The saved views a person may open: their own, and those shared with the bodies where they hold a post."""

from datetime import date

from django.db.models import Q, QuerySet

from cases.models.body import Body
from cases.models.list_view import ListLook, SavedView, ViewSubscription
from cases.models.people import Post, User


def bodies_of(user: User, today: date) -> QuerySet[Body]:
    """The bodies where the person holds a post today."""
    return Body.objects.filter(posts__in=Post.objects.active(today).filter(user=user)).distinct().order_by("position")


def views_of(user: User, today: date) -> QuerySet[SavedView]:
    """Every view the person may open; one query."""
    posts = Post.objects.active(today).filter(user=user)
    seen = SavedView.objects.filter(Q(owner=user) | Q(body__in=posts.values("body")))
    return seen.select_related("owner", "body").order_by("name", "pk")


def look_of(user: User, code: str) -> ListLook:
    """How the person wants that list; unsaved where they never said."""
    return ListLook.objects.filter(user=user, list_code=code).first() or ListLook(user=user, list_code=code)


def subscription_of(view: SavedView, user: User) -> ViewSubscription | None:
    """The person's subscription to a view."""
    return ViewSubscription.objects.filter(view=view, user=user).first()
