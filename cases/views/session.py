"""Signing in."""

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from cases.views.kept_input import take_up
from cases.views.sign_in import SignInForm


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

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        kept = self.request.POST.get("kept", "")
        return (take_up(self.request, kept) if kept else None) or response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["kept"] = self.request.POST.get("kept", "")
        context["demo_accounts"] = getattr(settings, "DEMO_ACCOUNTS", ())
        return context


class SignOutView(auth_views.LogoutView):
    """Signs out, and has the browser forget what it kept for working without network."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST":  # a mere link to this address must not take anybody's drafts away
            response.headers["Clear-Site-Data"] = '"storage"'
        return response
