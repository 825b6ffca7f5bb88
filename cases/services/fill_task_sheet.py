"""Fill in a supervision task list on site: keep drafts, submit, call off, give to an officer (38号 二（二）, 附件2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.parts import certified, unconflicted_with
from cases.guards.task_sheets import may_fill, may_manage
from cases.models import ArchiveFile, EventReport, OnsiteCheck, RiskEvent, TaskLine, TaskSheet, User
from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.errors import RuleError
from cases.rules.event_facts import LONGEST_TEXTS, EventFacts
from cases.rules.task_list import ANNEX, LineAnswer, answer_faults
from cases.selectors.people import colleagues_with
from cases.services.archive_files import enter_archive_file
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError, stream_of
from cases.services.onsite_checks import record_onsite_check
from cases.services.opinions import need_reason
from cases.services.record_event import record_event

LONGEST_NOTE = 4000


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What was filled in; `version` is the one the page was opened with, `hazards` positions to report as hazards."""

    version: int
    checked_on: date | None
    second_officer_id: int | None
    answers: tuple[LineAnswer, ...]
    hazards: frozenset[int] = frozenset()
    note: str = ""


class StaleSheetError(RuleError):
    """Somebody else has saved the list since the page was opened; `stored` is what stands now."""

    def __init__(self, stored: TaskSheet) -> None:
        super().__init__("stale", "Somebody else has saved this list since you opened it.")
        self.stored = stored


def locked_sheet(sheet_id: int, version: int | None = None) -> TaskSheet:
    """The list, locked until the transaction ends; StaleSheetError where it has moved on from `version`."""
    sheet = (
        TaskSheet.objects.select_for_update(of=("self",))
        .select_related("enterprise__territorial_body", "enterprise__tier_body", "body", "officer")
        .get(pk=sheet_id)
    )
    if version is not None and version != sheet.version:
        raise StaleSheetError(sheet)
    return sheet


@transaction.atomic
def save_sheet_draft(*, sheet_id: int, facts: SheetFacts, acting: Acting) -> TaskSheet:
    """Keep what has been filled in so far, complete or not. StaleSheetError, FactsError, Blocked."""
    sheet = locked_sheet(sheet_id, facts.version)
    require(may_fill(sheet, acting))
    faults = [
        fault for answer in facts.answers for fault in text_faults(f"remark-{answer.position}", answer.remark, 1000)
    ]
    if faults := [*faults, *text_faults("note", facts.note, LONGEST_NOTE)]:
        raise FactsError(tuple(faults))
    _keep(sheet, facts, acting)
    return sheet


@transaction.atomic
def submit_sheet(*, sheet_id: int, facts: SheetFacts, acting: Acting) -> TaskSheet:
    """Close the list with two certified officers' names; its answers never change afterwards.

    It counts as an on-site check of the unit (38号 二（一）); what is marked as a hidden danger becomes a risk event.
    FactsError (every task answered, a reason for what was left out, words for what does not comply), StaleSheetError,
    Blocked.
    """
    sheet = locked_sheet(sheet_id, facts.version)
    require(may_fill(sheet, acting))
    second = _second_officer(sheet, facts, acting)
    if faults := (*_head_faults(sheet, facts, acting), *answer_faults(_all_answers(sheet, facts))):
        raise FactsError(faults)
    require([certified(second, acting), unconflicted_with(second, sheet.enterprise_id, acting)])
    _keep(sheet, facts, acting)
    sheet.state = TaskSheet.State.FILLED
    sheet.filled_by, sheet.second_officer, sheet.filled_at = acting.person, second, acting.at
    sheet.save()
    problems = list(sheet.lines.filter(compliant=False))
    record(
        stream=stream_of(sheet.enterprise),
        action="task_sheet.filled",
        acting=acting,
        body=sheet.body,
        data={
            "sheet": sheet.pk,
            "list": sheet.list_code,
            "period": sheet.period,
            "checked_on": sheet.checked_on,
            "second_officer": second.pk,
            "not_done": [line.number for line in sheet.lines.filter(task_done=False)],
            "not_compliant": [line.number for line in problems],
        },
    )
    record_onsite_check(
        enterprise=sheet.enterprise,
        occasion=OnsiteCheck.Occasion.TASK_LIST,
        checked_on=facts.checked_on,  # type: ignore[arg-type]  # a missing day is among the faults
        officer=acting.person,
        second_officer=second,
        findings=_findings(problems),
        subject=f"task_list:{sheet.pk}",
        acting=acting,
    )
    for line in problems:
        if line.hazard:
            _report_hazard(sheet, line, acting)
    return sheet


@transaction.atomic
def add_sheet_paper(*, sheet_id: int, upload: UploadedFile, acting: Acting) -> ArchiveFile:
    """Keep a photo or paper with an open list, in the archive of the unit. RuleErrors of `check_file`, Blocked."""
    sheet = locked_sheet(sheet_id)
    require(may_fill(sheet, acting))
    return enter_archive_file(
        enterprise=sheet.enterprise,
        upload=upload,
        acting=acting,
        body=sheet.body,
        subject=f"task_sheet:{sheet.pk}",
        sheet=sheet.pk,
    )


@transaction.atomic
def cancel_sheet(*, sheet_id: int, reason: str, acting: Acting) -> TaskSheet:
    """Call an open list off; a new one may be made for the same period. RuleError `sheet_closed`, Blocked."""
    sheet = locked_sheet(sheet_id)
    require(may_manage(sheet.enterprise.territorial_body, acting))
    _require_open(sheet)
    sheet.state, sheet.note = TaskSheet.State.CANCELLED, need_reason(reason)
    sheet.save(update_fields=["state", "note"])
    _audit(sheet, "task_sheet.cancelled", {"reason": sheet.note}, acting)
    return sheet


@transaction.atomic
def give_sheet(*, sheet_id: int, officer_id: int, acting: Acting) -> TaskSheet:
    """Name who fills the list in. RuleError `officer`, `sheet_closed`, Blocked."""
    sheet = locked_sheet(sheet_id)
    require(may_manage(sheet.enterprise.territorial_body, acting))
    _require_open(sheet)
    officer = colleagues_with("inspect_enterprise", sheet.enterprise.territorial_body).filter(pk=officer_id).first()
    if officer is None:
        raise RuleError("officer", "This person may not inspect the enterprise.", ANNEX, field="officer")
    if sheet.officer_id != officer.pk:
        before, sheet.officer = sheet.officer_id, officer
        sheet.save(update_fields=["officer"])
        _audit(sheet, "task_sheet.given", {"from": before, "to": officer.pk}, acting)
    return sheet


def _require_open(sheet: TaskSheet) -> None:
    if sheet.state != TaskSheet.State.OPEN:
        raise RuleError("sheet_closed", "The list is no longer open.", ANNEX)


def _keep(sheet: TaskSheet, facts: SheetFacts, acting: Acting) -> None:
    given = {answer.position: answer for answer in facts.answers}
    lines = [line for line in sheet.lines.all() if line.position in given]
    for line in lines:
        answer = given[line.position]
        line.task_done, line.remark = answer.task_done, answer.remark.strip()
        line.compliant = answer.compliant if answer.task_done else None
        line.hazard = line.compliant is False and line.position in facts.hazards
    TaskLine.objects.bulk_update(lines, ["task_done", "compliant", "remark", "hazard"])
    sheet.checked_on, sheet.note, sheet.version = facts.checked_on, facts.note.strip(), sheet.version + 1
    sheet.second_officer_id = facts.second_officer_id
    sheet.saved_by, sheet.saved_at = acting.user, acting.at
    sheet.save(update_fields=["checked_on", "note", "version", "second_officer", "saved_by", "saved_at"])


def _findings(problems: Sequence[TaskLine]) -> str:
    return "\n".join(_told(line) for line in problems)


def _told(line: TaskLine) -> str:
    """A task and what was found; the tasks of the annex end in a full stop."""
    return f"{line.number} {line.text.rstrip('。')}：{line.remark}"


def _report_hazard(sheet: TaskSheet, line: TaskLine, acting: Acting) -> None:
    """A report like any other: whether it is one, and how grave, is for whoever verifies it."""
    told = EventFacts(
        kind=RiskEvent.Kind.HAZARD,
        title=f"监管任务清单发现隐患：{line.text.rstrip('。')}"[: LONGEST_TEXTS["title"]],
        facts=_told(line),
        occurred_on=sheet.checked_on,  # type: ignore[arg-type]  # a filled list has its day
        authority=sheet.body.name,
        authority_level=sheet.body.level,
    )
    line.event = record_event(
        enterprise_id=sheet.enterprise_id,
        told=told,
        source=EventReport.Source.INSPECTION,
        source_reference=f"{sheet.period} {sheet.get_list_code_display()} {sheet.pk}/{line.position}",
        acting=acting,
        ask=False,
    )
    line.save(update_fields=["event"])


def _all_answers(sheet: TaskSheet, facts: SheetFacts) -> Sequence[LineAnswer]:
    """An answer for every line of the list: what the form did not bring is unanswered."""
    given = {answer.position: answer for answer in facts.answers}
    return [given.get(at, LineAnswer(at, None, None)) for at in sheet.lines.values_list("position", flat=True)]


def _head_faults(sheet: TaskSheet, facts: SheetFacts, acting: Acting) -> tuple[Fault, ...]:
    faults = list(text_faults("note", facts.note, LONGEST_NOTE))
    if facts.checked_on is None:
        faults.append(Fault("checked_on", "missing"))
    elif facts.checked_on > acting.today:
        faults.append(Fault("checked_on", "future"))
    elif not sheet.first_day <= facts.checked_on <= sheet.last_day:
        faults.append(Fault("checked_on", "outside_period", {"first": sheet.first_day, "last": sheet.last_day}))
    return tuple(faults)


def _second_officer(sheet: TaskSheet, facts: SheetFacts, acting: Acting) -> User:
    """Two officers check (行政处罚法 第四十二条), and both may inspect there."""
    if facts.second_officer_id is None:
        raise FactsError((Fault("second_officer", "missing"),))
    if facts.second_officer_id == acting.person.pk:
        raise FactsError((Fault("second_officer", "same_officer"),))
    found = colleagues_with("inspect_enterprise", sheet.enterprise.territorial_body)
    second = found.filter(pk=facts.second_officer_id).first()
    if second is None:
        raise FactsError((Fault("second_officer", "choice"),))
    return second


def _audit(sheet: TaskSheet, action: str, data: dict[str, object], acting: Acting) -> None:
    data = {"sheet": sheet.pk, "list": sheet.list_code, "period": sheet.period, **data}
    record(stream=stream_of(sheet.enterprise), action=action, acting=acting, body=sheet.body, data=data)
