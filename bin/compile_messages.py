#!/usr/bin/env python
"""Compile locale/*/LC_MESSAGES/*.po into .mo where the .po is newer; needs no gettext tools, only polib."""

import os
from pathlib import Path

import polib

LOCALE = Path(__file__).resolve().parent.parent / "locale"


def compile_messages(locale: Path) -> int:
    """Write every catalogue that is missing or older than its source; answers how many were."""
    written = 0
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            fresh = target.with_suffix(f".{os.getpid()}")
            polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(fresh))
            fresh.replace(target)  # at once, so that nobody reads half a catalogue
            written += 1
    return written


if __name__ == "__main__":
    compile_messages(LOCALE)
