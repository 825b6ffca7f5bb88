"""Draft a reminder letter about an overdue deadline."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.models import Deadline, User
from cases.packs.loader import load_deadline_rules
from cases.rules.errors import StatedError
from cases.selectors.scope import within
from notices.forms.documents import DraftForm
from notices.forms.refusal import add_refusal
from notices.models import Document, Kind
from notices.packs import kind_of
from notices.services.draft_document import draft_document
from notices.views.edge import acting_of


@require_http_methods(["GET", "POST"])
def draft_reminder_letter(request: HttpRequest) -> HttpResponse:
    """`?deadline=ID`: a draft from the body above to the body that is late; one that stands already is opened."""
    deadline = _overdue_deadline(request)
    acting = acting_of(request)
    subject = f"deadline:{deadline.pk}"
    standing = Document.objects.filter(kind=Kind.REMINDER_LETTER, subject=subject)
    if found := standing.exclude(state=Document.State.VOIDED).first():
        return redirect("document_detail", found.pk)
    form = DraftForm(request.POST or None, kind=Kind.REMINDER_LETTER)
    if request.method == "POST" and form.is_valid():
        try:
            document = _draft(deadline, form, acting)
        except StatedError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("The reminder letter has been drafted."))
            return redirect("document_detail", document.pk)
    rule = load_deadline_rules().get(deadline.rule)
    context = {
        "deadline": deadline,
        "matter": rule.title if rule else deadline.basis,
        "form": form,
        "kind": kind_of(Kind.REMINDER_LETTER),
        "crumbs": [
            {"label": _("Documents"), "url": reverse("document_list")},
            {"label": _("Draft a reminder letter"), "url": ""},
        ],
    }
    return render(request, "notices/reminder_new.html", context, status=422 if form.errors else 200)


def _draft(deadline: Deadline, form: DraftForm, acting: Acting) -> Document:
    return draft_document(
        kind=Kind.REMINDER_LETTER,
        subject=f"deadline:{deadline.pk}",
        fields=form.filled(),
        acting=acting,
    )


def _overdue_deadline(request: HttpRequest) -> Deadline:
    """The deadline asked for, if this person oversees its case; else it does not exist for them."""
    assert isinstance(request.user, User)
    key = request.GET.get("deadline", "")
    if not key.isascii() or not key.isdigit():
        raise Http404
    seen = Deadline.objects.filter(within(request.user, "view_oversight", "case__territorial_body"))
    deadline = seen.select_related("case__enterprise", "accountable_body__parent").filter(pk=int(key)).first()
    if deadline is None:
        raise Http404
    return deadline
