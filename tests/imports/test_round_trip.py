"""What is exported can be imported again and changes nothing; templates hold a row that is worth importing."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.models import AuditEvent, Body, Enterprise, SafetyPerson, TaskLine, TaskSheet, User
from cases.rules.errors import NotPermitted, RuleError
from cases.services.export_records import export_records
from cases.services.import_columns import Column
from cases.services.import_kind import ImportKind
from cases.services.import_kinds import KINDS
from cases.services.import_kinds.enterprises import EnterpriseKind
from cases.services.import_table import read_table_of
from cases.services.import_template import template_csv, template_workbook
from tests.factories import NOON, acting, give_post, make_enterprise, make_user
from tests.flow.conftest import certify
from tests.imports.conftest import counts, everything, take, text, workbook

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
EVERY = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())


def nothing_more(_unit: Enterprise) -> None:
    """Rows of this kind need nothing but the enterprise."""


def person(unit: Enterprise) -> None:
    SafetyPerson.objects.create(enterprise=unit, role="director", name="沈国良", appointed_on="2026-01-05")


def officer(_unit: Enterprise) -> None:
    if not User.objects.filter(username="wangjg").exists():
        make_user("wangjg", "inspector", Body.objects.get(code="330402"))


def task_list(unit: Enterprise) -> None:
    user = User.objects.get(username="admin")
    if not user.posts.filter(role="inspector").exists():
        give_post(user, "inspector", Body.objects.get(code="330402"))
        certify(user, "浙嘉009")
    sheet = TaskSheet.objects.create(
        enterprise=unit,
        list_code="production",
        period="2026-H2",
        first_day="2026-07-01",
        last_day="2026-12-31",
        body=unit.territorial_body,
        pack="samr-2023-38@1",
        tier_level="county",
        created_at=NOON,
    )
    TaskLine.objects.create(sheet=sheet, position=1, section="1", key_work="资质", number="1.1", text="核查许可证")


NEEDED: dict[str, Callable[[Enterprise], None]] = {"trainings": person, "locks": officer, "task_results": task_list}
"""What must stand before the sample row of a kind can be taken."""


def sample(kind: ImportKind, code: str, name: str) -> dict[str, Any]:
    """The sample row of a template as somebody would fill it in for one enterprise."""
    shown = {column.name: sample_of(column) for column in kind.columns}
    return {**shown, kind.columns[0].name: code, **({"unit_name": name} if "unit_name" in shown else {})}


def sample_of(column: Column) -> Any:
    return column.words.show(column.words.read(column.sample)) if column.words and column.sample else column.sample


def unit_for(kind: ImportKind) -> Enterprise | None:
    """An enterprise that can have such rows; None where the rows are enterprises."""
    if isinstance(kind, EnterpriseKind):
        return None
    unit = make_enterprise()
    NEEDED.get(kind.code, nothing_more)(unit)
    return unit


def good_row(kind: ImportKind) -> dict[str, Any]:
    """The sample row, for an enterprise that stands or, among enterprises, a new one."""
    if kind.columns[0].name == "body":
        return sample(kind, "330402", "")
    unit = unit_for(kind)
    return sample(kind, unit.uscc if unit else "91330402MATEXT01X5", unit.name if unit else "")


def exported(kind: ImportKind, form: Any, user: User) -> bytes:
    with export_records(kind=kind.code, form=form, acting=acting(user)) as file:
        return file.read()


@EVERY
def test_sample_row_of_the_template_is_worth_importing(kind: ImportKind, admin: User) -> None:
    row = good_row(kind)
    before = everything()
    checked = take(workbook(kind.code, row), admin, kind.code, dry_run=True)
    assert everything() == before, "a check writes nothing"
    assert checked.verdicts in {"c", "u"}, [each.faults for each in checked.rows.all()]
    assert counts(take(workbook(kind.code, row), admin, kind.code)) in ({"created": 1}, {"updated": 1})
    assert counts(take(workbook(kind.code, row), admin, kind.code)) == {"unchanged": 1}


@EVERY
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_template_is_readable_and_its_sample_is_no_row(kind: ImportKind, language: str, tree: Any) -> None:
    with override(language):
        files = [template_workbook(kind), template_csv(kind)]
    for file in files:
        table, rows = read_table_of(kind.columns, file)
        assert table.ignored == []
        with pytest.raises(RuleError) as caught:
            list(rows)
        assert caught.value.code == "no_rows"


@EVERY
@pytest.mark.parametrize(("form", "language"), [("xlsx", "zh-hans"), ("csv", "en")])
def test_export_comes_back_unchanged(kind: ImportKind, form: str, language: str, admin: User) -> None:
    take(workbook(kind.code, good_row(kind)), admin, kind.code)
    with override(language):
        content = exported(kind, form, admin)
    before = everything()
    batch = take(content, admin, kind.code)
    assert set(counts(batch)) == {"unchanged"}, [each.faults for each in batch.rows.all()]
    assert {name: rows for name, rows in everything().items() if name != "AuditEvent"} == {
        name: rows for name, rows in before.items() if name != "AuditEvent"
    }


NASTY = st.text(st.sampled_from("=+-@\t '\"“,;；（）()_x000D_√是1０甲\n\r&<>|𬍛 "), min_size=1, max_size=12)
FIXED = {"uscc", "unit_name", "body", "body_name", "region_code", "email", "status_basis", "section", "period"}
"""Columns whose texts are no free ones."""


def free_texts(kind: ImportKind) -> list[Column]:
    """Columns in which anybody may write anything."""
    named = {"trainings": {"role", "name"}, "locks": {"officer", "study"}}.get(kind.code, set())
    named = named | getattr(kind, "told_only", set())
    return [
        column for column in kind.columns if column.textual and not column.words and column.name not in FIXED | named
    ]


@EVERY
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_text_comes_back_as_it_was(kind: ImportKind, admin: User, data: st.DataObject) -> None:
    """Texts are drawn for every column of free text; what the rule takes must survive both formats."""
    row = good_row(kind) | {column.name: data.draw(NASTY, column.name) for column in free_texts(kind)}
    take(workbook(kind.code, row), admin, kind.code)
    for form in ("xlsx", "csv"):
        batch = take(exported(kind, form, admin), admin, kind.code)
        assert set(counts(batch)) <= {"unchanged"}, (form, [each.faults for each in batch.rows.all()])


@EVERY
def test_no_cell_of_an_export_is_a_formula(kind: ImportKind, admin: User) -> None:
    evil = "=HYPERLINK(1)"
    row = good_row(kind) | {column.name: evil for column in free_texts(kind)}
    assert counts(take(text(kind.code, [row]), admin, kind.code)) in ({"created": 1}, {"updated": 1})
    told = exported(kind, "csv", admin).decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(exported(kind, "xlsx", admin))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    if free_texts(kind):
        assert f"'{evil}" in told
        assert f",{evil}" not in told


def test_export_holds_only_what_the_person_may_see_and_export(tree: dict[str, Body], admin: User) -> None:
    make_enterprise(name="本区的厂")
    make_enterprise(name="外区的厂", territorial_body=tree["330411"], tier_body=tree["330411"])
    content = exported(KINDS["enterprises"], "csv", admin).decode("utf-8-sig")
    assert "本区的厂" in content
    assert "外区的厂" not in content
    assert AuditEvent.objects.get(action="exported.records").data["rows"] == 1
    with pytest.raises(NotPermitted):
        exported(KINDS["enterprises"], "csv", make_user("nobody"))
