"""The project's own fonts: where fontconfig finds them, and which characters they can print.

Importing this module points fontconfig at `fonts.conf` beside it, for this process. It must come before WeasyPrint, so
`engine` imports it first.
"""

import functools
import os
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from fontTools.ttLib import TTFont

HERE: Final = Path(__file__).resolve().parent
FONTS: Final = HERE / "fonts"
STYLES: Final = HERE / "css"
_POINT: Final = 0x2027
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
def stacks() -> dict[str, tuple[str, ...]]:
    """The font stacks that the style sheets print text with: style sheet and name, and their families in order."""
    return {
        f"{path.name} {name}": tuple(re.findall(r'"([^"]+)"', families))
        for path in sorted(STYLES.glob("*.css"))
        for name, families in re.findall(r"--(\w+):\s*(\"GW[^;]+);", path.read_text())
    }


@functools.cache
def _families() -> dict[str, frozenset[int]]:
    """The code points of each of our families."""
    found = {}
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            found[str(font["name"].getDebugName(1))] = frozenset(font.getBestCmap())
    return found


@functools.cache
def printable() -> frozenset[int]:
    """Code points that every stack can draw: whichever style prints a field, none of them is left out.

    Marks that are set over another character are left out, for the text layer could not tell the two apart, and so is
    the hyphenation point, which Pango turns into a hyphen where a line ends after it.
    """
    has = _families()
    drawn = frozenset.intersection(*(frozenset.union(*map(has.__getitem__, stack)) for stack in stacks().values()))
    return frozenset(code for code in drawn if unicodedata.category(chr(code))[0] != "M" and code != _POINT)


def missing(text: str) -> tuple[str, ...]:
    """The characters of the text that some stack cannot draw, each once, in order; line ends need no glyph."""
    can = printable()
    return tuple(dict.fromkeys(c for c in text if c != "\n" and ord(c) not in can))
