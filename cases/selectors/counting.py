"""How many rows several lists have, in one question to the database."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counted_together(lists: Mapping[str, QuerySet[Any]], most: int) -> dict[str, int]:
    """How many rows each has, counted no further than `most`; one query for all of them."""
    parts, params, asked = [], list[Any](), list[str]()
    for name, rows in lists.items():
        try:
            sql, given = rows.order_by().values("pk")[:most].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"(SELECT COUNT(*) FROM ({sql}) AS listed)")  # noqa: S608 - Django's own, its values in `params`
        params += given
        asked.append(name)
    found = dict.fromkeys(lists, 0)
    if parts:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(parts), params)
            found |= zip(asked, cursor.fetchone(), strict=True)
    return found
