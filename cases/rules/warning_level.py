"""The level of a risk warning: probability of the harm against its severity (GB/T 22760—2020, 2.6; matrix [A])."""

from dataclasses import dataclass

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground


@dataclass(frozen=True, slots=True)
class Wording:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class RiskMatrix:
    """`rows` are probabilities from the highest down, each with the level (S, H, M, L) at each severity."""

    clause: str
    severities: tuple[Wording, ...]
    levels: dict[str, Wording]
    rows: tuple[tuple[Wording, str], ...]


def warning_level(matrix: RiskMatrix, probability: int, severity: int) -> tuple[str, tuple[Ground, ...]]:
    """The level at row `probability` and column `severity`, both from 1, and why. RuleError `outside_matrix`."""
    if not 1 <= probability <= len(matrix.rows):
        raise RuleError("outside_matrix", "Choose one of the answers offered.", matrix.clause, field="probability")
    if not 1 <= severity <= len(matrix.severities):
        raise RuleError("outside_matrix", "Choose one of the answers offered.", matrix.clause, field="severity")
    likely, levels = matrix.rows[probability - 1]
    grave, level = matrix.severities[severity - 1], levels[severity - 1]
    ground = Ground(
        matrix.clause,
        f"伤害发生概率{likely.zh}，伤害程度{grave.zh}，判定为{matrix.levels[level].zh}",
        f"Probability of harm {likely.en}, harm {grave.en.lower()}: {matrix.levels[level].en}",
    )
    return level, (ground,)
