"""What an import would do with each row: create, update, leave, or reject, decided before anything is written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import islice
from typing import Final, Literal

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Certificate, Enterprise, OperatingStatus, Product, TierRecord
from cases.packs.loader import Pack
from cases.rules.enterprise_facts import EnterpriseFacts, Fault, faults_of, status_faults
from cases.selectors.bodies import body_for_region, tier_body
from cases.selectors.escalation import upper_supervisors
from cases.selectors.scope import may
from cases.services.import_rows import CellFault, ParsedRow, Table
from cases.services.tier_enterprise import Tiering, tier_pack, tiering_of
from cases.services.update_enterprise import KEPT

CHUNK: Final = 500
FACTS: Final = frozenset(EnterpriseFacts.__dataclass_fields__)
STATUS: Final = ("status", "status_on", "status_basis")
CERTIFICATES: Final = {"licences": Certificate.Kind.PRODUCTION_LICENCE, "ccc": Certificate.Kind.CCC}
Outcome = Literal["created", "updated", "unchanged", "rejected"]
Certified = Mapping[tuple[str, str], date | None]


@dataclass(slots=True)
class Stored:
    """A unit that stands already, with what hangs on it: certificates by kind and number, products by name."""

    enterprise: Enterprise
    record: TierRecord | None = None
    upper: Body | None = None
    """The body that has taken the unit over."""
    certificates: dict[tuple[str, str], date | None] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Planned:
    """One row and its outcome; `facts` and what follows are there unless it is rejected."""

    row: ParsedRow
    uscc: str
    outcome: Outcome
    faults: tuple[CellFault, ...] = ()
    stored: Stored | None = None
    facts: EnterpriseFacts | None = None
    tiering: Tiering | None = None
    status: tuple[str, date | None, str] = (OperatingStatus.ACTIVE, None, "")
    certificates: dict[tuple[str, str], date | None] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)


class Planner:
    """Plans the rows of one table for one body; remembers which body answers for which region."""

    def __init__(self, table: Table, body: Body, acting: Acting) -> None:
        self.table = table
        self.body = body
        self.acting = acting
        self._seen: dict[str, int] = {}
        self._body_for: Callable[[str], Body | None] = cache(body_for_region)
        self._tier_body: Callable[[Body, str], Body] = cache(tier_body)
        self._tier_pack: Callable[[Body], Pack] = cache(lambda body: tier_pack(body, acting.today))

    def plan(self, progress: Callable[[int], None]) -> list[Planned]:
        """Every row, in chunks; `progress` is told how many are done after each."""
        self._seen.clear()
        planned: list[Planned] = []
        for rows in _chunks(self.table.parsed()):
            stored = stored_units([row.given["uscc"] for row in rows if "uscc" in row.given])
            planned += [self._plan_row(row, stored.get(row.given.get("uscc", ""))) for row in rows]
            progress(len(planned))
        return planned

    def _plan_row(self, row: ParsedRow, stored: Stored | None) -> Planned:
        uscc = row.given.get("uscc", "")
        if first := self._seen.get(uscc):
            return Planned(row, uscc, "rejected", (self.table.fault(row, "uscc", "repeated", {"row": first}),))
        if uscc:
            self._seen[uscc] = row.number
        if stored is not None and not self._within(stored.enterprise.territorial_body):
            return Planned(row, uscc, "rejected", (self.table.fault(row, "uscc", "uscc_elsewhere", {}),))
        facts = self._facts(row, stored)
        plan = Planned(row, uscc, "rejected", stored=stored, facts=facts)
        faults = self._unread_or(row, faults_of(facts, self.acting.today))
        territorial_body = self._body_for(facts.region_code) if facts.region_code.isdigit() else None
        if territorial_body is None or not self._within(territorial_body):
            faults += self._place_fault(row, facts, territorial_body)
        else:
            plan.status, wrong = self._status(row, stored, territorial_body)
            faults += [self.table.fault(row, fault.field, fault.code, fault.details) for fault in wrong]
        if faults or row.faults or territorial_body is None:
            plan.faults = (*row.faults, *faults)
            return plan
        upper = stored.upper if stored is not None else None
        pack = self._tier_pack(territorial_body)
        plan.tiering = tiering_of(facts, territorial_body, pack, self._tier_body, upper)
        _plan_details(plan)
        plan.outcome = _outcome(plan)
        return plan

    def _within(self, body: Body) -> bool:
        user = self.acting.user
        return self.body.covers(body) and (user is None or may(user, "import_enterprises", body))

    def _unread_or(self, row: ParsedRow, faults: Iterable[Fault]) -> list[CellFault]:
        """The faults placed in their columns; a cell that could not be read is not also reported as missing."""
        placed = [self.table.fault(row, fault.field, fault.code, fault.details) for fault in faults]
        unread = {fault.column for fault in row.faults}
        return [fault for fault in placed if fault.column not in unread]

    def _place_fault(self, row: ParsedRow, facts: EnterpriseFacts, body: Body | None) -> list[CellFault]:
        if body is not None:
            return [self.table.fault(row, "region_code", "region_outside", {"area": self.body.short_name})]
        if any(fault.field == "region_code" for fault in faults_of(facts, self.acting.today)):
            return []
        return [self.table.fault(row, "region_code", "region_unknown", {})]

    def _facts(self, row: ParsedRow, stored: Stored | None) -> EnterpriseFacts:
        """What the registry would then say: an empty cell leaves what stands."""
        given = {name: value for name, value in row.given.items() if name in FACTS}
        if stored is None:
            return EnterpriseFacts(**{"uscc": "", "name": "", "first_entered_on": self.acting.today, **given})
        kept = {name: getattr(stored.enterprise, name) for name in FACTS}
        return EnterpriseFacts(**kept | {name: value for name, value in given.items() if name not in KEPT})

    def _status(
        self, row: ParsedRow, stored: Stored | None, body: Body
    ) -> tuple[tuple[str, date | None, str], list[Fault]]:
        """The status that would hold; another one than stands needs its day, its basis and the permission."""
        if stored is None:
            before: tuple[str, date | None, str] = (OperatingStatus.ACTIVE, None, "")
        else:
            before = (stored.enterprise.status, stored.enterprise.status_on, stored.enterprise.status_basis)
        status = row.given.get("status", before[0])
        kept = before if status == before[0] else (status, None, "")
        after = (status, row.given.get("status_on", kept[1]), row.given.get("status_basis", kept[2]))
        if after == before:
            return before, []
        user = self.acting.user
        if user is not None and not may(user, "set_status", body):
            return after, [Fault("status", "status_not_permitted")]
        return after, list(status_faults(after[1], after[2], self.acting.today))


def stored_units(usccs: Iterable[str]) -> dict[str, Stored]:
    """Units that stand already, with open tier record, certificates and products, by code."""
    units = Enterprise.objects.filter(uscc__in=list(usccs)).select_related("territorial_body")
    by_pk = {unit.pk: Stored(unit) for unit in units}
    for record in TierRecord.objects.filter(enterprise__in=by_pk, valid_to__isnull=True):
        by_pk[record.enterprise_id].record = record
    for enterprise_id, upper in upper_supervisors(by_pk).items():
        by_pk[enterprise_id].upper = upper
    for certificate in Certificate.objects.filter(enterprise__in=by_pk):
        stored = by_pk[certificate.enterprise_id]
        stored.certificates[certificate.kind, certificate.number] = certificate.valid_to
    for product in Product.objects.filter(enterprise__in=by_pk):
        by_pk[product.enterprise_id].products[product.name] = product.risk_level
    return {stored.enterprise.uscc: stored for stored in by_pk.values()}


def changed_facts(plan: Planned) -> bool:
    """Whether the unit's own row would differ."""
    assert plan.stored is not None
    assert plan.facts is not None
    unit = plan.stored.enterprise
    facts = any(getattr(unit, name) != value for name, value in plan.facts.as_dict().items())
    return facts or changed_status(plan)


def changed_status(plan: Planned) -> bool:
    """Whether the status, its day or its basis would differ."""
    assert plan.stored is not None
    unit = plan.stored.enterprise
    return plan.status != (unit.status, unit.status_on, unit.status_basis)


def changed_tiering(plan: Planned) -> bool:
    """Whether the tier, its bodies or its grounds would differ."""
    assert plan.stored is not None
    assert plan.tiering is not None
    return plan.stored.record is None or not plan.tiering.same_as(plan.stored.record)


def _plan_details(plan: Planned) -> None:
    """Certificates and products that are new or different; the import never removes any."""
    given = plan.row.given
    certificates = {
        (str(kind), number): day for name, kind in CERTIFICATES.items() for number, day in given.get(name, {}).items()
    }
    before = plan.stored or Stored(Enterprise())
    plan.certificates = {key: day for key, day in certificates.items() if before.certificates.get(key) != day}
    products = given.get("products", {})
    plan.products = {name: level for name, level in products.items() if before.products.get(name) != level}


def _outcome(plan: Planned) -> Outcome:
    if plan.stored is None:
        return "created"
    changed = changed_facts(plan) or changed_tiering(plan) or plan.certificates or plan.products
    return "updated" if changed else "unchanged"


def _chunks(rows: Iterator[ParsedRow]) -> Iterator[list[ParsedRow]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
