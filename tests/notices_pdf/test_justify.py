"""Lines of Chinese fill the measure, whatever inline markup they hold, and loose ones stay ragged."""

from typing import Any

import pytest

from notices.pdf import justify
from notices.pdf.engine import Page, write
from notices.rules import layout
from tests.notices_pdf import measure, samples

RIGHT_EDGE = layout.BINDING_MARGIN + layout.TYPE_WIDTH


def printed(markup: str, monkeypatch: pytest.MonkeyPatch) -> list[measure.Line]:
    """The lines of one justified paragraph with this markup."""
    html = f'<html lang="zh-CN"><body><div class="body"><p>{markup}</p></div></body></html>'
    monkeypatch.setattr("notices.pdf.engine.html_of", lambda page: html)
    facts = samples.reminder_letter()
    pdf = write(Page("letter.html", {}, ("letter.css",), issued_on=facts.date), "x").pdf
    return [line for line in measure.lines(measure.pages(pdf)[0]) if line.size == layout.BODY_SIZE]


@pytest.mark.parametrize(
    "markup",
    [
        "产品质量2026年3月6日" * 12,
        "产品<span>质量2026年</span>3月<b>6</b>日" * 12,
        "产品质量<span style='display:inline-block'>2026</span>年3月6日" * 12,
        "产品质量\u200b2026年3月6日" * 12,
    ],
)
def test_every_line_but_the_last_reaches_the_right_edge(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    *full, last = printed(markup, monkeypatch)
    assert len(full) >= 3
    assert all(line.right == pytest.approx(RIGHT_EDGE, abs=0.5) for line in full)
    assert last.right < RIGHT_EDGE


def test_line_that_would_need_wide_gaps_stays_ragged(monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_ = printed("产品质量" + "A" * 50 + "安全" * 30, monkeypatch)
    monkeypatch.setattr("notices.pdf.justify.LARGEST_GAP", 9)
    stretched, *_ = printed("产品质量" + "A" * 50 + "安全" * 30, monkeypatch)
    assert first.text == stretched.text
    assert first.right < RIGHT_EDGE - 1
    assert stretched.right == pytest.approx(RIGHT_EDGE, abs=0.7)


def test_installing_again_changes_nothing() -> None:
    from weasyprint.text import line_break

    before: Any = line_break.Layout.set_text
    justify.install()
    assert line_break.Layout.set_text is before
