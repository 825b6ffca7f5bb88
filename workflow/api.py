"""The tasks as JSON: list, read with conditions and fields, and do; by session and CSRF like the pages.

A refusal is ``{"errors": [{"code", "message", "field", "clause"}]}``: 400 for what is no JSON object, 401 without a
session, 403 where a condition or the post says no, 404 for what is none of the person's business, 409 where somebody
was faster (with ``by`` and ``at``), 422 where the facts will not do.
"""

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Final

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.refusals import refusal_text
from cases.guards.conditions import Blocked, Condition
from cases.models import Case, User
from cases.rules.errors import NotPermitted, StatedError
from cases.selectors.cases import visible_cases
from cases.services.inspect_enterprise import Stale
from workflow import engine
from workflow.engine import TaskGone
from workflow.forms import FORMS
from workflow.forms.base import StepForm
from workflow.models import WorkItem
from workflow.selectors.work import acting_on, mine_or_waiting, stood_in_for, workable
from workflow.services.run_step import conditions_of, run_step
from workflow.steps import STEPS
from workflow.views.worklist import Desk

PAGE_SIZE: Final = 100
View = Callable[..., JsonResponse]


def _refuse(status: int, *errors: dict[str, Any], **more: Any) -> JsonResponse:
    return JsonResponse({"errors": list(errors), **more}, status=status, json_dumps_params={"ensure_ascii": False})


def _error(code: str, message: str, field: str = "", clause: str = "") -> dict[str, Any]:
    return {"code": code, "message": message, "field": field, "clause": clause}


def _answer(data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def signed_in(*methods: str) -> Callable[[View], View]:
    """Answer 401 and 405 as JSON, where a page would send to the sign-in."""

    def decorate(view: View) -> View:
        @login_not_required
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
            if not isinstance(request.user, User) or not request.user.is_active:
                return _refuse(401, _error("not_signed_in", _("Sign in first.")))
            if request.method not in methods:
                response = _refuse(405, _error("method", _("This address does not take that method.")))
                response["Allow"] = ", ".join(methods)
                return response
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


@signed_in("GET", "HEAD")
def task_list_api(request: HttpRequest) -> JsonResponse:
    """The person's own tasks and those that wait within reach, the most urgent first, 100 a page."""
    desk = Desk.of(request)
    page = Paginator(mine_or_waiting(desk.people), PAGE_SIZE).get_page(request.GET.get("page"))
    tasks = [_task(item, desk) for item in page.object_list]
    following = f"{reverse('api_task_list')}?page={page.next_page_number()}" if page.has_next() else None
    return _answer({"count": page.paginator.count, "next": following, "tasks": tasks})


@signed_in("GET", "HEAD", "POST")
def task_detail_api(request: HttpRequest, pk: int) -> JsonResponse:
    """One task: GET shows its conditions and fields, POST does it."""
    desk = Desk.of(request)
    item = workable(desk.user, desk.today).filter(pk=pk).first()
    if item is None:
        return _closed(desk, pk)
    return _do(request, desk, item) if request.method == "POST" else _show(desk, item)


def _task(item: WorkItem, desk: Desk) -> dict[str, Any]:
    case, behalf = item.case, stood_in_for(item, desk.user, desk.absent)
    return {
        "id": item.pk,
        "url": reverse("api_task", args=[item.pk]),
        "step": item.step,
        "title": str(STEPS[item.step].title),
        "case": {"id": case.pk, "number": case.number, "status": case.status},
        "enterprise": {"uscc": case.enterprise.uscc, "name": case.enterprise.name},
        "body": {"code": item.body.code, "name": item.body.name},
        "owner": item.owner.name if item.owner else None,
        "on_behalf_of": behalf.name if behalf else None,
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "working_days_left": desk.calendar.days_left(desk.today, item.due_on) if item.due_on else None,
    }


def _show(desk: Desk, item: WorkItem) -> JsonResponse:
    acting = acting_on(item, desk.acting)
    step = STEPS[item.step]
    stated = conditions_of(step, item.case, acting)
    form = _form(item, acting, None)
    data = {
        **_task(item, desk),
        "clause": step.clause,
        "may": all(condition.ok for condition in stated),
        "conditions": [_condition(condition) for condition in stated],
        "fields": _fields(form) if form else [],
    }
    return _answer(data)


def _do(request: HttpRequest, desk: Desk, item: WorkItem) -> JsonResponse:
    try:
        given = json.loads(request.body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        return _refuse(400, _error("not_json", _("Send the fields as one JSON object.")))
    acting = acting_on(item, desk.acting)
    form = _form(item, acting, _as_posted(given))
    if form is None:
        return _refuse(422, _error("document_page", _("Service is recorded on the page of the document.")))
    if unknown := [name for name in given if name not in form.fields]:
        return _refuse(422, *[_error("unknown_field", _("The form has no such field."), name) for name in unknown])
    if not form.is_valid():
        return _refuse(422, *_form_errors(form))
    try:
        run_step(task_pk=item.pk, facts=form.facts(), acting=acting)
    except StatedError as error:
        return _refused(error)
    case = Case.objects.get(pk=item.case_id)
    return _answer({"done": item.step, "case": {"id": case.pk, "number": case.number, "status": case.status}})


def _form(item: WorkItem, acting: Any, data: QueryDict | None) -> StepForm | None:
    form = FORMS.get(item.step)
    return form(data, case=item.case, acting=acting) if form else None


def _as_posted(given: dict[str, Any]) -> QueryDict:
    """JSON values as a browser would send them: lists as several values, true as “on”, null as nothing."""
    posted = QueryDict(mutable=True)
    for name, value in given.items():
        values = value if isinstance(value, list) else [value]
        posted.setlist(name, [_text(each) for each in values if each is not None and each is not False])
    return posted


def _text(value: Any) -> str:
    return "on" if value is True else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fields(form: StepForm) -> list[dict[str, Any]]:
    return [
        {
            "name": bound.name,
            "label": str(bound.label),
            "help": str(bound.help_text),
            "type": _type(bound.field),
            "required": bound.field.required,
            "initial": _plain(bound.initial),
            "choices": _choices(bound.field),
        }
        for bound in form
        if not isinstance(bound.field, forms.FileField)
    ]


def _type(field: forms.Field) -> str:
    kinds: list[tuple[type[forms.Field], str]] = [
        (forms.MultipleChoiceField, "choices"),
        (forms.ChoiceField, "choice"),
        (forms.BooleanField, "boolean"),
        (forms.DateTimeField, "datetime"),
        (forms.DateField, "date"),
        (forms.IntegerField, "integer"),
    ]
    return next((name for kind, name in kinds if isinstance(field, kind)), "text")


def _choices(field: forms.Field) -> list[dict[str, str]] | None:
    if not isinstance(field, forms.ChoiceField):
        return None
    choices: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]
    return [{"value": str(value), "label": str(label)} for value, label in choices if str(value)]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)


def _condition(condition: Condition) -> dict[str, Any]:
    return {
        "code": condition.code,
        "ok": condition.ok,
        "message": str(condition.reason),
        "clause": condition.clause,
    }


def _form_errors(form: StepForm) -> list[dict[str, Any]]:
    return [
        _error(each["code"] or "invalid", each["message"], "" if name == "__all__" else name)
        for name, found in form.errors.get_json_data().items()
        for each in found
    ]


def _refused(error: StatedError) -> JsonResponse:
    """A refusal of guard, engine or service in JSON."""
    if isinstance(error, Blocked):
        return _refuse(403, *[_error(each.code, str(each.reason), "", each.clause) for each in error.conditions])
    message = refusal_text(error).removesuffix(f"（{error.clause}）")
    stated = _error(error.code, message, str(error.details.get("field", "")), error.clause)
    if isinstance(error, TaskGone):
        at = error.at.isoformat() if error.at else None
        return _refuse(409, stated, by=error.by.name if error.by else None, at=at)
    if isinstance(error, Stale):
        return _refuse(409, stated)
    return _refuse(403 if isinstance(error, NotPermitted) else 422, stated)


def _closed(desk: Desk, pk: int) -> JsonResponse:
    """Done meanwhile: 409 and by whom; other posts' work: 403; another county's: as if there were none."""
    if not visible_cases(desk.user).filter(process__task__pk=pk).exists():
        return _refuse(404, _error("task_unknown", _("There is no such task.")))
    if WorkItem.objects.filter(pk=pk).exists():
        return _refuse(403, _error("permission", _("This step belongs to other posts than yours.")))
    try:
        with engine.open_task(pk, acting=desk.acting):
            pass
    except StatedError as error:
        return _refused(error)
    return _refuse(404, _error("task_unknown", _("There is no such task.")))
