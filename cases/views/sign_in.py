"""The form that signs somebody in, and refuses whoever guesses."""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
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
