"""Each known defect of viewflow 2.4: it shows on the stock nodes, and does not on ours."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import RequestFactory
from django.urls.exceptions import NoReverseMatch
from viewflow.workflow import nodes as stock_nodes
from viewflow.workflow.context import Context
from viewflow.workflow.exceptions import FlowRuntimeError
from viewflow.workflow.flow.utils import wrap_task_view
from viewflow.workflow.models import Process, Task
from viewflow.workflow.status import PROCESS, STATUS

from cases.models.job import Job
from cases.services.jobs import run_job
from tests.engine.flows import WORLD, mended, stock
from tests.engine.steps import cancel, do, let_timer_fire, revive, run_jobs, status, task_of
from tests.factories import NOON, acting
from workflow import engine

pytestmark = pytest.mark.django_db


class TestRevive:
    """Defect 1: a revived task is open to everybody and has lost its timers."""

    def revived(self, flow: Any) -> Task:
        process = flow.start.run()
        task = task_of(process, flow.decide)
        cancel(task)
        return revive(task)

    def test_stock_loses_permission_and_timers(self, officer: Any) -> None:
        task = self.revived(stock("TwoTimers"))
        assert task.owner_permission is None
        assert task.flow_task.can_assign(officer, task)  # though he has no permission at all
        assert not task.leading.exists()

    def test_ours_keeps_permission_object_and_timers(self, officer: Any) -> None:
        task = self.revived(mended("TwoTimers"))
        assert task.owner_permission == "cases.decide"
        assert task.owner_permission_obj == task.process
        assert not task.flow_task.can_assign(officer, task)
        assert [armed.status for armed in task.leading.all()] == [STATUS.SCHEDULED, STATUS.SCHEDULED]

    @pytest.mark.parametrize(("active", "kept"), [(True, True), (False, False)])
    def test_ours_keeps_an_owner_who_is_still_there(self, officer: Any, active: bool, kept: bool) -> None:
        flow = mended("TwoTimers")
        task = task_of(flow.start.run(), flow.decide)
        engine.claim(task.pk, acting=acting(officer))
        engine.cancel_task(task.pk, acting=acting(officer))
        officer.is_active = active
        officer.save()
        revived = engine.revive_task(task.pk, acting=acting(officer))
        assert (revived.owner == officer, revived.status == STATUS.ASSIGNED) == (kept, kept)


class TestTimersOfAHost:
    """Defect 2: timers stay armed when their host is cancelled or a sibling has fired."""

    def after_the_first_has_fired(self, flow: Any) -> tuple[Process, Task]:
        process = flow.start.run()
        let_timer_fire(task_of(process, flow.decide__timeout))
        return process, task_of(process, flow.decide__timeout_2)

    def test_stock_leaves_the_sibling_armed_and_never_ends(self) -> None:
        process, sibling = self.after_the_first_has_fired(stock("TwoTimers"))
        assert status(sibling) == STATUS.SCHEDULED
        assert status(process) == PROCESS.NEW

    def test_ours_disarms_the_sibling_and_ends(self) -> None:
        process, sibling = self.after_the_first_has_fired(mended("TwoTimers"))
        assert status(sibling) == STATUS.CANCELED
        assert status(process) == PROCESS.DONE
        assert Job.objects.get(key=f"timer:{sibling.pk}").state == Job.State.CANCELLED

    @pytest.mark.parametrize(("make", "expected"), [(stock, STATUS.SCHEDULED), (mended, STATUS.CANCELED)])
    def test_timers_of_a_cancelled_host(self, make: Any, expected: str) -> None:
        flow = make("TwoTimers")
        process = flow.start.run()
        cancel(task_of(process, flow.decide))
        assert status(task_of(process, flow.decide__timeout)) == expected
        assert status(task_of(process, flow.decide__timeout_2)) == expected


class TestJoin:
    """Defect 3: a join looks only when a branch arrives, and waits for ever for one that was cancelled."""

    def with_one_branch_cancelled(self, flow: Any, user: Any) -> Process:
        process = flow.start.run()
        do(task_of(process, flow.left), user)
        cancel(task_of(process, flow.right))
        return process

    def test_stock_is_stuck(self, officer: Any) -> None:
        flow = stock("TwoBranches")
        process = self.with_one_branch_cancelled(flow, officer)
        assert status(task_of(process, flow.join)) == STATUS.STARTED
        assert not Task.objects.filter(process=process, flow_task=flow.after).exists()

    def test_ours_goes_on(self, officer: Any) -> None:
        flow = mended("TwoBranches")
        process = self.with_one_branch_cancelled(flow, officer)
        assert status(task_of(process, flow.join)) == STATUS.DONE
        assert status(task_of(process, flow.after)) == STATUS.NEW

    @pytest.mark.parametrize(("make", "expected"), [(stock, STATUS.STARTED), (mended, STATUS.DONE)])
    def test_a_reminder_path_with_an_end_of_its_own(self, make: Any, expected: str, officer: Any) -> None:
        flow = make("TwoBranches")
        process = flow.start.run()
        let_timer_fire(task_of(process, flow.left__timeout))
        for node in (flow.left, flow.right, flow.chase):
            do(task_of(process, node), officer)
        assert status(task_of(process, flow.join)) == expected


class TestEnd:
    """Defect 4: an end reached elsewhere finishes a process in which a task has failed."""

    def test_stock_calls_it_done(self, officer: Any) -> None:
        flow = stock("JobAndView")
        process = flow.start.run()
        with task_of(process, flow.job).activation() as activation:
            activation.start()
            try:
                raise ValueError("registry is down")
            except ValueError as exc:
                activation.error(exc)
        do(task_of(process, flow.view), officer)
        assert status(process) == PROCESS.DONE

    def test_ours_stays_open_until_the_failure_is_mended(self, officer: Any) -> None:
        flow = mended("JobAndView")
        process = flow.start.run()
        WORLD["fail"] = True
        run_jobs(process)
        run_jobs(process)
        job = task_of(process, flow.job)
        assert status(job) == STATUS.ERROR
        do(task_of(process, flow.view), officer)
        assert status(process) == PROCESS.NEW

        WORLD["fail"] = False
        engine.retry_task(job.pk, acting=acting(officer))
        run_jobs(process)
        assert status(job) == STATUS.DONE
        assert status(process) == PROCESS.DONE

    def test_ours_ends_when_the_failed_step_is_cancelled(self, officer: Any) -> None:
        flow = mended("JobAndView")
        process = flow.start.run()
        WORLD["fail"] = True
        run_jobs(process)
        run_jobs(process)
        do(task_of(process, flow.view), officer)
        engine.cancel_task(task_of(process, flow.job).pk, acting=acting(officer))
        assert status(process) == PROCESS.DONE


class TestRemovedNode:
    """Defect 5: one task whose node is gone makes an error page of every list it stands in."""

    def orphan(self, flow: Any) -> Task:
        process = flow.start.run()
        task = task_of(process, flow.left)
        ref = f"workflow/probe.{flow.__name__}.renamed"
        Task.objects.filter(pk=task.pk).update(flow_task=ref)
        return Task.objects.get(pk=task.pk)

    def test_stock_has_no_address_for_it(self) -> None:
        with pytest.raises(NoReverseMatch):
            self.orphan(stock("TwoBranches")).reverse("index")

    def test_ours_can_be_listed(self) -> None:
        task = self.orphan(mended("TwoBranches"))
        assert task.reverse("index") == ""
        assert str(task.title)

    def test_stock_never_joins_again_once_it_is_cancelled(self, officer: Any) -> None:
        task = self.orphan(stock("TwoBranches"))
        cancel(task)
        assert Task.objects.get(pk=task.pk).finished is None

    def test_ours_goes_on_once_it_is_cancelled(self, officer: Any) -> None:
        flow = mended("TwoBranches")
        task = self.orphan(flow)
        do(task_of(task.process, flow.right), officer)
        engine.cancel_task(task.pk, acting=acting(officer))
        assert status(task_of(task.process, flow.after)) == STATUS.NEW


class TestForeignProcess:
    """Defect 7: the lock is taken on the process that the address names, the task by its own number."""

    def two(self, flow: Any) -> tuple[Process, Task]:
        task = task_of(flow.start.run(), flow.left)
        return flow.start.run(), task

    def test_stock_works_on_the_task_under_the_wrong_lock(self) -> None:
        flow = stock("TwoBranches")
        other, task = self.two(flow)
        request = RequestFactory().post("/")
        request.user = AnonymousUser()
        page = wrap_task_view(flow.left, lambda request, **kwargs: request.activation.task.pk)
        assert page(request, process_pk=other.pk, task_pk=task.pk) == task.pk

    def test_ours_refuses(self, officer: Any) -> None:
        other, task = self.two(mended("TwoBranches"))
        with pytest.raises(engine.TaskGone) as refusal:  # noqa: SIM117 - the inner one must not be entered
            with engine.open_task(task.pk, acting=acting(officer), process_pk=other.pk):
                pytest.fail("opened a task of another process")
        assert refusal.value.code == "task_unknown"

    def test_ours_opens_under_its_own(self, officer: Any) -> None:
        _other, task = self.two(mended("TwoBranches"))
        with engine.open_task(task.pk, acting=acting(officer), process_pk=task.process_id) as activation:
            assert activation.task == task


class TestUndo:
    """Defect 8: a reminder that has fired keeps its host from being taken back."""

    def can_be_undone(self, flow: Any, user: Any) -> bool:
        process = flow.start.run()
        let_timer_fire(task_of(process, flow.left__timeout))
        host = task_of(process, flow.left)
        do(host, user)
        join = task_of(process, flow.join)
        with join.activation() as activation:
            activation.cancel()
        with host.activation() as activation:
            return activation.undo.can_proceed()

    def test_stock_refuses(self, officer: Any) -> None:
        assert not self.can_be_undone(stock("TwoBranches"), officer)

    def test_ours_allows(self, officer: Any) -> None:
        assert self.can_be_undone(mended("TwoBranches"), officer)

    def test_ours_still_refuses_while_a_later_step_stands(self, officer: Any) -> None:
        flow = mended("TwoBranches")
        process = flow.start.run()
        do(task_of(process, flow.left), officer)
        with pytest.raises(engine.RuleError) as refusal:
            engine.undo_task(task_of(process, flow.left).pk, acting=acting(officer))
        assert refusal.value.code == "task_not_undoable"


class TestLocals:
    """Defect 9: a failure is stored with every variable of the failing function."""

    def failure(self, flow: Any) -> dict[str, Any]:
        WORLD["fail"] = True
        with Context(propagate_exception=False):
            process = flow.start.run()
        failed = task_of(process, flow.function)
        assert failed.status == STATUS.ERROR
        return failed.data["_exception"]

    def test_stock_would_store_them(self) -> None:
        from viewflow.workflow.signals import task_failed

        from workflow.signals import forget_locals

        assert task_failed.disconnect(dispatch_uid="workflow.forget_locals")
        try:
            assert self.failure(stock("BackgroundFailure"))["locals"]["family_name"] == "Ouyang"
        finally:
            task_failed.connect(forget_locals, dispatch_uid="workflow.forget_locals")

    @pytest.mark.parametrize("make", [stock, mended])
    def test_ours_forgets_them_whatever_the_node(self, make: Any) -> None:
        failure = self.failure(make("BackgroundFailure"))
        assert "locals" not in failure
        assert "Ouyang" not in str(failure)
        assert failure["title"] == "registry is down after 6 letters"


class TestFunctionAfterAForm:
    """Defect 10: a function that fails takes the form before it down with it."""

    def test_stock_rolls_the_form_back(self, officer: Any) -> None:
        flow = stock("ViewThenFunction")
        process = flow.start.run()
        form = task_of(process, flow.form)
        WORLD["fail"] = True
        with pytest.raises(ValueError, match="registry is down"), transaction.atomic():
            do(form, officer)
        assert status(form) == STATUS.NEW

    def test_ours_keeps_the_form_and_shows_the_failure(self, officer: Any) -> None:
        flow = mended("ViewThenFunction")
        process = flow.start.run()
        form = task_of(process, flow.form)
        WORLD["fail"] = True
        do(form, officer)
        failed = task_of(process, flow.function)
        assert (status(form), status(failed)) == (STATUS.DONE, STATUS.ERROR)

        WORLD["fail"] = False
        engine.retry_task(failed.pk, acting=acting(officer))
        assert status(failed) == STATUS.REVIVED
        assert status(process) == PROCESS.DONE

    def test_a_gate_that_fails_is_an_incident_too(self, officer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        flow = mended("ViewThenFunction")
        process = flow.start.run()
        broken = lambda activation: 1 / 0  # noqa: E731 - as short as a condition is in a flow
        monkeypatch.setattr(flow.gate, "_condition", broken)
        do(task_of(process, flow.form), officer)
        gate = task_of(process, flow.gate)
        assert (status(gate), status(process)) == (STATUS.ERROR, PROCESS.NEW)
        engine.cancel_task(gate.pk, acting=acting(officer))
        assert status(gate) == STATUS.CANCELED


class TestJob:
    """Defect 11: a job delivered twice runs twice, and a process with a job in it cannot be cancelled."""

    def test_stock_runs_again_on_a_second_delivery(self) -> None:
        flow = stock("JobAndView")
        task = task_of(flow.start.run(), flow.job)
        for _delivery in range(2):
            with task.activation() as activation:
                activation.start()
            flow.job.work(activation)
        assert WORLD["calls"] == 2

    def test_ours_runs_once(self) -> None:
        flow = mended("JobAndView")
        process = flow.start.run()
        job = Job.objects.get(key=f"node:{task_of(process, flow.job).pk}")
        later = job.run_after
        assert [run_job(job.pk, later) for _delivery in range(3)] == ["done", "not_due", "not_due"]
        assert WORLD["calls"] == 1
        assert status(task_of(process, flow.job)) == STATUS.DONE

    def test_stock_cannot_cancel_the_process(self) -> None:
        flow = stock("JobAndView")
        process = flow.start.run()
        assert not hasattr(stock_nodes.AbstractJobActivation, "cancel")
        with pytest.raises(FlowRuntimeError, match="Can't cancel"), transaction.atomic():
            flow.instance.cancel(process)

    def test_ours_cancels_it_and_the_late_delivery_does_nothing(self, officer: Any) -> None:
        flow = mended("JobAndView")
        process = flow.start.run()
        job = Job.objects.get(key=f"node:{task_of(process, flow.job).pk}")
        engine.cancel_process(process.pk, acting=acting(officer))
        assert status(process) == PROCESS.CANCELED
        assert run_job(job.pk, NOON) == "not_due"
        assert status(job_task := task_of(process, flow.job)) == STATUS.CANCELED
        assert "calls" not in WORLD
        job.refresh_from_db()
        assert job.state == Job.State.CANCELLED
        assert job_task.leading.count() == 0
