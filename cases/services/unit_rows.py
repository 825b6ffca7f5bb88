"""Rows that hang on a unit: one way to add, change, end and remove them, whatever they tell of (P12).

Who may enter the unit at its territorial body keeps its rows. Every change leaves one audit event; a row removed
because it was entered wrongly stays in the audit trail. Rows that something else rests on cannot be removed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as _

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
from cases.models.enterprise import Certificate, Enterprise, Honour, Product
from cases.rules.enterprise_facts import Fault, date_faults, order_faults
from cases.rules.errors import RuleError
from cases.services.archive_files import keep_archive_file
from cases.services.attach_file import check_file
from cases.services.audit import record
from cases.services.enterprise_checks import CLAUSE, FactsError, locked_enterprise, require_permission, stream_of

Row = TypeVar("Row", bound=models.Model)


def _nothing(_row: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class RowKind:
    """What holds for the rows of one model.

    No two rows of a unit share their `identity`; rows that hold from `since` to `until` may, at different times.
    `rests` says in words what rests on a row, so that it must stay.
    """

    identity: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    until_counts: bool = False
    """Whether the last day itself still belongs to the row."""
    path: str = "enterprise"
    subject: str = ""
    """What the files of such rows name as theirs, before the row's key."""
    rests: Callable[[Any], str] = _nothing


def _honour_rests(honour: Honour) -> str:
    return _("A case has dealt with this honour; it stays on record.") if honour.withdrawal else ""


def _person_rests(person: SafetyPerson) -> str:
    kept = person.trainings.exists()
    return _("Training is recorded for this person. If they left, enter the day they did.") if kept else ""


def _sampling_rests(sampling: SamplingResult) -> str:
    return _("A risk event stands behind this result; it stays on record.") if sampling.event_id else ""


ROWS: Final[Mapping[type[models.Model], RowKind]] = {
    Certificate: RowKind(("kind", "number")),
    Product: RowKind(("name",)),
    Honour: RowKind(("name",), rests=_honour_rests),
    EntryReason: RowKind(("reason", "on")),
    SafetyPerson: RowKind(("role", "name"), since="appointed_on", until="left_on", rests=_person_rests),
    SafetyTraining: RowKind(("person", "kind", "held_on", "topic"), path="person__enterprise"),
    RiskControlItem: RowKind(("key_risk_point",), since="added_on", until="retired_on"),
    Stoppage: RowKind((), since="first_day", until="last_day", until_counts=True),
    DutyRecord: RowKind(("kind", "period_start"), subject="duty_record"),
    SelfReport: RowKind(("kind", "year"), subject="self_report"),
    SamplingResult: RowKind(("report_number",), rests=_sampling_rests),
}


def changeable_unit(enterprise_id: int, acting: Acting) -> Enterprise:
    """The unit, locked, whose rows the acting person may keep. NotPermitted."""
    enterprise = locked_enterprise(enterprise_id)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    return enterprise


def keep_row(
    model: type[Row],
    enterprise: Enterprise,
    row_id: int | None,
    values: dict[str, Any],
    faults: Iterable[Fault],
    acting: Acting,
    upload: UploadedFile | None = None,
) -> Row:
    """Add a row (`row_id` None) or change one, with its file; saving without a change changes nothing.

    FactsError with `faults` and what is listed already. RuleError: `gone`, and those of `check_file`.
    """
    found = [*faults, *_clashes(model, enterprise, row_id, values)]
    if found:
        raise FactsError(tuple(found))
    if upload is not None:
        check_file(upload)
    row = _new(model, enterprise) if row_id is None else _row(model, enterprise, row_id)
    before = {} if row_id is None else {name: getattr(row, name) for name in values}
    if before == values and upload is None:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    if upload is not None:
        before["file"], values = (
            getattr(row, "file", None),
            {**values, "file": _keep_file(row, enterprise, upload, acting)},
        )
    changed = {name: [before.get(name), value] for name, value in values.items() if before.get(name) != value}
    if changed:
        _audit(enterprise, model, "kept", {"row": row.pk, "changed": _said(changed)}, acting)
    return row


@transaction.atomic
def end_row(*, model: type[Row], enterprise_id: int, row_id: int, on: date | None, acting: Acting) -> Row:
    """Say until when a row held: who left, what was struck off the list, a stoppage that is over.

    `on` is the first day on which it no longer holds; of a stoppage its last day. RuleError: `gone`, `ended`.
    FactsError, NotPermitted.
    """
    kind, enterprise = ROWS[model], changeable_unit(enterprise_id, acting)
    row = _row(model, enterprise, row_id)
    if (ended := getattr(row, kind.until)) is not None:
        raise RuleError("ended", _("This has ended already, on %(day)s."), CLAUSE, day=ended)
    faults = list(date_faults("on", on, acting.today)) or list(order_faults("on", getattr(row, kind.since), on))
    if faults:
        raise FactsError(tuple(faults))
    setattr(row, kind.until, on)
    row.save(update_fields=[kind.until])
    _audit(enterprise, model, "ended", {"row": row.pk, "what": str(row), "changed": {kind.until: [None, on]}}, acting)
    return row


@transaction.atomic
def remove_row(*, model: type[Row], enterprise_id: int, row_id: int, acting: Acting) -> None:
    """Remove a row that was entered wrongly; what it said stays in the audit trail. RuleError: `in_use`, `gone`."""
    enterprise = changeable_unit(enterprise_id, acting)
    row = _row(model, enterprise, row_id)
    if rests := ROWS[model].rests(row):
        raise RuleError("in_use", rests, CLAUSE)
    data = {"removed": {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}}
    row.delete()
    _audit(enterprise, model, "removed", data, acting)


def _new(model: type[Row], enterprise: Enterprise) -> Row:
    """A row that hangs on the unit itself; one that hangs on something of the unit gets that among its values."""
    return model(enterprise=enterprise) if ROWS[model].path == "enterprise" else model()


def _clashes(model: type[Row], enterprise: Enterprise, row_id: int | None, values: Mapping[str, Any]) -> list[Fault]:
    """Another row that is the same thing, where both hold at the same time."""
    kind = ROWS[model]
    same = _rows(model, enterprise).filter(**{name: values[name] for name in kind.identity})
    others = same if row_id is None else same.exclude(pk=row_id)
    if not kind.until:
        return [Fault(kind.identity[-1], "listed_already")] if others.exists() else []
    since, until = values[kind.since], values[kind.until]
    if since is None:
        return []
    includes = "e" if kind.until_counts else ""
    meets = Q(**{f"{kind.until}__isnull": True}) | Q(**{f"{kind.until}__gt{includes}": since})
    if until is not None:
        meets &= Q(**{f"{kind.since}__lt{includes}": until})
    other = others.filter(meets).order_by(kind.since).first()
    return [] if other is None else [Fault(kind.since, "overlap", {"since": getattr(other, kind.since)})]


def _rows(model: type[Row], enterprise: Enterprise) -> "models.QuerySet[Row]":
    return model._default_manager.filter(**{ROWS[model].path: enterprise})


def _row(model: type[Row], enterprise: Enterprise, row_id: int) -> Row:
    row = _rows(model, enterprise).filter(pk=row_id).first()
    if row is None:
        raise RuleError("gone", _("This entry is no longer there."))
    return row


def _keep_file(row: models.Model, enterprise: Enterprise, upload: UploadedFile, acting: Acting) -> models.Model:
    subject = f"{ROWS[type(row)].subject}:{row.pk}"
    file = keep_archive_file(enterprise=enterprise, upload=upload, subject=subject, acting=acting)
    setattr(row, "file", file)  # noqa: B010 - only some of the models have one
    row.save(update_fields=["file"])
    return file


def _said(changed: Mapping[str, Iterable[Any]]) -> dict[str, list[Any]]:
    """Rows that are values are told by their names."""
    return {
        name: [str(value) if isinstance(value, models.Model) else value for value in pair]
        for name, pair in changed.items()
    }


def _audit(enterprise: Enterprise, model: type[models.Model], done: str, data: dict[str, Any], acting: Acting) -> None:
    action = f"enterprise.{model._meta.model_name}_{done}"
    record(stream=stream_of(enterprise), action=action, acting=acting, body=enterprise.territorial_body, data=data)
