"""Rehearse a draft on a registry: `python benchmarks/rehearsal.py [UNITS]`, on a fresh database of its own.

The draft restates the national form with higher bounds, so every classified unit is judged, and moves the tiers, so
every unit is. Beside it stands its peer, measured on some of the same units: one after the other, each with queries of
its own and the services' own functions, as one would write it first. The ratio is ours / peer, by unit and clock.

Memory is the peak of what Python allocated above the beginning, for the first tenth of the units and for all: it must
not grow with the registry. Fails (exit 1) where 100,000 units would take more than LIMIT_MINUTES, or memory doubles.
"""

import os
import random
import resource
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.acting import Acting  # noqa: E402
from cases.models import (  # noqa: E402
    Answer,
    Body,
    Case,
    ClassRecord,
    Enterprise,
    Inspection,
    PackDraft,
    Product,
    Rehearsal,
    TierRecord,
    User,
)
from cases.packs.classifying import classifying_pack  # noqa: E402
from cases.packs.drafting import Beginning, copied_text, sha256_of  # noqa: E402
from cases.packs.loader import load_pack, packaged_text  # noqa: E402
from cases.rules.adjust import reviewed_class  # noqa: E402
from cases.rules.mode import mode_of  # noqa: E402
from cases.rules.quality_class import class_of  # noqa: E402
from cases.services.load_bodies import load_bodies  # noqa: E402
from cases.services.rehearse_pack import rehearse, rehearsed_pack  # noqa: E402
from cases.services.tier_enterprise import tiering_of  # noqa: E402
from tests.factories import make_uscc  # noqa: E402

LIMIT_MINUTES = 10
BATCH = 2_000
PEERS = 300
ITEMS = [str(number) for number in range(1, 20)]
UNSTARRED = [item for item in ITEMS if item not in ("1", "2", "12", "14", "15", "16", "17")]
NATIONAL = "national-2012@1"
CHANGES = (
    ("bounds: {A: 9/10, B: 6/10}", "bounds: {A: 19/20, B: 7/10}"),
    ("C: {headcount: 20, revenue_wan: 300}", "C: {headcount: 40, revenue_wan: 600}"),
)


def fill(units: int) -> None:
    """Units all over the province, two of three classified, each with the answers behind its class."""
    random.seed(33)
    user = User.objects.create(username="bench", name="bench")
    towns = list(Body.objects.filter(level="township"))
    now, rule = timezone.now(), classifying_pack(NATIONAL)
    for start in range(0, units, BATCH):
        numbers = range(start, min(units, start + BATCH))
        rows = Enterprise.objects.bulk_create(unit(number, random.choice(towns), now) for number in numbers)
        TierRecord.objects.bulk_create(tier_record(row, now) for row in rows)
        Product.objects.bulk_create(
            Product(enterprise=row, name="童车", risk_level=random.choice(["I", "II", "III"])) for row in rows
        )
        classified = [row for row in rows if row.pk % 3]
        cases = Case.objects.bulk_create(
            Case(
                number=f"案{row.pk}", enterprise=row, body=row.territorial_body, territorial_body=row.territorial_body,
                planned_on=date(2026, 3, 1), status="closed", pack=NATIONAL, opened_at=now, opened_by=user,
            )
            for row in classified
        )  # fmt: skip
        inspections = Inspection.objects.bulk_create(Inspection(case=case, submitted_at=now) for case in cases)
        failing = [set(random.sample(UNSTARRED, random.randint(0, 10))) for _case in cases]
        Answer.objects.bulk_create(answers(inspections, failing), batch_size=BATCH)
        records = []
        for case, fails in zip(cases, failing, strict=True):
            outcome = class_of(rule=rule.classes, answers={i: "fail" if i in fails else "pass" for i in ITEMS})
            mode = rule.modes.cells[outcome.quality_class]["III"].mode
            records.append(
                ClassRecord(
                    enterprise=case.enterprise, case=case, quality_class=outcome.quality_class, mode=mode,
                    pack=NATIONAL, valid_from=date(2026, 4, 1), next_review_on=date(2027, 4, 1),
                )
            )  # fmt: skip
        ClassRecord.objects.bulk_create(records)


def unit(number: int, town: Body, now: object) -> Enterprise:
    return Enterprise(
        uscc=make_uscc(number % 10_000, town.region_code, kind=f"9{number // 10_000}"), name=f"测试{number}号公司",
        makes=True, headcount=number % 1500, revenue_wan=Decimal(number * 7 % 50_000), region_code=town.code,
        territorial_body=town, tier_body=town, first_entry_reason="onsite_check", first_entered_on=date(2026, 1, 1),
        updated_at=now,
    )  # fmt: skip


def tier_record(row: Enterprise, now: object) -> TierRecord:
    tiering = tiering_of(row, row.territorial_body, load_pack("samr-2023-38", 1), lambda body, level: body)
    row.tier = tiering.tier
    return tiering.record(row, now)  # type: ignore[arg-type]


def answers(inspections: list[Inspection], failing: list[set[str]]) -> Iterator[Answer]:
    for inspection, fails in zip(inspections, failing, strict=True):
        for item in ITEMS:
            yield Answer(inspection=inspection, item=item, value="fail" if item in fails else "pass")


def drafted() -> Rehearsal:
    """A rehearsal of the province that waits."""
    province, now = Body.objects.get(code="330000"), timezone.now()
    head = Beginning("330000-bench", 1, "试用", "330000", date(2030, 1, 1))
    text = copied_text(packaged_text("national-2012", 1) or "", load_pack("national-2012", 1), head)
    samr = packaged_text("samr-2023-38", 1) or ""
    text += samr[samr.index("tiers:\n") : samr.index("\nlisting:")]
    for old, new in CHANGES:
        assert old in text
        text = text.replace(old, new)
    user = User.objects.get(username="bench")
    draft = PackDraft.objects.create(
        body=province, code="330000-bench", title="试用", text=text, created_by=user, created_at=now, updated_at=now
    )
    return Rehearsal.objects.create(
        draft=draft, body=province, text=text, sha256=sha256_of(text), on=date(2026, 11, 18), requested_by=user,
        requested_at=now,
    )  # fmt: skip


def peer(rehearsal: Rehearsal) -> float:
    """Seconds a unit, judged one by one with queries of its own."""
    draft, old = rehearsed_pack(rehearsal), classifying_pack(NATIONAL)
    started = time.perf_counter()
    for row in Enterprise.objects.order_by("?")[:PEERS]:
        for pack in (load_pack("samr-2023-38", 1), draft):
            tiering_of(row, row.territorial_body, pack)
        record = ClassRecord.objects.filter(enterprise=row, valid_to__isnull=True).first()
        if record is None:
            continue
        inspection = Inspection.objects.get(case=record.case, round=record.case.round)
        given = {answer.item: answer.value for answer in inspection.answers.all()}
        levels = [product.risk_level for product in row.products.filter(is_main=True)]
        for classes, modes, adjust in (
            (old.classes, old.modes, old.adjustment),
            (draft.classes, draft.modes, draft.adjustment),
        ):
            assert classes is not None
            assert modes is not None
            assert adjust is not None
            found = class_of(rule=classes, answers=given)
            after = reviewed_class(rule=adjust, previous=record.quality_class, result=found.quality_class)
            mode_of(table=modes, quality_class=after.quality_class, product_levels=levels)
    return (time.perf_counter() - started) / PEERS


def main() -> None:
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    call_command("migrate", verbosity=0)
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    fill(units)
    rehearsal = drafted()
    each = peer(rehearsal)
    tracemalloc.start()
    rehearse(rehearsal.pk, chunks=max(1, units // 10_000))
    tenth = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    reset_queries()
    rest = units - Rehearsal.objects.get(pk=rehearsal.pk).done
    started = time.perf_counter()
    rehearse(rehearsal.pk, chunks=units)
    seconds = (time.perf_counter() - started) / rest * units
    again = drafted()
    with CaptureQueriesContext(connection) as queries:
        rehearse(again.pk, chunks=1)
    tracemalloc.start()
    rehearse(again.pk, chunks=units)
    whole = tracemalloc.get_traced_memory()[1]
    done = Rehearsal.objects.get(pk=rehearsal.pk)
    changes = done.changes.count()
    print(f"{connection.vendor}: {done.done} units, {changes} changes: {seconds:.1f} s")
    print(f"{seconds / units * 1e6:.0f} µs each; one by one {each * 1e6:.0f} µs; ratio {seconds / units / each:.2f}")
    print(f"queries of a leg with one chunk: {len(queries)}; 100,000 units: {seconds / units * 100_000 / 60:.1f} min")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {tenth / 1e6:.0f} MB for the first tenth, {whole / 1e6:.0f} MB for all; the process {peak:.0f} MB")
    sys.exit(seconds / units * 100_000 > LIMIT_MINUTES * 60 or whole > 2 * tenth)


if __name__ == "__main__":
    main()
