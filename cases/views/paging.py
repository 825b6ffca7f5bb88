"""Pages of long lists whose count stops at a bound, so that its cost does not grow with the table."""

from functools import cached_property
from typing import Any, Final

from django.core.paginator import Paginator
from django.db.models import QuerySet

MOST_COUNTED: Final = 10_000


class BoundedPaginator(Paginator):
    """Counts no further than `MOST_COUNTED` rows; what lies beyond is reached by narrowing the filter."""

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by().values("pk")[:MOST_COUNTED].count()
