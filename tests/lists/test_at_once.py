"""A scan and a change at the same moment: what changes while a unit is judged is not lost (PostgreSQL)."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from cases.models import CandidateScan, ListCandidate, ListingWatch
from cases.services.judge_units import judge_units
from cases.services.listing_watch import look_again
from cases.services.review_candidates import keep_candidate
from tests.factories import NOON, make_body_tree, make_enterprise, make_user
from tests.lists.conftest import TODAY, by, found, rate, risk, scan

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time"),
]


def beside(work: Callable[[], object]) -> threading.Thread:
    """`work` on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_an_event_verified_while_the_unit_is_judged_is_seen_or_noted_anew() -> None:
    unit = make_enterprise(territorial_body=make_body_tree()["330402"])
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    begun = CandidateScan.objects.create(run_on=TODAY, year=2026, started_at=NOON)
    with transaction.atomic():
        risk(unit)  # not committed yet; its note is locked
        judging = beside(lambda: judge_units(scan_id=begun.pk, unit_ids=[unit.pk], acting=by(None)))
        time.sleep(0.5)
    judging.join(timeout=20)
    assert found(unit) is not None or ListingWatch.objects.filter(enterprise=unit, next_on__lte=TODAY).exists()


def test_a_note_written_while_the_unit_is_judged_stays() -> None:
    unit = make_enterprise(territorial_body=make_body_tree()["330402"])
    look_again(enterprise_ids=[unit.pk], on=TODAY)
    begun = CandidateScan.objects.create(run_on=TODAY, year=2026, started_at=NOON)
    with transaction.atomic():
        judge_units(scan_id=begun.pk, unit_ids=[unit.pk], acting=by(None))
        noting = beside(lambda: rate(unit, "high"))
        time.sleep(0.5)
    noting.join(timeout=20)
    assert ListingWatch.objects.get(enterprise=unit).next_on == TODAY
    scan()
    assert found(unit).proposed_level == "special"


def test_who_keeps_a_candidate_while_it_is_overtaken_is_told_or_wins() -> None:
    county = make_body_tree()["330402"]
    unit, admin = make_enterprise(territorial_body=county), make_user("孙悦", "list_admin", county)
    risk(unit)
    scan()
    candidate = found(unit)
    rate(unit, "high")
    begun = CandidateScan.objects.create(run_on=TODAY, year=2026, started_at=NOON)
    with transaction.atomic():
        keep_candidate(candidate_id=candidate.pk, opinion="", acting=by(admin))
        judging = beside(lambda: judge_units(scan_id=begun.pk, unit_ids=[unit.pk], acting=by(None)))
        time.sleep(0.5)
    judging.join(timeout=20)
    states = sorted(ListCandidate.objects.filter(enterprise=unit).values_list("state", flat=True))
    assert states == ["kept"]
