"""Rehearsals of a draft: start one, watch it, read who would change and by which clause, stop it, take it away."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from cases.forms.packs import ChangeFilterForm
from cases.forms.refusals import refusal_text
from cases.models import Rehearsal, RehearsedChange
from cases.rules.errors import StatedError
from cases.rules.grounds import Ground
from cases.selectors.enterprises import areas_to_choose
from cases.selectors.packs import (
    ChangeFilter,
    Matrix,
    matrix_of,
    rehearsed_changes,
    visible_drafts,
    visible_rehearsals,
)
from cases.selectors.rehearsal_words import named_bodies, value_words
from cases.selectors.scope import holds
from cases.services.export_rehearsal import PERMISSION, export_rehearsal
from cases.services.rehearsal_judgement import JUDGED, UNJUDGED
from cases.services.rehearse_pack import start_rehearsal, stop_rehearsal
from cases.views.packs import crumbs
from cases.views.paging import BoundedPaginator, address
from cases.views.registry import XLSX, acting_of, reader

ROWS: Final = 50
REFRESH_SECONDS: Final = 2
State = Rehearsal.State
What = RehearsedChange.What
TONES: Final = {
    State.DONE: "ok", State.FAILED: "danger", State.RUNNING: "info", State.WAITING: "", State.STOPPED: "warn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownMatrix:
    """How many units go from what to what; a cell leads to those it counts."""

    title: str
    total: int
    judged: int
    heads: list[str]
    rows: list[tuple[str, list[tuple[int, str]]]]


@require_POST
def rehearsal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the draft `pk` rehearsed."""
    draft = get_object_or_404(visible_drafts(reader(request)), pk=pk)
    try:
        rehearsal = start_rehearsal(draft_id=draft.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect("pack_draft", pk=pk)
    return redirect("rehearsal_detail", pk=rehearsal.pk)


@require_GET
def rehearsal_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, what it counted, and each change with its grounds; asks again by itself while it runs."""
    rehearsal, form = _rehearsal(request, pk), _filter(request)
    wanted = form.chosen()
    changes = rehearsed_changes(reader(request), rehearsal, wanted)
    page = BoundedPaginator(changes, ROWS).get_page(request.GET.get("page"))
    address = reverse("pack_draft", args=[rehearsal.draft_id])
    context = {
        "rehearsal": rehearsal,
        "tone": TONES[State(rehearsal.state)],
        "refresh": REFRESH_SECONDS,
        "matrices": [_shown(matrix, rehearsal) for matrix in _matrices(rehearsal)],
        "needs_inspection": sum(rehearsal.counts.get(What.INSPECTION, {}).values()),
        "inspection_url": f"?{urlencode({'what': What.INSPECTION})}#changes",
        "unjudged": sum(rehearsal.counts.get(UNJUDGED, {}).values()),
        "outdated": rehearsal.sha256 != rehearsal.draft.validated_sha256,
        "form": form,
        "chips": _chips(request, wanted),
        "page": page,
        "rows": _rows(list(page.object_list)),
        "query": request.GET.urlencode(),
        "may_export": holds(reader(request), PERMISSION),
        "crumbs": [*crumbs(), {"label": rehearsal.draft.title, "url": address}, {"label": _("Rehearsal"), "url": ""}],
    }
    return render(request, "cases/packs/rehearsal.html", context)


@require_POST
def rehearsal_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a rehearsal that runs."""
    rehearsal = _rehearsal(request, pk)
    try:
        stop_rehearsal(rehearsal_id=rehearsal.pk, acting=acting_of(request))
    except StatedError as error:
        messages.error(request, refusal_text(error))
    else:
        messages.success(request, _("The rehearsal is stopped."))
    return redirect("rehearsal_detail", pk=pk)


@require_GET
def rehearsal_export(request: HttpRequest, pk: int) -> FileResponse:
    """The table of the current filter as a workbook."""
    rehearsal, acting = _rehearsal(request, pk), acting_of(request)
    if not holds(acting.person, PERMISSION):
        raise PermissionDenied
    file = export_rehearsal(rehearsal=rehearsal, wanted=_filter(request).chosen(), acting=acting)
    name = f"{_('Rehearsed changes')}-{rehearsal.pk}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _rehearsal(request: HttpRequest, pk: int) -> Rehearsal:
    return get_object_or_404(visible_rehearsals(reader(request)), pk=pk)


def _filter(request: HttpRequest) -> ChangeFilterForm:
    return ChangeFilterForm(request.GET, areas=areas_to_choose(reader(request), request.GET.get("area", "")))


def _matrices(rehearsal: Rehearsal) -> list[Matrix]:
    counts = rehearsal.counts
    judged = counts.get(JUDGED, {})
    told = ({*counts} | {*judged}) - {What.INSPECTION}  # from nothing to nothing: told in words
    return [matrix_of(what, counts.get(what, {})) for what in What.values if what in told]


def _shown(matrix: Matrix, rehearsal: Rehearsal) -> ShownMatrix:
    """Bodies are counted by level and so lead to all changes of bodies; everything else leads to its own rows."""
    by_level = matrix.what == What.TIER_BODY

    def cell(before: str, after: str) -> tuple[int, str]:
        query = {"what": matrix.what} | ({} if by_level else {"before": before, "after": after})
        return matrix.cells.get((before, after), 0), f"?{urlencode(query)}#changes"

    def words(value: str) -> str:
        return value_words(matrix.what, value, {})

    judged = rehearsal.counts.get(JUDGED, {})
    key = What.TIER if by_level else matrix.what
    return ShownMatrix(
        title=str(What(matrix.what).label),
        total=matrix.total,
        judged=judged.get(key, 0),
        heads=[words(after) for after in matrix.afters],
        rows=[(words(before), [cell(before, after) for after in matrix.afters]) for before in matrix.befores],
    )


def _rows(changes: list[RehearsedChange]) -> list[dict[str, Any]]:
    bodies, language = named_bodies(changes), get_language() or ""
    return [
        {
            "change": change,
            "before": value_words(change.what, change.before, bodies),
            "after": value_words(change.what, change.after, bodies),
            "grounds": [Ground.from_dict(stored).in_language(language) for stored in change.grounds],
        }
        for change in changes
    ]


def _chips(request: HttpRequest, wanted: ChangeFilter) -> list[dict[str, str]]:
    """The filters in force, each with the address that takes it away."""
    chips: list[tuple[str, str, tuple[str, ...]]] = []
    if wanted.what:
        chips.append((_("What changes"), str(What(wanted.what).label), ("what", "before", "after")))
    if wanted.before is not None and wanted.after is not None:
        pair = (value_words(wanted.what, each, {}) or "—" for each in (wanted.before, wanted.after))
        chips.append((_("Change"), " → ".join(pair), ("before", "after")))
    if wanted.area is not None:
        chips.append((_("Area"), wanted.area.short_name, ("area",)))
    if wanted.text:
        chips.append((_("Name or credit code"), wanted.text, ("q",)))
    return [{"label": label, "value": value, "remove_url": address(request, *names)} for label, value, names in chips]
