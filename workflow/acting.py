"""Who acts while the engine moves a token on: computed steps act in the name of whoever set them off."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from cases.acting import Acting
from workflow import clock

_current: ContextVar[Acting | None] = ContextVar("workflow_acting", default=None)


@contextmanager
def acting_as(acting: Acting) -> Iterator[None]:
    token = _current.set(acting)
    try:
        yield
    finally:
        _current.reset(token)


def current_acting() -> Acting:
    """The acting person of the step being done, else the system at the engine's moment (jobs, timers)."""
    return _current.get() or Acting(user=None, at=clock.now())
