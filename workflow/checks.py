"""System checks: what a flow must have, so that no defect of the stock engine comes back unnoticed."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.functional import Promise
from viewflow.workflow.base import Flow, Node
from viewflow.workflow.lock import SelectForUpdateLock

from cases.services.jobs import longest_lease
from notices.services.signer import signer_fault
from workflow import nodes

MENDED = tuple(getattr(nodes, name) for name in nodes.__all__ if isinstance(getattr(nodes, name), type))


def registered_flows() -> Iterator[type]:
    """Every flow of `workflow.flows`, subclasses of flows included."""
    waiting = list(Flow.__subclasses__())
    while waiting:
        flow_class = waiting.pop()
        waiting += flow_class.__subclasses__()
        if flow_class.__module__.startswith("workflow.flows."):
            yield flow_class


def problems_of(flow_class: Any) -> Iterator[CheckMessage]:
    """What is wrong with one flow."""
    yield from _problems_of_class(flow_class)
    for node in flow_class.instance.nodes():
        yield from _problems_of_node(flow_class, node)


def _problems_of_class(flow_class: Any) -> Iterator[CheckMessage]:
    name = flow_class.__name__
    if Flow not in flow_class.__bases__:
        yield _error("E001", name, "subclasses another flow, whose nodes it would run", "Write a function making both.")
    lock = flow_class.lock_impl
    if not isinstance(lock, SelectForUpdateLock) or lock.nowait:
        yield _error("E002", name, "does not lock its process", "Set lock_impl = workflow.nodes.LOCK.")
    if not isinstance(flow_class.process_title, Promise):
        hint = "Set process_title = gettext_lazy(...); a docstring would be shown to users otherwise."
        yield _error("E003", name, "has no translatable title", hint)
    if not isinstance(flow_class.instance._nodes_by_name.get("obsolete"), nodes.Obsolete):
        hint = "Add obsolete = workflow.nodes.Obsolete(), for tasks of nodes that will be removed one day."
        yield _error("E004", name, "has no obsolete node", hint)


def _problems_of_node(flow_class: Any, node: Node) -> Iterator[CheckMessage]:
    where = f"{flow_class.__name__}.{node.name}"
    if not isinstance(node, MENDED):
        kind = type(node).__name__
        known = kind in nodes.__all__
        hint = f"Use workflow.nodes.{kind}." if known else "It has no mended counterpart; build the step otherwise."
        yield _error("E005", where, f"is a stock {kind}", hint)
    if not isinstance(node, nodes.View | nodes.Start):
        return
    if not isinstance(node.task_title, Promise):
        yield _error("E006", where, "has no translatable title", "Add .Annotation(title=gettext_lazy(...)).")
    if not node._owner_permission:
        hint = "Add .Permission('cases.codename', obj=...); everybody may do it otherwise."
        yield _error("E007", where, "asks for no permission", hint)
    elif isinstance(node, nodes.View) and not callable(node._owner_permission_obj):
        hint = "Add obj=lambda process: the body that owns the case."
        yield _error("E008", where, "asks for its permission on no body", hint)


def _error(code: str, where: str, what: str, hint: str) -> CheckMessage:
    return Error(f"{where} {what}.", hint=hint, id=f"workflow.{code}")


@register
def check_flows(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [problem for flow_class in registered_flows() for problem in problems_of(flow_class)]


@register
def check_transactions(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A transaction round the whole request would begin before the process is locked and see the past."""
    return [
        _error("E009", alias, "has ATOMIC_REQUESTS", "Turn it off; the engine's lock begins the transaction.")
        for alias, database in settings.DATABASES.items()
        if database.get("ATOMIC_REQUESTS")
    ]


@register
def check_broker(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A broker that hands a message out again while its job still runs only rings in vain, but all day long."""
    options = getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {})
    timeout = options.get("visibility_timeout")
    leases = [longest_lease(), *(node.lease for flow in registered_flows() for node in _jobs_of(flow))]
    longest = max(leases).total_seconds()
    if timeout is None or timeout > longest:
        return []
    what = f"is not above the longest lease of a job, {longest:.0f} s"
    return [_error("E010", "CELERY_BROKER_TRANSPORT_OPTIONS['visibility_timeout']", what, "Raise it.")]


@register(deploy=True)
def check_signer(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key that cannot be opened would be noticed with the first letter only; asked with `check --deploy`."""
    fault = signer_fault()
    return [_error("E011", "SIGNER", f"cannot sign: {fault}", "See docs/operations.md.")] if fault else []


def _jobs_of(flow_class: Any) -> Iterator[nodes.Job]:
    return (node for node in flow_class.instance.nodes() if isinstance(node, nodes.Job))
