"""Inbox and queue with 200,000 open steps in one province: `python benchmarks/inbox_scale.py [ROWS] [--plans]`.

Builds a throwaway test database where DATABASE_URL points (default SQLite), fills it with bulk rows and times what a
county inspector, a city officer and a province officer ask of `workflow/selectors/work.py` and `worklist.py`. The peer
is what the same person would get from viewflow's own `Task.objects` querysets in the same database, with one
object permission a body, for it knows no subtree. Milliseconds are medians; the ratio is ours / stock, below 1 is
faster. Exits 1 where a first page takes longer than LIMIT_MS: a missing index shows so on any machine.
"""

import os
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["VAR_DIR"] = tempfile.mkdtemp()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402

django.setup()

from django.contrib.auth.models import Permission  # noqa: E402
from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import QuerySet  # noqa: E402
from django.utils import timezone  # noqa: E402
from guardian.models import UserObjectPermission  # noqa: E402
from viewflow.workflow.models import Process, Task  # noqa: E402
from viewflow.workflow.status import STATUS  # noqa: E402

from cases.acting import Acting, legal_date  # noqa: E402
from cases.models import Body, Case, Enterprise, User  # noqa: E402
from cases.selectors.scope import may  # noqa: E402
from cases.services.load_bodies import load_bodies  # noqa: E402
from cases.views.paging import BoundedPaginator  # noqa: E402
from tests.factories import give_post, make_enterprise  # noqa: E402
from workflow.flows.main_supervision import MainSupervisionFlow  # noqa: E402
from workflow.models import WorkItem  # noqa: E402
from workflow.selectors.work import PERMISSIONS, taken_by, waiting_for  # noqa: E402
from workflow.selectors.worklist import areas_of, tally_of  # noqa: E402
from workflow.steps import STEPS  # noqa: E402

Work = Callable[[User], object]

LIMIT_MS = 1000
ROWS_A_PAGE = 20
TIMES = 9
BATCH = 4000
ENTERPRISES = 3000
MIX = ("inspect",) * 6 + ("propose_class",) * 3 + ("countersign",) * 2 + ("report_rectification",) * 3 + (
    "approve_inspection", "assign_inspectors", "decide_grassroots", "decide_grassroots", "forward_filing",
    "file_province", "file_province", "hold_interview", "serve_order", "serve_order", "return_visit", "close_case",
)  # fmt: skip
WAITING_ANYWAY = 0.4
"""Share of the inspectors' steps that nobody has taken, say because an inspector was deactivated."""


@dataclass(frozen=True)
class Person:
    title: str
    user: User


def grant_like_stock(user: User) -> None:
    """The person's reach as guardian's generic rows: one a permission and body."""
    content_type = ContentType.objects.get_for_model(Body)
    bodies = list(Body.objects.all())
    UserObjectPermission.objects.bulk_create(
        [
            UserObjectPermission(user=user, permission=permission, content_type=content_type, object_pk=str(body.pk))
            for permission in Permission.objects.filter(content_type=content_type, codename__in=PERMISSIONS)
            for body in bodies
            if may(user, permission.codename, body)
        ],
        batch_size=BATCH,
    )


def settle() -> tuple[list[Person], dict[int, list[User]]]:
    """The three people measured, and the inspectors of every county by the county's key."""
    load_bodies(province="33", acting=Acting(user=None, at=timezone.now()))
    inspectors: dict[int, list[User]] = {}
    for county in Body.objects.filter(level="county"):
        inspectors[county.pk] = [
            User.objects.create(username=f"{county.code}-{number}", name=f"检查员{number}") for number in range(3)
        ]
    county = Body.objects.get(code="330402")
    give_post(inspectors[county.pk][0], "inspector", county)
    officers = [Person("county inspector", inspectors[county.pk][0])]
    for title, role, code in (
        ("city officer", "city_officer", "330400"),
        ("province officer", "province_officer", "330000"),
    ):
        user = User.objects.create(username=role, name=title)
        give_post(user, role, Body.objects.get(code=code))
        officers.append(Person(title, user))
    for person in officers:
        grant_like_stock(person.user)
    return officers, inspectors


def cases_of(rows: int, random: Random) -> list[Case]:
    """As many cases, spread over the province's offices; one open step each."""
    offices = list(Body.objects.filter(level="township").select_related("parent"))
    enterprises = [make_enterprise(territorial_body=random.choice(offices)) for _number in range(ENTERPRISES)]
    classes = cycle(("AA", "A", "B", "C", ""))
    for enterprise in enterprises:
        enterprise.quality_class = next(classes)
    Enterprise.objects.bulk_update(enterprises, ["quality_class"], batch_size=500)
    opener = User.objects.first()
    now = timezone.now()
    return Case.objects.bulk_create(
        [
            Case(
                number=f"案{number:07d}",
                enterprise=enterprise,
                body=enterprise.territorial_body.parent,
                territorial_body=enterprise.territorial_body,
                planned_on=legal_date(now),
                status="assigned",
                pack="national-2012@1",
                opened_at=now - timedelta(days=random.randrange(90)),
                opened_by=opener,
            )
            for number, enterprise in enumerate(islice(cycle(enterprises), rows))
        ],
        batch_size=BATCH,
    )


def fill(rows: int, inspectors: dict[int, list[User]]) -> None:
    """`rows` open steps with the engine's tasks beneath them."""
    random = Random(33)
    today = legal_date(timezone.now())
    cases = cases_of(rows, random)
    processes = Process.objects.bulk_create(
        [Process(flow_class=MainSupervisionFlow, status="NEW") for _case in cases], batch_size=BATCH
    )
    tasks, items = [], []
    content_type = ContentType.objects.get_for_model(Body)
    for case, process in zip(cases, processes, strict=True):
        step = STEPS[random.choice(MIX)]
        body = step.body(case) if step.code not in ("forward_filing", "file_province") else _above(case, step.code)
        owned = step.code in ("inspect", "propose_class", "countersign", "report_rectification")
        owned = owned and random.random() > WAITING_ANYWAY
        owner = random.choice(inspectors[case.body_id]) if owned and case.body_id in inspectors else None
        tasks.append(
            Task(
                process=process,
                flow_task=getattr(MainSupervisionFlow, step.code),
                flow_task_type="HUMAN",
                status=STATUS.ASSIGNED if owner else STATUS.NEW,
                owner=owner,
                owner_permission=f"cases.{step.permission}",
                owner_permission_content_type=content_type,
                owner_permission_obj_pk=str(body.pk),
            )
        )
        items.append((case, process, step, body, owner, today + timedelta(days=random.randrange(-20, 40))))
    Task._default_manager.bulk_create(tasks, batch_size=BATCH)
    WorkItem.objects.bulk_create(_work(tasks, items), batch_size=BATCH)


def _work(tasks: list[Task], items: list[tuple]) -> Iterator[WorkItem]:
    for task, (case, process, step, body, owner, due_on) in zip(tasks, items, strict=True):
        yield WorkItem(
            task=task, process=process, case=case, step=step.code, permission=step.permission, body=body,
            owner=owner, created_at=task.created, due_on=due_on,
        )  # fmt: skip


_bodies: dict[str, Body] = {}


def _above(case: Case, step: str) -> Body:
    """The city or the province of a county's case, without a query a case."""
    code = case.body.code[:4] + "00" if step == "forward_filing" else case.body.code[:2] + "0000"
    if not _bodies:
        _bodies.update({body.code: body for body in Body.objects.filter(level__in=["province", "city"])})
    return _bodies.get(code, _bodies["330000"])


def ms(work: Work, user: User) -> float:
    """Median of some runs; the person is read anew each time, as a request does, so grants are read too."""
    taken = []
    for _time in range(TIMES):
        started = time.perf_counter()
        work(User.objects.get(pk=user.pk))
        taken.append((time.perf_counter() - started) * 1000)
    return median(taken)


def stock_queue(user: User) -> QuerySet[Task]:
    """`Task.objects.queue` without asking whether the person sees the flow at all."""
    return (
        Task.objects.coerce_for([MainSupervisionFlow]).user_queue(user).filter(status=STATUS.NEW).order_by("-created")
    )


def stock_inbox(user: User) -> QuerySet[Task]:
    tasks = Task.objects.coerce_for([MainSupervisionFlow])
    return tasks.filter(owner=user, status=STATUS.ASSIGNED).order_by("-created")


def first_page(rows: QuerySet[Any]) -> list[Any]:
    return list(rows[:ROWS_A_PAGE])


def measured(today: date) -> list[tuple[str, Work, Work | None]]:
    """What is measured: name, ours, stock's."""
    return [
        ("inbox, first page", lambda u: first_page(taken_by([u])), lambda u: first_page(stock_inbox(u))),
        ("inbox, how many", lambda u: BoundedPaginator(taken_by([u]), 20).count, lambda u: stock_inbox(u).count()),
        ("queue, first page", lambda u: first_page(waiting_for([u])), lambda u: first_page(stock_queue(u))),
        ("queue, how many", lambda u: BoundedPaginator(waiting_for([u]), 20).count, lambda u: stock_queue(u).count()),
        ("queue, counts by due day", lambda u: tally_of(waiting_for([u]), today).counts(), None),
        ("queue, counts by step", lambda u: tally_of(waiting_for([u]), today).steps(), None),
        ("queue, areas", lambda u: areas_of(waiting_for([u])), None),
    ]


def report(people: list[Person], plans: bool) -> float:
    """Print the table; the slowest first page in milliseconds."""
    today, slowest = legal_date(timezone.now()), 0.0
    for person in people:
        mine, waits = taken_by([person.user]).count(), waiting_for([person.user]).count()
        stock = stock_queue(User.objects.get(pk=person.user.pk)).count()
        print(f"\n{person.title}: {mine} taken, {waits} waiting (stock: {stock})")
        for name, ours, theirs in measured(today):
            own = ms(ours, person.user)
            peer = ms(theirs, person.user) if theirs else None
            ratio = f"stock {peer:8.1f} ms   ratio {own / peer:5.2f}" if peer else ""
            print(f"  {name:26} {own:8.1f} ms   {ratio}")
            if "first page" in name:
                slowest = max(slowest, own)
        if plans:
            print("  plan of the queue's first page:")
            print("    " + waiting_for([person.user])[:ROWS_A_PAGE].explain().replace("\n", "\n    "))
    return slowest


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=200_000)
    parser.add_argument("--plans", action="store_true", help="show the query plans")
    options = parser.parse_args()
    kept = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        started = time.perf_counter()
        people, inspectors = settle()
        fill(options.rows, inspectors)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        seconds = time.perf_counter() - started
        print(f"{connection.vendor}: {WorkItem.objects.count()} open steps, laid out in {seconds:.0f} s")
        slowest = report(people, options.plans)
    finally:
        connection.creation.destroy_test_db(kept, verbosity=0)
    sys.exit(1 if slowest > LIMIT_MS else 0)


if __name__ == "__main__":
    main()
