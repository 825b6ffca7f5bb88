"""The rows of an archive: added, changed, ended, removed; what is refused, who may, what the audit trail keeps."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.db.models.deletion import ProtectedError

from cases.models import (
    ArchiveFile,
    AuditEvent,
    Body,
    DutyRecord,
    Enterprise,
    EntryReason,
    RiskControlItem,
    RiskEvent,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    Stoppage,
    User,
)
from cases.rules.errors import NotPermitted, RuleError
from cases.services.archive_files import add_archive_file
from cases.services.archive_reports import keep_entry_reason, keep_self_report
from cases.services.duty_records import keep_duty_record, keep_risk_control, keep_stoppage
from cases.services.enterprise_checks import FactsError
from cases.services.safety_people import keep_safety_person, keep_training
from cases.services.sampling_results import keep_sampling
from cases.services.unit_rows import ROWS, end_row, remove_row
from tests.factories import NOON, acting, make_enterprise

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)
PDF = b"%PDF-1.7\n1 0 obj"

REASON = {"reason": "ccc", "on": date(2026, 3, 1), "basis": "证书公告"}
PERSON = {
    "role": "director",
    "name": "沈国良",
    "phone": "",
    "appointed_on": date(2026, 2, 1),
    "left_on": None,
    "document": "任命书〔2026〕1号",
}
CONTROL = {
    "key_risk_point": "绝缘厚度",
    "measure": "每班抽测三次\r\n不合格即停线",
    "responsible": "沈国良",
    "origin": "unit",
    "added_on": date(2026, 2, 1),
    "retired_on": None,
}
STOPPAGE = {"first_day": date(2026, 2, 10), "last_day": date(2026, 2, 25), "reason": "春节停产"}
RECORD = {
    "kind": "daily",
    "period_start": date(2026, 11, 16),
    "recorded_on": date(2026, 11, 16),
    "nothing_found": True,
    "findings": "",
    "handled": "",
    "by_name": "姚慧珍",
    "file": None,
}
REPORT = {
    "kind": "responsibility",
    "year": 2025,
    "submitted_on": date(2026, 4, 2),
    "state": "submitted",
    "note": "",
    "file": None,
}
SAMPLING = {
    "product": "婴儿推车",
    "batch": "A1",
    "sampled_on": date(2026, 5, 6),
    "received_on": date(2026, 6, 1),
    "level": "province",
    "organiser": "浙江省市场监督管理局",
    "result": "pass",
    "failed_items": "",
    "safety_item": False,
    "report_number": "ZJ2026-0001",
}

Keep = Callable[..., Any]
KEEPS: dict[type[Model], tuple[Keep, dict[str, Any]]] = {
    EntryReason: (keep_entry_reason, REASON),
    SafetyPerson: (keep_safety_person, PERSON),
    RiskControlItem: (keep_risk_control, CONTROL),
    Stoppage: (keep_stoppage, STOPPAGE),
    DutyRecord: (keep_duty_record, RECORD),
    SelfReport: (keep_self_report, REPORT),
    SamplingResult: (keep_sampling, SAMPLING),
}
EVERY_KIND = pytest.mark.parametrize("model", KEEPS, ids=lambda model: model.__name__)


def keep(model: type[Model], unit: Enterprise, officer: User, row_id: int | None = None, **changed: Any) -> Any:
    service, values = KEEPS[model]
    return service(enterprise_id=unit.pk, row_id=row_id, **{**values, **changed}, acting=acting(officer))


def faults(model: type[Model], unit: Enterprise, officer: User, **changed: Any) -> list[tuple[str, str]]:
    before = model._default_manager.count()
    with pytest.raises(FactsError) as caught:
        keep(model, unit, officer, **changed)
    assert caught.value.clause
    assert model._default_manager.count() == before
    return [(fault.field, fault.code) for fault in caught.value.faults]


def last_event() -> AuditEvent:
    return AuditEvent.objects.order_by("-sequence")[0]


# --- every kind alike ------------------------------------------------------------------------------------------------


@EVERY_KIND
def test_a_row_is_added_with_one_event(unit: Enterprise, officer: User, model: type[Model]) -> None:
    row = keep(model, unit, officer)
    event = AuditEvent.objects.get(stream=f"enterprise:{unit.pk}")
    assert event.action == f"enterprise.{model._meta.model_name}_kept"
    assert (event.actor, event.body, event.data["row"]) == (officer, unit.territorial_body, row.pk)
    values = KEEPS[model][1]
    given = {name: value for name, value in values.items() if name != "file"}
    assert {name: getattr(row, name) for name in given} == given


@EVERY_KIND
def test_the_same_row_is_not_added_twice(unit: Enterprise, officer: User, model: type[Model]) -> None:
    keep(model, unit, officer)
    assert {code for _field, code in faults(model, unit, officer)} <= {"listed_already", "overlap"}
    keep(model, make_enterprise(), officer)  # another unit may have the same


@EVERY_KIND
def test_saving_without_a_change_leaves_no_event(unit: Enterprise, officer: User, model: type[Model]) -> None:
    row = keep(model, unit, officer)
    keep(model, unit, officer, row_id=row.pk)
    assert AuditEvent.objects.count() == 1


@EVERY_KIND
def test_a_row_entered_wrongly_is_removed_and_stays_in_the_trail(
    unit: Enterprise, officer: User, model: type[Model]
) -> None:
    row = keep(model, unit, officer)
    remove_row(model=model, enterprise_id=unit.pk, row_id=row.pk, acting=acting(officer))
    assert not model._default_manager.exists()
    assert last_event().action == f"enterprise.{model._meta.model_name}_removed"
    assert last_event().data["removed"]["id"] == row.pk


@EVERY_KIND
def test_another_countys_officer_changes_nothing(unit: Enterprise, stranger: User, model: type[Model]) -> None:
    with pytest.raises(NotPermitted):
        keep(model, unit, stranger)
    assert not model._default_manager.exists()


@EVERY_KIND
def test_a_row_of_another_unit_cannot_be_reached(unit: Enterprise, officer: User, model: type[Model]) -> None:
    row = keep(model, make_enterprise(), officer)
    for act in (
        lambda: keep(model, unit, officer, row_id=row.pk),
        lambda: remove_row(model=model, enterprise_id=unit.pk, row_id=row.pk, acting=acting(officer)),
    ):
        with pytest.raises(RuleError) as caught:
            act()
        assert caught.value.code == "gone"


@pytest.mark.parametrize(
    ("model", "changed", "fault"),
    [
        (EntryReason, {"reason": "hearsay"}, ("reason", "choice")),
        (EntryReason, {"on": date(2027, 1, 1)}, ("on", "future")),
        (EntryReason, {"on": date(2025, 12, 31)}, ("on", "before_entry")),
        (EntryReason, {"reason": "onsite_check", "on": date(2026, 1, 5)}, ("reason", "listed_already")),
        (SafetyPerson, {"name": ""}, ("name", "missing")),
        (SafetyPerson, {"name": "沈\n国良"}, ("name", "control_character")),
        (SafetyPerson, {"role": "boss"}, ("role", "choice")),
        (SafetyPerson, {"appointed_on": None}, ("appointed_on", "missing")),
        (SafetyPerson, {"left_on": date(2026, 1, 31)}, ("left_on", "order")),
        (SafetyPerson, {"left_on": date(2026, 11, 19)}, ("left_on", "future")),
        (RiskControlItem, {"measure": ""}, ("measure", "missing")),
        (RiskControlItem, {"origin": "x"}, ("origin", "choice")),
        (RiskControlItem, {"retired_on": date(2026, 1, 1)}, ("retired_on", "order")),
        (Stoppage, {"reason": ""}, ("reason", "missing")),
        (Stoppage, {"first_day": None}, ("first_day", "missing")),
        (Stoppage, {"last_day": date(2026, 2, 9)}, ("last_day", "order")),
        (DutyRecord, {"kind": "yearly"}, ("kind", "choice")),
        (DutyRecord, {"period_start": None}, ("period_start", "missing")),
        (DutyRecord, {"period_start": date(2026, 11, 19)}, ("period_start", "period_ahead")),
        (DutyRecord, {"recorded_on": date(2026, 11, 15)}, ("recorded_on", "before_period")),
        (DutyRecord, {"recorded_on": date(2026, 11, 19)}, ("recorded_on", "future")),
        (DutyRecord, {"nothing_found": False}, ("findings", "missing")),
        (DutyRecord, {"findings": "毛刺"}, ("findings", "contradiction")),
        (DutyRecord, {"findings": "长" * 4001, "nothing_found": False}, ("findings", "too_long")),
        (SelfReport, {"year": 2027}, ("year", "year_ahead")),
        (SelfReport, {"year": 1066}, ("year", "choice")),
        (SelfReport, {"state": "returned"}, ("note", "missing")),
        (SelfReport, {"state": "lost"}, ("state", "choice")),
        (SamplingResult, {"result": "fail"}, ("failed_items", "missing")),
        (SamplingResult, {"failed_items": "绝缘"}, ("failed_items", "not_failed")),
        (SamplingResult, {"safety_item": True}, ("safety_item", "not_failed")),
        (SamplingResult, {"result": "maybe"}, ("result", "choice")),
        (SamplingResult, {"received_on": date(2026, 5, 5)}, ("received_on", "order")),
        (SamplingResult, {"received_on": date(2026, 12, 1)}, ("received_on", "future")),
        (SamplingResult, {"report_number": ""}, ("report_number", "missing")),
        (SamplingResult, {"level": "world"}, ("level", "choice")),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else None,
)
def test_a_fault_is_named_at_its_field(
    unit: Enterprise, officer: User, model: type[Model], changed: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in faults(model, unit, officer, **changed)


# --- rows that hold for a time ---------------------------------------------------------------------------------------


def test_a_person_may_come_back_after_they_left(unit: Enterprise, officer: User) -> None:
    person = keep(SafetyPerson, unit, officer)
    end_row(model=SafetyPerson, enterprise_id=unit.pk, row_id=person.pk, on=date(2026, 6, 1), acting=acting(officer))
    assert last_event().action == "enterprise.safetyperson_ended"
    assert last_event().data["changed"] == {"left_on": [None, "2026-06-01"]}
    assert faults(SafetyPerson, unit, officer, appointed_on=date(2026, 5, 31)) == [("appointed_on", "overlap")]
    again = keep(SafetyPerson, unit, officer, appointed_on=date(2026, 6, 1))
    assert again.pk != person.pk


def test_what_has_ended_does_not_end_twice(unit: Enterprise, officer: User) -> None:
    item = keep(RiskControlItem, unit, officer)
    for expected in ("", "ended"):
        try:
            end_row(model=RiskControlItem, enterprise_id=unit.pk, row_id=item.pk, on=TODAY, acting=acting(officer))
            code = ""
        except RuleError as error:
            code = error.code
        assert code == expected


@pytest.mark.parametrize(
    ("on", "code"), [(None, "missing"), (date(2026, 1, 31), "order"), (date(2026, 11, 19), "future")]
)
def test_an_end_needs_a_day_that_can_be(unit: Enterprise, officer: User, on: date | None, code: str) -> None:
    person = keep(SafetyPerson, unit, officer)
    with pytest.raises(FactsError) as caught:
        end_row(model=SafetyPerson, enterprise_id=unit.pk, row_id=person.pk, on=on, acting=acting(officer))
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("on", code)]


@pytest.mark.parametrize(
    ("first", "last", "clashes"),
    [
        (date(2026, 2, 25), date(2026, 2, 25), True),  # the last day still belongs to the one that stands
        (date(2026, 2, 26), None, False),
        (date(2026, 2, 1), date(2026, 2, 10), True),
        (date(2026, 2, 1), date(2026, 2, 9), False),
        (date(2026, 1, 1), None, True),
    ],
)
def test_stoppages_do_not_overlap(
    unit: Enterprise, officer: User, first: date, last: date | None, clashes: bool
) -> None:
    keep(Stoppage, unit, officer)
    if clashes:
        assert faults(Stoppage, unit, officer, first_day=first, last_day=last) == [("first_day", "overlap")]
    else:
        keep(Stoppage, unit, officer, first_day=first, last_day=last)


def test_a_stoppage_may_be_announced(unit: Enterprise, officer: User) -> None:
    row = keep(Stoppage, unit, officer, first_day=date(2026, 12, 30), last_day=None)
    assert row.last_day is None


# --- people and training ---------------------------------------------------------------------------------------------


def train(unit: Enterprise, officer: User, person: int, **changed: Any) -> SafetyTraining:
    values: dict[str, Any] = {
        "kind": "exam",
        "held_on": date(2026, 3, 3),
        "topic": "总局令第75号",
        "hours": Decimal("2.5"),
        "passed": True,
    }
    return keep_training(
        enterprise_id=unit.pk, row_id=None, person=person, **{**values, **changed}, acting=acting(officer)
    )


def test_training_stands_with_its_person_who_then_stays(unit: Enterprise, officer: User) -> None:
    person = keep(SafetyPerson, unit, officer)
    training = train(unit, officer, person.pk)
    assert last_event().data["changed"]["person"] == [None, "沈国良"]
    with pytest.raises(RuleError) as caught:
        remove_row(model=SafetyPerson, enterprise_id=unit.pk, row_id=person.pk, acting=acting(officer))
    assert (caught.value.code, bool(caught.value.clause)) == ("in_use", True)
    remove_row(model=SafetyTraining, enterprise_id=unit.pk, row_id=training.pk, acting=acting(officer))
    remove_row(model=SafetyPerson, enterprise_id=unit.pk, row_id=person.pk, acting=acting(officer))


def test_training_of_another_units_person_is_refused(unit: Enterprise, officer: User) -> None:
    elsewhere = keep(SafetyPerson, make_enterprise(), officer)
    with pytest.raises(FactsError) as caught:
        train(unit, officer, elsewhere.pk)
    assert [(fault.field, fault.code) for fault in caught.value.faults] == [("person", "choice")]


@pytest.mark.parametrize(("changed", "code"), [({"hours": Decimal(0)}, "hours"), ({"kind": "x"}, "choice")])
def test_faulty_training_is_refused(unit: Enterprise, officer: User, changed: dict[str, Any], code: str) -> None:
    person = keep(SafetyPerson, unit, officer)
    with pytest.raises(FactsError) as caught:
        train(unit, officer, person.pk, **changed)
    assert caught.value.faults[0].code == code


# --- records, reports and files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "day", "start"),
    [
        ("daily", date(2026, 11, 12), date(2026, 11, 12)),
        ("weekly", date(2026, 11, 12), date(2026, 11, 9)),
        ("monthly", date(2026, 10, 12), date(2026, 10, 1)),
    ],
)
def test_any_day_of_a_period_names_it(unit: Enterprise, officer: User, kind: str, day: date, start: date) -> None:
    record = keep(DutyRecord, unit, officer, kind=kind, period_start=day)
    assert record.period_start == start
    assert faults(DutyRecord, unit, officer, kind=kind, period_start=start) == [("period_start", "listed_already")]


def pdf(name: str = "记录.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_record_brings_its_file_which_stays_when_the_record_goes(unit: Enterprise, officer: User) -> None:
    record = keep(DutyRecord, unit, officer, file=pdf())
    file = ArchiveFile.objects.get()
    assert (record.file, file.subject, file.content_type) == (file, f"duty_record:{record.pk}", "application/pdf")
    assert last_event().data["changed"]["file"] == [None, "记录.pdf"]
    keep(DutyRecord, unit, officer, row_id=record.pk, file=pdf())  # the same bytes again
    assert (ArchiveFile.objects.count(), AuditEvent.objects.count()) == (1, 1)
    keep(DutyRecord, unit, officer, row_id=record.pk, file=pdf(content=PDF + b" 2"))
    assert ArchiveFile.objects.count() == 2
    remove_row(model=DutyRecord, enterprise_id=unit.pk, row_id=record.pk, acting=acting(officer))
    assert ArchiveFile.objects.count() == 2


def test_a_file_that_is_not_what_it_says_leaves_nothing_behind(unit: Enterprise, officer: User) -> None:
    with pytest.raises(RuleError) as caught:
        keep(SelfReport, unit, officer, file=pdf(content=b"MZ\x90"))
    assert caught.value.code == "file_type"
    assert not SelfReport.objects.exists()
    assert not ArchiveFile.objects.exists()
    assert not AuditEvent.objects.exists()


def test_files_of_the_unit_itself_are_kept_for_ever(unit: Enterprise, officer: User, stranger: User) -> None:
    file = add_archive_file(enterprise_id=unit.pk, upload=pdf("任命书.pdf"), acting=acting(officer))
    assert (file.subject, last_event().data["name"]) == ("", "任命书.pdf")
    with pytest.raises(ProtectedError):
        file.delete()
    with pytest.raises(NotPermitted):
        add_archive_file(enterprise_id=unit.pk, upload=pdf(), acting=acting(stranger))


def test_checking_a_report_is_a_change_of_its_state(unit: Enterprise, officer: User) -> None:
    report = keep(SelfReport, unit, officer)
    keep(SelfReport, unit, officer, row_id=report.pk, state="doubtful", note="产量与用电量不符")
    assert last_event().data["changed"] == {
        "state": ["submitted", "doubtful"],
        "note": ["", "产量与用电量不符"],
    }


# --- samplings -------------------------------------------------------------------------------------------------------


def test_a_result_behind_an_event_stays_as_it_was(unit: Enterprise, officer: User) -> None:
    sampling = keep(SamplingResult, unit, officer, result="fail", failed_items="绝缘厚度")
    event = RiskEvent.objects.create(
        enterprise=unit,
        kind="sampling_failed",
        title="抽查不合格",
        facts="绝缘厚度",
        occurred_on=sampling.sampled_on,
        reported_at=NOON,
        fingerprint="x",
    )
    SamplingResult.objects.filter(pk=sampling.pk).update(event=event)
    given = {"result": "fail", "failed_items": "绝缘厚度"}
    keep(SamplingResult, unit, officer, row_id=sampling.pk, **given, received_on=date(2026, 6, 3))
    for act in (
        lambda: keep(SamplingResult, unit, officer, row_id=sampling.pk),
        lambda: remove_row(model=SamplingResult, enterprise_id=unit.pk, row_id=sampling.pk, acting=acting(officer)),
    ):
        with pytest.raises(RuleError) as caught:
            act()
        assert caught.value.code == "in_use"


def test_every_row_of_the_archive_has_its_kind(tree: dict[str, Body]) -> None:
    assert set(KEEPS) | {SafetyTraining} <= set(ROWS)
