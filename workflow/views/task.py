"""The page of one open task: what must hold, what is known, and the form that does the step."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked
from cases.models import Attachment, Case, Inspection, RectificationReport, User
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.cases import current_inspection, open_order, visible_cases
from cases.selectors.conflicts import saved_by
from cases.selectors.task_sheets import latest_problems
from cases.services.attach_file import attach_file
from cases.services.inspect_enterprise import Stale, save_inspection_draft
from notices.services.case_letters import interview_letter, order_letter
from notices.services.list_letters import list_decision_letter, list_notice_letter
from notices.services.oversight_letters import lift_notice, listing_notice
from workflow.engine import TaskGone
from workflow.forms import FORMS
from workflow.forms.base import StepForm
from workflow.forms.inspection import InspectionForm
from workflow.models import StepDraft, WorkItem
from workflow.selectors.work import acting_on, workable
from workflow.services.run_step import conditions_of, run_step
from workflow.steps import STEPS, Step
from workflow.views.task_parts import NEVER_KEPT, PICK, beside, case_crumbs, differences, given, page_context, typed

SERVICE_STEPS = {
    "serve_interview": interview_letter,
    "serve_order": order_letter,
    "serve_listing_notice": listing_notice,
    "serve_lift_notice": lift_notice,
    "serve_list_notice": list_notice_letter,
    "serve_list_decision": list_decision_letter,
}


class TaskPage(View):
    """GET shows, POST does.

    ``_do``: keep (a draft, by itself), save (a draft), mine (save over a colleague's version), check (show the answers
    once more), edit (back from there) or submit.
    """

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
            refused = PermissionDenied(_("This step belongs to other posts than yours."))
            refused.beside = reverse("case_detail", args=[case.pk])  # type: ignore[attr-defined]
            raise refused
        step = STEPS[task.flow_task.name]
        form = FORMS[step.code](case=case, acting=self.acting) if step.code in FORMS else None
        return _closed_page(request, task, case, step, form)

    def _to_document(self) -> HttpResponse:
        document = SERVICE_STEPS[self.item.step](self.case)
        if document is None:
            raise Http404
        return redirect("document_serve", pk=document.pk)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._show(self._form(initial=self._initial()))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        do = request.POST.get("_do", "submit")
        if do == "keep":
            return self._keep()
        if do == "mine":
            return self._save(self._chosen(request.POST.get("seen_version", "")))
        form = self._bound()
        if do == "save":
            return self._save(form)
        if not form.is_valid():
            return self._show(form, status=422)
        if do == "edit":
            return self._show(form)
        return self._check(form) if do == "check" else self._submit(form)

    def _form(self, **kwargs: Any) -> StepForm:
        return FORMS[self.item.step](case=self.case, acting=self.acting, **kwargs)

    def _bound(self, version: str = "", *, files: bool = True) -> StepForm:
        """The form as sent; ``version`` is the saved one that it now goes by, where another was sent."""
        data: QueryDict = self.request.POST
        if version:
            data = data.copy()
            data["version"] = version
        return self._form(data=data, files=self.request.FILES if files else None, initial=self._initial())

    def _chosen(self, version: str) -> StepForm:
        """The form as sent, save for the fields of which the version saved meanwhile was chosen."""
        inspection = current_inspection(self.case)
        theirs = InspectionForm.stored(inspection) if inspection else {}
        data = self.request.POST.copy()
        for key in self.request.POST:
            name = key.removeprefix(PICK)
            if key.startswith(PICK) and self.request.POST[key] == "theirs":
                data[name] = str(theirs.get(name) or "")
        data["version"] = version
        return self._form(data=data, files=self.request.FILES, initial=self._initial())

    def _initial(self) -> dict[str, Any]:
        draft = StepDraft.objects.filter(task_id=self.item.pk, user=self.acting.person).first()
        kept: dict[str, Any] = draft.data if draft else {}
        if not issubclass(FORMS[self.item.step], InspectionForm):
            return kept
        inspection = current_inspection(self.case)
        begun = InspectionForm.stored(inspection) if inspection else {"visited_on": self.acting.today, "version": 0}
        return {**begun, **kept}

    # --- what a POST does ---------------------------------------------------------------------------------------------

    def _save(self, form: StepForm) -> HttpResponse:
        """Keep what was typed, complete or not; of an inspection only what can be read."""
        if isinstance(form, InspectionForm):
            if not form.is_valid():
                return self._show(form, status=422)
            if self._keep_inspection(form) is None:
                return self._show(form, status=self.refused)
        else:
            form.is_valid()
            if form.files_refused():
                return self._show(form, status=422)
            if form.attachments() and self._context(form)["blocked"]:
                form.add_error(None, _("A condition of this step does not hold: see below."))
                return self._show(form, status=403)
            self._keep_draft(form)
        messages.success(self.request, _("Your draft is saved. You can go on with it on any device."))
        return redirect(self.request.get_full_path())

    @transaction.atomic
    def _keep_draft(self, form: StepForm) -> None:
        data: dict[str, Any] = {key: value for key, value in self.request.POST.items() if key not in NEVER_KEPT}
        for name in form.several_valued():
            data[name] = self.request.POST.getlist(name)
        StepDraft.objects.update_or_create(
            task_id=self.item.pk, user=self.acting.person, defaults={"data": data, "saved_at": self.acting.at}
        )
        self._attach(form)

    def _keep(self) -> HttpResponse:
        """What the page saves by itself while somebody types; an inspection has its own way."""
        form = self._bound(files=False)
        if isinstance(form, InspectionForm):
            return HttpResponse(status=409)
        form.is_valid()  # whatever it says: a draft may be wrong
        self._keep_draft(form)
        return HttpResponse(status=204)

    def _keep_beside(self, form: InspectionForm) -> None:
        """What was typed that is no part of the inspection itself."""
        data = {name: self.request.POST.get(name, "") for name in form.beside}
        if data:
            StepDraft.objects.update_or_create(
                task_id=self.item.pk, user=self.acting.person, defaults={"data": data, "saved_at": self.acting.at}
            )

    def _keep_inspection(self, form: InspectionForm) -> Inspection | None:
        """Save answers and photos; None where the service refused, with the reason on the form."""
        try:
            with transaction.atomic():
                inspection = save_inspection_draft(case_id=self.case.pk, facts=form.facts(), acting=self.acting)
                self._keep_beside(form)
                self._attach(form)
        except StatedError as error:
            self._refuse(form, error)
            return None
        return inspection

    def _check(self, form: StepForm) -> HttpResponse:
        """Show the answers once more, with what submitting brings about."""
        if not isinstance(form, InspectionForm):
            context = {**self._context(form), "hidden": given(self.request)}
            return render(self.request, "workflow/task_check.html", context)
        kept = self._keep_inspection(form)
        if kept is None:
            return self._show(form, status=self.refused)
        form = self._bound(str(kept.version), files=False)
        assert isinstance(form, InspectionForm)
        form.is_valid()
        try:
            form.check_facts()
        except StatedError as error:
            self._refuse(form, error)
            return self._show(form, status=self.refused)
        hidden = [(name, value) for name, value in given(self.request) if name != "version"]
        context = {**self._context(form), "hidden": [*hidden, ("version", kept.version)]}
        return render(self.request, "workflow/task_check_inspection.html", context)

    def _submit(self, form: StepForm) -> HttpResponse:
        further = beside(self.request, self.item, self.acting)
        try:
            with transaction.atomic():
                run_step(task_pk=self.item.pk, facts=form.facts(), acting=self.acting)
                self._attach(form)
        except TaskGone as error:
            task = Task.objects.select_related("owner").get(pk=self.item.pk)
            return _closed_page(self.request, task, self.case, self.step, form, refusal_text(error))
        except StatedError as error:
            self._refuse(form, error)
            return self._show(form, status=self.refused)
        messages.success(self.request, _("Done: %(step)s.") % {"step": self.step.title})
        return redirect(further["next"]) if further and further["next"] else redirect("case_detail", self.case.pk)

    def _refuse(self, form: StepForm, error: StatedError) -> None:
        """Say on the form why the service refused; ``refused`` is the status that says so to machines."""
        self.refused = 403 if isinstance(error, NotPermitted) else 422
        if isinstance(error, Stale):
            self.refused = 409
            self.stale = InspectionForm.stored(error.inspection)
            self.saved = saved_by(error.inspection.saved_by, error.inspection.saved_at)
            form.add_error(None, refusal_text(error))
        elif isinstance(error, Blocked):
            self._blocked(form, error)
        else:
            form.take(error, refusal_text(error))

    def _blocked(self, form: StepForm, error: Blocked) -> None:
        """Conditions of the step stand on the page; one that only this answer meets is said at once."""
        shown = {condition.code for condition in conditions_of(self.step, self.case, self.acting)}
        beyond = [condition for condition in error.conditions if condition.code not in shown]
        for condition in beyond:
            clause = f"（{condition.clause}）" if condition.clause else ""
            form.add_error(None, f"{condition.reason}{clause}")
        if len(beyond) < len(error.conditions):
            form.add_error(None, _("A condition of this step does not hold: see below."))

    def _attach(self, form: StepForm) -> None:
        for name, upload in form.attachments():
            purpose = Attachment.Purpose.REFUSAL if name == "refusal" else form.purpose
            attach_file(case=self.case, upload=upload, purpose=purpose, item=name, acting=self.acting)

    # --- what the page shows ------------------------------------------------------------------------------------------

    def _context(self, form: StepForm) -> dict[str, Any]:
        context = page_context(self.item, self.step, self.case, self.acting, form)
        return {**context, "neighbours": beside(self.request, self.item, self.acting)}

    def _show(self, form: StepForm, status: int = 200) -> HttpResponse:
        context = self._context(form)
        if not isinstance(form, InspectionForm):
            return render(self.request, "workflow/task.html", context, status=status)
        stale = getattr(self, "stale", None)
        context["task_problems"] = latest_problems(self.case.enterprise)
        context["refusal_files"] = self.case.attachments.filter(purpose=Attachment.Purpose.REFUSAL)
        if stale:
            context |= {"stale": stale, "saved": self.saved, "differences": differences(form, stale)}
        return render(self.request, "workflow/task_inspect.html", context, status=status)


def _closed_page(
    request: HttpRequest, task: Task, case: Case, step: Step, form: StepForm | None, message: str = ""
) -> HttpResponse:
    """The step is over; what was typed for it stays on the page."""
    context = {
        "task": task,
        "case": case,
        "step": step,
        "message": message or _without_a_person(case, step),
        "cancelled": task.status == STATUS.CANCELED,
        "open": task.status in (STATUS.NEW, STATUS.ASSIGNED),
        "crumbs": case_crumbs(case, str(step.title)),
        "input": typed(request, form) if request.POST and form else given(request),
        "inspection": isinstance(form, InspectionForm),
    }
    return render(request, "workflow/task_closed.html", context, status=409 if request.method == "POST" else 200)


def _without_a_person(case: Case, step: Step) -> str:
    """The report of the enterprise itself ends the officer's task, whose name stays on it."""
    if step.code != "report_rectification":
        return ""
    report = RectificationReport.objects.filter(order=open_order(case)).first()
    if report is None or report.via == RectificationReport.Via.OFFICER:
        return ""
    return str(report.get_via_display())


def inspect_case(request: HttpRequest, pk: int) -> HttpResponse:
    """``/cases/<id>/inspect/``: to the open inspection, or check of papers, of a case."""
    assert isinstance(request.user, User)
    case = get_object_or_404(visible_cases(request.user), pk=pk)
    item = WorkItem.objects.filter(case=case, step__in=("inspect", "desk_check")).first()
    return redirect(reverse("task", args=[item.pk]) if item else reverse("case_detail", args=[case.pk]))
