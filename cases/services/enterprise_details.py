"""Certificates, products and honours of a unit: add, change, remove (P12)."""

from datetime import date
from typing import Any, TypeVar, cast

from django.db import models, transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models.enterprise import Certificate, Enterprise, Honour, Product, RiskLevel
from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError, locked_enterprise, require_permission, stream_of

Row = TypeVar("Row", bound=Certificate | Product | Honour)


@transaction.atomic
def keep_certificate(
    *,
    enterprise_id: int,
    row_id: int | None,
    kind: str,
    number: str,
    scope: str,
    valid_from: date | None,
    valid_to: date | None,
    acting: Acting,
) -> Certificate:
    """Add a licence or CCC certificate (`row_id` None) or change one. FactsError, NotPermitted."""
    faults = _text("number", number, 60) + list(text_faults("scope", scope, 200))
    if kind not in Certificate.Kind.values:
        faults.append(Fault("kind", "choice"))
    if valid_from and valid_to and valid_to < valid_from:
        faults.append(Fault("valid_to", "order"))
    values = {"kind": kind, "number": number, "scope": scope, "valid_from": valid_from, "valid_to": valid_to}
    return _keep(Certificate, enterprise_id, row_id, values, ("kind", "number"), faults, acting)


@transaction.atomic
def keep_product(
    *, enterprise_id: int, row_id: int | None, name: str, risk_level: str, is_main: bool, acting: Acting
) -> Product:
    """Add a product (`row_id` None) or change one. FactsError, NotPermitted."""
    faults = _text("name", name, 120)
    if risk_level not in RiskLevel.values:
        faults.append(Fault("risk_level", "choice"))
    values = {"name": name, "risk_level": risk_level, "is_main": is_main}
    return _keep(Product, enterprise_id, row_id, values, ("name",), faults, acting)


@transaction.atomic
def keep_honour(
    *, enterprise_id: int, row_id: int | None, name: str, granted_by: str, granted_on: date | None, acting: Acting
) -> Honour:
    """Add an honour (`row_id` None) or change one; withdrawing is a measure of a case, not done here."""
    faults = _text("name", name, 120) + _text("granted_by", granted_by, 120)
    if granted_on is not None and granted_on > acting.today:
        faults.append(Fault("granted_on", "future"))
    values = {"name": name, "granted_by": granted_by, "granted_on": granted_on}
    return _keep(Honour, enterprise_id, row_id, values, ("name",), faults, acting)


@transaction.atomic
def remove_detail(*, model: type[Row], enterprise_id: int, row_id: int, acting: Acting) -> None:
    """Remove a row that was entered wrongly; what it said stays in the audit trail. RuleError: `in_use`, `gone`."""
    enterprise = locked_enterprise(enterprise_id)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    row = _row(model, enterprise, row_id)
    if isinstance(row, Honour) and row.withdrawal:
        raise RuleError("in_use", _("A case has dealt with this honour; it stays on record."))
    data = {"removed": {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}}
    row.delete()
    _audit(enterprise, f"enterprise.{model._meta.model_name}_removed", data, acting)


def _keep(
    model: type[Row],
    enterprise_id: int,
    row_id: int | None,
    values: dict[str, Any],
    identity: tuple[str, ...],
    faults: list[Fault],
    acting: Acting,
) -> Row:
    enterprise = locked_enterprise(enterprise_id)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    same = _rows(model, enterprise).filter(**{name: values[name] for name in identity})
    others = same if row_id is None else same.exclude(pk=row_id)
    if others.exists():
        faults.append(Fault(identity[-1], "listed_already"))
    if faults:
        raise FactsError(tuple(faults))
    row = model(enterprise=enterprise) if row_id is None else _row(model, enterprise, row_id)
    before = {} if row_id is None else {name: getattr(row, name) for name in values}
    if before == values:
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    data = {"changed": {name: [before.get(name), value] for name, value in values.items() if before.get(name) != value}}
    _audit(enterprise, f"enterprise.{model._meta.model_name}_kept", {"row": row.pk, **data}, acting)
    return row


def _rows(model: type[Row], enterprise: Enterprise) -> "models.QuerySet[Row]":
    return cast("models.QuerySet[Row]", model._default_manager.filter(enterprise=enterprise))


def _row(model: type[Row], enterprise: Enterprise, row_id: int) -> Row:
    row = _rows(model, enterprise).filter(pk=row_id).first()
    if row is None:
        raise RuleError("gone", _("This entry is no longer there."))
    return row


def _text(name: str, text: str, longest: int) -> list[Fault]:
    return list(text_faults(name, text, longest)) if text else [Fault(name, "missing")]


def _audit(enterprise: Enterprise, action: str, data: dict[str, Any], acting: Acting) -> None:
    record(stream=stream_of(enterprise), action=action, acting=acting, body=enterprise.territorial_body, data=data)
