"""The values no source fixes: what each is, what is in force at a body, and setting it there."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting, legal_date
from cases.forms.open_settings import OpenSettingForm, setting_title, value_words
from cases.forms.refusals import refusal_text
from cases.models import Body, BodySetting, User
from cases.packs.settings import OpenSetting, open_settings
from cases.rules.errors import StatedError
from cases.selectors.people import managed_bodies, manages_people
from cases.selectors.settings import settings_below, settings_in_force
from cases.services.open_settings import reset_open_setting, set_open_setting

SHOWN_BELOW: Final = 12
"""So many bodies below with a value of their own are named; the number says how many there are."""
SUGGESTED_BODIES: Final = 300
"""How many bodies the search field suggests; any other is found by its code or name."""


@dataclass(frozen=True, slots=True)
class BelowRow:
    """A body below that has its own value."""

    body: Body
    words: str


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting as the page shows it."""

    setting: OpenSetting
    title: str
    default: str
    value: str
    set_by: Body | None
    """The body whose value is in force here; None where the default is."""
    reason: str
    below: list[BelowRow]
    more_below: int
    url: str


@require_http_methods(["GET", "POST"])
def open_settings_page(request: HttpRequest) -> HttpResponse:
    """All settings as they stand at a body, `?body=CODE`; `?setting=KEY` opens the form of one."""
    user = _administrator(request)
    bodies = managed_bodies(user)
    body = _body(request, user)
    setting = _asked(request)
    in_force = settings_in_force(body)
    form = _form(request, setting, body, in_force) if setting else None
    if setting and form and request.method == "POST" and form.is_valid() and _saved(request, body, setting, form, user):
        return redirect(f"{reverse('open_settings')}?body={body.code}")
    below = settings_below(body)
    rows = [_row(entry, body, in_force.get(entry.key), below.get(entry.key, [])) for entry in open_settings().values()]
    context = {
        "body": body,
        "own_bodies": _own_bodies(user),
        "suggested": bodies.order_by("position")[:SUGGESTED_BODIES],
        "rows": rows,
        "editing": next((row for row in rows if row.setting == setting), None),
        "form": form,
    }
    return render(request, "cases/settings/assumptions.html", context, status=422 if form and form.errors else 200)


def _administrator(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not manages_people(user):
        raise PermissionDenied(_("Your post must allow you to set these values."))
    return user


def _body(request: HttpRequest, user: User) -> Body:
    """The body asked for by code or name, else the highest the person administers."""
    said = request.GET.get("body", "").split(" ")[0]
    bodies = managed_bodies(user)
    found = (bodies.filter(Q(code=said) | Q(name=said)) if said else bodies).order_by("position").first()
    if found is None:
        raise Http404
    return found


def _own_bodies(user: User) -> list[Body]:
    today = legal_date(timezone.now())
    return list(managed_bodies(user).filter(posts__in=user.posts.active(today)).distinct().order_by("position"))


def _asked(request: HttpRequest) -> OpenSetting | None:
    key = request.GET.get("setting", "")
    if not key:
        return None
    setting = open_settings().get(key)
    if setting is None or not setting.per_body:
        raise Http404
    return setting


def _form(request: HttpRequest, setting: OpenSetting, body: Body, in_force: dict[str, BodySetting]) -> OpenSettingForm:
    """The form as sent, or with the value now in force; going back to the default needs no value."""
    standing = in_force.get(setting.key)
    initial = {"value": standing.value if standing else setting.default}
    data = request.POST if request.method == "POST" else None
    return OpenSettingForm(data, setting=setting, body=body, initial=initial, required=not _resets(request))


def _resets(request: HttpRequest) -> bool:
    return request.POST.get("action") == "reset"


def _saved(request: HttpRequest, body: Body, setting: OpenSetting, form: OpenSettingForm, user: User) -> bool:
    acting, reason = Acting(user=user, at=timezone.now()), form.cleaned_data["reason"]
    try:
        if _resets(request):
            reset_open_setting(body=body, key=setting.key, reason=reason, acting=acting)
        else:
            value = form.cleaned_data["value"]
            set_open_setting(body=body, key=setting.key, value=value, reason=reason, acting=acting)
    except StatedError as error:
        form.add_error(None, refusal_text(error))
        return False
    messages.success(request, _("The value was saved. It holds for what begins from now on."))
    return True


def _row(setting: OpenSetting, body: Body, standing: BodySetting | None, below: list[BodySetting]) -> SettingRow:
    return SettingRow(
        setting=setting,
        title=setting_title(setting),
        default=value_words(setting, setting.default),
        value=value_words(setting, standing.value if standing else setting.default),
        set_by=standing.body if standing else None,
        reason=standing.reason if standing else "",
        below=[BelowRow(row.body, value_words(setting, row.value)) for row in below[:SHOWN_BELOW]],
        more_below=max(0, len(below) - SHOWN_BELOW),
        url=f"?body={body.code}&setting={setting.key}#edit",
    )
