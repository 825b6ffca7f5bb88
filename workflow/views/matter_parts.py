"""What the pages of matters outside any case share: checks of bodies, warnings, technical assistance.

A matter has a list, a page of its own with its papers, its history and what may happen next, and a page for each act.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, Condition, failed
from cases.models import AuditEvent, Deadline
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.notifications import rule_title
from cases.views.paging import BoundedPaginator
from cases.views.registry import acting_of
from notices.guards.documents import may_draft, may_serve
from notices.models import Document
from notices.packs import kind_of
from notices.selectors.documents import documents_for
from notices.services.draft_document import draft_document
from notices.services.subjects import find_subject
from notices.views.documents import state_of
from workflow.views.case_parts import timeline

PAGE: Final = 25
OPEN: Final = (Deadline.State.RUNNING, Deadline.State.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done about the matter, on a page of its own."""

    title: str
    icon: str
    url: str
    conditions: list[Condition]

    @property
    def mine(self) -> bool:
        """Whether the person's post allows it at all."""
        return all(condition.ok for condition in self.conditions if condition.code == "permission")

    @property
    def ready(self) -> bool:
        return not failed(self.conditions)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document the matter has or may get."""

    kind: str
    subject: str
    wanted: bool = True
    """Whether it may be drafted now."""


def matter_list(request: HttpRequest, rows: QuerySet[Any], form: forms.Form, **context: Any) -> HttpResponse:
    """A list that is scoped and narrowed already; `row_of` in the context says what a row shows."""
    page = BoundedPaginator(rows, PAGE).get_page(request.GET.get("page"))
    row_of: Callable[[Any], dict[str, Any]] = context.pop("row_of")
    shown = {"page": page, "rows": [row_of(row) for row in page.object_list], "form": form}
    shown["query"] = request.GET.urlencode()
    filtered = any(request.GET.get(name) for name in form.fields)
    return render(request, "workflow/matters/list.html", {**context, **shown, "filtered": filtered})


def history(stream: str) -> list[dict[str, Any]]:
    """What happened, in words, the latest first."""
    events = AuditEvent.objects.filter(stream=stream).select_related("actor", "on_behalf_of", "body")
    return timeline(events.order_by("-sequence"))


def clock(subjects: Iterable[str], acting: Acting) -> dict[str, Any] | None:
    """The open deadline of the matter, the earliest due."""
    found = Deadline.objects.filter(case=None, subject__in=list(subjects), state__in=OPEN)
    deadline = found.order_by("due_on", "pk").first()
    if deadline is None:
        return None
    left = work_calendar().days_left(acting.today, deadline.due_on)
    return {"title": rule_title(deadline.rule), "due": deadline.due_on, "left": left}


def papers(request: HttpRequest, wanted: Sequence[Paper], draft_url: str) -> list[dict[str, Any]]:
    """The standing document of each kind, or that it can be drafted now and by this person."""
    acting = acting_of(request)
    subjects = {paper.subject for paper in wanted}
    seen = documents_for(acting.person).filter(subject__in=subjects).exclude(state=Document.State.VOIDED)
    standing = {(document.kind, document.subject): document for document in seen}
    rows = []
    for paper in wanted:
        document = standing.get((paper.kind, paper.subject))
        title = kind_of(paper.kind).name
        if document is not None:
            state, tone = state_of(document)
            url = reverse("document_detail", args=[document.pk])
            row = {"title": title, "number": document.number, "url": url, "state": state, "tone": tone}
            rows.append(row | {"serve_url": _serve_url(document, acting)})
        elif paper.wanted:
            may = not failed(_draft_conditions(paper, acting))
            rows.append({"title": title, "draft_url": draft_url if may else "", "kind": paper.kind})
    return rows


def serving(rows: Iterable[dict[str, Any]]) -> list[Act]:
    """Of the documents of `papers` those whose service this person may record now, each as an act."""
    return [Act(_("Record service"), "send", row["serve_url"], []) for row in rows if row.get("serve_url")]


def _serve_url(document: Document, acting: Acting) -> str:
    """Where this person records its service; empty where there is none to record, or not for them."""
    waits = document.state == Document.State.ISSUED and document.served_on is None
    if not waits or not kind_of(document.kind).served or failed(may_serve(document, acting)):
        return ""
    return reverse("document_serve", args=[document.pk])


def _draft_conditions(paper: Paper, acting: Acting) -> list[Condition]:
    found = find_subject(kind_of(paper.kind), paper.subject)
    return may_draft(paper.kind, found.owner, found.body, acting)


def draft_paper(request: HttpRequest, wanted: Sequence[Paper], back: str) -> HttpResponse:
    """Draft the kind that was asked for, if it is one of those the matter may get now, and open it."""
    paper = next((each for each in wanted if each.wanted and each.kind == request.POST.get("kind")), None)
    if paper is None:
        messages.error(request, _("This document cannot be drafted now."))
        return redirect(back)
    try:
        document = draft_document(kind=paper.kind, subject=paper.subject, acting=acting_of(request))
    except NotPermitted as error:
        raise PermissionDenied(str(error)) from error
    except StatedError as error:
        messages.error(request, refusal_text(error))
        return redirect(back)
    messages.success(request, _("The document is drafted. Look at its preview before it is issued."))
    return redirect("document_detail", document.pk)


def act_page(
    request: HttpRequest,
    *,
    title: str,
    about: str,
    form: forms.Form,
    conditions: list[Condition],
    run: Callable[[dict[str, Any], Acting], Any],
    done: str,
    back: str,
    crumbs: list[dict[str, str]],
    words: str = "",
) -> HttpResponse:
    """One act: its form, what must hold, and the service called with what was filled in. Nothing typed is lost."""
    if not all(condition.ok for condition in conditions if condition.code == "permission"):
        raise PermissionDenied(str(next(each.reason for each in conditions if each.code == "permission")))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = run(form.cleaned_data, acting_of(request))
            except Blocked:
                form.add_error(None, _("A condition of this step does not hold: see below."))
                status = 403
            except StatedError as error:
                take(form, error)
                status = 403 if isinstance(error, NotPermitted) else 422
            else:
                messages.success(request, done)
                return redirect(back or made)
    context = {
        "title": title,
        "about": about,
        "words": words,
        "form": form,
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "back": back or crumbs[-2]["url"],
        "crumbs": crumbs,
    }
    return render(request, "workflow/matters/act.html", context, status=status)


def take(form: forms.Form, error: StatedError) -> None:
    """Put a refusal at its field, or above the form where the form has none for it."""
    field = error.details.get("field")
    form.add_error(field if field in form.fields else None, refusal_text(error))
