"""What the pages of the registry share: who reads, and as whom they act now."""

from typing import Final, cast

from django.http import HttpRequest
from django.utils import timezone

from cases.acting import Acting
from cases.models.people import User

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def reader(request: HttpRequest) -> User:
    """The signed-in person; every page of the registry asks for one."""
    return cast(User, request.user)


def acting_of(request: HttpRequest) -> Acting:
    """The person acting at this moment: here, at the edge, the clock is read."""
    return Acting(user=reader(request), at=timezone.now())
