"""The province's cockpit over 100,000 units: `python benchmarks/cockpit_scale.py [UNITS] [--queries]`.

Builds a throwaway test database where DATABASE_URL points (default SQLite): the units all over the province, three in
five classified, a case for each of these of which two in three have ended, as many periods as cases with their ledger,
one rectification order in eight. The peer, in the same database and run, is the one count that no cockpit can do
without: the units grouped by place, class and operation. Figures are medians of TIMES;
`--queries` says how long each query takes. Exits 1 where the cockpit costs more than LIMIT times its peer.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as day_time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.db import connection  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.acting import LEGAL_ZONE, Acting, legal_date  # noqa: E402
from cases.models import (  # noqa: E402
    Body,
    Case,
    ClassRecord,
    Deadline,
    DeadlineEntry,
    Enterprise,
    RectificationOrder,
    RectificationReport,
    User,
)
from cases.selectors.cockpit import cockpit_of  # noqa: E402
from cases.selectors.cockpit_then import cockpit_then  # noqa: E402
from cases.selectors.deadlines import in_area, visible_deadlines  # noqa: E402
from cases.selectors.overseen import overseen, places_of  # noqa: E402
from cases.services.load_bodies import load_bodies  # noqa: E402
from tests.factories import make_uscc, make_user  # noqa: E402

LIMIT = 20.0
TIMES = 7
BATCH = 5000
CLASSES = ("A", "A", "B", "B", "B", "C")


def noon(day: date) -> datetime:
    return datetime.combine(day, day_time(12), LEGAL_ZONE)


def units_of(units: int, bodies: list[Body], today: date) -> list[Enterprise]:
    rows = []
    for number in range(units):
        body = bodies[number % len(bodies)]
        classified = number % 5 < 3
        rows.append(
            Enterprise(
                uscc=f"{make_uscc(number % 9999, body.region_code)[:8]}{number:010d}",
                name=f"测试{number}号公司",
                makes=True,
                region_code=body.region_code,
                territorial_body=body,
                tier_body=body,
                tier="C",
                quality_class=CLASSES[number % 6] if classified else "",
                status="active" if number % 20 else "dormant",
                first_entry_reason="onsite_check",
                first_entered_on=today,
                updated_at=timezone.now(),
            )
        )
    return Enterprise.objects.bulk_create(rows, batch_size=BATCH)


def build(units: int, bodies: list[Body], today: date) -> None:
    """A case, a class, a period with its ledger for three units in five; spread over two years."""
    chosen = [unit for unit in units_of(units, bodies, today) if unit.quality_class]
    begun = [today - timedelta(days=number * 7 % 700 + 1) for number in range(len(chosen))]
    cases = Case.objects.bulk_create(
        [
            Case(
                number=f"测检〔2026〕{number}号", enterprise=unit, body=unit.territorial_body, pack="national-2012@1",
                territorial_body=unit.territorial_body, planned_on=day, opened_at=noon(day),
                status="closed" if number % 3 else "rectifying",
                closed_at=noon(min(today, day + timedelta(days=60))) if number % 3 else None,
            )
            for number, (unit, day) in enumerate(zip(chosen, begun, strict=True))
        ],
        batch_size=BATCH,
    )  # fmt: skip
    ClassRecord.objects.bulk_create(
        [
            ClassRecord(
                enterprise=case.enterprise, case=case, quality_class=case.enterprise.quality_class, mode="routine",
                pack="national-2012@1", valid_from=day, next_review_on=day + timedelta(days=365),
            )
            for case, day in zip(cases, begun, strict=True)
        ],
        batch_size=BATCH,
    )  # fmt: skip
    clocks = Deadline.objects.bulk_create([_clock(case, today) for case in cases], batch_size=BATCH)
    begun_on = [(each, "started", each.start_on, None, each.due_on) for each in clocks]
    met_on = [(each, "met", each.met_on, each.due_on, None) for each in clocks if each.met_on]
    entries = [
        DeadlineEntry(deadline=each, event=event, on=on, due_before=before, due_after=after, at=noon(on))
        for each, event, on, before, after in [*begun_on, *met_on]
    ]
    DeadlineEntry.objects.bulk_create(entries, batch_size=BATCH)
    orders = RectificationOrder.objects.bulk_create(
        [
            RectificationOrder(
                case=case, attempt=1, days=15, legal_basis="第十八条", issued_on=legal_date(case.opened_at),
                served_on=legal_date(case.opened_at), due_on=legal_date(case.opened_at) + timedelta(days=15),
            )
            for case in cases[::8]
        ],
        batch_size=BATCH,
    )  # fmt: skip
    RectificationReport.objects.bulk_create(
        [
            RectificationReport(order=each, via="officer", submitted_at=noon(each.due_on - timedelta(days=2)))
            for each in orders[::2]
            if each.due_on and each.due_on <= today
        ],
        batch_size=BATCH,
    )


def _clock(case: Case, today: date) -> Deadline:
    start = legal_date(case.opened_at)
    due = start + timedelta(days=15 if case.pk % 40 else 600)
    met = min(today, due + timedelta(days=case.pk % 30 - 20))
    over = due + timedelta(days=10) < today and case.pk % 50 != 0
    return Deadline(
        case=case, rule="rectification", subject=f"order:{case.pk}", basis="第十八条", source_tag="A", amount=15,
        unit="day", start_on=start, due_on=due, accountable_body=case.territorial_body,
        state="met" if over else "running", met_on=max(start, met) if over else None,
    )  # fmt: skip


def timed(what: str, work: Callable[[], Any]) -> float:
    """Median seconds of the processor."""
    work()
    clock, processor = [], []
    for _time in range(TIMES):
        started, worked = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - started)
        processor.append(time.process_time() - worked)
    print(f"{what:44} {median(clock) * 1000:8.0f} ms by the clock {median(processor) * 1000:8.0f} ms of the processor")
    return median(processor)


def peer() -> None:
    rows = Enterprise.objects.order_by().values_list("territorial_body__position", "quality_class", "status")
    list(rows.annotate(number=Count("pk")))


def run(units: int, queries: bool) -> float:
    today = legal_date(timezone.now())
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    build(units, list(Body.objects.filter(level__in=["county", "township"]).order_by("pk")), today)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    overseer = make_user("overseer", "overseer", Body.objects.get(level="province"))
    key = overseer.pk

    def ask(last: date | None = None) -> None:
        user = User.objects.get(pk=key)
        seen = overseen(user, "")
        local = in_area(visible_deadlines(user, "view_oversight"), seen.narrowing)
        if last is None:
            cockpit_of(user, seen, local, today)
        else:
            cockpit_then(user, seen, local, last)
        places_of(seen)

    plain = timed("peer: units by place, class and operation", peer)
    whole = timed(f"the cockpit of a province of {units:,} units", ask)
    first = (today.replace(day=1) - timedelta(days=150)).replace(day=1)
    timed("the same some five months back", lambda: ask(first - timedelta(days=1)))
    if queries:
        with CaptureQueriesContext(connection) as captured:
            ask()
        for query in captured:
            print(f"{float(query['time']) * 1000:8.0f} ms  {query['sql'][:1600]}\n")
    return whole / plain


def main() -> None:
    given = [each for each in sys.argv[1:] if each.isdecimal()]
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        ratio = run(int(given[0]) if given else 100_000, "--queries" in sys.argv)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    print(f"{connection.vendor}: cockpit / peer = {ratio:.2f}; fails above {LIMIT}")
    if ratio > LIMIT:
        sys.exit(1)


if __name__ == "__main__":
    main()
