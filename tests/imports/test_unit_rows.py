"""Rows that hang on a unit come in by file exactly as a page would take them."""

from datetime import date

import pytest
from django.utils.translation import override

from cases.models import AuditEvent, Body, Certificate, Honour, Product, User
from cases.services.fault_texts import fault_text
from tests.factories import make_enterprise
from tests.imports.conftest import counts, faults, take, text, workbook

pytestmark = pytest.mark.django_db


def test_certificates_come_in_by_kind_and_number(admin: User) -> None:
    unit = make_enterprise()
    row = {"uscc": unit.uscc, "unit_name": unit.name, "kind": "工业产品生产许可证", "number": "XK16-003-00001"}
    batch = take(workbook("certificates", {**row, "valid_to": date(2028, 5, 31)}), admin, "certificates")
    assert counts(batch) == {"created": 1}
    kept = Certificate.objects.get()
    assert (kept.enterprise, kept.kind, kept.valid_from, kept.valid_to) == (
        unit,
        "production_licence",
        None,
        date(2028, 5, 31),
    )
    again = take(workbook("certificates", {**row, "scope": "电热水壶"}), admin, "certificates")
    assert counts(again) == {"updated": 1}
    kept.refresh_from_db()
    assert (kept.scope, kept.valid_to) == ("电热水壶", date(2028, 5, 31))
    assert counts(take(workbook("certificates", {**row, "scope": "电热水壶"}), admin, "certificates")) == {
        "unchanged": 1
    }


def test_each_kept_row_is_told_in_the_units_own_history(admin: User) -> None:
    unit = make_enterprise()
    rows = [{"uscc": unit.uscc, "name": name, "risk_level": "Ⅱ"} for name in ("水壶", "插座")]
    take(text("products", rows), admin, "products")
    assert AuditEvent.objects.filter(stream=f"enterprise:{unit.pk}", action="enterprise.product_kept").count() == 2
    assert AuditEvent.objects.get(action="records.imported").data["created"] == 2
    assert Product.objects.filter(is_main=True).count() == 2


def test_faults_of_the_service_come_out_at_their_columns(tree: dict[str, Body], admin: User) -> None:
    unit = make_enterprise(name="南湖电器厂")
    stranger = make_enterprise(territorial_body=tree["330411"], tier_body=tree["330411"])
    rows = [
        {"uscc": unit.uscc, "name": "名牌", "granted_by": ""},
        {"uscc": unit.uscc, "name": "名" * 121, "granted_by": "省局"},
        {"uscc": unit.uscc, "name": "明年的", "granted_by": "省局", "granted_on": "2027-01-01"},
        {"uscc": unit.uscc, "unit_name": "别的厂", "name": "别的名牌", "granted_by": "省局"},
        {"uscc": "91330402MATEXT01X0", "name": "名牌", "granted_by": "省局"},
        {"uscc": stranger.uscc, "name": "名牌", "granted_by": "省局"},
        {"uscc": unit.uscc, "name": "真名牌", "granted_by": "省局"},
    ]
    batch = take(text("honours", rows), admin, "honours")
    assert counts(batch) == {"created": 1, "rejected": 6}
    assert faults(batch) == [
        ("授予单位", "missing"),
        ("荣誉名称", "too_long"),
        ("授予日期", "future"),
        ("企业名称", "other_name"),
        ("统一社会信用代码", "uscc_check_digit"),
        ("统一社会信用代码", "unit_unknown"),
    ]
    assert Honour.objects.get().name == "真名牌"


def test_who_may_not_enter_units_there_brings_none_in(importer: User) -> None:
    unit = make_enterprise()
    rows = [{"uscc": unit.uscc, "name": "水壶", "risk_level": "Ⅱ"}]
    batch = take(text("products", rows), importer, "products")
    assert faults(batch) == [("统一社会信用代码", "refused")]
    (fault,) = batch.rows.get().faults
    with override("en"):
        assert "Your post does not allow this" in fault_text(fault["code"], fault["details"])
    assert not Product.objects.exists()
