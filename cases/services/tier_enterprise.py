"""Which tier a unit has and which bodies answer for it, and the history of both (domain 2.3, 2.5)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Protocol

from cases.acting import legal_date
from cases.models.body import Body
from cases.models.enterprise import Enterprise, Tier, TierRecord
from cases.packs.loader import Pack
from cases.rules.grounds import Ground, stored_grounds
from cases.rules.tier import UNTIERED, body_level_of, tier_of
from cases.selectors.bodies import tier_body
from cases.selectors.escalation import upper_supervisor
from cases.selectors.settings import pack_for
from cases.services.confirmation_clocks import await_confirmation, let_lapse
from cases.services.listing_watch import look_again

ESCALATION_CLAUSE: Final = "国市监质监发〔2023〕38号 二（一）"
TIER_PACK: Final = "tiering.pack"
"""The setting that names the rule pack by which units are tiered."""
CENTS: Final = Decimal("0.01")
BodyOf = Callable[[Body, str], Body]


class Indicators(Protocol):
    """What the tier rule reads of a unit: the registry's row has it, and so have facts just typed."""

    @property
    def kinds(self) -> tuple[str, ...]: ...
    @property
    def headcount(self) -> int | None: ...
    @property
    def revenue_wan(self) -> Decimal | None: ...
    @property
    def individual_household(self) -> bool: ...
    @property
    def region_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Tiering:
    """Tier and bodies of a unit as the rule decides them now."""

    tier: str
    provisional: bool
    tier_body: Body
    territorial_body: Body
    pack: str
    grounds: list[dict[str, Any]]

    def same_as(self, record: TierRecord) -> bool:
        """Whether the stored record says the same, for the same reasons."""
        return (
            self.tier == record.tier
            and self.provisional == record.provisional
            and self.tier_body.pk == record.tier_body_id
            and self.territorial_body.pk == record.territorial_body_id
            and self.pack == record.pack
            and self.grounds == record.grounds
        )

    def record(self, enterprise: Enterprise, since: datetime) -> TierRecord:
        """The history row that opens with it; not saved."""
        return TierRecord(
            enterprise=enterprise,
            tier=self.tier,
            provisional=self.provisional,
            tier_body=self.tier_body,
            territorial_body=self.territorial_body,
            pack=self.pack,
            grounds=self.grounds,
            valid_from=since,
        )

    def copy_to(self, enterprise: Enterprise) -> None:
        """Set the copies that lists read; the history row stays the truth."""
        enterprise.tier = self.tier
        enterprise.tier_provisional = self.provisional
        enterprise.tier_body = self.tier_body
        enterprise.territorial_body = self.territorial_body

    def under(self, upper: Body) -> "Tiering":
        """The same tier, accountable to the body above that has taken the unit over, where it still stands above.

        A unit that has grown into the tier of that body or a higher one, or has moved out of its area, is supervised
        as everybody is.
        """
        if upper.pk == self.tier_body.pk or not upper.covers(self.tier_body):
            return self
        text = f"经上级市场监督管理部门决定，由{upper.name}监管；按层级对应的部门为{self.tier_body.name}。"
        gloss = "Taken over by the body above its tier body, by that body’s decision."
        ground = Ground(ESCALATION_CLAUSE, text, gloss)
        return replace(self, tier_body=upper, grounds=[*self.grounds, *stored_grounds((ground,))])


def tier_pack(territorial_body: Body, on: date) -> Pack:
    """The rule pack by which units of a place are tiered on the day `on`; provinces may deviate (二（一） “原则上”)."""
    return pack_for(territorial_body, TIER_PACK, on)


def tiering_of(
    unit: Indicators, territorial_body: Body, pack: Pack, body_of: BodyOf = tier_body, upper: Body | None = None
) -> Tiering:
    """Ask the rule; `body_of` finds the accountable body (whoever tiers many brings one that remembers).

    `upper` is the body that has taken the unit over (UpperSupervision), if one has.

    RuleError: kinds, headcount, revenue_wan, region.
    """
    if (table := pack.tiers) is None:
        raise LookupError(f"pack {pack.ref} has no tiers")
    revenue = unit.revenue_wan
    tier = tier_of(
        table=table,
        kinds=unit.kinds,
        headcount=unit.headcount,
        revenue_wan=None if revenue is None else revenue.quantize(CENTS),  # 800 and 800.00 give the same grounds
        individual_household=unit.individual_household,
    )
    level = body_level_of(table=table, tier=tier.tier, region=unit.region_code)
    tiering = Tiering(
        tier=Tier.UNTIERED if tier.tier == UNTIERED else tier.tier,
        provisional=tier.provisional,
        tier_body=body_of(territorial_body, level.body_level),
        territorial_body=territorial_body,
        pack=pack.ref,
        grounds=stored_grounds(tier.grounds + level.grounds),
    )
    return tiering if upper is None else tiering.under(upper)


def retier(enterprise: Enterprise, at: datetime) -> bool:
    """Tier the locked unit again by its own facts, after what stands above it has changed; whether anything did."""
    pack = tier_pack(enterprise.territorial_body, legal_date(at))
    tiering = tiering_of(enterprise, enterprise.territorial_body, pack, upper=upper_supervisor(enterprise))
    changed = keep_tiering(enterprise, tiering, at)
    if changed:
        look_again(enterprise_ids=[enterprise.pk], on=legal_date(at))
        enterprise.updated_at = at
        enterprise.version += 1  # an import that has read the unit before must look again
        enterprise.save()
    return changed


def keep_tiering(enterprise: Enterprise, tiering: Tiering, at: datetime) -> bool:
    """Close the open record and open a new one if anything differs; whether it did. The caller holds the lock.

    A moment before the open record began counts as that beginning: the history never runs backwards.
    """
    tiering.copy_to(enterprise)
    current = TierRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True).first()
    since = at
    if current is not None:
        if tiering.same_as(current):
            return False
        since = max(at, current.valid_from)
        current.valid_to = since
        current.save(update_fields=["valid_to"])
    opened = tiering.record(enterprise, since)
    opened.save(force_insert=True)
    await_confirmation([opened], at)
    let_lapse([current] if current is not None else [], at)
    return True
