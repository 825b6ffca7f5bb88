"""One stretch of a scan: judge some units, keep the candidates in step, and note when to look at each again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models import CandidateScan, ListCandidate, ListEntry, ListingWatch, Register, UnitKind
from cases.rules.list_proposals import Judged, lightens, proposal, settled
from cases.selectors.listing_facts import UnitFacts, Verdict, facts_of, next_look, standing_of, standings, verdict_of
from cases.services.review_clock import stop_review_clock

State = ListCandidate.State
Place = tuple[int, str]
"""A unit by its key, and the kind of list."""


@dataclass
class _Stretch:
    """What is read of the units before any of them is judged, and what is to be written afterwards."""

    scan: CandidateScan
    entries: Mapping[Place, ListEntry]
    waiting: Mapping[Place, ListCandidate]
    decided: Mapping[Place, list[Judged]]
    found: list[ListCandidate] = field(default_factory=list)
    overtaken: list[ListCandidate] = field(default_factory=list)


@transaction.atomic
def judge_units(*, scan_id: int, unit_ids: Sequence[int], acting: Acting) -> int:
    """Judge these units as of the scan's day; answers how many candidates were found.

    All of it or nothing, with the scan's cursor; the queries are constant in number. A unit that somebody is deciding
    on is left to them: their decision has it looked at again.
    """
    scan = CandidateScan.objects.select_for_update().get(pk=scan_id)
    if scan.finished_at is not None or scan.cursor >= unit_ids[0]:
        return 0  # another worker has been here
    locked = _lock_watches(unit_ids)
    stretch = _read(scan, unit_ids)
    facts = facts_of(unit_ids, scan.run_on)
    for unit in unit_ids:
        for kind in UnitKind.values:
            _judge(stretch, facts[unit], kind)
    _write_candidates(stretch, acting)
    looks = {unit: next_look(facts[unit], scan.run_on) for unit in unit_ids}
    _write_watches(looks, locked)
    scan.cursor = unit_ids[-1]
    scan.looked_at += len(unit_ids)
    scan.found += len(stretch.found)
    scan.save(update_fields=["cursor", "looked_at", "found"])
    return len(stretch.found)


def _lock_watches(unit_ids: Sequence[int]) -> set[int]:
    """Before anything is read, so that a change under way is waited for (see `look_again`)."""
    watches = ListingWatch.objects.select_for_update().filter(pk__in=unit_ids).order_by("pk")
    return set(watches.values_list("pk", flat=True))


def _read(scan: CandidateScan, unit_ids: Sequence[int]) -> _Stretch:
    candidates = ListCandidate.objects.filter(enterprise__in=unit_ids, register=Register.SUPERVISION)
    waiting = candidates.filter(state__in=[State.FOUND, State.KEPT])
    over = candidates.filter(state__in=[State.DROPPED, State.DECIDED], year=scan.year)
    decided: dict[Place, list[Judged]] = defaultdict(list)
    for unit, kind, *judged in over.values_list("enterprise", "kind", "ruled_level", "event_ids", "credit_risk"):
        level, events, credit_risk = judged
        decided[unit, kind].append(Judged(level, frozenset(events), credit_risk))
    return _Stretch(
        scan=scan,
        entries=standings(unit_ids),
        waiting={(row.enterprise_id, row.kind): row for row in waiting},
        decided=decided,
    )


def _judge(stretch: _Stretch, facts: UnitFacts, kind: str) -> None:
    place = (facts.unit_id, kind)
    entry, waiting = stretch.entries.get(place), stretch.waiting.get(place)
    if waiting is not None and waiting.state == State.KEPT:
        return
    verdict = verdict_of(facts, kind, stretch.scan.run_on)
    candidate = _candidate(stretch, facts, kind, verdict, entry)
    if waiting is not None and candidate is not None and _says_the_same(waiting, candidate):
        return
    if waiting is not None:
        stretch.overtaken.append(waiting)
    if candidate is not None:
        stretch.found.append(candidate)


def _candidate(
    stretch: _Stretch, facts: UnitFacts, kind: str, verdict: Verdict, entry: ListEntry | None
) -> ListCandidate | None:
    """What is to be reviewed of the unit on the list of one kind; None where it stands as it should."""
    scan, standing, ruled = stretch.scan, standing_of(entry), verdict.outcome.level
    proposed = proposal(ruled=ruled, standing=standing, year=scan.year)
    now = Judged(ruled, frozenset(verdict.event_ids), facts.credit_risk)
    if proposed is None or settled(now=now, before=stretch.decided[facts.unit_id, kind]):
        return None
    return ListCandidate(
        enterprise_id=facts.unit_id,
        body_id=entry.body_id if entry and lightens(proposed, standing) else facts.tier_body_id,
        scan=scan,
        year=scan.year,
        kind=kind,
        current_level=standing.level,
        proposed_level=proposed,
        cause=_cause(entry, scan.year),
        found_on=scan.run_on,
        **verdict.columns(facts),
    )


def _cause(entry: ListEntry | None, year: int) -> str:
    last_year = entry is not None and entry.year < year
    return ListCandidate.Cause.REBUILD if last_year else ListCandidate.Cause.RULE


def _says_the_same(waiting: ListCandidate, candidate: ListCandidate) -> bool:
    names = ("body_id", "year", "current_level", "proposed_level", "ruled_level", "event_ids", "credit_risk")
    return all(getattr(waiting, name) == getattr(candidate, name) for name in names)


def _write_candidates(stretch: _Stretch, acting: Acting) -> None:
    """Whoever reviewed one of the overtaken in the meantime was faster: then theirs stands, and no new one."""
    ids = [row.pk for row in stretch.overtaken]
    ListCandidate.objects.filter(pk__in=ids, state=State.FOUND).update(state=State.OUTDATED)
    ListCandidate.objects.bulk_create(stretch.found, ignore_conflicts=True)
    for scan_id, body_id in sorted({(row.scan_id, row.body_id) for row in stretch.overtaken if row.scan_id}):
        stop_review_clock(scan_id, body_id, acting)


def _write_watches(looks: Mapping[int, date | None], locked: set[int]) -> None:
    """Rows noted meanwhile, which were not locked, stay as they are."""
    done = [pk for pk, day in looks.items() if day is None and pk in locked]
    ListingWatch.objects.filter(pk__in=done).delete()
    later = [ListingWatch(enterprise_id=pk, next_on=day) for pk, day in looks.items() if day is not None]
    ListingWatch.objects.bulk_create(
        [watch for watch in later if watch.pk in locked],
        update_conflicts=True,
        unique_fields=["enterprise"],
        update_fields=["next_on"],
    )
    ListingWatch.objects.bulk_create([watch for watch in later if watch.pk not in locked], ignore_conflicts=True)
