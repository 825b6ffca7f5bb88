"""Reports on the progress of a listed matter, added beside the step that waits for the lifting (P5 step 5)."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.guards.conditions import Condition
from cases.guards.p5 import may_report_progress
from cases.services.attach_file import attach_file
from cases.services.listed_oversight import report_progress
from workflow.forms.base import StepForm
from workflow.forms.escalation import ProgressForm
from workflow.selectors.escalation_page import escalation_facts
from workflow.views.order_pages import CasePage


class ProgressPage(CasePage):
    title = gettext_lazy("Report on the progress")
    form_class = ProgressForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not hasattr(self.case, "listed_oversight"):
            raise Http404
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def conditions(self) -> list[Condition]:
        return may_report_progress(self.case, self.acting)

    def form(self, **kwargs: Any) -> StepForm:
        if "data" in kwargs:
            kwargs["files"] = self.request.FILES
        return super().form(**kwargs)

    def perform(self, form: StepForm) -> HttpResponse:
        with transaction.atomic():
            report_progress(case_id=self.case.pk, facts=form.facts(), acting=self.acting)
            for name, upload in form.attachments():
                attach_file(case=self.case, upload=upload, purpose=form.purpose, item=name, acting=self.acting)
        return self.done(_("The report is added."))

    def context(self, form: StepForm) -> dict[str, Any]:
        return {**super().context(form), "escalation": escalation_facts(self.case)}
