"""The papers about bodies and the kept lists on paper: the annex's columns, whole rows, no row lost, data carried."""

import json
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from notices.pdf.codec import BadFacts
from notices.pdf.render import render
from tests.notices_pdf import measure, samples_bodies


def pages_of(facts):
    return [measure.text_of(page) for page in measure.opened(facts)]


def test_the_oversight_list_has_head_and_columns_of_annex_3() -> None:
    text = "".join(pages_of(samples_bodies.oversight_list())).replace("\n", "")
    for words in ("督查主体", "督查对象", "督查内容", "编号", "督查事项", "具体任务", "是否落实", "亮点成效"):
        assert words in text
    assert text.count("√") == 3 + 1  # three rows and the note
    assert "嘉市监督查〔2026〕1号" in text


def test_a_section_cut_by_the_end_of_a_sheet_is_named_on_both() -> None:
    facts = samples_bodies.oversight_list()
    row = facts.rows[0]
    rows = tuple(replace(row, number=f"1.{at}", text=f"第{at}项任务" + "，逐项落实" * 6) for at in range(1, 41))
    pages = pages_of(replace(facts, rows=rows, summary=""))
    with_rows = [page for page in pages if "项任务" in page]
    assert len(with_rows) > 1
    for page in with_rows:
        assert "法律法规政" in page
        assert "是否落实" in page
    assert sum(page.count("项任务，逐项落实") for page in pages) == 40


def test_a_list_without_rows_is_refused() -> None:
    with pytest.raises(BadFacts):
        render("oversight_list", replace(samples_bodies.oversight_list(), rows=()).to_json())


def test_a_long_responsibility_list_loses_no_row_and_repeats_its_head() -> None:
    pages = pages_of(samples_bodies.responsibility_list(300))
    text = "".join(pages)
    assert all(f"嘉兴示例{at}号电器" in text for at in range(1, 301))
    assert all("统一社会信用代码" in page for page in pages[:-1])
    first = measure.opened(samples_bodies.responsibility_list())[0].rect
    assert first.width > first.height


def test_a_task_list_carries_code_and_data_only_once_it_is_kept() -> None:
    kept = samples_bodies.supervision_task_list()
    bare = replace(kept, number="", verify_url="")
    printed = {
        name: PdfReader(BytesIO(render(each.kind, each.to_json()).pdf))
        for name, each in (("kept", kept), ("bare", bare))
    }
    assert json.loads(printed["kept"].attachments["facts.json"][0])["number"] == kept.number
    assert not printed["bare"].attachments
    assert "扫码核验" in "".join(page.extract_text() for page in printed["kept"].pages)
    assert "扫码核验" not in "".join(page.extract_text() for page in printed["bare"].pages)
