"""Drafts of rule packs: begin one, write it, see what is wrong, compare, publish, give up."""

from difflib import SequenceMatcher
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.acting import Acting
from cases.forms.packs import PackDraftForm, PackTextForm, ReasonForm
from cases.forms.refusals import refusal_text
from cases.guards.conditions import failed
from cases.guards.packs import changing, publishing, rehearsing
from cases.models import PackDraft
from cases.packs.loader import all_packs, newest_packs
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.conflicts import last_saved
from cases.selectors.pack_difference import difference
from cases.selectors.pack_sheets import sheets_of
from cases.selectors.packs import draft_stream, drafting_bodies, problems_shown, visible_drafts
from cases.selectors.scope import may
from cases.services.pack_drafts import (
    StaleDraftError,
    abandon_pack_draft,
    draft_pack,
    problems_of,
    publish_pack,
    save_pack_draft,
    start_pack_draft,
)
from cases.views.packs import crumbs
from cases.views.registry import acting_of, reader

VIEWS = ("text", "tables", "difference")


@require_http_methods(["GET", "POST"])
def pack_draft_new(request: HttpRequest) -> HttpResponse:
    """Begin a draft, `?base=CODE@N` from a given pack."""
    acting = acting_of(request)
    bodies = drafting_bodies(acting.person)
    if not bodies.exists():
        raise PermissionDenied(_("Your post must allow you to draft rule packs."))
    initial = {"base": request.GET.get("base", ""), "body": bodies[0].code, "code": f"{bodies[0].code}-"}
    packs = sorted(newest_packs().values(), key=lambda pack: (pack.jurisdiction, pack.code))
    form = PackDraftForm(request.POST or None, initial=initial, bodies=bodies, packs=packs)
    if form.is_bound and form.is_valid():
        try:
            draft = start_pack_draft(**form.cleaned_data, acting=acting)
        except StatedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, _("The draft is begun. Nothing of it holds until it is published."))
            return redirect("pack_draft", pk=draft.pk)
    context = {"form": form, "crumbs": [*crumbs(), {"label": _("New draft"), "url": ""}]}
    return render(request, "cases/packs/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def pack_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft: its text with what is wrong in it, `?view=tables` as tables, `?view=difference` beside its base."""
    draft = _draft(request, pk)
    acting = acting_of(request)
    form = PackTextForm(initial={"version": draft.version, "text": draft.text})
    problems, stored, status = draft.problems, None, 200
    if request.method == "POST":
        if bad := failed(changing(draft, acting)):
            raise PermissionDenied(str(bad[0].reason))
        form, status = PackTextForm(request.POST), 422
        if form.is_valid():
            text = form.cleaned_data["text"]
            problems = problems_of(text, draft.body)
            if request.POST.get("action") == "check":
                status = 200
            else:
                try:
                    return _saved(request, draft, form, acting)
                except StaleDraftError as error:
                    stored = error.stored
                    form.data = _seen(request, stored)
    return _show(request, draft, form, problems, status, stored=stored, acting=acting)


def _saved(request: HttpRequest, draft: PackDraft, form: PackTextForm, acting: Acting) -> HttpResponse:
    """StaleDraftError."""
    kept = save_pack_draft(
        draft_id=draft.pk, text=form.cleaned_data["text"], version=form.cleaned_data["version"], acting=acting
    )
    if kept.problems:
        messages.warning(request, _("The text is saved. It has problems, shown beside it."))
    else:
        messages.success(request, _("The text is saved, and holds."))
    return redirect("pack_draft", pk=draft.pk)


def _lines_apart(mine: str, theirs: str) -> list[dict[str, Any]]:
    """The two texts where they differ, with the number of the first line in the text that was typed."""
    ours, others = mine.splitlines(), theirs.splitlines()
    steps = SequenceMatcher(None, ours, others, autojunk=False).get_opcodes()
    return [
        {"label": at + 1, "mine": "\n".join(ours[at:end]), "theirs": "\n".join(others[start:stop])}
        for tag, at, end, start, stop in steps
        if tag != "equal"
    ]


def _show(
    request: HttpRequest,
    draft: PackDraft,
    form: PackTextForm,
    problems: list[dict[str, Any]],
    status: int,
    *,
    stored: PackDraft | None = None,
    acting: Acting,
    publish: ReasonForm | None = None,
    abandon: ReasonForm | None = None,
) -> HttpResponse:
    pack = draft_pack(draft)
    view = request.GET.get("view", "")
    text = form.data.get("text", draft.text) if form.is_bound else draft.text
    base = all_packs().get((pack.extends, pack.extends_version)) if pack else None
    is_open = draft.state == PackDraft.State.DRAFT
    to_publish = publishing(draft, acting, pack.effective_from if pack else None) if is_open else []
    context = {
        "draft": draft,
        "form": form,
        "view": view if view in VIEWS and pack else "text",
        "tabs": _tabs(view if pack else "text", bool(base)) if pack else [],
        "problems": problems_shown(problems, text),
        "checked": request.method == "POST",
        "stored": stored,
        "saved": last_saved(draft_stream(stored), "save_pack_draft") if stored else None,
        "versions": _lines_apart(text, stored.text) if stored else [],
        "sheets": sheets_of(pack) if pack and view == "tables" else [],
        "differences": difference(base, pack) if pack and base and view == "difference" else [],
        "base": base,
        "is_open": is_open,
        "may_change": is_open and not failed(changing(draft, acting)),
        "rehearsing": rehearsing(draft, acting) if is_open else [],
        "may_rehearse": is_open and not failed(rehearsing(draft, acting)),
        "rehearsals": draft.rehearsals.select_related("requested_by").order_by("-pk")[:10],
        "publishing": to_publish,
        "may_ever_publish": is_open and may(acting.person, "publish_pack", draft.body),
        "may_publish": is_open and not failed(to_publish),
        "publish": publish or ReasonForm(prefix="publish", initial={"version": draft.version}),
        "abandon": abandon or ReasonForm(prefix="abandon"),
        "crumbs": [*crumbs(), {"label": draft.title, "url": ""}],
    }
    return render(request, "cases/packs/draft.html", context, status=status)


def _tabs(view: str, with_base: bool) -> list[dict[str, Any]]:
    labels = {"text": _("Text"), "tables": _("Tables")} | ({"difference": _("What differs")} if with_base else {})
    current = view if view in labels else "text"
    return [{"label": label, "url": f"?view={name}", "current": name == current} for name, label in labels.items()]


@require_POST
def pack_draft_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the draft; whoever may not is told every condition that fails."""
    draft, acting = _draft(request, pk), acting_of(request)
    form = ReasonForm(request.POST, prefix="publish")
    if form.is_valid():
        try:
            release = publish_pack(draft_id=pk, acting=acting, **_data(form, draft))
        except NotPermitted as error:
            form.add_error(None, refusal_text(error))
        except StatedError as error:
            form.add_error("reason" if error.code == "reason_too_short" else None, refusal_text(error))
        else:
            messages.success(request, _("Version %(version)s is published.") % {"version": release.pack_version})
            return redirect("pack_detail", code=release.code)
    text = PackTextForm(initial={"version": draft.version, "text": draft.text})
    return _show(request, draft, text, draft.problems, 422, acting=acting, publish=form)


@require_POST
def pack_draft_abandon(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the draft up."""
    draft, acting = _draft(request, pk), acting_of(request)
    form = ReasonForm(request.POST, prefix="abandon")
    if form.is_valid():
        try:
            abandon_pack_draft(draft_id=pk, reason=form.cleaned_data["reason"], acting=acting)
        except StatedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, _("The draft is given up; it stays on record."))
            return redirect("pack_list")
    text = PackTextForm(initial={"version": draft.version, "text": draft.text})
    return _show(request, draft, text, draft.problems, 422, acting=acting, abandon=form)


def _data(form: ReasonForm, draft: PackDraft) -> dict[str, Any]:
    version = form.cleaned_data["version"]
    return {"reason": form.cleaned_data["reason"], "version": draft.version if version is None else version}


def _draft(request: HttpRequest, pk: int) -> PackDraft:
    """The draft, where the person drafts or publishes; another does not exist for them."""
    return get_object_or_404(visible_drafts(reader(request)), pk=pk)


def _seen(request: HttpRequest, stored: PackDraft) -> QueryDict:
    """What was posted, now on top of the version that the page shows beside it."""
    data = request.POST.copy()
    data["version"] = str(stored.version)
    return data
