"""Rule packs that bodies have published, beside those that ship with the programme.

Packs stand below the models, so the floor above hands in a source. What is published never changes: a version that has
been read is kept for good, and the source is asked only whether there is anything new, before the newest is used.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from cases.packs.marked import PackError, read_document
from cases.packs.rule_pack import Pack, pack_of

logger = logging.getLogger(__name__)

Packs = Mapping[tuple[str, int], Pack]


@dataclass(frozen=True, slots=True)
class Release:
    """One published version: its key in the source, what it calls itself, and its text as it was published."""

    key: int
    code: str
    version: int
    sha256: str
    text: str


class ReleaseSource(Protocol):
    """Where published packs are kept."""

    def mark(self) -> object:
        """Something small that differs as soon as another release is there; cheap, for it is asked often."""

    def releases(self) -> Iterable[Release]:
        """Every release, in the order of publication."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read at a mark."""

    mark: object = None
    packs: Packs = field(default_factory=dict)
    broken: Mapping[tuple[str, int], PackError] = field(default_factory=dict)
    by_release: Mapping[tuple[int, str], Pack | PackError] = field(default_factory=dict)


_source: ReleaseSource | None = None
_read = _Read()


def register_source(source: ReleaseSource | None) -> None:
    """Say where published packs are kept; None forgets it, and whatever was read."""
    global _source, _read
    _source, _read = source, _Read()


def forget_published() -> None:
    """Drop what was read, so that the source is read anew."""
    global _read
    _read = _Read()


def remembered_packs(packaged: Packs) -> Packs:
    """The published versions read before; asks the source only if it has never been read."""
    return _read.packs if _read.mark is not None else published_packs(packaged)


def published_packs(packaged: Packs) -> Packs:
    """Every published version that this programme can read, by code and version; one cheap question to the source.

    Where nobody can be asked (a dry command without a database) what is known stays known.
    """
    return _fresh(packaged).packs


def broken_releases(packaged: Packs) -> Mapping[tuple[str, int], PackError]:
    """Published versions that this programme cannot read, with the reason; they are passed over, never guessed at."""
    return _fresh(packaged).broken


def _fresh(packaged: Packs) -> _Read:
    global _read
    if _source is None:
        return _read
    try:
        mark = _source.mark()
        if mark != _read.mark:
            _read = _read_all(mark, _source.releases(), packaged, _read)
    except Exception as error:
        # No database, or none with our tables: the law that ships holds. Whoever needs the database fails on it anyway.
        logger.info("published rule packs could not be asked for: %s", error)
    return _read


def _read_all(mark: object, releases: Iterable[Release], packaged: Packs, before: _Read) -> _Read:
    packs: dict[tuple[str, int], Pack] = {}
    broken: dict[tuple[str, int], PackError] = {}
    by_release: dict[tuple[int, str], Pack | PackError] = {}
    for release in releases:
        place = release.key, release.sha256
        known = before.by_release.get(place)
        outcome = known if isinstance(known, Pack) else _outcome(release, {**packaged, **packs})
        by_release[place] = outcome
        if isinstance(outcome, Pack):
            packs[release.code, release.version] = outcome
        else:
            logger.error("published rule pack %s@%s cannot be read: %s", release.code, release.version, outcome)
            broken[release.code, release.version] = outcome
    return _Read(mark, MappingProxyType(packs), MappingProxyType(broken), MappingProxyType(by_release))


def _outcome(release: Release, known: Packs) -> Pack | PackError:
    """The pack, or why it cannot be used; a fault of the programme itself must not take every page down."""
    name = f"{release.code}@{release.version}"
    try:
        pack = pack_of(read_document(release.text, name), known)
    except PackError as error:
        return error
    except Exception as error:
        logger.exception("reading the published rule pack %s failed", name)
        return PackError(name, 1, "the programme cannot read it: %(problem)s", problem=type(error).__name__)
    if pack is None:
        return PackError(name, 1, "it extends a pack that does not exist")
    if (pack.code, pack.version) != (release.code, release.version):
        return PackError(name, 1, "it calls itself %(ref)s", ref=pack.ref)
    return pack
