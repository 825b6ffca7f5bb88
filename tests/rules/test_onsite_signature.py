"""What was drawn on the glass is read strictly, and what was signed is told by its hash."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.rules.errors import RuleError
from cases.rules.onsite_signature import HEIGHT, MOST_POINTS, WIDTH, content_sha256, read_drawing

LINE = [[10 * at, 100, 16 * at] for at in range(20)]


def sent(strokes: Any = None, **changes: Any) -> str:
    told = {"strokes": [LINE] if strokes is None else strokes, "at": "2026-11-26T10:42:16.120Z", "content": "0" * 64}
    return json.dumps(told | changes)


def test_a_drawing_is_read_with_its_time_and_what_was_signed() -> None:
    drawing = read_drawing(sent(), "sign_lead")
    assert drawing.strokes[0][1] == (10, 100, 16)
    assert drawing.drawn_at.isoformat() == "2026-11-26T10:42:16.120000+00:00"
    assert drawing.sha256 != read_drawing(sent(content="1" * 64), "sign_lead").sha256


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no json", "signature_unreadable"),
        ("[]", "signature_unreadable"),
        (sent(strokes=[[[1, 2]]]), "signature_unreadable"),
        (sent(strokes=[[[1.5, 2, 3]]]), "signature_unreadable"),
        (sent(strokes=[[[True, 2, 3]]]), "signature_unreadable"),
        (sent(strokes=[[[WIDTH + 1, 2, 3]]]), "signature_unreadable"),
        (sent(strokes=[[[1, HEIGHT + 1, 3]]]), "signature_unreadable"),
        (sent(strokes=[[[1, 2, -1]]]), "signature_unreadable"),
        (sent(at="2026-11-26T10:42:16"), "signature_unreadable"),
        (sent(at="yesterday"), "signature_unreadable"),
        (sent(content="<script>"), "signature_unreadable"),
        (sent(strokes=[]), "signature_too_short"),
        (sent(strokes=[[[5, 5, at] for at in range(50)]]), "signature_too_short"),
        (sent(strokes=[LINE * (MOST_POINTS // 20 + 1)]), "signature_too_long"),
        (sent(padding="x" * 200_000), "signature_too_long"),
    ],
)
def test_anything_else_is_refused_at_its_field(text: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        read_drawing(text, "sign_party")
    assert refused.value.code == code
    assert refused.value.details["field"] == "sign_party"


def test_the_hash_of_a_form_is_that_of_the_browser() -> None:
    """Made by static/js/inspection_sign.js from the same values; line ends and blanks are the sender's own."""
    values = {"note": "见 附件\r\n第二行", "item_10": "pass", "item_2": "fail", "risk_level": ""}
    values["evidence_2"] = "缺\u3000标识"
    assert content_sha256(values) == "99fdb10f71fc2e1ffbf1ea66f3f232f780dd2f1f67e06ef80a7f36614beb793e"


@given(st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), st.text(), max_size=5), st.text(min_size=1))
def test_only_blanks_may_differ(values: dict[str, str], more: str) -> None:
    spread = {name: f" {value}\r\n" for name, value in values.items()}
    assert content_sha256(values) == content_sha256(spread)
    if more.strip(" \t\r\n\u3000"):
        assert content_sha256(values) != content_sha256(values | {"note_added": more})
