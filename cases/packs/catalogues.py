"""The catalogues beside the rule packs: permissions, roles, deadline rules and the working-day calendar."""

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from cases.packs.marked import Table, Value, read_yaml
from cases.rules.deadlines import DeadlineKind, DeadlineRule, Grantor, Sense
from cases.rules.working_days import UNITS, Festivals, Unit, WorkCalendar, YearCalendar

BODY_LEVELS: Final = ("national", "province", "city", "county", "township")
_SENSES: Final = ("within", "not_before", "lead", "recurring", "retention")


@dataclass(frozen=True, slots=True)
class PermissionEntry:
    """A permission a post can carry, with its labels; ``reach`` is the subtree of its body, or the body alone."""

    codename: str
    zh: str
    en: str
    reach: str = "subtree"


@dataclass(frozen=True, slots=True)
class Role:
    """A role: the body levels at which a post of it may exist, and the permissions the post carries."""

    code: str
    zh: str
    en: str
    levels: tuple[str, ...]
    permissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of 8.1 that is no period of time (a rate, an amount)."""

    code: str
    title: str
    value: str
    act: str
    clause: str
    source_tag: str


def read_permissions(path: Path) -> tuple[PermissionEntry, ...]:
    entries: dict[str, PermissionEntry] = {}
    for value in read_yaml(path).sequence():
        row = value.table("codename zh en", "reach")
        reach = row["reach"].choice("subtree", "own") if "reach" in row else "subtree"
        entry = PermissionEntry(row["codename"].text(), row["zh"].text(), row["en"].text(), reach)
        _refuse_double(row["codename"], entry.codename, entries)
        entries[entry.codename] = entry
    return tuple(entries.values())


def read_roles(path: Path, permissions: tuple[PermissionEntry, ...]) -> dict[str, Role]:
    """The role matrix; a permission or level that does not exist is refused."""
    known = tuple(entry.codename for entry in permissions)
    roles: dict[str, Role] = {}
    for value in read_yaml(path).sequence():
        row = value.table("code zh en levels permissions")
        code = row["code"].text()
        _refuse_double(row["code"], code, roles)
        for level in row["levels"].sequence():
            level.choice(*BODY_LEVELS)
        for permission in row["permissions"].sequence():
            if permission.text() not in known:
                permission.refuse("unknown permission “%(value)s”", value=permission.text())
        levels, carried = row["levels"].texts(), row["permissions"].texts()
        roles[code] = Role(code, row["zh"].text(), row["en"].text(), levels, carried)
    return roles


_DEADLINE_KEYS: Final = "code title title_en kind amount unit act source"
_DEADLINE_OPTIONS: Final = (
    "sense clause starts_on roll max_extension extension_unit max_extensions ask_before granted_by reminders "
    "note settable"
)


def read_deadlines(path: Path) -> tuple[dict[str, DeadlineRule], dict[str, Limit]]:
    """All deadline rules by code, and the limits that are no periods."""
    document = read_yaml(path).table("deadlines limits")
    rules: dict[str, DeadlineRule] = {}
    for value in document["deadlines"].sequence():
        row = value.table(_DEADLINE_KEYS, _DEADLINE_OPTIONS)
        _refuse_double(row["code"], row["code"].text(), rules)
        rule = _deadline(row)
        rules[rule.code] = rule
    limits: dict[str, Limit] = {}
    for value in document["limits"].sequence():
        row = value.table("code title value act clause source")
        _refuse_double(row["code"], row["code"].text(), limits)
        code, title, stated, act, clause = (row[key].text() for key in ("code", "title", "value", "act", "clause"))
        limits[code] = Limit(code, title, stated, act, clause, row["source"].source_tag())
    return rules, limits


def _deadline(row: Table) -> DeadlineRule:
    tags = row["source"].source_tag().split(", ")
    open_value = bool({"A", "R"} & set(tags))
    settable = row.get("settable", Value.flag, open_value)
    if settable and not open_value:
        row["settable"].refuse("a period that rests on a source cannot be settable")
    unit = _unit(row["unit"])
    most = row.get("max_extension", Value.integer, 0)
    return DeadlineRule(
        code=row["code"].text(),
        title=row["title"].text(),
        title_en=row["title_en"].text(),
        kind=cast(DeadlineKind, row["kind"].choice("statute", "rule", "custom")),
        sense=_sense(row),
        amount=row["amount"].integer(),
        unit=unit,
        starts_on=row.get("starts_on", Value.text, ""),
        roll=row.get("roll", Value.flag, True),
        extendable=most > 0,
        max_extension=most,
        extension_unit=row.get("extension_unit", _unit, unit),
        max_extensions=row.get("max_extensions", Value.integer, 1 if most else 0),
        ask_before=row.get("ask_before", Value.integer, 0),
        granted_by=row.get("granted_by", _grantor, "accountable"),
        reminders=row.get("reminders", _rungs, ()),
        note=row.get("note", Value.text, ""),
        act=row["act"].text(),
        clause=row.get("clause", Value.text, ""),
        source_tag=row["source"].text(),
        settable=settable,
    )


def _grantor(value: Value) -> Grantor:
    return cast(Grantor, value.choice("accountable", "handling"))


def _unit(value: Value) -> Unit:
    return cast(Unit, value.choice(*UNITS))


def _sense(row: Table) -> Sense:
    return cast(Sense, row["sense"].choice(*_SENSES) if "sense" in row else "within")


def _rungs(value: Value) -> tuple[int, ...]:
    return tuple(rung.integer() for rung in value.sequence())


def read_calendar(holidays: Path, festivals: Path) -> WorkCalendar:
    """The notices of all known years over the festivals that other years are computed from."""
    moving: dict[int, Festivals] = {}
    for value in read_yaml(festivals).sequence():
        row = value.table("year spring qingming duanwu zhongqiu")
        year = row["year"].integer()
        _refuse_double(row["year"], year, moving)
        moving[year] = Festivals(*(row[key].month_day(year) for key in ("spring", "qingming", "duanwu", "zhongqiu")))
    noticed: dict[int, YearCalendar] = {}
    for value in read_yaml(holidays).sequence():
        row = value.table("year notice_no off_days makeup_days")
        year = row["year"].integer()
        _refuse_double(row["year"], year, noticed)
        off, makeup = (
            frozenset(day.month_day(year) for day in row[key].sequence()) for key in ("off_days", "makeup_days")
        )
        noticed[year] = YearCalendar(year, off, makeup, row["notice_no"].text(), official=True)
    return WorkCalendar.of(noticed.values(), moving)


def _refuse_double(place: Value, key: object, seen: Container[Any]) -> None:
    if key in seen:
        place.refuse("“%(value)s” stands twice", value=key)
