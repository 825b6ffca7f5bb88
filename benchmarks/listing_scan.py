"""The monthly scan over 100,000 units of which 1,000 changed: `python benchmarks/listing_scan.py [UNITS] [CHANGED]`.

Builds a throwaway test database where DATABASE_URL points (default SQLite). The scan is timed three times: with a tenth
of the units, with all of them, and with a tenth of the changes, so that one sees what its cost follows. The peer is the
naive way, in the same database and run: judge every unit there is, with the same rule and the same bulk queries, and
write nothing. Exits 1 where the scan of CHANGED units among UNITS takes more than LIMIT_SECONDS.
"""

import os
import sys
import tempfile
import time
from datetime import date, timedelta
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.acting import Acting, legal_date  # noqa: E402
from cases.models import Body, CandidateScan, CreditRating, Enterprise, ListingWatch, RiskEvent, UnitKind  # noqa: E402
from cases.selectors.listing_facts import facts_of, verdict_of  # noqa: E402
from cases.services.listing_watch import look_again  # noqa: E402
from cases.services.load_bodies import load_bodies  # noqa: E402
from cases.services.scan_candidates import STRETCH, finish_scan, run_scan  # noqa: E402
from tests.factories import make_uscc  # noqa: E402

LIMIT_SECONDS = 10.0
BATCH = 5000
_numbers = count(1)


def build(units: int, bodies: list[Body], today: date) -> list[int]:
    """So many units all over the province, one in twenty with an old risk, one in ten rated; answers their keys."""
    now = timezone.now()
    rows = []
    for number in (next(_numbers) for _unit in range(units)):
        body = bodies[number % len(bodies)]
        rows.append(
            Enterprise(
                uscc=f"{make_uscc(number % 9999, body.region_code)[:8]}{number:010d}",
                name=f"测试{number}号公司",
                makes=True,
                sells_retail=number % 3 == 0,
                region_code=body.region_code,
                territorial_body=body,
                tier_body=body,
                tier="C",
                first_entry_reason="onsite_check",
                first_entered_on=today,
                updated_at=now,
            )
        )
    keys = [row.pk for row in Enterprise.objects.bulk_create(rows, batch_size=BATCH)]
    add_risks(keys[::20], today - timedelta(days=300), resolved_on=today - timedelta(days=200))
    CreditRating.objects.bulk_create(
        [CreditRating(enterprise_id=key, credit_risk="general", valid_from=date(2026, 1, 1)) for key in keys[::10]],
        batch_size=BATCH,
    )
    return keys


def add_risks(keys: list[int], on: date, resolved_on: date | None = None) -> None:
    RiskEvent.objects.bulk_create(
        [
            RiskEvent(
                enterprise_id=key,
                kind="sampling_failed",
                title="监督抽查不合格",
                facts="不合格。",
                occurred_on=on,
                level="larger",
                state="verified",
                confirmed_on=on,
                resolved_on=resolved_on,
                reported_at=timezone.now(),
                fingerprint=f"{next(_numbers):064d}",
            )
            for key in keys
        ],
        batch_size=BATCH,
    )


def change(keys: list[int], today: date) -> None:
    """A larger risk verified for each, and each noted for the next scan."""
    add_risks(keys, today)
    for start in range(0, len(keys), STRETCH):
        look_again(enterprise_ids=keys[start : start + STRETCH], on=today)


def timed_scan(what: str) -> float:
    """One whole scan of what was noted; seconds."""
    acting = Acting(user=None, at=timezone.now())
    scan = CandidateScan.objects.create(run_on=acting.today, year=acting.today.year, started_at=acting.at)
    started = time.perf_counter()
    run_scan(scan_id=scan.pk, acting=acting)
    finish_scan(scan_id=scan.pk, acting=acting)
    seconds = time.perf_counter() - started
    scan.refresh_from_db()
    print(f"{what:44} {seconds:7.2f} s   {scan.looked_at:6} judged, {scan.found:6} found")
    return seconds


def timed_peer(today: date) -> float:
    """Judge every unit there is; seconds."""
    started = time.perf_counter()
    keys = list(Enterprise.objects.order_by("pk").values_list("pk", flat=True))
    levels = 0
    for start in range(0, len(keys), STRETCH):
        for facts in facts_of(keys[start : start + STRETCH], today).values():
            for kind in UnitKind.values:
                levels += verdict_of(facts, kind, today).outcome.level != "none"
    seconds = time.perf_counter() - started
    print(f"{'naive: every unit, nothing written':44} {seconds:7.2f} s   {len(keys):6} judged, {levels:6} to list")
    return seconds


def run(units: int, changed: int) -> float:
    today = legal_date(timezone.now())
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    bodies = list(Body.objects.filter(level__in=["county", "township"]).order_by("pk"))
    few = build(units // 10, bodies, today)
    ListingWatch.objects.all().delete()
    change(few[:changed], today)
    small = timed_scan(f"{changed} changed of {units // 10}")
    many = build(units - units // 10, bodies, today)
    change(many[:changed], today)
    seconds = timed_scan(f"{changed} changed of {units}")
    change(many[changed : changed + changed // 10], today)
    less = timed_scan(f"{changed // 10} changed of {units}")
    timed_scan("nothing changed")
    peer = timed_peer(today)
    print(f"ten times the units cost {seconds / small:.2f} times, a tenth of the changes {less / seconds:.2f} times")
    print(f"{connection.vendor}: scan / naive = {seconds / peer:.3f}")
    return seconds


def main() -> None:
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    changed = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        seconds = run(units, changed)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    if seconds > LIMIT_SECONDS:
        sys.exit(1)


if __name__ == "__main__":
    main()
