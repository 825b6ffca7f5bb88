"""What stands on a list today, and which published editions a person may see."""

from collections.abc import Iterator
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import Body, KeySupervision, ListEntry
from cases.selectors.scope import within
from notices.models import ListEdition, PublishedList

Entry = TypeVar("Entry", ListEntry, KeySupervision)


def rows_of_list(body: Body, listed: str, year: int, kind: str, level: str) -> list[dict[str, Any]]:
    """The body's entries in force, by the order of places and names, as the printed list has them."""
    if listed == PublishedList.KEY_ENTERPRISES:
        return list(_key_rows(body, year))
    entries = ListEntry.objects.filter(body=body, register=listed, year=year, left_on__isnull=True)
    if listed == PublishedList.SUPERVISION:
        entries = entries.filter(kind=kind, level=level)
    return list(_entry_rows(entries))


def _entry_rows(entries: QuerySet[ListEntry]) -> Iterator[dict[str, Any]]:
    for entry in _in_order(entries):
        yield {**_unit_row(entry), "basis": "；".join(dict.fromkeys(ground["clause"] for ground in entry.grounds))}


def _key_rows(body: Body, year: int) -> Iterator[dict[str, Any]]:
    entries = KeySupervision.objects.filter(body=body, left_on__isnull=True, entered_on__year__lte=year)
    return map(_unit_row, _in_order(entries))


def _in_order(entries: QuerySet[Entry]) -> Iterator[Entry]:
    order = ("enterprise__territorial_body__position", "enterprise__name", "pk")
    return entries.select_related("enterprise__territorial_body").order_by(*order).iterator(chunk_size=1000)


def _unit_row(entry: ListEntry | KeySupervision) -> dict[str, Any]:
    unit = entry.enterprise
    return {
        "name": unit.name,
        "uscc": unit.uscc,
        "place": unit.territorial_body.short_name,
        "since": entry.entered_on,
        "reason": entry.reason,
    }


def editions_for(user: AnonymousUser | Any) -> QuerySet[ListEdition]:
    """Every edition of a body where the person may see enterprises, newest first."""
    seen = ListEdition.objects.filter(within(user, "view_enterprise", "body"))
    return seen.select_related("body", "published_by", "file", "signature").order_by("-published_at", "-pk")
