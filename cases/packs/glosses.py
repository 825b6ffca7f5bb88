"""English for Chinese that stands in packs without one: glosses of legal text, and what replaces words of our own."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

GLOSSES_FILE: Final = Path(__file__).resolve().parent / "glosses.yaml"
FORMS_FILE: Final = GLOSSES_FILE.with_name("gloss_forms.yaml")
"""The items and tasks that forms print; the English copies of documents are made from it, too."""


@dataclass(frozen=True, slots=True)
class Glosses:
    """`own` replaces the Chinese on an English page, `legal` stands beside it."""

    own: Mapping[str, str]
    legal: Mapping[str, str]


@cache
def glosses() -> Glosses:
    """All that is known; ValueError naming what is said twice."""
    stated = yaml.safe_load(GLOSSES_FILE.read_text(encoding="utf-8"))
    forms = yaml.safe_load(FORMS_FILE.read_text(encoding="utf-8"))
    own, legal = dict(stated["own"]), dict(stated["legal"])
    twice = (own.keys() & legal.keys()) | ((own.keys() | legal.keys()) & forms.keys())
    if twice:
        raise ValueError(f"{GLOSSES_FILE.name}: {', '.join(sorted(twice))} stands twice")
    return Glosses(own, {**forms, **legal})


def gloss_of(text: str) -> str:
    """Our English for a text of the law or of a form; empty where there is none."""
    return glosses().legal.get(text.strip(), "")


def own_english(text: str) -> str:
    """A word of our own in English, and anything else as it is."""
    return glosses().own.get(text.strip(), text)
