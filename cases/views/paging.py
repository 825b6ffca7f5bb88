"""Pages of long lists: a count that stops at a bound, and the address of the same list narrowed otherwise."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

MOST_COUNTED: Final = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than `MOST_COUNTED` rows; what lies beyond is reached by narrowing the filter."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[:MOST_COUNTED].count()


def address(request: HttpRequest, *without: str, **changes: str) -> str:
    """The query of this page without some parameters and its page number, and with others set; an empty one goes."""
    query = request.GET.copy()
    for name in (*without, "page", *[name for name, value in changes.items() if not value]):
        query.pop(name, None)
    for name, value in changes.items():
        if value:
            query[name] = value
    return f"?{query.urlencode()}"
