"""Citations in English: the short title of the act with its Chinese beside it, and its articles, items and annexes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_FIGURES: Final = {figure: at for at, figure in enumerate("一二三四五六七八九", 1)}
_CN: Final = "[一二三四五六七八九十百零]+"
_ARTICLE: Final = rf"第({_CN})条(?:第({_CN})款)?((?:第?（{_CN}）项?)*)(\d*)"
_PART: Final = rf"({_CN})((?:（{_CN}）)*)"
_CLAUSE: Final = re.compile(
    rf"{_ARTICLE}|附件(\d+)(?: ?说明(\d+))?|备注（({_CN})）|“([一二三四五六七八九十])、[^”]+”|(\d+(?:\.\d+)+)|{_PART}"
)
_TITLE: Final = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_NO_GROUPS: Final = re.compile(r"\((?!\?)")


@dataclass(frozen=True, slots=True)
class Act:
    """An act by the name or number it is cited by, without 《》, and its English title."""

    zh: str
    en: str


def numeral(text: str) -> int:
    """A number up to 999 in Chinese figures: 八十二 is 82."""
    value = current = 0
    for character in text:
        if character in "百十":
            value += (current or 1) * (100 if character == "百" else 10)
            current = 0
        else:
            current = _FIGURES.get(character, 0)
    return value + current


class Citations:
    """Reads and glosses citations of the acts it knows, and of any other in 《》 by its Chinese title."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._titles: Final = {act.zh: act.en for act in acts}
        known = "|".join(map(re.escape, sorted(self._titles, key=len, reverse=True)))
        act = rf"(?:《(?:[^《》]|《[^《》]*》)+》(?:（[^（）]*〔\d{{4}}〕\d+号[^（）]*）)?|{known})"
        clause = _NO_GROUPS.sub("(?:", _CLAUSE.pattern)
        clauses = rf"(?:{clause})(?:(?:、|和|，)?(?:{clause}))*"
        one = rf"{act}(?: ?{clauses})?"
        self._act: Final = re.compile(act)
        self.pattern: Final = rf"{one}(?:(?:；|、|和|，)?{one})*"
        self._whole: Final = re.compile(self.pattern)

    def gloss(self, text: str) -> list[tuple[str, bool]] | None:
        """Stretches of the citation, each with whether it is Chinese as issued; None where the text is no citation."""
        if self._whole.fullmatch(text) is None:
            return None
        starts = [*self._starts(text), len(text)]
        said: list[tuple[str, bool]] = []
        for at, start in enumerate(starts[:-1]):
            if at:
                said.append((" and " if at == len(starts) - 2 else ", ", False))
            said += self._one(text[start : starts[at + 1]])
        return said

    def _starts(self, text: str) -> list[int]:
        """Where each act begins; an act named inside the title of another does not."""
        starts, at = [], 0
        while (match := self._act.search(text, at)) is not None:
            starts.append(match.start())
            at = match.end()
        return starts

    def _one(self, text: str) -> list[tuple[str, bool]]:
        act = self._act.match(text)
        assert act is not None
        title = self._title(act[0])
        places = _places(text[act.end() :])
        said = [(f"{places} of " if places else "", False)]
        if title:
            said += [(f"the {title} [", False), (act[0], True), ("]", False)]
        else:
            said.append((act[0], True))
        return said

    def _title(self, act: str) -> str:
        """The English title; an act is looked up by its name, by what its title ends with, and by its number."""
        title = _TITLE.match(act)
        name = title[1] if title else act
        number = re.search(r"（([^（）〔]*〔\d{4}〕\d+号)", act)
        return self._titles.get(name) or self._titles.get(number[1] if number else act, "")


def _places(text: str) -> str:
    """Articles 8 and 18; Article 82(3); Part 2(3) and Annex 1."""
    found = [_place(match) for match in _CLAUSE.finditer(text)]
    articles = [place.removeprefix("Article ") for place in found if place.startswith("Article ")]
    if len(articles) == len(found) > 1:
        return f"Articles {_and(articles)}"
    return _and(found)


def _and(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""


def _place(match: re.Match[str]) -> str:
    article, paragraph, items, point, annex, note, remark, titled, figure, part, subparts = match.groups()
    if article:
        named = f"Article {numeral(article)}" + "".join(f"({numeral(item)})" for item in re.findall(_CN, items))
        named += f", paragraph {numeral(paragraph)}" if paragraph else ""
        return f"{named}, point {point}" if point else named
    if annex:
        return f"Annex {annex}, note {note}" if note else f"Annex {annex}"
    if remark:
        return f"Note ({numeral(remark)})"
    if figure:
        return f"clause {figure}"
    inner = "".join(f"({numeral(item)})" for item in re.findall(_CN, subparts or ""))
    return f"Part {numeral(titled or part)}{inner}"
