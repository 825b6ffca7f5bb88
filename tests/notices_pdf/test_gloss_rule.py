"""The rule of glosses: every sentence of the memory is found again, whatever stands in its places, and alone."""

import datetime
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notices.packs.gloss_memory import gloss_memory, memory_version
from notices.pdf.fontset import missing
from notices.rules.gloss import Memory, Piece, Sentence, _filled, gloss, type_of, written_date
from notices.rules.gloss_law import Act, numeral
from notices.rules.layout import document_date
from tests.notices_pdf.gloss_reading import HAN, english_of

MEMORY = gloss_memory()
PLACED = [sentence for sentence in MEMORY.sentences if sentence.places]
TYPED = st.text("甲乙丙丁戊己庚辛壬癸", min_size=2, max_size=6)  # what no sentence of the memory has
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))
HELD = {
    "date": DAYS.map(document_date),
    "moment": DAYS.map(lambda day: f"{document_date(day)}（星期{'一二三四五六日'[day.weekday()]}）9时30分"),
    "time": st.just("09时05分"),
    "n": st.integers(1, 400).map(str),
    "numeral": st.sampled_from(["一", "十二"]),
    "class": st.sampled_from(["AA", "C"]),
    "we": st.sampled_from(["我局", "我所"]),
    "you": st.sampled_from(["你局", "你所", "你单位"]),
    "number": st.integers(1, 99).map(lambda serial: f"嘉市监约〔2026〕{serial}号"),
    "law": st.sampled_from(["《中华人民共和国产品质量法》第七条、第八条", "国市监质监发〔2023〕38号 三"]),
    "words": st.sampled_from(["重点监管", "负责收件的人"]),
    "list": st.just("重点监管"),
    "name": TYPED,
    "phrase": TYPED,
    "text": TYPED.map(lambda text: f"{text}。{text}。"),
}


def _check(sentence: Sentence, held: dict[str, str]) -> None:
    text = re.sub(r"\{(\w+)\}", lambda place: held[place[1]], sentence.zh)
    readings = [
        (filled[0], other.fixed, other.zh, filled[1])
        for other, match in MEMORY.matches(text)
        if (filled := _filled(MEMORY, other, match)) is not None
    ]
    best = max(readings)
    rivals = {line for said, fixed, _zh, line in readings if (said, fixed) == best[:2]}
    assert len(rivals) == 1, f"{text}: {rivals}"
    assert gloss(MEMORY, text) == best[3], text
    assert best[2] == sentence.zh, f"{sentence.zh} is read as {best[2]}"
    for place, value in held.items():
        if type_of(place) in {"name", "phrase", "number", "text", "n", "class"}:
            assert value in english_of(best[3])


PLAIN = {
    "date": "2026年3月6日", "moment": "2026年3月12日（星期四）9时", "time": "09时05分", "n": "15", "numeral": "三",
    "class": "C", "we": "我局", "you": "你单位", "number": "嘉市监约〔2026〕1号",
    "law": "《中华人民共和国产品质量法》第七条",
    "words": "重点监管", "list": "重点监管", "name": "甲乙丙", "phrase": "丁戊", "text": "己庚辛。壬癸。",
}  # fmt: skip


def test_every_sentence_is_read_as_itself() -> None:
    for sentence in PLACED:
        _check(sentence, {place: PLAIN[type_of(place)] for place in sentence.places})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_sentence_is_read_as_itself_whatever_it_holds(data: st.DataObject) -> None:
    sentence = data.draw(st.sampled_from(PLACED))
    _check(sentence, {place: data.draw(HELD[type_of(place)]) for place in sentence.places})


@given(DAYS)
def test_a_date_is_the_same_day_in_english(day: datetime.date) -> None:
    assert gloss(MEMORY, document_date(day)) == (Piece(written_date(day)),)
    assert datetime.datetime.strptime(written_date(day), "%d %B %Y").date() == day


@given(TYPED)
def test_what_the_memory_does_not_hold_stays_as_issued(text: str) -> None:
    assert gloss(MEMORY, text) == (Piece(text, chinese=True),)
    assert gloss(MEMORY, f"二、{text}") == (Piece("2. "), Piece(text, chinese=True))


def test_sentences_are_found_between_those_that_were_written_for_the_matter() -> None:
    line = gloss(MEMORY, "经核查，设备已更换。你单位表示无意见。其余不变。")
    assert [piece.chinese for piece in line] == [False, True, False, True]
    assert line[2].text.strip() == "Your unit declared that it has no views."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "《中华人民共和国行政处罚法》第四十二条、第四十三条、第五十五条",
            "Articles 42, 43 and 55 of the Administrative",
        ),
        ("市场监督管理行政处罚程序规定第八十二条第（三）项", "Article 82(3) of the Provisions on the Procedure"),
        ("国市监质监发〔2023〕38号 二（一）", "Part 2(1) of the Guiding Opinion"),
        ("工业企业产品质量分类监管试行办法 第十八条（四）2", "Article 18(4), point 2 of the Trial Measures"),
        ("《不知名办法》第三条", "Article 3 of 《不知名办法》"),
    ],
)
def test_acts_are_cited_by_their_english_title_with_the_chinese_beside_it(text: str, said: str) -> None:
    line = gloss(MEMORY, text)
    assert english_of(line).startswith(said)
    assert any(piece.chinese for piece in line)


def test_the_act_is_named_as_issued_even_where_its_title_has_a_title_in_it() -> None:
    act = "《关于〈甲〉的通知》（国市监质监发〔2023〕38号，以下简称《指导意见》）"
    line = gloss(MEMORY, f"依据{act}的规定，我局拟将你单位列入2026年度生产单位重点监管名单。")
    assert Piece(act, chinese=True) in line
    assert "this Bureau proposes to enter your unit on the 2026 list" in english_of(line)


@pytest.mark.parametrize(("text", "value"), [("三", 3), ("十", 10), ("十八", 18), ("八十二", 82), ("一百零三", 103)])
def test_chinese_figures(text: str, value: int) -> None:
    assert numeral(text) == value


@pytest.mark.parametrize(
    ("zh", "en"),
    [("自{date}起。", "From."), ("{colour}。", "{colour}."), ("{name}{text}。", "{name}{text}."), ("无。", "{n}")],
)
def test_a_sentence_whose_places_do_not_agree_is_refused(zh: str, en: str) -> None:
    with pytest.raises(ValueError, match="place"):
        Sentence(zh, en)


def test_two_glosses_of_one_text_are_refused() -> None:
    with pytest.raises(ValueError, match="two glosses"):
        Memory([Sentence("无。", "None."), Sentence("无。", "Nothing.")], [Act("某法", "Some Law")])


def test_english_is_english_and_can_be_printed() -> None:
    for sentence in MEMORY.sentences:
        assert not HAN.search(sentence.en), sentence
        assert not missing(sentence.en), sentence
        assert "  " not in sentence.en, sentence
        ends = sentence.zh[-1] in "。；：", sentence.en[-1] in ".;:"
        assert ends[1] or not ends[0], sentence
    assert re.fullmatch(r"[0-9a-f]{12}", memory_version())
