"""The translation memory of the English glosses, read once: the files of `gloss`, and the English that packs state."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from cases.packs.glosses import FORMS_FILE
from cases.packs.loader import load_deadline_rules
from cases.packs.risk_matrix import risk_matrix
from notices.packs import document_kinds
from notices.rules.gloss import Memory, Sentence
from notices.rules.gloss_law import Act

FOLDER: Final = Path(__file__).resolve().parent / "gloss"
ACTS: Final = "acts.yaml"


@cache
def gloss_memory() -> Memory:
    """The memory; ValueError naming what is said twice or does not agree."""
    acts = [Act(zh, en) for zh, en in _pairs(FOLDER / ACTS)]
    files = (FORMS_FILE, *(path for path in sorted(FOLDER.glob("*.yaml")) if path.name != ACTS))
    own = [pair for path in files for pair in _pairs(path)]
    said = {zh for zh, _en in own}
    borrowed = {zh: en for zh, en in _stated_elsewhere() if zh not in said}
    return Memory((Sentence(zh, en) for zh, en in (*own, *borrowed.items())), acts)


@cache
def memory_version() -> str:
    """Changes whenever a gloss might read otherwise; the first characters of a SHA-256."""
    memory = gloss_memory()
    text = repr([(sentence.zh, sentence.en) for sentence in memory.sentences]) + (FOLDER / ACTS).read_text("utf-8")
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    """The entries as they stand, a key that stands twice too."""
    node = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    assert isinstance(node, yaml.MappingNode)
    for key, value in node.value:
        yield key.value, value.value


def _stated_elsewhere() -> Iterator[tuple[str, str]]:
    """Names of kinds, titles of deadlines, words of the risk matrix: both languages stand beside each other there."""
    for kind in document_kinds().values():
        yield kind.zh, kind.en
    for rule in load_deadline_rules().values():
        yield rule.title, rule.title_en
    matrix = risk_matrix()
    for words in (*matrix.severities, *matrix.levels.values(), *(likely for likely, _levels in matrix.rows)):
        yield words.zh, words.en.lower()
