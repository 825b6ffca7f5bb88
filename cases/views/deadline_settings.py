"""The periods of every rule: fixed by law with their clause, or set per body where no source fixes them."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.forms.deadlines import AmountForm
from cases.forms.refusals import refusal_text
from cases.models import Body, User
from cases.packs.loader import load_deadline_rules
from cases.rules.deadlines import DeadlineRule
from cases.rules.errors import RuleError, StatedError
from cases.selectors.deadline_rules import amount_for, own_periods, rule_of
from cases.selectors.notifications import rule_title
from cases.selectors.scope import holds, may, within
from cases.services.deadline_settings import reset_deadline_amount, set_deadline_amount


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule as the page shows it."""

    rule: DeadlineRule
    title: str
    amount: int
    set_by: Body | None
    """The body whose setting is in force here; None where the rule's own period is."""
    reason: str
    url: str


@require_http_methods(["GET", "POST"])
def deadline_settings(request: HttpRequest) -> HttpResponse:
    """The rules as they stand at a body, `?body=CODE`: what it can set, or `?show=fixed`; `?rule=CODE` opens a form."""
    user = _administrator(request)
    body = _body(request, user)
    code = request.GET.get("rule", "")
    form: AmountForm | None = None
    if code and may(user, "manage_people", body):
        rule = _settable(code)
        form = _form(request, rule, body)
        if request.method == "POST" and form.is_valid() and _saved(request, body, rule, form, user):
            return redirect(f"{reverse('deadline_settings')}?body={body.code}")
    rows = _rows(body)
    fixed = request.GET.get("show") == "fixed"
    context = {
        "body": body,
        "bodies": Body.objects.filter(pk__in=user.posts.active(Acting(user, timezone.now()).today).values("body")),
        "fixed": fixed,
        "rules": [row for row in rows if row.rule.settable != fixed],
        "all": len(rows),
        "editing": next((row for row in rows if row.rule.code == code), None) if form else None,
        "form": form,
        "may_set": may(user, "manage_people", body),
    }
    return render(request, "cases/oversight/settings.html", context)


def sees_periods(user: User) -> bool:
    """Who administers or oversees a body, anywhere."""
    return holds(user, "manage_people") or holds(user, "view_oversight")


def _administrator(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not sees_periods(user):
        raise PermissionDenied(_("Your post must allow you to see the periods."))
    return user


def _body(request: HttpRequest, user: User) -> Body:
    """The body asked for, else the highest the person administers or oversees."""
    seen = Body.objects.filter(within(user, "manage_people", "") | within(user, "view_oversight", ""))
    code = request.GET.get("body", "")
    body = (seen.filter(code=code) if code else seen).order_by("position").first()
    if body is None:
        raise Http404
    return body


def _settable(code: str) -> DeadlineRule:
    try:
        rule = rule_of(code)
    except RuleError as error:
        raise Http404 from error
    if not rule.settable:
        raise Http404
    return rule


def _form(request: HttpRequest, rule: DeadlineRule, body: Body) -> AmountForm:
    """The form as sent, or with the period now in force; going back to the default needs no period."""
    form = AmountForm(request.POST if request.method == "POST" else None, initial={"amount": amount_for(rule, body)})
    form.fields["amount"].required = not _resets(request)
    return form


def _resets(request: HttpRequest) -> bool:
    return request.POST.get("action") == "reset"


def _saved(request: HttpRequest, body: Body, rule: DeadlineRule, form: AmountForm, user: User) -> bool:
    acting, reason = Acting(user=user, at=timezone.now()), form.cleaned_data["reason"]
    try:
        if _resets(request):
            reset_deadline_amount(body=body, rule=rule.code, reason=reason, acting=acting)
        else:
            amount = form.cleaned_data["amount"]
            set_deadline_amount(body=body, rule=rule.code, amount=amount, reason=reason, acting=acting)
    except StatedError as error:
        form.add_error(None, refusal_text(error))
        return False
    messages.success(request, _("The period was saved. Running deadlines keep theirs."))
    return True


def _rows(body: Body) -> list[RuleRow]:
    own = own_periods(body)
    rows = []
    for rule in load_deadline_rules().values():
        setting = own.get(rule.code) if rule.settable else None
        rows.append(
            RuleRow(
                rule=rule,
                title=rule_title(rule.code),
                amount=int(setting.value) if setting else rule.amount,
                set_by=setting.body if setting else None,
                reason=setting.reason if setting else "",
                url=f"?body={body.code}&rule={rule.code}#edit",
            )
        )
    return rows
