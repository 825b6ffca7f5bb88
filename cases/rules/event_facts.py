"""What one source tells of a happening, and what several tellings come to together (38号 二（一）, 三)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import reduce
from typing import Any, Final

from cases.rules.enterprise_facts import Fault, date_faults, text_faults

KINDS: Final = (
    "sampling_failed",
    "sampling_refused",
    "complaint",
    "penalty",
    "exposure",
    "hazard",
    "accident",
    "recall",
    "risk_monitoring",
    "other",
)
AUTHORITY_LEVELS: Final = ("county", "city", "province", "national")
"""From the lowest to the highest."""
PRODUCT_LEVELS: Final = ("III", "II", "I")
"""From the lowest risk to the highest (试行办法 art. 20)."""
LONGEST_TEXTS: Final = {"title": 120, "product": 120, "authority": 120, "reference": 120, "facts": 5000}
MOST: Final = {"deaths": 32_767, "serious_injuries": 32_767, "direct_loss_wan": 2_147_483_647}


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFacts:
    """The facts of one happening as somebody tells them; `direct_loss_wan` is in 万元."""

    kind: str
    title: str
    facts: str
    occurred_on: date
    product: str = ""
    product_level: str = ""
    """Risk level of that product, I to III; empty where it is not known."""
    authority: str = ""
    """Who found or decided it: the sampling body, the body that fined, the medium."""
    authority_level: str = ""
    reference: str = ""
    """Number of the document: the sampling report, the penalty decision. It tells one happening from another."""
    safety_item: bool = False
    circumstances: tuple[str, ...] = ()
    """Codes of the rule pack, such as ``ordered_recall``."""
    deaths: int = 0
    serious_injuries: int = 0
    direct_loss_wan: int = 0

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, for storing with the report."""
        told = {fact.name: getattr(self, fact.name) for fact in fields(self)}
        return {**told, "occurred_on": self.occurred_on.isoformat(), "circumstances": list(self.circumstances)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "EventFacts":
        """Read back what `as_dict` stored."""
        told = {**stored, "occurred_on": date.fromisoformat(stored["occurred_on"])}
        return cls(**{**told, "circumstances": tuple(stored["circumstances"])})


def combined(tellings: Iterable[EventFacts]) -> EventFacts:
    """What several tellings of one happening come to: the gravest of each fact, whatever order they came in.

    Words (title, account, names) are those of the first that has them; the day is the earliest.
    """
    return reduce(_together, tellings)


def faults_of(facts: EventFacts, today: date, circumstances: Iterable[str]) -> tuple[Fault, ...]:
    """Everything wrong with `facts` on the day `today`; `circumstances` are the codes that the pack knows."""
    return tuple(_faults(facts, today, frozenset(circumstances)))


def _together(first: EventFacts, other: EventFacts) -> EventFacts:
    named = {name: getattr(first, name) or getattr(other, name) for name in ("product", "authority", "reference")}
    return replace(
        first,
        **named,
        occurred_on=min(first.occurred_on, other.occurred_on),
        product_level=max(first.product_level, other.product_level, key=(("", *PRODUCT_LEVELS)).index),
        authority_level=max(first.authority_level, other.authority_level, key=(("", *AUTHORITY_LEVELS)).index),
        safety_item=first.safety_item or other.safety_item,
        circumstances=tuple(sorted({*first.circumstances, *other.circumstances})),
        deaths=max(first.deaths, other.deaths),
        serious_injuries=max(first.serious_injuries, other.serious_injuries),
        direct_loss_wan=max(first.direct_loss_wan, other.direct_loss_wan),
    )


def _faults(facts: EventFacts, today: date, circumstances: frozenset[str]) -> Iterator[Fault]:
    for name, allowed in (
        ("kind", KINDS),
        ("product_level", ("", *PRODUCT_LEVELS)),
        ("authority_level", ("", *AUTHORITY_LEVELS)),
    ):
        if getattr(facts, name) not in allowed:
            yield Fault(name, "choice")
    for name in ("title", "facts"):
        if not getattr(facts, name).strip():
            yield Fault(name, "missing")
    for name, longest in LONGEST_TEXTS.items():
        # The account may have paragraphs; everything else stands on one line.
        text = getattr(facts, name)
        yield from text_faults(
            name, "".join(text.split("\r\n")).replace("\n", "") if name == "facts" else text, longest
        )
    yield from date_faults("occurred_on", facts.occurred_on, today)
    if not circumstances >= set(facts.circumstances):
        yield Fault("circumstances", "choice")
    for name, most in MOST.items():
        if not 0 <= getattr(facts, name) <= most:
            yield Fault(name, "count", {"most": most})
    if facts.kind == "sampling_failed" and not facts.authority_level:
        yield Fault("authority_level", "missing")
