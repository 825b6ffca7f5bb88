"""Imports: every bad row named, nothing half-written, the same file twice changes nothing."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.test import override_settings
from python_calamine import CalamineWorkbook

from cases.models import (
    AuditEvent,
    Body,
    BodyUserPermission,
    Certificate,
    Enterprise,
    ImportBatch,
    ImportRow,
    Job,
    ListingWatch,
    Product,
    TierRecord,
    User,
)
from cases.rules.errors import NotPermitted, RuleError
from cases.services.import_kinds import kind_of
from cases.services.import_kinds.unit_columns import COLUMNS
from cases.services.import_kinds.unit_plan import UnitPlanner
from cases.services.import_records import import_job, run_import, start_import
from cases.services.import_report import rejects_workbook, report_workbook
from cases.services.import_template import template_workbook
from cases.services.jobs import cancel_job, retry_job, run_job
from cases.services.write_workbook import write_workbook
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_uscc, make_user

pytestmark = pytest.mark.django_db
HEADER = [column.zh for column in COLUMNS]


@pytest.fixture
def tree() -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def admin(tree: dict[str, Body]) -> User:
    return make_user("admin", "platform_admin", tree["330402"])


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def unit(number: int, **changed: Any) -> dict[str, Any]:
    """The cells of one good row by the name of the fact."""
    row: dict[str, Any] = {
        "uscc": make_uscc(number),
        "name": f"嘉兴{number}号公司",
        "kinds": "生产、批发",
        "region_code": "330402100",
        "first_entry_reason": "现场检查",
        "headcount": 60,
        "revenue_wan": "800.5",
        "products": "水壶（Ⅱ）；插座（Ⅰ）",
        "licences": "XK16-003-00001（2028-05-31）",
    }
    return {**row, **changed}


def workbook(*rows: dict[str, Any]) -> bytes:
    lines = [[row.get(column.name, "") for column in COLUMNS] for row in rows]
    with write_workbook([("x", HEADER, lines, [])]) as file:
        return file.read()


def text(
    *rows: dict[str, Any], encoding: str = "utf-8", delimiter: str = ",", header: list[str] | None = None
) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(header or HEADER)
    writer.writerows([row.get(column.name, "") for column in COLUMNS] for row in rows)
    return file.getvalue().encode(encoding)


def take(content: bytes, admin: User | None, code: str = "330402", strict: bool = False) -> ImportBatch:
    body = Body.objects.get(code=code)
    batch = start_import(
        body=body, filename="a.xlsx", content=content, strict=strict, acting=acting(admin), background=False
    )
    return run_import(batch_id=batch.pk, acting=acting(admin))


def counts(batch: ImportBatch) -> tuple[int, int, int, int]:
    return batch.created, batch.updated, batch.unchanged, batch.rejected


def test_good_rows_become_tiered_units_with_certificates_and_products(admin: User) -> None:
    batch = take(workbook(unit(1), unit(2, headcount=1500)), admin)
    assert (batch.state, *counts(batch)) == ("done", 2, 0, 0, 0)
    big = Enterprise.objects.get(uscc=make_uscc(2))
    assert (big.tier, big.tier_body.code, big.territorial_body.code) == ("A", "330000", "330402100")
    assert (big.makes, big.sells_wholesale, big.sells_retail) == (True, True, False)
    assert (big.revenue_wan, big.first_entered_on) == (Decimal("800.50"), date(2026, 11, 18))
    assert TierRecord.objects.filter(enterprise=big, valid_to__isnull=True).count() == 1
    assert set(Product.objects.filter(enterprise=big).values_list("name", "risk_level")) == {
        ("水壶", "II"),
        ("插座", "I"),
    }
    assert Certificate.objects.get(enterprise=big).valid_to == date(2028, 5, 31)


def test_same_file_twice_changes_nothing(admin: User) -> None:
    content = workbook(unit(1), unit(2), unit(3, status="停产停业", status_on="2026-05-01", status_basis="现场检查"))
    take(content, admin)
    before = list(Enterprise.objects.order_by("pk").values())
    assert counts(take(content, admin)) == (0, 0, 3, 0)
    assert list(Enterprise.objects.order_by("pk").values()) == before
    assert TierRecord.objects.count() == 3


def test_known_code_updates_and_empty_cells_keep(admin: User) -> None:
    take(workbook(unit(1, contact="陆敏")), admin)
    batch = take(workbook(unit(1, headcount=1500, contact="", first_entry_reason="监督抽查")), admin)
    assert counts(batch) == (0, 1, 0, 0)
    stored = Enterprise.objects.get()
    assert (stored.headcount, stored.tier, stored.contact, stored.version) == (1500, "A", "陆敏", 1)
    assert stored.first_entry_reason == "onsite_check"
    assert ListingWatch.objects.get().enterprise == stored  # what was changed is looked at for the lists again
    assert list(TierRecord.objects.order_by("pk").values_list("tier", "valid_to")) == [("B", NOON), ("A", None)]


def test_way_back_into_business_needs_its_day_and_basis_too(admin: User) -> None:
    take(workbook(unit(1, status="停产停业", status_on="2026-05-01", status_basis="现场检查")), admin)
    batch = take(workbook(unit(1, status="在营")), admin)
    assert [fault["column"] for fault in batch.rejected_rows.get().faults] == ["状态起始日期", "状态依据"]
    take(workbook(unit(1, status="在营", status_on="2026-06-01", status_basis="复查")), admin)
    assert Enterprise.objects.get().status == "active"


def test_status_column_needs_the_permission_to_set_the_status(tree: dict[str, Body]) -> None:
    importer = make_user("importer")
    permission = Permission.objects.get(content_type__model="body", codename="import_enterprises")
    BodyUserPermission.objects.create(user=importer, permission=permission, content_object=tree["330402"])
    content = workbook(unit(1, status="失联", status_on="2026-05-01", status_basis="现场检查"))
    take(content, importer)
    assert ImportRow.objects.get().faults[0]["code"] == "status_not_permitted"


def test_new_certificate_date_updates_the_unit(admin: User) -> None:
    take(workbook(unit(1)), admin)
    batch = take(workbook(unit(1, licences="XK16-003-00001（2031-05-31）")), admin)
    assert counts(batch) == (0, 1, 0, 0)
    assert Certificate.objects.get().valid_to == date(2031, 5, 31)


@pytest.mark.parametrize(
    ("changed", "column", "code"),
    [
        ({"uscc": ""}, "统一社会信用代码", "missing"),
        ({"uscc": "91330402MATEXT01X0"}, "统一社会信用代码", "uscc_check_digit"),
        ({"uscc": "91330402MATEXT011E"}, "统一社会信用代码", "uscc_organisation_digit"),
        ({"uscc": 9.133040212345678e17}, "统一社会信用代码", "number_as_code"),
        ({"name": ""}, "企业名称", "missing"),
        ({"name": "长" * 201}, "企业名称", "too_long"),
        ({"name": "#REF!"}, "企业名称", "error_value"),
        ({"kinds": "制造"}, "主体类型", "kinds"),
        ({"kinds": ""}, "主体类型", "missing"),
        ({"region_code": "999999"}, "行政区划代码", "region_unknown"),
        ({"region_code": "南湖"}, "行政区划代码", "region"),
        ({"region_code": "330411"}, "行政区划代码", "region_outside"),
        ({"first_entry_reason": "路过"}, "首次录入原因", "choice"),
        ({"first_entered_on": "2026-13-01"}, "首次录入日期", "date"),
        ({"first_entered_on": 45000}, "首次录入日期", "date"),
        ({"first_entered_on": "2026-12-01"}, "首次录入日期", "future"),
        ({"headcount": "很多"}, "从业人员", "number"),
        ({"headcount": "12.5"}, "从业人员", "whole_number"),
        ({"headcount": -3}, "从业人员", "headcount"),
        ({"headcount": "=1+1"}, "从业人员", "number"),
        ({"revenue_wan": "1.234"}, "营业收入（万元）", "revenue_places"),
        ({"revenue_wan": "NaN"}, "营业收入（万元）", "number"),
        ({"individual_household": "也许"}, "个体工商户", "yes_no"),
        ({"email": "无邮箱"}, "电子邮箱", "email"),
        ({"products": "水壶"}, "产品及风险等级", "bracketed"),
        ({"products": "水壶（四级）"}, "产品及风险等级", "risk_level"),
        ({"licences": "XK1（何时）"}, "生产许可证及有效期", "date"),
        ({"status": "飞走"}, "经营状态", "choice"),
        ({"status": "失联"}, "状态起始日期", "missing"),
    ],
)
def test_bad_cell_is_reported_with_row_column_value_and_reason(
    admin: User, changed: dict[str, Any], column: str, code: str
) -> None:
    batch = take(workbook(unit(1), unit(2, **changed)), admin)
    assert counts(batch) == (1, 0, 0, 1)
    row = ImportRow.objects.get()
    assert row.number == 3
    assert (row.faults[0]["column"], row.faults[0]["code"]) == (column, code)
    given = str(next(iter(changed.values())))
    assert row.faults[0]["value"][:8] == (
        "" if code == "missing" else given[:8] if code != "number_as_code" else "9.133040"
    )


def test_all_faults_of_a_row_are_reported_together(admin: User) -> None:
    take(workbook(unit(1, name="", headcount="x", region_code="330411")), admin)
    assert [fault["column"] for fault in ImportRow.objects.get().faults] == ["从业人员", "企业名称", "行政区划代码"]


def test_code_that_stands_twice_in_the_file_is_taken_once(admin: User) -> None:
    take(workbook(unit(1), unit(1, name="另一名")), admin)
    assert Enterprise.objects.get().name == "嘉兴1号公司"
    assert ImportRow.objects.get().faults[0]["details"] == {"row": 2}


def test_unit_of_another_county_is_not_touched(tree: dict[str, Body], admin: User) -> None:
    other = make_enterprise(uscc=make_uscc(1), territorial_body=tree["330411"], tier_body=tree["330411"])
    take(workbook(unit(1, name="抢来的")), admin)
    assert ImportRow.objects.get().faults[0]["code"] == "uscc_elsewhere"
    other.refresh_from_db()
    assert other.name != "抢来的"


def test_rows_outside_the_chosen_body_are_refused_even_to_the_system(tree: dict[str, Body]) -> None:
    assert counts(take(workbook(unit(1, region_code="330411")), None)) == (0, 0, 0, 1)


def test_person_may_import_only_where_their_post_reaches(tree: dict[str, Body], admin: User) -> None:
    with pytest.raises(NotPermitted):
        take(workbook(unit(1)), admin, code="330411")


def test_post_lost_before_the_job_runs_stops_it(tree: dict[str, Body], admin: User) -> None:
    batch = start_import(
        body=tree["330402"], filename="a.xlsx", content=workbook(unit(1)), strict=False, acting=acting(admin)
    )
    admin.bodyuserpermission_set.all().delete()
    outcome = run_import(batch_id=batch.pk, acting=acting(User.objects.get(pk=admin.pk)))
    assert (outcome.state, outcome.fault) == ("refused", {"code": "not_permitted", "details": {}})
    assert not Enterprise.objects.exists()


def test_strict_import_saves_nothing_when_one_row_is_wrong(admin: User) -> None:
    batch = take(workbook(unit(1), unit(2, name="")), admin, strict=True)
    assert (batch.state, batch.rejected, Enterprise.objects.count()) == ("refused", 1, 0)


def test_failure_while_writing_leaves_nothing_behind(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(*args: Any, **options: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("cases.services.import_kinds.unit_write._write_details", break_off)
    with pytest.raises(OSError, match="disk full"):
        take(workbook(unit(1)), admin)
    assert not Enterprise.objects.exists()
    assert not TierRecord.objects.exists()


def test_row_that_somebody_else_writes_in_between_is_planned_anew(admin: User, monkeypatch: pytest.MonkeyPatch) -> None:
    take(workbook(unit(1)), admin)
    original = UnitPlanner.write
    calls: list[int] = []

    def somebody_is_faster(planner: UnitPlanner, plans: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise IntegrityError
        original(planner, plans)

    monkeypatch.setattr(UnitPlanner, "write", somebody_is_faster)
    assert counts(take(workbook(unit(1, contact="陆敏"), unit(2)), admin)) == (1, 1, 0, 0)
    assert len(calls) == 2
    assert Enterprise.objects.get(uscc=make_uscc(1)).contact == "陆敏"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_are_read_in_the_usual_encodings(admin: User, encoding: str) -> None:
    take(text(unit(1, name="㛃𬍛有限公司"), encoding=encoding), admin)
    assert Enterprise.objects.get().name == "㛃𬍛有限公司"


def test_tab_separated_text_with_english_headers_is_read(admin: User) -> None:
    header = [column.en for column in COLUMNS]
    take(text(unit(1), delimiter="\t", header=header), admin)
    assert Enterprise.objects.count() == 1


def test_title_above_the_header_and_unknown_columns_do_not_matter(admin: User) -> None:
    rows = [["2026年企业清单"], [*HEADER, "备注"], [*(unit(1).get(column.name, "") for column in COLUMNS), "x"]]
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    batch = take(file.getvalue().encode(), admin)
    assert (batch.created, batch.ignored_columns) == (1, ["备注"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04 not really a zip", "damaged"),
        (b"%PDF-1.7\n\x00\x01", "not_a_table"),
        (b"\xff\xff\xff\xff", "encoding"),
    ],
)
def test_file_of_another_kind_is_refused_whatever_its_name(admin: User, content: bytes, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        take(content, admin)
    assert caught.value.code == code
    assert not ImportBatch.objects.exists()


def test_zip_that_is_no_workbook_is_refused(admin: User) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("setup.exe", b"MZ")
    with pytest.raises(RuleError) as caught:
        take(file.getvalue(), admin)
    assert caught.value.code == "not_a_table"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("企业名称,地址\n甲,乙\n".encode(), "no_header"),
        ("统一社会信用代码,企业名称\n1,甲\n".encode(), "missing_columns"),
        (",".join(HEADER).encode() + b"\n", "no_rows"),
        ((",".join([*HEADER, "企业名称"]) + "\n1\n").encode(), "double_columns"),
    ],
)
def test_file_without_its_columns_is_refused_as_a_whole(admin: User, content: bytes, code: str) -> None:
    batch = take(content, admin)
    assert (batch.state, (batch.fault or {})["code"]) == ("refused", code)


def test_file_over_the_limit_is_refused_with_both_sizes(admin: User) -> None:
    with override_settings(UPLOAD_MAX_MB=1), pytest.raises(RuleError) as caught:
        take(b"x" * (2 * 1024 * 1024), admin)
    assert caught.value.details == {"size": "2.0", "limit": 1}


def test_formula_cell_is_text_and_never_a_value(admin: User) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, column.zh)
            sheet.write(1, place, unit(1).get(column.name, ""))
        sheet.write_formula(1, 1, '=HYPERLINK("http://evil.example","点我")', None, "点我")
        sheet.write_formula(1, HEADER.index("从业人员"), "=1000+500", None, 1500)
    take(file.getvalue(), admin)
    fault = ImportRow.objects.get().faults[0]
    assert (fault["column"], fault["value"], fault["code"]) == ("从业人员", "=1000+500", "number")
    assert ImportRow.objects.get().cells[1].startswith("=HYPERLINK(")


def test_one_audit_event_tells_the_batch(admin: User) -> None:
    batch = take(workbook(unit(1), unit(2, name="")), admin)
    event = AuditEvent.objects.exclude(stream__startswith="deadline:").get()
    assert (event.stream, event.action, event.actor) == (f"import:{batch.pk}", "enterprises.imported", admin)
    assert event.data["sha256"] == batch.sha256
    assert (event.data["created"], event.data["rejected"]) == (1, 1)


def test_job_imports_once_however_often_it_runs(admin: User, tree: dict[str, Body]) -> None:
    batch = start_import(
        body=tree["330402"], filename="a.xlsx", content=workbook(unit(1)), strict=False, acting=acting(admin)
    )
    job = Job.objects.get()
    assert run_job(job.pk, NOON) == "done"
    import_job(job.payload)
    batch.refresh_from_db()
    assert (batch.state, batch.created, AuditEvent.objects.filter(action="enterprises.imported").count()) == (
        "done",
        1,
        1,
    )


def test_import_given_up_says_so_and_may_be_retried(admin: User, tree: dict[str, Body]) -> None:
    batch = start_import(
        body=tree["330402"], filename="a.xlsx", content=workbook(unit(1)), strict=False, acting=acting(admin)
    )
    job = Job.objects.get()
    cancel_job(job.pk, acting(admin))
    batch.refresh_from_db()
    assert (batch.state, batch.fault) == ("failed", {"code": "broke_off", "details": {}})
    retry_job(job.pk, acting(admin))
    assert run_job(job.pk, NOON) == "done"
    batch.refresh_from_db()
    assert (batch.state, batch.created) == ("done", 1)


def test_workbook_with_a_document_type_is_refused(admin: User) -> None:
    source, file = io.BytesIO(workbook(unit(1))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "b">]><workbook', 1)
            new.writestr(name, part)
    assert (take(file.getvalue(), admin).fault or {})["code"] == "damaged"


def test_rejected_rows_come_back_as_they_were_with_reasons(admin: User) -> None:
    batch = take(workbook(unit(1, name="=cmd()", headcount="很多")), admin)
    with rejects_workbook(batch) as file:
        content = file.read()
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][: len(HEADER)] == HEADER
    assert rows[1][1] == "=cmd()"
    assert "从业人员" in str(rows[1][-1])
    assert formulas_in(content) == 0


def test_corrected_rejects_can_be_imported_as_they_are(admin: User) -> None:
    batch = take(workbook(unit(1, headcount="很多")), admin)
    with rejects_workbook(batch) as file:
        rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
    rows[1][HEADER.index("从业人员")] = 12
    with write_workbook([("x", [str(cell) for cell in rows[0]], rows[1:], [])]) as file:
        assert take(file.read(), admin).created == 1


def test_template_is_read_back_with_every_column_known(admin: User) -> None:
    with template_workbook(kind_of("enterprises")) as file:
        header = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()[0]
    rows = [[str(cell) for cell in header], [unit(1).get(column.name, "") for column in COLUMNS]]
    with write_workbook([("x", rows[0], rows[1:], [])]) as file:
        batch = take(file.read(), admin)
    assert (batch.created, batch.ignored_columns) == (1, [])


def test_command_imports_and_reports_every_row(
    tree: dict[str, Body], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, report = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    source.write_bytes(workbook(unit(1), unit(2, headcount="很多")))
    call_command("import_enterprises", str(source), "--body", "330402", "--report", str(report))
    printed = capsys.readouterr()
    assert "2 rows: 1 created, 0 updated, 0 unchanged, 1 rejected" in printed.out
    assert "3\t从业人员\t很多\t" in printed.err
    rows = CalamineWorkbook.from_path(str(report)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [2.0, 3.0]


def test_command_names_what_is_wrong_with_its_arguments(tree: dict[str, Body], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="999999"):
        call_command("import_enterprises", "x.xlsx", "--body", "999999")
    with pytest.raises(CommandError, match="Cannot read"):
        call_command("import_enterprises", str(tmp_path / "none.xlsx"), "--body", "330402")


def test_report_of_a_refused_file_has_no_rows(admin: User) -> None:
    outcome = take("企业名称\n甲\n".encode(), admin)
    with report_workbook(outcome) as file:
        assert CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).height == 1


def formulas_in(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return sum(book.read(name).count(b"<f>") for name in book.namelist() if name.startswith("xl/worksheets/"))
