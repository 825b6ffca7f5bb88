"""What the engine does when viewflow says that something happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models.signals import post_save
from django.dispatch import receiver
from viewflow.workflow.models import Process, Task
from viewflow.workflow.signals import task_failed

from cases.acting import Acting
from cases.models import Case, Deadline, Job, RectificationOrder
from cases.services.lifecycle import lock_first
from cases.services.list_notice import VIEWS_RULE, expire_views
from cases.services.order_rectification import RULE as RECTIFICATION
from cases.services.report_rectification import expire_rectification
from cases.services.sweep_deadlines import when_overdue
from cases.signals import case_dropped, case_opened, deadline_changed, job_died
from notices.models import Document
from notices.models.document import Kind
from notices.selectors.unserved import register_service_steps
from notices.signals import document_served, document_voided
from workflow.services.incidents import tell_of_dead_job, tell_of_failed_step
from workflow.services.run_step import finish_by_event, stop_process
from workflow.services.start_process import start_process_of
from workflow.services.work_items import follow_deadline, sync_work_item


@receiver(task_failed, dispatch_uid="workflow.forget_locals")
def forget_locals(sender: type, task: Task, **kwargs: Any) -> None:
    """Viewflow stores every variable of the failing function with the task: names, numbers, whole forms. Drop them."""
    failure = (task.data or {}).get("_exception")
    if failure and failure.pop("locals", None) is not None:
        task.save(update_fields=["data"])


@receiver(task_failed, dispatch_uid="workflow.tell_of_failed_step")
def tell_of_step(sender: type, process: Process, task: Task, **kwargs: Any) -> None:
    tell_of_failed_step(process=process, task=task)


@receiver(job_died, dispatch_uid="workflow.tell_of_dead_job")
def tell_of_job(sender: type, job: Job, at: datetime, **kwargs: Any) -> None:
    tell_of_dead_job(job=job, at=at)


@receiver(case_opened, dispatch_uid="workflow.start_process")
def start_process(sender: Any, case: Case, acting: Acting, **kwargs: Any) -> None:
    start_process_of(case=case, acting=acting)


@receiver(case_dropped, dispatch_uid="workflow.stop_dropped")
def stop_dropped(sender: Any, case: Case, acting: Acting, **kwargs: Any) -> None:
    stop_process(case=case, acting=acting)


@lock_first
def lock_process_of(case_id: int) -> None:
    """The process first, then the case: a service that begins with the case could else meet a step that began above."""
    list(Process.objects.select_for_update(of=("self",)).filter(caseprocess__case=case_id).values_list("pk"))


@receiver(post_save, dispatch_uid="workflow.work_items")
def follow_task(sender: type, instance: Any, **kwargs: Any) -> None:
    """Viewflow saves tasks through several proxy classes, so every sender is looked at."""
    if isinstance(instance, Task):
        sync_work_item(instance)


@receiver(deadline_changed, dispatch_uid="workflow.deadlines")
def move_work(sender: Any, deadline: Deadline, **kwargs: Any) -> None:
    follow_deadline(deadline)


SERVED_STEPS: Final[Mapping[str, str]] = {
    Kind.INTERVIEW_NOTICE: "serve_interview",
    Kind.RECTIFICATION_ORDER: "serve_order",
    Kind.LISTED_OVERSIGHT_NOTICE: "serve_listing_notice",
    Kind.OVERSIGHT_LIFT_NOTICE: "serve_lift_notice",
    Kind.LISTING_NOTICE: "serve_list_notice",
    Kind.LISTING_DECISION: "serve_list_decision",
    Kind.DELISTING_NOTICE: "serve_list_decision",
}
register_service_steps(SERVED_STEPS)


VOIDED_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    Kind.LISTED_OVERSIGHT_NOTICE: ("serve_listing_notice", "ask_lifting", "decide_lifting"),
    Kind.OVERSIGHT_LIFT_NOTICE: ("serve_lift_notice",),
    Kind.LISTING_NOTICE: ("serve_list_notice", "record_views", "decide_listing"),
    Kind.LISTING_DECISION: ("serve_list_decision",),
    Kind.DELISTING_NOTICE: ("serve_list_decision",),
}
"""Steps that wait in vain once the notice they rest on is void; the flow leads back to its draft."""


@receiver(document_served, dispatch_uid="workflow.served")
def go_on_when_served(sender: Any, document: Document, acting: Acting, **kwargs: Any) -> None:
    """The step of serving a letter ends when the letter counts as served, whoever recorded it and wherever.

    A public notice does so thirty days after its publication, without anybody at the screen.
    """
    step = SERVED_STEPS.get(document.kind)
    if step and document.case:
        finish_by_event(case=document.case, step_code=step, acting=acting)


@receiver(document_voided, dispatch_uid="workflow.voided")
def go_back_when_voided(sender: Any, document: Document, acting: Acting, **kwargs: Any) -> None:
    """An issued notice that is declared void is drafted anew; a draft that is dropped belongs to the step before."""
    if document.issued is None or document.case is None:
        return
    for step in VOIDED_STEPS.get(document.kind, ()):
        finish_by_event(case=document.case, step_code=step, acting=Acting(user=None, at=acting.at))


@when_overdue(RECTIFICATION)
def go_on_without_report(deadline: Deadline, acting: Acting) -> None:
    """The period ran out: the return visit is due all the same (P1, boundary of node 19)."""
    order = RectificationOrder.objects.get(pk=int(deadline.subject.partition(":")[2]))
    case = order.case
    finish_by_event(
        case=case,
        step_code="report_rectification",
        acting=acting,
        before=lambda: expire_rectification(case_id=case.pk, acting=acting),
    )


@when_overdue(VIEWS_RULE)
def go_on_without_views(deadline: Deadline, acting: Acting) -> None:
    """The unit let the period for its views pass: the decision on the listing is due (P4 step 4)."""
    if not deadline.subject.startswith("list_views:") or deadline.case is None:
        return
    case = deadline.case
    finish_by_event(
        case=case,
        step_code="record_views",
        acting=acting,
        before=lambda: expire_views(case_id=case.pk, acting=acting),
    )
