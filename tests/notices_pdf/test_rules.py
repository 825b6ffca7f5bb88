"""Titles, numbers, dates and printable text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.errors import RuleError
from notices.rules.layout import document_date, mark_size, title_capacity
from notices.rules.numbering import check_number, document_number, normalise_number
from notices.rules.text import UnprintableText, clean
from notices.rules.titles import split_title


def test_date_has_no_leading_zero() -> None:
    assert document_date(date(2026, 3, 6)) == "2026年3月6日"
    assert document_date(date(2026, 11, 21)) == "2026年11月21日"


def test_number_is_made_of_prefix_year_and_serial() -> None:
    assert document_number("嘉市监约", 2026, 1) == "嘉市监约〔2026〕1号"


@pytest.mark.parametrize(
    ("prefix", "year", "serial"),
    [("ABC", 2026, 1), ("嘉", 2026, 1), ("嘉市监", 26, 1), ("嘉市监", 2026, 0), ("", 2026, 1)],
)
def test_parts_that_make_no_number_are_refused(prefix: str, year: int, serial: int) -> None:
    with pytest.raises(RuleError) as refused:
        document_number(prefix, year, serial)
    assert refused.value.code == "bad_document_number"
    assert "7.2.5" in refused.value.clause


@pytest.mark.parametrize(
    "number",
    [
        "国市监质监发〔2023〕38号",
        "嘉市监〔2020〕40号",
        "沪市监产质〔2022〕422号",
        "粤市监规字〔2021〕5号",
        "闽市监质监〔2022〕155号",
        "市监质监（司）函〔2024〕62号",
    ],
)
def test_numbers_of_real_documents_pass(number: str) -> None:
    assert check_number(number)
    assert normalise_number(number) == number


@pytest.mark.parametrize(
    "number",
    [
        "嘉市监[2020]40号",
        "嘉市监〔2020〕040号",
        "嘉市监〔2020〕第40号",
        "嘉市监〔2020〕40",
        "嘉市监〔20〕4号",
        "",
        "嘉市监〔2020〕٤号",
    ],
)
def test_what_is_no_number_does_not_pass(number: str) -> None:
    assert not check_number(number)


@pytest.mark.parametrize(
    "typed",
    [
        "嘉市监〔2017〕7 号",
        " 嘉市监 [2017] 7号",
        "嘉市监（2017）7号",
        "嘉市监【２０１７】７号",
        "嘉市监　〔2017〕　7号\n",
    ],
)
def test_spaces_and_wrong_brackets_are_put_right(typed: str) -> None:
    assert normalise_number(typed) == "嘉市监〔2017〕7号"


@given(
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=20),
    st.integers(1900, 2099),
    st.integers(1, 99_999),
)
def test_every_made_number_passes_and_is_already_normal(prefix: str, year: int, serial: int) -> None:
    number = document_number(prefix, year, serial)
    assert check_number(number)
    assert normalise_number(number) == number


def test_title_that_fits_stays_on_one_line() -> None:
    assert split_title("责令限期整改通知书") == ("责令限期整改通知书",)


def test_long_title_breaks_between_words() -> None:
    assert split_title("关于督促落实产品质量安全主体责任的敦促提醒函") == (
        "关于督促落实产品质量安全主体责任的",
        "敦促提醒函",
    )


def test_three_lines_make_a_lozenge_or_a_trapezium() -> None:
    title = "关于进一步加强工业产品质量安全监督管理工作督促落实企业产品质量安全主体责任并开展自查自纠情况的通知"
    first, second, third = (len(line) for line in split_title(title))
    assert not (second < first and second < third)


@given(st.text(st.sampled_from("关于产品质量安全的、，《》（）通知书有限公司2026A"), min_size=1, max_size=70))
def test_title_lines_are_the_title_and_fit(title: str) -> None:
    lines = split_title(title)
    assert "".join(lines) == title
    assert all(0 < len(line) <= title_capacity() for line in lines)


def test_word_longer_than_a_line_is_cut_all_the_same() -> None:
    assert [len(line) for line in split_title("A" * 30)] == [20, 10]


@pytest.mark.parametrize("length", [90, 200])
def test_title_longer_than_four_lines_is_filled(length: int) -> None:
    lines = split_title("测" * length)
    assert "".join(lines) == "测" * length
    assert max(map(len, lines)) <= title_capacity()


def test_mark_is_made_smaller_until_it_fits() -> None:
    assert mark_size("市局文件") == 46
    assert mark_size("测" * 30) * 30 * 25.4 / 72 == pytest.approx(150, abs=0.1)


@pytest.mark.parametrize(
    ("dirty", "printed"),
    [
        ("甲\x00乙\x0b丙\x1f丁", "甲乙丙丁"),
        ("甲\u200b公\ufeff司\u00ad有限\u200f", "甲公司有限"),
        ("一行\r\n二行\u2028三行", "一行\n二行\n三行"),
        ("甲\t乙\u00a0丙", "甲 乙 丙"),
        ("㛃𬍛\ufa11", "㛃𬍛\ufa11"),  # names keep their characters; nothing is normalised
    ],
)
def test_invisible_characters_are_taken_out(dirty: str, printed: str) -> None:
    assert clean(dirty) == printed


@pytest.mark.parametrize("bad", ["\u202egpj.exe", "\u2066甲", "\ue000", "\ud800", "\ufffe", "\U0010ffff"])
def test_what_changes_the_order_or_has_no_shape_is_refused(bad: str) -> None:
    with pytest.raises(UnprintableText) as refused:
        clean(f"甲{bad}乙")
    assert refused.value.character == bad[0]
    assert f"U+{ord(bad[0]):04X}" in str(refused.value)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    try:
        once = clean(text)
    except UnprintableText:
        return
    assert clean(once) == once
