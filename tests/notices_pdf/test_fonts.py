"""The project's own fonts: whole, sufficient, and the only ones."""

import hashlib
import os
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from notices.pdf import fontset


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
