"""Where each paper of a case stands in its file: main file (正卷) or sub file (副卷), in the order of the act. Pure.

市场监督管理行政处罚程序规定, art. 78. Within a section papers stand by their day; what belongs to another paper (the
record of its service, the evidence of that) follows it at once, whatever its own day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from cases.rules.grounds import Ground

VolumeCode = Literal["main", "sub"]
VOLUMES: Final[Mapping[VolumeCode, str]] = {"main": "正卷", "sub": "副卷"}


@dataclass(frozen=True, slots=True)
class Section:
    """One item of the article: which volume it is of, and its clause."""

    code: str
    volume: VolumeCode
    zh: str
    clause: str


@dataclass(frozen=True, slots=True)
class FilingLaw:
    """The order of the act as data (notices/packs/case_file.yaml); `sections` stand in the order of the article.

    The mappings say which section a kind of document, the opinion of a step or an attachment by its purpose belongs
    to; an opinion mapped to None has no sheet.
    """

    act: str
    sections: tuple[Section, ...]
    documents: Mapping[str, str]
    document_default: Mapping[str, str]
    voided: str
    steps: Mapping[str, str | None]
    step_default: str
    attachments: Mapping[str, str]
    attachment_default: str
    origin: str
    ending: str
    course: str

    def of_document(self, kind: str, *, served: bool, voided: bool) -> str:
        """The section of an issued document; `served` is whether its kind goes out to a party."""
        if voided:
            return self.voided
        return self.documents.get(kind) or self.document_default["served" if served else "kept"]

    def of_step(self, step: str) -> str | None:
        """The section of the sheet of a step's opinion, or None where it has none."""
        return self.steps.get(step, self.step_default)

    def of_attachment(self, purpose: str) -> str:
        return self.attachments.get(purpose, self.attachment_default)


@dataclass(frozen=True, slots=True)
class Paper:
    """One thing to be filed. `key` is its name, unique in the case; `parent` the key of what it belongs to."""

    key: str
    section: str
    on: date
    parent: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A paper in its place; `ground` says by which clause."""

    key: str
    section: Section
    ground: Ground


def order_of(papers: Iterable[Paper], law: FilingLaw) -> dict[VolumeCode, tuple[Placed, ...]]:
    """Both volumes in order; equal days keep the order given. A paper whose parent is not filed stands by itself.

    ValueError for a key given twice, an unknown section, or papers that belong to each other in a circle: no record of
    a case leads there.
    """
    filed = _by_key(papers, law)
    children: dict[str, list[Paper]] = defaultdict(list)
    roots: dict[str, list[Paper]] = defaultdict(list)
    for paper in filed.values():
        (children[paper.parent] if paper.parent in filed else roots[paper.section]).append(paper)
    volumes: dict[VolumeCode, list[Placed]] = {code: [] for code in VOLUMES}
    for section in law.sections:
        for paper in _with_children(roots[section.code], children):
            ground = Ground(f"{law.act} {section.clause}", f"列入{VOLUMES[section.volume]}“{section.zh}”")
            volumes[section.volume].append(Placed(paper.key, section, ground))
    if sum(map(len, volumes.values())) < len(filed):
        raise ValueError("papers belong to each other in a circle")
    return {code: tuple(placed) for code, placed in volumes.items()}


def _by_key(papers: Iterable[Paper], law: FilingLaw) -> dict[str, Paper]:
    known = {section.code for section in law.sections}
    filed: dict[str, Paper] = {}
    for paper in papers:
        if paper.section not in known:
            raise ValueError(f"{paper.key}: there is no section {paper.section!r}")
        if paper.key in filed:
            raise ValueError(f"{paper.key} is filed twice")
        filed[paper.key] = paper
    return filed


def _with_children(papers: Sequence[Paper], children: Mapping[str, Sequence[Paper]]) -> Iterable[Paper]:
    for paper in sorted(papers, key=lambda each: each.on):
        yield paper
        yield from _with_children(children.get(paper.key, ()), children)
