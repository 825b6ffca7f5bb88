"""The division list of China as committed data; SOURCE.md says where it comes from."""

import gzip
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Division:
    """A row of the list: 2 digits a province, 4 a city, 6 a county, 9 a town."""

    code: str
    name: str


def read_divisions(province: str | None = None) -> list[Division]:
    """All divisions, or those of the province with the two-digit code `province`, parents before children.

    Raises LookupError where the list has no such province.
    """
    text = gzip.decompress((HERE / "divisions.csv.gz").read_bytes()).decode()
    rows = [Division(*line.split(",", 1)) for line in text.splitlines() if line.startswith(province or "")]
    if province is not None and (len(province) != 2 or not rows):
        raise LookupError(province)
    return rows


@cache
def province_abbreviations() -> dict[str, str]:
    """Two-digit province code to its usual abbreviation, e.g. 33 to 浙."""
    lines = (HERE / "provinces.csv").read_text(encoding="utf-8").splitlines()
    return dict(line.split(",", 1) for line in lines)
