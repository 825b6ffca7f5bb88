"""Every event the services record, every status and every outcome has words."""

import ast
from pathlib import Path

import pytest

from cases.models import AuditEvent, Opinion
from cases.rules.lifecycle import STATUSES as LIFECYCLE
from tests.casepage.conftest import C_CLASS, THREE_ROUNDS
from workflow.selectors.case_words import OUTCOMES, STATUSES, event_words
from workflow.selectors.event_sentences import QUIET, SENTENCES, TONES

ROOT = Path(__file__).resolve().parents[2]
RECORDERS = {
    "record": "action",
    "record_on_case": 1,
    "record_deadline": 1,
    "publish": 1,
    "_tell": 1,
    "_audit": 1,
    "tell_trail": 1,
}
ACTIONS = {key.partition(":")[0] for key in SENTENCES}
STORIES = [
    C_CLASS,
    THREE_ROUNDS,
    {"inspect": ["refuse"], "decide_measures": ["none"]},
    {"inspect": ["4+violation"], "forward_filing": ["return"], "file_province": ["objected"]},
    {"approve_inspection": ["merge"]},
    {"inspect": ["12"], "hold_interview": ["no_show", "no_show"], "issue_interview": ["return"]},
    {"inspect": ["12"], "issue_order": ["return"], "return_visit": ["partly", "fail"], "serve_order": ["failed"]},
]


def recorded():
    """(where, action) of every call that records an event; an action put together ends at what varies."""
    for app in ("cases", "notices", "workflow"):
        for file in sorted((ROOT / app).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                    if name in RECORDERS and (action := action_of(node, RECORDERS[name])) is not None:
                        yield f"{file.relative_to(ROOT)}:{node.lineno}", action


def action_of(call, place):
    if isinstance(place, str):
        found = next((keyword.value for keyword in call.keywords if keyword.arg == place), None)
    else:
        found = call.args[place] if len(call.args) > place else None
    if isinstance(found, ast.Constant) and isinstance(found.value, str):
        return found.value
    if isinstance(found, ast.JoinedStr) and isinstance(found.values[0], ast.Constant):
        return f"{found.values[0].value}*"
    return None


CALLS = list(recorded())


def test_the_search_for_events_finds_them():
    assert len(CALLS) > 50
    assert "open_case" in {action for _where, action in CALLS}


@pytest.mark.parametrize(("where", "action"), CALLS, ids=[f"{where} {action}" for where, action in CALLS])
def test_every_event_recorded_has_words(where, action):
    if action.endswith("*"):
        assert any(known.startswith(action[:-1]) for known in ACTIONS), where
    else:
        assert action in ACTIONS, where


@pytest.mark.django_db
@pytest.mark.parametrize("outcomes", STORIES)
def test_every_event_of_a_story_is_told_in_full(tell, outcomes):
    case = tell(outcomes=outcomes)
    for event in AuditEvent.objects.filter(case=case):
        words = event_words(event.action, event.data)
        assert words != event.action
        assert "%(" not in words
    for opinion in Opinion.objects.filter(case=case):
        assert f"{opinion.step}:{opinion.outcome}" in OUTCOMES


def test_what_an_event_lacks_is_a_dash():
    assert event_words("refer_penalty", {}) == event_words("refer_penalty", {"to": None})
    assert "—" in event_words("refer_penalty", {})


def test_an_unknown_event_keeps_its_name():
    assert event_words("never.heard", {"reason": "x"}) == "never.heard"


def test_every_status_has_words():
    assert set(STATUSES) == set(LIFECYCLE)


def test_marks_are_set_on_known_events_only():
    assert set(TONES) <= set(SENTENCES)
    assert QUIET <= ACTIONS
