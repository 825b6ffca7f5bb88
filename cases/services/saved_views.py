"""Save, change, share and drop the view of a list; subscribe to it; choose how a list is drawn."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.saved_views import changing, dropping, sharing
from cases.models.body import Body
from cases.models.list_view import ListLook, SavedView, ViewSubscription
from cases.rules.errors import RuleError
from cases.selectors.list_kinds import ListKind, list_kind
from cases.selectors.saved_views import views_of
from cases.services.audit import record

LONGEST_QUERY = 1000
MOST_VIEWS = 30
"""Of one person on one list: more could not be told apart in a row of tabs."""


@transaction.atomic
def save_view(*, kind: ListKind, name: str, query: str, body: Body | None, acting: Acting) -> SavedView:
    """Keep the address of a list under a name, for oneself or for a body.

    RuleError `name_missing`, `name_taken`, `query_too_long`, `too_many_views`; Blocked where one holds no post there.
    """
    if body is not None:
        require(sharing(body, acting))
    if SavedView.objects.filter(owner=acting.person, list_code=kind.code).count() >= MOST_VIEWS:
        raise RuleError("too_many_views", _("You have %(most)s views of this list already."), most=MOST_VIEWS)
    view = SavedView(list_code=kind.code, owner=acting.person, created_at=acting.at)
    _write(view, name=name, query=_kept(kind, query), body=body, acting=acting)
    _record(view, "view.saved", acting)
    return view


@transaction.atomic
def change_view(*, view_id: int, name: str, body: Body | None, query: str | None = None, acting: Acting) -> SavedView:
    """Rename a view, share it or take it back; with `query`, let it show something else. As `save_view`.

    Who subscribed to a view that is no longer shared with them hears no more of it.
    """
    view = SavedView.objects.select_for_update(of=("self",)).get(pk=view_id)
    require(changing(view, acting))
    if body is not None and body.pk != view.body_id:
        require(sharing(body, acting))
    kind = list_kind(view.list_code)
    kept = view.query if query is None or kind is None else _kept(kind, query)
    _write(view, name=name, query=kept, body=body, acting=acting)
    if body is None:
        view.subscriptions.exclude(user=view.owner).delete()
        ListLook.objects.filter(view=view).exclude(user=view.owner).update(view=None)
    _record(view, "view.changed", acting)
    return view


@transaction.atomic
def delete_view(*, view_id: int, acting: Acting) -> None:
    """Drop a view and the subscriptions to it; lists that opened with it open whole. Blocked where it is another's."""
    view = SavedView.objects.select_for_update(of=("self",)).select_related("body").get(pk=view_id)
    require(dropping(view, acting))
    _record(view, "view.deleted", acting)
    view.delete()


@transaction.atomic
def subscribe(*, view_id: int, rhythm: str, acting: Acting) -> ViewSubscription | None:
    """Be told by mail what the view shows, in this rhythm; an empty one ends it.

    RuleError `view_gone` where the person may not open the view.
    """
    view = views_of(acting.person, acting.today).filter(pk=view_id).first()
    if view is None:
        raise RuleError("view_gone", _("This view does not exist any more, or is no longer shared with you."))
    if not rhythm:
        ViewSubscription.objects.filter(view=view, user=acting.person).delete()
        return None
    if rhythm not in ViewSubscription.Rhythm.values:
        raise RuleError("rhythm_unknown", _("Choose how often you want to be told."), field="rhythm")
    found, _new = ViewSubscription.objects.update_or_create(
        view=view, user=acting.person, defaults={"rhythm": rhythm}, create_defaults=_first(rhythm, acting)
    )
    return found


def _first(rhythm: str, acting: Acting) -> dict[str, object]:
    return {"rhythm": rhythm, "created_at": acting.at, "checked_on": acting.today}


@transaction.atomic
def set_look(*, kind: ListKind, columns: Iterable[str], compact: bool, acting: Acting) -> ListLook:
    """Draw a list with these columns from now on; the usual ones are kept as none, to follow when they change."""
    chosen = kind.known(columns)
    kept = [] if chosen == kind.usual() else chosen
    look, _new = ListLook.objects.update_or_create(
        user=acting.person, list_code=kind.code, defaults={"columns": kept, "compact": compact}
    )
    return look


@transaction.atomic
def open_with(*, code: str, view: SavedView | None, acting: Acting) -> None:
    """Open a list with this view from now on; None: with everything."""
    ListLook.objects.update_or_create(user=acting.person, list_code=code, defaults={"view": view})


def _kept(kind: ListKind, query: str) -> str:
    kept = kind.kept(QueryDict(query.lstrip("?")))
    if len(kept) > LONGEST_QUERY:
        raise RuleError("query_too_long", _("The filter is too long to be kept; shorten the search."))
    return kept


def _write(view: SavedView, *, name: str, query: str, body: Body | None, acting: Acting) -> None:
    view.name = " ".join(name.split())[:60]
    if not view.name:
        raise RuleError("name_missing", _("Give the view a name."), field="name")
    view.query, view.body, view.changed_at = query, body, acting.at
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        words = _("You have a view “%(name)s” of this list already.")
        raise RuleError("name_taken", words, field="name", name=view.name) from None


def _record(view: SavedView, action: str, acting: Acting) -> None:
    data = {"view": view.pk, "list": view.list_code, "query": view.query, "shared": view.body.code if view.body else ""}
    record(stream="views", action=action, acting=acting, data=data, body=view.body)
