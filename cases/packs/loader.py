"""The packs and catalogues in force, read once and cached; what is wrong in a file is a `PackError` with its line."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cases.packs.catalogues import (
    Limit,
    PermissionEntry,
    Role,
    read_calendar,
    read_deadlines,
    read_permissions,
    read_roles,
)
from cases.packs.marked import PackError, read_yaml
from cases.packs.published import broken_releases, published_packs, remembered_packs
from cases.packs.rule_pack import HEADER, SECTIONS, Pack, read_pack
from cases.rules.deadlines import DeadlineRule
from cases.rules.errors import RuleError
from cases.rules.working_days import WorkCalendar

__all__ = [
    "Pack",
    "PackError",
    "all_packs",
    "available_packs",
    "load_deadline_rules",
    "load_limits",
    "load_pack",
    "load_permissions",
    "load_roles",
    "newest_packs",
    "pack_in_force",
    "packaged_calendar",
    "packaged_text",
    "packs_in",
    "packs_in_force",
    "referred_pack",
    "unreadable_packs",
]

HERE: Final = Path(__file__).resolve().parent
RULE_PACKS: Final = HERE / "rulesets"


def load_pack(code: str, version: int | None = None) -> Pack:
    """The rule pack with this code, the newest version unless one is asked for. RuleError: `pack`.

    A version once read is found without asking anybody, for ever: what cases were decided by never changes.
    """
    pack = newest_packs().get(code) if version is None else _version(code, version)
    if pack is None:
        known = sorted({name for name, _ in all_packs()})
        raise RuleError("pack", "There is no rule pack “%(pack)s”.", pack=code, version=version, allowed=known)
    return pack


def _version(code: str, version: int) -> Pack | None:
    """What was published under a number stands before what a later programme may ship under the same."""
    place = code, version
    return remembered_packs(_packaged()).get(place) or _packaged().get(place) or all_packs().get(place)


def referred_pack(ref: str) -> Pack:
    """The pack of a ``code@version``, or the newest of a bare code. RuleError: `pack`."""
    code, _, version = ref.partition("@")
    if version and not (version.isascii() and version.isdigit()):
        raise RuleError("pack", "There is no rule pack “%(pack)s”.", pack=ref)
    return load_pack(code, int(version) if version else None)


def pack_in_force(code: str, on: date) -> Pack:
    """The version of a pack that is in force on the day `on`. RuleError: `pack`, `pack_not_in_force`."""
    in_force = packs_in_force(on)
    if code not in in_force:
        load_pack(code)
        raise RuleError(
            "pack_not_in_force", "The rule pack “%(pack)s” is not in force on %(on)s.", pack=code, on=on.isoformat()
        )
    return in_force[code]


def packs_in_force(on: date) -> Mapping[str, Pack]:
    """Of every rule pack, by code, the version in force on the day `on`: the latest that has begun, unless it ended."""
    begun = {code: pack for (code, _), pack in sorted(all_packs().items()) if pack.effective_from <= on}
    return {code: pack for code, pack in begun.items() if pack.in_force(on)}


def all_packs() -> Mapping[tuple[str, int], Pack]:
    """Every version of every rule pack, shipped and published, by code and version."""
    return {**_packaged(), **published_packs(_packaged())}


def newest_packs() -> Mapping[str, Pack]:
    """The newest version of every rule pack, by code."""
    return {code: pack for (code, _), pack in sorted(all_packs().items())}


def unreadable_packs() -> Mapping[tuple[str, int], PackError]:
    """Published versions that this programme cannot read, with the reason."""
    return broken_releases(_packaged())


def available_packs() -> tuple[tuple[str, int], ...]:
    """Code and version of every rule pack that ships with the programme."""
    return tuple(sorted(_packaged()))


def packaged_text(code: str, version: int) -> str | None:
    """The text of a pack that ships with the programme; None for any other."""
    path = _packaged_files().get((code, version))
    return path.read_text(encoding="utf-8") if path else None


def packs_in(folder: Path) -> Mapping[tuple[str, int], Pack]:
    """Every rule pack in a folder by code and version, packs that extend others after those. Raises PackError."""
    waiting = {path: path.name for path in sorted(folder.glob("*.yaml"))}
    packs: dict[tuple[str, int], Pack] = {}
    while waiting:
        ready = {path: pack for path in waiting if (pack := read_pack(path, packs)) is not None}
        if not ready:
            name = next(iter(waiting.values()))
            raise PackError(name, 1, "it extends a pack that does not exist")
        for path, pack in ready.items():
            if (pack.code, pack.version) in packs:
                raise PackError(
                    path.name, 1, "pack %(code)s version %(version)s stands twice", code=pack.code, version=pack.version
                )
            packs[pack.code, pack.version] = pack
            del waiting[path]
    return MappingProxyType(packs)


@cache
def _packaged() -> Mapping[tuple[str, int], Pack]:
    return packs_in(RULE_PACKS)


@cache
def _packaged_files() -> Mapping[tuple[str, int], Path]:
    """The file of every pack that ships, by code and version."""
    files = {}
    for path in RULE_PACKS.glob("*.yaml"):
        header = read_yaml(path).table(HEADER, SECTIONS)
        files[header["pack"].text(), header["version"].integer()] = path
    return MappingProxyType(files)


@cache
def load_permissions() -> tuple[PermissionEntry, ...]:
    """Every permission a post can carry, in the order of the file."""
    return read_permissions(HERE / "permissions.yaml")


@cache
def load_roles() -> Mapping[str, Role]:
    """The role matrix by role code."""
    return MappingProxyType(read_roles(HERE / "roles.yaml", load_permissions()))


@cache
def _deadlines() -> tuple[Mapping[str, DeadlineRule], Mapping[str, Limit]]:
    rules, limits = read_deadlines(HERE / "deadlines.yaml")
    return MappingProxyType(rules), MappingProxyType(limits)


def load_deadline_rules() -> Mapping[str, DeadlineRule]:
    """Every deadline rule by code (domain 8.1 and section 9)."""
    return _deadlines()[0]


def load_limits() -> Mapping[str, Limit]:
    """The numbers of domain 8.1 that are no periods, by code."""
    return _deadlines()[1]


@cache
def packaged_calendar() -> WorkCalendar:
    """The working-day calendar of all notices shipped, other years computed and provisional."""
    folder = HERE / "calendar"
    return read_calendar(folder / "holidays.yaml", folder / "festivals.yaml")
