"""The cockpit: figures worked out by hand in a small world, the lists they lead to, its scope, and its cost."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.acting import Acting
from cases.models import Deadline, DeadlineReminder
from cases.rules.rectification_rates import Kept
from cases.selectors.cockpit import cockpit_of, months_until
from cases.selectors.deadline_past import running_by_due, stood
from cases.selectors.deadlines import in_area, visible_deadlines
from cases.selectors.overseen import overseen
from cases.services.deadlines import extend_deadline, meet_deadline, resume_deadline, start_deadline, suspend_deadline
from cases.services.open_settings import set_open_setting
from tests.cockpit.conftest import TODAY, noon_of
from tests.factories import acting, give_post, make_user

pytestmark = pytest.mark.django_db
REASON = "企业正在更换检测设备，需要时间"


@pytest.fixture
def small(make_order, make_class, make_case, bodies):
    """Six orders, five units of known class and a closed case, in two counties."""
    d = lambda month, day: date(2026, month, day)  # noqa: E731
    return {
        "in_time": make_order(d(10, 20), d(11, 4), reported=d(11, 1), visit="pass"),
        "refuted": make_order(d(10, 20), d(11, 4), reported=d(11, 3), visit="partly"),
        "expired": make_order(d(10, 26), d(11, 10), expired=True, place="330411100"),
        "running": make_order(d(11, 9), d(11, 24)),
        "before": make_order(d(9, 20), d(10, 5), reported=d(9, 30)),
        "closed": make_order(d(10, 1), d(10, 16), status="closed", closed_at=noon_of(d(10, 10))),
        "C": make_class("C", d(3, 1)),
        "C too": make_class("C", d(11, 10), place="330411100"),
        "A": make_class("A", d(5, 1)),
        "was C": make_class("C", d(1, 5), d(9, 30)),
        "opened": make_case(opened_at=noon_of(d(11, 2)), status="inspected"),
    }


def cockpit_for(user, code=""):
    seen = overseen(user, code)
    local = in_area(visible_deadlines(user, "view_oversight"), seen.narrowing)
    return cockpit_of(user, seen, local, TODAY)


def test_the_figures_are_those_worked_out_by_hand(small, overseer):
    cockpit = cockpit_for(overseer)
    assert (cockpit.kept_now, cockpit.kept_now.rate) == (Kept(3, 1), 33.3)
    assert cockpit.kept_before == Kept(1, 1)
    assert [month.rate for month in cockpit.kept_months][-3:] == [None, 100.0, 33.3]
    assert (cockpit.days_now, cockpit.days_before) == (13.0, 10.0)  # 12 and 14 days; then 10
    assert cockpit.unrectified == 2, "refuted by the visit, and run out without a report"
    assert cockpit.counts.week == 1
    assert cockpit.open_cases == 10
    assert cockpit.cases_months[-2:] == [9, 10]
    units = cockpit.all_units
    assert (units.worst, units.classed) == (2, 3)
    assert cockpit.worst_months[-4:] == [2, 1, 1, 2]  # the one of old left on 30 September


def test_an_area_counts_its_own(small, overseer, bodies):
    nanhu, xiuzhou = cockpit_for(overseer, "330402"), cockpit_for(overseer, "330411")
    assert (nanhu.kept_now, xiuzhou.kept_now) == (Kept(2, 1), Kept(1, 0))
    assert (nanhu.all_units.worst, xiuzhou.all_units.worst) == (1, 1)
    town = cockpit_for(overseer, "330402101")
    assert (town.open_cases, town.kept_now, town.all_units.worst) == (0, Kept(), 0)
    whole = cockpit_for(overseer)
    assert whole.open_cases == nanhu.open_cases + xiuzhou.open_cases


def test_what_stood_before_is_what_the_ledger_says(make_case, overseer, bodies):
    """Day by day through the services, asking each day, and once more at the end about all of them."""
    county = make_user("head", "unit_head", bodies["330402"])

    def at(day):
        return Acting(county, noon_of(day))

    first = date(2026, 11, 2)
    begun = {}
    for number, start in enumerate((date(2026, 10, 10), date(2026, 10, 14), date(2026, 10, 21), date(2026, 10, 12))):
        case = make_case("330402")
        begun[number] = start_deadline(
            rule="rectification", subject=f"order:{number}", case=case, start_on=start,
            accountable_body=bodies["330402"], acting=at(first),
        )  # fmt: skip
    everything = visible_deadlines(overseer, "view_oversight")
    days = [first + timedelta(days=back) for back in range(12)]
    seen = []
    for day in days:
        if day == date(2026, 11, 4):
            suspend_deadline(
                deadline=Deadline.objects.filter(state="running", due_on__gte=day).last(), reason=REASON, acting=at(day)
            )
        if day == date(2026, 11, 5):
            meet_deadline(subject="order:0", case=begun[0].case, on=day, acting=at(day))
        if day == date(2026, 11, 9):
            stopped = Deadline.objects.filter(state="suspended").get()
            resume_deadline(deadline=stopped, reason=REASON, acting=at(day))
        seen.append(everything.filter(state="running", due_on__lt=day).count())
    assert seen[0] > 0
    assert len(set(seen)) > 1
    assert stood(everything, days, days[-1:], running_by_due(everything))[0][:-1] == seen


def test_an_extension_after_the_last_day_does_not_rewrite_the_days_before(make_case, overseer, bodies):
    case = make_case("330402")
    head = make_user("head", "unit_head", bodies["330402"])
    deadline = start_deadline(
        rule="rectification", subject="order:1", case=case, start_on=date(2026, 11, 2),
        accountable_body=bodies["330402"], acting=Acting(head, noon_of(date(2026, 11, 3))),
    )  # fmt: skip
    day = date(2026, 11, 12)
    extend_deadline(deadline=deadline, amount=10, reason=REASON, acting=Acting(head, noon_of(day)))
    everything = visible_deadlines(overseer, "view_oversight")
    days = [date(2026, 11, 17), date(2026, 11, 18)]
    assert stood(everything, days, days, running_by_due(everything))[0] == [0, 0, 0, 0]


def figures_of(page):
    return {figure.code: figure for figure in page.context["figures"]}


def rows_behind(client, url):
    page = client.get(unescape(url))
    assert page.status_code == 200
    return page.context["page"].paginator.count


@pytest.mark.parametrize("area", ["", "330402", "330411100"])
def test_every_figure_leads_to_the_rows_it_counts(small, overseer, client_of, area):
    client = client_of(overseer)
    base = reverse("oversight")
    page = client.get(base + (f"?area={area}" if area else ""))
    shown = {code: (figure.value, figure.url) for code, figure in figures_of(page).items()}
    cockpit = cockpit_for(overseer, area)
    for code in ("overdue", "soon"):
        assert rows_behind(client, base + shown[code][1].split("#")[0]) == int(shown[code][0])
    for code in ("cases", "worst"):
        assert rows_behind(client, shown[code][1]) == int(shown[code][0])
    assert rows_behind(client, base + shown["in_time"][1].split("#")[0]) == cockpit.kept_now.ended
    reported = [o for o in cockpit.orders if o.reported_on and o.reported_on > TODAY - timedelta(days=30)]
    assert rows_behind(client, base + shown["days"][1].split("#")[0]) == len(reported)
    for tab in page.context["tabs"]:
        assert rows_behind(client, base + tab["url"].split("#")[0]) == tab["count"], tab["label"]
    for day in page.context["strip"]:
        assert rows_behind(client, base + day["url"].split("#")[0]) == day["number"]


def test_the_table_by_area_adds_up(small, overseer, client_of):
    page = client_of(overseer).get(reverse("oversight"))
    rows = page.context["areas"]
    assert [row["name"] for row in rows] == ["南湖区", "秀洲区"]
    assert sum(row["cases"] for row in rows) == 10
    assert sum(row["units"].worst for row in rows) == 2
    assert sum(row["counts"].running for row in rows) == page.context["counts"].running


def test_nothing_of_another_city_is_counted(small, bodies, client_of):
    town = make_user("town", "unit_head", bodies["330402101"])
    cockpit = cockpit_for(town)
    assert (cockpit.open_cases, cockpit.all_units.classed, cockpit.counts.running, len(cockpit.orders)) == (0, 0, 0, 0)
    page = client_of(town).get(reverse("oversight") + "?area=330411")
    assert page.context["seen"].area == bodies["330402101"], "an area that is not overseen is passed over"


def test_two_posts_in_neighbouring_counties_are_two_areas(small, bodies, client_of):
    both = make_user("both", "overseer", bodies["330402"])
    give_post(both, "overseer", bodies["330411"])
    seen = overseen(both, "")
    assert (seen.area, [body.code for body in seen.parts]) == (None, ["330402", "330411"])
    page = client_of(both).get(reverse("oversight"))
    assert [row["name"] for row in page.context["areas"]] == ["南湖区", "秀洲区"]
    assert cockpit_for(both, "330402").all_units.worst == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", ["oversight", "oversight_weekly", "risk_map"])
def test_the_pages_are_drawn_without_inline_style(small, overseer, client_of, name, language):
    html = client_of(overseer, language).get(reverse(name)).content.decode()
    assert " style=" not in html
    assert not re.search(r"\b(NaN|None|inf)\b", html)


def test_the_pages_need_a_post_that_oversees(bodies, client_of):
    inspector = make_user("wang", "inspector", bodies["330402"])
    for name in ("oversight", "oversight_weekly", "risk_map", "reports", "reports_export"):
        assert client_of(inspector).get(reverse(name)).status_code == 403, name


def test_the_cockpit_costs_the_same_however_much_it_shows(make_order, make_class, overseer, client_of):
    client = client_of(overseer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("oversight") + "?due=running").status_code == 200
        return len(captured)

    make_order(date(2026, 11, 9), date(2026, 11, 24))
    make_class("C", date(2026, 3, 1))
    client.get(reverse("oversight"))
    few = queries()
    for _ in range(8):
        make_order(date(2026, 11, 9), date(2026, 11, 24))
        make_class("C", date(2026, 3, 1), place="330411100")
    assert queries() == few


def test_the_target_is_a_setting_of_the_area(small, overseer, administrator, bodies, client_of):
    set_open_setting(
        body=bodies["330400"], key="oversight.on_time_target", value=30, reason=REASON, acting=acting(administrator)
    )
    page = client_of(overseer).get(reverse("oversight"))
    assert page.context["trend"]["target"]["value"] == 30
    assert "target 30%, reached" in page.content.decode()


def test_pressing_for_all_leaves_out_who_was_pressed_today(make_order, overseer, bodies, client_of):
    inspector = make_user("wang", "inspector", bodies["330402100"])
    for _ in range(3):
        make_order(date(2026, 10, 20), date(2026, 11, 4))
    make_order(date(2026, 10, 20), date(2026, 11, 4), place="330411100")
    Deadline.objects.filter(case__territorial_body=bodies["330402100"]).update(accountable_user=inspector)
    client = client_of(overseer)
    page = client.get(reverse("oversight") + "?area=330402")
    assert page.context["remind_all_url"].endswith("?area=330402&all=1")
    preview = client.post(page.context["remind_all_url"])
    assert len(preview.context["taken"]) == 3
    assert not DeadlineReminder.objects.filter(rung__startswith="urged").exists()
    sent = {"row": preview.context["keys"], "query": preview.context["picked"].query, "confirm": "1"}
    done = client.post(page.context["remind_all_url"], sent, follow=True)
    assert (done.context["run"].done, done.context["run"].total) == (3, 3)
    assert DeadlineReminder.objects.filter(rung="urged:1").count() == 3
    answer = client.post(page.context["remind_all_url"], follow=True)
    assert DeadlineReminder.objects.filter(rung__startswith="urged").count() == 3
    assert [str(message) for message in answer.context["messages"]] == ["Everybody has been reminded today already."]


def test_the_weekly_report_holds_the_figures_and_what_is_overdue(small, make_order, overseer, client_of):
    late = make_order(date(2026, 10, 20), date(2026, 11, 4))
    html = client_of(overseer).get(reverse("oversight_weekly") + "?area=330402").content.decode()
    assert late.case.enterprise.name in html
    assert "南湖区" in html


def test_months_end_with_the_present_one():
    months = months_until(TODAY)
    assert (months[0].first, months[-1].first, months[-1].last) == (date(2025, 12, 1), date(2026, 11, 1), TODAY)
