"""The matrix of warning levels as data, read once."""

from functools import cache
from pathlib import Path
from typing import Final

import yaml

from cases.rules.warning_level import RiskMatrix, Wording

MATRIX_FILE: Final = Path(__file__).resolve().parent / "risk_matrix.yaml"


@cache
def risk_matrix() -> RiskMatrix:
    """The matrix; ValueError where a row does not have a known level for every severity."""
    stated = yaml.safe_load(MATRIX_FILE.read_text(encoding="utf-8"))
    names = zip(stated["severities"], stated["severities_en"], strict=True)
    severities = tuple(Wording(zh, en) for zh, en in names)
    levels = {code: Wording(**words) for code, words in stated["levels"].items()}
    rows = tuple((Wording(row["zh"], row["en"]), str(row["levels"])) for row in stated["rows"])
    if any(len(row) != len(severities) or set(row) - set(levels) for _words, row in rows):
        raise ValueError(f"{MATRIX_FILE.name}: every row needs a known level for every severity")
    return RiskMatrix(f"{stated['act']} {stated['clause']}", severities, levels, rows)
