"""Reading a citation: which document it names and which article, item and number of it, however it is written.

“试行办法 第十八条（四）4”, “《工业企业产品质量分类监管试行办法》第十八条第（四）项” and “试行办法 art. 18” lead to
one article.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Path = tuple[str, ...]
"""Where something stands in a document, from the outside in: ("条18", "4", "4"), ("附件2", "2.1"), ("4", "2")."""

_DIGITS: Final = dict(zip("零一二三四五六七八九", range(10), strict=True))
_UNITS: Final = {"十": 10, "百": 100}
_CHINESE: Final = "[零一二三四五六七八九十百]+"
_STEP: Final = re.compile(
    rf"第(?P<article>{_CHINESE}|\d+)条(?:之[一二三四五六七八九])?"
    rf"|(?:art|Art|article|Article)s?\.? ?(?P<article_en>\d+)"
    rf"|第(?P<paragraph>{_CHINESE}|\d+)款"
    rf"|第?[（(](?P<item>{_CHINESE}|\d+)[）)]项?"
    rf"|第(?P<point>{_CHINESE}|\d+)项"
    r"|(?P<named>附件|说明)(?P<number>\d+)"
    r"|(?P<notes>备注)"
    r"|(?P<dotted>\d+\.\d+)"
    rf"|(?P<section>{_CHINESE}|\d+)"
)
_SEPARATOR: Final = re.compile(r"[、，,；;]")
_ITEM: Final = re.compile(rf"(?:\S{{1,3}}：)?[（(](?P<number>{_CHINESE})[）)]")
_SUBITEM: Final = re.compile(r"(?P<number>\d+)[.．、]")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place in one document; `document` is a code of the catalogue, `path` may be empty: the whole of it."""

    document: str
    path: Path


def numeral(text: str) -> int:
    """A Chinese or Arabic number below a thousand: “二百零三” is 203, “十” is 10."""
    if text.isdecimal():
        return int(text)
    total, digit = 0, 0
    for character in text:
        if character in _UNITS:
            total, digit = total + (digit or 1) * _UNITS[character], 0
        else:
            digit = _DIGITS[character]
    return total + digit


def read_citations(
    text: str, names: Mapping[str, str], labels: Mapping[str, Sequence[str]] | None = None
) -> tuple[Citation, ...]:
    """The places that a text cites, in its order; empty where it names no document that is known.

    `names` leads from each way of naming a document to its code; `labels` are parts of a document that bear a name of
    their own (“监督检查人员意见”). A document named only to say whose annex another is does not count.
    """
    if not names:
        return ()
    known = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    found: list[Citation] = []
    starts = [(match.start(), match.end(), names[match.group()]) for match in known.finditer(text)]
    for place, (_start, end, document) in enumerate(starts):
        stop = starts[place + 1][0] if place + 1 < len(starts) else len(text)
        of_document = labels.get(document, ()) if labels else ()
        paths = [path for part in _SEPARATOR.split(text[end:stop]) if (path := _path(part, of_document))]
        if paths or place + 1 == len(starts):
            found += [Citation(document, path) for path in paths or [()]]
    return tuple(dict.fromkeys(found))


def path_of(text: str) -> Path:
    """The path a citation gives within its document; empty for a name that is no number."""
    return _path(text, ())


def _path(text: str, labels: Sequence[str]) -> Path:
    named = next((label for label in labels if label in text), "")
    if named:
        return (named,)
    first = _STEP.search(text)
    steps: list[str] = []
    at = first.start() if first else len(text)
    while match := _STEP.match(text, at):
        steps.append(_step(match))
        at = match.end()
        while text[at : at + 1] == " ":
            at += 1
    return tuple(steps)


def _step(match: re.Match[str]) -> str:
    given = match.groupdict()
    if article := given["article"] or given["article_en"]:
        return f"条{numeral(article)}"
    if given["paragraph"]:
        return f"款{numeral(given['paragraph'])}"
    if given["point"]:
        return f"项{numeral(given['point'])}"
    if given["named"]:
        return f"{given['named']}{given['number']}"
    return given["notes"] or given["dotted"] or str(numeral(given["item"] or given["section"]))


def cited_lines(lines: Sequence[str], steps: Path) -> tuple[int, ...]:
    """Which paragraphs of an article a path within it means: its opening words, the item and what stands beneath.

    All of them where the article has no such item.
    """
    chosen = range(len(lines))
    heads = [] if lines and _ITEM.match(lines[0]) else [0]
    for depth, step in enumerate(steps):
        beneath = range(chosen.start + 1, chosen.stop) if depth else chosen
        narrower = _block(lines, beneath, step)
        if narrower is None:
            break
        chosen = narrower
        heads.append(chosen.start)
    return tuple(sorted({*heads, *chosen}))


def _block(lines: Sequence[str], within: range, step: str) -> range | None:
    """The paragraphs from the one that bears this number to the next of its kind."""
    if step.startswith("款"):
        place = int(step[1:]) - 1
        return range(place, place + 1) if place in within else None
    if not step.isdecimal():
        return None
    for kind in (_ITEM, _SUBITEM):
        numbered = {place: match for place in within if (match := kind.match(lines[place]))}
        start = next((place for place, match in numbered.items() if numeral(match["number"]) == int(step)), None)
        if start is not None:
            return range(start, next((place for place in numbered if place > start), within.stop))
    return None
