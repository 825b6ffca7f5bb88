"""Pages beside the steps: the enterprise's link, an extension of the order's period, the early end of a case."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, Condition
from cases.guards.p1 import may_ask_extension, may_decide_extension, may_report
from cases.models import Case, User
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import open_order, visible_cases
from cases.services.report_rectification import ask_extension, decide_extension
from workflow.forms.base import StepForm
from workflow.forms.orders import AskExtensionForm, DecideExtensionForm, LinkForm, TerminateForm
from workflow.services.end_case import end_case_early, may_terminate
from workflow.services.send_link import make_enterprise_link
from workflow.views.task_parts import case_crumbs, given


class CasePage(View):
    """One form on a case that is no step of its process: guard shown, checked first where it cannot be undone."""

    title: ClassVar[str | Promise]
    form_class: ClassVar[type[StepForm]]

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not isinstance(request.user, User):
            return
        self.acting = Acting(request.user, timezone.now())
        related = visible_cases(request.user).select_related("enterprise", "body", "territorial_body")
        self.case: Case = get_object_or_404(related, pk=kwargs["pk"])

    def conditions(self) -> list[Condition]:
        raise NotImplementedError

    def perform(self, form: StepForm) -> HttpResponse:
        """Call the service and answer; what it refuses is shown on the form."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self.form(data=request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        do = request.POST.get("_do", "submit")
        if do == "edit":
            return self.show(form)
        if do == "check":
            context = {**self.context(form), "hidden": given(request)}
            return render(request, "workflow/task_check.html", context)
        try:
            return self.perform(form)
        except StatedError as error:
            if isinstance(error, Blocked):
                form.add_error(None, _("A condition of this step does not hold: see below."))
            else:
                form.take(error, refusal_text(error))
            return self.show(form, 403 if isinstance(error, NotPermitted) else 422)

    def form(self, **kwargs: Any) -> StepForm:
        return self.form_class(case=self.case, acting=self.acting, **kwargs)

    def show(self, form: StepForm, status: int = 200, **more: Any) -> HttpResponse:
        return render(self.request, "workflow/case_form.html", {**self.context(form), **more}, status=status)

    def context(self, form: StepForm) -> dict[str, Any]:
        conditions = self.conditions()
        order = open_order(self.case)
        left = work_calendar().days_left(self.acting.today, order.due_on) if order and order.due_on else None
        return {
            "case": self.case,
            "step": {"title": self.title},
            "form": form,
            "conditions": conditions,
            "blocked": not all(condition.ok for condition in conditions),
            "crumbs": case_crumbs(self.case, str(self.title)),
            "order": order,
            "left": left,
        }

    def done(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return redirect("case_detail", self.case.pk)


class EnterpriseLinkPage(CasePage):
    """Makes the link; its address is shown on this one answer and never again."""

    title = gettext_lazy("Link for the enterprise")
    form_class = LinkForm

    def conditions(self) -> list[Condition]:
        return may_report(self.case, self.acting)

    def perform(self, form: StepForm) -> HttpResponse:
        link, address = make_enterprise_link(case_id=self.case.pk, by_mail=form.facts(), acting=self.acting)
        context = {**self.context(self.form()), "link": link, "address": address, "mailed": form.facts()}
        response = render(self.request, "workflow/enterprise_link.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def show(self, form: StepForm, status: int = 200, **more: Any) -> HttpResponse:
        order = open_order(self.case)
        links = order.links.select_related("created_by").order_by("-pk") if order else []
        return super().show(form, status, links=links, now=self.acting.at)


class AskExtensionPage(CasePage):
    title = gettext_lazy("Ask for an extension")
    form_class = AskExtensionForm

    def conditions(self) -> list[Condition]:
        return may_ask_extension(self.case, self.acting)

    def perform(self, form: StepForm) -> HttpResponse:
        ask_extension(case_id=self.case.pk, facts=form.facts(), acting=self.acting)
        return self.done(_("The extension has been asked for and waits for a decision."))


class DecideExtensionPage(CasePage):
    title = gettext_lazy("Decide on the extension")
    form_class = DecideExtensionForm

    def conditions(self) -> list[Condition]:
        return may_decide_extension(self.case, self.acting)

    def perform(self, form: StepForm) -> HttpResponse:
        request = decide_extension(case_id=self.case.pk, facts=form.facts(), acting=self.acting)
        return self.done(_("The extension is granted.") if request.granted else _("The extension is refused."))

    def context(self, form: StepForm) -> dict[str, Any]:
        order = open_order(self.case)
        return {**super().context(form), "asked": getattr(order, "extension", None)}


class TerminatePage(CasePage):
    title = gettext_lazy("End the case: the enterprise ceased to exist")
    form_class = TerminateForm

    def conditions(self) -> list[Condition]:
        return may_terminate(self.case, self.acting)

    def perform(self, form: StepForm) -> HttpResponse:
        end_case_early(case_id=self.case.pk, reason=form.facts(), acting=self.acting)
        return self.done(_("The case has ended."))
