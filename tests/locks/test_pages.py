"""The pages of locks: what they show, whom they let in, what they say when it cannot be, what they cost."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cases.acting import legal_date
from cases.models import (
    AuditEvent,
    Body,
    ConflictOfInterest,
    Deadline,
    Enterprise,
    OnsiteCheck,
    ResponsibilityLock,
    User,
)
from cases.models.enterprise import KeySupervision
from tests.factories import make_enterprise, make_user
from tests.locks.conftest import REASON, STUDY, MakeLock, certify

SignIn = Callable[[User], Client]


def today() -> date:
    return legal_date(timezone.now())


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def standing(make_lock: MakeLock, unit: Enterprise) -> ResponsibilityLock:
    """A lock as old as today, so that its clock runs when the pages are read."""
    return make_lock(today(), unit=unit)


def shown(client: Client, **query: str) -> list[ResponsibilityLock]:
    return [row.lock for row in client.get(reverse("lock_list"), query).context["rows"]]


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_filters_by_officer_area_state_and_name(
    make_lock: MakeLock, bodies: dict[str, Body], successor: User, head: User, sign_in: SignIn
) -> None:
    first = make_lock(today(), name="嘉兴甲童车有限公司")
    second = make_lock(today(), territorial_body=bodies["330402101"], to=successor)
    overdue = make_lock(today() - timedelta(days=200))
    client = sign_in(head)
    client.post(reverse("lock_change", args=[second.pk]), {"changed_on": today().isoformat(), "reason": REASON})
    assert set(shown(client)) == {first, second, overdue}
    assert shown(client)[0] == overdue, "what is due first stands first"
    assert shown(client, q="甲童车") == [first]
    assert shown(client, officer="陈") == [second]
    assert shown(client, area="330402101") == [second]
    assert shown(client, state="overdue") == [overdue]
    assert shown(client, state="change") == [second]
    assert shown(client, state="soon") == []
    assert len(shown(client, state="nonsense", area="nowhere")) == 3
    page = client.get(reverse("lock_list"), {"state": "overdue", "officer": "王"})
    assert [chip["value"] for chip in page.context["chips"]] == ["王", "现场检查逾期"]
    assert [tile["value"] for tile in page.context["tiles"]] == [3, 1, 0, 1]


def test_each_sees_the_locks_of_their_own_territory(
    standing: ResponsibilityLock, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    seen = {
        "330402": [standing],
        "330402100": [standing],
        "330402101": [],
        "330411": [],
        "330400": [standing],
    }
    for code, expected in seen.items():
        assert shown(sign_in(make_user(f"看{code}", "unit_head", bodies[code]))) == expected, code


def test_the_lists_cost_the_same_for_few_and_for_many(
    make_lock: MakeLock, officer: User, head: User, sign_in: SignIn
) -> None:
    make_lock(today())
    addresses = {
        sign_in(head): [reverse("lock_list"), reverse("officer_locks", args=[officer.pk])],
        sign_in(officer): [reverse("my_locks")],
    }

    def queries(client: Client, address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = [queries(client, each) for client, listed in addresses.items() for each in listed]
    for _ in range(12):
        make_lock(today())
    assert [queries(client, each) for client, listed in addresses.items() for each in listed] == few


def test_the_export_is_scoped_safe_and_on_record(
    make_lock: MakeLock, bodies: dict[str, Body], head: User, sign_in: SignIn, officer: User
) -> None:
    make_lock(today(), name="=HYPERLINK(1)", territorial_body=bodies["330402101"])
    stranger = make_user("外", "unit_head", bodies["330411"])
    for person, names in ((head, ["=HYPERLINK(1)"]), (stranger, [])):
        answer = sign_in(person).get(reverse("lock_export"))
        content = BytesIO(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
        rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
        assert [row[1] for row in rows[1:]] == names
    assert AuditEvent.objects.filter(action="exported.locks").count() == 2
    assert sign_in(officer).get(reverse("lock_export")).status_code == 403


# --- naming an officer -----------------------------------------------------------------------------------------------


def test_a_unit_is_locked_from_its_page(unit: Enterprise, officer: User, head: User, sign_in: SignIn) -> None:
    client, form = sign_in(head), reverse("enterprise_lock", args=[unit.uscc])
    assert form in text(client.get(reverse("enterprise_detail", args=[unit.uscc])))
    assert form in text(client.get(reverse("enterprise_locks", args=[unit.uscc])))
    answer = client.post(form, {"officer": officer.pk, "study": "短"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"study"}
    assert "38号" in text(answer), "every refusal names its clause"
    assert "短</textarea>" in text(answer), "what was typed is kept"
    assert client.post(form, {"officer": officer.pk, "study": STUDY}).status_code == 302
    page = text(client.get(reverse("enterprise_locks", args=[unit.uscc])))
    assert STUDY in page
    assert officer.name in page
    assert form not in page
    assert client.get(form).status_code == 422, "a second one is refused with the reason on the page"
    assert officer.name in text(client.get(reverse("enterprise_detail", args=[unit.uscc])))


def test_only_people_whose_post_reaches_the_unit_are_offered(
    unit: Enterprise, officer: User, head: User, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    town = make_user("所员", "inspector", bodies["330402100"])
    make_user("外", "inspector", bodies["330411"])
    make_user("邻镇", "inspector", bodies["330402101"])
    page = sign_in(head).get(reverse("enterprise_lock", args=[unit.uscc]))
    assert set(page.context["form"].fields["officer"].queryset) == {officer, town}


def test_units_worth_a_study_are_suggested_and_any_other_is_found(
    unit: Enterprise, bodies: dict[str, Body], head: User, sign_in: SignIn, make_lock: MakeLock
) -> None:
    quiet = make_enterprise(name="嘉兴安静家具有限公司", territorial_body=bodies["330402"])
    city_s = make_enterprise(name="嘉兴大型家具有限公司", territorial_body=bodies["330402"], tier_body=bodies["330400"])
    case = unit.cases.create(
        number="嘉南市监检〔2026〕1号",
        body=bodies["330402"],
        territorial_body=unit.territorial_body,
        planned_on=today(),
        status="closed",
        pack="national-2012@1",
        opened_at=timezone.now(),
    )
    KeySupervision.objects.create(enterprise=unit, body=bodies["330402"], case=case, reason="C类", entered_on=today())
    client = sign_in(head)
    assert list(client.get(reverse("lock_choose")).context["units"]) == [unit]
    found = client.get(reverse("lock_choose"), {"q": "家具"}).context["units"]
    assert list(found) == [quiet], f"{city_s} is for the city to lock"
    make_lock(today(), unit=unit)
    assert not client.get(reverse("lock_choose")).context["units"]


# --- changes and hand-overs ------------------------------------------------------------------------------------------


def test_a_change_is_reported_and_settled_on_the_pages(
    standing: ResponsibilityLock, unit: Enterprise, officer: User, successor: User, head: User, sign_in: SignIn
) -> None:
    page = reverse("enterprise_locks", args=[unit.uscc])
    told = {"changed_on": today().isoformat(), "reason": REASON}
    assert sign_in(officer).post(reverse("lock_change", args=[standing.pk]), told).status_code == 302
    client = sign_in(head)
    shown = text(client.get(page))
    assert f"更新前仍由{officer.name}负责" in shown
    assert reverse("lock_hand_over", args=[standing.pk]) in shown
    assert reverse("lock_withdraw", args=[standing.pk]) in shown
    assert reverse("lock_withdraw", args=[standing.pk]) not in text(sign_in(officer).get(page))
    answer = client.post(reverse("lock_hand_over", args=[standing.pk]), {**told, "officer": successor.pk})
    assert answer.status_code == 302
    shown = text(client.get(page))
    assert successor.name in shown
    assert "历任监管责任人" in shown
    assert client.get(reverse("lock_hand_over", args=[standing.pk])).status_code == 404, "the old lock is history"


def test_a_change_is_withdrawn_and_a_lock_released_with_reasons(
    standing: ResponsibilityLock, head: User, sign_in: SignIn
) -> None:
    client = sign_in(head)
    assert client.get(reverse("lock_withdraw", args=[standing.pk])).status_code == 404
    client.post(reverse("lock_change", args=[standing.pk]), {"changed_on": today().isoformat(), "reason": REASON})
    assert client.post(reverse("lock_withdraw", args=[standing.pk]), {"reason": REASON}).status_code == 302
    assert standing.changes.get().outcome == "withdrawn"
    assert client.post(reverse("lock_release", args=[standing.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("lock_release", args=[standing.pk]), {"reason": REASON}).status_code == 302
    standing.refresh_from_db()
    assert standing.end == "released"


def test_an_officers_units_are_handed_over_together(
    make_lock: MakeLock, officer: User, successor: User, head: User, sign_in: SignIn
) -> None:
    first, second, third = make_lock(today()), make_lock(today()), make_lock(today())
    ConflictOfInterest.objects.create(
        user=successor, enterprise=second.enterprise, reason="兄弟", declared_on=date(2026, 1, 2)
    )
    client, address = sign_in(head), reverse("officer_locks", args=[officer.pk])
    told = {"officer": successor.pk, "changed_on": today().isoformat(), "reason": REASON}
    answer = client.post(address, {**told, "scope": "chosen"})
    assert answer.status_code == 422, "nothing chosen"
    assert REASON in text(answer)
    answer = client.post(address, {**told, "scope": "chosen", "lock": [first.pk]})
    assert answer.status_code == 302
    assert set(officer.locks.filter(ended_on=None)) == {second, third}
    answer = client.post(address, {**told, "scope": "all"})
    assert answer.status_code == 422
    verdicts = {row.lock: row.verdict for row in answer.context["rows"]}
    assert list(verdicts) == [second]
    assert "第四十三条" in verdicts[second]
    assert set(officer.locks.filter(ended_on=None)) == {second}
    ConflictOfInterest.objects.all().delete()
    assert client.post(address, {**told, "scope": "all"}).url == reverse("lock_list")
    assert client.get(address).status_code == 404


def test_who_does_not_manage_locks_sees_but_changes_nothing(
    standing: ResponsibilityLock, officer: User, successor: User, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    told = {"officer": successor.pk, "changed_on": today().isoformat(), "reason": REASON, "scope": "all"}
    actions = ("lock_hand_over", "lock_release", "lock_change", "lock_check")
    reader = sign_in(make_user("法制", "legal_reviewer", bodies["330402"]))
    stranger = sign_in(make_user("外科长", "unit_head", bodies["330411"]))
    officers = reverse("officer_locks", args=[officer.pk])
    assert reader.get(officers).status_code == 200
    assert reader.post(officers, told).status_code == 403
    assert {reader.get(reverse(name, args=[standing.pk])).status_code for name in actions} == {403}
    assert {reader.post(reverse(name, args=[standing.pk]), told).status_code for name in actions} == {403}
    assert {stranger.get(reverse(name, args=[standing.pk])).status_code for name in actions} == {404}
    assert {stranger.post(officers, told).status_code, stranger.get(officers).status_code} == {404}
    assert reader.get(reverse("enterprise_lock", args=[standing.enterprise.uscc])).status_code == 403
    standing.refresh_from_db()
    assert (standing.officer, standing.ended_on) == (officer, None)


# --- visits ----------------------------------------------------------------------------------------------------------


def test_an_officer_records_a_visit_from_their_own_list(
    standing: ResponsibilityLock, officer: User, successor: User, sign_in: SignIn
) -> None:
    client = sign_in(officer)
    assert reverse("lock_check", args=[standing.pk]) in text(client.get(reverse("my_locks")))
    Deadline.objects.filter(pk=standing.clock_id).update(start_on=today() - timedelta(days=30))
    visit = {
        "checked_on": today().isoformat(),
        "second_officer": successor.pk,
        "approval": "李敏批准",
        "findings": "查看生产现场，未发现问题。",
    }
    answer = client.post(reverse("lock_check", args=[standing.pk]), {**visit, "approval": ""})
    assert answer.context["form"].errors.keys() == {"approval"}
    assert client.post(reverse("lock_check", args=[standing.pk]), visit).status_code == 302
    check = OnsiteCheck.objects.get()
    assert (check.officer, check.second_officer, check.occasion) == (officer, successor, "lock")
    assert "查看生产现场" in text(client.get(reverse("enterprise_locks", args=[standing.enterprise.uscc])))


def test_whoever_lacks_a_certificate_is_told_on_the_page(
    standing: ResponsibilityLock, county: Body, sign_in: SignIn
) -> None:
    novice = make_user("新人", "inspector", county)
    answer = sign_in(novice).get(reverse("lock_check", args=[standing.pk]))
    assert answer.status_code == 422
    assert "第四十二条" in text(answer)
    certify(novice)
    assert sign_in(novice).get(reverse("lock_check", args=[standing.pk])).status_code == 200


def test_own_list_shows_own_units_alone_and_the_navigation_counts_what_is_overdue(
    make_lock: MakeLock, officer: User, successor: User, sign_in: SignIn
) -> None:
    own, late = make_lock(today()), make_lock(today() - timedelta(days=200))
    make_lock(today(), to=successor)
    page = sign_in(officer).get(reverse("my_locks"))
    assert [row.lock for row in page.context["rows"]] == [late, own]
    entry = next(item for group in page.context["shell"].groups for item in group.items if item.url == "/locks/mine/")
    assert (entry.count, entry.hot) == (1, True)
    empty = text(sign_in(make_user("闲", "inspector", own.body)).get(reverse("my_locks")))
    assert "您没有负责的锁定单位" in empty


# --- the clock's own pages -------------------------------------------------------------------------------------------


def test_the_clock_shows_the_unit_on_board_and_page(
    make_lock: MakeLock, unit: Enterprise, bodies: dict[str, Body], officer: User, sign_in: SignIn
) -> None:
    lock = make_lock(today() - timedelta(days=200), unit=unit)
    overseer = sign_in(make_user("督查", "overseer", bodies["330402"]))
    assert unit.name in text(overseer.get(reverse("oversight")))
    export = overseer.get(reverse("oversight_export"))
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(export))).get_sheet_by_index(0).to_python()
    assert rows[1][0] == unit.name
    clock = reverse("deadline_detail", args=[lock.clock_id])
    assert unit.name in text(sign_in(officer).get(clock))
    in_town = make_user("所员", "inspector", bodies["330402100"])
    assert sign_in(in_town).get(clock).status_code == 200, "where the unit stands, its clock is seen"
    assert sign_in(make_user("外", "inspector", bodies["330411"])).get(clock).status_code == 404
