"""Facts as JSON: they come back as they were, and damage is refused by field."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cases.rules.errors import RuleError
from notices.pdf.codec import BadFacts
from notices.pdf.facts import ReturnVisitFacts
from notices.pdf.render import render
from tests.notices_pdf import samples


@pytest.mark.parametrize("kind", list(samples.SAMPLES))
def test_facts_survive_json(kind: str) -> None:
    facts = samples.SAMPLES[kind]()
    data = json.loads(json.dumps(facts.to_json(), ensure_ascii=False))
    assert type(facts).from_json(data) == facts


Damage = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("kind", "damage", "field"),
    [
        ("interview_notice", lambda d: d.update(colour="red"), "colour"),
        ("interview_notice", lambda d: d.pop("organ"), "organ"),
        ("interview_notice", lambda d: d.update(date="6 March"), "date"),
        ("interview_notice", lambda d: d.update(date=20260306), "date"),
        ("interview_notice", lambda d: d.update(annexes="x"), "annexes"),
        ("interview_notice", lambda d: d.update(seal="drawn"), "seal"),
        ("interview_notice", lambda d: d.update(preview="no"), "preview"),
        ("interview_notice", lambda d: d["paragraphs"][0].update(level=9), "paragraphs[0].level"),
        ("interview_notice", lambda d: d.update(paragraphs=["x"]), "paragraphs[0]"),
        ("interview_notice", lambda d: d.update(paragraphs=[]), "paragraphs"),
        ("interview_notice", lambda d: d.update(title=" "), "title"),
        ("interview_notice", lambda d: d.update(mark="测" * 41), "mark"),
        ("interview_notice", lambda d: d.update(verify_url="javascript:alert(1)"), "verify_url"),
        ("interview_notice", lambda d: d.update(kind="reminder_letter"), "kind"),
        ("general_rules_form", lambda d: d.update(items=[]), "items"),
        ("general_rules_form", lambda d: d["items"][3].update(answer="yes"), "items[3].answer"),
        ("return_visit_record", lambda d: d.update(items=[]), "items"),
        ("return_visit_record", lambda d: d.update(round=True), "round"),
    ],
)
def test_damaged_facts_are_refused_by_field(kind: str, damage: Damage, field: str) -> None:
    data = samples.SAMPLES[kind]().to_json()
    damage(data)
    with pytest.raises(BadFacts) as refused:
        render(kind, data)
    assert refused.value.field == field


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        render("love_letter", {})
    assert refused.value.code == "unknown_document"


def test_facts_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(BadFacts):
        ReturnVisitFacts.from_json([])  # type: ignore[arg-type]
