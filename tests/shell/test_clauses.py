"""A citation on a page opens to its text, without script and in the reader's language."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils.translation import override

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
TAG = Template("{% load ui %}{% clause citation %}")


def shown(citation: str | None, language: str = "zh-hans") -> str:
    with override(language):
        return TAG.render(Context({"citation": citation}))


def test_the_text_stands_beneath_the_citation() -> None:
    page = shown("试行办法 第十二条")
    assert page.startswith('<details class="clause"><summary>')
    assert "将企业分类报上级质监部门备案。" in page
    assert "Article 12" not in page


def test_the_gloss_is_for_english_readers_and_says_what_it_is() -> None:
    page = shown("试行办法 第十二条", "en")
    assert "将企业分类报上级质监部门备案。" in page
    assert "Article 12." in page
    assert "The Chinese text governs" in page


@pytest.mark.parametrize(("language", "words"), [("en", "Only the citation is kept"), ("zh-hans", "此处仅列明条款")])
def test_a_statute_whose_text_is_not_held_says_so(language: str, words: str) -> None:
    page = shown("行政处罚法 第四十二条", language)
    assert words in page
    assert "<blockquote>" not in page


def test_a_long_list_opens_only_what_has_a_text() -> None:
    brief = Template("{% load ui %}{% clause citation brief=True %}")
    with override("zh-hans"):
        assert "<details" in brief.render(Context({"citation": "试行办法 第十二条"}))
        assert "<details" not in brief.render(Context({"citation": "行政处罚法 第四十二条"}))


def test_a_whole_document_shows_its_title_alone() -> None:
    page = shown("国市监质监发〔2023〕38号", "en")
    assert "Guidance of the State Administration" in page
    assert "Only the citation" not in page


def test_what_is_no_document_stays_words() -> None:
    assert shown("内部办理时限").strip() == '<span class="clause-plain" lang="zh-Hans">内部办理时限</span>'
    assert shown(None).strip() == shown("").strip() == ""


def test_a_citation_is_never_set_within_a_paragraph() -> None:
    """A disclosure ends the paragraph it stands in, so the page would not be what its template says."""
    within = re.compile(r"<(p|span|small|b)\b[^>]*>(?:(?!</\1>).)*\{% clause ")
    found = [str(path) for path in TEMPLATES.rglob("*.html") if within.search(path.read_text(encoding="utf-8"))]
    assert found == []
