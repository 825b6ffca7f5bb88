"""What a rule pack says of risk events, as tables: their levels, which of them demote, which items they answer."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models.risk import AuthorityLevel, RiskEvent
from cases.packs.loader import Pack, available_packs, load_pack
from cases.rules.adjust import Trigger
from cases.rules.listing import ListingRule
from cases.rules.risk_level import KindLevel
from cases.rules.starred_items import ItemFinding
from cases.selectors.pack_words import source_words
from cases.selectors.sheets import Row, Sheet, Text


def risk_sheets(pack: Pack) -> Iterator[Sheet]:
    """What every kind counts as, what raises it, and what else the definitions say."""
    rule = pack.risk_levels
    if rule is None:
        return
    columns = (_("Risk event"), pgettext_lazy("of a risk", "Counts as"), _("Raised by"), _("Source"))
    rows = tuple(
        Row(each.kind, (_kind(each.kind), _level(each.level), _raised(each), source_words(each.source_tag)))
        for each in rule.kinds.values()
    )
    yield Sheet("risk_levels", _("What counts as a larger or a major risk"), columns, rows, rule.clause)
    told = tuple(
        Row(each.code, (each.name, "、".join(_kind(kind) for kind in sorted(each.kinds))))
        for each in rule.circumstances.values()
    )
    yield Sheet("circumstances", _("Further circumstances"), (_("Circumstance"), _("Kinds")), told, rule.clause)
    pairs: list[tuple[Text, str]] = [
        (_("Harm: deaths from"), str(rule.harm_deaths)),
        (_("Harm: serious injuries from"), str(rule.harm_injuries)),
        (_("Verified by somebody else than who reported"), gettext("Yes") if rule.verified_by_another else "—"),
        (_("Note"), rule.note),
    ]
    rows = tuple(Row(str(name), (str(name), value)) for name, value in pairs)
    yield Sheet("risk_rule", _("How risk events are judged"), (_("Entry"), _("Value")), rows, rule.clause)


def item_sheets(pack: Pack) -> Iterator[Sheet]:
    """The items of the form that verified events answer."""
    if not pack.event_items:
        return
    names = circumstance_names()
    rows = tuple(
        Row(f"{item.number} {place}", (item.number, finding.text, _events(finding, names), str(finding.count)))
        for item in pack.event_items
        for place, finding in enumerate(item.findings)
    )
    columns = (_("Item"), _("Finding"), _("Which risk events"), _("Fails from"))
    yield Sheet("event_items", _("Items answered by verified events"), columns, rows, named_by=2)


def triggering(trigger: Trigger, names: Mapping[str, str]) -> str:
    """Which risk events are a trigger of art. 21, in words; `names` are those of circumstances."""
    told = []
    for event in trigger.events:
        further = _named(event.circumstances, names)
        if event.least_level != "general":
            further.append(_level(event.least_level))
        told.append(f"{_kind(event.kind)}（{'、'.join(further)}）" if further else _kind(event.kind))
    return "、".join(told) or "—"


def accumulation_rows(rule: ListingRule) -> list[tuple[Text, str]]:
    """How many risks of any level mean special supervision, where a place counts so."""
    if rule.accumulation is None:
        return []
    several = gettext("%(count)s in %(months)s months")
    values = {"count": rule.accumulation.count, "months": rule.accumulation.months}
    return [(_("Risks of any level for special supervision"), several % values)]


def _raised(kind: KindLevel) -> str:
    return "；".join(f"{_level(each.level)}：{each.text}" for each in kind.raisings) or "—"


def _events(finding: ItemFinding, names: Mapping[str, str]) -> str:
    further = [str(label) for level, label in AuthorityLevel.choices if level in finding.authority]
    further += _named(finding.circumstances, names)
    return f"{_kind(finding.kind)}（{'、'.join(further)}）" if further else _kind(finding.kind)


def circumstance_names() -> dict[str, str]:
    """Circumstances in words, by code, as the shipped packs name them: who speaks of one is not always who names it."""
    packs = [load_pack(code, version) for code, version in available_packs()]
    rules = [pack.risk_levels for pack in packs if pack.risk_levels is not None]
    return {code: each.name for rule in rules for code, each in rule.circumstances.items()}


def _named(codes: frozenset[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(code, code) for code in sorted(codes)]


def _kind(kind: str) -> str:
    return str(RiskEvent.Kind(kind).label)


def _level(level: str) -> str:
    return str(RiskEvent.Level(level).label)
