"""What has failed for good: tell those who handle it, try it again, or give it up."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from viewflow.workflow.models import Process, Task

from cases.acting import Acting, legal_date
from cases.guards.conditions import require
from cases.models.job import Job
from cases.rules.errors import RuleError
from cases.selectors.notifications import register_wording
from cases.services.audit import record_on_case
from cases.services.deadlines import require_reason
from cases.services.import_records import JOB as IMPORT_JOB
from cases.services.jobs import cancel_job, retry_job
from cases.services.lifecycle import lock_case
from cases.services.notify import notify
from cases.services.outbox import SEND_JOB
from cases.services.sweep_deadlines import OVERDUE_JOB
from notices.services.issue_document import RENDER_JOB
from notices.services.record_service import MATURITY_JOB
from notices.services.sign_document import SIGN_JOB
from workflow import clock, engine
from workflow.activations import NODE_JOB, TIMER_JOB, WAKE_JOB
from workflow.guards import may_handle
from workflow.selectors.incidents import JOB_WORDS, Subject, handlers_of, process_subjects, subjects_of

STEP_FAILED: Final = "incident.step"
OTHER_JOB: Final = "incident.job"
NEWS: Final = {
    RENDER_JOB: "incident.print",
    SIGN_JOB: "incident.sign",
    MATURITY_JOB: "incident.public_notice",
    SEND_JOB: "incident.message",
    IMPORT_JOB: "incident.import",
    OVERDUE_JOB: "incident.overdue",
    TIMER_JOB: "incident.timer",
    WAKE_JOB: "incident.wake",
}
"""The kind of news for each kind of job; a step worked on by a job is told as a step."""

_FAILED: Final = _("failed for good. %(subject)s")

register_wording(STEP_FAILED, _("A computed step failed. %(subject)s"))
register_wording(OTHER_JOB, _("A background job failed for good. %(subject)s"))
for _kind, _news in NEWS.items():
    register_wording(_news, format_lazy("{what}: {failed}", what=JOB_WORDS[_kind], failed=_FAILED))


def tell_of_dead_job(*, job: Job, at: datetime) -> None:
    """Tell whoever handles it; of what concerns no body, once a day and kind: a dead mail server is one incident."""
    subject = subjects_of([job])[job.pk]
    if job.kind == NODE_JOB and subject.case is not None:
        return  # its step goes into error, and tells
    about = f"job:{job.pk}:{at.isoformat()}" if subject.body else f"{job.kind}:{legal_date(at).isoformat()}"
    _tell_handlers(NEWS.get(job.kind, OTHER_JOB), f"incident:{about}", subject, at)


def tell_of_failed_step(*, process: Process, task: Task) -> None:
    """Tell whoever handles the incidents of the case; a process without a case is told like a job without a body."""
    at = clock.now()
    subject = process_subjects([process.pk]).get(process.pk, Subject())
    _tell_handlers(STEP_FAILED, f"incident:task:{task.pk}:{at.isoformat()}", subject, at)


def _tell_handlers(kind: str, key: str, subject: Subject, at: datetime) -> None:
    notify(
        users=handlers_of(subject.body),
        kind=kind,
        key=key,
        case=subject.case,
        data={"subject": subject.text},
        at=at,
    )


@transaction.atomic
def retry_dead_job(*, job_id: int, acting: Acting) -> Job:
    """Start a dead job anew, with all its attempts. Blocked without the permission; RuleError where it is not dead."""
    require(may_handle(subject_of(job_id).body, acting))
    return retry_job(job_id, acting)


@transaction.atomic
def cancel_dead_job(*, job_id: int, reason: str, acting: Acting) -> Job:
    """Give a dead job up, with a reason of ten characters. What it was to do is not done; it can still be retried."""
    require(may_handle(subject_of(job_id).body, acting))
    require_reason(reason)
    return cancel_job(job_id, acting, reason=reason)


@transaction.atomic
def retry_failed_step(*, task_pk: int, acting: Acting) -> Task:
    """Try a computed step in error again, and let its process go on where it now succeeds.

    Blocked without the permission; RuleError: `task_not_failed`, `process_busy`.
    """
    failed = Task._default_manager.filter(pk=task_pk).first()
    subject = process_subjects([failed.process_id]).get(failed.process_id) if failed is not None else None
    if failed is None or subject is None or subject.case is None:
        raise RuleError("task_not_failed", "This step has not failed.")
    require(may_handle(subject.body, acting))
    task = engine.retry_task(task_pk, acting=acting)
    step = failed.flow_task.name if failed.flow_task is not None else ""
    record_on_case(lock_case(subject.case.pk), "step.retried", acting, {"node": step})
    return task


def subject_of(job_id: int) -> Subject:
    """What a job concerns; RuleError `job_unknown` where there is none."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise RuleError("job_unknown", "There is no such job.")
    return subjects_of([job])[job.pk]
