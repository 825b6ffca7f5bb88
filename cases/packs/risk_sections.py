"""The sections of a rule pack on risk events: their levels, which trigger they are, which items they answer."""

from typing import Final, Literal, cast

from cases.packs.class_sections import cited
from cases.packs.marked import Table, Value
from cases.rules.errors import msgid
from cases.rules.event_facts import AUTHORITY_LEVELS, KINDS, PRODUCT_LEVELS
from cases.rules.risk_level import CONDITIONS, LEVELS, Circumstance, KindLevel, Raising, RiskLevelRule
from cases.rules.starred_items import EventItem, ItemFinding

_WITH_VALUES: Final = {"authority": AUTHORITY_LEVELS, "product_level": PRODUCT_LEVELS}


def read_risk_levels(place: Value, act: str) -> RiskLevelRule:
    """What every kind of event counts as; each kind once, and none left out."""
    section = place.table("clause source note verified_by_another harm circumstances kinds")
    section["source"].source_tag()
    harm = section["harm"].table("deaths serious_injuries source")
    harm["source"].source_tag()
    circumstances = _circumstances(section["circumstances"])
    kinds: dict[str, KindLevel] = {}
    for value in section["kinds"].sequence():
        kind = _kind(value, circumstances)
        if kind.kind in kinds:
            value.refuse("kind %(kind)s stands twice", kind=kind.kind)
        kinds[kind.kind] = kind
    if missing := [kind for kind in KINDS if kind not in kinds]:
        section["kinds"].refuse("no level for %(kinds)s", kinds=", ".join(missing))
    return RiskLevelRule(
        kinds=kinds,
        circumstances=circumstances,
        harm_deaths=harm["deaths"].integer(),
        harm_injuries=harm["serious_injuries"].integer(),
        verified_by_another=section["verified_by_another"].flag(),
        clause=cited(act, section["clause"]),
        note=section["note"].text(),
    )


def _circumstances(place: Value) -> dict[str, Circumstance]:
    circumstances: dict[str, Circumstance] = {}
    for value in place.sequence():
        row = value.table("code name name_en kinds source")
        row["source"].source_tag()
        code = row["code"].text()
        if code in circumstances:
            row["code"].refuse("circumstance %(code)s stands twice", code=code)
        kinds = _choices(row["kinds"], KINDS)
        circumstances[code] = Circumstance(code, row["name"].text(), row["name_en"].text(), kinds)
    return circumstances


def _kind(place: Value, circumstances: dict[str, Circumstance]) -> KindLevel:
    row = place.table("kind level text text_en source raised")
    kind = row["kind"].choice(*KINDS)
    level = row["level"].choice(*LEVELS)
    raisings = tuple(_raising(value, kind, circumstances) for value in row["raised"].sequence())
    for raising, value in zip(raisings, row["raised"].sequence(), strict=True):
        if LEVELS.index(raising.level) <= LEVELS.index(level):
            value.refuse("%(level)s is no higher than what the kind counts as", level=raising.level)
    return KindLevel(kind, level, row["text"].text(), row["text_en"].text(), raisings, row["source"].source_tag())


def _raising(place: Value, kind: str, circumstances: dict[str, Circumstance]) -> Raising:
    row = place.table("level when text text_en source", "of")
    row["source"].source_tag()
    condition = row["when"].choice(*CONDITIONS)
    known = {**_WITH_VALUES, "circumstance": tuple(code for code, each in circumstances.items() if kind in each.kinds)}
    if (condition in known) != ("of" in row):
        needed = msgid("%(condition)s needs `of`") if condition in known else msgid("%(condition)s takes no `of`")
        place.refuse(needed, condition=condition)
    of = _choices(row["of"], known[condition]) if "of" in row else frozenset()
    return Raising(row["level"].choice(*LEVELS), condition, of, row["text"].text(), row["text_en"].text())


def read_event_items(place: Value, act: str) -> tuple[EventItem, ...]:
    """The items of the form that the event store answers."""
    items: dict[str, EventItem] = {}
    for value in place.sequence():
        row = value.table("item clause source findings")
        row["source"].source_tag()
        number = row["item"].text()
        if number in items:
            row["item"].refuse("item %(item)s stands twice", item=number)
        clause = f"{cited(act, row['clause'])}、《通用规则》第{number}项"
        items[number] = EventItem(number, clause, tuple(_finding(each) for each in row["findings"].sequence()))
    return tuple(items.values())


def _finding(place: Value) -> ItemFinding:
    row = place.table("kind text text_en", "authority circumstances count window")
    return ItemFinding(
        kind=row["kind"].choice(*KINDS),
        text=row["text"].text(),
        text_en=row["text_en"].text(),
        authority=_optional(row, "authority", AUTHORITY_LEVELS),
        circumstances=frozenset(row["circumstances"].texts()) if "circumstances" in row else frozenset(),
        count=row.get("count", Value.integer, 1),
        window=cast(
            Literal["failures", "others"], row["window"].choice("failures", "others") if "window" in row else "others"
        ),
    )


def _optional(row: Table, key: str, allowed: tuple[str, ...]) -> frozenset[str]:
    return _choices(row[key], allowed) if key in row else frozenset()


def _choices(place: Value, allowed: tuple[str, ...]) -> frozenset[str]:
    for value in place.sequence():
        value.choice(*allowed)
    return frozenset(place.texts())
