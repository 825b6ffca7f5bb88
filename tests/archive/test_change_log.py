"""The change log of a unit has words for whatever any service writes into the unit's trail."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from cases.services.unit_rows import ROWS
from cases.views.enterprise_history import TITLES

ROOT = Path(__file__).resolve().parents[2]


def told_of_units() -> Iterator[tuple[str, str]]:
    """(where, action) of every call that records an event with a constant action on the stream of a unit."""
    for app in ("cases", "notices", "workflow"):
        for file in sorted((ROOT / app / "services").rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                given = {keyword.arg: keyword.value for keyword in node.keywords}
                action, stream = given.get("action"), given.get("stream")
                if isinstance(action, ast.Constant) and stream is not None and _of_a_unit(stream):
                    yield f"{file.name}:{node.lineno}", str(action.value)


def _of_a_unit(stream: ast.expr) -> bool:
    words = ast.unparse(stream)
    return words.startswith("stream_of(") or "enterprise:" in words


CALLS = list(told_of_units())


@pytest.mark.parametrize(("where", "action"), CALLS, ids=[f"{where} {action}" for where, action in CALLS])
def test_whatever_is_told_of_a_unit_has_its_words(where: str, action: str) -> None:
    assert action in TITLES, where


def test_every_act_on_a_row_has_its_words() -> None:
    names = {model: model._meta.model_name for model in ROWS}
    acts = {f"enterprise.{name}_{act}" for name in names.values() for act in ("kept", "removed")}
    acts |= {f"enterprise.{names[model]}_ended" for model, kind in ROWS.items() if kind.until}
    assert acts <= set(TITLES)
    assert len(CALLS) > 8
