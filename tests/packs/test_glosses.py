"""An English page has English for every text of the forms that are filled in, and for what is this house's own."""

from pathlib import Path

import pytest
import yaml
from django.template import Context, Template
from django.utils.translation import override

import cases.packs
from cases.packs.glosses import gloss_of, glosses
from cases.packs.loader import load_deadline_rules
from cases.selectors.written import own_words

FOLDER = Path(cases.packs.__file__).parent / "rulesets"


def stated(code: str) -> dict:
    return yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))


def test_every_item_of_the_general_rules_has_a_gloss() -> None:
    items = stated("national-2012")["classes"]["items"]
    assert [item["number"] for item in items if not gloss_of(item["text"])] == []
    assert [item["number"] for item in items if "na_note" in item and not gloss_of(item["na_note"])] == []


def test_every_task_of_the_annexes_has_a_gloss() -> None:
    sections = [section for sheet in stated("samr-2023-38")["task_lists"] for section in sheet["sections"]]
    texts = [task["text"] for section in sections for task in section.get("tasks", ())]
    texts += [section["key_work"] for section in sections]
    assert [text for text in texts if not gloss_of(text)] == []


def test_notes_on_periods_and_internal_periods_have_english_words() -> None:
    known = glosses().own
    rules = load_deadline_rules().values()
    assert [rule.note for rule in rules if rule.note and rule.note not in known] == []
    assert "内部办理时限" in known


@pytest.mark.parametrize(("language", "words"), [("en", "Internal working period"), ("zh-hans", "内部办理时限")])
def test_words_of_our_own_are_written_in_the_language_of_the_page(language: str, words: str) -> None:
    with override(language):
        assert own_words("内部办理时限") == words
        assert own_words("产品质量法 第十五条") == "产品质量法 第十五条"


def test_a_gloss_stands_below_the_chinese_on_an_english_page_alone() -> None:
    template = Template("{% load ui %}{% gloss text %}")
    with override("en"):
        assert template.render(Context({"text": "督查清单"})) == '<span class="gloss" lang="en">Oversight list</span>'
        assert template.render(Context({"text": "没有译文"})) == ""
    with override("zh-hans"):
        assert template.render(Context({"text": "督查清单"})) == ""
