"""The oversight board: scoped, filtered by its address, at a constant number of queries, and the means to press."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, Body, BodySetting, Case, Deadline, Notification, User
from cases.models.outbox import OutboxMessage
from cases.rules.errors import RuleError
from cases.selectors.deadlines import (
    NOTHING,
    in_area,
    narrowed,
    open_deadline,
    overdue_count,
    standing,
    total,
    visible_deadlines,
)
from cases.selectors.overseen import below
from cases.services.deadline_settings import set_deadline_amount
from cases.services.deadlines import meet_deadline, suspend_deadline
from cases.services.urge import remind_accountable
from tests.deadlines.conftest import REASON, MakeCase, StartDeadline
from tests.factories import NOON, acting, make_user

TODAY = date(2026, 11, 18)
ClientOf = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read noon of 18 November 2026."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.fixture
def mixed(start: StartDeadline, head: User, case: Case, inspector: User) -> dict[str, Deadline]:
    """One deadline of every kind, named by the tile that shows it."""
    made = {
        "overdue": start(subject="order:1", start_on=date(2026, 10, 30)),
        "today": start(subject="order:2", start_on=date(2026, 11, 3)),
        "week": start(subject="order:3", start_on=date(2026, 11, 5)),
        "running": start(subject="order:4", start_on=date(2026, 11, 16)),
        "suspended": start(subject="order:5", start_on=date(2026, 11, 16)),
        "late": start(subject="order:6", start_on=date(2026, 10, 19)),
        "met": start(subject="order:7", start_on=date(2026, 11, 2)),
    }
    suspend_deadline(deadline=made["suspended"], reason=REASON, acting=acting(head))
    meet_deadline(subject="order:6", case=case, on=date(2026, 11, 10), acting=acting(inspector))
    meet_deadline(subject="order:7", case=case, on=date(2026, 11, 10), acting=acting(inspector))
    return made


def shown(page: Any) -> set[int]:
    return {row.deadline.pk for row in page.context["rows"]}


def test_a_person_sees_the_deadlines_of_their_subtree(
    start: StartDeadline, make_case: MakeCase, bodies: dict[str, Body], inspector: User, overseer: User
) -> None:
    own = start()
    neighbours_case = make_case(bodies["330411"])
    elsewhere = start(case=neighbours_case, accountable_body=neighbours_case.body)
    neighbour = make_user("neighbour", "unit_head", bodies["330411"])
    assert set(visible_deadlines(inspector)) == {own}
    assert set(visible_deadlines(neighbour, "view_oversight")) == {elsewhere}
    assert set(visible_deadlines(overseer, "view_oversight")) == {own, elsewhere}
    assert not visible_deadlines(inspector, "view_oversight").exists()


def test_the_body_that_answers_sees_its_deadline_even_of_a_foreign_case(
    start: StartDeadline, bodies: dict[str, Body]
) -> None:
    deadline = start("return_visit", accountable_body=bodies["330411"])
    neighbour = make_user("neighbour", "unit_head", bodies["330411"])
    assert visible_deadlines(neighbour).get() == deadline


def test_tiles_count_and_filter_alike(mixed: dict[str, Deadline], overseer: User) -> None:
    everything = visible_deadlines(overseer, "view_oversight")
    counts = total(standing(everything, TODAY).by_place.values())
    assert (counts.running, counts.suspended, counts.overdue, counts.today, counts.week) == (4, 1, 1, 1, 2)
    assert (counts.met, counts.met_late, counts.on_time) == (2, 1, 50.0)
    tiles = {due: set(narrowed(everything, today=TODAY, due=due)) for due in ("overdue", "today", "suspended", "late")}
    assert tiles == {due: {mixed[due]} for due in tiles}
    assert set(narrowed(everything, today=TODAY, due="week")) == {mixed["today"], mixed["week"]}
    assert overdue_count(overseer, TODAY) == 1


def test_the_strip_counts_the_next_14_days(mixed: dict[str, Deadline], overseer: User) -> None:
    strip = standing(visible_deadlines(overseer), TODAY).strip(TODAY)
    assert [day.day for day in strip][::13] == [TODAY, date(2026, 12, 1)]
    assert {day.day: day.number for day in strip if day.number} == {
        TODAY: 1,
        date(2026, 11, 20): 1,
        date(2026, 12, 1): 1,
    }
    assert {day.heat for day in strip if not day.number} == {0}


def test_places_are_counted_and_add_up_to_counties(
    mixed: dict[str, Deadline], start: StartDeadline, make_case: MakeCase, bodies: dict[str, Body], overseer: User
) -> None:
    other = make_case(bodies["330411"])
    start(case=other, accountable_body=other.body, start_on=date(2026, 10, 12))
    everything = visible_deadlines(overseer)
    counted = standing(everything, TODAY).by_place
    counties = below((bodies["330402"], bodies["330411"]), counted, NOTHING)
    rows = {place: (counts.running, counts.overdue, counts.on_time) for place, counts in counties.items()}
    assert rows == {bodies["330402"].position: (4, 1, 50.0), bodies["330411"].position: (1, 1, None)}
    assert {deadline.case for deadline in in_area(everything, bodies["330411"])} == {other}
    assert below((bodies["330000"],), counted, NOTHING) == {bodies["330000"].position: total(counted.values())}


@pytest.mark.parametrize(
    ("area", "parts"),
    [("", ["南湖区", "秀洲区"]), ("3304", ["南湖区", "秀洲区"]), ("330402", ["凤桥镇", "余新镇", "南湖区 itself"])],
)
def test_the_board_shows_the_parts_of_its_area(
    area: str, parts: list[str], mixed: dict[str, Deadline], overseer: User, client_of: ClientOf
) -> None:
    User.objects.filter(pk=overseer.pk).update(language="en")
    page = client_of(overseer).get(reverse("oversight") + f"?area={area}")
    assert [row["name"] for row in page.context["areas"]] == parts


def test_the_open_deadline_of_a_subject_is_found(start: StartDeadline, case: Case) -> None:
    deadline = start()
    assert open_deadline(subject="step:rectification", case_id=case.pk) == deadline
    assert open_deadline(subject="step:rectification", case_id=case.pk, rule="return_visit") is None


def test_the_board_shows_what_is_overdue_first(mixed: dict[str, Deadline], overseer: User, client_of: ClientOf) -> None:
    page = client_of(overseer).get(reverse("oversight"))
    assert shown(page) == {mixed["overdue"].pk}
    row = page.context["rows"][0]
    assert row.days_overdue == 2  # due Monday 16 November
    assert mixed["overdue"].case.enterprise.name in page.content.decode()


@pytest.mark.parametrize(
    ("query", "tiles"),
    [
        ("?due=today", {"today"}),
        ("?due=running", {"overdue", "today", "week", "running"}),
        ("?due=suspended", {"suspended"}),
        ("?due=late", {"late"}),
        ("?day=2026-11-20", {"week"}),
        ("?due=running&area=330411", set()),
        ("?due=running&area=3304", {"overdue", "today", "week", "running"}),
        ("?due=nonsense&day=yesterday&area=x&page=99", {"overdue"}),
    ],
)
def test_the_address_narrows_the_board(
    query: str, tiles: set[str], mixed: dict[str, Deadline], overseer: User, client_of: ClientOf
) -> None:
    page = client_of(overseer).get(reverse("oversight") + query)
    assert shown(page) == {mixed[tile].pk for tile in tiles}


def test_the_board_needs_a_post_that_oversees(inspector: User, client_of: ClientOf) -> None:
    client = client_of(inspector)
    assert client.get(reverse("oversight")).status_code == 403
    assert client.get(reverse("oversight_export")).status_code == 403
    assert client.post(reverse("deadline_remind")).status_code == 403
    assert client.post(reverse("deadlines_remind")).status_code == 403
    assert client.get(reverse("deadline_settings")).status_code == 403


def test_the_board_costs_the_same_however_much_it_shows(
    start: StartDeadline, make_case: MakeCase, overseer: User, client_of: ClientOf
) -> None:
    client = client_of(overseer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("oversight") + "?due=running").status_code == 200
        return len(captured)

    start()
    queries()  # the rule packs are read once and kept
    few = queries()
    for _ in range(12):
        start(case=make_case())
    assert queries() == few


def test_the_export_holds_the_rows_of_the_address_and_no_formula(
    mixed: dict[str, Deadline], overseer: User, client_of: ClientOf
) -> None:
    enterprise = mixed["overdue"].case.enterprise
    type(enterprise).objects.filter(pk=enterprise.pk).update(name="=1+1")
    answer = client_of(overseer).get(reverse("oversight_export") + "?due=overdue")
    book = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    rows = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][0] == "=1+1"
    assert rows[1][8] == date(2026, 11, 16)
    assert rows[1][9] == -2


def test_pressing_tells_the_accountable_person_once_a_day(
    start: StartDeadline, overseer: User, inspector: User
) -> None:
    deadline = start()
    assert remind_accountable(deadline=deadline, acting=acting(overseer)) == [inspector]
    with pytest.raises(RuleError) as refusal:
        remind_accountable(deadline=deadline, acting=acting(overseer))
    assert refusal.value.code == "urged_today"
    next_day = datetime(2026, 11, 19, 4, tzinfo=UTC)
    assert remind_accountable(deadline=deadline, acting=acting(overseer, next_day)) == [inspector]
    assert list(deadline.reminders.values_list("rung", flat=True)) == ["urged:1", "urged:2"]
    assert AuditEvent.objects.filter(action="deadline.urged").count() == 2


def test_nobody_is_pressed_where_nobody_answers(start: StartDeadline, overseer: User, bodies: dict[str, Body]) -> None:
    deadline = start(accountable_body=bodies["330402100"], accountable_user=None)
    with pytest.raises(RuleError) as refusal:
        remind_accountable(deadline=deadline, acting=acting(overseer))
    assert refusal.value.code == "nobody_to_urge"


def test_the_board_presses_for_several_and_says_why_some_were_left_out(
    mixed: dict[str, Deadline], overseer: User, client_of: ClientOf
) -> None:
    client, url = client_of(overseer), reverse("deadlines_remind")
    remind_accountable(deadline=mixed["week"], acting=acting(overseer))
    chosen = [mixed[name].pk for name in ("overdue", "today", "week")]
    page = client.post(url, {"row": chosen, "query": "due=running"})
    assert len(page.context["taken"]) == 2
    assert len(page.context["left_out"]) == 1
    assert Notification.objects.filter(kind="deadline_urged").count() == 1
    done = client.post(url, {"row": chosen, "query": "due=running", "confirm": "1"}, follow=True)
    assert (done.context["run"].done, done.context["run"].total) == (2, 3)
    assert done.context["refused"][0]["why"] == "今天已催办过。"
    assert Notification.objects.filter(kind="deadline_urged").count() == 3


def test_one_row_is_pressed_for_at_once(mixed: dict[str, Deadline], overseer: User, client_of: ClientOf) -> None:
    client, url = client_of(overseer), reverse("deadline_remind")
    page = client.post(url, {"row": mixed["overdue"].pk}, follow=True)
    assert [message.level_tag for message in page.context["messages"]] == ["success"]
    page = client.post(url, {"row": mixed["overdue"].pk}, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["今天已催办过。"]
    assert Notification.objects.filter(kind="deadline_urged").count() == 1


def test_nobody_presses_for_a_deadline_they_do_not_oversee(
    start: StartDeadline, bodies: dict[str, Body], client_of: ClientOf
) -> None:
    client, row = client_of(make_user("neighbour", "unit_head", bodies["330411"])), [start().pk, "x"]
    client.post(reverse("deadline_remind"), {"row": row[0]})
    client.post(reverse("deadlines_remind"), {"row": row, "query": "due=running", "confirm": "1"})
    assert not Notification.objects.exists()


def test_the_page_of_a_deadline_shows_its_ledger(start: StartDeadline, inspector: User, client_of: ClientOf) -> None:
    deadline = start()
    page = client_of(inspector).get(reverse("deadline_detail", args=[deadline.pk]))
    assert page.status_code == 200
    assert len(page.context["ledger"]) == 1
    assert page.context["extend"]["open"] is False
    assert deadline.basis in page.content.decode()


def test_a_deadline_of_another_county_is_not_found(
    start: StartDeadline, bodies: dict[str, Body], client_of: ClientOf
) -> None:
    neighbour = make_user("neighbour", "unit_head", bodies["330411"])
    url = reverse("deadline_detail", args=[start().pk])
    assert client_of(neighbour).get(url).status_code == 404
    assert client_of(neighbour).post(url, {"action": "suspend", "suspend-reason": REASON}).status_code == 404


def test_the_page_extends_suspends_and_resumes(start: StartDeadline, head: User, client_of: ClientOf) -> None:
    deadline, client = start(), client_of(head)
    url = reverse("deadline_detail", args=[deadline.pk])
    client.post(url, {"action": "extend", "extend-amount": "10", "extend-reason": REASON})
    client.post(url, {"action": "suspend", "suspend-reason": REASON})
    deadline.refresh_from_db()
    assert (deadline.state, deadline.due_on) == ("suspended", date(2026, 12, 11))
    client.post(url, {"action": "resume", "resume-reason": REASON})
    deadline.refresh_from_db()
    assert deadline.state == "running"


@pytest.mark.parametrize(
    "sent",
    [
        {"action": "extend", "extend-amount": "10", "extend-reason": "太短"},
        {"action": "extend", "extend-amount": "31", "extend-reason": REASON},
        {"action": "resume", "resume-reason": REASON},
        {"action": "nonsense"},
    ],
)
def test_a_refused_change_says_why_and_changes_nothing(
    sent: dict[str, str], start: StartDeadline, head: User, client_of: ClientOf
) -> None:
    deadline = start()
    page = client_of(head).post(reverse("deadline_detail", args=[deadline.pk]), sent)
    assert page.status_code == 200
    assert deadline.entries.count() == 1


def test_a_body_sets_a_period_on_its_page_and_goes_back(
    administrator: User, client_of: ClientOf, bodies: dict[str, Body], start: StartDeadline
) -> None:
    client = client_of(administrator)
    url = reverse("deadline_settings") + "?body=330400&rule=rectification"
    assert client.post(url, {"action": "set", "amount": "20", "reason": REASON}).status_code == 302
    assert start(subject="order:1").amount == 20
    assert AuditEvent.objects.get(action="deadline.period_set").data["after"] == 20
    page = client.get(reverse("deadline_settings") + "?body=330402")
    row = next(row for row in page.context["rules"] if row.rule.code == "rectification")
    assert (row.amount, row.set_by) == (20, bodies["330400"])
    assert client.post(url, {"action": "reset", "reason": REASON}).status_code == 302
    assert start(subject="order:2").amount == 15


@pytest.mark.parametrize(
    ("query", "sent", "status"),
    [
        ("?body=330400&rule=lead_check", {"amount": "20", "reason": REASON}, 404),
        ("?body=330400&rule=nonsense", {"amount": "20", "reason": REASON}, 404),
        ("?body=999999&rule=rectification", {"amount": "20", "reason": REASON}, 404),
        ("?body=330400&rule=rectification", {"amount": "0", "reason": REASON}, 200),
        ("?body=330400&rule=rectification", {"amount": "20", "reason": "太短"}, 200),
    ],
)
def test_a_period_that_may_not_be_set_stays(
    query: str, sent: dict[str, str], status: int, administrator: User, client_of: ClientOf
) -> None:
    page = client_of(administrator).post(reverse("deadline_settings") + query, {"action": "set", **sent})
    assert page.status_code == status
    assert not BodySetting.objects.exists()


def test_who_oversees_reads_the_periods_but_does_not_set_them(overseer: User, client_of: ClientOf) -> None:
    client = client_of(overseer)
    page = client.get(reverse("deadline_settings"))
    assert (page.status_code, page.context["may_set"]) == (200, False)
    client.post(reverse("deadline_settings") + "?rule=rectification", {"amount": "20", "reason": REASON})
    assert not BodySetting.objects.exists()


def test_the_service_refuses_a_period_fixed_by_law(administrator: User, county: Body) -> None:
    with pytest.raises(RuleError) as refusal:
        set_deadline_amount(body=county, rule="lead_check", amount=20, reason=REASON, acting=acting(administrator))
    assert refusal.value.code == "not_settable"


def test_a_mail_goes_with_the_press(start: StartDeadline, overseer: User, inspector: User) -> None:
    User.objects.filter(pk=inspector.pk).update(email="wang@example.cn")
    remind_accountable(deadline=start(), acting=acting(overseer))
    assert OutboxMessage.objects.get().recipient == "wang@example.cn"
