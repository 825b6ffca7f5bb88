"""Mode of supervision from class and product risk (试行办法 arts. 18 and 20, and provincial matrices)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground


@dataclass(frozen=True, slots=True)
class ModeCell:
    """The mode of one class at one risk level; `intensified` where there is no harder mode left to step down to."""

    mode: str
    intensified: bool = False


@dataclass(frozen=True)
class ModeTable:
    """Class × product risk → mode. `levels` stand highest risk first; `base` is the mode before risk is looked at.

    `base` is empty where the matrix alone decides. `discretionary` levels allow a reasoned change by the officer.
    """

    levels: tuple[str, ...]
    base: Mapping[str, str]
    cells: Mapping[str, Mapping[str, ModeCell]]
    discretionary: frozenset[str]
    mode_names: Mapping[str, str]
    level_names: Mapping[str, str]
    base_clause: str
    level_clauses: Mapping[str, str]
    level_texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ModeOutcome:
    """The mode, the risk level that counted, and whether the officer may depart from it with a reason."""

    mode: str
    product_level: str
    intensified: bool
    discretionary: bool
    grounds: tuple[Ground, ...]


def mode_of(*, table: ModeTable, quality_class: str, product_levels: Iterable[str]) -> ModeOutcome:
    """The mode for a class whose main products have these risk levels: the highest risk counts.

    RuleError: `quality_class`, `product_level` (none, or unknown).
    """
    if quality_class not in table.cells:
        raise RuleError(
            "quality_class",
            "“%(given)s” is not a class.",
            table.base_clause,
            given=quality_class,
            allowed=list(table.cells),
        )
    level = _highest(table, product_levels)
    cell = table.cells[quality_class][level]
    grounds = [
        Ground(
            table.level_clauses[level],
            f"主要产品质量安全风险程度综合评定为{table.level_names[level]}。",
            f"The highest risk among the main products is {level}.",
        )
    ]
    base = table.base.get(quality_class)
    if base:
        zh = f"{quality_class}类企业实施{table.mode_names[base]}方式。"
        grounds.insert(0, Ground(table.base_clause, zh, f"Class {quality_class} has the mode {base}."))
    if cell.mode != base or cell.intensified:
        zh = f"{table.level_texts[level]}：{table.mode_names[cell.mode]}" + (
            "，并加大力度。" if cell.intensified else "。"
        )
        en = f"At this risk the mode is {cell.mode}" + (", intensified." if cell.intensified else ".")
        grounds.append(Ground(table.level_clauses[level], zh, en))
    return ModeOutcome(cell.mode, level, cell.intensified, level in table.discretionary, tuple(grounds))


def _highest(table: ModeTable, product_levels: Iterable[str]) -> str:
    given = list(product_levels)
    unknown = [level for level in given if level not in table.levels]
    if unknown or not given:
        raise RuleError(
            "product_level",
            "Name the risk level of at least one main product, and only known levels.",
            unknown=unknown,
            allowed=list(table.levels),
        )
    return min(given, key=table.levels.index)
