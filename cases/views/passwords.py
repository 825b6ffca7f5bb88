"""Passwords: one's own, with the present one, and a new one for somebody one manages."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from cases.acting import Acting
from cases.forms.people import NewPasswordForm, OwnPasswordForm
from cases.models import User
from cases.services.accounts import change_own_password, set_password
from cases.views.people import acting_in, person_for, serve_form


@sensitive_post_parameters()
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new password."""
    subject = person_for(request, pk)

    def submit(data: dict[str, Any]) -> User:
        set_password(user=subject, password=data["password"], acting=acting_in(request))
        return subject

    done = _("The new password is set. Hand it over in person; it should be changed at once.")
    form = NewPasswordForm(request.POST or None)
    return serve_form(request, form, title=_("Set a new password"), person=subject, submit=submit, done=done)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class OwnPasswordPage(PasswordChangeView):
    """One's own password; the session goes on, others of the same person end."""

    form_class = OwnPasswordForm
    template_name = "cases/people/password.html"
    success_url = reverse_lazy("settings")

    def form_valid(self, form: Any) -> HttpResponse:
        user = cast(User, self.request.user)
        change_own_password(password=form.cleaned_data["new_password1"], acting=Acting(user=user, at=timezone.now()))
        user.refresh_from_db()
        update_session_auth_hash(self.request, user)
        messages.success(self.request, _("Your password is changed."))
        return redirect(str(self.success_url))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
