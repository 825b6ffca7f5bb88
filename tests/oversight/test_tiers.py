"""Tiers wait for their confirmation under one clock a body and day; a unit taken over stays with the body above."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Deadline, Enterprise, TierConfirmation, TierRecord, UpperSupervision
from cases.packs.loader import load_pack
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.rules.errors import RuleError
from cases.selectors.tier_confirmations import SheetFilter, narrowed, unconfirmed, unconfirmed_count
from cases.services.confirm_tier import confirm_tier, confirm_tiers
from cases.services.enter_enterprise import enter_enterprise
from cases.services.tier_enterprise import tiering_of
from cases.services.update_enterprise import update_enterprise
from tests.factories import NOON, acting, make_enterprise, make_uscc, make_user
from tests.registry.test_enter import facts
from tests.registry.test_import import take, unit, workbook

pytestmark = pytest.mark.django_db
RULE = "tier_confirmation"


def facts_of(enterprise: Enterprise) -> EnterpriseFacts:
    return EnterpriseFacts(**{name: getattr(enterprise, name) for name in EnterpriseFacts.__dataclass_fields__})


def changed(enterprise: Enterprise, user: Any, at: Any = NOON, **values: Any) -> Enterprise:
    enterprise.refresh_from_db()
    told = replace(facts_of(enterprise), **values)
    return update_enterprise(
        enterprise_id=enterprise.pk, facts=told, version=enterprise.version, acting=acting(user, at)
    )


@pytest.fixture
def officer(bodies):
    return make_user("王建国", "responsible_officer", bodies["330402"])


@pytest.fixture
def admin(bodies):
    return make_user("管宇", "platform_admin", bodies["330402"])


@pytest.fixture
def city_admin(bodies):
    return make_user("市管", "platform_admin", bodies["330400"])


def open_record(enterprise):
    return TierRecord.objects.get(enterprise=enterprise, valid_to=None)


def test_an_entered_unit_waits_for_the_administrator_of_its_tier_body(officer, admin):
    entered = enter_enterprise(facts=facts(), acting=acting(officer))
    (waiting,) = unconfirmed(admin)
    assert waiting.enterprise == entered
    clock = Deadline.objects.get(rule=RULE)
    assert (clock.subject, clock.case, clock.due_on) == ("tiers:330402:2026-11-18", None, date(2026, 12, 2))


def test_a_confirmed_tier_meets_the_clock_of_its_day(officer, admin):
    entered = enter_enterprise(facts=facts(), acting=acting(officer))
    confirmation = confirm_tier(record_id=open_record(entered).pk, acting=acting(admin), note="与年报一致")
    assert confirmation.note == "与年报一致"
    assert Deadline.objects.get(rule=RULE).state == "met"
    assert not unconfirmed(admin)
    event = AuditEvent.objects.get(action="tier.confirmed")
    assert (event.stream, event.actor) == (f"enterprise:{entered.pk}", admin)


def test_a_hundred_units_of_one_day_share_the_clocks_of_their_bodies(tree_admin):
    rows = [unit(n, headcount=str(count)) for n, count in enumerate([60, 60, 3, 3, 300, 60, 3, 60], 1)]
    take(workbook(*rows), tree_admin)
    assert TierRecord.objects.count() == 8
    subjects = set(Deadline.objects.filter(rule=RULE).values_list("subject", flat=True))
    assert len(subjects) == Deadline.objects.filter(rule=RULE).count() <= 3


@pytest.fixture
def tree_admin(bodies):
    return make_user("导入", "platform_admin", bodies["330402"])


def test_the_clock_is_met_with_the_last_of_the_day(officer, admin):
    units = [enter_enterprise(facts=facts(uscc=code), acting=acting(officer)) for code in _codes(3)]
    for entered in units[:2]:
        confirm_tier(record_id=open_record(entered).pk, acting=acting(admin))
    assert Deadline.objects.get(rule=RULE).state == "running"
    confirm_tier(record_id=open_record(units[2]).pk, acting=acting(admin))
    assert Deadline.objects.get(rule=RULE).state == "met"


def _codes(number: int) -> list[str]:
    return [make_uscc() for _ in range(number)]


def test_a_superseded_tier_lapses_and_the_new_one_waits_at_its_own_body(officer, admin, city_admin):
    entered = enter_enterprise(facts=facts(), acting=acting(officer))
    first = open_record(entered)
    later = NOON + timedelta(days=2)
    changed(entered, officer, later, headcount=310)
    with pytest.raises(Blocked) as refused:
        confirm_tier(record_id=first.pk, acting=acting(admin, later))
    assert refused.value.code == "tier_stands"
    assert refused.value.clause
    clocks = dict(Deadline.objects.filter(rule=RULE).values_list("accountable_body__code", "state"))
    assert clocks == {"330402": "met", "330400": "running"}
    assert [row.enterprise for row in unconfirmed(city_admin)] == [entered]
    assert not unconfirmed(admin)


def test_many_are_confirmed_at_once_with_a_verdict_for_each(officer, admin, bodies):
    good = enter_enterprise(facts=facts(), acting=acting(officer))
    (code,) = _codes(1)
    done = enter_enterprise(facts=facts(uscc=code), acting=acting(officer))
    confirm_tier(record_id=open_record(done).pk, acting=acting(admin))
    elsewhere = make_enterprise(territorial_body=bodies["330411"], tier_body=bodies["330411"])
    ids = [open_record(each).pk for each in (good, done, elsewhere)]
    verdicts = confirm_tiers(record_ids=[*ids, 10**6], acting=acting(admin))
    assert [each.record.enterprise for each in verdicts.confirmed] == [good]
    assert [each.error.code for each in verdicts.refused] == ["not_confirmed", "permission", "tier_unknown"]
    assert TierConfirmation.objects.count() == 2


def test_a_note_that_is_too_long_is_refused(officer, admin):
    entered = enter_enterprise(facts=facts(), acting=acting(officer))
    with pytest.raises(RuleError) as refused:
        confirm_tier(record_id=open_record(entered).pk, acting=acting(admin), note="长" * 501)
    assert refused.value.code == "note_too_long"


def test_the_sheet_is_narrowed_by_name_tier_body_and_change(officer, admin, city_admin, bodies):
    entered = enter_enterprise(facts=facts(), acting=acting(officer))
    grown = changed(entered, officer, headcount=310)
    rows = unconfirmed(city_admin)
    assert narrowed(rows, SheetFilter(tier="B", changed=True)).get().enterprise == grown
    assert not narrowed(rows, SheetFilter(tier="C"))
    assert not narrowed(rows, SheetFilter(text="没有这家"))
    assert narrowed(rows, SheetFilter(text="9133", body=bodies["330400"])).count() == 1
    assert not narrowed(rows, SheetFilter(provisional=True))
    assert unconfirmed_count(city_admin) == 1


# --- a unit taken over ---


@pytest.fixture
def taken(watch):
    """A tier C unit that the city has taken over."""
    watch.propose("upper_tier")
    watch.decide("take_over")
    return watch.enterprise


def test_a_confirmed_tier_is_not_confirmed_anew_by_the_change_of_body(watch, admin):
    confirm_tier(record_id=open_record(watch.enterprise).pk, acting=acting(admin, watch.now))
    watch.propose("upper_tier")
    watch.decide("take_over")
    confirmation = TierConfirmation.objects.get(record=open_record(watch.enterprise))
    assert (confirmation.confirmed_by, watch.case.number in confirmation.note) == (watch.people.decider, True)


def test_changed_facts_leave_a_unit_with_the_body_that_took_it_over(taken, officer, bodies):
    changed(taken, officer, headcount=22, revenue_wan=Decimal("310.00"))
    record = open_record(taken)
    assert (record.tier, record.tier_body) == ("C", bodies["330400"])


def test_an_import_leaves_a_unit_with_the_body_that_took_it_over(taken, tree_admin, bodies):
    row = unit(1, uscc=taken.uscc, kinds="生产", headcount="25", name=taken.name, region_code="330402100")
    assert take(workbook(row), tree_admin).updated == 1
    record = open_record(taken)
    assert (record.tier, record.tier_body) == ("C", bodies["330400"])
    assert record.grounds[-1]["clause"].endswith("二（一）")


def test_a_unit_that_grows_past_the_body_above_answers_to_its_tier(taken, officer, bodies):
    changed(taken, officer, headcount=1200)
    record = open_record(taken)
    assert (record.tier, record.tier_body) == ("A", bodies["330000"])
    assert UpperSupervision.objects.get(enterprise=taken).ended_on is None


def test_a_body_that_does_not_cover_the_unit_supervises_nothing(bodies):
    elsewhere = make_enterprise(territorial_body=bodies["330411100"], tier_body=bodies["330411"])
    tiering = tiering_of(facts_of(elsewhere), bodies["330411100"], load_pack("samr-2023-38"))
    assert tiering.under(bodies["330402"]) == tiering
    assert tiering.under(bodies["330400"]).tier_body == bodies["330400"]
