"""The statistics: figures by hand, each the number of its rows; periods, areas, the workbook, the cost."""

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, ListEntry, Opinion, RiskEvent
from cases.rules.task_list import period_from
from cases.selectors.overseen import overseen
from notices.models import Document
from tests.cockpit.conftest import TODAY, noon_of
from tests.factories import NOON, make_user
from workflow.selectors.report_figures import FIGURES
from workflow.selectors.reports import previous_of, report_of, rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def small(make_order, make_class, make_case, bodies, overseer):
    """November and October of two counties."""
    d = lambda month, day: date(2026, month, day)  # noqa: E731
    make_order(d(10, 20), d(11, 4), reported=d(11, 1), visit="pass")
    make_order(d(10, 26), d(11, 10), expired=True, place="330411100")
    make_order(d(9, 20), d(10, 5), reported=d(9, 30), visit="fail")
    unit = make_class("A", d(3, 2), d(11, 2)).enterprise
    make_class("C", d(11, 2), enterprise=unit)
    make_class("B", d(11, 9), place="330411100")
    case = make_case(opened_at=noon_of(d(11, 3)), status="closed", closed_at=noon_of(d(11, 16)))
    Opinion.objects.create(
        case=case, round=1, step="file_province", outcome="returned", reason="材料不全", body=bodies["330000"],
        decided_at=noon_of(d(11, 30)),
    )  # fmt: skip
    RiskEvent.objects.create(
        enterprise=unit, kind="complaint", title="投诉", facts="事实", occurred_on=d(11, 1), fingerprint="1",
        reported_at=noon_of(d(11, 2)), state="verified", confirmed_on=d(11, 12), level="larger",
    )  # fmt: skip
    ListEntry.objects.create(
        enterprise=unit, body=bodies["330402"], year=2026, kind="production", level="key", entered_on=d(10, 12),
        reason="触发", pack="samr-2023-38@1",
    )  # fmt: skip
    Document.objects.create(
        case=case, enterprise=case.enterprise, place=case.territorial_body, kind="rectification_order",
        subject="order:1", body=bodies["330402"], addressee="企业", drafted_at=NOON,
    )  # fmt: skip


def report_for(user, code="2026-11", area=""):
    return report_of(user, overseen(user, area), period_from(code), TODAY)


def test_the_figures_are_those_worked_out_by_hand(small, overseer):
    report = report_for(overseer)
    lines = {line.figure.code: line for section in report.sections for line in section.lines}
    told = {
        code: (lines[code].now, lines[code].before, lines[code].parts)
        for code in lines
        if lines[code].now or lines[code].before
    }
    assert told == {
        "cases_opened": (1, 0, (1, 0)),
        "cases_closed": (1, 0, (1, 0)),
        "cases_open": (6, 6, (4, 2)),
        "classes": (2, 0, (1, 1)),
        "classes_first": (1, 0, (0, 1)),
        "classes_worse": (1, 0, (1, 0)),
        "class_A": (0, 1, (0, 0)),
        "class_B": (1, 0, (0, 1)),
        "class_C": (1, 0, (1, 0)),
        "orders_issued": (0, 2, (0, 0)),
        "orders_served": (0, 2, (0, 0)),
        "orders_ended": (2, 1, (1, 1)),
        "orders_in_time": (1, 0, (1, 0)),
        "visits": (1, 1, (1, 0)),
        "visits_passed": (1, 0, (1, 0)),
        "visits_failed": (0, 1, (0, 0)),
        "events": (1, 0, (1, 0)),
        "events_verified": (1, 0, (1, 0)),
        "events_larger": (1, 0, (1, 0)),
        "key_entered": (0, 1, (0, 0)),
        "lists_standing": (1, 1, (1, 0)),
    }, "what lies after today, 18 November, does not count yet"


@pytest.mark.parametrize("code", ["2026-11", "2026-10", "2026-Q4", "2026-H2", "2026", "2025"])
@pytest.mark.parametrize("area", ["", "330402", "330411100"])
def test_every_figure_is_the_number_of_its_rows(small, overseer, code, area):
    seen, period = overseen(overseer, area), period_from(code)
    report = report_of(overseer, seen, period, TODAY)
    for section in report.sections:
        for line in section.lines:
            assert rows_of(overseer, seen, period, line.figure.code, TODAY).count() == line.now, line.figure.code


def test_the_page_of_every_figure_shows_its_rows(small, overseer, client_of):
    client = client_of(overseer)
    report = report_for(overseer, "2026")
    for code in FIGURES:
        page = client.get(reverse("report_rows") + f"?figure={code}&period=2026")
        assert page.status_code == 200, code
        assert page.context["page"].paginator.count == report.now(code), code
    assert client.get(reverse("report_rows") + "?figure=nonsense").status_code == 404


@pytest.mark.parametrize(
    ("code", "previous"),
    [("2026-01", "2025-12"), ("2026-Q1", "2025-Q4"), ("2026-H2", "2026-H1"), ("2026", "2025")],
)
def test_a_period_is_compared_with_the_one_before(code, previous):
    assert previous_of(period_from(code)).code == previous


@pytest.mark.parametrize("asked", ["", "nonsense", "2026-13", "2027"])
def test_an_address_without_a_period_shows_the_present_month(asked, overseer, client_of):
    page = client_of(overseer).get(reverse("reports"), {"period": asked})
    assert page.context["period"].code == "2026-11"
    assert page.context["steps"]["after"] == ""


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_is_drawn_in_both_languages(small, overseer, client_of, language):
    html = client_of(overseer, language).get(reverse("reports") + "?period=2026-Q4&area=330402").content.decode()
    assert " style=" not in html
    assert "凤桥镇" in html
    assert ("统计报表" if language == "zh-hans" else "Statistics") in html


def test_the_workbook_holds_the_figures(small, overseer, client_of):
    answer = client_of(overseer).get(reverse("reports_export") + "?period=2026-11")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[0][4:] == ["南湖区", "秀洲区"]
    assert next(row[2:] for row in rows if row[1] == "Cases open at the end") == [6, 6, 4, 2]
    assert AuditEvent.objects.filter(action="exported.report").count() == 1


def test_nothing_of_another_county_is_counted(small, bodies, client_of):
    neighbour = make_user("neighbour", "overseer", bodies["330411"])
    report = report_for(neighbour)
    assert (report.now("events"), report.now("classes"), report.now("orders_ended")) == (0, 1, 1)
    outside = client_of(neighbour).get(reverse("report_rows") + "?figure=events&period=2026-11&area=330402")
    assert outside.context["page"].paginator.count == 0


def test_the_page_costs_the_same_however_much_it_counts(make_order, make_class, overseer, client_of):
    client = client_of(overseer)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("reports")).status_code == 200
        return len(captured)

    make_class("C", date(2026, 11, 3))
    queries()
    few = queries()
    for _ in range(6):
        make_class("C", date(2026, 11, 3), place="330411100")
        make_order(date(2026, 10, 20), date(2026, 11, 4))
    assert queries() == few
