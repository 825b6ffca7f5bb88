"""The two records set as tables: what is ticked, what is said, where a seal stands."""

from dataclasses import replace
from typing import Any

import pytest

from notices.pdf.facts import FormFacts
from tests.notices_pdf import measure, samples


def test_opinion_that_is_not_signed_bears_no_seal() -> None:
    form = samples.general_rules_form()
    unsigned = replace(form, grassroots=replace(form.grassroots, date=None))
    assert len([image for page in measure.opened(form) for image in measure.seals(page)]) == 1
    assert not [image for page in measure.opened(unsigned) for image in measure.seals(page)]


def mark_at(form: FormFacts, label: str) -> str:
    """The box printed before a label on the form."""
    text = measure.full_text(form).replace("\n", "")
    return text[text.index(label) - 1]


def test_form_ticks_what_was_chosen_and_nothing_else() -> None:
    form = samples.general_rules_form()
    for chosen in ("专项监督检查", "Ⅱ级（较高风险）", "加严监管"):
        assert mark_at(form, chosen) == "☑"
    for other in ("定期监督检查", "Ⅰ级（高风险）", "Ⅲ级（一般风险）", "信用监管", "责任监管", "常态监管"):
        assert mark_at(form, other) == "☐"
    text = measure.full_text(form)
    # a tick for each item, for the form of inspection, the risk level, the class and the mode
    assert text.count("☑") == len(form.items) + 4


def test_form_without_answers_ticks_no_item() -> None:
    form = samples.general_rules_form()
    blank = replace(
        form,
        items=tuple(replace(item, answer="") for item in form.items),
        risk_level="",
        proposed_class="",
        grassroots=replace(form.grassroots, mode=""),
    )
    assert measure.full_text(blank).count("☑") == 1


def test_form_shows_a_deviation_from_the_computed_class() -> None:
    form = replace(samples.general_rules_form(), computed_class="B", class_reason="存在严重质量隐患")
    text = measure.full_text(form).replace("\n", "")
    assert "按备注（二）计算为B类；理由：存在严重质量隐患" in text


@pytest.mark.parametrize(
    ("outcome", "word"), [("noted", "准予备案（备案编号：浙备1）"), ("returned", "退回补正"), ("objected", "提出异议")]
)
def test_form_says_the_outcome_of_the_filing(outcome: Any, word: str) -> None:
    form = samples.general_rules_form()
    number = "浙备1" if outcome == "noted" else ""
    filed = replace(form, provincial=replace(form.provincial, outcome=outcome, filing_number=number))
    assert word in measure.full_text(filed).replace("\n", "")


@pytest.mark.parametrize(("conclusion", "word"), [("pass", "整改合格"), ("partly", "部分合格"), ("fail", "整改不合格")])
def test_return_visit_ticks_its_conclusion(conclusion: Any, word: str) -> None:
    text = measure.full_text(replace(samples.return_visit_record(), conclusion=conclusion)).replace("\n", "")
    assert f"☑{word}" in text
    assert text.count("☑") == 3  # two items and the conclusion


def test_return_visit_without_a_report_says_so() -> None:
    text = measure.full_text(replace(samples.return_visit_record(), report_received_on=None)).replace("\n", "")
    assert "期限届满未提交整改报告" in text
