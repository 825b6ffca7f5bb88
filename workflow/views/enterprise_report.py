"""The enterprise's own page, behind its one-time link: the order, the report on it, more time.

It tells nothing of classes or of other cases (Trial Measures 2012, art. 13).
"""

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.models import Attachment, EnterpriseLink, RectificationOrder
from cases.packs.loader import load_deadline_rules
from cases.rules.errors import RuleError, StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import open_order
from cases.services.attach_file import attach_file
from cases.services.order_rectification import RULE
from cases.services.report_rectification import (
    ask_extension_by_link,
    find_link,
    report_by_link,
    usable_link,
)
from notices.services.case_letters import order_letter
from notices.views.rate_limit import too_often
from workflow.forms.base import StepForm
from workflow.forms.orders import EnterpriseExtensionForm, EnterpriseReportForm
from workflow.services.run_step import finish_by_event

TRIES: Final = 60
SECONDS: Final = 60


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def enterprise_report(request: HttpRequest, secret: str) -> HttpResponse:
    """GET shows the order; POST hands in the report or, with ``_do=extension``, asks for more time."""
    if too_often(request, "enterprise-link", tries=TRIES, seconds=SECONDS):
        return _no(request, _("Too many questions from this address. Wait a minute."), 429)
    acting = Acting(user=None, at=timezone.now())
    try:
        link = usable_link(secret, acting)
        _must_wait_for_report(link)
    except RuleError as error:
        return _unusable(request, secret, error)
    extension = request.method == "POST" and request.POST.get("_do") == "extension"
    case = link.order.case
    report_form = EnterpriseReportForm(
        *(() if extension or request.method == "GET" else (request.POST, request.FILES)), case=case, acting=acting
    )
    extension_form = EnterpriseExtensionForm(*((request.POST,) if extension else ()), case=case, acting=acting)
    if request.method == "POST":
        form = extension_form if extension else report_form
        answer = _ask if extension else _report
        if form.is_valid() and answer(request, secret, link, form, acting):
            return redirect("enterprise_report", secret)
    return _page(request, link, report_form, extension_form, acting)


def _must_wait_for_report(link: EnterpriseLink) -> None:
    order = link.order
    if order.case.status != "rectifying" or open_order(order.case) != order:
        raise RuleError("order_closed", "This order no longer waits for a report.")


def _report(request: HttpRequest, secret: str, link: EnterpriseLink, form: StepForm, acting: Acting) -> bool:
    """Report, files and the step of the process, all or nothing."""
    case = link.order.case

    def hand_in() -> None:
        report_by_link(secret=secret, facts=form.facts(), acting=acting)
        for item, upload in form.attachments():
            attach_file(case=case, upload=upload, purpose=form.purpose, item=item, acting=acting)

    try:
        if not finish_by_event(case=case, step_code="report_rectification", acting=acting, before=hand_in):
            raise RuleError("order_closed", "This order no longer waits for a report.")
    except StatedError as error:
        form.take(error, refusal_text(error))
        return False
    return True


def _ask(request: HttpRequest, secret: str, link: EnterpriseLink, form: StepForm, acting: Acting) -> bool:
    try:
        ask_extension_by_link(secret=secret, facts=form.facts(), acting=acting)
    except StatedError as error:
        form.take(error, refusal_text(error))
        return False
    messages.success(request, _("Your request for more time has been handed in. You will find the decision here."))
    return True


def _page(
    request: HttpRequest, link: EnterpriseLink, report: StepForm, extension: StepForm, acting: Acting
) -> HttpResponse:
    order = link.order
    bound = any(form.is_bound for form in (report, extension))
    context = {
        **_order_facts(order),
        "link": link,
        "left": work_calendar().days_left(acting.today, order.due_on) if order.due_on else None,
        "form": report,
        "extension_form": extension,
        "may_ask": _may_ask(order, acting),
        "asked": getattr(order, "extension", None),
        "upload_limit": settings.UPLOAD_MAX_MB,
    }
    return render(request, "workflow/enterprise_report.html", context, status=422 if bound else 200)


def _order_facts(order: RectificationOrder) -> dict[str, Any]:
    """All that is told of the case; a key more here is told to whoever holds the link."""
    letter = order_letter(order.case) if open_order(order.case) == order else None
    return {
        "order": order,
        "items": list(order.items.order_by("number")),
        "enterprise": order.case.enterprise.name,
        "body": order.case.body.name,
        "number": letter.number if letter else "",
    }


def _may_ask(order: RectificationOrder, acting: Acting) -> bool:
    """Whether it is early enough, and the first time (domain 8.1); the service decides."""
    rule = load_deadline_rules()[RULE]
    assert order.due_on is not None
    return not hasattr(order, "extension") and acting.today <= order.due_on - timedelta(days=rule.ask_before)


def _unusable(request: HttpRequest, secret: str, error: RuleError) -> HttpResponse:
    """Used up: the receipt of what was handed in; else why the link no longer opens anything."""
    link = find_link(secret)
    if link is None or link.used_at is None:
        return _no(request, refusal_text(error), 404 if error.code == "link_unknown" else 410)
    order = link.order
    files = order.case.attachments.filter(
        purpose=Attachment.Purpose.RECTIFICATION, uploaded_by=None, uploaded_at=link.used_at
    )
    context = {
        **_order_facts(order),
        "report": order.report,
        "files": files.order_by("pk"),
        "late": refusal_text(error) if request.method == "POST" else "",
    }
    return render(request, "workflow/enterprise_receipt.html", context, status=410 if request.method == "POST" else 200)


def _no(request: HttpRequest, reason: str, status: int) -> HttpResponse:
    response = render(request, "workflow/enterprise_no.html", {"reason": reason}, status=status)
    if status == 429:
        response["Retry-After"] = str(SECONDS)
    return response
