"""The supervision task list on paper: the annex word for word, no cell over two sheets, nothing lost."""

from datetime import date

import pymupdf
import pytest

from cases.packs.loader import load_pack
from cases.rules.task_list import planned_lines
from cases.selectors.task_sheets import sections_of
from notices.pdf.codec import BadFacts
from notices.pdf.facts import TaskListFacts, TaskRow
from notices.pdf.render import render
from notices.pdf.task_lists import NOTES


def facts(code="production", remark="", points=()):
    planned = planned_lines(
        sections=sections_of(load_pack("samr-2023-38").task_lists[code]), body_tasks={}, unit_points=points
    )
    rows = tuple(
        TaskRow(line.section, line.key_work, line.number, line.text, "×" if remark else "√", remark) for line in planned
    )
    return TaskListFacts(
        list=code, organ="嘉兴市南湖区市场监督管理局", enterprise="浙江鸳湖儿童用品有限公司", uscc="91330402MATEXT01X5",
        period="2026-H2", level="县", tier="C", department="产品质量安全监管科", contact="沈国良　0573-8200 0000",
        date=date(2026, 11, 26), rows=rows, officers=("王建国", "陈晓"), checked_on=date(2026, 11, 18),
    )  # fmt: skip


def text_of(pdf):
    with pymupdf.open(stream=pdf) as document:
        return "".join("".join(page.get_text().split()) for page in document), document.page_count


@pytest.mark.parametrize("code", ["production", "sales"])
def test_every_task_stands_on_the_paper_with_its_mark(code):
    given = facts(code)
    text, _pages = text_of(render("supervision_task_list", given.to_json()).pdf)
    for row in given.rows:
        assert "".join(row.text.split()) in text
    assert text.count("√") == len(given.rows) + 2  # and twice in the notes
    assert all("".join(note.split()) in text for note in NOTES)
    assert {"production": "（生产单位类）", "sales": "（销售单位类）"}[code] in text
    assert "填表日期：2026年11月18日" in text


def test_a_long_list_repeats_its_head_and_cuts_no_cell():
    given = facts(
        remark="出厂检验记录不全，无法追溯到批次，已要求企业补齐并说明原因。" * 3, points=("喷涂：每班检测",) * 12
    )
    rendered = render("supervision_task_list", given.to_json())
    text, pages = text_of(rendered.pdf)
    assert pages > 2
    assert text.count("具体任务") == pages
    for row in given.rows:
        assert "".join(row.remark.split()) in text


def test_the_same_facts_give_the_same_bytes():
    first, second = (render("supervision_task_list", facts().to_json()) for _ in range(2))
    assert first.sha256 == second.sha256


def test_a_list_without_tasks_is_refused():
    with pytest.raises(BadFacts):
        render("supervision_task_list", TaskListFacts(**{**facts().__dict__, "rows": ()}).to_json())
