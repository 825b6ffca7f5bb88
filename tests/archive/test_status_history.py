"""The history of the operating status: entered, changed, imported, and given to units that stood before it."""

import importlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from cases.models import Body, Enterprise, StatusRecord, TierRecord, User
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.services.enter_enterprise import enter_enterprise
from cases.services.enterprise_checks import FactsError
from cases.services.import_records import run_import, start_import
from cases.services.set_status import set_status
from tests.factories import NOON, acting, give_post, make_enterprise, make_uscc, make_user

pytestmark = pytest.mark.django_db
Row = tuple[str, date, date | None, str]


def rows_of(unit: Enterprise) -> list[Row]:
    columns = ("status", "valid_from", "valid_to", "basis")
    return list(StatusRecord.objects.filter(enterprise=unit).order_by("pk").values_list(*columns))


def change(unit: Enterprise, officer: User, status: str, on: date, basis: str = "现场检查记录") -> None:
    set_status(
        enterprise_id=unit.pk,
        status=status,
        status_on=on,
        status_basis=basis,
        version=Enterprise.objects.get(pk=unit.pk).version,
        acting=acting(officer),
    )


def test_an_entered_unit_has_its_first_row(tree: dict[str, Body], officer: User) -> None:
    unit = enter_enterprise(
        facts=EnterpriseFacts(
            uscc="91330402MATEXT01X5",
            name="嘉兴示例电器有限公司",
            makes=True,
            headcount=60,
            revenue_wan=Decimal("800"),
            region_code="330402100",
            first_entry_reason="onsite_check",
            first_entered_on=date(2026, 11, 2),
        ),
        acting=acting(officer),
    )
    record = StatusRecord.objects.get(enterprise=unit)
    assert (record.status, record.valid_from, record.valid_to) == ("active", date(2026, 11, 2), None)
    assert (record.recorded_at, record.recorded_by) == (NOON, officer)


def test_every_change_adds_a_row_and_overwrites_none(unit: Enterprise, officer: User) -> None:
    change(unit, officer, "suspended", date(2026, 3, 1))
    change(unit, officer, "active", date(2026, 9, 1), "复产报告")
    assert rows_of(unit) == [
        ("active", date(2026, 1, 5), date(2026, 3, 1), ""),
        ("suspended", date(2026, 3, 1), date(2026, 9, 1), "现场检查记录"),
        ("active", date(2026, 9, 1), None, "复产报告"),
    ]


def test_a_day_before_the_open_row_began_leaves_that_row_without_a_day(unit: Enterprise, officer: User) -> None:
    change(unit, officer, "lost", date(2026, 6, 1))
    change(unit, officer, "lost", date(2026, 4, 1), "房东证言")
    assert rows_of(unit)[1:] == [
        ("lost", date(2026, 6, 1), date(2026, 6, 1), "现场检查记录"),
        ("lost", date(2026, 4, 1), None, "房东证言"),
    ]


def test_saying_the_same_again_adds_no_row(unit: Enterprise, officer: User) -> None:
    for _ in range(2):
        change(unit, officer, "lost", date(2026, 6, 1))
    assert len(rows_of(unit)) == 2


def test_a_refused_change_leaves_no_row(unit: Enterprise, officer: User) -> None:
    with pytest.raises(FactsError):
        change(unit, officer, "lost", date(2027, 1, 1))
    assert len(rows_of(unit)) == 1


def test_the_database_holds_one_open_row(unit: Enterprise) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusRecord.objects.create(
            enterprise=unit, status="lost", valid_from=date(2026, 6, 1), recorded_at=NOON, basis="x"
        )


def test_an_import_writes_the_same_rows(tree: dict[str, Body], unit: Enterprise) -> None:
    admin = make_user("guan", "platform_admin", tree["330402"])
    give_post(admin, "responsible_officer", tree["330402"])
    unmoved = make_enterprise()
    header = "统一社会信用代码,企业名称,主体类型,行政区划代码,首次录入原因,经营状态,状态起始日期,状态依据"
    lines = [
        f"{unit.uscc},{unit.name},生产,330402,现场检查,停产停业,2026-03-01,走访记录",
        f"{unmoved.uscc},{unmoved.name},生产,330402,现场检查,,,",
        f"{make_uscc()},新来的厂,生产,330402,现场检查,失联,2026-02-01,登记系统",
    ]
    content = "\n".join([header, *lines]).encode("gb18030")
    batch = start_import(
        body=tree["330402"], filename="企业.csv", content=content, strict=False, acting=acting(admin), background=False
    )
    done = run_import(batch_id=batch.pk, acting=acting(admin, NOON + timedelta(minutes=1)))
    assert (done.created, done.updated, done.rejected) == (1, 2, 0)
    assert rows_of(unit) == [
        ("active", date(2026, 1, 5), date(2026, 3, 1), ""),
        ("suspended", date(2026, 3, 1), None, "走访记录"),
    ]
    assert len(rows_of(unmoved)) == 1
    assert rows_of(Enterprise.objects.get(name="新来的厂")) == [("lost", date(2026, 2, 1), None, "登记系统")]


def test_units_that_stood_before_the_history_get_their_row(unit: Enterprise, officer: User) -> None:
    quiet = make_enterprise()
    change(unit, officer, "lost", date(2026, 6, 1))
    StatusRecord.objects.all().delete()
    TierRecord.objects.filter(enterprise=quiet).update(valid_from=NOON - timedelta(days=30))
    migration = importlib.import_module("cases.migrations.0003_status_history")
    for _ in range(2):  # forwards again finds nothing to do
        migration.open_histories(apps, None)
    assert rows_of(unit) == [("lost", date(2026, 6, 1), None, "现场检查记录")]
    assert rows_of(quiet) == [("active", date(2026, 1, 5), None, "")]
    changed, entered = StatusRecord.objects.get(enterprise=unit), StatusRecord.objects.get(enterprise=quiet)
    assert (changed.recorded_at, changed.recorded_by) == (NOON, officer)
    assert (entered.recorded_at, entered.recorded_by) == (NOON - timedelta(days=30), None)
