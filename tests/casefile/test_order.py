"""The order of the file, by 市场监督管理行政处罚程序规定 第七十八条: vectors, and what holds of every case."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.models import Attachment
from notices.packs import document_kinds, filing_law
from notices.rules.file_order import Paper, order_of
from workflow.selectors.case_words import OUTCOMES

LAW = filing_law()
SECTIONS = [section.code for section in LAW.sections]


def day(number: int) -> date:
    return date(2026, 3, 1) + timedelta(days=number)


def keys(papers: list[Paper]) -> tuple[list[str], list[str]]:
    volumes = order_of(papers, LAW)
    return [placed.key for placed in volumes["main"]], [placed.key for placed in volumes["sub"]]


def test_the_sections_stand_in_the_order_of_the_article() -> None:
    assert [(s.volume, s.clause.removeprefix("第七十八条")) for s in LAW.sections] == [
        ("main", "第二款第（一）项"), ("main", "第二款第（二）项"), ("main", "第二款第（三）项"),
        ("main", "第二款第（四）项"), ("main", "第二款第（五）项"), ("main", "第二款第（七）项"),
        ("sub", "第三款第（一）项"), ("sub", "第三款第（二）项"), ("sub", "第三款第（三）项"),
        ("sub", "第三款第（五）项"), ("sub", "第三款第（六）项"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("rectification_order", "decisions"),
        ("interview_notice", "letters"),
        ("return_visit_record", "evidence"),
        ("general_rules_form", "findings"),
        ("reminder_letter", "sub_other"),
        ("a_letter_of_tomorrow", "letters"),
    ],
)
def test_where_a_document_stands(kind: str, section: str) -> None:
    assert LAW.of_document(kind, served=True, voided=False) == section
    assert LAW.of_document(kind, served=True, voided=True) == "sub_other"


def test_an_unknown_paper_that_does_not_go_out_stays_in_the_sub_file() -> None:
    assert LAW.of_document("a_paper_of_tomorrow", served=False, voided=False) == "sub_other"


@pytest.mark.parametrize(
    ("step", "section"),
    [
        ("approve_inspection", "opening"), ("propose_class", "findings"), ("decide_grassroots", "reviews"),
        ("file_province", "reviews"), ("record_views", "hearing"), ("close_case", "closing"), ("draft_order", None),
        ("a_step_of_tomorrow", "reviews"),
    ],
)  # fmt: skip
def test_where_an_opinion_stands(step: str, section: str | None) -> None:
    assert LAW.of_step(step) == section


def test_the_data_name_only_what_there_is() -> None:
    named = [*LAW.documents.values(), *LAW.document_default.values(), *LAW.attachments.values(), LAW.step_default]
    named += [LAW.voided, LAW.attachment_default, LAW.origin, LAW.ending, LAW.course]
    assert {*named, *filter(None, LAW.steps.values())} <= set(SECTIONS)
    assert set(LAW.documents) <= set(document_kinds())
    assert set(LAW.attachments) <= set(Attachment.Purpose.values)
    assert set(LAW.steps) <= {key.partition(":")[0] for key in OUTCOMES}


def test_papers_stand_by_section_then_by_day_and_what_belongs_to_one_follows_it() -> None:
    papers = [
        Paper("visit", "evidence", day(1)),
        Paper("notice", "letters", day(2)),
        Paper("order", "decisions", day(9)),
        Paper("receipt", "letters", day(30), "notice"),
        Paper("photo of the receipt", "evidence", day(0), "receipt"),
        Paper("second receipt", "letters", day(31), "notice"),
        Paper("later notice", "letters", day(3)),
        Paper("approval", "opening", day(5)),
        Paper("source", "source", day(0)),
        Paper("review", "reviews", day(1)),
        Paper("closing", "closing", day(40)),
    ]
    main, sub = keys(papers)
    assert main == [
        "approval", "order", "notice", "receipt", "photo of the receipt", "second receipt", "later notice", "visit",
    ]  # fmt: skip
    assert sub == ["source", "review", "closing"]


def test_of_one_day_the_earlier_written_stands_first() -> None:
    assert keys([Paper("b", "evidence", day(1)), Paper("a", "evidence", day(1))])[0] == ["b", "a"]


def test_what_belongs_to_a_paper_that_is_not_filed_stands_by_itself() -> None:
    assert keys([Paper("receipt", "letters", day(1), "draft")])[0] == ["receipt"]


def test_each_place_has_its_ground() -> None:
    (placed,) = order_of([Paper("order", "decisions", day(1))], LAW)["main"]
    assert placed.ground.clause == "市场监督管理行政处罚程序规定 第七十八条第二款第（二）项"
    assert placed.ground.text == "列入正卷“决定文书及送达回证”"


@pytest.mark.parametrize(
    "papers",
    [
        [Paper("a", "nowhere", day(1))],
        [Paper("a", "evidence", day(1)), Paper("a", "letters", day(2))],
        [Paper("a", "evidence", day(1), "b"), Paper("b", "evidence", day(1), "a")],
        [Paper("a", "evidence", day(1), "a")],
    ],
    ids=["unknown section", "twice", "circle", "its own parent"],
)
def test_what_no_case_leads_to_is_refused(papers: list[Paper]) -> None:
    with pytest.raises(ValueError, match="a"):
        order_of(papers, LAW)


@st.composite
def cases(draw: st.DrawFn) -> list[Paper]:
    number = draw(st.integers(0, 25))
    papers = []
    for place in range(number):
        parent = draw(st.integers(-3, place - 1)) if place else -1
        section, on = draw(st.sampled_from(SECTIONS)), day(draw(st.integers(0, 9)))
        papers.append(Paper(str(place), section, on, str(parent) if parent >= 0 else ""))
    return papers


@given(cases())
def test_every_paper_is_filed_once_and_behind_what_it_belongs_to(papers: list[Paper]) -> None:
    main, sub = keys(papers)
    placed = {key: place for place, key in enumerate([*main, *sub])}
    assert sorted(placed) == sorted(paper.key for paper in papers)
    assert len(placed) == len(main) + len(sub)
    for paper in papers:
        assert not paper.parent or placed[paper.parent] < placed[paper.key]
    sections = {paper.key: SECTIONS.index(paper.section) for paper in papers}
    roots = [sections[key] for key in [*main, *sub] if not next(p for p in papers if p.key == key).parent]
    assert roots == sorted(roots)
