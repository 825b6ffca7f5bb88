"""Reading a page as its user does: what is shown, spoken or hinted, and nothing that only machines read."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-copied", "data-words", "data-confirm")
SILENT = {"script", "style", "template", "kbd", "code"}
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "use", "rect"}
WORD = re.compile(r"(?<![A-Za-z0-9_.@%/-])[A-Za-z]{2,}(?:[ '’-][A-Za-z]+)*(?![A-Za-z0-9_@/])")
KNOWN = re.compile(
    r"\b(USCC|Excel|CSV|PDF|CCC|AA|QR|SHA-256|EN|English|JPEG|PNG|WebP|HEIC|MP4|KB|MB|xlsx|csv|BPMN|GeoJSON|adcode|GS|AGPL-3\.0-or-later|AGPL"
    r"|or-later|JSON|W:[a-z]+|Cookie|LED|WCAG|axe|[a-z]+-\d{4}(?:-\d+)?(?:@\d+)?)\b",
    re.ASCII,
)
"""Names that Chinese keeps: formats, codes of rule packs, tags of their sources, the language switch."""
ARTEFACT = re.compile(r"%\(\w+\)|%[sd]\b|\{\{|\{%|(?:^|[：:·（(→] ?)None(?:$|[）)]| ·)|&lt;|&amp;|__proxy__|<django")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        silent = tag in SILENT or given.get("lang") == "en" or self._silent()
        if not silent:
            self.texts += [given[name] for name in SPOKEN if given.get(name)]
            if tag == "input" and given.get("type") in {"submit", "button"}:
                self.texts.append(given.get("value", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed, _ = self._open.pop()
            if closed == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent():
            self.texts.append(" ".join(data.split()))

    def _silent(self) -> bool:
        return bool(self._open) and self._open[-1][1]


def read(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    return page


def english_in(texts: list[str], names: set[str]) -> list[str]:
    """English words that a Chinese page shows; `names` are user names and whatever else people typed in."""
    found = []
    for text in texts:
        rest = KNOWN.sub("", text)
        found += [f"{word} ({text[:60]})" for word in WORD.findall(rest) if word not in names]
    return found


def artefacts_in(texts: list[str]) -> list[str]:
    """Placeholders that nobody filled, and values that are no words."""
    return [text[:80] for text in texts if ARTEFACT.search(text)]


def inner_links(links: list[str]) -> list[str]:
    """The links that lead to other pages of the house, without their anchors."""
    paths = []
    for link in links:
        parts = urlsplit(link)
        if not parts.netloc and not parts.scheme and parts.path.startswith("/"):
            paths.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return paths
