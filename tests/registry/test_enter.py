"""Entering and changing units: what is required, who may, which tier follows, what stays on record."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cases.models import AuditEvent, Body, Enterprise, TierRecord
from cases.rules.enterprise_facts import EnterpriseFacts, faults_of
from cases.rules.errors import NotPermitted
from cases.rules.uscc import check_digit
from cases.services.enter_enterprise import enter_enterprise
from cases.services.enterprise_checks import FactsError, StaleError
from cases.services.set_status import set_status
from cases.services.update_enterprise import update_enterprise
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_uscc, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


@pytest.fixture
def tree() -> dict[str, Body]:
    return make_body_tree()


def facts(**changed: Any) -> EnterpriseFacts:
    given: dict[str, Any] = {
        "uscc": "91330402MATEXT01X5",
        "name": "嘉兴示例电器有限公司",
        "makes": True,
        "headcount": 60,
        "revenue_wan": Decimal("800"),
        "region_code": "330402100",
        "first_entry_reason": "onsite_check",
        "first_entered_on": date(2026, 11, 2),
    }
    return EnterpriseFacts(**{**given, **changed})


def facts_of(enterprise: Enterprise) -> EnterpriseFacts:
    return EnterpriseFacts(**{name: getattr(enterprise, name) for name in EnterpriseFacts.__dataclass_fields__})


def test_entered_unit_is_tiered_and_given_its_two_bodies(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(), acting=acting(officer))
    assert (unit.tier, unit.tier_body, unit.territorial_body) == ("C", tree["330402"], tree["330402100"])
    record = TierRecord.objects.get(enterprise=unit)
    assert record.valid_to is None
    assert record.grounds[0]["text"] == "生产单位从业人员X=60人，对应C级。"
    event = AuditEvent.objects.get(stream=f"enterprise:{unit.pk}")
    assert (event.action, event.actor, event.body) == ("enterprise.entered", officer, tree["330402100"])


@pytest.mark.parametrize(("headcount", "code"), [(1500, "330000"), (300, "330400"), (60, "330402"), (3, "330402100")])
def test_accountable_body_follows_the_tier(tree: dict[str, Body], headcount: int, code: str) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(headcount=headcount, revenue_wan=Decimal(0)), acting=acting(officer))
    assert unit.tier_body.code == code


def test_unit_without_indicators_is_untiered_and_the_countys(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(headcount=None, revenue_wan=None), acting=acting(officer))
    assert (unit.tier, unit.tier_provisional, unit.tier_body.code) == ("", True, "330402")


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"uscc": ""}, "uscc", "missing"),
        ({"uscc": "91330402MATEXT01X0"}, "uscc", "uscc_check_digit"),
        ({"uscc": "91330402MATEXT011E"}, "uscc", "uscc_organisation_digit"),
        ({"uscc": "913O0402MATEXT01X5"}, "uscc", "uscc_character"),
        ({"uscc": "91330402MATEXT01X"}, "uscc", "uscc_length"),
        ({"name": ""}, "name", "missing"),
        ({"name": "长" * 201}, "name", "too_long"),
        ({"name": "甲\x07乙"}, "name", "control_character"),
        ({"makes": False}, "kinds", "missing"),
        ({"headcount": -1}, "headcount", "headcount"),
        ({"revenue_wan": Decimal("-1")}, "revenue_wan", "revenue"),
        ({"revenue_wan": Decimal("1.005")}, "revenue_wan", "revenue_places"),
        ({"revenue_wan": Decimal("Infinity")}, "revenue_wan", "revenue"),
        ({"region_code": ""}, "region_code", "missing"),
        ({"region_code": "南湖"}, "region_code", "region"),
        ({"email": "quality.example.cn"}, "email", "email"),
        ({"email_consent": True}, "email", "consent_without_email"),
        ({"first_entry_reason": ""}, "first_entry_reason", "missing"),
        ({"first_entry_reason": "because"}, "first_entry_reason", "choice"),
        ({"first_entered_on": None}, "first_entered_on", "missing"),
        ({"first_entered_on": date(2026, 11, 19)}, "first_entered_on", "future"),
        ({"first_entered_on": date(1900, 1, 1)}, "first_entered_on", "too_early"),
    ],
)
def test_bad_facts_are_named(tree: dict[str, Body], changed: dict[str, Any], field: str, code: str) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    with pytest.raises(FactsError) as caught:
        enter_enterprise(facts=facts(**changed), acting=acting(officer))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [(field, code)]
    assert not Enterprise.objects.exists()


def test_wrong_organisation_digit_of_a_household_is_tolerated(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(
        facts=facts(uscc=_household_with_wrong_organisation_digit(), individual_household=True), acting=acting(officer)
    )
    assert unit.pk


def _household_with_wrong_organisation_digit() -> str:
    right = make_uscc(kind="92")
    first = right[:16] + ("0" if right[16] != "0" else "1")
    return first + check_digit(first)


def test_rare_characters_and_markup_are_kept_as_text(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    name = "<b>㛃𬍛</b>有限公司"
    unit = enter_enterprise(facts=facts(name=name), acting=acting(officer))
    unit.refresh_from_db()
    assert unit.name == name


def test_name_of_two_hundred_characters_is_taken() -> None:
    assert faults_of(facts(name="长" * 200), TODAY) == ()


def test_another_countys_officer_may_not_enter(tree: dict[str, Body]) -> None:
    officer = make_user("li", "responsible_officer", tree["330411"])
    with pytest.raises(NotPermitted):
        enter_enterprise(facts=facts(), acting=acting(officer))


def test_second_entry_of_a_code_is_refused(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    enter_enterprise(facts=facts(), acting=acting(officer))
    with pytest.raises(FactsError) as caught:
        enter_enterprise(facts=facts(name="另一家"), acting=acting(officer))
    assert caught.value.faults[0].code == "uscc_taken"
    assert Enterprise.objects.count() == 1


def test_new_indicators_tier_anew_and_keep_the_history(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(), acting=acting(officer))
    later = acting(officer, NOON + timedelta(days=1))
    update_enterprise(enterprise_id=unit.pk, facts=facts(headcount=1500), version=0, acting=later)
    records = TierRecord.objects.filter(enterprise=unit).order_by("valid_from")
    assert [(record.tier, record.tier_body.code, record.valid_to) for record in records] == [
        ("C", "330402", later.at),
        ("A", "330000", None),
    ]


def test_saving_without_a_change_leaves_no_trace(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(), acting=acting(officer))
    again = update_enterprise(enterprise_id=unit.pk, facts=facts(), version=0, acting=acting(officer))
    assert again.version == 0
    assert AuditEvent.objects.filter(stream=f"enterprise:{unit.pk}").count() == 1
    assert TierRecord.objects.count() == 1


def test_code_and_first_entry_keep_their_first_values(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(), acting=acting(officer))
    other = facts(uscc=make_uscc(), first_entry_reason="ccc", first_entered_on=date(2020, 1, 1), contact="陆敏")
    changed = update_enterprise(enterprise_id=unit.pk, facts=other, version=0, acting=acting(officer))
    assert (changed.uscc, changed.first_entry_reason, changed.contact) == (unit.uscc, "onsite_check", "陆敏")
    assert changed.first_entered_on == date(2026, 11, 2)


def test_stale_page_is_told_what_stands(tree: dict[str, Body]) -> None:
    officer = make_user("wang", "responsible_officer", tree["330402"])
    unit = enter_enterprise(facts=facts(), acting=acting(officer))
    update_enterprise(enterprise_id=unit.pk, facts=facts(contact="陆敏"), version=0, acting=acting(officer))
    with pytest.raises(StaleError) as caught:
        update_enterprise(enterprise_id=unit.pk, facts=facts(contact="沈国良"), version=0, acting=acting(officer))
    assert caught.value.stored.contact == "陆敏"


def test_unit_cannot_be_moved_into_another_county(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    officer = make_user("wang", "responsible_officer", tree["330402"])
    moved = replace(facts_of(unit), region_code="330411")
    with pytest.raises(NotPermitted):
        update_enterprise(enterprise_id=unit.pk, facts=moved, version=0, acting=acting(officer))


def test_move_within_the_area_changes_the_territorial_body(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    officer = make_user("zhang", "responsible_officer", tree["330400"])
    moved = replace(facts_of(unit), region_code="330411100")
    changed = update_enterprise(enterprise_id=unit.pk, facts=moved, version=0, acting=acting(officer))
    assert (changed.territorial_body.code, changed.tier_body.code) == ("330411100", "330411")


def test_status_needs_its_day_and_basis(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    officer = make_user("wang", "responsible_officer", tree["330402"])
    with pytest.raises(FactsError) as caught:
        set_status(
            enterprise_id=unit.pk, status="lost", status_on=None, status_basis="", version=0, acting=acting(officer)
        )
    assert {fault.field for fault in caught.value.faults} == {"status_on", "status_basis"}


def test_status_is_recorded_with_what_it_was(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    officer = make_user("wang", "responsible_officer", tree["330402"])
    day = date(2026, 11, 1)
    changed = set_status(
        enterprise_id=unit.pk, status="lost", status_on=day, status_basis="现场检查", version=0, acting=acting(officer)
    )
    assert (changed.status, changed.status_on, changed.version) == ("lost", day, 1)
    assert AuditEvent.objects.get().data["changed"]["status"] == ["active", "lost"]


def test_status_of_another_county_is_not_theirs_to_set(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    officer = make_user("li", "responsible_officer", tree["330411"])
    with pytest.raises(NotPermitted):
        set_status(
            enterprise_id=unit.pk,
            status="lost",
            status_on=TODAY,
            status_basis="现场检查",
            version=0,
            acting=acting(officer),
        )
