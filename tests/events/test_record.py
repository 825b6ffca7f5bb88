"""Reports of events are taken once; one happening is one event (P2 step 1)."""

from datetime import UTC, date, datetime

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Deadline, Enterprise, EventReport, Notification, RiskEvent, User
from cases.rules.errors import NotPermitted
from cases.services.enterprise_checks import FactsError
from cases.services.record_event import record_event
from tests.events.conftest import telling
from tests.factories import acting, make_enterprise, make_user


def test_a_first_report_makes_an_event_that_waits_for_verification(
    unit: Enterprise, reporter: User, verifier: User
) -> None:
    event = record_event(
        enterprise_id=unit.pk, told=telling(), source="complaint", source_reference="12315-7", acting=acting(reporter)
    )

    assert event.state == RiskEvent.State.REPORTED
    assert event.reports.get().told["title"] == "电热水壶漏电"
    deadline = Deadline.objects.get(subject=f"event:{event.pk}")
    assert (deadline.rule, deadline.due_on) == ("event_verification", date(2026, 12, 9))
    assert deadline.accountable_body == unit.territorial_body
    assert [told.user for told in Notification.objects.all()] == [verifier]
    assert AuditEvent.objects.filter(stream=f"enterprise:{unit.pk}", action="event.reported").count() == 1


def test_the_same_report_is_taken_once(unit: Enterprise, reporter: User) -> None:
    args = {"enterprise_id": unit.pk, "source": "complaint", "source_reference": "12315-7"}
    first = record_event(told=telling(), acting=acting(reporter), **args)
    again = record_event(told=telling(title="另一标题"), acting=acting(reporter), **args)

    assert again == first
    assert EventReport.objects.count() == 1
    assert AuditEvent.objects.filter(action__startswith="event.").count() == 1


def test_one_document_told_by_two_sources_is_one_event_with_the_gravest_facts(unit: Enterprise, reporter: User) -> None:
    sampled = telling("sampling_failed", reference="浙监抽〔2026〕第0012号", authority_level="province")
    complained = telling(
        "sampling_failed", reference="浙监抽(2026)12", safety_item=True, occurred_on=date(2026, 10, 30)
    )
    first = record_event(
        enterprise_id=unit.pk, told=sampled, source="sampling", source_reference="S1", acting=acting(None)
    )
    second = record_event(enterprise_id=unit.pk, told=complained, source="other_body", acting=acting(reporter))

    assert second == first
    first.refresh_from_db()
    assert (first.safety_item, first.authority_level) == (True, "province")
    assert first.occurred_on == date(2026, 10, 30)
    assert first.reports.count() == 2
    assert Deadline.objects.filter(subject=f"event:{first.pk}").count() == 1


def test_what_is_merely_alike_stays_apart(unit: Enterprise, reporter: User) -> None:
    first = record_event(enterprise_id=unit.pk, told=telling(), source="media", acting=acting(reporter))
    second = record_event(enterprise_id=unit.pk, told=telling(), source="complaint", acting=acting(reporter))

    assert first != second


def test_one_report_may_concern_two_units(unit: Enterprise, reporter: User) -> None:
    other = make_enterprise()
    for each in (unit, other):
        record_event(
            enterprise_id=each.pk, told=telling(), source="complaint", source_reference="7", acting=acting(reporter)
        )

    assert RiskEvent.objects.count() == 2


def test_the_clock_of_verification_stands_still_while_the_unit_may_object(unit: Enterprise, reporter: User) -> None:
    event = record_event(
        enterprise_id=unit.pk,
        told=telling("sampling_failed", reference="12"),
        source="sampling",
        received_on=date(2026, 11, 16),
        acting=acting(reporter),
    )

    assert Deadline.objects.get(subject=f"event:{event.pk}").state == Deadline.State.SUSPENDED


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"title": " "}, "title"),
        ({"occurred_on": date(2026, 12, 1)}, "occurred_on"),
        ({"circumstances": ("nonsense",)}, "circumstances"),
        ({"deaths": 40_000}, "deaths"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": "sampling_failed", "authority_level": ""}, "authority_level"),
        ({"title": "a\x00b"}, "title"),
    ],
)
def test_facts_that_cannot_stand_are_refused_at_their_field(
    unit: Enterprise, reporter: User, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(FactsError) as refused:
        record_event(enterprise_id=unit.pk, told=telling(**facts), source="media", acting=acting(reporter))

    assert field in {fault.field for fault in refused.value.faults}
    assert not RiskEvent.objects.exists()


def test_nobody_records_where_their_post_does_not_reach(unit: Enterprise, bodies: dict[str, object]) -> None:
    stranger = make_user("stranger", "inspector", bodies["330411"])  # type: ignore[arg-type]
    with pytest.raises((NotPermitted, Blocked)):
        record_event(
            enterprise_id=unit.pk,
            told=telling(),
            source="media",
            acting=acting(stranger, datetime(2026, 11, 18, 4, tzinfo=UTC)),
        )
