"""The period of listed oversight: lengthened once, in time, by the body that listed, and never by the one watched."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from cases.guards.conditions import Blocked
from cases.models import Deadline, ListedOversight, OversightProgress
from cases.rules.errors import RuleError
from cases.services.deadlines import extend_deadline, suspend_deadline
from cases.services.listed_oversight import DraftOversight, ReportProgress, draft_oversight, report_progress
from tests.factories import make_user
from workflow.models import WorkItem

pytestmark = pytest.mark.django_db
WHY = "召回尚需时日，被督办部门书面申请延期。"


@pytest.fixture
def clock(watch):
    watch.listed()
    return Deadline.objects.get(case=watch.case, rule="listed_oversight")


def test_it_runs_sixty_days_from_service(clock, watch):
    # 2026-05-01 to 05-05 are days off: the sixtieth day rolls to the first working day after
    assert (clock.start_on, clock.amount, clock.due_on) == (date(2026, 3, 2), 60, date(2026, 5, 6))
    assert clock.accountable_body.code == "330402"


def test_the_listing_body_lengthens_it_and_everything_follows(clock, watch):
    extended = extend_deadline(deadline=clock, amount=30, reason=WHY, acting=watch.acting(watch.people.drafter))
    oversight = ListedOversight.objects.get()
    assert (oversight.due_on, oversight.extended_days) == (extended.due_on, 30)
    assert WorkItem.objects.get(case=watch.case).due_on == extended.due_on


def test_the_watched_body_neither_lengthens_nor_suspends_it(clock, watch, bodies):
    for role in ("overseer", "unit_head"):
        person = make_user(f"县_{role}", role, bodies["330402"])
        with pytest.raises(Blocked) as refused:
            extend_deadline(deadline=clock, amount=30, reason=WHY, acting=watch.acting(person))
        assert refused.value.code == "permission"
        with pytest.raises(Blocked):
            suspend_deadline(deadline=clock, reason=WHY, acting=watch.acting(person))


def test_it_is_lengthened_once_by_thirty_days_at_most_and_asked_for_in_time(clock, watch):
    acting = watch.acting(watch.people.drafter)
    with pytest.raises(RuleError) as refused:
        extend_deadline(deadline=clock, amount=31, reason=WHY, acting=acting)
    assert refused.value.code == "extension_too_long"
    watch.wait(62)  # 2026-05-03: less than five days before
    with pytest.raises(Blocked) as late:
        extend_deadline(deadline=clock, amount=30, reason=WHY, acting=watch.acting(watch.people.drafter))
    assert late.value.code == "asked_in_time"


def test_it_is_not_lengthened_twice(clock, watch):
    extend_deadline(deadline=clock, amount=10, reason=WHY, acting=watch.acting(watch.people.drafter))
    with pytest.raises(Blocked) as refused:
        extend_deadline(deadline=clock, amount=10, reason=WHY, acting=watch.acting(watch.people.drafter))
    assert refused.value.code == "not_extended_before"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"facts": " "}, "facts"),
        ({"demands": ""}, "demands"),
        ({"answerable": ""}, "answerable"),
        ({"days": 61}, "days"),
        ({"days": 0}, "days"),
    ],
)
def test_a_notice_says_what_it_must(watch, given, field):
    watch.propose()
    watch.decide("list")
    said = {"facts": "事实", "demands": "要求", "answerable": "沈国良", "days": 60, **given}
    with pytest.raises(RuleError) as refused:
        draft_oversight(case_id=watch.case.pk, facts=DraftOversight(**said), acting=watch.acting(watch.people.drafter))
    assert refused.value.details["field"] == field
    assert not ListedOversight.objects.exists()


@pytest.mark.parametrize(
    ("day", "content", "code"),
    [
        (date(2026, 3, 3), "进展", "date_in_future"),
        (date(2026, 3, 1), "进展", "date_too_early"),
        (date(2026, 3, 2), "  ", "content_missing"),
    ],
)
def test_a_report_is_of_a_day_of_the_watch(clock, watch, day, content, code):
    with pytest.raises(RuleError) as refused:
        report_progress(
            case_id=watch.case.pk, facts=ReportProgress(day, content), acting=watch.acting(watch.people.watched)
        )
    assert refused.value.code == code


def test_reports_are_kept_as_they_were_written(clock, watch):
    facts = ReportProgress(date(2026, 3, 2), "已停止销售。")
    report = report_progress(case_id=watch.case.pk, facts=facts, acting=watch.acting(watch.people.watched))
    with pytest.raises(DatabaseError), transaction.atomic():
        OversightProgress.objects.filter(pk=report.pk).update(content="改写")


def test_somebody_of_another_county_does_not_report(clock, watch, bodies):
    other = make_user("秀洲", "overseer", bodies["330411"])
    with pytest.raises(Blocked):
        report_progress(
            case_id=watch.case.pk, facts=ReportProgress(date(2026, 3, 2), "进展"), acting=watch.acting(other)
        )
