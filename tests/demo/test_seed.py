"""The demo: every step has a case, deadlines are alive, what was issued is printed, and nobody's data is touched."""

import re
import sqlite3
from itertools import pairwise
from pathlib import Path

import pytest

from cases.rules.uscc import check_uscc
from tests.demo.conftest import AS_OF, PATIENCE, Ask, Rows, seed_house
from tests.engine.houses import House
from workflow.demo.accounts import ACCOUNTS
from workflow.steps import STEPS

pytestmark = pytest.mark.slow

VOLATILE = re.compile(
    r"\b[0-9a-f]{64}\b"  # hashes: of documents with a random verification code, and of audit events about them
    r"|\b[A-HJ-NP-Z2-9]{20}\b"  # verification codes
    r"|\b[0-9a-f]{32}\b"  # fences of jobs
    r'|issued/[0-9a-f]{2}/|"size": \d+'
)


def test_a_case_stands_at_every_step(ask: Ask) -> None:
    assert {step for (step,) in ask("SELECT DISTINCT step FROM workflow_workitem")} == set(STEPS)


def test_cases_have_ended_in_every_way(ask: Ask) -> None:
    ended = {status for (status,) in ask("SELECT DISTINCT status FROM cases_case WHERE closed_at IS NOT NULL")}
    assert {"closed", "refused", "escalated"} <= ended


def test_deadlines_are_overdue_due_and_to_come(ask: Ask) -> None:
    due = [day for (day,) in ask("SELECT due_on FROM workflow_workitem WHERE due_on IS NOT NULL")]
    assert any(day < AS_OF for day in due)
    assert any(day == AS_OF for day in due)
    assert any(AS_OF < day <= "2026-06-19" for day in due)


def test_some_work_is_claimed_and_some_waits(ask: Ask) -> None:
    ((claimed, waiting),) = ask("SELECT count(owner_id), sum(owner_id IS NULL) FROM workflow_workitem")
    assert claimed
    assert waiting


def test_nothing_happens_after_the_last_day_began(ask: Ask) -> None:
    ((last,),) = ask("SELECT max(at) FROM cases_auditevent")
    assert last <= "2026-06-11 16:00:00"  # midnight in Shanghai


def test_every_issued_document_is_printed_and_every_job_done(ask: Ask) -> None:
    ((issued,),) = ask("SELECT count(*) FROM notices_issue")
    ((printed,),) = ask("SELECT count(*) FROM notices_issuedfile")
    assert issued == printed > 10
    assert ask("SELECT DISTINCT state FROM cases_job WHERE run_after <= '2026-06-11 16:00:00'") == [("done",)]


def test_a_body_was_checked_a_government_warned_and_a_unit_advised(ask: Ask) -> None:
    assert sorted(ask("SELECT state FROM cases_bodycheck")) == [("answered",), ("served",)]
    assert ask("SELECT state FROM cases_riskwarning") == [("served",)]
    assert ask("SELECT state FROM cases_assistance") == [("visited",)]
    wanted = ("oversight_list", "body_rectification", "alert_bulletin", "assistance_advice")
    issued = {kind for (kind,) in ask("SELECT kind FROM notices_issue")}
    assert set(wanted) <= issued


def test_numbers_follow_the_days_of_issue(ask: Ask) -> None:
    columns = "kind, body_id, year, serial, issued_at"
    rows = ask(f"SELECT {columns} FROM notices_issue WHERE serial IS NOT NULL ORDER BY 1, 2, 3, 4")
    assert rows
    for earlier, later in pairwise(rows):
        if earlier[:3] == later[:3]:
            assert later[3] == earlier[3] + 1
            assert later[4] >= earlier[4]


def test_every_code_has_both_check_digits(ask: Ask) -> None:
    codes = [code for (code,) in ask("SELECT uscc FROM cases_enterprise")]
    assert len(codes) == 30
    assert all(check_uscc(code).valid for code in codes)


def test_everybody_is_there_and_the_first_administrator_has_left(ask: Ask) -> None:
    people: dict[str, int] = dict(ask("SELECT username, is_active FROM cases_user"))
    assert people.pop("root") == 0
    assert people == {account.username: 1 for account in ACCOUNTS}


def test_the_audit_chain_is_whole(demo: House) -> None:
    assert demo.command("manage.py", "verify_audit").wait(PATIENCE) == 0, demo.log()


def test_a_database_that_holds_anybody_is_refused_and_left_alone(demo: House, ask: Ask) -> None:
    before = ask("SELECT count(*) FROM cases_auditevent")
    assert demo.command("manage.py", "seed_demo").wait(PATIENCE) == 1
    assert "never deletes" in demo.log()
    assert "not empty" in demo.answer("manage.py", "seed_demo", "--if-empty")
    assert ask("SELECT count(*) FROM cases_auditevent") == before


@pytest.mark.slow
def test_the_same_seed_and_day_give_the_same_data(demo: House, tmp_path: Path) -> None:
    again = seed_house(tmp_path / "again")
    first, second = (_dump(house.directory / "demo.sqlite3") for house in (demo, again))
    assert first.keys() == second.keys()
    for table, rows in first.items():
        assert rows == second[table], table


@pytest.mark.slow
def test_another_seed_gives_other_enterprises(demo: House, tmp_path: Path) -> None:
    other = seed_house(tmp_path / "other", seed=34)
    first, second = (_dump(house.directory / "demo.sqlite3")["cases_enterprise"] for house in (demo, other))
    assert first != second


MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
"""Django numbers these in whatever order a set of models has, before anything is seeded."""


def _dump(path: Path) -> dict[str, Rows]:
    """Every table of the application, without what is random on purpose."""
    connection = sqlite3.connect(path)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [name for name in names if name not in MADE_BY_MIGRATE]
    dump = {}
    for table in tables:
        columns = [column[1] for column in connection.execute(f'PRAGMA table_info("{table}")')]
        kept = ", ".join(
            f'"{column}"' for column in columns if not (table == "notices_issuedfile" and column == "size")
        )
        rows = connection.execute(f'SELECT {kept} FROM "{table}" ORDER BY 1').fetchall()
        dump[table] = [tuple(VOLATILE.sub("*", str(value)) for value in row) for row in rows]
    connection.close()
    return dump


def test_the_province_has_rehearsed_a_draft_that_would_move_somebody(ask: Ask) -> None:
    ((state, done, total, problems),) = ask(
        "SELECT r.state, r.done, r.total, d.problems FROM cases_rehearsal r JOIN cases_packdraft d ON d.id = r.draft_id"
    )
    assert (state, problems) == ("done", "[]")
    assert done == total > 25
    assert ask("SELECT count(*) FROM cases_rehearsedchange WHERE what = 'class'") > [(0,)]


def test_locks_have_an_overdue_check_a_pending_change_and_a_hand_over(ask: Ask) -> None:
    overdue = ask(
        "SELECT count(*) FROM cases_responsibilitylock l JOIN cases_deadline d ON d.id = l.clock_id"
        " WHERE l.ended_on IS NULL AND d.state = 'running' AND d.overdue_since IS NOT NULL"
    )
    pending = ask("SELECT count(*) FROM cases_lockchange WHERE settled_on IS NULL")
    handed_over = ask("SELECT count(*) FROM cases_responsibilitylock WHERE \"end\" = 'handed_over'")
    assert overdue == pending == handed_over == [(1,)]
    assert ask("SELECT count(*) FROM cases_onsitecheck WHERE occasion = 'lock'") >= [(1,)]
