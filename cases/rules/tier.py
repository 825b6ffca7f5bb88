"""Tier A–D of a unit by headcount or revenue, and the body level that answers for it.

国市监质监发〔2023〕38号 二（一） and 附件1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground

Kind = Literal["production", "wholesale", "retail"]
BodyLevel = Literal["province", "city", "county", "township"]

UNTIERED: Final = "untiered"
_REGION_LENGTHS: Final = frozenset({6, 9, 12})


@dataclass(frozen=True, slots=True)
class Threshold:
    """Inclusive lower bounds of one tier for one kind of unit: persons, and revenue in 万元."""

    tier: str
    headcount: int
    revenue_wan: Decimal


@dataclass(frozen=True, slots=True)
class LevelOverride:
    """Where regions depart from the national table: `levels` replaces the level of some tiers.

    It covers codes beginning with one of `prefixes`, or whose third and fourth digit are `second_pair` (90: counties
    directly under a province).
    """

    name: str
    prefixes: frozenset[str]
    second_pair: str
    levels: Mapping[str, str]
    clause: str

    def covers(self, region: str) -> bool:
        """Whether the region falls under this override."""
        return region[2:4] == self.second_pair or any(region.startswith(prefix) for prefix in self.prefixes)


@dataclass(frozen=True)
class TierTable:
    """Thresholds best tier first, the tier of last resort, and tier → body level with its overrides."""

    thresholds: Mapping[str, tuple[Threshold, ...]]
    kind_names: Mapping[str, str]
    lowest: str
    levels: Mapping[str, str]
    untiered_level: str
    municipalities: frozenset[str]
    municipality_levels: Mapping[str, str]
    overrides: tuple[LevelOverride, ...]
    provinces: frozenset[str]
    clause: str
    higher_clause: str
    indicator_clause: str
    level_clause: str

    @property
    def order(self) -> tuple[str, ...]:
        """All tiers, the highest first."""
        return (*(step.tier for step in next(iter(self.thresholds.values()))), self.lowest)


@dataclass(frozen=True, slots=True)
class TierOutcome:
    """The tier (or `untiered`); `provisional` while an indicator is missing."""

    tier: str
    provisional: bool
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class LevelOutcome:
    """The level of the body that answers for a tier in a region."""

    body_level: str
    grounds: tuple[Ground, ...]


def tier_of(
    *,
    table: TierTable,
    kinds: Iterable[str],
    headcount: int | None,
    revenue_wan: Decimal | None,
    individual_household: bool = False,
) -> TierOutcome:
    """The highest tier any indicator reaches for any kind of the unit (附件1, note 3).

    RuleError: `kinds` (none or unknown), `headcount` (not a whole number ≥ 0), `revenue_wan` (negative, not finite or
    finer than 2 places).
    """
    asked = _checked_kinds(table, kinds)
    _check_indicators(headcount, revenue_wan)
    if headcount is None and revenue_wan is None:
        return _without_indicators(table, individual_household)
    reached: list[str] = []
    grounds: list[Ground] = []
    for kind in asked:
        for tier, ground in _by_indicator(table, kind, headcount, revenue_wan):
            reached.append(tier)
            grounds.append(ground)
    tier = min(reached, key=table.order.index)
    if len(reached) > 1:
        grounds.append(_taken(table, tier))
    missing = headcount is None or revenue_wan is None
    if missing:
        grounds.append(_missing(table, headcount))
    return TierOutcome(tier, missing, tuple(grounds))


def body_level_of(*, table: TierTable, tier: str, region: str) -> LevelOutcome:
    """The level of the body that answers for `tier` in `region` (6, 9 or 12 digits; 二（一）).

    RuleError: `region`, `tier`.
    """
    check_region(table.provinces, region)
    if tier == UNTIERED:
        text = "划分指标不全，暂由县级市场监管部门负责。"
        return LevelOutcome(table.untiered_level, (Ground(table.level_clause, text, "Untiered: the county body."),))
    if tier not in table.order:
        raise RuleError("tier", "“%(tier)s” is not a tier.", table.clause, tier=tier, allowed=list(table.order))
    level, clause = _level(table, tier, region)
    text = f"{tier}级主体由{_LEVEL_NAMES[level]}市场监管部门对应监管。"
    if level == "township":
        text = f"{tier}级主体由乡镇（街道）市场监管所（分局）对应监管。"
    return LevelOutcome(level, (Ground(clause, text, f"Tier {tier} answers to the {level} body."),))


def check_region(provinces: frozenset[str], region: str) -> None:
    """RuleError `region` unless it is a region code of a known province (GB/T 2260)."""
    digits = isinstance(region, str) and region.isascii() and region.isdigit()
    if not digits or len(region) not in _REGION_LENGTHS or region[:2] not in provinces:
        raise RuleError("region", "“%(region)s” is not a region code.", "GB/T 2260", region=region)


_LEVEL_NAMES: Final = {"province": "省级（直辖市为市级）", "city": "市级", "county": "县级", "township": "乡镇"}


def _level(table: TierTable, tier: str, region: str) -> tuple[str, str]:
    if region[:2] in table.municipalities:
        return table.municipality_levels[tier], table.level_clause
    for override in table.overrides:
        if tier in override.levels and override.covers(region):
            return override.levels[tier], override.clause
    return table.levels[tier], table.level_clause


def _checked_kinds(table: TierTable, kinds: Iterable[str]) -> list[str]:
    asked = list(kinds)
    unknown = [kind for kind in asked if kind not in table.thresholds]
    if unknown or not asked:
        raise RuleError(
            "kinds",
            "Name at least one kind of unit, and only known ones.",
            unknown=unknown,
            allowed=list(table.thresholds),
        )
    return [kind for kind in table.thresholds if kind in asked]


def _check_indicators(headcount: int | None, revenue_wan: Decimal | None) -> None:
    if headcount is not None and (isinstance(headcount, bool) or not isinstance(headcount, int) or headcount < 0):
        raise RuleError("headcount", "The headcount must be a whole number, 0 or more.", headcount=str(headcount))
    if revenue_wan is None:
        return
    if not revenue_wan.is_finite() or revenue_wan < 0 or _finer_than_cents(revenue_wan):
        raise RuleError(
            "revenue_wan",
            "The revenue must be an amount in 10,000 yuan, 0 or more, with at most 2 places.",
            revenue_wan=str(revenue_wan),
        )


def _finer_than_cents(amount: Decimal) -> bool:
    _, digits, exponent = amount.as_tuple()
    return isinstance(exponent, int) and exponent < -2 and any(digits[exponent + 2 :])


def _without_indicators(table: TierTable, individual_household: bool) -> TierOutcome:
    if individual_household:
        ground = Ground(
            table.clause,
            f"个体工商户，无从业人员和营业收入数据，列入{table.lowest}级。",
            f"Individual household without indicators: tier {table.lowest}.",
        )
        return TierOutcome(table.lowest, True, (ground,))
    text = "从业人员和营业收入均缺失，暂不能分级。"
    return TierOutcome(UNTIERED, True, (Ground(table.indicator_clause, text, "Both indicators missing: untiered."),))


def _by_indicator(
    table: TierTable, kind: str, headcount: int | None, revenue_wan: Decimal | None
) -> Iterable[tuple[str, Ground]]:
    steps = table.thresholds[kind]
    name = table.kind_names[kind]
    if headcount is not None:
        tier = next((step.tier for step in steps if headcount >= step.headcount), table.lowest)
        zh = f"{name}从业人员X={headcount}人，对应{tier}级。"
        yield tier, Ground(table.clause, zh, f"{kind}: {headcount} persons are in the range of tier {tier}.")
    if revenue_wan is not None:
        tier = next((step.tier for step in steps if revenue_wan >= step.revenue_wan), table.lowest)
        zh = f"{name}营业收入Y={revenue_wan}万元，对应{tier}级。"
        yield tier, Ground(table.clause, zh, f"{kind}: {revenue_wan} 万元 of revenue are in the range of tier {tier}.")


def _taken(table: TierTable, tier: str) -> Ground:
    return Ground(
        table.higher_clause,
        f"同时满足多个划分标准条件时，按照其中符合较高等级主体条件进行分级对应：{tier}级。",
        f"Of several conditions the higher tier is taken: {tier}.",
    )


def _missing(table: TierTable, headcount: int | None) -> Ground:
    zh, en = ("从业人员", "headcount") if headcount is None else ("营业收入", "revenue")
    return Ground(table.indicator_clause, f"{zh}缺失，分级为暂定，待补充。", f"The {en} is missing: provisional.")
