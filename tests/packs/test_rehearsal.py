"""A rehearsal: what it finds, that it writes nothing else, that it survives a crash, and what it costs."""

import hashlib
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.guards.conditions import Blocked
from cases.models import (
    Case,
    CreditRating,
    Job,
    ListEntry,
    Rehearsal,
    RehearsedChange,
    RiskEvent,
    TierRecord,
    UpperSupervision,
)
from cases.selectors.bodies import tier_body
from cases.selectors.rehearsal_facts import BodyTree
from cases.services import rehearse_pack
from cases.services.jobs import cancel_job, retry_job, run_due_jobs, run_job
from cases.services.rehearse_pack import rehearse, start_rehearsal, stop_rehearsal
from tests.factories import NOON, acting, make_enterprise, make_user
from tests.packs.conftest import BOUNDS, NEXT_DAY, STRICTER, classified

pytestmark = pytest.mark.django_db

OWN = {"cases_rehearsal", "cases_rehearsedchange", "cases_job"}
SAMR = "samr-2023-38@1"
RAISED = "raised:\n        - {level: major, when: safety_item"
GRAVER = RAISED.replace(
    "\n", "\n        - {level: major, when: product_level, of: [III], text: 三类, text_en: III, source: A}\n"
)


def run(rehearsal: Rehearsal) -> Rehearsal:
    while run_due_jobs(NOON):
        pass
    rehearsal.refresh_from_db()
    return rehearsal


def changes(rehearsal: Rehearsal) -> set[tuple[str, str, str, str]]:
    rows = RehearsedChange.objects.filter(rehearsal=rehearsal).select_related("enterprise")
    return {(row.enterprise.name, row.what, row.before, row.after) for row in rows}


@pytest.fixture
def stricter(draft: Any) -> Any:
    """The national form restated with higher bounds."""
    return draft("", beginning="copy", change=(BOUNDS, STRICTER))


def test_it_says_who_would_change_class_and_mode_and_why(stricter: Any, bodies: Any, writer: Any) -> None:
    town = bodies["330402100"]
    classified(town, "AA", name="甲", by=writer)
    classified(town, "A", "18", name="乙", by=writer)
    classified(town, "B", "13,18,19", name="丙", by=writer)
    classified(town, "B", "3,4,5,6,7,8", name="丁", by=writer)
    classified(town, "C", "12", name="戊", by=writer)
    done = run(start_rehearsal(draft_id=stricter.pk, acting=acting(writer)))
    assert (done.state, done.total, done.done) == ("done", 5, 5)
    assert changes(done) == {
        ("乙", "class", "A", "B"), ("乙", "mode", "responsibility", "routine"),
        ("丁", "class", "B", "C"), ("丁", "mode", "routine", "tightened"),
    }  # fmt: skip
    assert done.counts["class"] == {"A>B": 1, "B>C": 1}
    assert done.counts["judged"] == {"class": 5, "mode": 5}
    grounds = RehearsedChange.objects.get(enterprise__name="乙", what="class").grounds
    assert any("94.74%" in ground["text"] and "备注（二）" in ground["clause"] for ground in grounds)


def test_a_class_set_otherwise_stays_unless_the_draft_leads_below_it(stricter: Any, bodies: Any, writer: Any) -> None:
    town = bodies["330402100"]
    classified(town, "B", "18", name="降一级提出", by=writer)  # A by its answers, B under the draft
    classified(town, "B", "", name="复评只升一级", by=writer)  # AA by its answers, and under the draft
    classified(town, "A", "3,4,5,6,7,8", name="判低", by=writer)  # B by its answers, C under the draft
    done = run(start_rehearsal(draft_id=stricter.pk, acting=acting(writer)))
    assert {each for each in changes(done) if each[1] == "class"} == {("判低", "class", "A", "C")}


def test_new_items_are_told_as_needing_an_inspection(draft: Any, bodies: Any, writer: Any) -> None:
    classified(bodies["330402100"], "A", "18", by=writer)
    classified(bodies["330402100"], "A", "18", by=writer, answered=False)
    done = run(start_rehearsal(draft_id=draft().pk, acting=acting(writer)))
    assert done.counts["inspect"] == {"A>": 1}
    (told,) = RehearsedChange.objects.filter(rehearsal=done)
    assert (told.what, told.before, told.after) == ("inspect", "A", "")
    assert "尚无检查结果的项目" in told.grounds[0]["text"]


def test_without_answers_a_class_is_left_alone(stricter: Any, bodies: Any, writer: Any) -> None:
    classified(bodies["330402100"], "A", "18", by=writer, answered=False)
    done = run(start_rehearsal(draft_id=stricter.pk, acting=acting(writer)))
    assert changes(done) == set()
    assert done.counts["judged"] == {"mode": 1}


def test_a_draft_of_tiers_moves_tiers_and_bodies(draft: Any, bodies: Any, writer: Any) -> None:
    lowered = draft(
        "", base=SAMR, code="330000-tiers", beginning="copy",
        change=("C: {headcount: 20, revenue_wan: 300}", "C: {headcount: 61, revenue_wan: 801}"),
    )  # fmt: skip
    town = bodies["330402100"]
    make_enterprise(territorial_body=town, tier_body=bodies["330402"], name="小厂")
    make_enterprise(territorial_body=town, tier_body=bodies["330402"], name="大一点", headcount=70)
    taken = make_enterprise(territorial_body=town, tier_body=bodies["330400"], name="上级监管")
    case = Case.objects.create(
        number="督1", enterprise=taken, body=bodies["330400"], territorial_body=town, planned_on=NOON.date(),
        status="taken_over", pack=SAMR, opened_at=NOON,
    )  # fmt: skip
    UpperSupervision.objects.create(
        enterprise=taken, case=case, body=bodies["330400"], from_body=bodies["330402"], taken_on=NOON.date(),
        counted_from=NOON.date(), review_on=NOON.date(),
    )  # fmt: skip
    make_enterprise(territorial_body=town, tier_body=bodies["330402"], name="已注销", status="deregistered")
    done = run(start_rehearsal(draft_id=lowered.pk, acting=acting(writer)))
    assert changes(done) == {
        ("小厂", "tier", "C", "D"), ("小厂", "tier_body", "330402", "330402100"),
        ("上级监管", "tier", "C", "D"),  # supervised by the city as before
    }  # fmt: skip
    assert done.counts["tier_body"] == {"county>township": 1}
    assert done.total == 3


def test_a_draft_of_lists_moves_lists(draft: Any, bodies: Any, writer: Any) -> None:
    milder = draft(
        "", base=SAMR, code="330000-lists", beginning="copy", change=("key_credit: [elevated]", "key_credit: []")
    )
    unit = make_enterprise(territorial_body=bodies["330402100"], name="信用较高")
    CreditRating.objects.create(enterprise=unit, credit_risk="elevated", valid_from=date(2026, 10, 1))
    ListEntry.objects.create(
        enterprise=unit, body=bodies["330402"], year=2026, kind="production", level="key", reason="信用风险较高",
        entered_on=date(2026, 10, 2), pack=SAMR,
    )  # fmt: skip
    done = run(start_rehearsal(draft_id=milder.pk, acting=acting(writer)))
    assert changes(done) == {("信用较高", "list", "key", "none")}


def test_a_draft_of_definitions_grades_what_was_verified_for_the_lists(draft: Any, bodies: Any, writer: Any) -> None:
    graver = draft(
        "", base=SAMR, code="330000-levels", beginning="copy",
        change=(RAISED, GRAVER),
    )  # fmt: skip
    town = bodies["330402100"]
    graded = [("三次", "larger", "III"), ("风险低", "larger", "I"), ("另定", "general", "III")]
    for name, level, product_level in graded:
        unit = make_enterprise(territorial_body=town, name=name)
        for month in (8, 9, 10):
            RiskEvent.objects.create(
                enterprise=unit, kind="sampling_failed", title="抽查不合格", state="verified", level=level,
                product_level=product_level, occurred_on=date(2026, month, 1), confirmed_on=date(2026, month, 2),
                resolved_on=date(2026, month, 3), reported_at=NOON, fingerprint=f"{name}{month}",
            )  # fmt: skip
        ListEntry.objects.create(
            enterprise=unit, body=bodies["330402"], year=2026, kind="production", level="key", reason="较大风险",
            entered_on=date(2026, 8, 3), pack=SAMR,
        )  # fmt: skip
    done = run(start_rehearsal(draft_id=graver.pk, acting=acting(writer)))
    assert changes(done) == {("三次", "list", "key", "special")}
    assert done.counts["judged"]["list"] == 3
    assert set(RiskEvent.objects.values_list("level", flat=True)) == {"larger", "general"}  # nothing graded anew


def test_it_looks_only_at_its_body_and_region(draft: Any, bodies: Any, writer: Any) -> None:
    make_enterprise(territorial_body=bodies["330402100"])
    make_enterprise(territorial_body=bodies["330411100"])
    county = make_user("县管理员", "platform_admin", bodies["330402"])
    own = draft(by=county, body="330402", code="330402-2027")
    assert run(start_rehearsal(draft_id=own.pk, acting=acting(county))).total == 1
    assert run(start_rehearsal(draft_id=draft(code="330000-x").pk, acting=acting(writer))).total == 2


def fingerprints() -> dict[str, str]:
    """Every row of every table, hashed."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
            found[table] = hashlib.sha256(repr(cursor.fetchall()).encode()).hexdigest()
    return found


def test_it_writes_nothing_but_its_own_tables(stricter: Any, bodies: Any, writer: Any) -> None:
    classified(bodies["330402100"], "A", "18", by=writer)
    rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    before = fingerprints()
    run(rehearsal)
    after = fingerprints()
    assert {table for table in before if before[table] != after[table]} == OWN


def test_a_worker_that_dies_loses_a_chunk_and_nothing_twice(
    stricter: Any, bodies: Any, writer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        classified(bodies["330402100"], "A", "18", name=f"厂{number}", by=writer)
    rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    job = Job.objects.get(kind=rehearse_pack.JOB)

    def dying(rows: Any, on: Any) -> Any:
        if dying.calls == 1:
            raise MemoryError("the worker died")
        dying.calls += 1
        return honest(rows, on)

    dying.calls, honest = 0, rehearse_pack.unit_facts
    monkeypatch.setattr(rehearse_pack, "CHUNK", 2)
    monkeypatch.setattr(rehearse_pack, "unit_facts", dying)
    monkeypatch.setattr(rehearse_pack.rehearse_job, "run", lambda payload: {"more": rehearse(rehearsal.pk, size=2)})
    assert run_job(job.pk, NOON) == "backoff"
    rehearsal.refresh_from_db()
    assert (rehearsal.state, rehearsal.done) == ("running", 2)
    monkeypatch.setattr(rehearse_pack, "unit_facts", honest)
    run_due_jobs(NEXT_DAY)
    rehearsal.refresh_from_db()
    assert (rehearsal.state, rehearsal.done, rehearsal.counts["class"]) == ("done", 5, {"A>B": 5})


def test_a_long_one_goes_in_legs(stricter: Any, bodies: Any, writer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        classified(bodies["330402100"], "A", "18", name=f"厂{number}", by=writer)
    rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    monkeypatch.setattr(
        rehearse_pack.rehearse_job, "run", lambda payload: {"more": rehearse(rehearsal.pk, chunks=1, size=2)}
    )
    done = run(rehearsal)
    assert (done.state, done.done, done.counts["class"]) == ("done", 5, {"A>B": 5})
    assert Job.objects.filter(kind=rehearse_pack.JOB).count() == 3


def test_who_stops_it_ends_it_and_a_second_worker_saves_nothing(stricter: Any, bodies: Any, writer: Any) -> None:
    for number in range(3):
        classified(bodies["330402100"], "A", "18", name=f"厂{number}", by=writer)
    rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    assert rehearse(rehearsal.pk, chunks=1, size=1)
    stop_rehearsal(rehearsal_id=rehearsal.pk, acting=acting(writer))
    assert not rehearse(rehearsal.pk)
    done = run(rehearsal)
    assert (done.state, done.done) == ("stopped", 1)
    with pytest.raises(Blocked):
        stop_rehearsal(rehearsal_id=rehearsal.pk, acting=acting(writer))


def test_a_dead_job_says_so_and_goes_on_when_started_again(stricter: Any, bodies: Any, writer: Any) -> None:
    classified(bodies["330402100"], "A", "18", by=writer)
    rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    job = cancel_job(Job.objects.get(kind=rehearse_pack.JOB).pk, acting(writer))
    rehearsal.refresh_from_db()
    assert rehearsal.state == "failed"
    retry_job(job.pk, acting(writer))
    assert run(rehearsal).state == "done"


def test_one_at_a_time_and_only_of_a_text_that_holds(stricter: Any, writer: Any, bodies: Any) -> None:
    start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    with pytest.raises(Blocked) as refusal:
        start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
    assert refusal.value.code == "no_rehearsal_running"
    stranger = make_user("外省", "platform_admin", bodies["330402"])
    with pytest.raises(Blocked):
        start_rehearsal(draft_id=stricter.pk, acting=acting(stranger))


def test_a_chunk_costs_as_many_queries_for_many_as_for_few(stricter: Any, bodies: Any, writer: Any) -> None:
    def asked() -> int:
        rehearsal = start_rehearsal(draft_id=stricter.pk, acting=acting(writer))
        rehearse(rehearsal.pk, chunks=0)
        with CaptureQueriesContext(connection) as queries:
            rehearse(rehearsal.pk, chunks=1)
        stop_rehearsal(rehearsal_id=rehearsal.pk, acting=acting(writer))
        return len(queries)

    classified(bodies["330402100"], "A", "18", by=writer)
    few = asked()
    for number in range(8):
        town = bodies["330402101" if number % 2 else "330411100"]
        classified(town, "A", "18", by=writer)
    assert asked() == few
    assert few < 30


def test_the_tree_in_memory_answers_as_the_database_does(bodies: Any) -> None:
    tree = BodyTree(bodies["330400"])
    for body in bodies.values():
        if bodies["330400"].covers(body):
            for level in ("province", "city", "county", "township"):
                assert tree.tier_body(body, level) == tier_body(body, level)


def test_a_unit_tiered_by_a_pack_nobody_knows_is_counted_not_fatal(draft: Any, bodies: Any, writer: Any) -> None:
    lowered = draft(
        "", base=SAMR, code="330000-tiers", beginning="copy",
        change=("C: {headcount: 20, revenue_wan: 300}", "C: {headcount: 61, revenue_wan: 801}"),
    )  # fmt: skip
    unit = make_enterprise(territorial_body=bodies["330402100"])
    TierRecord.objects.filter(enterprise=unit).update(pack="gone-1999@1")
    done = run(start_rehearsal(draft_id=lowered.pk, acting=acting(writer)))
    assert done.state == "done"
    assert done.counts["unjudged"] == {"pack": 1}
