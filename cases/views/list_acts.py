"""Acts on many rows of a list: choose, look at what will happen and what is left out, do it, read the verdict."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked
from cases.models.list_view import ListRun
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.list_kinds import ListKind, Value, list_kind, opens
from cases.services.export_list import EXPORT, chosen_rows
from cases.services.run_many import MOST_AT_ONCE, run_many
from cases.views.list_page import ListPage, export_response
from cases.views.preferences import safe_next
from cases.views.registry import XLSX, acting_of
from cases.views.stored_file import file_response, stored_bytes

MOST_PRINTED: Final = 500
ACTS: Final = {
    EXPORT: gettext_lazy("Export"),
    "assign": gettext_lazy("Give to a colleague"),
    "extend": gettext_lazy("Extend the period"),
    "ask": gettext_lazy("Ask for an extension"),
    "claim": gettext_lazy("Claim"),
    "remind": gettext_lazy("Remind"),
    "replace": gettext_lazy("Hand over all open work"),
}


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows somebody ticked, or all that the filter shows; only what lies in the list for them counts."""

    kind: ListKind
    query: str
    keys: list[int] | None
    back: str

    @classmethod
    def of(cls, request: HttpRequest, kind: ListKind) -> "Picked":
        sent = request.POST
        keys = [int(value) for value in sent.getlist("row") if value.isdecimal() and len(value) < 19]
        return cls(kind, sent.get("query", ""), None if sent.get("all") else keys, safe_next(request, kind.url_name))

    def rows(self, acting: Acting, most: int) -> list[Any]:
        return list(chosen_rows(self.kind, acting, self.query, self.keys)[:most])

    def number(self, acting: Acting) -> int:
        rows = chosen_rows(self.kind, acting, self.query, self.keys)
        return rows.order_by().values("pk").count()


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done to many rows."""

    code: str
    title: str | Promise
    effect: str | Promise
    """What happens, said before it does."""
    icon: str
    form: Callable[[Any, list[Any]], Form]
    """The form from what was sent (or None) and the rows it is for."""
    why_not: Callable[[Any, Acting], str]
    """Why a row is left out; empty where it is not."""
    do: Callable[[Any, dict[str, Any], Acting], object]
    about: Callable[[Any], tuple[str, str]]
    prepare: Callable[[Sequence[Any]], Sequence[Any]] = field(default=lambda rows: rows)
    """Reads for all rows at once what the other functions ask of each."""
    lost: Callable[[list[int], Acting], list[tuple[str, str, str]]] = field(default=lambda _keys, _acting: [])
    """Name, address and why of chosen rows that have left the list, as far as the person may know of them."""


def act_page(request: HttpRequest, kind: ListKind, act: Act, picked: Picked | None = None) -> HttpResponse:
    """First the rows, what is left out and the form; with `confirm` done, row by row.

    `picked` where something else than ticks chose the rows.
    """
    acting = acting_of(request)
    picked = picked or Picked.of(request, kind)
    rows = act.prepare(picked.rows(acting, MOST_AT_ONCE + 1))
    gone = sorted(set(picked.keys or ()) - {row.pk for row in rows})
    told = act.lost(gone[:MOST_AT_ONCE], acting)
    if not rows and not told:
        messages.warning(request, _("Choose at least one row."))
        return redirect(picked.back)
    if len(rows) > MOST_AT_ONCE:
        text = _("At most %(most)s rows at once: narrow the filter, or choose fewer.") % {"most": MOST_AT_ONCE}
        messages.warning(request, text)
        return redirect(picked.back)
    judged = [(row, act.why_not(row, acting)) for row in rows]
    taken = [row for row, why in judged if not why]
    left_out = [(*act.about(row), why) for row, why in judged if why]
    left_out += told + [_gone()] * (len(gone) - len(told))
    form = act.form(request.POST if "confirm" in request.POST else None, taken)
    if taken and form.is_valid():
        return _run(picked, act, taken, left_out, form.cleaned_data, acting)
    context = {
        "kind": kind,
        "act": act,
        "form": form,
        "taken": [act.about(row) for row in taken],
        "left_out": left_out,
        "keys": [*(row.pk for row in rows), *gone],
        "picked": picked,
        "crumbs": [{"label": str(kind.title), "url": picked.back}, {"label": str(act.title), "url": ""}],
    }
    return render(request, "lists/act.html", context, status=422 if form.errors else 200)


def _gone() -> tuple[str, str, str]:
    return _("One row"), "", _("no longer in this list: somebody else was faster")


def _run(
    picked: Picked,
    act: Act,
    rows: list[Any],
    left_out: list[tuple[str, str, str]],
    facts: dict[str, Any],
    acting: Acting,
) -> HttpResponse:
    run = run_many(
        code=picked.kind.code,
        act=act.code,
        rows=rows,
        do=lambda row: act.do(row, facts, acting),
        about=act.about,
        words=in_words,
        beforehand=[{"name": name, "url": url, "why": why} for name, url, why in left_out],
        acting=acting,
    )
    return redirect("list_run", pk=run.pk)


def in_words(error: StatedError) -> str:
    """A refusal in one line: of a guard, every condition that does not hold."""
    if isinstance(error, Blocked):
        return "；".join(str(condition.reason) for condition in error.conditions)
    return refusal_text(error)


# --- what every list can do ------------------------------------------------------------------------------------------


@require_POST
def list_print(request: HttpRequest, code: str) -> HttpResponse:
    """The chosen rows on paper, in the columns of their reader."""
    page, picked = _asked(request, code)
    number = picked.number(page.acting)
    if refused := _too_many(request, picked, number, MOST_PRINTED):
        return refused
    try:
        rows = chosen_rows(page.kind, page.acting, picked.query, picked.keys)
        sheet = page.kind.sheet(page.acting, rows).of(page.chosen_columns)
    except NotPermitted as error:
        raise PermissionDenied(refusal_text(error)) from None
    context = {
        "kind": page.kind,
        "titles": [title for _code, title, _width in sheet.columns],
        "rows": _on_paper(sheet.rows),
        "number": number,
        "acting": page.acting,
        "back": picked.back,
    }
    return render(request, "lists/print.html", context)


def _on_paper(rows: Iterable[Sequence[Value]]) -> Iterator[list[Value]]:
    """Days in the short form of tables, whatever the language."""
    for row in rows:
        yield [cell.isoformat() if isinstance(cell, date) else cell for cell in row]


@require_POST
def list_export(request: HttpRequest, code: str) -> HttpResponse:
    """The chosen rows as a workbook."""
    page, picked = _asked(request, code)
    if not picked.number(page.acting):
        messages.warning(request, _("Choose at least one row."))
        return redirect(picked.back)
    try:
        response = export_response(page, filename=code, keys=picked.keys, query=picked.query)
    except NotPermitted as error:
        raise PermissionDenied(refusal_text(error)) from None
    return response  # type: ignore[return-value]  # a file response is one


def _asked(request: HttpRequest, code: str) -> tuple[ListPage, Picked]:
    kind = list_kind(code)
    if kind is None:
        raise Http404
    page = ListPage.of(request, kind)
    if not opens(kind, page.acting.person):
        raise PermissionDenied
    return page, Picked.of(request, kind)


def _too_many(request: HttpRequest, picked: Picked, number: int, most: int) -> HttpResponse | None:
    if 0 < number <= most:
        return None
    text = _("At most %(most)s rows at once: narrow the filter, or choose fewer.") % {"most": most}
    messages.warning(request, text if number else _("Choose at least one row."))
    return redirect(picked.back)


# --- what came of it -------------------------------------------------------------------------------------------------


@require_GET
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is, then its file; or what became of every row."""
    run = get_object_or_404(ListRun, pk=pk, user=acting_of(request).person)
    kind = list_kind(run.list_code)
    if kind is None:
        raise Http404
    refused = [verdict for verdict in run.verdicts if "why" in verdict]
    context = {
        "run": run,
        "kind": kind,
        "act": ACTS.get(run.act, run.act),
        "export": run.act == EXPORT,
        "refused": refused,
        "carried": [verdict for verdict in run.verdicts if "why" not in verdict],
        "list_url": reverse(kind.url_name),
        "crumbs": [{"label": str(kind.title), "url": reverse(kind.url_name)}, {"label": str(ACTS.get(run.act, ""))}],
    }
    return render(request, "lists/run.html", context)


@require_GET
def run_file(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook a job has written, for whoever asked for it."""
    run = get_object_or_404(ListRun.objects.exclude(file=""), pk=pk, user=acting_of(request).person)
    data = stored_bytes(run.file, run.sha256)
    if data is None:
        raise Http404
    return file_response(request, data, name=f"{run.list_code}-{run.created_at:%Y%m%d}.xlsx", content_type=XLSX)
