"""The same small flows twice: of viewflow's stock nodes, where a defect shows, and of ours, where it must not.

Rows name a flow by module and class below an installed app, so this module also answers to `workflow.probe`.
"""

import sys
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import nodes as stock_nodes
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Flow
from viewflow.workflow.models import Process
from viewflow.workflow.status import STATUS

from workflow import nodes as mended_nodes
from workflow.nodes import LOCK

sys.modules["workflow.probe"] = sys.modules[__name__]
__name__ = "workflow.probe"


class NaiveJobActivation(stock_nodes.AbstractJobActivation):
    """The least that makes viewflow's abstract job run."""

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.SCHEDULED)
    def activate(self) -> None:
        self.task.scheduled = now()
        self.task.save()


class NaiveJob(stock_nodes.AbstractJob):
    activation_class = NaiveJobActivation

    def __init__(self, work: Any, **options: Any) -> None:
        super().__init__()
        self.work = work

    def _resolve(self, instance: Any) -> None:
        super()._resolve(instance)
        self.work = this.resolve(instance, self.work)


def _stock_view() -> Any:
    return stock_nodes.View(None)


def _kit(name: str, source: Any, **others: Any) -> SimpleNamespace:
    common = ("StartHandle", "Function", "If", "Switch", "Split", "Join", "End", "Obsolete")
    return SimpleNamespace(name=name, **{kind: getattr(source, kind) for kind in common}, **others)


STOCK = _kit("Stock", stock_nodes, View=_stock_view, Job=NaiveJob)
MENDED = _kit("Mended", mended_nodes, View=mended_nodes.View, Job=mended_nodes.Job)

#: What the flows' functions did, and whether they shall fail; emptied before each test.
WORLD: dict[str, Any] = {}


def stumble(activation: Any) -> dict[str, Any]:
    """Count the call, and fail while the world says so."""
    WORLD["calls"] = WORLD.get("calls", 0) + 1
    family_name = "Ouyang"  # a local variable of the kind that must never be stored
    if WORLD.get("fail"):
        raise ValueError(f"registry is down after {len(family_name)} letters")
    return {"calls": WORLD["calls"]}


def two_timers(kit: Any) -> type:
    class TwoTimers(Flow):
        lock_impl = LOCK
        process_title = _("Two timers")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.decide)
        decide = (
            kit.View()
            .Annotation(title=_("Decide"))
            .Permission("cases.decide", obj=lambda process: process)
            .OnTimeout(timedelta(days=1), this.escalated)
            .OnTimeout(timedelta(days=5), this.reminded, interrupting=False)
            .Next(this.end)
        )
        reminded = kit.End()
        escalated = kit.End()
        end = kit.End()

    return TwoTimers


def two_branches(kit: Any) -> type:
    class TwoBranches(Flow):
        lock_impl = LOCK
        process_title = _("Two branches")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.split)
        split = kit.Split().Always(this.left).Always(this.right)
        left = kit.View().OnTimeout(timedelta(days=1), this.chase, interrupting=False).Next(this.join)
        right = kit.View().Next(this.join)
        chase = kit.View().Next(this.chased)
        chased = kit.End()
        join = kit.Join().Next(this.after)
        after = kit.View().Next(this.end)
        end = kit.End()

    return TwoBranches


def job_and_view(kit: Any) -> type:
    class JobAndView(Flow):
        lock_impl = LOCK
        process_title = _("A job beside a view")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.split)
        split = kit.Split().Always(this.job).Always(this.view)
        job = kit.Job(this.work, attempts=2, lease=timedelta(seconds=30)).Next(this.job_end)
        view = kit.View().Next(this.view_end)
        job_end = kit.End()
        view_end = kit.End()

        def work(self, activation: Any) -> dict[str, Any]:
            return stumble(activation)

    return JobAndView


def view_then_function(kit: Any) -> type:
    class ViewThenFunction(Flow):
        lock_impl = LOCK
        process_title = _("A function after a view")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.form)
        form = kit.View().Next(this.function)
        function = kit.Function(this.work).Next(this.gate)
        gate = kit.If(lambda activation: stumble(activation)["calls"] > 0).Then(this.end).Else(this.end)
        end = kit.End()

        def work(self, activation: Any) -> None:
            stumble(activation)

    return ViewThenFunction


def background_failure(kit: Any) -> type:
    """A function that fails in the background, where viewflow records the failure with the task."""

    class BackgroundFailure(Flow):
        lock_impl = LOCK
        process_title = _("A failure in the background")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.function)
        function = kit.Function(this.work).Next(this.end)
        end = kit.End()

        def work(self, activation: Any) -> None:
            stumble(activation)

    return BackgroundFailure


def unlocked(kit: Any) -> type:
    class Unlocked(Flow):
        process_title = _("Without a lock")
        obsolete = kit.Obsolete()
        start = kit.StartHandle().Next(this.form)
        form = kit.View().Next(this.after)
        after = kit.View().Next(this.end)
        end = kit.End()

    return Unlocked


class Opinion(Flow):
    """The child of a subprocess."""

    lock_impl = LOCK
    process_title = _("An opinion")
    obsolete = mended_nodes.Obsolete()
    start = mended_nodes.StartHandle(this.begin).Next(this.give)
    give = mended_nodes.View().Next(this.end)
    end = mended_nodes.End()

    def begin(self, activation: Any, item: str = "only") -> Process:
        activation.process.data = {"expert": item}
        return activation.process


class Opinions(Flow):
    lock_impl = LOCK
    process_title = _("Opinions of several experts")
    obsolete = mended_nodes.Obsolete()
    start = mended_nodes.Start().Annotation(title=_("Ask experts")).Permission("cases.ask").Next(this.ask)
    ask = mended_nodes.Subprocess(Opinion.start, items=lambda activation: WORLD["experts"]).Next(this.weigh)
    weigh = mended_nodes.View().Next(this.end)
    end = mended_nodes.End()


class StoringJob(Flow):
    """A job whose result is stored in the transaction that completes it, and a timer after it."""

    lock_impl = LOCK
    process_title = _("A job with a result")
    obsolete = mended_nodes.Obsolete()
    start = mended_nodes.StartHandle().Next(this.job)
    job = mended_nodes.Job(this.work, attempts=2).OnDone(this.store).Next(this.wait)
    wait = mended_nodes.Timer(timedelta(hours=1)).Next(this.end)
    end = mended_nodes.End()

    def work(self, activation: Any) -> dict[str, Any]:
        return stumble(activation)

    def store(self, activation: Any, result: dict[str, Any]) -> None:
        activation.process.data = {"stored": result["calls"]}
        activation.process.save()
        if WORLD.get("fail_storing"):
            raise ValueError("cannot store")


BUILDERS: tuple[Callable[[Any], type], ...] = (
    two_timers,
    two_branches,
    job_and_view,
    view_then_function,
    background_failure,
    unlocked,
)
for _builder in BUILDERS:
    for _nodes in (STOCK, MENDED):
        _flow = _builder(_nodes)
        _flow.__name__ = f"{_nodes.name}{_flow.__name__}"
        globals()[_flow.__name__] = _flow


def stock(name: str) -> Any:
    return globals()[f"Stock{name}"]


def mended(name: str) -> Any:
    return globals()[f"Mended{name}"]
