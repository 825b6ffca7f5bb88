"""A unit as it stands with what hangs on it, and as a row would have it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cases.models.body import Body
from cases.models.enterprise import Certificate, Enterprise, OperatingStatus, Product, TierRecord
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.selectors.escalation import upper_supervisors
from cases.services.import_kinds.unit_columns import CERTIFICATES
from cases.services.tier_enterprise import Tiering

FACTS: Final = frozenset(EnterpriseFacts.__dataclass_fields__)
STATUS: Final = ("status", "status_on", "status_basis")
UnitStatus = tuple[str, date | None, str]


@dataclass(slots=True)
class Stored:
    """A unit that stands already, with what hangs on it: certificates by kind and number, products by name."""

    enterprise: Enterprise
    record: TierRecord | None = None
    upper: Body | None = None
    """The body that has taken the unit over."""
    certificates: dict[tuple[str, str], date | None] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> UnitStatus:
        return (self.enterprise.status, self.enterprise.status_on, self.enterprise.status_basis)

    def said(self) -> dict[str, Any]:
        """What an import file would say of it, by column."""
        unit = self.enterprise
        said: dict[str, Any] = {name: getattr(unit, name) for name in (*FACTS, *STATUS)}
        said["kinds"] = {name: getattr(unit, name) for name in ("makes", "sells_wholesale", "sells_retail")}
        said["products"] = self.products
        for name, kind in CERTIFICATES.items():
            said[name] = {number: day for (of_kind, number), day in self.certificates.items() if of_kind == kind}
        return said


@dataclass(slots=True)
class UnitWork:
    """What has to be written of one unit."""

    facts: EnterpriseFacts
    tiering: Tiering
    stored: Stored | None = None
    status: UnitStatus = (OperatingStatus.ACTIVE, None, "")
    certificates: Mapping[tuple[str, str], date | None] = field(default_factory=dict)
    products: Mapping[str, str] = field(default_factory=dict)

    @property
    def uscc(self) -> str:
        return self.facts.uscc


def stored_units(usccs: Iterable[str], *, lock: bool = False) -> dict[str, Stored]:
    """Units that stand already, with open tier record, certificates and products, by code."""
    units = Enterprise.objects.filter(uscc__in=list(usccs)).select_related("territorial_body").order_by("pk")
    if lock:
        units = units.select_for_update(of=("self",))
    by_pk = {unit.pk: Stored(unit) for unit in units}
    for record in TierRecord.objects.filter(enterprise__in=by_pk, valid_to__isnull=True):
        by_pk[record.enterprise_id].record = record
    for enterprise_id, upper in upper_supervisors(by_pk).items():
        by_pk[enterprise_id].upper = upper
    for certificate in Certificate.objects.filter(enterprise__in=by_pk).order_by("pk"):
        stored = by_pk[certificate.enterprise_id]
        stored.certificates[certificate.kind, certificate.number] = certificate.valid_to
    for product in Product.objects.filter(enterprise__in=by_pk).order_by("pk"):
        by_pk[product.enterprise_id].products[product.name] = product.risk_level
    return {stored.enterprise.uscc: stored for stored in by_pk.values()}


def changed_facts(work: UnitWork) -> bool:
    """Whether the unit's own row would differ."""
    assert work.stored is not None
    unit = work.stored.enterprise
    return any(getattr(unit, name) != value for name, value in work.facts.as_dict().items()) or changed_status(work)


def changed_status(work: UnitWork) -> bool:
    """Whether the status, its day or its basis would differ."""
    assert work.stored is not None
    return work.status != work.stored.status


def changed_tiering(work: UnitWork) -> bool:
    """Whether the tier, its bodies or its grounds would differ."""
    assert work.stored is not None
    return work.stored.record is None or not work.tiering.same_as(work.stored.record)
