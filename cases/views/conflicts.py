"""Conflicts of interest: one's own declarations, and those of the people one manages."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.forms.people import ConflictForm
from cases.forms.refusals import in_words
from cases.models import ConflictOfInterest, User
from cases.rules.errors import StatedError
from cases.selectors.enterprises import visible_enterprises
from cases.services.credentials import declare_conflict, lift_conflict
from cases.views.people import acting_in, person_for, serve_form, tell


@require_http_methods(["GET", "POST"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """One's own declarations, and the form of a further one."""
    me = cast(User, request.user)
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            declare_conflict(user=me, **form.cleaned_data, acting=acting_in(request))
        except StatedError as error:
            form.add_error(None, in_words(error))
        else:
            messages.success(request, _("The conflict of interest is declared."))
            return redirect("conflicts")
    context = {"form": form, "conflicts": me.conflicts.select_related("enterprise")}
    return render(request, "cases/people/conflicts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def person_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Declare a conflict of somebody one manages."""
    subject = person_for(request, pk)

    def submit(data: dict[str, Any]) -> User:
        return declare_conflict(user=subject, **data, acting=acting_in(request)).user

    title = _("Declare a conflict of interest")
    done = _("The conflict of interest is declared.")
    return serve_form(request, _form(request), title=title, person=subject, submit=submit, done=done)


@require_POST
def conflict_lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Lift a conflict of somebody one manages."""
    conflict = get_object_or_404(ConflictOfInterest.objects.select_related("user"), pk=pk)
    person_for(request, conflict.user_id)
    done = _("The conflict of interest is lifted from today on.")
    tell(request, lambda acting: lift_conflict(conflict=conflict, acting=acting), done)
    return redirect("person", pk=conflict.user_id)


def _form(request: HttpRequest) -> ConflictForm:
    within_reach = visible_enterprises(cast(User, request.user))
    return ConflictForm(request.POST if request.method == "POST" else None, enterprises=within_reach)
