"""A rule pack as tables that can be read: computed from the typed pack, never from its text.

What the pack quotes of its act stays Chinese; only the headings and our own words are translated.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from cases.models.body import Body
from cases.models.risk import CreditRating, RiskEvent
from cases.packs.loader import Pack
from cases.rules.quality_class import Item, answer_word
from cases.rules.tier import LevelOverride
from cases.selectors.pack_words import SETTING_NAMES, SOURCE_NAMES, TO_WORST, VALUE_NAMES, source_words
from cases.selectors.risk_sheets import accumulation_rows, circumstance_names, item_sheets, risk_sheets, triggering
from cases.selectors.sheets import Row, Sheet, Text
from cases.selectors.written import written


def sheets_of(pack: Pack) -> list[Sheet]:
    """Every section the pack has, in the order of a reader; the head first."""
    return [sheet for make in _SHEETS for sheet in make(pack) if sheet.rows]


def sources_of(pack: Pack) -> list[tuple[str, Text]]:
    """The source tags of the pack with the documents they stand for, in the order of the tags."""
    tags = {
        *pack.source_tag.split(", "),
        *(tag for each in pack.settings.values() for tag in each.source_tag.split(", ")),
    }
    return [(tag, SOURCE_NAMES[tag.partition(":")[0]]) for tag in sorted(tags)]


def _yes(flag: bool) -> str:
    return gettext("Yes") if flag else "—"


def _share(share: Fraction) -> str:
    """9/10 as 90%; what is no whole percentage stays a fraction."""
    percent = share * 100
    return f"{percent.numerator}%" if percent.denominator == 1 else f"{share.numerator}/{share.denominator}"


def _level(level: str) -> str:
    return str(Body.Level(level).label) if level in Body.Level.values else level


def _pairs(code: str, title: Text, pairs: Iterable[tuple[Text, str]], clause: str = "") -> Sheet:
    rows = tuple(Row(str(name), (str(name), value)) for name, value in pairs)
    return Sheet(code, title, (_("Entry"), _("Value")), rows, clause)


def _head(pack: Pack) -> Iterator[Sheet]:
    pairs: list[tuple[Text, str]] = [
        (_("Title"), pack.title),
        (_("Act"), pack.act),
        (_("Jurisdiction"), pack.jurisdiction),
        (_("In force from"), str(written(pack.effective_from))),
        (_("In force until"), str(written(pack.effective_to)) if pack.effective_to else "—"),
        (_("Sources"), source_words(pack.source_tag)),
        (_("Extends"), pack.base_ref or "—"),
        (_("Note"), pack.note or "—"),
    ]
    english = Row("title_en", (gettext("English title"), pack.title_en), "en")
    sheet = _pairs("head", _("Header"), pairs)
    yield replace(sheet, rows=(*sheet.rows, english))


def _items(pack: Pack) -> Iterator[Sheet]:
    if pack.classes is None:
        return
    columns = (
        _("Item"), _("Starred"), pgettext("of a form", "Text"), _("Answers"), _("If it does not apply"), _("Refines"),
        _("Clause"),
    )  # fmt: skip
    rows = tuple(Row(item.number, _item_cells(item)) for item in pack.classes.items)
    yield Sheet("items", _("Items of the form"), columns, rows, pack.classes.clause)


def _item_cells(item: Item) -> tuple[str, ...]:
    answers = f"{answer_word(item.answer_type, True)} / {answer_word(item.answer_type, False)}"
    na = f"{answer_word(item.answer_type, item.na == 'pass')}：{item.na_note}" if item.na else "—"
    return item.number, "★" if item.starred else "—", item.text, answers, na, item.parent or "—", item.clause


def _bounds(pack: Pack) -> Iterator[Sheet]:
    rule = pack.classes
    if rule is None:
        return
    rows = [Row(rule.best, (rule.best, _share(Fraction(1))))]
    rows += [Row(name, (name, gettext("from %(share)s") % {"share": _share(share)})) for name, share in rule.bounds]
    rows.append(Row(rule.worst, (rule.worst, gettext("below, or a starred item failed"))))
    title = _("Classes by the share of items passed")
    yield Sheet("bounds", title, (_("Quality class"), _("Share")), tuple(rows), rule.clause)


def _modes(pack: Pack) -> Iterator[Sheet]:
    table = pack.modes
    if table is None:
        return

    def cell(quality_class: str, level: str) -> str:
        mode = table.cells[quality_class][level]
        name = table.mode_names[mode.mode]
        return gettext("%(mode)s, intensified") % {"mode": name} if mode.intensified else name

    columns: tuple[Text, ...] = (
        _("Product risk"),
        *table.cells,
        _("Discretion"),
        pgettext("of a form", "Text"),
        _("Clause"),
    )
    rows = tuple(
        Row(
            level,
            (
                table.level_names[level],
                *(cell(name, level) for name in table.cells),
                _yes(level in table.discretionary),
                table.level_texts[level],
                table.level_clauses[level],
            ),
        )
        for level in table.levels
    )
    yield Sheet("modes", _("Modes of supervision"), columns, rows, table.base_clause)


def _triggers(pack: Pack) -> Iterator[Sheet]:
    rule = pack.adjustment
    if rule is None:
        return
    columns = (_("Event"), _("Leads to the worst class"), _("Which risk events"), _("Clause"))
    names = circumstance_names()
    rows = tuple(
        Row(each.code, (each.text, str(TO_WORST[each.to_worst]), triggering(each, names), each.clause))
        for each in rule.triggers.values()
    )
    yield Sheet("triggers", _("Events that demote"), columns, rows, rule.floor_clause)
    pairs: list[tuple[Text, str]] = [
        (_("Failed samplings for the worst class"), str(rule.failures_for_worst)),
        (_("Years they are counted in"), str(rule.window_years)),
    ]
    yield _pairs("adjustment", _("Adjustment"), pairs, rule.definition_clause)


def _measures(pack: Pack) -> Iterator[Sheet]:
    rows = tuple(
        Row(f"{name} {number}", (name, text))
        for name, texts in pack.measures.items()
        for number, text in enumerate(texts, start=1)
    )
    yield Sheet("measures", _("Measures by class"), (_("Quality class"), _("Measure")), rows)


def _check_plan(pack: Pack) -> Iterator[Sheet]:
    columns = (_("Quality class"), _("Product risk"), _("Checks"), _("In years"), _("Note"), _("Source"))
    rows = tuple(
        Row(
            f"{row.quality_class} {row.product_level}",
            (
                row.quality_class,
                row.product_level or "—",
                str(row.times),
                str(row.years),
                row.note,
                source_words(row.source_tag),
            ),
        )
        for row in pack.check_plan
    )
    yield Sheet("check_plan", _("How often to check"), columns, rows, named_by=2)


def _tiers(pack: Pack) -> Iterator[Sheet]:
    table = pack.tiers
    if table is None:
        return
    rows = [
        Row(
            f"{kind} {step.tier}",
            (table.kind_names[kind], step.tier, str(step.headcount), f"{step.revenue_wan:f}"),
        )
        for kind, steps in table.thresholds.items()
        for step in steps
    ]
    columns = (_("Kind"), _("Tier"), _("Persons from"), _("Revenue from (10,000 yuan)"))
    yield Sheet("tiers", _("Tiers by headcount or revenue"), columns, tuple(rows), table.clause, named_by=2)
    levels = [
        Row(tier, (tier, _level(table.levels[tier]), _level(table.municipality_levels[tier]))) for tier in table.levels
    ]
    levels.append(Row("untiered", (gettext("Untiered"), _level(table.untiered_level), _level(table.untiered_level))))
    answering = (_("Tier"), _("Body"), _("Body in a municipality"))
    yield Sheet("levels", _("Who answers for a tier"), answering, tuple(levels), table.level_clause)
    yield _overrides("level_overrides", _("Regions that depart from it"), table.overrides)


def _overrides(code: str, title: Text, overrides: tuple[LevelOverride, ...]) -> Sheet:
    columns = (_("Regions"), _("Codes"), _("Departs"), _("Clause"))
    rows = tuple(
        Row(
            each.name,
            (
                each.name,
                f"__{each.second_pair}__" if each.second_pair else "、".join(sorted(each.prefixes)),
                "、".join(f"{_level(tier)} → {_level(level)}" for tier, level in each.levels.items()),
                each.clause,
            ),
        )
        for each in overrides
    )
    return Sheet(code, title, columns, rows)


def _listing(pack: Pack) -> Iterator[Sheet]:
    rule = pack.listing
    if rule is None:
        return
    pairs: list[tuple[Text, str]] = [
        (_("Major risks for special supervision"), str(rule.special_count)),
        (_("Months major risks are counted in"), str(rule.major_window_months)),
        (_("Months larger risks are counted in"), str(rule.larger_window_months)),
        (_("Credit risks for special supervision"), "、".join(_credit(rule.special_credit, rule.credit_risks)) or "—"),
        (_("Credit risks for key supervision"), "、".join(_credit(rule.key_credit, rule.credit_risks)) or "—"),
        *accumulation_rows(rule),
    ]
    yield _pairs("listing", _("Key and special lists"), pairs, rule.clause)


def _credit(chosen: frozenset[str], order: tuple[str, ...]) -> list[str]:
    return [str(CreditRating.Risk(risk).label) for risk in order if risk in chosen]


def _escalation(pack: Pack) -> Iterator[Sheet]:
    rule = pack.escalation
    if rule is None:
        return
    columns = (_("Body"), _("Body above"), _("In a municipality"))
    levels = dict.fromkeys((*rule.upper, *rule.municipality_upper))
    rows = tuple(
        Row(
            level,
            (_level(level), _level(rule.upper.get(level, "—")), _level(rule.municipality_upper.get(level, "—"))),
        )
        for level in levels
    )
    yield Sheet("escalation", _("To whom supervision goes up"), columns, rows, rule.clause)
    yield _overrides("escalation_overrides", _("Regions that depart in going up"), rule.overrides)
    pairs: list[tuple[Text, str]] = [
        (_("Major hazards that count as repeated"), str(rule.hazard_count)),
        (_("Months hazards are counted in"), str(rule.hazard_window_months)),
        (_("Larger accident: deaths from"), str(rule.larger_deaths)),
        (_("Larger accident: serious injuries from"), str(rule.larger_injuries)),
        (_("Larger accident: direct loss from (10,000 yuan)"), str(rule.larger_loss_wan)),
    ]
    yield _pairs("accident", _("When supervision goes up"), pairs, rule.accident_clause)


def _task_lists(pack: Pack) -> Iterator[Sheet]:
    columns = (_("Number"), _("Key work"), _("Task"))
    for listed in pack.task_lists.values():
        rows = []
        for section in listed.sections:
            if section.free_text:
                rows.append(Row(section.number, (section.number, section.key_work, section.free_text)))
            rows += [Row(task.number, (task.number, section.key_work, task.text)) for task in section.tasks]
        yield Sheet(f"tasks_{listed.code}", listed.title, columns, tuple(rows), listed.clause)


def _responsibility_list(pack: Pack) -> Iterator[Sheet]:
    form = pack.responsibility_list
    if form is None:
        return
    columns = (_("Tier"), _("Body"), _("Enterprises"), _("Told apart by"))
    rows = [Row(tier, (tier, each.body, each.units, " ".join(each.criteria))) for tier, each in form.tiers.items()]
    yield Sheet("responsibility_list", form.title, columns, tuple(rows), form.clause)


def _entry_reasons(pack: Pack) -> Iterator[Sheet]:
    rows = tuple(Row(code, (text,)) for code, text in pack.first_entry_reasons.items())
    yield Sheet("entry_reasons", _("Reasons of first entry"), (_("Reason"),), rows)


def _palettes(pack: Pack) -> Iterator[Sheet]:
    columns = (_("Colour"), _("Share of high-risk enterprises from"))
    for palette in pack.palettes.values():
        rows = [Row(name, (palette.colour_names[name], _share(share))) for name, share in palette.bounds]
        rows.append(Row(palette.best, (palette.colour_names[palette.best], gettext("below"))))
        few = gettext("under %(number)s enterprises") % {"number": palette.small_area}
        rows.append(Row("small_area", (few, gettext("numbers, no colour"))))
        title = gettext("Colours of regions: %(names)s") % {"names": "、".join(palette.colour_names.values())}
        yield Sheet(f"palette_{palette.code}", title, columns, tuple(rows), palette.clause)


def _local_lists(pack: Pack) -> Iterator[Sheet]:
    rule = pack.local_lists
    if rule is None:
        return
    pairs: list[tuple[Text, str]] = [
        (_("Blacklist"), rule.blacklist_text),
        (_("Events that count for it"), _events(rule.offences)),
        (_("Trusted-consumer units"), rule.trusted_text),
        (_("Classes that may be trusted"), "、".join(rule.classes)),
        (_("Events that bar it"), _events(rule.barred_by)),
    ]
    yield _pairs("local_lists", _("Lists of the place's own"), pairs, rule.clause)


def _events(kinds: frozenset[str]) -> str:
    """Kinds of events by their names, in the order of the registry."""
    return "、".join(str(label) for kind, label in RiskEvent.Kind.choices if kind in kinds) or "—"


def _settings(pack: Pack) -> Iterator[Sheet]:
    columns = (_("Setting"), _("Value"), _("Assumption"), _("Source"), _("Clause"), _("Note"))
    rows = tuple(
        Row(
            each.key,
            (
                str(SETTING_NAMES.get(each.key, each.key)),
                _value(each.key, each.value),
                _yes(each.assumption),
                source_words(each.source_tag),
                each.clause or "—",
                each.note,
            ),
        )
        for each in pack.settings.values()
    )
    yield Sheet("settings", _("Settings of the pack"), columns, rows)


def _value(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None:
        return gettext("without limit")
    return str(VALUE_NAMES.get((key, value), value))


_SHEETS: Final[tuple[Callable[[Pack], Iterator[Sheet]], ...]] = (
    _head, _items, _bounds, _modes, _triggers, _measures, _check_plan, item_sheets, _tiers, _listing,
    risk_sheets, _escalation, _responsibility_list, _task_lists, _entry_reasons, _palettes, _local_lists, _settings,
)  # fmt: skip
