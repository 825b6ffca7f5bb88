"""Certificates, products and honours of a unit."""

from datetime import date

import pytest

from cases.models import AuditEvent, Body, Certificate, Enterprise, Honour, Product, User
from cases.rules.errors import NotPermitted, RuleError
from cases.services.enterprise_checks import FactsError
from cases.services.enterprise_details import keep_certificate, keep_honour, keep_product
from cases.services.unit_rows import remove_row
from tests.factories import acting, make_body_tree, make_enterprise, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def unit(tree: dict[str, Body]) -> Enterprise:
    return make_enterprise()


@pytest.fixture
def officer(tree: dict[str, Body]) -> User:
    return make_user("wang", "responsible_officer", tree["330402"])


def add_licence(
    unit: Enterprise, officer: User, number: str = "XK16-003-00001", valid_to: date | None = None
) -> Certificate:
    return keep_certificate(
        enterprise_id=unit.pk,
        row_id=None,
        kind="production_licence",
        number=number,
        scope="",
        valid_from=date(2023, 6, 1),
        valid_to=valid_to,
        acting=acting(officer),
    )


def test_certificate_is_added_once(unit: Enterprise, officer: User) -> None:
    add_licence(unit, officer)
    with pytest.raises(FactsError) as caught:
        add_licence(unit, officer)
    assert caught.value.faults[0].code == "listed_already"
    assert Certificate.objects.count() == 1


def test_certificate_dates_stand_in_order(unit: Enterprise, officer: User) -> None:
    with pytest.raises(FactsError) as caught:
        add_licence(unit, officer, valid_to=date(2020, 1, 1))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("valid_to", "order")]


def test_change_keeps_before_and_after(unit: Enterprise, officer: User) -> None:
    product = keep_product(
        enterprise_id=unit.pk, row_id=None, name="插座", risk_level="II", is_main=True, acting=acting(officer)
    )
    keep_product(
        enterprise_id=unit.pk, row_id=product.pk, name="插座", risk_level="I", is_main=True, acting=acting(officer)
    )
    assert Product.objects.get().risk_level == "I"
    assert AuditEvent.objects.order_by("-sequence")[0].data["changed"] == {"risk_level": ["II", "I"]}


def test_unknown_risk_level_is_refused(unit: Enterprise, officer: User) -> None:
    with pytest.raises(FactsError):
        keep_product(
            enterprise_id=unit.pk, row_id=None, name="插座", risk_level="IV", is_main=True, acting=acting(officer)
        )


def test_removed_row_stays_in_the_audit_trail(unit: Enterprise, officer: User) -> None:
    licence = add_licence(unit, officer)
    remove_row(model=Certificate, enterprise_id=unit.pk, row_id=licence.pk, acting=acting(officer))
    assert not Certificate.objects.exists()
    assert AuditEvent.objects.order_by("-sequence")[0].data["removed"]["number"] == "XK16-003-00001"


def test_honour_a_case_has_dealt_with_stays(unit: Enterprise, officer: User) -> None:
    honour = keep_honour(
        enterprise_id=unit.pk,
        row_id=None,
        name="区政府质量奖",
        granted_by="南湖区人民政府",
        granted_on=date(2024, 5, 1),
        acting=acting(officer),
    )
    Honour.objects.filter(pk=honour.pk).update(withdrawal="proposed")
    with pytest.raises(RuleError) as caught:
        remove_row(model=Honour, enterprise_id=unit.pk, row_id=honour.pk, acting=acting(officer))
    assert caught.value.code == "in_use"


def test_row_of_another_unit_cannot_be_reached(unit: Enterprise, officer: User) -> None:
    licence = add_licence(make_enterprise(), officer)
    with pytest.raises(RuleError) as caught:
        remove_row(model=Certificate, enterprise_id=unit.pk, row_id=licence.pk, acting=acting(officer))
    assert caught.value.code == "gone"


def test_another_countys_officer_changes_nothing(unit: Enterprise, tree: dict[str, Body]) -> None:
    stranger = make_user("li", "responsible_officer", tree["330411"])
    with pytest.raises(NotPermitted):
        add_licence(unit, stranger)
