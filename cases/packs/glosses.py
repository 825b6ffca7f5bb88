"""English for Chinese that stands in packs without one: glosses of legal text, and what replaces words of our own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from cases.packs.clauses import documents

GLOSSES_FILE: Final = Path(__file__).resolve().parent / "glosses.yaml"
_NUMBERED: Final = re.compile(r"^\*?(\d+(?:\.\d+)?)[、.． ]\s*")


@dataclass(frozen=True, slots=True)
class Glosses:
    """`own` replaces the Chinese on an English page, `legal` stands beside it."""

    own: Mapping[str, str]
    legal: Mapping[str, str]


@cache
def glosses() -> Glosses:
    """All that is known; ValueError where a text is said to be both."""
    stated = yaml.safe_load(GLOSSES_FILE.read_text(encoding="utf-8"))
    own, legal = dict(stated["own"]), dict(stated["legal"])
    if own.keys() & legal.keys():
        raise ValueError(f"{GLOSSES_FILE.name}: {', '.join(own.keys() & legal.keys())} stands twice")
    return Glosses(own, {**_cited(), **legal})


def _cited() -> dict[str, str]:
    """Paragraphs of the clauses that are glossed, without the numbers they carry there."""
    found = {}
    for document in documents().values():
        for article in document.articles.values():
            for text, gloss in zip(article.texts, article.glosses, strict=False):
                found[_NUMBERED.sub("", text)] = _NUMBERED.sub("", gloss)
    return found


def gloss_of(text: str) -> str:
    """Our English for a text of the law or of a form; empty where there is none."""
    return glosses().legal.get(text.strip(), "")


def own_english(text: str) -> str:
    """A word of our own in English, and anything else as it is."""
    return glosses().own.get(text.strip(), text)
