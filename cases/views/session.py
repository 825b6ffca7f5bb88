"""Signing in."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from cases.views.lockout import FAILURES, SECONDS, count_failure, forget_failures, is_locked


class SignInForm(AuthenticationForm):
    """Name and password, refused for a quarter of an hour after five failures from the same address."""

    error_messages = {
        "invalid_login": _("The user name or the password is wrong. The password distinguishes capital letters."),
        "inactive": _("This account has been closed. Ask your administrator."),
        "locked": _(
            "Too many failed attempts. Wait %(minutes)s minutes, or ask your administrator for a new password."
        ),
        "left": ngettext_lazy("%(left)s attempt is left.", "%(left)s attempts are left.", "left"),
    }

    def clean(self) -> dict[str, Any]:
        username, address = self.cleaned_data.get("username", ""), self._address()
        if is_locked(username, address):
            raise self._locked()
        try:
            cleaned = super().clean()
        except ValidationError as error:
            left = FAILURES - count_failure(username, address)
            if left <= 0:
                raise self._locked() from error
            hint = ValidationError(self.error_messages["left"], code="left", params={"left": left})
            raise ValidationError([error, hint]) from error
        if self.user_cache is not None:  # an empty password is no success
            forget_failures(username, address)
        return cleaned

    def _address(self) -> str:
        return self.request.META.get("REMOTE_ADDR", "") if self.request else ""

    def _locked(self) -> ValidationError:
        return ValidationError(self.error_messages["locked"], code="locked", params={"minutes": SECONDS // 60})


class SignInView(auth_views.LoginView):
    """The sign-in page; afterwards the person is back where their session had ended."""

    form_class = SignInForm
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return self._leave_fragment(request)
        return super().get(request, *args, **kwargs)

    def _leave_fragment(self, request: HttpRequest) -> HttpResponse:
        """A part of a page was asked for after the session had ended: sign in on a page of its own, then go back."""
        page = request.headers.get("HX-Current-URL", "")
        is_ours = url_has_allowed_host_and_scheme(
            page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )
        query = f"?{urlencode({self.redirect_field_name: page})}" if is_ours else ""
        return HttpResponse(status=204, headers={"HX-Redirect": request.path + query})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["demo_accounts"] = getattr(settings, "DEMO_ACCOUNTS", ())
        return context


class SignOutView(auth_views.LogoutView):
    """Signs out, and has the browser forget what it kept for working without network."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":  # a mere link to this address must not take anybody's drafts away
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
