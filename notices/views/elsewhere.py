"""Steps of a document that are taken on another page: the floor above says where (an open task of the case)."""

from collections.abc import Callable
from typing import Literal

from notices.models import Document

Action = Literal["issue", "serve"]
Where = Callable[[Document, Action], str | None]

_places: list[Where] = []


def register_place(where: Where) -> Where:
    """`where(document, action)` answers the address of the page on which that step is taken, or None."""
    _places.append(where)
    return where


def place_of(document: Document, action: Action) -> str | None:
    """Where the step is taken, if not here."""
    return next((address for where in _places if (address := where(document, action))), None)
