"""The lists of open work: whose they are, what narrows them, what they count, what they cost."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cases.acting import Acting
from cases.models import AuditEvent, Body, Deadline, Opinion, User
from cases.services.deadlines import suspend_deadline
from tests.factories import make_user
from tests.inbox.conftest import Arrange, Make, Now, SignIn, acts
from tests.inbox.copies import copy_item
from workflow.demo.story import Cast
from workflow.models import WorkItem
from workflow.selectors.approvals import approvals_of, summaries_of
from workflow.selectors.finished import finished_this_month
from workflow.selectors.work import own_work, stands_for, waiting_work, workable
from workflow.selectors.worklist import neighbours
from workflow.services.hand_over import claim_task


def approvals(user: User, today: date) -> QuerySet[WorkItem]:
    return approvals_of(stands_for(user, today))


def shown(client: Client, address: str) -> list[int]:
    """Tasks on a page, in order."""
    rows = client.get(address).context["rows"]
    return [row.row.item.pk if hasattr(row, "row") else row.item.pk for row in rows]


def due(item: WorkItem, on: date | None) -> WorkItem:
    WorkItem.objects.filter(pk=item.pk).update(due_on=on)
    item.due_on = on
    return item


# --- scope -----------------------------------------------------------------------------------------------------------


def test_another_countys_people_see_nothing(
    at_step: Make, neighbour: dict[str, User], now: Now, sign_in: SignIn
) -> None:
    at_step("approve_inspection"), at_step("inspect"), at_step("decide_grassroots")
    for person in neighbour.values():
        assert not workable(person, now.today).exists()
        client = sign_in(person)
        for address in ("/tasks/", "/tasks/queue/", "/approvals/", "/tasks/queue/?show=taken"):
            assert shown(client, address) == []
        assert client.get("/api/tasks/").json()["tasks"] == []


def test_each_sees_what_waits_for_their_own_post(at_step: Make, cast: Cast, now: Now) -> None:
    approval, opinion = at_step("approve_inspection"), at_step("decide_grassroots")
    assert set(waiting_work(cast.unit_head, now.today)) == {approval}
    assert set(waiting_work(cast.grassroots_lead, now.today)) == {opinion}
    assert not waiting_work(cast.lead, now.today).exists()


def test_a_permission_on_another_body_reaches_nothing(at_step: Make, bodies: dict[str, Body], now: Now) -> None:
    at_step("approve_inspection")
    town = make_user("余新所长", "unit_head", bodies["330402101"])
    assert not waiting_work(town, now.today).exists()


def test_a_step_assigned_by_name_is_that_persons_alone(at_step: Make, cast: Cast, now: Now) -> None:
    item = at_step("inspect")
    assert set(own_work(cast.lead, now.today)) == {item}
    assert not own_work(cast.second, now.today).exists()


# --- substitution ----------------------------------------------------------------------------------------------------


def test_an_absent_colleagues_work_appears_on_their_behalf_and_disappears_afterwards(
    at_step: Make, cast: Cast, stands_in: Arrange, now: Now, sign_in: SignIn
) -> None:
    item = at_step("inspect")
    stands_in(cast.lead, cast.second)
    page = sign_in(cast.second).get("/tasks/")
    assert [row.item for row in page.context["rows"]] == [item]
    assert page.context["rows"][0].behalf == "王建国"
    assert page.context["absent"] == [cast.lead]
    now.at += timedelta(days=14)
    assert shown(sign_in(cast.second), "/tasks/") == []


def test_what_waits_for_an_absent_colleague_waits_for_the_substitute(
    at_step: Make, cast: Cast, stands_in: Arrange, now: Now, sign_in: SignIn
) -> None:
    item = at_step("decide_grassroots")
    substitute = make_user("钱进", "legal_reviewer", item.body)
    assert shown(sign_in(substitute), "/approvals/") == []
    stands_in(cast.grassroots_lead, substitute)
    assert shown(sign_in(substitute), "/approvals/") == [item.pk]
    assert shown(sign_in(substitute), "/tasks/queue/") == [item.pk]


# --- tiles, groups and filters ---------------------------------------------------------------------------------------


@pytest.fixture
def desk(at_step: Make, now: Now) -> dict[str, WorkItem]:
    """The lead inspector's tasks, one in each group."""
    made = {name: at_step("inspect", name=f"嘉兴{name}有限公司") for name in ("overdue", "today", "next", "later")}
    for name, days in {"overdue": -3, "today": 0, "next": 7, "later": 8}.items():
        due(made[name], now.today + timedelta(days=days))
    return made


def test_tiles_count_and_filter_alike(desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lead)
    page = client.get("/tasks/")
    tiles = {tile["icon"]: tile["value"] for tile in page.context["tiles"]}
    assert tiles == {"alert-triangle": "1", "clock": "1", "calendar-due": "2", "list-check": "0", "circle-check": "0"}
    assert [group.name for group in page.context["groups"]] == ["overdue", "today", "next", "later"]
    assert shown(client, "/tasks/") == [desk[name].pk for name in ("overdue", "today", "next", "later")]
    assert shown(client, "/tasks/?due=overdue") == [desk["overdue"].pk]
    assert shown(client, "/tasks/?due=today") == [desk["today"].pk]
    assert shown(client, "/tasks/?due=week") == [desk["today"].pk, desk["next"].pk]


def test_a_suspended_clock_is_neither_overdue_nor_due(
    desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn, now: Now
) -> None:
    clock = Deadline.objects.get(case=desk["overdue"].case, subject="step:inspect")
    in_time = Acting(cast.unit_head, now.at - timedelta(days=4))
    suspend_deadline(deadline=clock, reason="企业停产检修，无法开展检查", acting=in_time)
    page = sign_in(cast.lead).get("/tasks/")
    assert page.context["counts"].overdue == 0
    row = next(row for row in page.context["rows"] if row.item.pk == desk["overdue"].pk)
    assert (row.group, row.state) == ("later", "suspended")


def test_what_ran_out_on_friday_is_overdue_on_saturday(at_step: Make, cast: Cast, sign_in: SignIn, now: Now) -> None:
    due(at_step("inspect"), date(2026, 3, 20))
    now.at += timedelta(days=1)
    row = sign_in(cast.lead).get("/tasks/").context["rows"][0]
    assert (row.group, row.left) == ("overdue", -1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=next", ["next"]),
        ("step=inspect", ["overdue", "today", "next", "later"]),
        ("step=close_case", []),
        ("class=C", ["today"]),
        ("class=C&class=none", ["overdue", "today", "next", "later"]),
        ("area=330402", ["overdue", "today", "next", "later"]),
        ("area=330402101", []),
        ("area=000", []),
        ("sort=-due", ["later", "next", "today", "overdue"]),
        ("sort=-name", ["today", "overdue", "next", "later"]),
        ("due=nonsense", ["overdue", "today", "next", "later"]),
    ],
)
def test_the_address_says_all_of_the_list(
    desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn, query: str, found: list[str]
) -> None:
    desk["today"].case.enterprise.quality_class = "C"
    desk["today"].case.enterprise.save(update_fields=["quality_class"])
    assert shown(sign_in(cast.lead), f"/tasks/?{query}") == [desk[name].pk for name in found]


def test_a_search_finds_by_code_and_case_number(desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn) -> None:
    case = desk["later"].case
    client = sign_in(cast.lead)
    assert shown(client, f"/tasks/?q={case.enterprise.uscc}") == [desk["later"].pk]
    assert shown(client, f"/tasks/?q={case.number}") == [desk["later"].pk]


def test_every_chip_takes_only_itself_away(desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.lead).get("/tasks/?class=C&q=嘉兴&density=compact")
    chips = {chip["label"]: chip["remove_url"] for chip in page.context["chips"]}
    assert len(chips) == 2
    assert all("density=compact" in address for address in chips.values())
    assert sum("class=C" in address for address in chips.values()) == 1
    assert page.context["compact"]


def test_what_was_finished_this_month_is_counted_and_shown(
    at_step: Make, cast: Cast, sign_in: SignIn, now: Now
) -> None:
    item = at_step("decide_grassroots")
    done = finished_this_month(cast.lead, now.at)
    assert sorted(done.values_list("action", flat=True)) == ["propose_class", "submit_inspection"]
    client = sign_in(cast.lead)
    tile = client.get("/tasks/").context["tiles"][-1]
    assert tile["value"] == "2"
    page = client.get("/tasks/?due=done")
    assert {row["event"].case_id for row in page.context["events"]} == {item.case_id}
    now.at += timedelta(days=31)
    assert sign_in(cast.lead).get("/tasks/").context["tiles"][-1]["value"] == "0"


def test_marks_tell_what_came_back_and_who_was_urged(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    item = at_step("propose_class")
    Opinion.objects.create(
        case=item.case,
        round=1,
        step="decide_grassroots",
        outcome="return_to_opinion",
        author=cast.grassroots_lead,
        body=item.body,
        decided_at=timezone.now(),
    )
    clock = Deadline.objects.get(case=item.case, subject="step:propose_class")
    clock.reminders.create(rung="urged:1", due_on=clock.due_on, fired_at=timezone.now())
    clock.reminders.create(rung="before:1", due_on=clock.due_on, fired_at=timezone.now())
    row = sign_in(cast.lead).get("/tasks/").context["rows"][0]
    assert [mark.tone for mark in row.marks] == ["danger", "warn"]
    assert row.partners == "陈晓"


# --- approvals -------------------------------------------------------------------------------------------------------


def test_an_approval_says_what_was_proposed_by_whom(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    item = at_step("decide_grassroots", outcomes={"inspect": ["3,12"]})
    entry = sign_in(cast.grassroots_lead).get("/approvals/").context["rows"][0]
    proposal = entry.summary.proposal
    assert (proposal.computed_class, proposal.proposed_class, proposal.passes, proposal.total) == ("C", "C", 17, 19)
    assert [item.number for item in entry.summary.starred] == proposal.directional_failed == ["12"]
    assert entry.by == "王建国、陈晓"
    assert entry.summary.at == proposal.proposed_on
    assert not entry.barred
    assert summaries_of([item])[item.case_id].signed_by(cast.second, "decide_grassroots")


def test_approvals_hold_decisions_only(at_step: Make, cast: Cast, now: Now) -> None:
    at_step("assign_inspectors")
    approval = at_step("approve_inspection")
    assert set(approvals(cast.unit_head, now.today)) == {approval}


def test_a_decision_a_colleague_has_taken_is_not_offered_again(at_step: Make, cast: Cast, now: Now) -> None:
    item = at_step("approve_inspection")
    other = make_user("何平", "unit_head", item.body)
    claim_task(task_pk=item.pk, acting=acts(other, now))
    assert not approvals(cast.unit_head, now.today).exists()
    assert set(approvals(other, now.today)) == {item}


def around(user: User, task_pk: int) -> tuple[int | None, int | None]:
    found = neighbours(approvals(user, timezone.localdate()), task_pk)
    return found.previous, found.following


def test_neighbours_follow_the_list(at_step: Make, cast: Cast, now: Now) -> None:
    first, second, third = (due(at_step("approve_inspection"), now.today + timedelta(days=days)) for days in (1, 2, 3))
    assert around(cast.unit_head, first.pk) == (None, second.pk)
    assert around(cast.unit_head, second.pk) == (first.pk, third.pk)
    assert around(cast.unit_head, third.pk) == (second.pk, None)
    assert around(cast.unit_head, 0) == (None, first.pk)
    assert around(cast.lead, 0) == (None, None)


# --- export and cost -------------------------------------------------------------------------------------------------


def test_the_export_holds_the_filtered_rows_and_leaves_a_trace(
    desk: dict[str, WorkItem], cast: Cast, sign_in: SignIn
) -> None:
    enterprise = desk["today"].case.enterprise
    enterprise.name = '=HYPERLINK("http://x")'
    enterprise.save(update_fields=["name"])
    response: Any = sign_in(cast.lead).get("/tasks/export/?due=today")
    content = b"".join(response.streaming_content)
    rows = CalamineWorkbook.from_filelike(_file(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][2] == '=HYPERLINK("http://x")'
    assert rows[1][3] == enterprise.uscc
    event = AuditEvent.objects.get(action="exported.work")
    assert (event.actor, event.data["rows"], event.data["filter"]["due"]) == (cast.lead, 1, "today")


def _file(content: bytes) -> Any:
    return BytesIO(content)


def _cost(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    ("step", "address", "who"),
    [
        ("inspect", "/tasks/?density=compact", lambda cast: cast.lead),
        ("approve_inspection", "/tasks/queue/?density=compact", lambda cast: cast.unit_head),
        ("decide_grassroots", "/approvals/?density=compact", lambda cast: cast.grassroots_lead),
        ("inspect", "/api/tasks/", lambda cast: cast.lead),
    ],
)
def test_forty_rows_cost_no_more_than_five(
    at_step: Make, cast: Cast, sign_in: SignIn, step: str, address: str, who: Callable[[Cast], User]
) -> None:
    five = [at_step(step) for _ in range(5)]
    client = sign_in(who(cast))
    few = _cost(client, address)
    _copies(five, 35)
    assert len(client.get(address).json()["tasks"] if "api" in address else shown(client, address)) == 40
    assert _cost(client, address) == few


def _copies(items: list[WorkItem], number: int) -> None:
    """More work items like these, each with a case, people and clocks of its own, without telling its story."""
    for index in range(number):
        copy_item(items[index % len(items)], index)
