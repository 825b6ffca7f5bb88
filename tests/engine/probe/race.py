"""Two at once, in real threads on a real database: `python -m tests.engine.probe.race NAME` prints what came of it."""

import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402 - Django must be set up first
from django.utils import timezone  # noqa: E402
from viewflow.workflow.models import Task  # noqa: E402

from cases.acting import Acting  # noqa: E402
from cases.models.job import Job  # noqa: E402
from cases.models.people import User  # noqa: E402
from cases.services.jobs import enqueue, run_job  # noqa: E402
from tests.engine import flows  # noqa: E402
from tests.engine.steps import task_of  # noqa: E402
from workflow import engine  # noqa: E402

ROUNDS = 10


def at_once(*moves: Callable[[], Any]) -> list[str]:
    """Begin all moves at the same instant; what each answered or raised."""
    gate = threading.Barrier(len(moves))
    answers = [""] * len(moves)

    def run(number: int) -> None:
        gate.wait()
        try:
            answers[number] = str(moves[number]())
        except engine.TaskGone as gone:
            answers[number] = f"{gone.code} by {gone.by}"
        except Exception as exc:
            answers[number] = f"{type(exc).__name__}: {exc}"
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(moves))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def people() -> list[User]:
    return [User.objects.get_or_create(username=name, defaults={"name": name})[0] for name in ("wang", "li")]


def acting(user: User) -> Acting:
    return Acting(user=user, at=timezone.now())


def claim() -> Any:
    """Two people take the same task."""
    wang, li = people()
    flow = flows.mended("TwoBranches")
    for _round in range(ROUNDS):
        task = task_of(flow.start.run(), flow.left)

        def take(user: User, pk: int = task.pk) -> str:
            engine.claim(pk, acting=acting(user))
            return "taken"

        answers = at_once(lambda take=take: take(wang), lambda take=take: take(li))
        task.refresh_from_db()
        yield {"answers": answers, "owner": task.owner.name}


def finish() -> Any:
    """Two people finish the same task that nobody has claimed."""
    wang, li = people()
    flow = flows.mended("TwoBranches")
    for _round in range(ROUNDS):
        process = flow.start.run()
        task = task_of(process, flow.left)

        def complete(user: User, pk: int = task.pk) -> str:
            me = acting(user)
            with engine.open_task(pk, acting=me) as activation:
                engine.finish(activation, acting=me)
            return "finished"

        answers = at_once(lambda complete=complete: complete(wang), lambda complete=complete: complete(li))
        task.refresh_from_db()
        yield {
            "answers": answers,
            "owner": task.owner.name,
            "joins": Task.objects.filter(process=process, flow_task=flow.join, previous=task).count(),
        }


def branches() -> Any:
    """Both branches before a join are finished at once."""
    wang, li = people()
    flow = flows.mended("TwoBranches")
    for _round in range(ROUNDS):
        process = flow.start.run()

        def complete(user: User, node: Any, process: Any = process) -> str:
            me = acting(user)
            with engine.open_task(task_of(process, node).pk, acting=me) as activation:
                engine.finish(activation, acting=me)
            return "finished"

        answers = at_once(
            lambda complete=complete: complete(wang, flow.left),
            lambda complete=complete: complete(li, flow.right),
        )
        after = Task.objects.filter(process=process, flow_task=flow.after).count()
        yield {"answers": answers, "after": after}


def without_lock() -> Any:
    """Stock nodes and stock lock: the same task completed twice at once."""
    wang, _li = people()
    flow = flows.stock("Unlocked")
    for _round in range(ROUNDS):
        process = flow.start.run()
        task = task_of(process, flow.form)
        with task.activation() as activation:
            activation.assign(wang)

        def complete(pk: int = task.pk) -> str:
            with Task.objects.get(pk=pk).activation() as activation:
                activation.start(None)
                time.sleep(0.05)
                activation.execute()
                time.sleep(0.05)
            return "finished"

        answers = at_once(complete, complete)
        yield {"answers": answers, "after": Task.objects.filter(process=process, flow_task=flow.after).count()}


def job() -> Any:
    """Three workers are told of the same job."""
    for number in range(ROUNDS):
        due = enqueue(kind="probe", payload={"number": number}, key=f"race:{time.time_ns()}", at=timezone.now())
        answers = at_once(*[lambda pk=due.pk: run_job(pk, timezone.now)] * 3)
        yield {"answers": sorted(answers)}


def overrun() -> Any:
    """A second worker takes over when the first has outlived its lease, and the first comes back late."""
    due = enqueue(kind="probe", payload={"number": 0}, key=f"overrun:{time.time_ns()}", at=timezone.now())

    def take_over() -> str:
        time.sleep(0.4)
        Job.objects.filter(pk=due.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
        return run_job(due.pk, timezone.now)

    yield {"answers": at_once(lambda: run_job(due.pk, timezone.now), take_over)}


if __name__ == "__main__":
    scenes = {scene.__name__: scene for scene in (claim, finish, branches, without_lock, job, overrun)}
    print(json.dumps(list(scenes[sys.argv[1]]())))
