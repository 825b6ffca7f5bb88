"""When a unit may be taken over or watched by the body above, and which body that is.

国市监质监发〔2023〕38号 二（一）.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground
from cases.rules.tier import LevelOverride, check_region
from cases.rules.working_days import add_months


@dataclass(frozen=True)
class EscalationRule:
    """What “较大” and “多次” mean, and the level above each level, with the regions that skip one."""

    upper: Mapping[str, str]
    municipalities: frozenset[str]
    municipality_upper: Mapping[str, str]
    overrides: tuple[LevelOverride, ...]
    provinces: frozenset[str]
    hazard_count: int
    hazard_window_months: int
    larger_deaths: int
    larger_injuries: int
    larger_loss_wan: int
    clause: str
    accident_clause: str


@dataclass(frozen=True, slots=True)
class EscalationOutcome:
    """Whether the upper body may take over or list the unit; it is theirs to decide (“可”)."""

    may_escalate: bool
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class UpperOutcome:
    """The level of the body above."""

    body_level: str
    grounds: tuple[Ground, ...]


def upper_level_of(*, rule: EscalationRule, body_level: str, region: str) -> UpperOutcome:
    """The level of the body above one of `body_level` in `region`. RuleError: `region`, `body_level` (none above)."""
    check_region(rule.provinces, region)
    level = _upper(rule, body_level, region)
    if level is None:
        raise RuleError("body_level", "No body stands above “%(given)s”.", rule.clause, given=body_level)
    ground = Ground(rule.clause, "可由上一级市场监管部门监管或挂牌督办。", f"The body above is the {level} body.")
    return UpperOutcome(level, (ground,))


def escalation_of(
    *, rule: EscalationRule, on: date, larger_accident: bool, major_hazards: Iterable[date]
) -> EscalationOutcome:
    """Whether a larger accident, or repeated major hazards confirmed within the window up to `on`, open the way up."""
    earliest = add_months(on, -rule.hazard_window_months)
    hazards = sum(earliest <= day <= on for day in major_hazards)
    grounds: list[Ground] = []
    if larger_accident:
        grounds.append(Ground(rule.clause, "发生较大质量安全事故。", "A larger accident has happened."))
    if hazards >= rule.hazard_count:
        text = f"近{rule.hazard_window_months}个月内{hazards}次发现重大质量安全风险隐患，属于多次发现。"
        grounds.append(Ground(rule.clause, text, f"{hazards} major hazards in {rule.hazard_window_months} months."))
    if not grounds:
        text = "未发生较大质量安全事故，也未多次发现重大质量安全风险隐患。"
        return EscalationOutcome(False, (Ground(rule.clause, text, "Neither a larger accident nor repeated hazards."),))
    return EscalationOutcome(True, tuple(grounds))


def is_larger_accident(*, rule: EscalationRule, deaths: int, serious_injuries: int, direct_loss_wan: int) -> bool:
    """Whether an accident is at least 较大 (生产安全事故报告和调查处理条例 art. 3); the loss is in 万元."""
    return (
        deaths >= rule.larger_deaths
        or serious_injuries >= rule.larger_injuries
        or direct_loss_wan >= rule.larger_loss_wan
    )


def _upper(rule: EscalationRule, body_level: str, region: str) -> str | None:
    if region[:2] in rule.municipalities:
        return rule.municipality_upper.get(body_level)
    for override in rule.overrides:
        if body_level in override.levels and override.covers(region):
            return override.levels[body_level]
    return rule.upper.get(body_level)
