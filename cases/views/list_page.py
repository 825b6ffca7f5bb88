"""What every list page shares: its saved views, its columns and density, and acts on many of its rows."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.models.list_view import ListLook, SavedView
from cases.selectors.list_kinds import NO_VIEW, ListKind
from cases.selectors.saved_views import look_of, views_of
from cases.services.export_list import AT_ONCE, begin_export, chosen_rows, export_list
from cases.views.registry import XLSX, acting_of

DENSITIES: Final = ("compact", "roomy")


@dataclass
class ListPage:
    """One list as its reader wants it; reads their choices and their views once."""

    request: HttpRequest
    kind: ListKind
    acting: Acting

    @classmethod
    def of(cls, request: HttpRequest, kind: ListKind) -> "ListPage":
        return cls(request, kind, acting_of(request))

    @cached_property
    def look(self) -> ListLook:
        return look_of(self.acting.person, self.kind.code)

    @cached_property
    def views(self) -> list[SavedView]:
        return list(views_of(self.acting.person, self.acting.today).filter(list_code=self.kind.code))

    @cached_property
    def view(self) -> SavedView | None:
        """The view that the address names."""
        asked = self.request.GET.get("view", "")
        return next((view for view in self.views if str(view.pk) == asked), None)

    @property
    def url(self) -> str:
        return reverse(self.kind.url_name)

    @property
    def whole_url(self) -> str:
        """The whole list, also for who opens it with a view."""
        return f"{self.url}?view={NO_VIEW}" if self.look.view_id else self.url

    @cached_property
    def query(self) -> str:
        """What the address narrows the list by, as a view would keep it."""
        return self.kind.kept(self.request.GET)

    @property
    def changed(self) -> bool:
        """Whether the address shows something else than the view it names."""
        return self.view is not None and self.view.query != self.query

    @cached_property
    def columns(self) -> list[str]:
        """Codes of the columns shown: the address's, else those the person chose, else the usual ones."""
        asked = self.request.GET.get("cols", "")
        return self.kind.known(asked.split(",") if asked else self.look.columns)

    @property
    def chosen_columns(self) -> list[str]:
        """The columns for an export: none where nobody chose, which then has everything."""
        return [] if self.columns == self.kind.usual() else self.columns

    @property
    def compact(self) -> bool:
        asked = self.request.GET.get("density", "")
        return asked == "compact" if asked in DENSITIES else self.look.compact

    def elsewhere(self) -> HttpResponse | None:
        """Where a view leads that is named without its filter, or that the list opens with."""
        asked = self.request.GET.get("view", "")
        if not self.request.GET:
            first = next((view for view in self.views if view.pk == self.look.view_id), None)
            return redirect(self.address_of(first)) if first else None
        if self.view is not None:
            alone = not (set(self.request.GET) - {"view"})
            return redirect(self.address_of(self.view)) if alone and self.view.query else None
        if asked and asked != NO_VIEW:
            messages.warning(self.request, _("This view does not exist any more, or is no longer shared with you."))
            return redirect(f"{self.url}?view={NO_VIEW}")
        return None

    def address_of(self, view: SavedView) -> str:
        return f"{self.url}?view={view.pk}" + (f"&{view.query}" if view.query else "")

    def view_tabs(self) -> list[dict[str, Any]]:
        """The saved views as tabs beside those of the list itself."""
        return [
            {
                "label": view.name,
                "url": self.address_of(view),
                "current": view == self.view,
                "icon": "users" if view.owner_id != self.acting.person.pk else "star",
            }
            for view in self.views
        ]

    def context(self) -> dict[str, Any]:
        """What the frame of the list draws."""
        shown = set(self.columns)
        code = self.kind.code
        return {
            "kind": self.kind,
            "cols": shown,
            "column_choices": [(column, column.code in shown) for column in self.kind.columns if not column.fixed],
            "columns_across": len(shown),
            "compact": self.compact,
            "view": self.view,
            "view_tabs": self.view_tabs(),
            "view_changed": self.changed,
            "save_url": f"{reverse('view_new')}?{urlencode({'list': code, 'query': self.query})}",
            "manage_url": self._manage_url(),
            "list_query": self.query,
            "here": self.request.get_full_path(),
            "filter_url": self.url,
            "clear_url": self.whole_url,
        }

    def _manage_url(self) -> str:
        if self.view is None:
            return ""
        extra = f"?{urlencode({'query': self.query})}" if self.changed else ""
        return reverse("view_page", args=[self.view.pk]) + extra


def export_response(
    page: ListPage, *, filename: str, keys: list[int] | None = None, query: str | None = None
) -> FileResponse | HttpResponseRedirect:
    """The list of the address as a workbook, or, where it is long, the page of the job that writes it. NotPermitted."""
    wanted, columns = page.query if query is None else query, page.chosen_columns
    rows = chosen_rows(page.kind, page.acting, wanted, keys).order_by()
    total = rows.values("pk")[: AT_ONCE + 1].count()
    if total > AT_ONCE:
        run = begin_export(
            kind=page.kind, query=wanted, columns=columns, keys=keys, total=rows.count(), acting=page.acting
        )
        return redirect("list_run", pk=run.pk)
    file = export_list(kind=page.kind, query=wanted, columns=columns, keys=keys, acting=page.acting)
    name = f"{filename}-{page.acting.today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)
