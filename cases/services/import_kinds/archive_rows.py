"""What the quality-safety archive of a unit keeps (38号 四（一）, 附件2; 总局令第75号、第76号; P11)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.models.archive import (
    DutyRecord,
    EntryReason,
    RiskControlItem,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    Stoppage,
)
from cases.models.enterprise import Enterprise
from cases.rules.duty_gaps import period_of
from cases.rules.enterprise_facts import Fault
from cases.services.archive_reports import keep_entry_reason, keep_self_report
from cases.services.duty_records import keep_duty_record, keep_risk_control, keep_stoppage
from cases.services.enterprise_checks import FactsError
from cases.services.import_cells import Words
from cases.services.import_columns import (
    Column,
    day_column,
    decimal_column,
    lines_column,
    whole_column,
    words_column,
    yes_no_column,
)
from cases.services.import_kinds.unit_columns import REASONS, STATUSES
from cases.services.import_kinds.unit_rows import RowsKind, RowWork, columns_of
from cases.services.safety_people import keep_safety_person, keep_training
from cases.services.sampling_results import keep_sampling
from cases.services.set_status import set_status

ROLE_WORDS: Final = {
    "主要负责人": "principal",
    "质量安全总监": "director",
    "总监": "director",
    "质量安全员": "officer",
    "安全员": "officer",
}
DUTY_WORDS: Final = {"日管控": "daily", "周排查": "weekly", "月调度": "monthly"}
LEVEL_WORDS: Final = {"国抽": "national", "省抽": "province", "市抽": "city", "县抽": "county", "区抽": "county"}
RESULT_WORDS: Final = {"合格": "pass", "不合格": "fail", "拒检": "refused"}
_ROLES: Final = Words(SafetyPerson.Role, ROLE_WORDS)

ENTRY_REASONS: Final = RowsKind(
    code="entry_reasons",
    title=_("Further entry reasons"),
    about=_("One row a further reason, known again by enterprise, reason and day. The first one stays with the unit."),
    columns=columns_of(
        words_column("reason", "录入原因", "Reason", REASONS, required=True, sample="监督抽查"),
        day_column("on", "日期", "On", required=True, sample="2026-06-10"),
        Column("basis", "依据", "Basis", sample="监督抽查结果通知书", width=28),
    ),
    model=EntryReason,
    keep=keep_entry_reason,
    known_by=("reason", "on"),
)

SAFETY_PEOPLE: Final = RowsKind(
    code="safety_people",
    title=_("People responsible for quality safety"),
    about=_("One row an appointment, known again by enterprise, role, name and day of appointment."),
    columns=columns_of(
        words_column("role", "岗位", "Role", _ROLES, required=True, sample="director"),
        Column("name", "姓名", "Name", required=True, sample="沈国良"),
        Column("phone", "联系电话", "Phone", sample="0573-80000000"),
        day_column("appointed_on", "任命日期", "Appointed on", required=True, sample="2026-01-05"),
        day_column("left_on", "离岗日期", "Left on", sample="", note=_("The first day on which the post is not held.")),
        Column("document", "任命文件", "Letter of appointment", sample="质安〔2026〕1号", width=24),
    ),
    model=SafetyPerson,
    keep=keep_safety_person,
    known_by=("role", "name", "appointed_on"),
)


@dataclass(frozen=True)
class TrainingKind(RowsKind):
    """A training belongs to a person, who is named by role and name."""

    def related(self) -> tuple[str, ...]:
        return ("person__enterprise__territorial_body",)

    def said(self, row: models.Model) -> dict[str, Any]:
        assert isinstance(row, SafetyTraining)
        own = {name: getattr(row, name) for name in ("kind", "held_on", "topic", "hours", "passed")}
        return {"role": row.person.role, "name": row.person.name, **own}

    def call(self, work: RowWork, acting: Acting) -> None:
        given = dict(work.values)
        role, name = given.pop("role"), given.pop("name")
        if isinstance(work.stored, SafetyTraining):
            person: SafetyPerson | None = work.stored.person
        else:
            people = SafetyPerson.objects.filter(enterprise=work.unit, role=role, name=name)
            person = people.order_by(models.F("left_on").desc(nulls_first=True), "-appointed_on").first()
        if person is None:
            raise FactsError((Fault("name", "person_unknown"),))
        row_id = work.stored.pk if work.stored is not None else None
        keep_training(enterprise_id=work.unit.pk, row_id=row_id, person=person.pk, **given, acting=acting)


TRAININGS: Final = TrainingKind(
    code="trainings",
    title=_("Trainings and examinations"),
    about=_("One row a training or examination of a person, known again by person, kind, day and topic."),
    columns=columns_of(
        words_column("role", "岗位", "Role", _ROLES, required=True, sample="director"),
        Column("name", "姓名", "Name", required=True, sample="沈国良"),
        words_column("kind", "类型", "Kind", SafetyTraining.Kind, required=True, sample="training"),
        day_column("held_on", "日期", "Held on", required=True, sample="2026-04-20"),
        Column("topic", "内容", "Topic", required=True, sample="风险管控清单的制定", width=28),
        decimal_column("hours", "学时", "Hours", sample="4"),
        yes_no_column("passed", "是否合格", "Passed", sample="是"),
    ),
    model=SafetyTraining,
    keep=keep_training,
    known_by=("role", "name", "kind", "held_on", "topic"),
    path="person__enterprise",
)

RISK_CONTROLS: Final = RowsKind(
    code="risk_controls",
    title=_("Risk-control items"),
    about=_("One row a line of the unit’s risk-control list, known again by enterprise, risk point and day added."),
    columns=columns_of(
        Column("key_risk_point", "关键风险点", "Key risk point", required=True, sample="电源线绝缘", width=28),
        lines_column("measure", "管控措施", "Control measure", required=True, sample="每批抽检并记录"),
        Column("responsible", "责任人", "Responsible person", sample="陆敏"),
        words_column("origin", "来源", "Origin", RiskControlItem.Origin, sample="unit"),
        day_column("added_on", "列入日期", "Added on", required=True, sample="2026-01-05"),
        day_column("retired_on", "移出日期", "Retired on", sample=""),
    ),
    model=RiskControlItem,
    keep=keep_risk_control,
    known_by=("key_risk_point", "added_on"),
    otherwise={"origin": RiskControlItem.Origin.UNIT},
)

STOPPAGES: Final = RowsKind(
    code="stoppages",
    title=_("Stoppages"),
    about=_("One row a time without production or sale, known again by enterprise and first day."),
    columns=columns_of(
        day_column("first_day", "停产首日", "First day", required=True, sample="2026-02-01"),
        day_column(
            "last_day", "停产末日", "Last day", sample="2026-02-15", note=_("Included; empty while the stoppage lasts.")
        ),
        Column("reason", "原因", "Reason", required=True, sample="春节放假", width=28),
    ),
    model=Stoppage,
    keep=keep_stoppage,
    known_by=("first_day",),
)


@dataclass(frozen=True)
class DutyKind(RowsKind):
    """Any day of a period names it."""

    def key_of(self, unit_id: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
        kind, day = values.get("kind"), values.get("period_start")
        start = period_of(kind, day)[0] if kind and day else day
        return (unit_id, kind, start)


DUTY_RECORDS: Final = DutyKind(
    code="duty_records",
    title=_("Daily, weekly and monthly records"),
    about=_("One row a record, known again by enterprise, kind and first day of its period."),
    columns=columns_of(
        words_column("kind", "记录类型", "Kind", Words(DutyRecord.Kind, DUTY_WORDS), required=True, sample="weekly"),
        day_column(
            "period_start",
            "所属期首日",
            "First day of the period",
            required=True,
            sample="2026-11-02",
            note=_("The day itself, the Monday of the week, or the first of the month."),
        ),
        day_column("recorded_on", "记录日期", "Recorded on", required=True, sample="2026-11-06"),
        yes_no_column("nothing_found", "未发现风险", "Nothing found", sample="否"),
        lines_column("findings", "发现的风险", "Findings", sample="个别工位未按作业指导书操作"),
        lines_column("handled", "处置情况", "How they were handled", sample="当日纠正并培训"),
        Column("by_name", "记录人", "Recorded by", sample="陆敏"),
    ),
    model=DutyRecord,
    keep=keep_duty_record,
    known_by=("kind", "period_start"),
    otherwise={"nothing_found": False},
    fixed={"file": None},
)

SELF_REPORTS: Final = RowsKind(
    code="self_reports",
    title=_("Yearly reports of the units"),
    about=_("One row a report, known again by enterprise, kind and year. Files are added on the page."),
    columns=columns_of(
        words_column("kind", "报告类型", "Kind", SelfReport.Kind, required=True, sample="responsibility"),
        whole_column("year", "年度", "Year", required=True, sample="2025"),
        day_column("submitted_on", "提交日期", "Submitted on", required=True, sample="2026-01-20"),
        words_column("state", "审查结果", "State", SelfReport.State, sample="submitted"),
        lines_column("note", "说明", "Note"),
    ),
    model=SelfReport,
    keep=keep_self_report,
    known_by=("kind", "year"),
    otherwise={"state": SelfReport.State.SUBMITTED},
    fixed={"file": None},
)

SAMPLINGS: Final = RowsKind(
    code="samplings",
    title=_("Sampling results"),
    about=_("One row the result of a sampling, known again by enterprise and report number."),
    columns=columns_of(
        Column("report_number", "检验报告编号", "Report number", required=True, sample="ZJ2026-0001", width=22),
        Column("product", "产品名称", "Product", required=True, sample="电热水壶", width=24),
        Column("batch", "批次或型号", "Batch or model", sample="DH-18A/20260301"),
        day_column("sampled_on", "抽样日期", "Sampled on", required=True, sample="2026-03-10"),
        day_column("received_on", "企业收到日期", "Received by the unit on", sample="2026-04-15"),
        words_column(
            "level", "抽查级别", "Level", Words(SamplingResult.Level, LEVEL_WORDS), required=True, sample="province"
        ),
        Column("organiser", "组织单位", "Organiser", sample="浙江省市场监督管理局", width=24),
        words_column(
            "result", "检验结论", "Result", Words(SamplingResult.Result, RESULT_WORDS), required=True, sample="fail"
        ),
        Column("failed_items", "不合格项目", "Failed items", sample="接地措施", width=24),
        yes_no_column("safety_item", "涉及安全项目", "A safety item failed", sample="是"),
    ),
    model=SamplingResult,
    keep=keep_sampling,
    known_by=("report_number",),
    otherwise={"safety_item": False},
)


@dataclass(frozen=True)
class StatusKind(RowsKind):
    """The status stands on the unit itself; a row says what it has been since when."""

    def key_of(self, unit_id: int, values: Mapping[str, Any]) -> tuple[Any, ...]:
        return (unit_id,)

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        return {(unit.pk,): unit for unit in units}

    def related(self) -> tuple[str, ...]:
        return ("territorial_body",)

    def unit_of(self, row: models.Model) -> models.Model:
        return row

    def call(self, work: RowWork, acting: Acting) -> None:
        set_status(enterprise_id=work.unit.pk, **work.values, version=work.unit.version, acting=acting)


STATUS_CHANGES: Final = StatusKind(
    code="statuses",
    title=_("Operating statuses"),
    about=_("One row the present status of an enterprise; another one than stands opens a new line of its history."),
    columns=columns_of(
        words_column("status", "经营状态", "Operating status", STATUSES, required=True, sample="停产停业"),
        day_column("status_on", "状态起始日期", "Status since", sample="2026-05-01"),
        Column("status_basis", "状态依据", "Basis of the status", sample="现场检查记录", width=28),
    ),
    model=Enterprise,
    keep=set_status,
    known_by=(),
    path="",
)
