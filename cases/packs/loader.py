"""The packs and catalogues in force, read once and cached; what is wrong in a file is a `PackError` with its line."""

from collections.abc import Mapping
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
from cases.packs.marked import PackError
from cases.packs.rule_pack import Pack, read_pack
from cases.rules.deadlines import DeadlineRule
from cases.rules.errors import RuleError
from cases.rules.working_days import WorkCalendar

__all__ = [
    "Pack",
    "PackError",
    "available_packs",
    "load_deadline_rules",
    "load_limits",
    "load_pack",
    "load_permissions",
    "load_roles",
    "packaged_calendar",
    "packs_in",
]

HERE: Final = Path(__file__).resolve().parent
RULE_PACKS: Final = HERE / "rulesets"


def load_pack(code: str, version: int | None = None) -> Pack:
    """The rule pack with this code, the newest version unless one is asked for. RuleError: `pack`."""
    versions = [pack for (name, _), pack in _packaged().items() if name == code]
    if version is not None:
        versions = [pack for pack in versions if pack.version == version]
    if not versions:
        known = sorted({name for name, _ in _packaged()})
        raise RuleError("pack", "There is no rule pack “%(pack)s”.", pack=code, version=version, allowed=known)
    return max(versions, key=lambda pack: pack.version)


def available_packs() -> tuple[tuple[str, int], ...]:
    """Code and version of every rule pack."""
    return tuple(sorted(_packaged()))


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
                raise PackError(path.name, 1, f"pack {pack.code} version {pack.version} stands twice")
            packs[pack.code, pack.version] = pack
            del waiting[path]
    return MappingProxyType(packs)


@cache
def _packaged() -> Mapping[tuple[str, int], Pack]:
    return packs_in(RULE_PACKS)


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
