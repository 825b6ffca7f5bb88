"""What people do with tasks and processes, and what they are told when they come too late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from viewflow.workflow.exceptions import FlowLockFailed
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.models.job import Job
from cases.rules.errors import NotPermitted, RuleError
from cases.services.jobs import cancel_job, retry_job, run_due_jobs
from tests.engine import flows
from tests.engine.flows import WORLD, mended
from tests.engine.steps import run_jobs, status, task_of
from tests.factories import NOON, acting
from workflow import activations, engine
from workflow.engine import TaskGone

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def task(db: None) -> Task:
    flow = mended("TwoBranches")
    return task_of(flow.start.run(), flow.left)


def finish(task: Task, user: Any, at: Any = NOON, **on_behalf: Any) -> None:
    me = engine.Acting(user=user, at=at, **on_behalf)
    with engine.open_task(task.pk, acting=me) as activation:
        engine.finish(activation, acting=me)
    task.refresh_from_db()


class TestFinish:
    def test_the_task_is_dated_and_signed_by_who_did_it(self, task: Task, officer: Any) -> None:
        finish(task, officer)
        assert (task.status, task.owner, task.finished) == (STATUS.DONE, officer, NOON)

    def test_who_comes_too_late_learns_who_was_faster(self, task: Task, officer: Any, colleague: Any) -> None:
        finish(task, officer)
        with pytest.raises(TaskGone) as gone:
            finish(task, colleague, NOON + HOUR)
        assert (gone.value.code, gone.value.by, gone.value.at) == ("task_done", officer, NOON)
        assert str(gone.value) == "wang has already finished this task."

    def test_a_task_that_another_has_taken_is_theirs(self, task: Task, officer: Any, colleague: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        with pytest.raises(TaskGone) as gone:
            finish(task, colleague)
        assert (gone.value.code, gone.value.by) == ("task_claimed", officer)
        assert status(task) == STATUS.ASSIGNED

    def test_a_substitute_finishes_the_task_of_the_absent(self, task: Task, officer: Any, colleague: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        finish(task, colleague, on_behalf_of=officer)
        assert (task.status, task.owner) == (STATUS.DONE, colleague)

    def test_a_cancelled_task(self, task: Task, officer: Any) -> None:
        engine.cancel_task(task.pk, acting=acting(officer))
        with pytest.raises(TaskGone) as gone:
            finish(task, officer)
        assert gone.value.code == "task_cancelled"

    def test_a_task_that_never_was(self, officer: Any) -> None:
        with pytest.raises(TaskGone) as gone, engine.open_task(999_999, acting=acting(officer)):
            pytest.fail("opened a task that never was")
        assert gone.value.code == "task_unknown"

    def test_a_task_that_an_event_has_finished(self, task: Task, officer: Any) -> None:
        with engine.open_task(task.pk, acting=acting(None)) as activation:
            engine.finish_by_system(activation)
        with pytest.raises(TaskGone) as gone:
            finish(task, officer)
        assert (gone.value.code, gone.value.by) == ("task_done", None)

    def test_a_step_of_the_machine_is_not_for_people(self, officer: Any) -> None:
        flow = mended("JobAndView")
        job = task_of(flow.start.run(), flow.job)
        with pytest.raises(TaskGone) as gone:
            finish(job, officer)
        assert (gone.value.code, gone.value.by) == ("task_not_human", None)

    def test_what_fails_inside_leaves_the_task_open(self, task: Task, officer: Any) -> None:
        def submit(me: engine.Acting) -> None:
            with engine.open_task(task.pk, acting=me) as activation:
                engine.finish(activation, acting=me)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            submit(acting(officer))
        assert status(task) == STATUS.NEW

    def test_a_process_locked_too_long_is_busy(self, task: Task, officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def busy(flow_class: Any, process_pk: int) -> Any:
            raise FlowLockFailed

        monkeypatch.setattr(mended("TwoBranches"), "lock_impl", staticmethod(busy))
        with pytest.raises(RuleError) as refusal:
            finish(task, officer)
        assert refusal.value.code == "process_busy"


class TestClaim:
    def test_a_claimed_task_has_an_owner_and_a_moment(self, task: Task, officer: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        task.refresh_from_db()
        assert (task.status, task.owner, task.assigned) == (STATUS.ASSIGNED, officer, NOON)

    def test_claiming_ones_own_again_changes_nothing(self, task: Task, officer: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        engine.claim(task.pk, acting=acting(officer, NOON + HOUR))
        task.refresh_from_db()
        assert task.assigned == NOON

    def test_another_is_told_who_has_it(self, task: Task, officer: Any, colleague: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        with pytest.raises(TaskGone) as gone:
            engine.claim(task.pk, acting=acting(colleague))
        assert (gone.value.code, gone.value.by, gone.value.at) == ("task_claimed", officer, NOON)

    def test_a_released_task_is_free_again(self, task: Task, officer: Any, colleague: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        engine.release(task.pk, acting=acting(officer))
        assert engine.claim(task.pk, acting=acting(colleague)).owner == colleague

    def test_only_the_owner_can_release(self, task: Task, officer: Any, colleague: Any) -> None:
        engine.claim(task.pk, acting=acting(officer))
        with pytest.raises(NotPermitted):
            engine.release(task.pk, acting=acting(colleague))
        assert status(task) == STATUS.ASSIGNED

    def test_nothing_to_release(self, task: Task, officer: Any) -> None:
        with pytest.raises(RuleError) as refusal:
            engine.release(task.pk, acting=acting(officer))
        assert refusal.value.code == "task_not_claimed"

    @pytest.mark.parametrize("claimed_before", [True, False])
    def test_a_task_can_be_given_to_another(
        self, task: Task, officer: Any, colleague: Any, claimed_before: bool
    ) -> None:
        if claimed_before:
            engine.claim(task.pk, acting=acting(officer))
        engine.reassign(task.pk, to=colleague, acting=acting(officer, NOON + HOUR))
        task.refresh_from_db()
        assert (task.status, task.owner, task.assigned) == (STATUS.ASSIGNED, colleague, NOON + HOUR)


class TestProcess:
    def test_a_start_is_dated_by_the_acting_moment(self, officer: Any) -> None:
        process = engine.start_process(mended("TwoTimers").start, acting=acting(officer))
        task = task_of(process, mended("TwoTimers").decide)
        timer = task_of(process, mended("TwoTimers").decide__timeout)
        assert (process.created, task.created) == (NOON, NOON)
        assert timer.scheduled - task.created >= timedelta(days=1)
        assert status(process) == PROCESS.NEW

    def test_a_cancelled_process_waits_for_nothing(self, officer: Any) -> None:
        flow = mended("TwoTimers")
        process = flow.start.run()
        engine.cancel_process(process.pk, acting=acting(officer))
        assert status(process) == PROCESS.CANCELED
        assert set(process.task_set.values_list("status", flat=True)) == {STATUS.DONE, STATUS.CANCELED}
        assert run_due_jobs(timezone.now() + timedelta(days=9)) == {}

    def test_a_process_that_is_over_stays_as_it_is(self, officer: Any) -> None:
        process = mended("TwoTimers").start.run()
        engine.cancel_process(process.pk, acting=acting(officer))
        with pytest.raises(RuleError) as refusal:
            engine.cancel_process(process.pk, acting=acting(officer))
        assert refusal.value.code == "process_over"

    def test_an_unknown_process(self, officer: Any) -> None:
        with pytest.raises(RuleError) as refusal:
            engine.cancel_process(999_999, acting=acting(officer))
        assert refusal.value.code == "process_unknown"

    def test_a_task_of_a_cancelled_process_is_not_revived(self, task: Task, officer: Any) -> None:
        engine.cancel_process(task.process_id, acting=acting(officer))
        with pytest.raises(RuleError) as refusal:
            engine.revive_task(task.pk, acting=acting(officer))
        assert refusal.value.code == "task_not_revivable"

    def test_reviving_reopens_a_finished_process(self, officer: Any) -> None:
        flow = mended("JobAndView")
        process = flow.start.run()
        run_jobs(process)
        view = task_of(process, flow.view)
        engine.cancel_task(view.pk, acting=acting(officer))
        assert status(process) == PROCESS.DONE
        revived = engine.revive_task(view.pk, acting=acting(officer))
        assert status(process) == PROCESS.NEW
        finish(revived, officer)
        assert status(process) == PROCESS.DONE

    def test_what_follows_a_cancelled_branch_happens_with_it_or_not_at_all(
        self, task: Task, officer: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(process_pk: int, flow_class: Any) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(activations, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            engine.cancel_task(task.pk, acting=acting(officer))
        assert status(task) == STATUS.NEW

    def test_a_finished_task_cannot_be_cancelled(self, task: Task, officer: Any) -> None:
        finish(task, officer)
        with pytest.raises(RuleError) as refusal:
            engine.cancel_task(task.pk, acting=acting(officer))
        assert refusal.value.code == "task_not_cancellable"

    def test_a_task_taken_back_can_be_done_again(self, officer: Any) -> None:
        flow = mended("TwoBranches")
        process = flow.start.run()
        left = task_of(process, flow.left)
        finish(left, officer)
        engine.cancel_task(task_of(process, flow.join).pk, acting=acting(officer))
        engine.undo_task(left.pk, acting=acting(officer))
        again = engine.revive_task(left.pk, acting=acting(officer))
        finish(again, officer)
        finish(task_of(process, flow.right), officer)
        assert status(task_of(process, flow.after)) == STATUS.NEW


class TestJobStep:
    def started(self) -> tuple[Process, Task, Job]:
        process = flows.StoringJob.start.run()
        task = task_of(process, flows.StoringJob.job)
        return process, task, Job.objects.get(key=f"node:{task.pk}")

    def test_its_result_is_stored_and_the_process_goes_on(self) -> None:
        process, task, _job = self.started()
        run_jobs(process)
        assert (status(task), status(process)) == (STATUS.DONE, PROCESS.NEW)
        assert process.data == {"stored": 1}
        assert status(task_of(process, flows.StoringJob.wait)) == STATUS.SCHEDULED

    def test_the_timer_after_it_fires_late_rather_than_never(self) -> None:
        process, _task, _job = self.started()
        run_jobs(process)
        run_due_jobs(timezone.now() + timedelta(days=30))
        assert status(process) == PROCESS.DONE

    def test_what_could_not_be_stored_is_not_half_stored(self) -> None:
        process, task, _job = self.started()
        WORLD["fail_storing"] = True
        run_jobs(process)
        assert (status(task), status(process), process.data) == (STATUS.SCHEDULED, PROCESS.NEW, {})
        WORLD["fail_storing"] = False
        run_jobs(process)
        assert (status(task), status(process), process.data) == (STATUS.DONE, PROCESS.NEW, {"stored": 2})

    def test_a_dead_job_is_an_incident_that_says_what_happened(self, officer: Any) -> None:
        process, task, job = self.started()
        WORLD["fail"] = True
        run_jobs(process)
        run_jobs(process)
        assert status(task) == STATUS.ERROR
        assert task.data["_exception"] == {"title": "ValueError: registry is down after 6 letters"}
        WORLD["fail"] = False
        retry_job(job.pk, acting(officer))
        assert status(task) == STATUS.SCHEDULED
        assert "_exception" not in task.data
        run_jobs(process)
        assert status(task) == STATUS.DONE

    def test_a_job_cancelled_by_hand_is_an_incident_of_its_step(self, officer: Any) -> None:
        process, task, job = self.started()
        cancel_job(job.pk, acting(officer))
        assert status(task) == STATUS.ERROR
        engine.retry_task(task.pk, acting=acting(officer))
        run_jobs(process)
        assert status(task) == STATUS.DONE

    def test_only_a_failed_step_can_be_retried(self, officer: Any) -> None:
        _process, task, _job = self.started()
        with pytest.raises(RuleError) as refusal:
            engine.retry_task(task.pk, acting=acting(officer))
        assert refusal.value.code == "task_not_failed"

    def test_a_job_of_a_removed_node_is_an_incident(self) -> None:
        process, task, job = self.started()
        Task.objects.filter(pk=task.pk).update(flow_task="workflow/probe.StoringJob.renamed")
        assert [run_jobs(process)[job.pk] for _attempt in range(2)] == ["backoff", "dead"]
        job.refresh_from_db()
        assert "no longer exists" in job.last_error

    def test_a_job_of_a_deleted_process_is_done_with(self) -> None:
        process, _task, job = self.started()
        process.delete()
        assert run_due_jobs(timezone.now()) == {job.pk: "done"}
        assert "calls" not in WORLD


class TestSubprocess:
    def asked(self, user: Any, *experts: str) -> Process:
        WORLD["experts"] = experts
        return engine.start_process(flows.Opinions.start, acting=acting(user))

    def children(self, process: Process) -> list[Process]:
        return list(task_of(process, flows.Opinions.ask).subprocesses.order_by("pk"))

    def test_it_waits_for_all_its_children(self, officer: Any) -> None:
        process = self.asked(officer, "Zhao", "Qian")
        assert [child.data["expert"] for child in self.children(process)] == ["Zhao", "Qian"]
        for child in self.children(process):
            assert status(task_of(process, flows.Opinions.ask)) == STATUS.STARTED
            finish(task_of(child, flows.Opinion.give), officer)
            run_due_jobs(NOON)
        assert status(task_of(process, flows.Opinions.ask)) == STATUS.DONE
        assert status(task_of(process, flows.Opinions.weigh)) == STATUS.NEW

    def test_the_person_who_started_it_owns_the_start(self, officer: Any) -> None:
        process = self.asked(officer, "Zhao")
        assert task_of(process, flows.Opinions.start).owner == officer

    def test_without_children_it_goes_on_at_once(self, officer: Any) -> None:
        process = self.asked(officer)
        assert status(task_of(process, flows.Opinions.weigh)) == STATUS.NEW

    def test_a_cancelled_child_does_not_hold_its_parent(self, officer: Any) -> None:
        process = self.asked(officer, "Zhao")
        (child,) = self.children(process)
        engine.cancel_process(child.pk, acting=acting(officer))
        run_due_jobs(NOON)
        assert status(task_of(process, flows.Opinions.weigh)) == STATUS.NEW

    def test_cancelling_the_parent_cancels_the_children(self, officer: Any) -> None:
        process = self.asked(officer, "Zhao", "Qian")
        engine.cancel_process(process.pk, acting=acting(officer))
        assert {status(child) for child in self.children(process)} == {PROCESS.CANCELED}
        assert status(process) == PROCESS.CANCELED


def test_finishing_a_task_costs_the_same_however_many_processes_there_are(task: Task, officer: Any) -> None:
    with CaptureQueriesContext(connection) as first:
        finish(task, officer)
    flow = mended("TwoBranches")
    processes = [flow.start.run() for _other in range(20)]
    last = task_of(processes[-1], flow.left)
    with CaptureQueriesContext(connection) as second:
        finish(last, officer)
    assert len(second) <= len(first)
