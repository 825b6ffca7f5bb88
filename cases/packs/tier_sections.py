"""The sections of a rule pack on tiers, lists, escalation, task lists, entry reasons and region colours."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from cases.packs.class_sections import cited
from cases.packs.marked import Value
from cases.rules.colour import Palette
from cases.rules.escalation import EscalationRule
from cases.rules.listing import Accumulation, ListingRule
from cases.rules.tier import LevelOverride, Threshold, TierTable

TIERS: Final = ("A", "B", "C", "D")
KINDS: Final = ("production", "wholesale", "retail")
CREDIT_RISKS: Final = ("low", "general", "elevated", "high")
LEVELS: Final = ("province", "city", "county", "township")
UPPER_LEVELS: Final = ("national", *LEVELS)
MOST_MONTHS: Final = 1_200


@dataclass(frozen=True, slots=True)
class Task:
    """One task of a supervision task list, numbered as in the annex."""

    number: str
    text: str


@dataclass(frozen=True, slots=True)
class TaskSection:
    """A key work of a task list; `free_text` is set where tasks are filled in by hand instead."""

    number: str
    key_work: str
    tasks: tuple[Task, ...]
    free_text: str


@dataclass(frozen=True, slots=True)
class TaskList:
    """A task list of an annex (production, sales, oversight)."""

    code: str
    title: str
    clause: str
    sections: tuple[TaskSection, ...]

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All fixed tasks, in order."""
        return tuple(task for section in self.sections for task in section.tasks)


def read_tiers(place: Value, act: str) -> TierTable:
    """Thresholds and bodies; bounds must fall from tier to tier for every kind."""
    section = place.table(
        "order clause higher_clause indicator_clause source kinds level_clause levels untiered_level "
        "municipalities municipality_levels overrides provinces"
    )
    section["source"].source_tag()
    order = section["order"].texts()
    if order != TIERS:
        section["order"].refuse("the tiers are A, B, C and D, in this order")
    kinds = {name: value.table("name bounds") for name, value in section["kinds"].table()}
    if set(kinds) != set(KINDS):
        section["kinds"].refuse("bounds are needed for %(kinds)s, and for no others", kinds=", ".join(KINDS))
    return TierTable(
        thresholds={name: _thresholds(kind["bounds"], order) for name, kind in kinds.items()},
        kind_names={name: kind["name"].text() for name, kind in kinds.items()},
        lowest=order[-1],
        levels=_levels(section["levels"], order),
        untiered_level=section["untiered_level"].choice(*LEVELS),
        municipalities=frozenset(section["municipalities"].texts()),
        municipality_levels=_levels(section["municipality_levels"], order),
        overrides=_overrides(section["overrides"]),
        provinces=frozenset(section["provinces"].texts()),
        clause=cited(act, section["clause"]),
        higher_clause=cited(act, section["higher_clause"]),
        indicator_clause=cited(act, section["indicator_clause"]),
        level_clause=cited(act, section["level_clause"]),
    )


def _thresholds(place: Value, order: tuple[str, ...]) -> tuple[Threshold, ...]:
    steps = []
    for tier, value in place.table():
        row = value.table("headcount revenue_wan")
        steps.append(Threshold(tier, row["headcount"].integer(), row["revenue_wan"].decimal()))
    if tuple(step.tier for step in steps) != order[:-1]:
        place.refuse("bounds must name every tier but the lowest, highest first")
    falling = all(
        upper.headcount > lower.headcount and upper.revenue_wan > lower.revenue_wan for upper, lower in pairwise(steps)
    )
    if not falling:
        place.refuse("bounds must fall from tier to tier")
    return tuple(steps)


def _levels(place: Value, order: tuple[str, ...]) -> dict[str, str]:
    levels = {tier: level.choice(*LEVELS) for tier, level in place.table()}
    if tuple(levels) != order:
        place.refuse("levels must name every tier, highest first")
    return levels


def _overrides(place: Value) -> tuple[LevelOverride, ...]:
    overrides = []
    for value in place.sequence():
        row = value.table("name levels source note", "prefixes second_pair")
        row["source"].source_tag()
        prefixes = frozenset(row["prefixes"].texts()) if "prefixes" in row else frozenset()
        second_pair = row.get("second_pair", Value.text, "")
        if not prefixes and not second_pair:
            value.refuse("an override needs prefixes or second_pair")
        levels = {name: level.choice(*UPPER_LEVELS) for name, level in row["levels"].table()}
        overrides.append(LevelOverride(row["name"].text(), prefixes, second_pair, levels, row["note"].text()))
    return tuple(overrides)


def read_listing(place: Value, act: str) -> ListingRule:
    section = place.table(
        "clause source special_count major_window_months larger_window_months credit_risks special_credit key_credit",
        "act accumulate",
    )
    section["source"].source_tag()
    risks = section["credit_risks"].texts()
    if risks != CREDIT_RISKS:
        section["credit_risks"].refuse("the credit risks are %(risks)s, in this order", risks=", ".join(CREDIT_RISKS))
    for key in ("special_credit", "key_credit"):
        for value in section[key].sequence():
            value.choice(*risks)
    return ListingRule(
        special_count=section["special_count"].integer(least=1),
        major_window_months=section["major_window_months"].integer(least=1, most=MOST_MONTHS),
        larger_window_months=section["larger_window_months"].integer(least=1, most=MOST_MONTHS),
        credit_risks=risks,
        special_credit=frozenset(section["special_credit"].texts()),
        key_credit=frozenset(section["key_credit"].texts()),
        clause=cited(section.get("act", Value.text, act), section["clause"]),
        accumulation=_accumulation(section["accumulate"], act) if "accumulate" in section else None,
    )


def _accumulation(place: Value, act: str) -> Accumulation:
    section = place.table("count months clause source")
    section["source"].source_tag()
    return Accumulation(section["count"].integer(), section["months"].integer(), cited(act, section["clause"]))


def read_escalation(place: Value, act: str, tiers: TierTable) -> EscalationRule:
    """Who stands above whom, over the municipalities and provinces of the tier table."""
    section = place.table(
        "clause source upper municipality_upper overrides hazard_count hazard_window_months larger_accident"
    )
    section["source"].source_tag()
    accident = section["larger_accident"].table("clause source deaths serious_injuries direct_loss_wan")
    accident["source"].source_tag()
    return EscalationRule(
        upper=_upper(section["upper"]),
        municipalities=tiers.municipalities,
        municipality_upper=_upper(section["municipality_upper"]),
        overrides=_overrides(section["overrides"]),
        provinces=tiers.provinces,
        hazard_count=section["hazard_count"].integer(least=1),
        hazard_window_months=section["hazard_window_months"].integer(least=1, most=MOST_MONTHS),
        larger_deaths=accident["deaths"].integer(),
        larger_injuries=accident["serious_injuries"].integer(),
        larger_loss_wan=accident["direct_loss_wan"].integer(),
        clause=cited(act, section["clause"]),
        accident_clause=accident["clause"].text(),
    )


def _upper(place: Value) -> dict[str, str]:
    """Level → the level above it."""
    return {name: level.choice(*UPPER_LEVELS) for name, level in place.table()}


def read_task_lists(place: Value, act: str) -> dict[str, TaskList]:
    lists: dict[str, TaskList] = {}
    for value in place.sequence():
        row = value.table("list title clause source sections")
        row["source"].source_tag()
        code = row["list"].text()
        if code in lists:
            row["list"].refuse("“%(value)s” stands twice", value=code)
        sections = tuple(_task_section(part) for part in row["sections"].sequence())
        lists[code] = TaskList(code, row["title"].text(), cited(act, row["clause"]), sections)
    return lists


def _task_section(place: Value) -> TaskSection:
    row = place.table("number key_work", "tasks free_text")
    if ("tasks" in row) == ("free_text" in row):
        place.refuse("a section has either tasks or free_text")
    tasks = _tasks(row["tasks"]) if "tasks" in row else ()
    number = row["number"].text()
    for task in tasks:
        if not task.number.startswith(f"{number}."):
            place.refuse("task %(task)s does not belong to section %(section)s", task=task.number, section=number)
    return TaskSection(number, row["key_work"].text(), tasks, row.get("free_text", Value.text, ""))


def _tasks(place: Value) -> tuple[Task, ...]:
    tasks: dict[str, Task] = {}
    for value in place.sequence():
        row = value.table("number text")
        number = row["number"].text()
        if number in tasks:
            row["number"].refuse("task %(task)s stands twice", task=number)
        tasks[number] = Task(number, row["text"].text())
    return tuple(tasks.values())


def read_entry_reasons(place: Value, act: str) -> dict[str, str]:
    """Code → the reason as the act words it, for what must be stated at first entry."""
    section = place.table("clause source reasons")
    section["source"].source_tag()
    cited(act, section["clause"])
    return section["reasons"].table().texts()


def read_palettes(place: Value, act: str) -> dict[str, Palette]:
    """Palettes by code; bounds must fall from worst to best."""
    palettes: dict[str, Palette] = {}
    for value in place.sequence():
        row = value.table("code bounds best small_area names clause source", "act")
        row["source"].source_tag()
        bounds = tuple((name, share.fraction()) for name, share in row["bounds"].table())
        shares = [share for _, share in bounds]
        if shares != sorted(set(shares), reverse=True):
            row["bounds"].refuse("bounds must fall from the worst colour to the best")
        names = row["names"].table().texts()
        if set(names) != {*dict(bounds), row["best"].text()}:
            row["names"].refuse("every colour needs a name, and no other")
        palettes[row["code"].text()] = Palette(
            code=row["code"].text(),
            bounds=bounds,
            best=row["best"].text(),
            small_area=row["small_area"].integer(),
            colour_names=names,
            clause=cited(row.get("act", Value.text, act), row["clause"]),
        )
    return palettes
