"""A month gone by on the cockpit: what it may be, that its figures are those of its last day, and its paper."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.acting import Acting
from cases.models import ClassRecord, Deadline, DeadlineReminder
from cases.rules.deadlines_then import Turn, running_on
from cases.rules.rectification_rates import Kept, OrderFacts, known_on
from cases.selectors.cockpit import cockpit_of
from cases.selectors.cockpit_then import cockpit_then
from cases.selectors.deadline_past import listed_overdue_on
from cases.selectors.deadlines import in_area, standing, total, visible_deadlines
from cases.selectors.overseen import overseen
from cases.services.deadlines import extend_deadline, meet_deadline, resume_deadline, start_deadline, suspend_deadline
from tests.cockpit.conftest import TODAY, noon_of
from tests.factories import give_post, make_user

REASON = "企业正在更换检测设备，需要时间"
OCTOBER = date(2026, 10, 31)


def then(user, last, code=""):
    seen = overseen(user, code)
    return cockpit_then(user, seen, in_area(visible_deadlines(user, "view_oversight"), seen.narrowing), last)


def now(user, day):
    seen = overseen(user, "")
    return cockpit_of(user, seen, visible_deadlines(user, "view_oversight"), day)


def test_what_ran_on_a_day_is_what_runs_now_without_what_came_and_with_what_left():
    day = lambda number: date(2026, 11, number)  # noqa: E731
    turns = [
        Turn("started", day(5), None, day(20)),
        Turn("met", day(6), day(3), None, 2),
        Turn("extended", day(4), day(9), day(12)),
    ]
    running = {day(20): 1, day(12): 1}
    assert running_on(day(6), running, turns) == running
    assert running_on(day(5), running, turns) == {day(20): 1, day(12): 1, day(3): 2}
    assert running_on(day(3), running, turns) == {day(9): 1, day(3): 2}


def test_what_was_not_known_yet_is_left_out_of_an_order():
    day = lambda number: date(2026, 10, number)  # noqa: E731
    order = OrderFacts(1, 1, day(1), day(16), day(20), False, "partly", day(25), day(22))
    assert known_on([order], date(2026, 9, 30)) == []
    (known,) = known_on([order], day(18))
    assert (known.reported_on, known.visit, known.ended_on) == (None, "", None)
    assert known_on([order], day(25)) == [order]


@pytest.fixture
def told(make_case, bodies, overseer):
    """Ten deadlines told day by day from September to November, each day's cockpit kept as it was then."""
    head = make_user("head", "unit_head", bodies["330402"])
    give_post(head, "unit_head", bodies["330411"])
    places = ["330402100", "330411100"]
    starts = [date(2026, 9, 1) + timedelta(days=6 * number) for number in range(10)]
    kept, clocks = {}, {}
    day = date(2026, 9, 1)
    while day <= TODAY:
        acting = Acting(head, noon_of(day))
        for number, start in enumerate(starts):
            if start == day:
                place = places[number % 2]
                clocks[number] = start_deadline(
                    rule="rectification", subject=f"order:{number}", case=make_case(place, opened_at=noon_of(day)),
                    start_on=day, accountable_body=bodies[place], acting=acting,
                )  # fmt: skip
        if day == date(2026, 9, 28):
            meet_deadline(subject="order:0", case=clocks[0].case, on=day, acting=acting)
        if day == date(2026, 9, 12):
            extend_deadline(deadline=Deadline.objects.get(pk=clocks[1].pk), amount=10, reason=REASON, acting=acting)
        if day == date(2026, 9, 29):
            suspend_deadline(deadline=Deadline.objects.get(pk=clocks[3].pk), reason=REASON, acting=acting)
        if day == date(2026, 10, 12):
            resume_deadline(deadline=Deadline.objects.get(pk=clocks[3].pk), reason=REASON, acting=acting)
        if day == date(2026, 11, 2):
            meet_deadline(subject="order:2", case=clocks[2].case, on=day, acting=acting)
        if day == date(2026, 11, 3):
            suspend_deadline(deadline=Deadline.objects.get(pk=clocks[9].pk), reason=REASON, acting=acting)
        if day == date(2026, 11, 9):
            meet_deadline(subject="order:9", case=clocks[9].case, on=day, acting=acting)
        if (day + timedelta(days=1)).day == 1:
            everything = visible_deadlines(overseer, "view_oversight")
            late = set(everything.filter(state="running", due_on__lt=day).values_list("pk", "due_on"))
            kept[day] = (now(overseer, day), standing(everything, day).by_place, late)
        day += timedelta(days=1)
    return kept


@pytest.mark.django_db
@pytest.mark.parametrize("last", [date(2026, 9, 30), OCTOBER])
def test_a_month_is_told_as_it_was_seen_on_its_last_day(told, overseer, last):
    """The cockpit asked then and the cockpit asked about then agree, place by place and row by row."""
    was, by_place, late = told[last]
    tells = then(overseer, last)
    assert was.counts.overdue > 0
    assert was.counts.running > was.counts.overdue
    for name in ("running", "overdue", "today", "week", "met", "met_late"):
        assert getattr(tells.counts, name) == getattr(total(by_place.values()), name), name
        assert {place: getattr(counts, name) for place, counts in tells.deadlines.items() if getattr(counts, name)} == {
            place: getattr(counts, name) for place, counts in by_place.items() if getattr(counts, name)
        }, name
    assert tells.running == was.running
    assert (tells.longest_since, tells.fullest) == (was.longest_since, was.fullest)
    assert (tells.open_cases, tells.cases) == (was.open_cases, was.cases)
    assert tells.overdue_months[-1] == tells.counts.overdue == tells.overdue_days[-1]
    assert tells.soon_days[-1] == tells.counts.week
    listed = listed_overdue_on(visible_deadlines(overseer, "view_oversight"), last)
    assert {(row.pk, row.due_then) for row in listed} == late


@pytest.fixture
def small(make_order, make_class):
    d = lambda month, day: date(2026, month, day)  # noqa: E731
    return {
        "in_time": make_order(d(9, 20), d(10, 5), reported=d(10, 1)),
        "late": make_order(d(9, 25), d(10, 10), reported=d(11, 3)),
        "before": make_order(d(9, 1), d(9, 16), reported=d(9, 16)),
        "after": make_order(d(11, 2), d(11, 17)),
        "C": make_class("C", d(3, 1)),
        "C later": make_class("C", d(11, 10), place="330411100"),
        "was C": make_class("C", d(1, 5), d(11, 3)),
    }


@pytest.mark.django_db
def test_rates_classes_and_cases_are_those_of_the_month(small, overseer):
    tells = then(overseer, OCTOBER)
    assert (tells.kept_now, tells.kept_before) == (Kept(2, 1), Kept(1, 1))
    assert (tells.days_now, tells.days_before) == (11.0, 15.0)
    assert tells.unrectified == 1, "reported in November, so not put right at the end of October"
    assert (tells.all_units.worst, tells.worst_months[-1]) == (2, 2)
    assert then(overseer, OCTOBER, "330411").all_units.worst == 0
    assert tells.months[-1].last == OCTOBER


@pytest.mark.django_db
def test_a_class_lost_since_still_counts_for_its_months(make_class, overseer):
    record = make_class("C", date(2026, 2, 1), date(2026, 11, 1))
    assert ClassRecord.objects.get() == record
    assert then(overseer, OCTOBER).all_units.by_class == {"C": 1}
    assert now(overseer, TODAY).all_units.worst == 0


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["2026-11", "2026-12", "2031-01", "1999-12", "soon", "2026-13", ""])
def test_only_a_month_gone_by_is_another_page(small, overseer, client_of, asked):
    page = client_of(overseer).get(reverse("oversight"), {"month": asked})
    assert page.status_code == 200
    assert "strip" in page.context
    assert page.context["chosen"].month is None
    assert page.context["months"]["following"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["October 2026", "As it stood at the end of", "Overdue when the month ended"]),
        ("zh-hans", ["2026年10月", "月末逾期"]),
    ],
)
def test_the_page_of_a_month_says_so_and_leads_on(small, told, overseer, client_of, language, words):
    client = client_of(overseer, language)
    page = client.get(reverse("oversight") + "?month=2026-10&area=330402")
    html = page.content.decode()
    assert all(word in html for word in words)
    assert " style=" not in html
    months = page.context["months"]
    assert months["previous"]["url"] == "?area=330402&month=2026-09"
    assert months["following"]["url"] == months["present"] == "?area=330402"
    figures = {figure.code: figure for figure in page.context["figures"]}
    assert figures["overdue"].value == str(page.context["page"].paginator.count)
    assert {code for code, figure in figures.items() if figure.url} == {"overdue"}
    assert "remind-all" not in html
    row = page.context["rows"][0]
    assert row.late > 0
    earlier = client.get(reverse("oversight") + months["previous"]["url"])
    assert earlier.context["months"]["following"]["url"] == "?area=330402&month=2026-10"
    assert all(row["url"].endswith("month=2026-10") for row in page.context["areas"] if row["url"])


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_report_and_the_export_are_of_the_month(told, overseer, client_of, language):
    client = client_of(overseer, language)
    page = client.get(reverse("oversight_weekly") + "?month=2026-10")
    assert page.context["counts"].overdue == len(page.context["rows"]) > 0
    assert page.context["rows"][0].deadline.case.number in page.content.decode()
    assert client.get(reverse("oversight_export") + "?month=2026-10").status_code == 200
    assert not DeadlineReminder.objects.filter(rung__startswith="urged").exists()


@pytest.mark.django_db
def test_a_month_costs_the_same_however_much_it_shows(make_order, make_class, overseer, client_of):
    client = client_of(overseer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("oversight") + "?month=2026-10").status_code == 200
        return len(captured)

    make_order(date(2026, 9, 9), date(2026, 9, 24))
    client.get(reverse("oversight"))
    few = queries()
    for _ in range(8):
        make_order(date(2026, 9, 9), date(2026, 9, 24))
        make_class("C", date(2026, 3, 1), place="330411100")
    assert queries() == few


@pytest.mark.django_db
def test_a_month_shows_nothing_of_another_area(small, bodies, client_of):
    town = make_user("town", "overseer", bodies["330411"])
    page = client_of(town).get(reverse("oversight") + "?month=2026-10&area=330402")
    assert page.context["page"].paginator.count == 0
    assert {figure.code: figure.value for figure in page.context["figures"]}["worst"] == "0"
