"""The page of one open task: what must hold, what is known, and the form that does the step."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from viewflow.workflow.models import Task

from cases.acting import Acting
from cases.guards.conditions import Blocked, failed
from cases.models import Case, User
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.cases import current_inspection, visible_cases
from cases.services.attach_file import attach_file
from cases.services.inspect_enterprise import Stale, save_inspection_draft
from cases.views.refusals import refusal_text
from notices.services.case_letters import interview_letter, order_letter
from workflow.engine import TaskGone
from workflow.forms import FORMS
from workflow.forms.base import StepForm
from workflow.forms.inspection import InspectionForm
from workflow.models import StepDraft, WorkItem
from workflow.selectors.task_page import about_case
from workflow.selectors.work import acting_on, workable
from workflow.services.run_step import conditions_of, run_step
from workflow.steps import STEPS, Step

SERVICE_STEPS = {"serve_interview": interview_letter, "serve_order": order_letter}
NEVER_DRAFTED = {"csrfmiddlewaretoken", "_do"}


class TaskPage(View):
    """GET shows, POST does. ``_do``: save (a draft), check (show the answers once more) or submit."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        if not isinstance(request.user, User):
            return
        self.acting = Acting(request.user, timezone.now())

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        pk = kwargs["pk"]
        item = workable(self.acting.person, self.acting.today).filter(pk=pk).first()
        if item is None:
            return self._closed(request, pk)
        self.item: WorkItem = item
        self.case: Case = item.case
        self.step: Step = STEPS[item.step]
        self.acting = acting_on(item, self.acting)
        if item.step in SERVICE_STEPS:
            return self._to_document()
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return response

    def _closed(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Done meanwhile: say by whom, and lead to the case; somebody else's business: not found."""
        task = Task.objects.select_related("owner", "process").filter(pk=pk).first()
        case = task.process.coerced.case if task and task.flow_task_type == "HUMAN" else None
        if task is None or case is None or not visible_cases(self.acting.person).filter(pk=case.pk).exists():
            raise Http404
        if WorkItem.objects.filter(pk=pk).exists():
            raise PermissionDenied(_("This step belongs to other posts than yours."))
        step = STEPS.get(task.flow_task.name)
        context = {"task": task, "case": case, "step": step, "input": _given(request) if request.POST else []}
        return render(request, "workflow/task_closed.html", context, status=409 if request.POST else 200)

    def _to_document(self) -> HttpResponse:
        document = SERVICE_STEPS[self.item.step](self.case)
        if document is None:
            raise Http404
        return redirect("document_serve", pk=document.pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(self._form(initial=self._initial()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = self._form(data=request.POST, files=request.FILES, initial=self._initial())
        do = request.POST.get("_do", "submit")
        if do == "save":
            return self._save(form)
        if not form.is_valid():
            return self._show(form, status=422)
        if do == "check" or (isinstance(form, InspectionForm) and do != "submit"):
            return self._check(form)
        return self._submit(form)

    def _form(self, **kwargs: Any) -> StepForm:
        return FORMS[self.item.step](case=self.case, acting=self.acting, **kwargs)

    def _initial(self) -> dict[str, Any]:
        if self.item.step == "inspect":
            inspection = current_inspection(self.case)
            return InspectionForm.stored(inspection) if inspection else {"visited_on": self.acting.today, "version": 0}
        draft = StepDraft.objects.filter(task_id=self.item.pk, user=self.acting.person).first()
        return draft.data if draft else {}

    # --- what a POST does ---------------------------------------------------------------------------------------------

    def _save(self, form: StepForm) -> HttpResponse:
        if isinstance(form, InspectionForm):
            if not form.is_valid():
                return self._show(form, status=422)
            if not self._keep_inspection(form):
                return self._show(form, status=409 if form.errors else 422)
        else:
            data = {key: value for key, value in self.request.POST.items() if key not in NEVER_DRAFTED}
            if kinds := self.request.POST.getlist("kinds"):
                data["kinds"] = kinds  # type: ignore[assignment]
            StepDraft.objects.update_or_create(
                task_id=self.item.pk, user=self.acting.person, defaults={"data": data, "saved_at": self.acting.at}
            )
        messages.success(self.request, _("Your draft is saved. You can go on with it on any device."))
        return redirect("task", pk=self.item.pk)

    def _keep_inspection(self, form: InspectionForm) -> bool:
        """Save answers and photos; False where the service refused, with the reason on the form."""
        try:
            with transaction.atomic():
                save_inspection_draft(case_id=self.case.pk, facts=form.facts(), acting=self.acting)
                self._attach(form)
        except Stale as error:
            self.stale = InspectionForm.stored(error.inspection)
            form.add_error(None, refusal_text(error))
        except StatedError as error:
            form.take(error, refusal_text(error))
        else:
            return True
        return False

    def _check(self, form: StepForm) -> HttpResponse:
        """Show the answers once more, with what submitting brings about."""
        if isinstance(form, InspectionForm):
            if not self._keep_inspection(form):
                return self._show(form, status=409 if getattr(self, "stale", None) else 422)
            form = self._form(initial=self._initial())
        context = {**self._context(form), "hidden": _given(self.request)}
        template = "workflow/task_check_inspection.html" if isinstance(form, InspectionForm) else "workflow/task_check.html"
        return render(self.request, template, context)

    def _submit(self, form: StepForm) -> HttpResponse:
        try:
            with transaction.atomic():
                self._attach(form)
                run_step(task_pk=self.item.pk, facts=form.facts(), acting=self.acting)
        except TaskGone as error:
            return self._lost(error)
        except Stale as error:
            self.stale = InspectionForm.stored(error.inspection)
            form.add_error(None, refusal_text(error))
            return self._show(form, status=409)
        except StatedError as error:
            if not isinstance(error, Blocked):
                form.take(error, refusal_text(error))
                return self._show(form, status=403 if isinstance(error, NotPermitted) else 422)
            form.add_error(None, _("A condition of this step does not hold: see below."))
            return self._show(form, status=403)
        messages.success(self.request, _("Done: %(step)s.") % {"step": self.step.title})
        return redirect("case_detail", self.case.pk)

    def _lost(self, error: TaskGone) -> HttpResponse:
        """Somebody was faster; what was typed here stays on the page."""
        item = Task.objects.select_related("owner").filter(pk=self.item.pk).first()
        context = {
            "task": item,
            "case": self.case,
            "step": self.step,
            "message": refusal_text(error),
            "input": _given(self.request),
        }
        return render(self.request, "workflow/task_closed.html", context, status=409)

    def _attach(self, form: StepForm) -> None:
        for name, upload in form.attachments():
            purpose = "refusal" if name == "refusal" else form.purpose
            attach_file(case=self.case, upload=upload, purpose=purpose, item=name, acting=self.acting)

    # --- what the page shows ------------------------------------------------------------------------------------------

    def _context(self, form: StepForm) -> dict[str, Any]:
        conditions = conditions_of(self.step, self.case, self.acting)
        return {
            "form": form,
            "item": self.item,
            "case": self.case,
            "step": self.step,
            "acting": self.acting,
            "conditions": conditions,
            "blocked": bool(failed(conditions)),
            "about": about_case(self.case, self.item.step),
            "stale": getattr(self, "stale", None),
        }

    def _show(self, form: StepForm, status: int = 200) -> HttpResponse:
        template = "workflow/task_inspect.html" if isinstance(form, InspectionForm) else "workflow/task.html"
        return render(self.request, template, self._context(form), status=status)


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, field by field, to show or send again."""
    return [
        (key, value)
        for key in request.POST
        if key not in NEVER_DRAFTED
        for value in request.POST.getlist(key)
        if value
    ]


def inspect_case(request: HttpRequest, pk: int) -> HttpResponse:
    """``/cases/<id>/inspect/``: to the open inspection of a case."""
    assert isinstance(request.user, User)
    case = get_object_or_404(visible_cases(request.user), pk=pk)
    item = WorkItem.objects.filter(case=case, step="inspect").first()
    return redirect(reverse("task", args=[item.pk]) if item else reverse("case_detail", args=[case.pk]))


