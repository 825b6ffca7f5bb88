"""Days and moments are written as the reader's language writes them, wherever they come from."""

from datetime import UTC, date, datetime

import pytest
from django.utils.translation import override

from cases.forms.refusals import in_words
from cases.rules.errors import RuleError
from cases.selectors.written import written


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (date(2026, 3, 6), "2026年3月6日", "6 Mar 2026"),
        ("2026-03-06", "2026年3月6日", "6 Mar 2026"),
        (datetime(2026, 3, 6, 17, 5, tzinfo=UTC), "2026年3月7日 01:05", "7 Mar 2026, 01:05"),
        ("2026-03-06T17:05:00+00:00", "2026年3月7日 01:05", "7 Mar 2026, 01:05"),
        ("2026-13-01", "2026-13-01", "2026-13-01"),
        ("嘉市监约〔2026〕1号", "嘉市监约〔2026〕1号", "嘉市监约〔2026〕1号"),
        (12, 12, 12),
    ],
)
def test_each_language_writes_days_its_own_way(value, chinese, english):
    with override("zh-hans"):
        assert written(value) == chinese
    with override("en"):
        assert written(value) == english


def test_a_refusal_is_said_in_the_reader_s_language_with_its_days():
    error = RuleError("date_in_future", "The day %(day)s has not come yet.", day="2026-03-06")
    with override("zh-hans"):
        assert in_words(error) == "2026年3月6日尚未到来。"
    with override("en"):
        assert in_words(error) == "The day 6 Mar 2026 has not come yet."
    assert error.message == "The day 2026-03-06 has not come yet."


def test_the_reason_inside_a_refusal_is_translated_too():
    error = RuleError(
        "bad_facts",
        "The facts of the document are wrong at %(field)s: %(reason)s.",
        field="mark",
        reason="1 to %(most)s characters are wanted",
        most=20,
    )
    with override("zh-hans"):
        assert in_words(error) == "文书内容有误（mark）：须为1至20个字符。"
    assert error.message == "The facts of the document are wrong at mark: 1 to 20 characters are wanted."
