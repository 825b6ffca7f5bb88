"""The moment at which the engine acts, where that is not the wall clock's.

Viewflow stamps its rows with the wall clock. Our services act at `acting.at`: a request's instant, or the clock of a
walkthrough. Inside `at_moment` every stamp that viewflow took meanwhile is replaced by that moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from viewflow.workflow.models import Process, Task

_acting: ContextVar[tuple[datetime, datetime] | None] = ContextVar("workflow_moment", default=None)
STAMPS = ("created", "assigned", "started", "scheduled", "finished")


@contextmanager
def at_moment(moment: datetime) -> Iterator[None]:
    """Tasks and processes saved inside are dated `moment`."""
    token = _acting.set((timezone.now(), moment))
    try:
        yield
    finally:
        _acting.reset(token)


def now() -> datetime:
    """The moment set by `at_moment`, else the wall clock."""
    acting = _acting.get()
    return acting[1] if acting else timezone.now()


@receiver(pre_save, dispatch_uid="workflow.clock")
def date_by_moment(sender: type, instance: Any, **kwargs: Any) -> None:
    acting = _acting.get()
    if acting is None or not isinstance(instance, Task | Process):
        return
    entered, moment = acting
    left = timezone.now()
    for name in STAMPS:
        stamp = getattr(instance, name, None)
        if stamp is not None and entered <= stamp <= left:
            setattr(instance, name, moment)
