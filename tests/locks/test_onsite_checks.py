"""On-site checks and the half-year they must not miss: month arithmetic, who counts, once only, alarms (P6 3 to 5)."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction

from cases.acting import LEGAL_ZONE
from cases.guards.conditions import Blocked
from cases.models import Body, Deadline, Enterprise, Notification, OnsiteCheck, ResponsibilityLock, User
from cases.rules.errors import RuleError
from cases.rules.onsite_checks import HalfYear, check_counts_from, half_year_of, halves_of
from cases.rules.working_days import add_months
from cases.services.lock_unit import lock_unit
from cases.services.onsite_checks import CheckFacts, check_locked_unit, record_onsite_check
from cases.services.sweep_deadlines import sweep
from tests.factories import make_enterprise, make_user
from tests.flow import conftest as flow
from tests.locks.conftest import STUDY, MakeLock, noon, on
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story

FINDINGS = "查看生产现场和出厂检验记录，未发现问题。"
APPROVAL = "李敏，2026-05-20"


def facts(day: date, second: User | None, **fields: str) -> CheckFacts:
    return CheckFacts(day, second, **{"approval": APPROVAL, "findings": FINDINGS, **fields})


def recorded(unit: Enterprise, day: date, subject: str, today: date | None = None) -> OnsiteCheck:
    return record_onsite_check(
        enterprise=unit,
        occasion="task_list",
        checked_on=day,
        officer=None,
        second_officer=None,
        findings=FINDINGS,
        subject=subject,
        acting=on(today or day, None),
    )


# --- the rule --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 15), date(2026, 7, 15)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2025, 8, 30), date(2026, 2, 28)),
        (date(2027, 8, 29), date(2028, 2, 29)),
        (date(2026, 3, 31), date(2026, 9, 30)),
        (date(2026, 10, 31), date(2027, 4, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
    ids=lambda day: day.isoformat(),
)
def test_six_months_end_on_the_same_day_or_the_end_of_the_month(start: date, end: date) -> None:
    assert add_months(start, 6) == end


def test_the_half_year_counts_from_the_later_of_lock_and_check() -> None:
    locked, earlier, later = date(2026, 3, 2), date(2026, 2, 1), date(2026, 4, 1)
    assert [check_counts_from(locked, day) for day in (None, earlier, later)] == [locked, locked, later]


def test_calendar_half_years_meet_without_a_gap() -> None:
    first, second = halves_of(2026)
    assert (first.first, first.last) == (date(2026, 1, 1), date(2026, 6, 30))
    assert (second.first, second.last) == (date(2026, 7, 1), date(2026, 12, 31))
    assert half_year_of(date(2026, 6, 30)) == HalfYear(2026, 1)
    assert half_year_of(date(2026, 7, 1)) == HalfYear(2026, 2)


# --- the clock -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locked_on", "due_on"),
    [
        (date(2026, 1, 5), date(2026, 7, 6)),  # 5 July is a Sunday
        (date(2025, 8, 31), date(2026, 2, 28)),  # a working Saturday
        (date(2026, 4, 1), date(2026, 10, 8)),  # 1 October begins the national holiday
    ],
    ids=["sunday", "month-end-on-a-working-saturday", "national-day"],
)
def test_the_clock_of_a_lock_ends_on_a_working_day(make_lock: MakeLock, locked_on: date, due_on: date) -> None:
    lock = make_lock(locked_on)
    assert lock.clock is not None
    assert lock.clock.due_on == due_on


def test_a_check_meets_the_clock_and_starts_the_next(lock: ResponsibilityLock, unit: Enterprise, officer: User) -> None:
    first = lock.clock
    assert first is not None
    recorded(unit, date(2026, 5, 20), "task_list:1")
    lock.refresh_from_db()
    first.refresh_from_db()
    assert (first.state, first.met_on) == (Deadline.State.MET, date(2026, 5, 20))
    assert lock.clock is not None
    assert (lock.clock.start_on, lock.clock.due_on) == (date(2026, 5, 20), date(2026, 11, 20))
    assert (lock.clock.accountable_user, lock.last_check_on) == (officer, date(2026, 5, 20))


def test_a_late_check_stays_late_and_an_older_one_moves_nothing(lock: ResponsibilityLock, unit: Enterprise) -> None:
    recorded(unit, date(2026, 9, 10), "task_list:1")
    late = Deadline.objects.get(state="met")
    assert late.met_on is not None
    assert late.met_on > late.due_on
    recorded(unit, date(2026, 4, 1), "task_list:2", today=date(2026, 9, 11))
    lock.refresh_from_db()
    assert lock.last_check_on == date(2026, 9, 10)
    assert lock.clock is not None
    assert lock.clock.start_on == date(2026, 9, 10)


def test_a_check_before_the_lock_shows_but_does_not_shorten_the_first_half_year(
    unit: Enterprise, officer: User, head: User
) -> None:
    recorded(unit, date(2026, 2, 25), "task_list:1")
    lock = lock_unit(enterprise_id=unit.pk, officer=officer, study=STUDY, acting=on(date(2026, 3, 2), head))
    assert lock.last_check_on == date(2026, 2, 25)
    assert lock.clock is not None
    assert lock.clock.due_on == date(2026, 9, 2)


def test_a_check_is_recorded_once_and_never_changed(lock: ResponsibilityLock, unit: Enterprise) -> None:
    check = recorded(unit, date(2026, 5, 20), "task_list:1")
    assert recorded(unit, date(2026, 5, 21), "task_list:1") == check
    assert Deadline.objects.filter(rule="locked_unit_check").count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        OnsiteCheck.objects.filter(pk=check.pk).update(findings="")
    with pytest.raises(RuleError) as refusal:
        recorded(unit, date(2026, 5, 23), "task_list:2", today=date(2026, 5, 22))
    assert refusal.value.code == "date_in_future"


def test_reminders_and_the_alarm_to_the_level_above(
    lock: ResponsibilityLock, officer: User, bodies: dict[str, Body]
) -> None:
    at_county = make_user("县督查", "overseer", bodies["330402"])
    above = make_user("市督查", "overseer", bodies["330400"])
    for day in (date(2026, 8, 3), date(2026, 8, 18), date(2026, 8, 28)):
        sweep(now=noon(day))
    assert Notification.objects.filter(user=officer, kind="deadline_reminder").count() == 3
    sweep(now=noon(date(2026, 9, 3)))
    news = Notification.objects.get(user=officer, kind="deadline_overdue")
    assert news.data["enterprise"] == "嘉兴童车有限公司"
    sweep(now=noon(date(2026, 9, 7)))
    sweep(now=noon(date(2026, 9, 14)))
    told = set(Notification.objects.filter(kind="deadline_escalated").values_list("user", flat=True))
    assert told == {at_county.pk, above.pk}


# --- the stand-alone check -------------------------------------------------------------------------------------------


def test_two_certified_officers_record_a_half_year_check(
    lock: ResponsibilityLock, officer: User, successor: User
) -> None:
    day = date(2026, 5, 21)
    check = check_locked_unit(lock_id=lock.pk, facts=facts(day, successor), acting=on(day, officer))
    assert (check.occasion, check.officer, check.second_officer, check.approval) == (
        "lock",
        officer,
        successor,
        APPROVAL,
    )
    assert check.subject == f"lock:{lock.pk}/2026-05-21"
    with pytest.raises(RuleError) as refusal:
        check_locked_unit(lock_id=lock.pk, facts=facts(day, successor), acting=on(day, officer))
    assert refusal.value.code == "check_recorded"


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"approval": " "}, "approval_missing", "approval"),
        ({"findings": "好"}, "too_short", "findings"),
        ({"second": "none"}, "two_officers", "second_officer"),
        ({"second": "self"}, "two_officers", "second_officer"),
        ({"second": "uncertified"}, "certificate", "second_officer"),
        ({"second": "stranger"}, "two_officers", "second_officer"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_what_a_half_year_check_needs(
    lock: ResponsibilityLock,
    officer: User,
    successor: User,
    bodies: dict[str, Body],
    fields: dict[str, str],
    code: str,
    field: str,
) -> None:
    others = {
        "": successor,
        "none": None,
        "self": officer,
        "uncertified": make_user("无证", "inspector", bodies["330402"]),
        "stranger": make_user("外", "inspector", bodies["330411"]),
    }
    second = others[fields.pop("second", "")] if "second" in fields else successor
    day = date(2026, 5, 21)
    with pytest.raises(RuleError) as refusal:
        check_locked_unit(lock_id=lock.pk, facts=facts(day, second, **fields), acting=on(day, officer))
    assert (refusal.value.code, refusal.value.details["field"]) == (code, field)
    assert refusal.value.clause
    assert not OnsiteCheck.objects.exists()


def test_nobody_without_a_certificate_checks(lock: ResponsibilityLock, successor: User, county: Body) -> None:
    uncertified = make_user("无证", "inspector", county)
    with pytest.raises(Blocked) as refusal:
        check_locked_unit(
            lock_id=lock.pk, facts=facts(date(2026, 5, 21), successor), acting=on(date(2026, 5, 21), uncertified)
        )
    assert refusal.value.clause == "行政处罚法 第四十二条"


# --- inspections of cases --------------------------------------------------------------------------------------------


@pytest.fixture
def cast(bodies: dict[str, Body]) -> Cast:
    county = bodies["330402"]
    people = Cast(
        lead=make_user("主办", "inspector", county),
        second=make_user("协办", "inspector", county),
        unit_head=make_user("科长", "unit_head", county),
        grassroots_lead=make_user("局长", "grassroots_lead", county),
        city_officer=make_user("市局", "city_officer", bodies["330400"]),
        province_officer=make_user("省局", "province_officer", bodies["330000"]),
        list_admin=make_user("名单", "list_admin", county),
    )
    flow.certify(people.lead, "浙嘉001")
    flow.certify(people.second, "浙嘉002")
    return people


def told(cast: Cast, unit: Enterprise, outcomes: dict[str, list[str]], until: str) -> Story:
    clock = StoryClock(date(2026, 3, 10), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
    story = Story(enterprise=unit, cast=cast, clock=clock, outcomes=outcomes)
    list(story.tell(until=until))
    return story


def test_an_inspection_counts_as_an_onsite_check(cast: Cast, bodies: dict[str, Body]) -> None:
    unit = make_enterprise(territorial_body=bodies["330402100"], tier_body=bodies["330402"], legal_representative="沈")
    lock = lock_unit(enterprise_id=unit.pk, officer=cast.lead, study=STUDY, acting=on(date(2026, 3, 2), cast.unit_head))
    story = told(cast, unit, {"inspect": ["12"]}, "propose_class")
    check = OnsiteCheck.objects.get()
    inspection = story.case.inspections.get()
    assert (check.subject, check.checked_on) == (f"case:{story.case.pk}/1", inspection.visited_on)
    assert (check.occasion, check.officer, check.second_officer) == ("case", cast.lead, cast.second)
    assert check.findings == "不符合项：12"
    lock.refresh_from_db()
    assert lock.clock is not None
    assert lock.clock.start_on == inspection.visited_on


def test_a_refused_visit_is_no_check(cast: Cast, bodies: dict[str, Body]) -> None:
    unit = make_enterprise(territorial_body=bodies["330402100"], tier_body=bodies["330402"], legal_representative="沈")
    told(cast, unit, {"inspect": ["refuse"]}, "propose_class")
    assert not OnsiteCheck.objects.exists()


def test_a_return_visit_counts_too(cast: Cast, bodies: dict[str, Body]) -> None:
    unit = make_enterprise(territorial_body=bodies["330402100"], tier_body=bodies["330402"], legal_representative="沈")
    told(cast, unit, {"inspect": ["12"]}, "close_case")
    subjects = list(OnsiteCheck.objects.order_by("pk").values_list("subject", flat=True))
    assert [subject.partition(":")[0] for subject in subjects] == ["case", "visit"]
