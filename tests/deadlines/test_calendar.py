"""An imported notice overlays the packaged years and moves what was counted provisionally."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import AuditEvent, CalendarYear, Deadline, Notification, User
from cases.rules.errors import RuleError
from cases.services.calendar import ImportedYear, import_calendar_year, warn_of_missing_calendar, work_calendar
from cases.services.deadlines import extend_deadline
from tests.deadlines.conftest import REASON, StartDeadline
from tests.factories import acting

NOTICE = "国务院办公厅关于2027年部分节假日安排的通知"
NEW_YEAR = [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)]
Import = Callable[..., ImportedYear]


@pytest.fixture
def import_2027(administrator: User) -> Import:
    def import_year(days_off: list[date], makeup_days: list[date]) -> ImportedYear:
        return import_calendar_year(
            year=2027, days_off=days_off, makeup_days=makeup_days, notice=NOTICE, acting=acting(administrator)
        )

    return import_year


def test_without_imports_the_packaged_calendar_stands(db: None) -> None:
    calendar = work_calendar()
    assert calendar.is_workday(date(2026, 10, 10))
    assert not calendar.is_provisional(date(2026, 12, 31))
    assert calendar.is_provisional(date(2027, 1, 1))


def test_an_import_is_seen_at_once(import_2027: Import) -> None:
    assert work_calendar().is_workday(date(2027, 1, 4))
    import_2027([*NEW_YEAR, date(2027, 1, 4)], [date(2027, 1, 9)])
    calendar = work_calendar()
    assert not calendar.is_workday(date(2027, 1, 4))
    assert calendar.is_workday(date(2027, 1, 9))
    assert not calendar.is_provisional(date(2027, 1, 4))


def test_the_calendar_is_built_once_and_asked_for_by_one_query(import_2027: Import) -> None:
    import_2027(NEW_YEAR, [])
    first = work_calendar()
    with CaptureQueriesContext(connection) as captured:
        assert work_calendar() is first
    assert len(captured) == 1


def test_a_row_changed_by_another_process_is_noticed(import_2027: Import) -> None:
    import_2027(NEW_YEAR, [])
    work_calendar()
    CalendarYear.objects.update(days_off=["2027-01-05"])
    assert not work_calendar().is_workday(date(2027, 1, 5))


def test_provisional_deadlines_are_counted_again(import_2027: Import, start: StartDeadline) -> None:
    deadline = start("return_visit", date(2026, 12, 24))  # 10 working days reach into 2027
    assert (deadline.provisional, deadline.due_on) == (True, date(2027, 1, 8))
    imported = import_2027([*NEW_YEAR, date(2027, 1, 4)], [])
    deadline.refresh_from_db()
    assert imported.recomputed == (deadline.pk,)
    assert (deadline.provisional, deadline.due_on) == (False, date(2027, 1, 11))
    entry = deadline.entries.get(event="recomputed")
    assert (entry.due_before, entry.due_after) == (date(2027, 1, 8), date(2027, 1, 11))
    assert deadline.next_check_on == date(2027, 1, 6)
    assert AuditEvent.objects.filter(action="deadline.recomputed").count() == 1


def test_counting_again_keeps_extensions(import_2027: Import, start: StartDeadline, head: User) -> None:
    deadline = start(start_on=date(2026, 12, 10))  # 15 days: 25 December
    at_once = Acting(user=head, at=datetime(2026, 12, 11, 4, tzinfo=UTC))
    extended = extend_deadline(deadline=deadline, amount=7, reason=REASON, acting=at_once)
    assert (extended.due_on, extended.provisional) == (date(2027, 1, 4), True)
    import_2027([*NEW_YEAR, date(2027, 1, 4)], [])
    deadline.refresh_from_db()
    assert (deadline.due_on, deadline.provisional) == (date(2027, 1, 5), False)


def test_what_lies_in_official_years_or_is_over_stays(import_2027: Import, start: StartDeadline) -> None:
    start()
    over = start("return_visit", date(2026, 12, 24))
    Deadline.objects.filter(pk=over.pk).update(state="met", met_on=date(2026, 12, 28), next_check_on=None)
    assert import_2027(NEW_YEAR, []).recomputed == ()


def test_the_same_notice_twice_changes_nothing(import_2027: Import, start: StartDeadline) -> None:
    start("return_visit", date(2026, 12, 24))
    assert len(import_2027(NEW_YEAR, []).recomputed) == 1
    assert import_2027(NEW_YEAR, []).recomputed == ()
    assert AuditEvent.objects.filter(action="calendar.imported").count() == 1


def test_a_corrected_notice_moves_what_was_official(import_2027: Import, start: StartDeadline) -> None:
    import_2027(NEW_YEAR, [])
    deadline = start("return_visit", date(2026, 12, 24))
    assert (deadline.provisional, deadline.due_on) == (False, date(2027, 1, 8))
    import_2027([*NEW_YEAR, date(2027, 1, 4)], [])
    deadline.refresh_from_db()
    assert deadline.due_on == date(2027, 1, 11)


@pytest.mark.parametrize(
    ("days_off", "makeup", "code"),
    [
        ([date(2026, 1, 1)], [], "calendar_stray_day"),
        ([date(2027, 1, 2)], [date(2027, 1, 2)], "calendar_day_twice"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(
    days_off: list[date], makeup: list[date], code: str, import_2027: Import
) -> None:
    with pytest.raises(RuleError) as refusal:
        import_2027(days_off, makeup)
    assert refusal.value.code == code
    assert not CalendarYear.objects.exists()


def test_a_notice_has_a_name(administrator: User) -> None:
    with pytest.raises(RuleError) as refusal:
        import_calendar_year(year=2027, days_off=[], makeup_days=[], notice=" ", acting=acting(administrator))
    assert refusal.value.code == "notice_missing"


def test_an_inspector_imports_no_notice(inspector: User) -> None:
    with pytest.raises(Blocked):
        import_calendar_year(year=2027, days_off=[], makeup_days=[], notice=NOTICE, acting=acting(inspector))


def test_the_command_imports_a_file(bodies: object, start: StartDeadline, tmp_path: Path) -> None:
    start("return_visit", date(2026, 12, 24))
    file = tmp_path / "2027.yaml"
    file.write_text(f'- {{year: 2027, notice_no: {NOTICE}, off_days: ["01-01"], makeup_days: []}}\n', encoding="utf-8")
    call_command("import_calendar", str(file), verbosity=0)
    assert CalendarYear.objects.get().days_off == ["2027-01-01"]
    assert not Deadline.objects.filter(provisional=True).exists()


@pytest.mark.parametrize(
    "content", ["- {year: 2027}\n", '- {year: 2027, notice_no: x, off_days: ["13-01"], makeup_days: []}\n']
)
def test_the_command_names_what_is_wrong_with_a_file(content: str, db: None, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=r"bad\.yaml:1"):
        call_command("import_calendar", str(file))
    with pytest.raises(CommandError):
        call_command("import_calendar", str(tmp_path / "missing.yaml"))


def test_administrators_are_warned_once_from_15_november(administrator: User, inspector: User) -> None:
    def on(day: int) -> Acting:
        return Acting(user=None, at=datetime(2026, 11, day, 4, tzinfo=UTC))

    assert warn_of_missing_calendar(acting=on(14)) is None
    assert [warn_of_missing_calendar(acting=on(day)) for day in (15, 16)] == [2027, 2027]
    assert Notification.objects.get().user == administrator


def test_nobody_is_warned_once_the_notice_is_in(import_2027: Import) -> None:
    import_2027(NEW_YEAR, [])
    assert warn_of_missing_calendar(acting=Acting(user=None, at=datetime(2026, 12, 1, 4, tzinfo=UTC))) is None
