"""Level, identity, effects and starred items of events, by vectors and by properties (domain 2.6, 3.1, 3.7, 4.2)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.event_effects import EffectRules, effects_of
from cases.rules.event_facts import EventFacts, combined, faults_of
from cases.rules.event_identity import fingerprint_of, normalised_reference, same_event
from cases.rules.risk_level import LEVELS, level_of
from cases.rules.starred_items import PastEvent, item_answers
from tests.events.conftest import telling

RISKS, CLASSES = load_pack("samr-2023-38"), load_pack("national-2012")
RULES = EffectRules(CLASSES.adjustment, CLASSES.event_items, RISKS.listing, RISKS.escalation)
ON = date(2026, 11, 18)


def level(kind: str, **facts: Any) -> str:
    found = level_of(rule=RISKS.risk_levels, escalation=RISKS.escalation, facts=telling(kind, **facts))
    assert found.grounds
    assert all(ground.clause == "国市监质监发〔2023〕38号 三" for ground in found.grounds)
    return found.level


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        # what Anhui names counts as larger, whoever found it
        ("sampling_failed", {"authority_level": "county"}, "larger"),
        ("sampling_failed", {"authority_level": "national"}, "larger"),
        ("complaint", {}, "larger"),
        ("exposure", {}, "larger"),
        ("penalty", {}, "larger"),
        ("hazard", {}, "larger"),
        ("sampling_refused", {"authority_level": "county"}, "larger"),
        ("accident", {}, "larger"),
        # what it does not name is general
        ("recall", {}, "general"),
        ("risk_monitoring", {}, "general"),
        ("other", {}, "general"),
        # aggravating conditions
        ("sampling_failed", {"safety_item": True}, "major"),
        ("sampling_refused", {"authority_level": "province"}, "major"),
        ("complaint", {"serious_injuries": 1}, "major"),
        ("complaint", {"circumstances": ("strong_reaction",)}, "larger"),
        ("penalty", {"circumstances": ("business_stopped",)}, "major"),
        ("exposure", {"authority_level": "national"}, "major"),
        ("exposure", {"authority_level": "province"}, "larger"),
        ("hazard", {"product_level": "I"}, "major"),
        ("hazard", {"product_level": "II"}, "larger"),
        ("hazard", {"circumstances": ("endangers_safety",)}, "major"),
        ("accident", {"direct_loss_wan": 1000}, "major"),
        ("accident", {"direct_loss_wan": 999}, "larger"),
        ("accident", {"deaths": 1}, "major"),
        ("recall", {"circumstances": ("endangers_safety",)}, "larger"),
        ("recall", {"circumstances": ("ordered_recall",)}, "major"),
        ("risk_monitoring", {"safety_item": True}, "larger"),
        ("other", {"circumstances": ("endangers_safety",)}, "larger"),
        ("other", {"deaths": 1}, "major"),
        # what is no condition of the kind raises nothing
        ("complaint", {"safety_item": True}, "larger"),
        ("penalty", {"direct_loss_wan": 5000}, "larger"),
    ],
)
def test_kind_and_conditions_decide_the_level(kind: str, facts: dict[str, Any], expected: str) -> None:
    assert level(kind, **facts) == expected


def test_an_unknown_kind_has_no_level() -> None:
    with pytest.raises(RuleError) as refused:
        level_of(rule=RISKS.risk_levels, escalation=RISKS.escalation, facts=telling("nonsense"))
    assert (refused.value.code, refused.value.clause) == ("event_kind", "国市监质监发〔2023〕38号 三")


kinds = st.sampled_from(tuple(RISKS.risk_levels.kinds))
tellings = st.builds(
    telling,
    kinds,
    occurred_on=st.dates(date(2024, 1, 1), date(2026, 11, 1)),
    product=st.sampled_from(("", "电热水壶", "插座")),
    product_level=st.sampled_from(("", "I", "II", "III")),
    authority=st.sampled_from(("", "浙江省市场监督管理局", "嘉兴日报")),
    authority_level=st.sampled_from(("county", "city", "province", "national")),
    reference=st.sampled_from(("", "浙监抽〔2026〕12号", "浙监抽〔2026〕13号")),
    safety_item=st.booleans(),
    circumstances=st.lists(st.sampled_from(sorted(RISKS.risk_levels.circumstances)), unique=True).map(
        lambda codes: tuple(sorted(codes))
    ),
    deaths=st.integers(0, 12),
    serious_injuries=st.integers(0, 60),
    direct_loss_wan=st.integers(0, 6000),
)


@given(tellings, tellings)
def test_a_graver_telling_never_lowers_the_level(one: EventFacts, other: EventFacts) -> None:
    def of(facts: EventFacts) -> int:
        return LEVELS.index(level_of(rule=RISKS.risk_levels, escalation=RISKS.escalation, facts=facts).level)

    together = combined([one, other])
    assert of(together) >= of(one)


@given(st.lists(tellings, min_size=1, max_size=4))
def test_what_several_tellings_come_to_does_not_depend_on_their_order(told: list[EventFacts]) -> None:
    def graveness(facts: EventFacts) -> tuple[Any, ...]:
        return (
            facts.occurred_on,
            facts.product_level,
            facts.authority_level,
            facts.safety_item,
            facts.circumstances,
            facts.deaths,
            facts.serious_injuries,
            facts.direct_loss_wan,
        )

    assert graveness(combined(told)) == graveness(combined(reversed(told)))
    assert combined([*told, *told]) == combined(told)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("浙监抽〔2026〕第0012号", "浙监抽(2026)12"),
        ("No. 2026-007", "ＮＯ２０２６－７"),
        ("ab 12", "AB12"),
    ],
)
def test_a_document_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert normalised_reference(one) == normalised_reference(other)


@pytest.mark.parametrize(("one", "other"), [("2026-11", "2026-1-1"), ("浙监抽〔2026〕12号", "浙监抽〔2026〕13号")])
def test_different_numbers_stay_different(one: str, other: str) -> None:
    assert normalised_reference(one) != normalised_reference(other)


@pytest.mark.parametrize(
    ("first", "other", "verdict"),
    [
        ({"reference": "浙监抽〔2026〕12号"}, {"reference": "浙监抽(2026)12", "occurred_on": date(2026, 1, 1)}, "same"),
        ({"reference": "12"}, {"reference": "13"}, "different"),
        ({"reference": "12"}, {"reference": "12", "kind": "penalty"}, "likely"),
        ({}, {}, "likely"),
        ({}, {"kind": "exposure"}, "different"),
        ({"occurred_on": date(2026, 11, 1)}, {"occurred_on": date(2026, 10, 2)}, "likely"),
        ({"occurred_on": date(2026, 11, 1)}, {"occurred_on": date(2026, 10, 1)}, "different"),
        ({"product": "电热水壶"}, {"product": " 电热水壶 "}, "likely"),
        ({"product": "电热水壶"}, {"product": "插座"}, "different"),
        ({"product": "电热水壶"}, {}, "likely"),
        ({"kind": "penalty", "authority": "甲局"}, {"kind": "penalty", "authority": "乙局"}, "different"),
        ({"kind": "exposure", "authority": "甲报"}, {"kind": "exposure", "authority": "乙报"}, "likely"),
        ({"reference": "12"}, {}, "likely"),
    ],
)
def test_the_same_document_is_the_same_happening_and_the_rest_is_for_a_person(
    first: dict[str, Any], other: dict[str, Any], verdict: str
) -> None:
    likeness = same_event(telling(**first), telling(**other), within_days=30)
    assert likeness.verdict == verdict
    assert likeness.grounds
    assert same_event(telling(**other), telling(**first), within_days=30).verdict == verdict


@given(tellings, tellings, tellings)
def test_being_the_same_passes_on(first: EventFacts, second: EventFacts, third: EventFacts) -> None:
    def same(one: EventFacts, other: EventFacts) -> bool:
        return same_event(one, other, within_days=30).verdict == "same"

    assert not (same(first, second) and same(second, third)) or same(first, third)
    if same(first, second):
        assert fingerprint_of("unit", first) == fingerprint_of("unit", second)


def effects(kind: str, risk: str = "", *, hazards: int = 0, classified: bool = True, **facts: Any) -> dict[str, Any]:
    found = effects_of(
        rules=RULES,
        facts=telling(kind, **facts),
        level=risk or level(kind, **facts),
        classified=classified,
        on=ON,
        major_hazards=[ON] * hazards,
    )
    assert all(intent.grounds for intent in found)
    return {intent.kind: intent for intent in found}


@pytest.mark.parametrize(
    ("kind", "facts", "trigger", "clause"),
    [
        ("penalty", {}, "penalty", "第二十一条（一）"),
        ("hazard", {}, "hidden_danger", "第二十一条（二）"),
        ("sampling_failed", {}, "sampling_failed", "第二十一条（三）"),
        ("exposure", {}, "exposure", "第二十一条（四）"),
        ("complaint", {"circumstances": ("strong_reaction",)}, "exposure", "第二十一条（四）"),
        ("sampling_refused", {}, "sampling_refused", "第二十一条（五）"),
        ("accident", {}, "other", "第二十一条（五）"),
        ("recall", {"circumstances": ("ordered_recall",)}, "other", "第二十一条（五）"),
        ("other", {"circumstances": ("endangers_safety",)}, "other", "第二十一条（五）"),
    ],
)
def test_a_demotion_names_its_trigger_and_clause(kind: str, facts: dict[str, Any], trigger: str, clause: str) -> None:
    demotion = effects(kind, **facts)["demotion"]
    assert demotion.trigger == trigger
    assert demotion.grounds[0].clause == f"工业企业产品质量分类监管试行办法 {clause}"


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("complaint", {"listing", "items"}),
        ("recall", set()),
        ("risk_monitoring", set()),
        ("other", set()),
        ("sampling_failed", {"demotion", "listing"}),
        ("hazard", {"demotion", "listing"}),
        ("penalty", {"demotion", "listing", "items"}),
    ],
)
def test_what_the_law_does_not_attach_does_not_follow(kind: str, expected: set[str]) -> None:
    assert set(effects(kind)) == expected


def test_who_has_no_class_is_not_demoted() -> None:
    assert set(effects("penalty", classified=False)) == {"listing", "items"}


@pytest.mark.parametrize(
    ("kind", "facts", "hazards", "possible"),
    [
        ("accident", {"deaths": 3}, 0, True),
        ("accident", {"deaths": 2}, 0, False),
        ("accident", {"serious_injuries": 10}, 0, True),
        ("hazard", {"product_level": "I"}, 2, True),
        ("hazard", {"product_level": "I"}, 1, False),
        ("hazard", {}, 2, False),
        ("penalty", {"circumstances": ("business_stopped",)}, 3, False),
    ],
)
def test_escalation_becomes_possible_by_a_larger_accident_or_repeated_major_hazards(
    kind: str, facts: dict[str, Any], hazards: int, possible: bool
) -> None:
    assert ("escalation" in effects(kind, hazards=hazards, **facts)) == possible


def test_a_failed_sampling_of_a_province_counts_for_item_14_and_one_of_a_county_does_not() -> None:
    assert effects("sampling_failed", authority_level="province")["items"].items == ("14",)
    assert "items" not in effects("sampling_failed", authority_level="county")


def test_a_penalty_bears_on_both_items() -> None:
    assert effects("penalty")["items"].items == ("14", "16")


def answers(*events: tuple[str, dict[str, Any]], rule: Any = CLASSES.adjustment) -> dict[str, str]:
    past = [
        PastEvent(key, telling(kind, **facts), facts.get("occurred_on", date(2026, 11, 2)))
        for key, (kind, facts) in enumerate(events)
    ]
    found = item_answers(items=CLASSES.event_items, adjustment=rule, events=past, on=ON)
    return {number: answer.value for number, answer in found.items()}


PROVINCE = {"authority_level": "province"}
FAILED = ("sampling_failed", PROVINCE)
JUST_IN_TIME = ("sampling_failed", {**PROVINCE, "occurred_on": date(2023, 11, 18)})
TOO_OLD = ("sampling_failed", {**PROVINCE, "occurred_on": date(2023, 11, 17)})


@pytest.mark.parametrize(
    ("events", "item_14", "item_16"),
    [
        ([], "pass", "pass"),
        ([FAILED], "pass", "pass"),
        ([FAILED] * 2, "fail", "pass"),
        ([("sampling_failed", {"authority_level": "city"})] * 5, "pass", "pass"),
        (
            [("sampling_failed", PROVINCE), ("sampling_failed", {**PROVINCE, "occurred_on": date(2023, 11, 18)})],
            "fail",
            "pass",
        ),
        (
            [("sampling_failed", PROVINCE), ("sampling_failed", {**PROVINCE, "occurred_on": date(2023, 11, 17)})],
            "pass",
            "pass",
        ),
        ([("sampling_refused", {})], "fail", "fail"),
        ([("penalty", {})], "fail", "fail"),
        ([("penalty", {"occurred_on": date(2023, 11, 17)})], "pass", "pass"),
        ([("exposure", {})], "fail", "pass"),
        ([("complaint", {})], "pass", "fail"),
        ([("complaint", {"circumstances": ("strong_reaction",)})], "fail", "fail"),
        ([("hazard", {}), ("accident", {}), ("recall", {})], "pass", "pass"),
    ],
)
def test_the_event_store_answers_the_starred_items(events: list[Any], item_14: str, item_16: str) -> None:
    assert answers(*events) == {"14": item_14, "16": item_16}


def test_without_a_window_a_penalty_is_never_forgotten() -> None:
    literal = replace(CLASSES.adjustment, other_window_years=None)
    assert answers(("penalty", {"occurred_on": date(2001, 1, 1)}), rule=literal)["14"] == "fail"


def test_an_answer_names_its_events_and_clause() -> None:
    past = [PastEvent(7, telling("penalty"), ON - timedelta(days=3))]
    found = item_answers(items=CLASSES.event_items, adjustment=CLASSES.adjustment, events=past, on=ON)["14"]
    assert found.events == (7,)
    assert "第十一条" in found.grounds[0].clause


def test_facts_are_judged_at_their_fields() -> None:
    bad = telling(title="", reference="x" * 121, product_level="IV", deaths=-1, facts="一\n二")
    assert {fault.field for fault in faults_of(bad, ON, ())} == {"title", "reference", "product_level", "deaths"}


def test_facts_survive_storing() -> None:
    facts = telling("recall", circumstances=("ordered_recall",), deaths=2)
    assert EventFacts.from_dict(facts.as_dict()) == facts
