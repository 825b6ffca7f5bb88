"""Load supervision bodies from the committed division list, keeping numbering and closure of the tree right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from cases.acting import Acting
from cases.models.body import Body, BodyClosure
from cases.packs.divisions import province_abbreviations, read_divisions
from cases.rules.body_tree import PlannedBody, number_tree, plan_bodies
from cases.services.audit import record

BATCH = 2000


@dataclass(frozen=True, slots=True)
class LoadedBodies:
    """How many bodies a load created, and how many stand now."""

    created: int
    total: int


@transaction.atomic
def load_bodies(*, province: str | None, acting: Acting) -> LoadedBodies:
    """Load the bodies of one province (two-digit code), or of the whole country where `province` is None.

    Bodies already there are left as they are, so that edited names survive; a second load creates nothing.
    Raises LookupError for a province the list does not have.
    """
    divisions = [(division.code, division.name) for division in read_divisions(province)]
    created = plant(plan_bodies(divisions, province_abbreviations()))
    if created:
        data = {"province": province or "all", "created": created}
        record(stream="bodies", action="load_bodies", acting=acting, data=data)
    return LoadedBodies(created=created, total=Body.objects.count())


@transaction.atomic
def plant(planned: Iterable[PlannedBody]) -> int:
    """Create those of `planned` that do not exist yet and renumber the tree; returns how many were created.

    Every parent must exist already or be planned too.
    """
    existing = {body.code: body for body in Body.objects.select_for_update().only("pk", "code", "position", "last")}
    parents = {
        code: above or "" for code, above in Body.objects.values_list("code", "parent__code") if code in existing
    }
    fresh = [body for body in planned if body.code not in existing]
    if not fresh:
        return 0
    parents |= {body.code: body.parent for body in fresh}
    numbers = number_tree(parents)
    _renumber(existing.values(), numbers)
    pks = {code: body.pk for code, body in existing.items()} | _create(fresh, numbers, existing)
    _close(fresh, parents, pks)
    return len(fresh)


def _renumber(bodies: Iterable[Body], numbers: dict[str, tuple[int, int]]) -> None:
    """Move existing bodies to their new numbers; plain SQL, because thousands of rows get a value each."""
    moved = [(*numbers[b.code], b.pk) for b in bodies if numbers[b.code] != (b.position, b.last)]
    if moved:
        with connection.cursor() as cursor:
            cursor.executemany('UPDATE "cases_body" SET "position" = %s, "last" = %s WHERE "id" = %s', moved)


def _create(
    fresh: Sequence[PlannedBody], numbers: dict[str, tuple[int, int]], existing: dict[str, Body]
) -> dict[str, int]:
    """Insert level by level, since a child needs its parent's key; returns the new keys by code."""
    pks: dict[str, int] = {}
    known = {code: body.pk for code, body in existing.items()}
    for level in Body.Level.values:
        rows = [
            Body(
                code=planned.code,
                name=planned.name,
                short_name=planned.short_name,
                level=planned.level,
                parent_id=pks.get(planned.parent) or known.get(planned.parent),
                region_code=planned.region_code,
                municipality=planned.municipality,
                document_prefix=planned.document_prefix,
                position=numbers[planned.code][0],
                last=numbers[planned.code][1],
            )
            for planned in fresh
            if planned.level == level
        ]
        pks |= {body.code: body.pk for body in Body.objects.bulk_create(rows, batch_size=BATCH)}
    return pks


def _close(fresh: Iterable[PlannedBody], parents: dict[str, str], pks: dict[str, int]) -> None:
    """Write the closure rows of the new bodies; new bodies are never put between old ones."""
    rows: list[BodyClosure] = []
    for planned in fresh:
        above, depth = planned.code, 0
        while above:
            rows.append(BodyClosure(ancestor_id=pks[above], descendant_id=pks[planned.code], depth=depth))
            above, depth = parents[above], depth + 1
    BodyClosure.objects.bulk_create(rows, batch_size=BATCH)
