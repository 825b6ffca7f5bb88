"""The English gloss of what a document says: a translation memory of exact words and of sentences with typed places.

Nothing is guessed. What the memory holds is said in English; names, addresses, numbers of documents and whatever
somebody wrote for the matter stay in Chinese as issued and are marked as such (`Piece.chinese`). A sentence of the
memory is `zh` with places in braces and `en` with the same places; `PLACES` says what each may hold:

    我局决定自{date}起解除{law}的措施。   ->   On {date} {we} lifts …

A digit after the name tells places of one type apart ({date}, {date2}); a place named twice holds the same twice. On
the English side {We} begins a sentence, and {n day|days} is the number with its noun. Which sentence is meant is never
a matter of order: the reading holds that says most characters in English, with most of them fixed.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

from notices.rules.gloss_law import Act, Citations, numeral


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a gloss: English, or Chinese as issued."""

    text: str
    chinese: bool = False


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Original:
    """What a gloss says of the document it renders: the hash of its file, and since when it is void."""

    sha256: str
    signed: bool = False
    voided_on: date | None = None


_DATE: Final = r"\d{4}年\d{1,2}月\d{1,2}日"
_FREE: Final = r"[^。！？；：\n]+?"
PLACES: Final[Mapping[str, str]] = {
    "date": _DATE,
    "moment": _DATE + r"（星期[一二三四五六日]）\d{1,2}时(?:\d{2}分)?",
    "time": r"\d{1,2}时\d{2}分",
    "n": r"\d+",
    "numeral": r"[一二三四五六七八九十]+",
    "class": r"AA|[ABCD]",  # of a unit, or its tier
    "we": r"我局|我所",
    "you": r"你局|你所|你单位",
    "number": r"[\u4e00-\u9fff（）A-Z]{2,24}〔\d{4}〕\d+号",
    "name": _FREE,  # stays as it is, even where the memory has the word
    "words": _FREE,  # of the memory; what holds anything else is another sentence
    "phrase": _FREE,  # of the memory, or as it is
    "list": r"[^。！？\n]+?",  # of the memory, joined by 、 ； or ，
    "text": r"[^\n]+?",  # any number of sentences
}
"""What a place of the memory may hold, as a pattern; `law` is made from the acts of the memory."""
FREE: Final = frozenset({"name", "words", "phrase", "list", "text"})
"""Places whose end only what follows can tell."""

_OURS: Final = {
    "我局": "this Bureau", "我所": "this Office",
    "你局": "your Bureau", "你所": "your Office", "你单位": "your unit",
}  # fmt: skip
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ZH_PLACE: Final = re.compile(r"\{(\w+)\}")
_EN_PLACE: Final = re.compile(r"\{(\w+)(?: ([^|}]+)\|([^|}]+))?\}")
_ENDS: Final = "。！？；："
_OPEN, _CLOSE = "《（“「〔", "》）”」〕"
_NUMBERED: Final = re.compile(r"([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）|(\d+)[.．、](?=\D)")
_HAN: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def type_of(place: str) -> str:
    """The type of a place by its name: {Date2} is a date."""
    return place.rstrip("0123456789").lower()


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the memory; ValueError where its places are not known, not equal, or not to be told apart."""

    zh: str
    en: str
    places: tuple[str, ...] = field(init=False)
    fixed: int = field(init=False)  # characters that are not places

    def __post_init__(self) -> None:
        places = _ZH_PLACE.findall(self.zh)
        used = {match[1][0].lower() + match[1][1:] for match in _EN_PLACE.finditer(self.en)}
        unknown = {place for place in places if type_of(place) not in {*PLACES, "law"}}
        if unknown or used != set(places):
            raise ValueError(f"the places of {self.zh!r} and {self.en!r} do not agree: {sorted(unknown or used)}")
        if any(type_of(place) in FREE for place in re.findall(r"\{(\w+)\}(?=\{)", self.zh)):
            raise ValueError(f"nothing says where the first of two places of {self.zh!r} ends")
        object.__setattr__(self, "places", tuple(dict.fromkeys(places)))
        object.__setattr__(self, "fixed", len(_ZH_PLACE.sub("", self.zh)))


class Memory:
    """Words, sentences and acts by which documents are glossed; ValueError where one Chinese text has two glosses."""

    def __init__(self, sentences: Iterable[Sentence], acts: Iterable[Act]) -> None:
        self.sentences: Final = tuple(sentences)
        self.words: Final[dict[str, str]] = {}
        self.citations: Final = Citations(acts)
        self._by_start: dict[str, list[tuple[Sentence, re.Pattern[str]]]] = {}
        for zh in _twice(sentence.zh for sentence in self.sentences):
            raise ValueError(f"two glosses of {zh!r}")
        for sentence in self.sentences:
            if not sentence.places:
                self.words[sentence.zh] = sentence.en
                continue
            start = "" if sentence.zh.startswith("{") else sentence.zh[0]
            self._by_start.setdefault(start, []).append((sentence, self._pattern(sentence)))

    def _pattern(self, sentence: Sentence) -> re.Pattern[str]:
        parts = _ZH_PLACE.split(sentence.zh)
        seen: set[str] = set()
        for at in range(0, len(parts), 2):
            parts[at] = re.escape(parts[at])
        for at in range(1, len(parts), 2):
            name, kind = parts[at], type_of(parts[at])
            holds = self.citations.pattern if kind == "law" else PLACES[kind]
            parts[at] = f"(?P={name})" if name in seen else f"(?P<{name}>{holds})"
            seen.add(name)
        return re.compile("".join(parts))

    def matches(self, text: str) -> list[tuple[Sentence, re.Match[str]]]:
        """The sentences with places that the whole text may be."""
        candidates = [*self._by_start.get(text[:1], ()), *self._by_start.get("", ())]
        return [(each, match) for each, pattern in candidates if (match := pattern.fullmatch(text)) is not None]


def _twice(texts: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [text for text in texts if text in seen or seen.add(text)]  # type: ignore[func-returns-value]


def as_issued(text: str) -> Line:
    """The text as it stands in the document: marked as Chinese where it is."""
    return (Piece(text, bool(_HAN.search(text))),) if text else ()


def english(text: str) -> Line:
    """A text of our own."""
    return (Piece(text),)


def gloss(memory: Memory, text: str) -> Line:
    """The gloss of one paragraph, cell or label: the reading that says most of its characters in English."""
    return _said(memory, text)[1]


_Said = tuple[int, Line]  # how many characters are said in English, and the gloss


@lru_cache(maxsize=8192)
def _said(memory: Memory, text: str) -> _Said:
    if not _HAN.search(text):
        return 0, as_issued(text)
    if (known := _known(memory, text)) is not None:
        return known
    if (match := _NUMBERED.match(text)) is not None:
        said, line = _said(memory, text[match.end() :].lstrip())
        return said + match.end(), joined(english(_count(match)), line)
    return _best_cover(memory, text)


def _count(match: re.Match[str]) -> str:
    high, bracketed, figure = match.groups()
    return f"({numeral(bracketed)}) " if bracketed else f"{figure or numeral(high)}. "


def _known(memory: Memory, text: str) -> _Said | None:
    """The text as one word or one citation."""
    if (word := memory.words.get(text)) is not None:
        return len(text), english(word)
    if (word := memory.words.get(f"{text}。")) is not None:
        return len(text), english(word.removesuffix("."))
    cited = memory.citations.gloss(text)
    return None if cited is None else (len(text), joined(*((Piece(*stretch),) for stretch in cited)))


def _whole(memory: Memory, text: str) -> _Said | None:
    """The text as one word, citation or sentence of the memory."""
    if (known := _known(memory, text)) is not None:
        return known
    readings = [
        (said, sentence.fixed, sentence.zh, line)
        for sentence, match in memory.matches(text)
        if (filled := _filled(memory, sentence, match)) is not None
        for said, line in (filled,)
    ]
    if not readings:
        return None
    said, _fixed, _zh, line = max(readings)
    return said, line


def _filled(memory: Memory, sentence: Sentence, match: re.Match[str]) -> _Said | None:
    """The sentence with what stands in its places; None where a place holds what it may not."""
    held: dict[str, _Said] = {}
    for name in sentence.places:
        value = _READ[type_of(name)](memory, match[name])
        if value is None:
            return None
        held[name] = value
    line: Line = ()
    at = 0
    for place in _EN_PLACE.finditer(sentence.en):
        name = place[1][0].lower() + place[1][1:]
        value_line = held[name][1]
        if place[2]:
            value_line = joined(value_line, english(f" {place[2] if match[name] == '1' else place[3]}"))
        if place[1][0].isupper() and not value_line[0].chinese:
            value_line = (Piece(value_line[0].text[:1].upper() + value_line[0].text[1:]), *value_line[1:])
        line = joined(line, english(sentence.en[at : place.start()]), value_line)
        at = place.end()
    said = sentence.fixed + sum(characters for characters, _line in held.values())
    return said, joined(line, english(sentence.en[at:]))


def _best_cover(memory: Memory, text: str) -> _Said:
    """The sentences of the memory, one after the other; what lies between them stays as issued."""
    edges = _edges(text)
    best: list[tuple[int, int, Line]] = [(0, 0, ())]  # characters said, sentences (negative), the line: to each edge
    for end in range(1, len(edges)):
        options = []
        for start in range(end):
            said, sentences, line = best[start]
            part = text[edges[start] : edges[end]]
            if (whole := _whole(memory, part)) is not None:
                options.append((said + whole[0], sentences - 1, _then(line, whole[1])))
            elif start == end - 1:
                options.append((said, sentences, _then(line, as_issued(part))))
        best.append(max(options, key=lambda option: option[:2]))
    said, _sentences, line = best[-1]
    return said, line


def _edges(text: str) -> list[int]:
    """Where a sentence may end, brackets and quotations being kept whole; with the two ends of the text."""
    edges, depth = [0], 0
    for at, character in enumerate(text, 1):
        depth += (character in _OPEN) - (character in _CLOSE)
        if character in _ENDS and depth <= 0 and at < len(text):
            edges.append(at)
    return [*edges, len(text)]


def _then(line: Line, more: Line) -> Line:
    """One sentence after the other, with a blank unless both are Chinese."""
    both = line and more and line[-1].chinese and more[0].chinese
    return joined(line, english(" ") if line and not both else (), more)


def joined(*lines: Line) -> Line:
    """The lines as one, neighbours of one language put together."""
    pieces: list[Piece] = []
    for piece in (piece for line in lines for piece in line if piece.text):
        if pieces and pieces[-1].chinese == piece.chinese:
            pieces[-1] = Piece(pieces[-1].text + piece.text, piece.chinese)
        else:
            pieces.append(piece)
    return tuple(pieces)


# What stands in a place


def english_date(text: str) -> str:
    """2026年3月6日 as 6 March 2026."""
    year, month, day = map(int, re.findall(r"\d+", text)[:3])
    return f"{day} {_MONTHS[month - 1]} {year}"


def written_date(day: date) -> str:
    """The day as a gloss writes it."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _moment(text: str) -> str:
    weekday = _WEEKDAYS["一二三四五六日".index(text[text.index("（") + 3])]
    hour, *minutes = re.findall(r"\d+", text[text.index("）") :])
    return f"{weekday}, {english_date(text)}, {hour}:{minutes[0] if minutes else '00'}"


def _list(memory: Memory, text: str) -> _Said | None:
    """Words with commas between them, where every one is of the memory."""
    if (whole := _whole(memory, text)) is not None:
        return whole
    parts = [_whole(memory, part) for part in re.split(r"[、，；]", text)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    lines = [known[0][1], *(joined(english(", "), line) for _said_of, line in known[1:])]
    return len(text), joined(*lines)


def _exactly(read: Callable[[str], str]) -> Callable[[Memory, str], _Said]:
    return lambda _memory, text: (len(text), english(read(text)))


_READ: Final[Mapping[str, Callable[[Memory, str], _Said | None]]] = {
    "date": _exactly(english_date),
    "moment": _exactly(_moment),
    "time": _exactly(lambda text: ":".join(re.findall(r"\d+", text))),
    "n": _exactly(str),
    "class": _exactly(str),
    "numeral": _exactly(lambda text: str(numeral(text))),
    "we": _exactly(_OURS.__getitem__),
    "you": _exactly(_OURS.__getitem__),
    "number": lambda _memory, text: (0, as_issued(text)),
    "name": lambda _memory, text: (0, as_issued(text)),
    "words": _whole,
    "phrase": lambda memory, text: _whole(memory, text) or (0, as_issued(text)),
    "list": _list,
    "text": _said,
    "law": _known,
}
