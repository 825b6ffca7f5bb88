"""Certificates, products and honours of a unit: add and change (P12)."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models.enterprise import Certificate, Honour, Product, RiskLevel
from cases.rules.enterprise_facts import Fault, order_faults, text_faults
from cases.services.unit_rows import changeable_unit, keep_row


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
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *text_faults("number", number, 60, required=True),
        *text_faults("scope", scope, 200),
        *order_faults("valid_to", valid_from, valid_to),
    ]
    if kind not in Certificate.Kind.values:
        faults.append(Fault("kind", "choice"))
    values = {"kind": kind, "number": number, "scope": scope, "valid_from": valid_from, "valid_to": valid_to}
    return keep_row(Certificate, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_product(
    *, enterprise_id: int, row_id: int | None, name: str, risk_level: str, is_main: bool, acting: Acting
) -> Product:
    """Add a product (`row_id` None) or change one. FactsError, NotPermitted."""
    unit = changeable_unit(enterprise_id, acting)
    faults = list(text_faults("name", name, 120, required=True))
    if risk_level not in RiskLevel.values:
        faults.append(Fault("risk_level", "choice"))
    values = {"name": name, "risk_level": risk_level, "is_main": is_main}
    return keep_row(Product, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_honour(
    *, enterprise_id: int, row_id: int | None, name: str, granted_by: str, granted_on: date | None, acting: Acting
) -> Honour:
    """Add an honour (`row_id` None) or change one; withdrawing is a measure of a case, not done here."""
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *text_faults("name", name, 120, required=True),
        *text_faults("granted_by", granted_by, 120, required=True),
    ]
    if granted_on is not None and granted_on > acting.today:
        faults.append(Fault("granted_on", "future"))
    values = {"name": name, "granted_by": granted_by, "granted_on": granted_on}
    return keep_row(Honour, unit, row_id, values, faults, acting)
