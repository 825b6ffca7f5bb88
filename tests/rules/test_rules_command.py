"""`manage.py rules`: JSON lines in and out, without a database."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def ask(monkeypatch: pytest.MonkeyPatch, name: str, *lines: object, **options: str) -> tuple[list[dict[str, Any]], int]:
    """The answers to these lines (texts go in as they stand) and the exit code."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))
    out, code = io.StringIO(), 0
    try:
        call_command("rules", name, stdout=out, **options)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return [json.loads(line) for line in out.getvalue().splitlines()], code


ALL_PASS = {str(number): "pass" for number in range(1, 20)}
TIER = {
    "kinds": ["production"],
    "headcount": 1500,
    "revenue_wan": "100",
    "region": "330402",
    "individual_household": False,
}


@pytest.mark.parametrize(
    ("name", "asked", "answer"),
    [
        ("tier", TIER, {"tier": "A", "body_level": "province", "provisional": False}),
        (
            "tier",
            {**TIER, "headcount": None, "revenue_wan": None},
            {"tier": "untiered", "body_level": "county", "provisional": True},
        ),
        (
            "quality-class",
            {"answers": {**ALL_PASS, "3": "fail", "4": "fail", "5": "fail", "6": "fail", "7": "fail"}},
            {
                "quality_class": "B",
                "passes": 14,
                "total": 19,
                "failed": ["3", "4", "5", "6", "7"],
                "directional_failed": [],
            },
        ),
        (
            "mode",
            {"quality_class": "AA", "product_levels": ["I", "III"]},
            {"mode": "responsibility", "intensified": False},
        ),
        (
            "adjust",
            {"kind": "annual", "previous": "C", "result": "AA"},
            {"quality_class": "B", "intensified": False},
        ),
        (
            "adjust",
            {"kind": "event", "previous": "AA", "trigger": "penalty", "province_failures_3y": 0},
            {"quality_class": "C", "intensified": False},
        ),
        ("adjust", {"kind": "event", "previous": "C", "trigger": "other"}, {"quality_class": "C", "intensified": True}),
        ("adjust", {"kind": "annual", "previous": None, "result": "AA"}, {"quality_class": "AA", "intensified": False}),
        (
            "listing",
            {"on": "2026-11-21", "major_risks": ["2026-01-10"], "larger_risks": [], "credit_risk": "low"},
            {"level": "key"},
        ),
        (
            "due",
            {"start": "2026-09-28", "amount": 5, "unit": "working_day"},
            {"due": "2026-10-10", "provisional": False},
        ),
        ("uscc", {"code": "91330402MATEXT01X5"}, {"valid": True}),
        ("uscc", {"code": "91330402MATEXT01X0"}, {"valid": False, "reason": "check_digit"}),
        ("colour", {"palette": "ROYG", "high_risk": 3, "total": 10}, {"colour": "red", "share": "0.3"}),
        ("colour", {"palette": "RYBG", "high_risk": 1, "total": 10}, {"colour": "blue", "share": "0.1"}),
        ("colour", {"palette": "ROYG", "high_risk": 0, "total": 0}, {"colour": "grey", "share": None}),
    ],
)
def test_every_question_of_the_contract(
    monkeypatch: pytest.MonkeyPatch, name: str, asked: dict[str, Any], answer: dict[str, Any]
) -> None:
    answers, code = ask(monkeypatch, name, asked)
    grounds = answers[0].pop("grounds")
    assert (answers, code) == ([answer], 0)
    assert grounds
    assert all(set(ground) == {"clause", "text"} and ground["text"] for ground in grounds)


VECTORS: dict[str, tuple[dict[str, Any], str, bool]] = {  # domain 3.7; R12 is a setting of the pack
    "R1": ({"kind": "annual", "previous": "C", "result": "AA"}, "B", False),
    "R2": ({"kind": "annual", "previous": "C", "result": "A"}, "B", False),
    "R3": ({"kind": "annual", "previous": "B", "result": "AA"}, "A", False),
    "R4": ({"kind": "annual", "previous": "A", "result": "AA"}, "AA", False),
    "R5": ({"kind": "annual", "previous": "AA", "result": "B"}, "B", False),
    "R6": ({"kind": "annual", "previous": "AA", "result": "C"}, "C", False),
    "R7": ({"kind": "event", "previous": "AA", "trigger": "sampling_failed", "province_failures_3y": 0}, "A", False),
    "R8": ({"kind": "event", "previous": "AA", "trigger": "sampling_failed", "province_failures_3y": 2}, "C", False),
    "R9": ({"kind": "event", "previous": "A", "trigger": "penalty"}, "C", False),
    "R10": ({"kind": "event", "previous": "B", "trigger": "hidden_danger"}, "C", False),
    "R11": ({"kind": "event", "previous": "C", "trigger": "sampling_failed", "province_failures_3y": 1}, "C", True),
    "R13": ({"kind": "annual", "previous": None, "result": "AA"}, "AA", False),
    "R14": ({"kind": "event", "previous": "B", "trigger": "sampling_failed", "province_failures_3y": 1}, "C", False),
    "R15": ({"kind": "event", "previous": "A", "trigger": "sampling_failed", "province_failures_3y": 1}, "B", False),
}


def test_the_vectors_of_adjustment_by_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, code = ask(monkeypatch, "adjust", *(asked for asked, *_answer in VECTORS.values()))
    assert code == 0
    for (name, (_asked, quality_class, intensified)), answer in zip(VECTORS.items(), answers, strict=True):
        assert (answer["quality_class"], answer["intensified"]) == (quality_class, intensified), name
        assert all(set(ground) == {"clause", "text"} for ground in answer["grounds"])


def test_nobody_without_a_class_is_demoted_and_the_answer_says_by_which_clause(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, code = ask(monkeypatch, "adjust", {"kind": "event", "previous": None, "trigger": "penalty"})
    assert code == 1
    assert answers[0]["error"]["code"] == "no_previous_class"
    assert "第二十一条" in answers[0]["error"]["clause"]


@pytest.mark.parametrize(
    ("name", "pack", "asked", "answer"),
    [
        ("mode", "jiaxing-2020", {"quality_class": "AA", "product_levels": ["I"]}, "tightened"),
        ("mode", "zhejiang-2022", {"quality_class": "low", "product_levels": ["3"]}, "credit"),
    ],
)
def test_a_pack_can_be_named(
    monkeypatch: pytest.MonkeyPatch, name: str, pack: str, asked: dict[str, Any], answer: str
) -> None:
    answers, _ = ask(monkeypatch, name, asked, pack=pack)
    assert answers[0]["mode"] == answer


def test_grounds_come_in_english_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, _ = ask(monkeypatch, "tier", TIER, lang="en")
    assert answers[0]["grounds"][0]["text"] == "production: 1500 persons are in the range of tier A."


def test_revenue_may_be_a_number_and_is_never_a_float(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, code = ask(monkeypatch, "tier", json.dumps({**TIER, "headcount": 0, "revenue_wan": 299.99}))
    assert (answers[0]["tier"], code) == ("D", 0)
    assert "Y=299.99万元" in answers[0]["grounds"][1]["text"]


@pytest.mark.parametrize(
    ("name", "line", "code"),
    [
        ("tier", "not json", "json"),
        ("tier", "[]", "json"),
        ("tier", "[" * 100_000, "json"),
        ("tier", {**TIER, "colour": "red"}, "unknown_key"),
        ("tier", {"kinds": ["production"]}, "missing_key"),
        ("tier", {**TIER, "headcount": 1.5}, "value"),
        ("tier", {**TIER, "headcount": True}, "value"),
        ("tier", {**TIER, "headcount": -1}, "headcount"),
        ("tier", {**TIER, "revenue_wan": "much"}, "value"),
        ("tier", {**TIER, "revenue_wan": True}, "value"),
        ("tier", {**TIER, "kinds": "production"}, "value"),
        ("tier", {**TIER, "kinds": [1]}, "value"),
        ("tier", {**TIER, "individual_household": "no"}, "value"),
        ("tier", {**TIER, "region": "999999"}, "region"),
        ("quality-class", {"answers": []}, "value"),
        ("quality-class", {"answers": {}}, "unanswered"),
        ("quality-class", '{"answers": {"1": "pass", "1": "fail"}}', "duplicate_key"),
        ("adjust", {"kind": "sudden", "previous": "A"}, "value"),
        ("adjust", {"kind": "annual", "previous": "A"}, "missing_key"),
        ("adjust", {"kind": "annual", "previous": "A", "result": "B", "trigger": "penalty"}, "unknown_key"),
        ("adjust", {"kind": "event", "previous": "A"}, "missing_key"),
        ("listing", {"on": "20261121", "major_risks": [], "larger_risks": [], "credit_risk": "low"}, "value"),
        ("listing", {"on": "2026-11-21", "major_risks": ["?"], "larger_risks": [], "credit_risk": "low"}, "value"),
        ("due", {"start": "2026-02-30", "amount": 5, "unit": "day"}, "value"),
        ("due", {"start": "2026-02-03", "amount": 5, "unit": "week"}, "unit"),
        ("colour", {"palette": "PINK", "high_risk": 3, "total": 10}, "palette"),
    ],
)
def test_a_line_that_cannot_be_judged_answers_an_error(
    monkeypatch: pytest.MonkeyPatch, name: str, line: object, code: str
) -> None:
    answers, exit_code = ask(monkeypatch, name, line)
    assert (answers[0]["error"]["code"], exit_code) == (code, 1)
    assert answers[0]["error"]["message"]


def test_lines_after_a_bad_one_are_still_judged_and_empty_lines_are_passed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers, code = ask(monkeypatch, "uscc", {"code": 1}, "", {"code": "91330402MATEXT01X5"})
    assert ["error" in answer for answer in answers] == [True, False]
    assert code == 1


def test_a_pack_that_says_nothing_on_the_question_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, code = ask(monkeypatch, "tier", TIER, pack="national-2012")
    assert (answers[0]["error"]["code"], code) == ("pack_section", 1)


def test_an_unknown_question_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        ask(monkeypatch, "mood", {})
