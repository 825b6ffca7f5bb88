"""The project's own fonts: whole, sufficient, and the only ones."""

import hashlib
import os
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from django.utils.html import escape
from fontTools.ttLib import TTFont

from notices.pdf import fontset
from notices.pdf.check_print import check_print
from notices.pdf.engine import Page, write
from notices.pdf.gloss import RUNNING
from notices.rules.text import clean


def test_fonts_are_the_ones_recorded() -> None:
    recorded = {}
    for line in (fontset.FONTS / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        recorded[name] = digest
    found = {
        f"fonts/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in fontset.FONTS.glob("*.ttf")
    }
    assert found == recorded


def test_every_font_has_a_space_and_the_project_covers_the_rare_names() -> None:
    for path in fontset.FONTS.glob("*.ttf"):
        assert 0x20 in TTFont(path, lazy=True).getBestCmap(), path.name
    assert fontset.missing("赟玥喆㛃𬍛䶮〔2026〕№①") == ()
    assert fontset.missing("甲😀\n乙😀") == ("😀",)


def test_every_stack_can_print_whatever_any_of_our_fonts_can() -> None:
    assert {name.split()[0] for name in fontset.stacks()} == {"form.css", "gloss.css", "letter.css"}
    left_out = frozenset.union(*fontset._families().values()) - fontset.printable()
    assert {unicodedata.category(chr(code))[0] for code in left_out - {0x2027}} == {"M"}
    assert fontset.missing("买买提‧吐尔逊·买买提") == ("‧",)
    assert len(fontset.printable()) > 30_000


def test_character_that_one_stack_lacks_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notices.pdf.fontset.stacks", lambda: {"a": ("GW Song", "GW Kai"), "b": ("GW Song",)})
    fontset.printable.cache_clear()
    try:
        assert fontset.missing("甲☑乙") == ("☑",)
    finally:
        fontset.printable.cache_clear()


def test_only_stacks_that_can_print_everything_print_text() -> None:
    """Other stacks stand on page numbers, on the words of a preview and on the marks that templates write."""
    own = re.compile(r"([^{};]*)\{[^{}]*font(?:-family)?:[^;{}]*\"GW")
    found = {
        selector.strip().splitlines()[-1].strip()
        for path in fontset.STYLES.glob("*.css")
        for selector in own.findall(path.read_text())
    }
    assert found == {"@bottom-right", "@bottom-left", "@bottom-center", "@top-center", ".watermark", ".box", ".mark"}


ODD = "‛‟․☐☑☒𪭢𫟄𫷉𬘢𭎂𮝴"  # GW Song, the last face of every stack, has none of them


def test_characters_that_few_faces_have_are_printed_in_every_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    assert fontset.missing(ODD) == ()
    print_in_every_stack(ODD, monkeypatch)


@pytest.mark.slow
def test_every_printable_character_is_printed_in_every_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    print_in_every_stack(clean("".join(chr(code) for code in sorted(fontset.printable()))), monkeypatch)


def print_in_every_stack(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in fontset.stacks():
        style, stack = name.split()
        html = f'<html lang="zh-CN"><body><p style="font-family: var(--{stack})">{escape(text)}</p></body></html>'
        monkeypatch.setattr("notices.pdf.engine.html_of", lambda page, html=html: html)
        done = write(Page("letter.html", {}, (style,), issued_on=date(2026, 3, 6)), "x")
        check_print(done.pdf, done.html, running=RUNNING if style == "gloss.css" else "")


def test_fontconfig_sees_the_project_fonts_only() -> None:
    conf = Path(os.environ["FONTCONFIG_FILE"]).read_text()
    assert str(fontset.HERE / "fonts.conf") in conf
    ours = (fontset.HERE / "fonts.conf").read_text()
    assert ours.count("<dir") == 1
    assert '<dir prefix="relative">fonts</dir>' in ours


def test_unwritable_cache_directory_is_replaced_by_a_passing_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("VAR_DIR", str(blocked))
    found = fontset._cache_directory()
    assert found.is_dir()
    assert blocked not in found.parents


def test_configuration_is_written_once_and_names_a_writable_cache(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("FONTCONFIG_FILE", "")
    fontset._point_fontconfig()
    conf = Path(os.environ["FONTCONFIG_FILE"])
    first = conf.stat().st_mtime_ns
    assert f"<cachedir>{conf.parent}</cachedir>" in conf.read_text()
    fontset._point_fontconfig()
    assert conf.stat().st_mtime_ns == first
    assert [path.name for path in conf.parent.iterdir()] == ["fonts.conf"]
