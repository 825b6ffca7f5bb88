"""The pages of saved views: all of them, a new one, and one to rename, share, subscribe to or delete."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.forms.saved_views import RhythmForm, ViewForm
from cases.guards.conditions import failed
from cases.guards.saved_views import changing, dropping
from cases.models.list_view import SavedView, ViewSubscription
from cases.rules.errors import StatedError
from cases.selectors.list_kinds import NO_VIEW, ListKind, list_kind, opens
from cases.selectors.saved_views import bodies_of, look_of, subscription_of, views_of
from cases.services.saved_views import change_view, delete_view, open_with, save_view, set_look, subscribe
from cases.views.preferences import safe_next
from cases.views.registry import acting_of


@require_GET
def view_list(request: HttpRequest) -> HttpResponse:
    """Every saved view the person may open, by list, with what they are told of it."""
    acting = acting_of(request)
    told = {each.view_id: each for each in ViewSubscription.objects.filter(user=acting.person)}
    rows = []
    for view in views_of(acting.person, acting.today).order_by("list_code", "name", "pk"):
        kind = list_kind(view.list_code)
        if kind is not None and opens(kind, acting.person):
            rows.append({"view": view, "kind": kind, "url": _address(kind, view), "told": told.get(view.pk)})
    context = {"rows": rows, "crumbs": [{"label": _("Settings"), "url": reverse("settings")}, {"label": _("Views")}]}
    return render(request, "lists/views.html", context)


@require_http_methods(["GET", "POST"])
def view_new(request: HttpRequest) -> HttpResponse:
    """Save the address of a list under a name."""
    acting = acting_of(request)
    given = request.POST if request.method == "POST" else request.GET
    kind = list_kind(given.get("list", ""))
    if kind is None:
        raise Http404
    if not opens(kind, acting.person):
        raise PermissionDenied
    query = kind.kept(QueryDict(given.get("query", "")))
    form = ViewForm(
        request.POST or None,
        bodies=bodies_of(acting.person, acting.today),
        initial={"query": query, "list": kind.code},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            view = save_view(kind=kind, name=data["name"], query=query, body=data["body"], acting=acting)
            _further(view, data, acting)
        except StatedError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return redirect(_address(kind, view))
    context = {"form": form, "kind": kind, "shows": _shown(kind, query), "crumbs": _crumbs(kind, _("Save this view"))}
    return render(request, "lists/view_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def view_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One view: its owner changes it, everybody who may open it subscribes; POST `do` save, follow or delete."""
    acting = acting_of(request)
    view = get_object_or_404(views_of(acting.person, acting.today), pk=pk)
    kind = list_kind(view.list_code)
    if kind is None:
        raise Http404
    do = request.POST.get("do", "")
    if do == "delete":
        return _delete(request, view, kind, acting)
    own = not failed(changing(view, acting))
    form = _form(request, view, own, acting)
    if request.method == "POST" and form.is_valid():
        try:
            if own:
                view = _change(view, form.cleaned_data, acting)
            _further(view, form.cleaned_data, acting)
        except StatedError as error:
            _refuse(form, error)
        else:
            messages.success(request, _("The changes are saved."))
            return redirect(_address(kind, view))
    query = request.POST.get("query", request.GET.get("query", ""))
    context = {
        "view": view,
        "kind": kind,
        "form": form,
        "own": own,
        "query": query,
        "shows": _shown(kind, query or view.query),
        "url": _address(kind, view),
        "may_delete": not failed(dropping(view, acting)),
        "readers": view.subscriptions.count() if own else 0,
        "crumbs": _crumbs(kind, view.name),
    }
    return render(request, "lists/view.html", context, status=422 if form.errors else 200)


@require_POST
def list_look(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the columns (`col`) and the density of a list; `usual` goes back to what everybody has."""
    kind = list_kind(code)
    if kind is None:
        raise Http404
    columns = [] if "usual" in request.POST else request.POST.getlist("col")
    compact = request.POST.get("density") == "compact"
    set_look(kind=kind, columns=columns, compact=compact, acting=acting_of(request))
    return redirect(_without_look(safe_next(request, kind.url_name)))


def _without_look(address: str) -> str:
    """The address without columns and density of its own, which would win over what was just chosen."""
    path, _mark, query = address.partition("?")
    kept = QueryDict(query, mutable=True)
    for name in ("cols", "density"):
        kept.pop(name, None)
    return f"{path}?{kept.urlencode()}" if kept else path


def _form(request: HttpRequest, view: SavedView, own: bool, acting: Acting) -> ViewForm | RhythmForm:
    told, look = subscription_of(view, acting.person), look_of(acting.person, view.list_code)
    initial: dict[str, Any] = {"rhythm": told.rhythm if told else "", "first": look.view_id == view.pk}
    if not own:
        return RhythmForm(request.POST or None, initial=initial)
    bodies = bodies_of(acting.person, acting.today)
    if view.body is not None:
        bodies = bodies | type(view.body).objects.filter(pk=view.body.pk).distinct()
    initial |= {"name": view.name, "body": view.body, "query": request.GET.get("query", "")}
    return ViewForm(request.POST or None, bodies=bodies, initial=initial)


def _change(view: SavedView, data: dict[str, Any], acting: Acting) -> SavedView:
    query = data["query"] or None
    return change_view(view_id=view.pk, name=data["name"], body=data["body"], query=query, acting=acting)


def _further(view: SavedView, data: dict[str, Any], acting: Acting) -> None:
    """What is the reader's own about a view: whether they are told of it, and whether the list opens with it."""
    subscribe(view_id=view.pk, rhythm=data["rhythm"], acting=acting)
    opened = look_of(acting.person, view.list_code).view_id
    if data["first"] and opened != view.pk:
        open_with(code=view.list_code, view=view, acting=acting)
    elif not data["first"] and opened == view.pk:
        open_with(code=view.list_code, view=None, acting=acting)


def _delete(request: HttpRequest, view: SavedView, kind: ListKind, acting: Acting) -> HttpResponse:
    try:
        delete_view(view_id=view.pk, acting=acting)
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("view_page", pk=view.pk)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": view.name})
    return redirect(f"{reverse(kind.url_name)}?view={NO_VIEW}")


def _refuse(form: ViewForm | RhythmForm, error: StatedError) -> None:
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error))


def _address(kind: ListKind, view: SavedView) -> str:
    return f"{reverse(kind.url_name)}?view={view.pk}" + (f"&{view.query}" if view.query else "")


def _shown(kind: ListKind, query: str) -> str:
    return f"{reverse(kind.url_name)}?{query}" if query else f"{reverse(kind.url_name)}?view={NO_VIEW}"


def _crumbs(kind: ListKind, title: str) -> list[dict[str, str]]:
    return [{"label": str(kind.title), "url": reverse(kind.url_name)}, {"label": title, "url": ""}]
