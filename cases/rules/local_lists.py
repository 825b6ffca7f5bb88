"""Who may stand on Jiaxing's own lists, 黑名单 and 放心消费单位 (嘉市监〔2020〕40号 四2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cases.rules.grounds import Ground
from cases.rules.working_days import add_months


@dataclass(frozen=True)
class LocalListRule:
    """Kinds of verified events that count as offences, those that bar trust, and the classes that may be trusted."""

    offences: frozenset[str]
    blacklist_text: str
    classes: tuple[str, ...]
    barred_by: frozenset[str]
    trusted_text: str
    clause: str


@dataclass(frozen=True, slots=True)
class LocalOutcome:
    """Whether the unit may be listed, and why or why not."""

    may_list: bool
    grounds: tuple[Ground, ...]


def repeat_offender(
    *, rule: LocalListRule, on: date, events: Iterable[tuple[str, date]], violations: int, months: int
) -> LocalOutcome:
    """Whether the unit is 屡查屡犯: so many offences verified in so many months up to and including `on`.

    `events` are kind and day of confirmation of verified events.
    """
    earliest = add_months(on, -months)
    count = sum(kind in rule.offences and earliest <= day <= on for kind, day in events)
    found = f"近{months}个月内经查实的违法{count}次（屡查屡犯：{violations}次及以上）。"
    english = f"{count} verified offences in {months} months; {violations} make a repeat offender."
    law = Ground(rule.clause, f"{rule.blacklist_text}。", "Repeat offenders are put on the blacklist and exposed.")
    return LocalOutcome(count >= violations, (law, Ground(rule.clause, found, english)))


def trustworthy(
    *, rule: LocalListRule, on: date, events: Iterable[tuple[str, date]], quality_class: str, months: int
) -> LocalOutcome:
    """Whether the unit may be called 放心消费单位: a good class, and no barring event verified in so many months."""
    earliest = add_months(on, -months)
    bad = sum(kind in rule.barred_by and earliest <= day <= on for kind, day in events)
    stated = f"现为{quality_class}类" if quality_class else "尚未分类"
    found = f"企业{stated}，近{months}个月内经查实的不良记录{bad}次。"
    english = f"Class {quality_class or 'none'}; {bad} barring events in {months} months."
    law = Ground(rule.clause, f"{rule.trusted_text}。", "Good enterprises are listed as trusted-consumer units.")
    return LocalOutcome(quality_class in rule.classes and bad == 0, (law, Ground(rule.clause, found, english)))
