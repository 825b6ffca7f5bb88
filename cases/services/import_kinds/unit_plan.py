"""What an import would do with each unit: create, update, leave, reject, or ask; decided before anything is written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import ORGANISATION, Enterprise, OperatingStatus
from cases.packs.loader import Pack, pack_in_force
from cases.packs.settings import default_of
from cases.rules.enterprise_facts import EnterpriseFacts, Fault, faults_of, status_faults
from cases.rules.unit_likeness import UnitMark, likeness, spellings
from cases.selectors.bodies import BodyFinder
from cases.selectors.scope import may
from cases.selectors.settings import SettingFinder
from cases.services.import_kind import PERMISSION, Change, Decision, Outcome, Planned, Planner
from cases.services.import_kinds.unit_columns import CERTIFICATES
from cases.services.import_kinds.unit_work import (
    FACTS,
    Stored,
    UnitStatus,
    UnitWork,
    changed_facts,
    changed_tiering,
    stored_units,
)
from cases.services.import_kinds.unit_write import write_units
from cases.services.import_table import CellFault, ParsedRow, Table
from cases.services.tier_enterprise import TIER_PACK, tiering_of
from cases.services.update_enterprise import KEPT


class UnitPlanner(Planner):
    """Plans units for one body."""

    def __init__(self, table: Table, body: Body, acting: Acting) -> None:
        super().__init__(table, body, acting)
        self._bodies = BodyFinder()
        self._pack_codes = SettingFinder(TIER_PACK, default_of(TIER_PACK))
        self._pack: Callable[[str], Pack] = cache(lambda code: pack_in_force(code, acting.today))

    def plan(
        self, rows: Sequence[ParsedRow], decisions: Mapping[int, Decision] | None = None, *, lock: bool = False
    ) -> list[Planned]:
        decided = decisions or {}
        others = {decision.other for decision in decided.values() if decision.choice == "update"}
        stored = stored_units(others | {row.given.get("uscc", "") for row in rows}, lock=lock)
        regions = {row.given.get("region_code", "") for row in rows}
        self._bodies.prepare(code for code in regions if code.isdigit())
        plans = [self._plan_row(row, stored, decided.get(row.number)) for row in rows]
        self._mark_suspects([plan for plan in plans if plan.outcome == "created" and plan.row.number not in decided])
        return plans

    def write(self, plans: Sequence[Planned]) -> None:
        write_units([plan.work for plan in plans if plan.outcome in {"created", "updated"}], self.acting)

    def changes(self, plan: Planned) -> list[Change]:
        work = plan.work
        if not isinstance(work, UnitWork) or work.stored is None:
            return []
        return self.differences(plan.row, work.stored.said(), KEPT)

    def _plan_row(self, row: ParsedRow, units: Mapping[str, Stored], decision: Decision | None) -> Planned:
        if decision is not None and decision.choice == "skip":
            return Planned(row, "skipped")
        stored = units.get(row.given.get("uscc", ""))
        if decision is not None and decision.choice == "update":
            stored = units.get(decision.other)
            if stored is None:
                return self._rejected(row, self.table.fault_at(row, "uscc", "other_gone", {"uscc": decision.other}))
        if stored is not None and not self.within(stored.enterprise.territorial_body):
            return self._rejected(row, self.table.fault_at(row, "uscc", "uscc_elsewhere"))
        facts = self._facts(row, stored)
        wrong = list(faults_of(facts, self.acting.today))
        territorial_body = self._bodies.for_region(facts.region_code) if facts.region_code.isdigit() else None
        status: UnitStatus = (OperatingStatus.ACTIVE, None, "")
        if territorial_body is None or not self.within(territorial_body):
            wrong += self._place_faults(territorial_body, wrong)
        else:
            status, of_status = self._status(row, stored, territorial_body)
            wrong += of_status
        faults = self.table.all_faults(row, wrong)
        if faults or territorial_body is None:
            return self._rejected(row, *faults)
        upper = stored.upper if stored is not None else None
        pack = self._pack(self._pack_codes.value(territorial_body))
        tiering = tiering_of(facts, territorial_body, pack, self._bodies.tier_body, upper)
        work = UnitWork(facts, tiering, stored, status)
        _plan_details(row, work)
        return Planned(row, _outcome(work), work=work)

    def _rejected(self, row: ParsedRow, *faults: CellFault) -> Planned:
        return Planned(row, "rejected", faults)

    def _place_faults(self, body: Body | None, wrong: Iterable[Fault]) -> list[Fault]:
        if body is not None:
            return [Fault("region_code", "region_outside", {"area": self.body.short_name})]
        if any(fault.field == "region_code" for fault in wrong):
            return []
        return [Fault("region_code", "region_unknown")]

    def _facts(self, row: ParsedRow, stored: Stored | None) -> EnterpriseFacts:
        """What the registry would then say: an empty cell leaves what stands."""
        given = {name: value for name, value in row.given.items() if name in FACTS}
        if stored is None:
            return EnterpriseFacts(**{"uscc": "", "name": "", "first_entered_on": self.acting.today, **given})
        kept = {name: getattr(stored.enterprise, name) for name in FACTS}
        return EnterpriseFacts(**kept | {name: value for name, value in given.items() if name not in KEPT})

    def _status(self, row: ParsedRow, stored: Stored | None, body: Body) -> tuple[UnitStatus, list[Fault]]:
        """The status that would hold; another one than stands needs its day, its basis and the permission."""
        before: UnitStatus = (OperatingStatus.ACTIVE, None, "") if stored is None else stored.status
        status = row.given.get("status", before[0])
        kept = before if status == before[0] else (status, None, "")
        after = (status, row.given.get("status_on", kept[1]), row.given.get("status_basis", kept[2]))
        if after == before:
            return before, []
        user = self.acting.user
        if user is not None and not may(user, "set_status", body):
            return after, [Fault("status", "status_not_permitted")]
        return after, list(status_faults(after[1], after[2], self.acting.today))

    # --- other units that may be the same -------------------------------------------------------------------------

    def _mark_suspects(self, plans: Sequence[Planned]) -> None:
        """Where a new code resembles a unit that stands in this area, let a person decide."""
        marks = [(plan, mark_of(plan.row)) for plan in plans]
        by_name: dict[str, list[UnitMark]] = defaultdict(list)
        by_organisation: dict[str, list[UnitMark]] = defaultdict(list)
        for unit in self._candidates([mark for _plan, mark in marks]):
            by_name[unit.name].append(unit)
            by_organisation[unit.organisation].append(unit)
        for plan, mark in marks:
            alike = [*by_organisation[mark.organisation], *(u for name in spellings(mark.name) for u in by_name[name])]
            for unit in alike:
                if found := likeness(mark, unit):
                    plan.outcome, plan.likeness, plan.other = "suspect", found, unit.uscc
                    break

    def _candidates(self, marks: Sequence[UnitMark]) -> list[UnitMark]:
        """Standing units of this area with one of the names or organisation codes; two queries."""
        names = {spelling for mark in marks for spelling in spellings(mark.name)}
        units = Enterprise.objects.select_related("territorial_body").order_by("pk")
        found = {unit.pk: unit for unit in units.filter(name__in=names)} if names else {}
        organisations = {mark.organisation for mark in marks}
        if organisations:
            coded = units.annotate(organisation=ORGANISATION).filter(organisation__in=organisations)
            found |= {unit.pk: unit for unit in coded}
        return [
            UnitMark(unit.uscc, unit.name, unit.address, unit.region_code)
            for unit in found.values()
            if self.within(unit.territorial_body, PERMISSION)
        ]


def mark_of(row: ParsedRow) -> UnitMark:
    """What the unit of a row is recognised by."""
    given = row.given
    return UnitMark(*(given.get(name, "") for name in ("uscc", "name", "address", "region_code")))


def _plan_details(row: ParsedRow, work: UnitWork) -> None:
    """Certificates and products that are new or different; the import never removes any."""
    certificates = {
        (str(kind), number): day
        for name, kind in CERTIFICATES.items()
        for number, day in row.given.get(name, {}).items()
    }
    before = work.stored or Stored(Enterprise())
    missing = object()
    work.certificates = {key: day for key, day in certificates.items() if before.certificates.get(key, missing) != day}
    products = row.given.get("products", {})
    work.products = {name: level for name, level in products.items() if before.products.get(name) != level}


def _outcome(work: UnitWork) -> Outcome:
    if work.stored is None:
        return "created"
    changed = changed_facts(work) or changed_tiering(work) or work.certificates or work.products
    return "updated" if changed else "unchanged"
