"""The project's own fonts: where fontconfig finds them, and which characters they can print.

Importing this module points fontconfig at `fonts.conf` beside it, for this process. It must come before WeasyPrint, so
`engine` imports it first.
"""

import functools
import os
import tempfile
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

HERE: Final = Path(__file__).resolve().parent
FONTS: Final = HERE / "fonts"
_CONF: Final = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><include>{conf}</include><cachedir>{cache}</cachedir></fontconfig>
"""


def _cache_directory() -> Path:
    """A directory for fontconfig's cache: under VAR_DIR, or a passing one where that cannot be written."""
    wanted = Path(os.environ.get("VAR_DIR") or HERE.parent.parent / "var") / "fontconfig"
    try:
        wanted.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=wanted):
            return wanted
    except OSError:
        return Path(tempfile.mkdtemp(prefix="zhijian-fontconfig-"))


def _point_fontconfig() -> None:
    """Write this machine's fonts.conf (ours, plus the cache's place) and name it in FONTCONFIG_FILE."""
    cache = _cache_directory()
    conf = cache / "fonts.conf"
    text = _CONF.format(conf=escape(str(HERE / "fonts.conf")), cache=escape(str(cache)))
    if not conf.exists() or conf.read_text() != text:
        draft = conf.with_suffix(f".{os.getpid()}")
        draft.write_text(text)
        draft.replace(conf)  # another process may be reading it
    os.environ["FONTCONFIG_FILE"] = str(conf)


_point_fontconfig()


@functools.cache
def printable() -> frozenset[int]:
    """Code points that at least one of our fonts can draw."""
    found: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)


def missing(text: str) -> tuple[str, ...]:
    """The characters of the text that no font can draw, each once, in order; line ends need no glyph."""
    can = printable()
    return tuple(dict.fromkeys(c for c in text if c != "\n" and ord(c) not in can))
