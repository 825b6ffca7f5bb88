"""What the page of a task shows beside its form, and what was typed into one that came too late."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.guards.conditions import Condition, failed
from cases.models import Attachment, Case
from workflow.forms.base import StepForm, in_choice_words
from workflow.forms.inspection import InspectionForm
from workflow.guards import may_release
from workflow.models import StepDraft, WorkItem
from workflow.selectors.case_words import mode_words
from workflow.selectors.task_page import about_case
from workflow.selectors.worklist import neighbours
from workflow.services.run_step import conditions_of
from workflow.steps import Step
from workflow.steps.about import told_of
from workflow.views.bulk import LISTS
from workflow.views.case_parts import risk_events
from workflow.views.listing_parts import side_parts

NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "_do", "seen_version"})
PICK = "pick_"
"""Before the name of a field: which version of it was chosen, where two people filled it in differently."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of a form that two people filled in differently; ``blank``: by the reader not at all.

    ``mine`` and ``theirs`` in words, ``value`` is theirs as the form sends it.
    """

    name: str
    label: str
    mine: str
    theirs: str
    value: str
    blank: bool


def given(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, field by field, to send it again."""
    return [
        (key, value)
        for key in request.POST
        if key not in NEVER_KEPT and not key.startswith(PICK)
        for value in request.POST.getlist(key)
        if value
    ]


def typed(request: HttpRequest, form: StepForm) -> list[tuple[str, str]]:
    """What was sent, under the labels and in the words of the form, to copy it from the page."""
    return [
        (_label(form, name), in_choice_words(form.fields.get(name), value))
        for name, value in given(request)
        if not _hidden(form, name)
    ]


def _hidden(form: StepForm, name: str) -> bool:
    return name in form.fields and form.fields[name].widget.is_hidden


def _label(form: StepForm, name: str) -> str:
    return str(form.fields[name].label) if name in form.fields else name


def differences(form: InspectionForm, theirs: dict[str, Any]) -> list[Difference]:
    """Where the form as typed and the form as saved by somebody else say different things."""
    rows = []
    for bound in form.visible_fields():
        if isinstance(bound.field, forms.FileField) or bound.name in form.beside:
            continue
        mine, other = bound.value() or "", theirs.get(bound.name) or ""
        if str(mine).strip() != str(other).strip():
            rows.append(
                Difference(
                    bound.name,
                    form.short_label(bound),
                    in_choice_words(bound.field, str(mine)),
                    in_choice_words(bound.field, str(other)),
                    value=str(other),
                    blank=not str(mine).strip(),
                )
            )
    return rows


def conditions_for(item: WorkItem, step: Step, case: Case, acting: Acting) -> list[Condition]:
    """The guard's conditions and, first, that nobody else is at it: the engine lets only its holder finish a task."""
    conditions = conditions_of(step, case, acting)
    holder = item.owner
    if holder is None or holder.pk in (acting.person.pk, acting.authority.pk):
        return conditions
    taken = Condition("not_taken", False, _("%(name)s has taken this step.") % {"name": holder.name})
    return [taken, *conditions]


def page_context(item: WorkItem, step: Step, case: Case, acting: Acting, form: StepForm) -> dict[str, Any]:
    """All that the templates of an open step are given."""
    conditions = conditions_for(item, step, case, acting)
    about = about_case(item, acting)
    draft = StepDraft.objects.filter(task_id=item.pk, user=acting.person).first()
    return {
        "form": form,
        "item": item,
        "case": case,
        "step": step,
        "told": told_of(step),
        "acting": acting,
        "conditions": conditions,
        "blocked": bool(failed(conditions)),
        "about": about,
        "risk_events": risk_events(about.events),
        "computed_mode": mode_words(about.proposal.computed_mode) if about.proposal else "",
        "agreed_mode": mode_words(about.proposal.mode) if about.proposal else "",
        "draft_saved_at": draft.saved_at if draft else None,
        "crumbs": case_crumbs(case, str(step.title)),
        "upload_limit": settings.UPLOAD_MAX_MB,
        "attached": attached(item, form.purpose),
        "releasable": not failed(may_release(item, acting)),
        **(side_parts(about.listing) if about.listing else {}),
    }


def attached(item: WorkItem, purpose: str) -> list[Attachment]:
    """Files of this purpose kept since the step opened: with a draft of it, or by a colleague."""
    return list(item.case.attachments.filter(purpose=purpose, uploaded_at__gte=item.created_at).order_by("pk"))


def case_crumbs(case: Case, title: str) -> list[dict[str, str]]:
    """Where a page of a case stands: cases, the case, the page."""
    return [
        {"label": _("Cases"), "url": _address("case_list")},
        {"label": case.number, "url": _address("case_detail", case.pk)},
        {"label": title, "url": ""},
    ]


def beside(request: HttpRequest, item: WorkItem, acting: Acting) -> dict[str, Any] | None:
    """The tasks before and after this one in the list, as narrowed, that the reader came from."""
    kind = LISTS.get(request.GET.get("from", ""))
    if kind is None:
        return None
    found = neighbours(kind.rows(Acting(acting.person, acting.at), request.GET), item.pk)
    came = kind.kept(request.GET)
    query = f"?from={kind.code}" + (f"&{came}" if came else "")
    return {
        "previous": f"{_address('task', found.previous)}{query}" if found.previous else "",
        "next": f"{_address('task', found.following)}{query}" if found.following else "",
        "place": found.place,
        "total": found.total,
        "list": kind.title,
        "list_url": reverse(kind.url_name) + (f"?{came}" if came else ""),
    }


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
