"""Citations are read however they are written, and every one the programme makes leads to a document that is known."""

import ast
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.packs.clauses import clause_at_end, clauses_of, documents
from cases.packs.loader import all_packs, load_deadline_rules, load_pack
from cases.packs.risk_matrix import risk_matrix
from cases.packs.settings import open_settings
from cases.rules.citations import Citation, cited_lines, numeral, read_citations
from notices.packs import document_kinds, filing_law, service_law
from workflow.steps import STEPS

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = {
    "工业企业产品质量分类监管试行办法": "measures",
    "试行办法": "measures",
    "通用规则": "rules",
    "38号": "guidance",
}
LABELS = {"rules": ("监督检查人员意见",)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("试行办法 第十八条", [("measures", "条18")]),
        ("试行办法第18条", [("measures", "条18")]),
        ("试行办法 art. 18", [("measures", "条18")]),
        ("工业企业产品质量分类监管试行办法 第十八条（四）4", [("measures", "条18", "4", "4")]),
        ("《工业企业产品质量分类监管试行办法》第十八条第（四）项", [("measures", "条18", "4")]),
        ("《工业企业产品质量分类监管试行办法》的第十八条第四项", [("measures", "条18", "项4")]),
        ("试行办法 第二十条第二款", [("measures", "条20", "款2")]),
        ("试行办法 第十一条、通用规则第14项", [("measures", "条11"), ("rules", "项14")]),
        ("试行办法 第八条、第十八条；", [("measures", "条8"), ("measures", "条18")]),
        ("试行办法 《通用规则》备注（二）", [("rules", "备注", "2")]),
        ("通用规则 监督检查人员意见", [("rules", "监督检查人员意见")]),
        ("38号 二（一）", [("guidance", "2", "1")]),
        ("38号 二(一)", [("guidance", "2", "1")]),
        ("38号 三", [("guidance", "3")]),
        ("38号 四2", [("guidance", "4", "2")]),
        ("38号 附件1 说明3", [("guidance", "附件1", "说明3")]),
        ("38号 附件2 2.1", [("guidance", "附件2", "2.1")]),
        ("试行办法 第四十五条（参照）", [("measures", "条45")]),
        ("试行办法", [("measures",)]),
        ("内部办理时限", []),
        ("第十八条", []),
        ("", []),
    ],
)
def test_a_citation_names_a_document_and_a_place_in_it(text: str, expected: list[tuple[str, ...]]) -> None:
    found = read_citations(text, NAMES, LABELS)
    assert found == tuple(Citation(document, path) for document, *rest in expected for path in [tuple(rest)])


@given(st.integers(min_value=1, max_value=999))
def test_numerals_are_read_as_they_are_written(number: int) -> None:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    digits = "零一二三四五六七八九"
    words = f"{digits[hundreds]}百" if hundreds else ""
    words += f"{digits[tens]}十" if tens else ("零" if hundreds and ones else "")
    words += digits[ones] if ones else ""
    assert numeral(words) == numeral(str(number)) == number
    if words.startswith("一十"):
        assert numeral(words[1:]) == number


@given(st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for citation in read_citations(text, NAMES, LABELS):
        assert citation.document in NAMES.values()


ARTICLE = ("第十八条要求：", "（一）信用", "1. 报告", "2. 检查", "（四）加严", "1.报告", "4.约谈", "末款")


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        ((), (0, 1, 2, 3, 4, 5, 6, 7)),
        (("1",), (0, 1, 2, 3)),
        (("4",), (0, 4, 5, 6, 7)),
        (("1", "2"), (0, 1, 3)),
        (("4", "4"), (0, 4, 6, 7)),
        (("4", "9"), (0, 4, 5, 6, 7)),
        (("9",), (0, 1, 2, 3, 4, 5, 6, 7)),
        (("款8",), (0, 7)),
        (("款9",), (0, 1, 2, 3, 4, 5, 6, 7)),
    ],
)
def test_an_item_is_shown_with_the_words_that_open_it(steps: tuple[str, ...], lines: tuple[int, ...]) -> None:
    assert cited_lines(ARTICLE, steps) == lines


def test_an_article_that_begins_with_an_item_has_no_words_before_it() -> None:
    assert cited_lines(("备注：（一）适用", "（二）评定", "（三）细则"), ("2",)) == (1,)


def test_the_text_at_hand_is_that_of_the_item_cited() -> None:
    (clause,) = clauses_of("试行办法 第十八条（四）4")
    assert [paragraph.text[:6] for paragraph in clause.paragraphs] == ["第十八条基层", "（四）对C类", "4.根据监督"]
    assert [paragraph.skipped for paragraph in clause.paragraphs] == [False, True, True]
    assert clause.paragraphs[2].gloss.startswith("4. according to the inspection")


def test_a_document_whose_text_no_source_holds_keeps_its_citation_alone() -> None:
    (clause,) = clauses_of("行政处罚法 第四十二条")
    assert (clause.title, clause.paragraphs, clause.whole) == ("中华人民共和国行政处罚法", (), False)


def test_a_refusal_ends_with_its_clause() -> None:
    assert clause_at_end("不得重复（国市监质监发〔2023〕38号 二（一））") == "国市监质监发〔2023〕38号 二（一）"
    assert clause_at_end("不得重复（今日）") == ""
    assert clause_at_end("试行办法 第十二条") == ""


def test_the_items_of_the_form_stand_here_as_they_stand_in_the_pack() -> None:
    classes = load_pack("national-2012").classes
    assert classes is not None
    for item in classes.items:
        (clause,) = clauses_of(f"通用规则 第{item.number}项")
        (paragraph,) = clause.paragraphs
        assert paragraph.text == f"{'*' if item.starred else ''}{item.number}、{item.text}"


def test_whatever_has_a_gloss_has_it_whole() -> None:
    for document in documents().values():
        assert document.title
        assert document.title_en
        for article in document.articles.values():
            assert all(text.strip() for text in (*article.texts, *article.glosses)), (document.code, article.at)


# --- what the programme cites -----------------------------------------------------------------------------------------

OURS = ("内部办理", "无明文规定", "–")
"""What rests on no published source says so."""
OF_REGIONS = ("东莞", "兵团", "没有县级部门", "省直辖县级行政区划")
"""Why an area is tiered otherwise: how its bodies stand, and no provision."""


def _clauses_in(value: Any) -> Iterator[str]:
    """Every text of a field that is named a clause, however deep."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            inner = getattr(value, field.name)
            if field.name.endswith("clause") and isinstance(inner, str):
                yield inner
            else:
                yield from _clauses_in(inner)
    elif isinstance(value, dict) or hasattr(value, "items"):
        for key, inner in value.items():
            if str(key).endswith("clause") and isinstance(inner, str):
                yield inner
            else:
                yield from _clauses_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _clauses_in(inner)


def _named_in_code() -> Iterator[str]:
    """Literals that cite an article or a document by number, outside of docstrings and of the words of letters."""
    looks = re.compile(r"^《?\S{2,40}》? (第\S{1,8}[条项]|[一二三四五六七八九十]（|备注|附件\d)|〔\d{4}〕\d+号$")
    rooms = ("cases/guards", "cases/rules", "cases/services", "notices/guards", "notices/rules", "notices/services")
    for room in (*rooms, "workflow/services", "workflow/views"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if {"facts", "import_kinds"} & set(path.parts) or path.name == "component_sheet.py":
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in docs)
            values = (node.value for node in texts if isinstance(node.value, str) and len(node.value) < 60)
            yield from filter(looks.search, values)


def _cited() -> set[str]:
    cited = {step.clause for step in STEPS.values()}
    cited |= {rule.basis for rule in load_deadline_rules().values()}
    cited |= {kind.clause for kind in document_kinds().values()}
    cited |= {setting.basis for setting in open_settings().values()}
    cited |= {f"{filing_law().act} {section.clause}" for section in filing_law().sections}
    cited |= {f"{service_law().act}{clause}" for clause in service_law().clauses.values()}
    cited |= {risk_matrix().clause}
    cited |= set(_named_in_code())
    cited -= {""}
    for pack in all_packs().values():
        cited |= set(_clauses_in(pack)) - {value.clause for value in pack.settings.values() if hasattr(value, "clause")}
    return cited


def test_every_citation_leads_to_a_document_that_is_known() -> None:
    cited = _cited()
    assert len(cited) > 100, "too few were found to mean anything"
    assert sorted(text for text in cited if not clauses_of(text) and not text.startswith((*OURS, *OF_REGIONS))) == []


def test_whatever_is_cited_of_the_sources_at_hand_has_its_text() -> None:
    """A citation of the documents whose text we keep opens a text, unless it cites the whole document."""
    kept = {document.title for document in documents().values() if document.articles}
    bare = {
        text
        for text in _cited()
        for clause in clauses_of(text)
        if clause.title in kept and not clause.paragraphs and not clause.whole
    }
    assert sorted(bare) == []


def test_every_kind_of_document_and_every_step_says_what_it_rests_on() -> None:
    assert [kind.kind for kind in document_kinds().values() if not clauses_of(kind.clause)] == []
    assert [step.code for step in STEPS.values() if not clauses_of(step.clause)] == []
