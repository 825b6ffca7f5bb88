"""The strip of a running tour, on every page: where it is, what to do there, and the way on; from the session alone."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from workflow.demo.tour_stops import Stop
from workflow.demo.tours import TOURS

RUNNING: Final = "tour"
"""Key in the session: role, stops as pairs of code and address, place, and the codes seen."""
DECLINED: Final = "tour_declined"


@dataclass(frozen=True, slots=True)
class ShownTour:
    """`at` and `total` count from one; `previous` and `following` are places counted from nought, None at the ends."""

    stop: Stop
    at: int
    total: int
    previous: int | None
    following: int | None
    url: str
    here: bool
    """Whether the page shown is the stop's own."""


def is_demo() -> bool:
    return bool(getattr(settings, "DEMO", False))


def running_tour(request: HttpRequest) -> dict[str, Any]:
    """The tour of this session; empty where none runs."""
    session = getattr(request, "session", None)
    found = session.get(RUNNING) if is_demo() and session is not None else None
    return found if isinstance(found, dict) and found.get("role") in TOURS else {}


def shown_tour(request: HttpRequest) -> ShownTour | None:
    """What the strip shows; None where no tour runs, or where the programme no longer knows its stop."""
    running = running_tour(request)
    if not running:
        return None
    at, stops = running["at"], running["stops"]
    code, url = stops[at]
    stop = next((stop for stop in TOURS[running["role"]] if stop.code == code), None)
    if stop is None:
        return None
    return ShownTour(
        stop=stop,
        at=at + 1,
        total=len(stops),
        previous=at - 1 if at else None,
        following=at + 1 if at + 1 < len(stops) else None,
        url=url,
        here=urlsplit(url).path == request.path,
    )


def offers_tour(request: HttpRequest) -> bool:
    """Whether the first page should offer one: in the demo, until it has been taken or declined."""
    session = getattr(request, "session", None)
    return is_demo() and session is not None and RUNNING not in session and DECLINED not in session
