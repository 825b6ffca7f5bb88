"""What bodies do about units: responsibility locks, tasks of their own, results of task lists (38号 二, 附件2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.models.body import Body
from cases.models.listing import UnitKind
from cases.models.lock import ResponsibilityLock
from cases.models.people import User
from cases.models.task_list import BodyTask, TaskLine, TaskSheet
from cases.rules.enterprise_facts import Fault
from cases.rules.task_list import LineAnswer
from cases.services.body_tasks import add_body_task
from cases.services.enterprise_checks import FactsError
from cases.services.fill_task_sheet import SheetFacts, save_sheet_draft
from cases.services.import_cells import read_code
from cases.services.import_columns import (
    Column,
    Columns,
    day_column,
    lines_column,
    whole_column,
    words_column,
    yes_no_column,
)
from cases.services.import_kinds.unit_rows import RowsKind, RowWork, columns_of
from cases.services.lock_unit import lock_unit


@dataclass(frozen=True)
class LockKind(RowsKind):
    """The open lock of a unit; another officer than stands is a hand-over, which a file cannot make."""

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        locks = ResponsibilityLock.objects.filter(enterprise__in=list(units), ended_on__isnull=True)
        return {(lock.enterprise_id,): lock for lock in locks.select_related("officer")}

    def related(self) -> tuple[str, ...]:
        return ("enterprise__territorial_body", "officer")

    def exported(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return rows.filter(ended_on__isnull=True)

    def said(self, row: models.Model) -> dict[str, Any]:
        assert isinstance(row, ResponsibilityLock)
        return {
            "officer": row.officer.username,
            "officer_name": row.officer.name,
            "study": row.study,
            "locked_on": row.locked_on,
        }

    def call(self, work: RowWork, acting: Acting) -> None:
        officer = User.objects.filter(username=work.values["officer"], is_active=True).first()
        if officer is None:
            raise FactsError((Fault("officer", "officer_unknown"),))
        if work.stored is not None:
            raise FactsError((Fault("officer", "locked_already"),))
        lock_unit(enterprise_id=work.unit.pk, officer=officer, study=work.values["study"], acting=acting)


LOCKS: Final = LockKind(
    code="locks",
    title=_("Responsibility locks"),
    about=_("One row an enterprise and the officer who answers for it, from today. Hand-overs are made on the page."),
    columns=columns_of(
        Column("officer", "监管责任人账号", "Officer’s user name", required=True, sample="wangjg"),
        Column("officer_name", "监管责任人", "Officer", sample="王建国"),
        lines_column("study", "研判记录", "Study", required=True, sample="产品风险高，近两年监督抽查两次不合格。"),
        day_column("locked_on", "锁定日期", "Locked on", sample=""),
    ),
    model=ResponsibilityLock,
    keep=lock_unit,
    known_by=(),
    told_only=frozenset({"officer_name", "locked_on"}),
    needs_person=True,
)

BODY: Final = Column("body", "机构代码", "Code of the body", read_code, True, sample="330402", width=14)


@dataclass(frozen=True)
class BodyTaskKind(RowsKind):
    """A task that a body adds to the annex; rows belong to bodies, not to enterprises."""

    def units(self, codes: Iterable[str]) -> dict[str, Any]:
        return {body.code: body for body in Body.objects.filter(code__in=list(codes))}

    def place_of(self, unit: Any) -> Body:
        assert isinstance(unit, Body)
        return unit

    def unknown(self, code: str) -> str:
        return "body_unknown"

    def exported(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return rows.filter(retired_at__isnull=True)

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        tasks = self.exported(BodyTask.objects.filter(body__in=list(units)))
        return {self.key_of(task.body_id, self.said(task)): task for task in tasks}

    def call(self, work: RowWork, acting: Acting) -> None:
        add_body_task(body=work.unit, **work.values, acting=acting)


BODY_TASKS: Final = BodyTaskKind(
    code="body_tasks",
    title=_("Tasks added by bodies"),
    about=_("One row a task that a body adds to the task lists, known again by body, list, section and text."),
    columns=Columns(
        BODY,
        Column("body_name", "机构名称", "Body", sample="南湖区市场监督管理局", width=28),
        words_column("list_code", "清单", "List", UnitKind, required=True, sample="production", width=14),
        Column("section", "部分", "Section", required=True, sample="1", width=8, note=_("The number of the section.")),
        Column("text", "任务", "Task", required=True, sample="核查电源线批次检验记录", width=40),
    ),
    model=BodyTask,
    keep=add_body_task,
    known_by=("list_code", "section", "text"),
    path="body",
    place="body",
    code_field="code",
    view="manage_task_list",
    needs_person=True,
)


@dataclass(frozen=True)
class TaskResultKind(RowsKind):
    """Answers to the lines of open task lists, kept as a draft: two officers close a list on its page."""

    def related(self) -> tuple[str, ...]:
        return ("sheet__enterprise__territorial_body",)

    def exported(self, rows: "models.QuerySet[Any]") -> "models.QuerySet[Any]":
        return rows.exclude(sheet__state=TaskSheet.State.CANCELLED)

    def standing_rows(self, units: Iterable[Any]) -> dict[tuple[Any, ...], models.Model]:
        lines = self.exported(TaskLine.objects.filter(sheet__enterprise__in=list(units)))
        return {self.key_of(line.sheet.enterprise_id, self.said(line)): line for line in lines.select_related("sheet")}

    def said(self, row: models.Model) -> dict[str, Any]:
        assert isinstance(row, TaskLine)
        own = ("position", "number", "text", "task_done", "compliant", "remark")
        head = ("list_code", "period", "checked_on")
        return {name: getattr(row, name) for name in own} | {name: getattr(row.sheet, name) for name in head}

    def call(self, work: RowWork, acting: Acting) -> None:
        values = work.values
        if not isinstance(work.stored, TaskLine):
            raise FactsError((Fault("position", "line_unknown"),))
        if values["compliant"] is not None and not values["task_done"]:
            raise FactsError((Fault("compliant", "known_when_done"),))
        sheet = TaskSheet.objects.get(pk=work.stored.sheet_id)
        answer = LineAnswer(values["position"], values["task_done"], values["compliant"], values["remark"])
        facts = SheetFacts(
            version=sheet.version,
            checked_on=values["checked_on"],
            second_officer_id=sheet.second_officer_id,
            answers=(answer,),
            note=sheet.note,
        )
        save_sheet_draft(sheet_id=sheet.pk, facts=facts, acting=acting)


def _told(name: str, zh: str, en: str, **more: Any) -> Column:
    """A column for the reader of an export."""
    return Column(name, zh, en, **more)


TASK_RESULTS: Final = TaskResultKind(
    code="task_results",
    title=_("Results of task lists"),
    about=_("One row an answer to a line of an open task list, kept as a draft; two officers close it on its page."),
    columns=columns_of(
        words_column("list_code", "清单", "List", UnitKind, required=True, sample="production", width=14),
        Column("period", "期间", "Period", required=True, sample="2026-H2", width=12),
        whole_column("position", "行号", "Line", required=True, sample="1"),
        _told("number", "序号", "Number", sample="1.1", width=8),
        _told("text", "任务", "Task", sample="核查生产许可证是否有效", width=40),
        yes_no_column("task_done", "已检查", "Task done", sample="是"),
        yes_no_column("compliant", "符合要求", "Complies", sample="否"),
        lines_column("remark", "情况说明", "Remark", sample="许可证已过期，要求立即停止生产"),
        day_column("checked_on", "检查日期", "Day of the check", sample="2026-11-10"),
    ),
    model=TaskLine,
    keep=save_sheet_draft,
    known_by=("list_code", "period", "position"),
    path="sheet__enterprise",
    told_only=frozenset({"number", "text"}),
    needs_person=True,
)
