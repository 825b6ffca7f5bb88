"""The Chinese catalogue holds every text of the program, whole, and nothing besides."""

import re
import shutil
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils.translation import gettext, override

ROOT = Path(__file__).resolve().parent.parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
SOURCES = ("cases", "notices", "workflow", "config", "templates", "static")


def stands_in(path):
    return polib.pofile(str(path), encoding="utf-8")


def named(catalogue):
    return {(entry.msgctxt or "", entry.msgid) for entry in catalogue if not entry.obsolete}


@pytest.fixture(scope="module")
def catalogue():
    return stands_in(ROOT / CATALOGUE)


@pytest.fixture
def extracted(tmp_path, monkeypatch):
    """What the sources say now, taken from a copy of them; the catalogue itself is not touched."""
    if not shutil.which("xgettext"):
        pytest.skip("xgettext (gettext) is not installed: whether the catalogue lacks a text was NOT TESTED")
    for name in SOURCES:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.woff2", "*.ttf"))
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    with override_settings(LOCALE_PATHS=[tmp_path / "locale"]):
        call_command("makemessages", locale=["zh_Hans"], no_location=True, no_wrap=True, verbosity=0)
    return stands_in(tmp_path / CATALOGUE)


def test_every_text_of_the_sources_stands_in_the_catalogue(catalogue, extracted):
    assert len(named(extracted)) > 1500, "the extraction found too little to mean anything"
    assert sorted(named(extracted) - named(catalogue)) == []


def test_the_catalogue_keeps_no_text_the_sources_no_longer_say(catalogue, extracted):
    assert sorted(named(catalogue) - named(extracted)) == []


def test_every_text_is_translated_and_none_is_a_guess(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue.fuzzy_entries()] == []
    assert [entry.msgid for entry in catalogue.obsolete_entries()] == []


def test_translations_fill_the_same_placeholders(catalogue):
    """A plural's one Chinese form may say what either English form says."""
    for entry in catalogue:
        said = [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values())
        allowed = [sorted(PLACEHOLDER.findall(text)) for text in (entry.msgid, entry.msgid_plural) if text]
        for text in said:
            assert sorted(PLACEHOLDER.findall(text)) in allowed, entry.msgid


def test_translations_begin_and_end_their_lines_like_the_original(catalogue):
    """gettext itself refuses a catalogue where one side ends in a line break and the other does not."""
    for entry in catalogue:
        for text in [entry.msgstr] if not entry.msgid_plural else list(entry.msgstr_plural.values()):
            assert entry.msgid.startswith("\n") == text.startswith("\n"), entry.msgid
            assert entry.msgid.endswith("\n") == text.endswith("\n"), entry.msgid


def test_chinese_sentences_use_chinese_punctuation(catalogue):
    """An English comma, colon or question mark right after a Chinese character is a slip of the keyboard."""
    slip = re.compile(r"[\u4e00-\u9fff][,;:?!]|[\u4e00-\u9fff]\.(\s|$)")
    wrong = [entry.msgid for entry in catalogue if slip.search(entry.msgstr or "".join(entry.msgstr_plural.values()))]
    assert wrong == []


def test_words_that_django_translates_too_are_said_our_way(catalogue):
    with override("zh-hans"):
        ours = {entry.msgid: entry.msgstr for entry in catalogue if not entry.msgctxt and not entry.msgid_plural}
        assert {msgid: said for msgid in ours if (said := gettext(msgid)) != ours[msgid]} == {}
