"""What has failed for good: the list for administrators, and trying again or giving up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from viewflow.workflow.models import Task

from cases.acting import Acting
from cases.forms.refusals import refusal_text
from cases.models import User
from cases.rules.errors import StatedError
from cases.selectors.scope import holds, may
from workflow.forms.incidents import GiveUpForm
from workflow.selectors.incidents import (
    CODENAME,
    DeadJob,
    Subject,
    case_subject,
    dead_jobs_for,
    failed_steps_for,
    job_words,
    step_words,
)
from workflow.services.incidents import cancel_dead_job, retry_dead_job, retry_failed_step

ROWS: Final = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """One failure as the page shows it."""

    key: int
    what: str
    about: str
    url: str
    attempts: int
    error: str
    at: datetime | None


@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """Failed steps and dead jobs within the reader's reach."""
    user = _handler(request)
    steps = Paginator(failed_steps_for(user), ROWS).get_page(request.GET.get("steps"))
    jobs = Paginator(dead_jobs_for(user), ROWS).get_page(request.GET.get("page"))
    context = {
        "steps": [_step(task, user) for task in steps],
        "steps_page": steps,
        "jobs": [_job(dead, user) for dead in jobs],
        "page": jobs,
    }
    return render(request, "workflow/incidents/list.html", context)


@require_http_methods(["GET", "POST"])
def job_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then start a dead job anew."""
    user = _handler(request)
    return _confirm(
        request,
        title=_("Try again"),
        text=_("The job starts anew with all its attempts. Try again once the cause is mended."),
        incident=_job(_dead_job(user, pk), user),
        act=lambda acting, form: retry_dead_job(job_id=pk, acting=acting),
        done=_("The job will run again in a moment."),
    )


@require_http_methods(["GET", "POST"])
def job_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then give a dead job up."""
    user = _handler(request)
    return _confirm(
        request,
        title=_("Give up"),
        text=_("What the job was to do will not be done. The reason stays on record."),
        incident=_job(_dead_job(user, pk), user),
        form=GiveUpForm(request.POST if request.method == "POST" else None),
        act=lambda acting, form: cancel_dead_job(job_id=pk, reason=form.cleaned_data["reason"], acting=acting),
        done=_("The job is given up."),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def step_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then try a computed step again."""
    user = _handler(request)
    return _confirm(
        request,
        title=_("Try again"),
        text=_("The step is computed anew; where it succeeds, the case goes on."),
        incident=_step(get_object_or_404(failed_steps_for(user), pk=pk), user),
        act=lambda acting, form: retry_failed_step(task_pk=pk, acting=acting),
        done=_("The step was tried again. If it fails once more, it stands here anew."),
    )


def _handler(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not holds(user, CODENAME):
        raise PermissionDenied
    return user


def _dead_job(user: User, pk: int) -> DeadJob:
    """A dead job within the person's reach; others do not exist for them."""
    for dead in dead_jobs_for(user):
        if dead.job.pk == pk:
            return dead
    raise Http404


def _confirm(
    request: HttpRequest,
    *,
    title: str,
    text: str,
    incident: Incident,
    act: Callable[[Acting, Any], object],
    done: str,
    form: forms.Form | None = None,
    danger: bool = False,
) -> HttpResponse:
    """The question on GET; on POST the act, and back to the list, or the form again with what was wrong."""
    form = form or forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            act(Acting(user=_handler(request), at=timezone.now()), form)
        except StatedError as error:
            form.add_error(None, refusal_text(error))
        else:
            messages.success(request, done)
            return redirect("incidents")
    crumbs = [{"label": _("Incidents"), "url": reverse("incidents")}, {"label": title, "url": ""}]
    context = {"title": title, "text": text, "incident": incident, "form": form, "danger": danger, "crumbs": crumbs}
    return render(request, "workflow/incidents/confirm.html", context, status=422 if form.errors else 200)


def _step(task: Task, user: User) -> Incident:
    subject = case_subject(task.process.caseprocess.case)
    error = str(((task.data or {}).get("_exception") or {}).get("title") or "")
    what = step_words(task)
    return Incident(task.pk, what, subject.text, _address(subject, user), 0, _first_line(error), task.finished)


def _job(dead: DeadJob, user: User) -> Incident:
    job, subject = dead.job, dead.subject
    address = _address(subject, user)
    error = _first_line(job.last_error)
    return Incident(job.pk, job_words(job.kind), subject.text, address, job.attempts, error, job.finished_at)


def _address(subject: Subject, user: User) -> str:
    """The page of what it concerns, where the reader may see it."""
    if subject.body is None or not may(user, subject.page_permission, subject.body):
        return ""
    return reverse(subject.url_name, args=[subject.key]) if subject.url_name else ""


def _first_line(text: str) -> str:
    return next(iter(text.splitlines()), "")
