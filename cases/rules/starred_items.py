"""The starred items that the event store answers: the form and art. 11 agree on what makes class C (domain 3.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cases.rules.adjust import AdjustRule, failures_within
from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground


@dataclass(frozen=True, slots=True)
class ItemFinding:
    """An event that an item of the form asks about; `count` of them within the window make the item fail."""

    kind: str
    text: str
    text_en: str
    authority: frozenset[str] = frozenset()
    circumstances: frozenset[str] = frozenset()
    count: int = 1
    window: Literal["failures", "others"] = "others"

    def covers(self, facts: EventFacts) -> bool:
        return (
            facts.kind == self.kind
            and (not self.authority or facts.authority_level in self.authority)
            and (not self.circumstances or not self.circumstances.isdisjoint(facts.circumstances))
        )


@dataclass(frozen=True, slots=True)
class EventItem:
    """A starred item of the form that is answered from the event store."""

    number: str
    clause: str
    findings: tuple[ItemFinding, ...]


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A verified event as the starred items see it: its facts and the legal day that places it in a window."""

    key: int
    facts: EventFacts
    on: date


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """What the event store says of one starred item on a day: pass or fail, why, and by which events."""

    number: str
    value: Literal["pass", "fail"]
    grounds: tuple[Ground, ...]
    events: tuple[int, ...]


def item_answers(
    *, items: Iterable[EventItem], adjustment: AdjustRule, events: Iterable[PastEvent], on: date
) -> Mapping[str, ItemAnswer]:
    """The starred items that the event store answers, by number (domain 3.1, end)."""
    known = tuple(events)
    return {item.number: _answer(item, adjustment, known, on) for item in items}


def _answer(item: EventItem, adjustment: AdjustRule, events: tuple[PastEvent, ...], on: date) -> ItemAnswer:
    grounds: list[Ground] = []
    keys: list[int] = []
    for finding in item.findings:
        years = adjustment.window_years if finding.window == "failures" else adjustment.other_window_years
        counted = [
            event
            for event in events
            if finding.covers(event.facts) and failures_within((event.on,), on=on, years=years)
        ]
        if len(counted) >= finding.count:
            keys += [event.key for event in counted if event.key not in keys]
            text = f"{_window(years)}{finding.text}：{len(counted)}次。"
            grounds.append(Ground(item.clause, text, f"{finding.text_en}: {len(counted)}."))
    if grounds:
        return ItemAnswer(item.number, "fail", tuple(grounds), tuple(keys))
    texts = "；".join(dict.fromkeys(finding.text for finding in item.findings))
    ground = Ground(item.clause, f"风险事件库中没有：{texts}。", "The event store holds nothing against this item.")
    return ItemAnswer(item.number, "pass", (ground,), ())


def _window(years: int | None) -> str:
    return f"近{years}年" if years is not None else ""
