"""Every layout prints what an archive may keep: PDF/A-3a, as far as we can read it out of the file."""

from dataclasses import replace
from datetime import date

import pytest

from notices.pdf.facts import ListFacts, ListRow
from notices.pdf.render import render
from tests.notices_pdf import samples
from tests.notices_pdf.archival import faults
from tests.notices_pdf.test_faster import ONE_OF_A_LAYOUT


@pytest.mark.parametrize("kind", ONE_OF_A_LAYOUT)
def test_a_document_is_fit_for_an_archive(kind: str) -> None:
    assert faults(render(kind, samples.SAMPLES[kind]().to_json()).pdf) == []


def test_a_list_and_a_sheet_set_in_stretches_are_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.pdf.unit_lists.STRETCH", 40)
    monkeypatch.setattr("notices.pdf.long_sheets.STRETCH", 40)
    row = ListRow("嘉兴示例厂", "91330402MATE000001", "凤桥镇", date(2026, 3, 2), "发现缺陷。")
    units = ListFacts("名单", "嘉兴市市场监督管理局", "嘉市监名单〔2026〕1号", 1, date(2026, 3, 6), "三", (row,) * 60)
    assert faults(render("unit_list", units.to_json()).pdf) == []
    sheet = samples.SAMPLES["responsibility_list"]()
    table = sheet.parts[0]
    long = replace(sheet, parts=(replace(table, rows=table.rows * 20), *sheet.parts[1:]))
    assert faults(render("responsibility_list", long.to_json()).pdf) == []


def test_a_fault_is_found() -> None:
    pdf = render("interview_notice", samples.interview_notice().to_json()).pdf
    assert faults(pdf + b"more") == ["6.1.3 something after the end of the file"]
    assert "6.6.4 not named as PDF/A-3B" in faults(pdf, "B")
