"""The geometry of the charts, drawn on the server as SVG: sparks, the trend, bars of classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

SPARK_WIDTH: Final = 72
SPARK_HEIGHT: Final = 24
WIDTH: Final = 560
HEIGHT: Final = 236
LEFT, RIGHT, TOP, BOTTOM = 34, 42, 22, 30
BAR: Final = 18
STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Spark:
    """The line of a series, and the area under it, as paths."""

    line: str
    area: str


def spark_of(values: Sequence[float | None]) -> Spark | None:
    """A series without its gaps; None where there is nothing to draw a line through."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    lowest, highest = min(value for _p, value in known), max(value for _p, value in known)
    span = (highest - lowest) or 1
    step = SPARK_WIDTH / (len(values) - 1)
    flat = highest == lowest
    points = [
        f"{place * step:.1f} {SPARK_HEIGHT / 2 if flat else SPARK_HEIGHT - 2 - (value - lowest) / span * 20:.1f}"
        for place, value in known
    ]
    line = "M" + "L".join(points)
    return Spark(line, f"{line}V{SPARK_HEIGHT}H{known[0][0] * step:.1f}Z")


def trend_of(labels: Sequence[str], bars: Sequence[int], rates: Sequence[float | None], target: int) -> dict[str, Any]:
    """Bars against the left scale, the line of rates and its target against the right."""
    top = _rounded(max(bars, default=0))
    low = _floor(rates, target)
    width = (WIDTH - LEFT - RIGHT) / len(labels)
    inner = HEIGHT - TOP - BOTTOM

    def left(value: float) -> float:
        return round(HEIGHT - BOTTOM - inner * value / top, 1)

    def right(value: float) -> float:
        return round(HEIGHT - BOTTOM - inner * (value - low) / (100 - low), 1)

    columns = [
        {
            "label": label,
            "x": round(LEFT + width * (place + 0.5), 1),
            "bar_x": round(LEFT + width * (place + 0.5) - BAR / 2, 1),
            "bar_y": left(bars[place]),
            "bar_height": round(HEIGHT - BOTTOM - left(bars[place]), 1),
            "number": bars[place],
            "rate": rates[place],
            "y": None if rates[place] is None else right(rates[place] or 0),
            "rate_y": min(right(rates[place] or 0), left(bars[place])),  # clear of a bar the point lies in
            "last": place == len(labels) - 1,
        }
        for place, label in enumerate(labels)
    ]
    line, drawing = "", False
    for column in columns:  # a month without an ended period leaves a gap
        known = column["y"] is not None
        line += f"{'L' if drawing else 'M'}{column['x']} {column['y']}" if known else ""
        drawing = known
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "bar": BAR,
        "left": LEFT,
        "right": WIDTH - RIGHT,
        "base": HEIGHT - BOTTOM,
        "columns": columns,
        "line": line,
        "target": {"value": target, "y": right(target)},
        "lines": [
            {
                "y": left(top * step / STEPS),
                "left": top * step // STEPS,
                "right": round(low + (100 - low) * step / STEPS),
            }
            for step in range(STEPS + 1)
        ],
    }


def bars_of(by_class: Mapping[str, int], classes: Sequence[str]) -> list[dict[str, Any]]:
    """The classes of units side by side on a bar 100 wide."""
    together = sum(by_class.get(name, 0) for name in classes)
    bars, at = [], 0.0
    for name in classes:
        number = by_class.get(name, 0)
        if number:
            width = 100 * number / together
            bars.append({"name": name, "number": number, "x": round(at, 2), "width": round(width, 2)})
            at += width
    return bars


def _rounded(highest: int) -> int:
    """The top of a scale: four equal whole steps above the highest value."""
    step = 1
    while step * STEPS < highest:
        step = step * 2 if str(step)[0] in "15" else step * 5 // 2 if str(step)[0] == "2" else step + 1
    return step * STEPS


def _floor(rates: Sequence[float | None], target: int) -> int:
    """Where the scale of rates begins: a round number below everything it shows, as close as it fits."""
    lowest = min([rate for rate in rates if rate is not None] + [target])
    return max(0, int((lowest - 5) // 20 * 20))
