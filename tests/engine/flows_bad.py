"""Flows that must not pass the checks, each with one thing wrong; `good` shows what is right."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from viewflow import this
from viewflow.workflow import lock
from viewflow.workflow import nodes as stock
from viewflow.workflow.base import Flow

from workflow import nodes
from workflow.nodes import LOCK


def own_body(process: Any) -> Any:
    return process.case.body


def flow(**changes: Any) -> type:
    """A flow that passes, but for the changes; an attribute changed to None is left out."""
    attributes = {
        "lock_impl": LOCK,
        "process_title": _("Good"),
        "obsolete": nodes.Obsolete(),
        "start": nodes.StartHandle().Next(this.decide),
        "decide": nodes.View().Annotation(title=_("Decide")).Permission("cases.decide", obj=own_body).Next(this.end),
        "end": nodes.End(),
        "__module__": "workflow.probe",
        "__doc__": "Shown to nobody.",
    }
    kept = {name: value for name, value in (attributes | changes).items() if value is not None}
    return type("SomeFlow", (Flow,), kept)


def titled_view() -> Any:
    return nodes.View().Annotation(title=_("Decide"))


def subclass() -> type:
    """Its nodes are those of the flow it subclasses."""
    parent: Any = flow()
    return type("Child", (parent,), {"lock_impl": LOCK, "process_title": _("Child"), "__module__": "workflow.probe"})


BAD: dict[str, tuple[str, Any]] = {
    "subclass of a flow": ("E001", subclass),
    "no lock": ("E002", lambda: flow(lock_impl=lock.no_lock)),
    "a lock that does not wait": ("E002", lambda: flow(lock_impl=lock.select_for_update_lock)),
    "a lock of the cache": ("E002", lambda: flow(lock_impl=lock.cache_lock)),
    "its docstring for a title": ("E003", lambda: flow(process_title=None)),
    "a title nobody can translate": ("E003", lambda: flow(process_title="Good")),
    "no obsolete node": ("E004", lambda: flow(obsolete=None)),
    "the stock obsolete node": ("E004", lambda: flow(obsolete=stock.Obsolete())),
    "a stock view": (
        "E005",
        lambda: flow(
            decide=stock.View(None).Annotation(title=_("D")).Permission("cases.d", obj=own_body).Next(this.end)
        ),
    ),
    "a stock end": ("E005", lambda: flow(end=stock.End())),
    "a stock timer on a view": ("E005", lambda: flow(decide=titled_view_with_error_path())),
    "a view without a title": (
        "E006",
        lambda: flow(decide=nodes.View().Permission("cases.decide", obj=own_body).Next(this.end)),
    ),
    "a view without a permission": ("E007", lambda: flow(decide=titled_view().Next(this.end))),
    "a start by a person without a permission": (
        "E007",
        lambda: flow(start=nodes.Start().Annotation(title=_("Begin")).Next(this.decide)),
    ),
    "a view whose permission is asked on nothing": (
        "E008",
        lambda: flow(decide=titled_view().Permission("cases.decide").Next(this.end)),
    ),
}


def titled_view_with_error_path() -> Any:
    view = titled_view().Permission("cases.decide", obj=own_body).Next(this.end)
    return view.OnError(this.end)
