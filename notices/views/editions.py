"""Published lists: which there are, one with its files, and publishing a new one."""

import logging
from datetime import date
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.models import Body, User
from cases.rules.errors import RuleError, StatedError
from cases.selectors.scope import holds, within
from cases.views.list_parts import pages
from cases.views.registry import XLSX
from notices.forms.editions import PublishForm
from notices.models import ListEdition
from notices.selectors.copies import edition_in_force
from notices.selectors.editions import editions_for
from notices.services.edition_workbook import edition_workbook
from notices.services.publish_list import PlannedEdition, plan_edition, publish_list
from notices.services.stored_pdf import whole_pdf
from notices.views.edge import acting_of
from notices.views.files import pdf_response

logger = logging.getLogger(__name__)
PAGE: Final = 50


@require_GET
def edition_list(request: HttpRequest) -> HttpResponse:
    """Every edition the person may see, newest first."""
    user = acting_of(request).person
    if not holds(user, "view_enterprise"):
        raise PermissionDenied
    page = Paginator(editions_for(user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": pages(user, "edition_list"), "may_publish": holds(user, "publish_list")}
    return render(request, "notices/editions/list.html", context)


@require_http_methods(["GET", "POST"])
def edition_new(request: HttpRequest) -> HttpResponse:
    """Choose a list, look at what would be published (`_do=check`), publish it as it stands today (`_do=submit`)."""
    acting = acting_of(request)
    if not holds(acting.person, "publish_list"):
        raise PermissionDenied
    bodies = Body.objects.filter(within(acting.person, "publish_list", "")).order_by("position")
    form = PublishForm(request.POST or None, bodies=bodies, initial={"year": acting.today.year})
    do = request.POST.get("_do", "check")
    if do != "edit" and form.is_valid():
        try:
            return _published(request, form, acting) if do == "submit" else _checked(request, form, acting)
        except StatedError as error:
            if error.code == "list_changed":
                messages.warning(request, refusal_text(error))
                return _checked(request, form, acting)
            form.add_error(None, refusal_text(error))
    crumbs = [
        {"label": _("Published lists"), "url": reverse("edition_list")},
        {"label": _("Publish a list"), "url": ""},
    ]
    context = {"form": form, "crumbs": crumbs}
    return render(request, "notices/editions/new.html", context, status=422 if form.errors and do != "edit" else 200)


def _published(request: HttpRequest, form: PublishForm, acting: Acting) -> HttpResponse:
    edition = publish_list(**form.stated(), seen=request.POST.get("seen", ""), acting=acting)
    messages.success(request, _("Edition %(number)s is published.") % {"number": edition.number})
    return redirect("edition", pk=edition.pk)


def _checked(request: HttpRequest, form: PublishForm, acting: Acting) -> HttpResponse:
    """What publishing makes known, to whom, of how many units and from when: for it cannot be taken back."""
    planned = plan_edition(**form.stated(), acting=acting)
    context = {
        "form": form,
        "planned": planned,
        "rows": planned.facts.rows[:PAGE],
        "more": max(0, len(planned.facts.rows) - PAGE),
        "changes": _changes(planned),
        "today": acting.today,
        "crumbs": [
            {"label": _("Published lists"), "url": reverse("edition_list")},
            {"label": _("Publish a list"), "url": ""},
        ],
    }
    return render(request, "notices/editions/check.html", context)


def _changes(planned: PlannedEdition) -> dict[str, int]:
    """How many units are new, and how many no longer stand on it, since the last edition."""
    if planned.last is None:
        return {}
    before = {row["uscc"] for row in planned.last.facts["rows"]}
    now = {row.uscc for row in planned.facts.rows}
    return {"new": len(now - before), "gone": len(before - now)}


@require_GET
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """One edition: what it is, its rows, its files, the versions before and after."""
    found = edition_for(acting_of(request).person, pk)
    same = ListEdition.objects.filter(
        body=found.body, list=found.list, year=found.year, kind=found.kind, level=found.level
    )
    rows = Paginator(found.facts["rows"], PAGE).get_page(request.GET.get("page"))
    context = {
        "edition": found,
        "copy": edition_in_force(found),
        "signature": getattr(found, "signature", None),
        "page": rows,
        "rows": [{**row, "since": date.fromisoformat(row["since"])} for row in rows],
        "versions": same.exclude(pk=found.pk).order_by("-version"),
        "crumbs": [
            {"label": _("Published lists"), "url": reverse("edition_list")},
            {"label": found.number, "url": ""},
        ],
    }
    return render(request, "notices/editions/edition.html", context)


@require_GET
@never_cache
def edition_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The printed bytes, signed where they are, handed out only while they still have the hash they were kept with."""
    found = edition_for(acting_of(request).person, pk)
    kept = edition_in_force(found)
    if kept is None:
        waits = _("The list is still being printed or signed. Try again in a moment.")
        messages.info(request, waits)
        return redirect("edition", pk=pk)
    try:
        data = whole_pdf(kept.file, kept.sha256)
    except RuleError:
        logger.error("edition %s: the stored file does not have the hash it was kept with", found.pk)
        messages.error(request, _("The stored file is damaged. Administrators must restore it from a backup."))
        return redirect("edition", pk=pk)
    return pdf_response(data, f"{found.facts['title']}-{found.number}.pdf", download="inline" not in request.GET)


@require_GET
@never_cache
def edition_xlsx(request: HttpRequest, pk: int) -> FileResponse:
    """The same rows as a workbook."""
    found = edition_for(acting_of(request).person, pk)
    name = f"{found.facts['title']}-{found.number}.xlsx"
    return FileResponse(edition_workbook(found), as_attachment=True, filename=name, content_type=XLSX)


def edition_for(user: User, pk: int) -> ListEdition:
    """The edition, where the person may see it; else it does not exist for them."""
    return get_object_or_404(editions_for(user), pk=pk)
