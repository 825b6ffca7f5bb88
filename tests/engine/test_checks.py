"""The system checks keep every known mistake out of our flows."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage

from tests.engine import flows_bad
from tests.engine.flows import mended
from workflow import checks


def codes(problems: list[CheckMessage]) -> set[str]:
    return {str(problem.id).removeprefix("workflow.") for problem in problems}


def test_a_good_flow_passes() -> None:
    assert list(checks.problems_of(flows_bad.flow())) == []


@pytest.mark.parametrize("name", flows_bad.BAD)
def test_a_bad_flow_is_named(name: str) -> None:
    code, build = flows_bad.BAD[name]
    problems = list(checks.problems_of(build()))
    assert code in codes(problems)
    assert all(problem.hint for problem in problems)


def test_a_stock_node_is_told_its_replacement() -> None:
    _code, build = flows_bad.BAD["a stock end"]
    (problem,) = checks.problems_of(build())
    assert problem.hint == "Use workflow.nodes.End."


def test_a_subclass_of_a_flow_runs_the_nodes_of_its_parent() -> None:
    """Defect 6, and why subclassing is forbidden: the child's start leads into the parent's task."""
    child: Any = flows_bad.subclass()
    assert child.start.flow_class is child
    assert child.start._next.flow_class is not child


def test_flows_made_by_a_function_run_their_own_nodes() -> None:
    flow = mended("TwoTimers")
    assert {node.flow_class for node in flow.instance.nodes()} == {flow}
    assert flow.start._next.flow_class is flow


def test_the_flows_of_the_house_pass() -> None:
    assert checks.check_flows(None) == []


def test_checked_flows_are_those_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    bad: Any = flows_bad.flow(lock_impl=None)
    assert checks.check_flows(None) == []  # a flow elsewhere is not ours to check
    monkeypatch.setattr(bad, "__module__", "workflow.flows.something")
    assert "E002" in codes(checks.check_flows(None))


def test_atomic_requests_are_refused(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.check_transactions(None) == []
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    assert codes(checks.check_transactions(None)) == {"E009"}


@pytest.mark.parametrize(("timeout", "expected"), [(7200, set()), (60, {"E010"})])
def test_a_broker_must_wait_longer_than_the_longest_lease(settings: Any, timeout: int, expected: set[str]) -> None:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": timeout}
    assert codes(checks.check_broker(None)) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        ({"SIGNER": "file", "SIGNER_KEY_FILE": "/nowhere/key.p12"}, {"E011"}),
        ({"SIGNER": "file", "SIGNER_KEY_FILE": "/nowhere/{body}.p12"}, set()),  # found out body by body
        ({"SIGNER": "seal"}, {"E011"}),
        ({"SIGNER": "token", "SIGNER_TOKEN_LIBRARY": "/nowhere/pkcs11.so"}, {"E011"}),
        ({"SIGNER": "remote", "SIGNER_SERVICE_URL": "http://seals.example/"}, {"E011"}),
        ({"SIGNER": "remote", "SIGNER_SERVICE_URL": "https://seals.example/"}, set()),
        (
            {"SIGNER": "remote", "SIGNER_SERVICE_URL": "https://seals.example/", "SIGNER_SERVICE_ANSWER": "raw"},
            {"E011"},
        ),
    ],
)
def test_a_signer_that_could_not_sign_is_told_before_the_first_letter(
    settings: Any, changed: Any, expected: Any
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    assert codes(checks.check_signer(None)) == expected


def test_the_demos_signer_can_sign(settings: Any, tmp_path: Path) -> None:
    settings.SIGNER, settings.SIGNER_DEMO_DIR = "demo", tmp_path / "demo-signer"
    assert checks.check_signer(None) == []
