"""How long 10,000 rows take: `python benchmarks/import_enterprises.py [ROWS]`, on a fresh database of its own."""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from cases.acting import Acting  # noqa: E402
from cases.models import Body  # noqa: E402
from cases.services.import_columns import COLUMNS  # noqa: E402
from cases.services.import_enterprises import run_import, start_import  # noqa: E402
from cases.services.load_bodies import load_bodies  # noqa: E402
from cases.services.write_workbook import write_workbook  # noqa: E402
from tests.factories import make_uscc  # noqa: E402

LIMIT_SECONDS = 60


def workbook(rows: int, regions: list[str]) -> bytes:
    """A file of `rows` units all over the province."""
    names = [column.name for column in COLUMNS]

    def values(number: int) -> list[str | int]:
        given: dict[str, str | int] = {column.name: column.sample for column in COLUMNS}
        region = regions[number % len(regions)]
        given |= {"uscc": make_uscc(number, region[:6]), "name": f"测试{number}号公司", "region_code": region}
        given |= {"headcount": number % 1500, "revenue_wan": number * 7 % 50_000}
        return [given[name] for name in names]

    header = [column.zh for column in COLUMNS]
    sheet = ("企业", header, (values(number) for number in range(rows)), [12] * len(header))
    with write_workbook([sheet]) as file:
        return file.read()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    call_command("migrate", run_syncdb=True, verbosity=0)
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    regions = list(Body.objects.filter(level__in=["county", "township"]).values_list("code", flat=True))
    content = workbook(rows, regions)
    print(f"{connection.vendor}: {rows} rows, {len(content) / 1e6:.1f} MB, {len(regions)} regions")
    for name in ("first", "same again"):
        started = time.perf_counter()
        acting = Acting(user=None, at=timezone.now())
        body = Body.objects.get(code="330000")
        batch = start_import(
            body=body, filename="bench.xlsx", content=content, strict=False, acting=acting, background=False
        )
        done = run_import(batch_id=batch.pk, acting=acting).batch
        seconds = time.perf_counter() - started
        counts = f"created {done.created}, updated {done.updated}, unchanged {done.unchanged}, rejected {done.rejected}"
        print(f"{name}: {seconds:.1f} s ({counts})")
        if seconds > LIMIT_SECONDS:
            sys.exit(1)


if __name__ == "__main__":
    main()
