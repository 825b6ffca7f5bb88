"""What must hold before somebody may share, change or drop a saved view."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.models.body import Body
from cases.models.list_view import SavedView
from cases.selectors.saved_views import bodies_of
from cases.selectors.scope import may


def changing(view: SavedView, acting: Acting) -> list[Condition]:
    """Whoever made a view changes it."""
    own = view.owner_id == acting.person.pk
    return [Condition("own_view", own, _("Only the person who saved a view can change it."))]


def dropping(view: SavedView, acting: Acting) -> list[Condition]:
    """Whoever made it; of a shared one also whoever administers the people of the body."""
    administers = view.body is not None and may(acting.person, "manage_people", view.body)
    own = view.owner_id == acting.person.pk
    words = _("Only the person who saved a view, or who administers its body, can delete it.")
    return [Condition("own_view", own or administers, words)]


def sharing(body: Body, acting: Acting) -> list[Condition]:
    """With a body where one holds a post."""
    there = bodies_of(acting.person, acting.today).filter(pk=body.pk).exists()
    return [Condition("post_at_body", there, _("You can share a view with a body where you hold a post."))]
