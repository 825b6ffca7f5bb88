"""Forms about people: accounts, posts, certificates, absence."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Body, Enterprise, User
from cases.packs.loader import load_roles
from cases.rules.uscc import normalised_uscc


def role_title(code: str) -> str:
    """A role's title in the reader's language; the code itself for a role that the matrix has dropped."""
    role = load_roles().get(code)
    if role is None:
        return code
    return role.en if (get_language() or "").startswith("en") else role.zh


def _day(label: Any, help_text: Any = "", required: bool = True) -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=picker)


def _text(label: Any, length: int, help_text: Any = "", required: bool = True, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs=attributes)
    return forms.CharField(label=label, max_length=length, help_text=help_text, required=required, widget=widget)


class RegisterForm(forms.Form):
    """A new account."""

    name = _text(pgettext_lazy("of a person", "Name"), 60)
    username = _text(_("User name"), 150, _("For signing in; letters and digits."), autocomplete="off")
    mobile = _text(_("Mobile"), 20, required=False)
    password = forms.CharField(
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters, not only digits. Hand it over in person."),
    )

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        User._meta.get_field("username").run_validators(username)
        return username


class AppointForm(forms.Form):
    """A post: role, body and time."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.Select)
    body = _text(_("Body"), 100, _("Its code or its full name."), list="bodies", autocomplete="off")
    starts_on = _day(pgettext_lazy("first day of a period", "From"))
    ends_on = _day(_("Until"), _("The first day without the post; empty while it is open."), required=False)

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = bodies
        roles = [(code, role_title(code)) for code, role in load_roles().items() if role.levels]
        self.fields["role"].choices = [("", _("Choose")), *roles]  # type: ignore[attr-defined]

    def clean_body(self) -> Body:
        said = self.cleaned_data["body"].split(" ")[0]
        found = list(self.bodies.filter(Q(code=said) | Q(name=said))[:2])
        if not found:
            raise forms.ValidationError(_("You manage no body with this code or name."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several bodies have this name; give the code."))
        return found[0]


class EndPostForm(forms.Form):
    """The end of a post."""

    ends_on = _day(_("Ends on"), _("The first day without the post; today takes it away at once."))


class CertificateForm(forms.Form):
    """An enforcement certificate."""

    number = _text(_("Certificate number"), 40)
    issuer = _text(_("Issuer"), 100)
    valid_from = _day(_("Valid from"))
    valid_to = _day(_("Valid to"), _("The last day on which it is valid."))


class AbsenceForm(forms.Form):
    """An absence and who stands in."""

    substitute = forms.ModelChoiceField(
        label=_("Substitute"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        widget=forms.Select,
        help_text=_("Somebody with a post at the same body. Tasks pass over, permissions do not."),
    )
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    reason = _text(_("Reason"), 200)

    def __init__(self, *args: Any, substitutes: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = substitutes  # type: ignore[attr-defined]


def _password(label: Any, help_text: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, help_text=help_text, strip=False, max_length=128, widget=widget)


class NewPasswordForm(forms.Form):
    """A new password for somebody else, typed twice."""

    password = _password(_("New password"), _("At least 8 characters, hard to guess. Hand it over in person."))
    again = _password(_("New password once more"))

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ."))
        return again


class OwnPasswordForm(PasswordChangeForm):
    """One's own password, with the present one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least 8 characters, hard to guess.")
        self.fields["new_password2"].label = _("New password once more")
        self.fields["new_password2"].help_text = ""


class ConflictForm(forms.Form):
    """A conflict of interest: with which enterprise, and why."""

    enterprise = _text(_("Enterprise"), 200, _("Its credit code, or its name in full."), autocomplete="off")
    reason = _text(_("Reason"), 200, _("What ties you to it: kinship, shares, a former post …"))

    def __init__(self, *args: Any, enterprises: QuerySet[Enterprise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enterprises = enterprises

    def clean_enterprise(self) -> Enterprise:
        said = self.cleaned_data["enterprise"].strip()
        found = list(self.enterprises.filter(Q(uscc=normalised_uscc(said)) | Q(name=said))[:2])
        if not found:
            raise forms.ValidationError(_("You see no enterprise with this code or name."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several enterprises have this name; give the credit code."))
        return found[0]
