"""Colour of a region by its share of high-risk enterprises (嘉市监〔2020〕40号 三（4）; DB3304/T 055—2023)."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from cases.rules.errors import RuleError
from cases.rules.grounds import Ground

NO_DATA: Final = "grey"


@dataclass(frozen=True)
class Palette:
    """Colours worst first, each with its inclusive lower bound of the share; the last colour has none.

    Under `small_area` units a page shows the counts and not the colour.
    """

    code: str
    bounds: tuple[tuple[str, Fraction], ...]
    best: str
    small_area: int
    colour_names: dict[str, str]
    clause: str


@dataclass(frozen=True, slots=True)
class ColourOutcome:
    """The colour and its share, None where there is no unit; `show_counts` where the area is too small for a colour."""

    colour: str
    share: Fraction | None
    show_counts: bool
    grounds: tuple[Ground, ...]


def colour_of(*, palette: Palette, high_risk: int, total: int) -> ColourOutcome:
    """The colour of an area with `high_risk` of `total` active units; without units it is grey, never the best colour.

    RuleError: `counts` (not whole numbers, negative, or more high-risk units than units).
    """
    whole = all(isinstance(count, int) and not isinstance(count, bool) for count in (high_risk, total))
    if not whole or not 0 <= high_risk <= total:
        raise RuleError("counts", "Counts must be whole numbers, high-risk units among all units.", palette.clause)
    if total == 0:
        return ColourOutcome(
            NO_DATA, None, True, (Ground(palette.clause, "范围内没有主体，无数据。", "No units: no data."),)
        )
    share = Fraction(high_risk, total)
    colour = next((name for name, bound in palette.bounds if share >= bound), palette.best)
    grounds = [
        Ground(
            palette.clause,
            f"高风险企业{high_risk}家，占{total}家的{high_risk}/{total}，标注为{palette.colour_names[colour]}色。",
            f"{high_risk} of {total} units are high-risk: {colour}.",
        )
    ]
    small = total < palette.small_area
    if small:
        text = f"主体不足{palette.small_area}家，展示数量而不展示颜色。"
        grounds.append(Ground(palette.clause, text, f"Fewer than {palette.small_area} units: show counts."))
    return ColourOutcome(colour, share, small, tuple(grounds))


def share_text(share: Fraction) -> str:
    """A share as a decimal string without trailing zeros, to 4 places, halves rounded to even."""
    ten_thousandths = round(share * 10_000)
    whole, rest = divmod(ten_thousandths, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0").rstrip(".")
