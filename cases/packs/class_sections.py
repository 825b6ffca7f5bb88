"""The sections of a rule pack on classes: the form, modes, adjustment, measures and the default check plan."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final, Literal, cast

from cases.packs.marked import Table, Value
from cases.rules.adjust import AdjustRule, Trigger, TriggeringEvent
from cases.rules.event_facts import KINDS
from cases.rules.mode import ModeCell, ModeTable
from cases.rules.quality_class import AnswerType, ClassRule, Item
from cases.rules.risk_level import LEVELS

_ITEM: Final = "number text answer"
_ITEM_OPTIONS: Final = "starred na na_note parent clause source"
CLASSES: Final = ("AA", "A", "B", "C")
"""The classes of art. 11, best first; no source knows others."""
LONGEST_NUMBER: Final = 8
MOST_YEARS: Final = 100


@dataclass(frozen=True, slots=True)
class CheckFrequency:
    """How often to check a class by default, bounded by the published yearly cap; `product_level` empty for any."""

    quality_class: str
    product_level: str
    times: int
    years: int
    note: str
    source_tag: str


def cited(act: str, clause: Value | str) -> str:
    """Act and clause as printed in grounds."""
    return f"{act} {clause.text() if isinstance(clause, Value) else clause}".strip()


def read_classes(place: Value, act: str, base: ClassRule | None, base_minimum: int) -> tuple[ClassRule, int]:
    """The form and its thresholds, and the fewest items it may have."""
    section = place.table("order bounds clause starred_clause source minimum_items items")
    section["source"].source_tag()
    order = _order(section["order"])
    minimum = max(section["minimum_items"].integer(), base_minimum)
    items = _items(section["items"], cited(act, section["clause"]))
    if base is not None:
        _refuse_dropped(section["items"], items, base)
    if len(items) < minimum:
        section["items"].refuse(
            "%(items)s items, but the national form has %(minimum)s: none may be dropped",
            items=len(items),
            minimum=minimum,
        )
    bounds = tuple((name, share.fraction()) for name, share in section["bounds"].table())
    if base is not None:
        _refuse_lowered(section["bounds"], bounds, base)
    if [name for name, _ in bounds] != list(order[1:-1]):
        section["bounds"].refuse("bounds must name every class between the best and the worst, best first")
    if [share for _, share in bounds] != sorted((share for _, share in bounds), reverse=True):
        section["bounds"].refuse("bounds must fall from class to class")
    return (
        ClassRule(
            items=items,
            best=order[0],
            bounds=bounds,
            worst=order[-1],
            tie_rule="better",
            na_policy="pass",
            clause=cited(act, section["clause"]),
            starred_clause=cited(act, section["starred_clause"]),
        ),
        minimum,
    )


def added_items(place: Value, act: str, base: ClassRule) -> ClassRule:
    """The form with a province's own items after those it extends."""
    items = _items(place, act)
    numbers = {item.number for item in base.items}
    for item, value in zip(items, place.sequence(), strict=True):
        if item.number in numbers:
            value.refuse("item %(item)s stands in the form already", item=item.number)
        if item.parent and item.parent not in numbers:
            value.refuse(
                "item %(item)s refines item %(parent)s, which does not exist", item=item.number, parent=item.parent
            )
    return replace(base, items=(*base.items, *items))


def with_settings(
    classes: ClassRule | None, adjustment: AdjustRule | None, settings: Mapping[str, Any]
) -> tuple[ClassRule | None, AdjustRule | None]:
    """Both rules as the settings of the pack have them."""
    if classes is not None:
        chosen = {key: settings[key] for key in ("tie_rule", "na_policy") if key in settings}
        classes = replace(classes, **chosen)
    if adjustment is not None:
        named = {"other_window_years": "c_trigger_window_years"} | {
            key: key for key in ("demotion_policy", "review_cycle_months", "upgrade_after_months")
        }
        stated = {name: settings[key] for name, key in named.items() if key in settings}
        adjustment = replace(adjustment, **stated)
    return classes, adjustment


def _order(place: Value) -> tuple[str, ...]:
    """Classes as art. 11 has them: a record can hold no others."""
    order = place.texts()
    if order != CLASSES:
        place.refuse("the classes are AA, A, B and C, in this order")
    return order


def _items(place: Value, clause: str) -> tuple[Item, ...]:
    items: dict[str, Item] = {}

    def read(value: Value) -> None:
        row = value.table(_ITEM, _ITEM_OPTIONS)
        number = row["number"].text()
        if number in items:
            row["number"].refuse("item %(item)s stands twice", item=number)
        if len(number) > LONGEST_NUMBER:
            row["number"].refuse("an item's number has at most %(most)s characters", most=LONGEST_NUMBER)
        if "source" in row:
            row["source"].source_tag()
        items[number] = _item(row, number, clause)

    place.each(read)
    return tuple(items.values())


def _item(row: Table, number: str, clause: str) -> Item:
    na = row["na"].choice("pass", "fail") if "na" in row else ""
    return Item(
        number=number,
        text=row["text"].text(),
        starred=row.get("starred", Value.flag, False),
        answer_type=cast(AnswerType, row["answer"].choice("finding", "conformity")),
        na=cast(Literal["pass", "fail", ""], na),
        na_note=row["na_note"].text() if na else "",
        parent=row.get("parent", Value.text, ""),
        clause=row.get("clause", Value.text, f"{clause.split(' ')[0]} 《通用规则》第{number}项"),
    )


def _refuse_dropped(place: Value, items: tuple[Item, ...], base: ClassRule) -> None:
    """A restated form keeps every item of the one it extends, starred where that is, answered alike."""
    own = {item.number: item for item in items}
    for item in base.items:
        if item.number not in own:
            place.refuse("item %(item)s of the national form is missing", item=item.number)
        restated = own[item.number]
        answered_alike = item.answer_type == restated.answer_type and restated.na in ("", "fail", item.na)
        if (item.starred and not restated.starred) or not answered_alike or (item.na == "" and restated.na):
            place.refuse("item %(item)s is weaker than in the national form", item=item.number)


def _refuse_lowered(place: Value, bounds: tuple[tuple[str, Fraction], ...], base: ClassRule) -> None:
    """A restated form asks for no smaller share than the one it extends."""
    national = dict(base.bounds)
    for name, share in bounds:
        if share < national.get(name, share):
            place.refuse("the bound of class %(quality_class)s is lower than in the national form", quality_class=name)


def read_modes(place: Value, act: str) -> ModeTable:
    """The mode matrix, product levels highest risk first; every class needs a mode at every level."""
    section = place.table("clause source names classes levels", "base")
    section["source"].source_tag()
    names = section["names"].table().texts()
    classes = section["classes"].texts()
    base = {name: mode.choice(*names) for name, mode in section["base"].table()} if "base" in section else {}
    rows = {
        level["code"].text(): level
        for level in (
            value.table("code name clause source text modes", "discretionary intensified")
            for value in section["levels"].sequence()
        )
    }
    for row in rows.values():
        row["source"].source_tag()
    cells = {name: {code: _cell(row, name, names) for code, row in rows.items()} for name in classes}
    return ModeTable(
        levels=tuple(rows),
        base=base,
        cells=cells,
        discretionary=frozenset(code for code, row in rows.items() if row.get("discretionary", Value.flag, False)),
        mode_names=names,
        level_names={code: row["name"].text() for code, row in rows.items()},
        base_clause=cited(act, section["clause"]),
        level_clauses={code: cited(act, row["clause"]) for code, row in rows.items()},
        level_texts={code: row["text"].text() for code, row in rows.items()},
    )


def _cell(row: Table, quality_class: str, names: Mapping[str, str]) -> ModeCell:
    modes = row["modes"].table()
    if quality_class not in modes:
        row["modes"].refuse("no mode for class %(quality_class)s", quality_class=quality_class)
    harder = row["intensified"].texts() if "intensified" in row else ()
    return ModeCell(modes[quality_class].choice(*names), quality_class in harder)


def read_adjustment(place: Value, act: str) -> AdjustRule:
    section = place.table("order clause definition_clause source failures_for_worst window_years triggers")
    section["source"].source_tag()
    triggers = section["triggers"].each(lambda value: _trigger(value, act))
    return AdjustRule(
        order=_order(section["order"]),
        triggers={trigger.code: trigger for trigger in triggers},
        demotion_policy="art11",
        failures_for_worst=section["failures_for_worst"].integer(least=1),
        window_years=section["window_years"].integer(least=1, most=MOST_YEARS),
        other_window_years=None,
        no_skip_clause=cited(act, section["clause"]),
        floor_clause=cited(act, section["clause"]),
        definition_clause=cited(act, section["definition_clause"]),
    )


def _trigger(value: Value, act: str) -> Trigger:
    row = value.table("code text clause to_worst events source", "inspect")
    row["source"].source_tag()
    return Trigger(
        code=row["code"].text(),
        text=row["text"].text(),
        clause=cited(act, row["clause"]),
        to_worst=cast(Literal["always", "repeated", "never"], row["to_worst"].choice("always", "repeated", "never")),
        events=tuple(row["events"].each(_triggering_event)),
        inspect=row.get("inspect", Value.flag, False),
    )


def _triggering_event(place: Value) -> TriggeringEvent:
    row = place.table("kind", "circumstances least_level")
    return TriggeringEvent(
        kind=row["kind"].choice(*KINDS),
        circumstances=frozenset(row["circumstances"].texts()) if "circumstances" in row else frozenset(),
        least_level=row["least_level"].choice(*LEVELS) if "least_level" in row else LEVELS[0],
    )


def read_measures(place: Value, act: str) -> dict[str, tuple[str, ...]]:
    """Class → the measures the act lists for it, verbatim."""
    measures: dict[str, tuple[str, ...]] = {}
    for value in place.sequence():
        row = value.table("class clause source principle measures")
        row["source"].source_tag()
        cited(act, row["clause"])
        measures[row["class"].text()] = row["measures"].texts()
    return measures


def read_check_plan(place: Value, act: str) -> tuple[CheckFrequency, ...]:
    """Default frequencies; the act gives none, so all are assumptions."""
    plan = []
    for value in place.sequence():
        row = value.table("class times years note source", "level")
        plan.append(
            CheckFrequency(
                row["class"].text(),
                row.get("level", Value.text, ""),
                row["times"].integer(),
                row["years"].integer(least=1, most=MOST_YEARS),
                row["note"].text(),
                row["source"].source_tag(),
            )
        )
    return tuple(plan)
