"""A unit as it stood on any day: as the live copies say today, and unmoved by whatever comes later."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.acting import LEGAL_ZONE, Acting
from cases.models import (
    Body,
    Case,
    ClassRecord,
    CreditRating,
    Enterprise,
    KeySupervision,
    ListEntry,
    ResponsibilityLock,
    SafetyPerson,
    StatusRecord,
    TierRecord,
    UpperSupervision,
    User,
)
from cases.rules.status_line import status_line
from cases.selectors.as_at import QUERIES, UnitAsAt, unit_as_at
from cases.services.lock_records import start_check_clock
from cases.services.set_status import set_status
from tests.factories import NOON, make_enterprise

pytestmark = pytest.mark.django_db
FIRST = date(2026, 1, 5)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LEGAL_ZONE)


def said(unit: UnitAsAt) -> dict[str, Any]:
    """What the histories say, as plain values."""
    return {
        "tier": unit.tier,
        "tier_body": unit.tier_body and unit.tier_body.code,
        "territorial_body": unit.territorial_body and unit.territorial_body.code,
        "supervising_body": unit.supervising_body and unit.supervising_body.code,
        "class": unit.quality_class,
        "mode": unit.mode,
        "status": unit.status and unit.status.status,
        "on_file": unit.status_on_file and unit.status_on_file.status,
        "key": [entry.body.code for entry in unit.key_supervision],
        "lists": [(entry.register, entry.kind, entry.level) for entry in unit.list_entries],
        "officer": unit.lock and unit.lock.officer.name,
        "people": [(person.role, person.name) for person in unit.people],
        "credit": unit.credit_risk,
    }


class Tale:
    """A unit whose histories are written day by day, as the services would write them."""

    def __init__(self, unit: Enterprise, officer: User, bodies: dict[str, Body]) -> None:
        self.unit, self.officer, self.bodies = unit, officer, bodies
        self.case = Case.objects.create(
            number=f"嘉南市监检〔2026〕{unit.pk}号",
            enterprise=unit,
            body=unit.territorial_body,
            territorial_body=unit.territorial_body,
            planned_on=FIRST,
            status="planned",
            pack="national-2012@1",
            opened_at=noon(FIRST),
            opened_by=officer,
        )
        self.clock = start_check_clock(
            enterprise=unit, body=unit.tier_body, officer=officer, start_on=FIRST, acting=Acting(officer, noon(FIRST))
        )

    def tell(self, act: str, day: date, turn: int) -> None:
        getattr(self, f"_{act}")(day, turn)

    def _tier(self, day: date, turn: int) -> None:
        self.unit.tier = "ABCD"[turn % 4]
        self.unit.tier_body = self.bodies[("330000", "330400", "330402")[turn % 3]]
        self.unit.save(update_fields=["tier", "tier_body"])
        TierRecord.objects.filter(enterprise=self.unit, valid_to__isnull=True).update(valid_to=noon(day))
        TierRecord.objects.create(
            enterprise=self.unit,
            tier=self.unit.tier,
            tier_body=self.unit.tier_body,
            territorial_body=self.unit.territorial_body,
            pack="samr-2023-38@1",
            valid_from=noon(day),
        )

    def _class(self, day: date, turn: int) -> None:
        self.unit.quality_class = ("AA", "A", "B", "C")[turn % 4]
        self.unit.mode = ("credit", "responsibility", "routine", "tightened")[turn % 4]
        self.unit.save(update_fields=["quality_class", "mode"])
        ClassRecord.objects.filter(enterprise=self.unit, valid_to__isnull=True).update(valid_to=day)
        ClassRecord.objects.create(
            enterprise=self.unit,
            case=self.case,
            quality_class=self.unit.quality_class,
            mode=self.unit.mode,
            pack="national-2012@1",
            valid_from=day,
            next_review_on=day + timedelta(days=365),
        )

    def _status(self, day: date, turn: int) -> None:
        self.unit.refresh_from_db()
        set_status(
            enterprise_id=self.unit.pk,
            status=("suspended", "active", "lost")[turn % 3],
            status_on=day,
            status_basis="走访记录",
            version=self.unit.version,
            acting=Acting(self.officer, noon(day)),
        )
        self.unit.refresh_from_db()

    def _key(self, day: date, turn: int) -> None:
        self._toggle(KeySupervision, day, {"case": self.case, "body": self.unit.territorial_body, "reason": "C类"})

    def _list(self, day: date, turn: int) -> None:
        entry = {"year": 2026, "kind": "production", "level": ("key", "special")[turn % 2], "pack": "samr-2023-38@1"}
        self._toggle(ListEntry, day, {**entry, "reason": "风险", "body": self.unit.tier_body})

    def _lock(self, day: date, turn: int) -> None:
        ResponsibilityLock.objects.filter(enterprise=self.unit, ended_on__isnull=True).update(
            ended_on=day, end="handed_over"
        )
        ResponsibilityLock.objects.create(
            enterprise=self.unit,
            officer=self.officer,
            body=self.unit.tier_body,
            study="研判",
            locked_on=day,
            locked_by=self.officer,
            since=day,
            clock=self.clock,
        )

    def _upper(self, day: date, turn: int) -> None:
        taken = UpperSupervision.objects.filter(enterprise=self.unit, ended_on__isnull=True)
        if not taken.update(ended_on=day):
            UpperSupervision.objects.create(
                enterprise=self.unit,
                case=self.case,
                from_body=self.unit.tier_body,
                body=self.bodies["000000"],
                taken_on=day,
                counted_from=day,
                review_on=day + timedelta(days=365),
            )

    def _person(self, day: date, turn: int) -> None:
        SafetyPerson.objects.filter(enterprise=self.unit, role="director", left_on__isnull=True).update(left_on=day)
        SafetyPerson.objects.create(enterprise=self.unit, role="director", name=f"总监{turn}", appointed_on=day)

    def _credit(self, day: date, turn: int) -> None:
        CreditRating.objects.filter(enterprise=self.unit, valid_to__isnull=True).update(valid_to=day)
        risk = ("low", "general", "elevated", "high")[turn % 4]
        CreditRating.objects.create(enterprise=self.unit, credit_risk=risk, valid_from=day)

    def _toggle(self, model: Any, day: date, values: dict[str, Any]) -> None:
        if not model.objects.filter(enterprise=self.unit, left_on__isnull=True).update(left_on=day):
            model.objects.create(enterprise=self.unit, entered_on=day, **values)


ACTS = ("tier", "class", "status", "key", "list", "lock", "upper", "person", "credit")


@pytest.fixture
def tale(tree: dict[str, Body], unit: Enterprise, officer: User) -> Tale:
    TierRecord.objects.filter(enterprise=unit).update(valid_from=noon(FIRST))
    StatusRecord.objects.filter(enterprise=unit).update(recorded_at=noon(FIRST))
    return Tale(unit, officer, tree)


def whole_story() -> list[tuple[str, date]]:
    """Every act three times, some of them on the same day."""
    return [
        (act, FIRST + timedelta(days=7 * turn + place // 2)) for turn in range(1, 4) for place, act in enumerate(ACTS)
    ]


def test_today_equals_the_live_copies_all_along_the_story(tale: Tale) -> None:
    for turn, (act, day) in enumerate(sorted(whole_story(), key=lambda each: each[1])):
        tale.tell(act, day, turn)
        tale.unit.refresh_from_db()
        now = unit_as_at(tale.unit, day)
        live = tale.unit
        assert (now.tier, now.tier_body, now.territorial_body) == (live.tier, live.tier_body, live.territorial_body)
        assert (now.quality_class, now.mode) == (live.quality_class, live.mode)
        assert now.status is not None
        assert now.status == now.status_on_file
        assert (now.status.status, now.status.valid_from) == (live.status, live.status_on or live.first_entered_on)
        assert set(now.key_supervision) == set(live.key_supervision.filter(left_on__isnull=True))
        assert set(now.list_entries) == set(live.list_entries.filter(left_on__isnull=True))
        assert now.lock == live.locks.filter(ended_on__isnull=True).first()
        assert set(now.people) == set(live.safety_people.filter(left_on__isnull=True))
        assert now.credit == live.credit_ratings.filter(valid_to__isnull=True).first()


def test_no_earlier_day_changes_when_the_story_goes_on(tale: Tale) -> None:
    seen: dict[date, dict[str, Any]] = {}
    for turn, (act, day) in enumerate(sorted(whole_story(), key=lambda each: each[1])):
        yesterday = day - timedelta(days=1)
        seen.setdefault(yesterday, said(unit_as_at(tale.unit, yesterday)))
        tale.tell(act, day, turn)
    assert {day: said(unit_as_at(tale.unit, day)) for day in seen} == seen


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 9)), max_size=7), st.integers(0, 40))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_day_reads_the_same_before_and_after_later_acts(
    tree: dict[str, Body], officer: User, acts: list[tuple[str, int]], offset: int
) -> None:
    unit = make_enterprise(first_entered_on=FIRST)
    TierRecord.objects.filter(enterprise=unit).update(valid_from=noon(FIRST))
    StatusRecord.objects.filter(enterprise=unit).update(recorded_at=noon(FIRST))
    tale, day, asked = Tale(unit, officer, tree), FIRST, FIRST + timedelta(days=offset)
    then = None
    for turn, (act, wait) in enumerate(acts):
        day += timedelta(days=wait)
        if day > asked and then is None:
            then = said(unit_as_at(tale.unit, asked))
        tale.tell(act, day, turn)
    assert then in (None, said(unit_as_at(tale.unit, asked)))


def test_legal_days_decide_not_those_of_greenwich(tale: Tale) -> None:
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=LEGAL_ZONE)  # 15:30 of the same day in Greenwich
    TierRecord.objects.filter(enterprise=tale.unit).update(valid_to=evening)
    early = datetime(2026, 3, 2, 0, 30, tzinfo=LEGAL_ZONE)  # still 1 March in Greenwich
    TierRecord.objects.create(
        enterprise=tale.unit,
        tier="A",
        tier_body=tale.bodies["330000"],
        territorial_body=tale.unit.territorial_body,
        pack="samr-2023-38@1",
        valid_from=early,
    )
    assert unit_as_at(tale.unit, date(2026, 3, 1)).tier is None  # ended that evening, the next began after midnight
    assert unit_as_at(tale.unit, date(2026, 2, 28)).tier == "C"
    assert unit_as_at(tale.unit, date(2026, 3, 2)).tier == "A"


def test_before_the_first_entry_there_was_no_unit(tale: Tale) -> None:
    before = unit_as_at(tale.unit, FIRST - timedelta(days=1))
    assert not before.entered
    assert (before.tier_record, before.status, before.lock) == (None, None, None)
    assert unit_as_at(tale.unit, FIRST).entered


def test_a_status_recorded_afterwards_says_what_the_file_said_then(tale: Tale) -> None:
    tale.unit.refresh_from_db()
    set_status(
        enterprise_id=tale.unit.pk,
        status="lost",
        status_on=date(2026, 3, 1),
        status_basis="走访记录",
        version=tale.unit.version,
        acting=Acting(tale.officer, noon(date(2026, 3, 20))),
    )
    told = unit_as_at(tale.unit, date(2026, 3, 10))
    assert told.status is not None
    assert told.status_on_file is not None
    assert (told.status.status, told.status_on_file.status) == ("lost", "active")
    later = unit_as_at(tale.unit, date(2026, 3, 20))
    assert later.status == later.status_on_file


def test_it_costs_the_same_however_long_the_history(tale: Tale) -> None:
    for turn, (act, day) in enumerate(sorted(whole_story(), key=lambda each: each[1])):
        tale.tell(act, day, turn)
    for day in (FIRST, date(2026, 2, 1), NOON.date()):
        with CaptureQueriesContext(connection) as queries:
            said(unit_as_at(tale.unit, day))
        assert len(queries) == QUERIES


def test_what_is_stated_later_goes() -> None:
    days = [date(2026, month, 1) for month in range(1, 8)]
    stated = [("active", days[0]), ("lost", days[4]), ("lost", days[2]), ("active", days[5])]
    line = [(held.status, held.first, held.last) for held in status_line(stated)]
    assert line == [
        ("active", days[0], date(2026, 2, 28)),
        ("lost", days[2], date(2026, 5, 31)),
        ("active", days[5], None),
    ]
    assert status_line([]) == ()
