"""Time and memory of imports: `python benchmarks/import_enterprises.py [ROWS …]` (10000 100000), a database each.

Every size runs in a process of its own, so that one's memory is not another's. `DATABASE_URL` names a PostgreSQL
database, which is emptied; without it each run has an SQLite file of its own.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMIT_SECONDS_A_ROW = 0.006
"""Of processor time: the clock says more of what else runs."""
LIMIT_GROWTH = 1.3
"""How many times the memory of the smallest file the largest may need."""


def peak() -> float:
    """Most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def uscc_of(number: int) -> str:
    """A code with both check digits right; no two numbers share an organisation, which would ask for a person."""
    from cases.rules.uscc import check_digit, organisation_digit

    organisation = f"MA{number:06d}"
    first = f"91330402{organisation}{organisation_digit(organisation)}"
    return first + check_digit(first)


def workbook(rows: int, regions: list[str]) -> bytes:
    """A file of `rows` units all over the province."""
    from cases.services.import_kinds.unit_columns import COLUMNS
    from cases.services.write_workbook import write_workbook

    names = [column.name for column in COLUMNS]

    def values(number: int) -> list[str | int]:
        given: dict[str, str | int] = {column.name: column.sample for column in COLUMNS}
        region = regions[number % len(regions)]
        code = uscc_of(number)
        given |= {"uscc": code, "name": f"测试{number}号公司", "region_code": region}
        given |= {"headcount": number % 1500, "revenue_wan": number * 7 % 50_000}
        return [given[name] for name in names]

    header = [column.zh for column in COLUMNS]
    sheet = ("企业", header, (values(number) for number in range(rows)), [12] * len(header))
    with write_workbook([sheet]) as file:
        return file.read()


def prepare(rows: int) -> Path:
    """An empty database with the bodies of a province, and the file."""
    from django.core.management import call_command
    from django.utils import timezone

    from cases.acting import Acting
    from cases.models import Body
    from cases.services.load_bodies import load_bodies

    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    regions = list(Body.objects.filter(level__in=["county", "township"]).values_list("code", flat=True))
    path = Path(os.environ["VAR_DIR"]) / f"{rows}.xlsx"
    path.write_bytes(workbook(rows, regions))
    return path


def run(path: Path, name: str) -> None:
    """Import the file once; prints what it took."""
    from django.db import connection
    from django.utils import timezone

    from cases.acting import Acting
    from cases.models import Body
    from cases.services.import_records import run_import, start_import

    if connection.vendor == "sqlite":  # its page cache, 64 MB in the settings, fills as the database grows
        connection.cursor().execute("PRAGMA cache_size=-2000")
    acting = Acting(user=None, at=timezone.now())
    body = Body.objects.get(code="330000")
    content = path.read_bytes()
    started, worked = time.perf_counter(), time.process_time()
    batch = start_import(body=body, filename=path.name, content=content, strict=False, acting=acting, background=False)
    before = peak()
    done = run_import(batch_id=batch.pk, acting=acting)
    seconds, processor = time.perf_counter() - started, time.process_time() - worked
    counts = f"created {done.created}, updated {done.updated}, unchanged {done.unchanged}, rejected {done.rejected}"
    size = f"{done.total} rows, {len(content) / 1e6:.1f} MB"
    print(
        f"{connection.vendor} {name}: {size}, {seconds:.1f} s by the clock, {processor:.1f} s of processor ({counts})"
    )
    print(f"MEMORY {before:.0f} {peak():.0f} {processor / max(done.total, 1):.5f}", flush=True)


def in_child(*arguments: str) -> tuple[float, float]:
    """Run one step in a process of its own; its peak in MB and the seconds a row."""
    command = [sys.executable, __file__, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    *told, memory = ended.stdout.strip().splitlines() or [""]
    for line in told:
        print(f"  {line}")
    if not memory.startswith("MEMORY"):
        return 0.0, 0.0
    before, most, seconds = memory.split()[1:]
    print(f"  peak memory {most} MB, of which {before} MB before the first row")
    return float(most), float(seconds)


def measure(rows: int) -> tuple[float, float]:
    """Both imports of a file of this size; the worse memory and time."""
    os.environ["VAR_DIR"] = tempfile.mkdtemp()
    in_child("prepare", str(rows))
    first = in_child("run", str(rows), "first")
    again = in_child("run", str(rows), "same again")
    return max(first[0], again[0]), max(first[1], again[1])


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    found = {}
    for rows in sizes:
        print(f"{rows} rows")
        found[rows] = measure(rows)
    growth = found[max(sizes)][0] / found[min(sizes)][0]
    print(f"memory of {max(sizes)} rows beside {min(sizes)}: × {growth:.2f}")
    slow = any(seconds > LIMIT_SECONDS_A_ROW for _memory, seconds in found.values())
    sys.exit(1 if growth > LIMIT_GROWTH or slow else 0)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if sys.argv[1:2] == ["prepare"]:
        import django

        django.setup()
        prepare(int(sys.argv[2]))
    elif sys.argv[1:2] == ["run"]:
        import django

        django.setup()
        run(Path(os.environ["VAR_DIR"]) / f"{sys.argv[2]}.xlsx", sys.argv[3])
    else:
        main()
