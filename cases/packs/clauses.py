"""What is cited, with its text at hand: documents, articles, verbatim Chinese and our gloss, from clauses.yaml."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import yaml

from cases.rules.citations import Path as Place
from cases.rules.citations import cited_lines, path_of, read_citations

CLAUSES_FILE: Final = Path(__file__).resolve().parent / "clauses.yaml"
REMEMBERED: Final = 2048
"""Citations whose reading is kept; there are some hundred."""


_AT_END: Final = re.compile(r"（([^（）]*(?:（[^（）]*）[^（）]*)*)）$")


@dataclass(frozen=True, slots=True)
class Article:
    """The text of one article, paragraph by paragraph; `glosses` has as many, or none; `part`: quoted in part."""

    at: str
    texts: tuple[str, ...]
    glosses: tuple[str, ...]
    part: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One act, rule or standard; without articles where no source holds its text."""

    code: str
    title: str
    title_en: str
    names: tuple[str, ...]
    articles: Mapping[Place, Article]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `skipped`: something of the article before it is left out."""

    text: str
    gloss: str
    skipped: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """What one citation means; without `paragraphs` only the citation is kept, or a `whole` document is cited."""

    title: str
    title_en: str
    paragraphs: tuple[Paragraph, ...] = ()
    part: bool = False
    whole: bool = False


@cache
def documents() -> Mapping[str, Document]:
    """Every document that is cited, by code. ValueError where the file contradicts itself."""
    stated = yaml.safe_load(CLAUSES_FILE.read_text(encoding="utf-8"))["documents"]
    read = {each["code"]: _document(each) for each in stated}
    if len(read) != len(stated):
        raise ValueError(f"{CLAUSES_FILE.name}: a document stands twice")
    return MappingProxyType(read)


def _document(stated: Mapping[str, Any]) -> Document:
    articles: dict[Place, Article] = {}
    for each in stated.get("clauses", ()):
        article = _article(each)
        place = path_of(article.at) or (article.at,)
        if place in articles:
            raise ValueError(f"{CLAUSES_FILE.name}: {stated['code']} {article.at} stands twice")
        articles[place] = article
    names = tuple(stated["names"])
    return Document(stated["code"], stated["title"], stated["title_en"], names, MappingProxyType(articles))


def _article(stated: Mapping[str, Any]) -> Article:
    texts = tuple(stated["text"].split("\n"))
    glosses = tuple(stated["gloss"].split("\n")) if "gloss" in stated else ()
    if glosses and len(glosses) != len(texts):
        raise ValueError(f"{CLAUSES_FILE.name}: the gloss of {stated['at']} has other paragraphs than its text")
    return Article(str(stated["at"]), texts, glosses, bool(stated.get("part", False)))


@cache
def _names() -> Mapping[str, str]:
    return {name: document.code for document in documents().values() for name in document.names}


@cache
def _labels() -> Mapping[str, tuple[str, ...]]:
    """Parts of a document that bear a name and no number."""
    return {
        document.code: tuple(article.at for article in document.articles.values() if not path_of(article.at))
        for document in documents().values()
    }


@lru_cache(maxsize=REMEMBERED)
def clauses_of(citation: str) -> tuple[Clause, ...]:
    """The clauses a citation means, with their texts; empty where it names no document that is known."""
    return tuple(
        _clause(documents()[each.document], each.path) for each in read_citations(citation, _names(), _labels())
    )


def clause_at_end(refusal: str) -> str:
    """The citation that a refusal ends with in brackets (cases.forms.refusals); "" where it ends otherwise."""
    found = _AT_END.search(refusal)
    return found[1] if found and clauses_of(found[1]) else ""


def _clause(document: Document, path: Place) -> Clause:
    """The text at the longest beginning of the path that has one."""
    for length in range(len(path), 0, -1):
        if article := document.articles.get(path[:length]):
            chosen = cited_lines(article.texts, path[length:])
            return Clause(document.title, document.title_en, _paragraphs(article, chosen), article.part)
    return Clause(document.title, document.title_en, whole=not path)


def _paragraphs(article: Article, chosen: tuple[int, ...]) -> tuple[Paragraph, ...]:
    before = (-1, *chosen)
    return tuple(
        Paragraph(article.texts[place], article.glosses[place] if article.glosses else "", place > last + 1)
        for last, place in zip(before, chosen, strict=False)
    )
