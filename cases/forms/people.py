"""Forms about people: accounts, posts, certificates, absence."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Body, User
from cases.packs.loader import load_roles


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
        choices = [(code, role_title(code)) for code, role in load_roles().items() if role.levels]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]

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
        widget=forms.Select,
        help_text=_("Somebody with a post at the same body. Tasks pass over, permissions do not."),
    )
    starts_on = _day(_("First day"))
    ends_on = _day(_("Last day"))
    reason = _text(_("Reason"), 200)

    def __init__(self, *args: Any, substitutes: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = substitutes  # type: ignore[attr-defined]
