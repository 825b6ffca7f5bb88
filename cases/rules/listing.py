"""Key or special supervision by risks found and credit risk (国市监质监发〔2023〕38号 三)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground
from cases.rules.working_days import add_months

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Accumulation:
    """So many risks of any level within so many months mean special supervision; no national rule says so."""

    count: int
    months: int
    clause: str


@dataclass(frozen=True)
class ListingRule:
    """Windows in months back from the day of decision, both ends included; credit risks that list by themselves."""

    special_count: int
    major_window_months: int
    larger_window_months: int
    credit_risks: tuple[str, ...]
    special_credit: frozenset[str]
    key_credit: frozenset[str]
    clause: str
    accumulation: Accumulation | None = None

    @property
    def major_windows(self) -> tuple[int, ...]:
        """Every window in months within which a major risk counts for something."""
        return (self.major_window_months, *((self.accumulation.months,) if self.accumulation else ()))

    @property
    def larger_windows(self) -> tuple[int, ...]:
        return (self.larger_window_months, *((self.accumulation.months,) if self.accumulation else ()))


@dataclass(frozen=True, slots=True)
class ListingOutcome:
    """The level (none, key, special) with the risks counted within their windows."""

    level: str
    major_count: int
    larger_count: int
    grounds: tuple[Ground, ...]


def listing_of(
    *,
    rule: ListingRule,
    on: date,
    major_risks: Iterable[date],
    larger_risks: Iterable[date],
    credit_risk: str,
    open_risks: int = 0,
) -> ListingOutcome:
    """The list a unit belongs on at the day `on`; each risk is the day it was confirmed.

    Risks confirmed after `on` do not count yet; give those of the longest window: the rule drops what is too old for
    the others. `open_risks` of them, larger or major, have not been put right: they keep a unit under key supervision
    however long ago they were confirmed. RuleError: `credit_risk`, `open_risks`.
    """
    if open_risks < 0:
        raise RuleError("open_risks", "The number of open risks cannot be negative.", given=open_risks)
    if credit_risk not in rule.credit_risks:
        raise RuleError(
            "credit_risk", "“%(given)s” is not a credit risk.", given=credit_risk, allowed=list(rule.credit_risks)
        )
    major_risks, larger_risks = tuple(major_risks), tuple(larger_risks)
    major = _within(major_risks, on, rule.major_window_months)
    larger = _within(larger_risks, on, rule.larger_window_months)
    grounds = [_counted(rule, on, major, larger, open_risks)]
    if major >= rule.special_count:
        level = "special"
        text = f"近{rule.major_window_months}个月内发现{rule.special_count}次及以上重大质量安全风险，实施特别监管。"
        grounds.append(Ground(rule.clause, text, f"{major} major risks in the window: special supervision."))
    elif (gathered := _gathered(rule.accumulation, on, major_risks, larger_risks)) is not None:
        level = "special"
        grounds.append(gathered)
    elif credit_risk in rule.special_credit:
        level = "special"
        grounds.append(Ground(rule.clause, "信用风险高，实施特别监管。", "High credit risk: special supervision."))
    elif major or larger:
        level = "key"
        grounds.append(Ground(rule.clause, "发现较大以上质量安全风险，实施重点监管。", "A risk: key supervision."))
    elif open_risks:
        level = "key"
        grounds.append(
            Ground(rule.clause, "较大以上质量安全风险尚未消除，实施重点监管。", "Open risk: key supervision.")
        )
    elif credit_risk in rule.key_credit:
        level = "key"
        grounds.append(Ground(rule.clause, "信用风险较高，实施重点监管。", "Elevated credit risk: key supervision."))
    else:
        level = "none"
        text = "未发现或者质量安全风险小，按照“无事不扰”原则，纳入属地日常监管或者实施触发式监管。"
        grounds.append(Ground(rule.clause, text, "Little or no risk: no disturbance."))
    return ListingOutcome(level, major, larger, tuple(grounds))


def _gathered(
    accumulation: Accumulation | None, on: date, major_risks: Iterable[date], larger_risks: Iterable[date]
) -> Ground | None:
    if accumulation is None:
        return None
    number = _within((*major_risks, *larger_risks), on, accumulation.months)
    if number < accumulation.count:
        return None
    found = f"近{accumulation.months}个月内发现质量安全风险{number}次"
    text = f"{found}（不论等级，{accumulation.count}次以上），实施特别监管。"
    return Ground(accumulation.clause, text, f"{number} risks of any level in the window: special supervision.")


def next_change_on(
    *, rule: ListingRule, on: date, major_risks: Iterable[date], larger_risks: Iterable[date]
) -> date | None:
    """The first day after `on` on which the passing of time alone changes what is counted; None where none does.

    A risk counted today leaves its window, or one confirmed later begins to count.
    """
    counted = ((major_risks, rule.major_windows), (larger_risks, rule.larger_windows))
    ahead = [
        day if day > on else leaves_window_on(day, months)
        for risks, windows in counted
        for day in risks
        for months in windows
    ]
    return min((day for day in ahead if day > on), default=None)


def leaves_window_on(day: date, months: int) -> date:
    """The first day whose window of so many months back, its first day included, no longer holds `day`."""
    leaving = add_months(day, months)
    while add_months(leaving, -months) <= day:  # a short month stands for several days: at most four rounds
        leaving += _ONE_DAY
    return leaving


def _within(days: Iterable[date], on: date, months: int) -> int:
    return sum(add_months(on, -months) <= day <= on for day in days)


def _counted(rule: ListingRule, on: date, major: int, larger: int, open_risks: int) -> Ground:
    still_open = f"，尚未消除的较大以上风险{open_risks}次" if open_risks else ""
    still_open_en = f", {open_risks} not put right yet" if open_risks else ""
    return Ground(
        rule.clause,
        f"截至{on}，近{rule.major_window_months}个月重大风险{major}次，"
        f"近{rule.larger_window_months}个月较大风险{larger}次{still_open}。",
        f"By {on}: {major} major risks in {rule.major_window_months} months, "
        f"{larger} larger ones in {rule.larger_window_months}{still_open_en}.",
    )
