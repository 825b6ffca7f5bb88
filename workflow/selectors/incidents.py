"""What has failed for good: dead background jobs and computed steps in error, for whoever handles incidents there."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.models import Body, BodyUserPermission, Case, Deadline, ImportBatch, User
from cases.models.job import Job
from cases.selectors.people import colleagues_with
from cases.selectors.scope import may, within
from cases.services.import_records import JOB as IMPORT_JOB
from cases.services.outbox import SEND_JOB
from cases.services.sweep_deadlines import OVERDUE_JOB
from notices.models import DeliveryLink, Document, ServiceRecord
from notices.services.issue_document import RENDER_JOB
from notices.services.record_service import MATURITY_JOB
from notices.services.sign_document import SIGN_JOB
from workflow.activations import NODE_JOB, TIMER_JOB, WAKE_JOB
from workflow.models import CaseProcess

CODENAME: Final = "handle_incidents"
WIDE_LEVELS: Final = (Body.Level.NATIONAL, Body.Level.PROVINCE)
"""Where those sit who handle what concerns no body, such as a mail that does not leave."""
LOOKED_THROUGH: Final = 1000
"""So many failed jobs are looked through, the latest first; more at once have one cause, and are one incident."""

JOB_WORDS: Final[Mapping[str, str | Promise]] = {
    RENDER_JOB: _("Print a document"),
    SIGN_JOB: _("Sign a document"),
    MATURITY_JOB: _("Let a public notice take effect"),
    SEND_JOB: _("Send a mail or a message to another system"),
    IMPORT_JOB: _("Import enterprises"),
    OVERDUE_JOB: _("Do what follows from an overdue period"),
    NODE_JOB: _("Work on a computed step"),
    TIMER_JOB: _("Go on after a waiting time"),
    WAKE_JOB: _("Go on after another process"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a job concerns: its words, the page that shows it, and the body whose people handle its failure."""

    text: str = ""
    body: Body | None = None
    case: Case | None = None
    url_name: str = ""
    key: int | None = None
    page_permission: str = "view_case"


@dataclass(frozen=True, slots=True)
class DeadJob:
    job: Job
    subject: Subject


Found = dict[int, Subject]


def job_words(kind: str) -> str:
    """A kind of job in the reader's language; the kind itself where nobody gave it words."""
    return str(JOB_WORDS.get(kind, kind))


def step_words(task: Task) -> str:
    """The title of a task's step; empty where the flow has it no more."""
    return str(task.flow_task.task_title) if task.flow_task is not None else ""


def failed_steps(process: CaseProcess | None) -> list[Task]:
    """The computed steps of a process that wait for an administrator, the latest first."""
    if process is None:
        return []
    return list(Task.objects.filter(process_id=process.pk, status=STATUS.ERROR).order_by("-pk"))


def failed_steps_for(user: User) -> QuerySet[Task]:
    """Steps in error of cases the person may both see and mend, the latest first."""
    path = "process__caseprocess__case__territorial_body"
    tasks = Task.objects.filter(within(user, CODENAME, path), within(user, "view_case", path), status=STATUS.ERROR)
    return tasks.select_related("process__caseprocess__case__enterprise").order_by("-pk")


def dead_jobs_for(user: User) -> list[DeadJob]:
    """Dead jobs whose subject lies where the person handles incidents, the latest first.

    A job whose step is in error is left out: the step tells of it. The number of queries does not grow with the jobs.
    """
    dead = list(Job.objects.filter(state=Job.State.DEAD).order_by("-finished_at", "-pk")[:LOOKED_THROUGH])
    if not dead:
        return []
    subjects = subjects_of(dead)
    told = _steps_in_error(dead)
    wide = handles_everywhere(user)
    return [
        DeadJob(job, subjects[job.pk])
        for job in dead
        if job.payload.get("task") not in told and _within_reach(subjects[job.pk], user, wide)
    ]


def incident_count(user: User) -> int:
    """How many incidents wait for the person."""
    return len(dead_jobs_for(user)) + failed_steps_for(user).order_by().count()


def handles_everywhere(user: User) -> bool:
    """Whether the person handles incidents at a province or the nation, and with them those that concern no body."""
    return Body.objects.filter(within(user, CODENAME, ""), level__in=WIDE_LEVELS).exists()


def handlers_of(body: Body | None) -> QuerySet[User]:
    """Who handles the incidents of a body: at it and above; of none: at the provinces and the nation."""
    if body is not None:
        return colleagues_with(CODENAME, body)
    held = BodyUserPermission.objects.filter(
        user=OuterRef("pk"), permission__codename=CODENAME, content_object__level__in=WIDE_LEVELS
    )
    return User.objects.filter(Exists(held), is_active=True).order_by("name", "pk")


def subjects_of(jobs: Iterable[Job]) -> Found:
    """What each job concerns, by the job's key; one query for each kind of thing, however many jobs."""
    jobs = list(jobs)
    wanted: dict[str, set[int]] = defaultdict(set)
    for job in jobs:
        for name in _READERS.keys() & job.payload.keys():
            wanted[name].add(job.payload[name])
    found = {name: _READERS[name](keys) for name, keys in wanted.items()}
    nothing = Subject()
    return {
        job.pk: next((found[n][job.payload[n]] for n in found if job.payload.get(n) in found[n]), nothing)
        for job in jobs
    }


def case_subject(case: Case) -> Subject:
    return Subject(f"{case.number} {case.enterprise.name}", case.territorial_body, case, "case_detail", case.pk)


def process_subjects(keys: Iterable[int]) -> Found:
    """The case of each process."""
    related = ("case__enterprise", "case__territorial_body")
    processes = CaseProcess.objects.filter(pk__in=keys).select_related(*related)
    return {process.pk: case_subject(process.case) for process in processes}


def _within_reach(subject: Subject, user: User, wide: bool) -> bool:
    return wide if subject.body is None else may(user, CODENAME, subject.body)


def _steps_in_error(jobs: Iterable[Job]) -> set[int]:
    keys = {job.payload["task"] for job in jobs if job.kind == NODE_JOB and "task" in job.payload}
    return set(Task.objects.filter(pk__in=keys, status=STATUS.ERROR).values_list("pk", flat=True)) if keys else set()


def _of_tasks(keys: set[int]) -> Found:
    tasks = dict(Task.objects.filter(pk__in=keys).values_list("pk", "process_id"))
    processes = process_subjects(set(tasks.values()))
    return {task: processes[process] for task, process in tasks.items() if process in processes}


def _of_documents(keys: set[int]) -> Found:
    rows = Document.objects.filter(pk__in=keys).select_related("issue", "case", "place")
    return {row.pk: _document_subject(row) for row in rows}


def _of_services(keys: set[int]) -> Found:
    related = ("document__issue", "document__case", "document__place")
    rows = ServiceRecord.objects.filter(pk__in=keys).select_related(*related)
    return {row.pk: _document_subject(row.document) for row in rows}


def _of_messages(keys: set[int]) -> Found:
    """Messages that carry a link to a document; of others nobody knows whom they concern."""
    related = ("document__issue", "document__case__enterprise", "document__case__territorial_body")
    rows = DeliveryLink.objects.filter(message__in=keys).select_related(*related)
    return {row.message_id: _document_subject(row.document) for row in rows}


def _document_subject(document: Document) -> Subject:
    case = document.case
    number = document.number or (case.number if case else "")
    text = " ".join(part for part in (document.kind_name, number, document.addressee) if part)
    return Subject(text, document.place, case, "document_detail", document.pk)


def _of_deadlines(keys: set[int]) -> Found:
    related = ("case__enterprise", "case__territorial_body", "accountable_body")
    rows = Deadline.objects.filter(pk__in=keys).select_related(*related)
    return {
        row.pk: case_subject(row.case) if row.case else Subject(row.accountable_body.name, row.accountable_body)
        for row in rows
    }


def _of_imports(keys: set[int]) -> Found:
    rows = ImportBatch.objects.filter(pk__in=keys).select_related("body")
    return {
        row.pk: Subject(row.filename, row.body, None, "import_detail", row.pk, "import_enterprises") for row in rows
    }


_READERS: Final[Mapping[str, Callable[[set[int]], Found]]] = {
    "task": _of_tasks,
    "document": _of_documents,
    "service": _of_services,
    "message": _of_messages,
    "deadline": _of_deadlines,
    "batch": _of_imports,
}
"""How what a payload names is read, by the name it bears there."""
