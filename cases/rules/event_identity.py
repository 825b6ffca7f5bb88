"""When two tellings are of one happening: the same document says so; what is merely alike, a person decides.

Only an equal document number joins two tellings by itself. Anything looser would not be transitive: which events came
out would depend on the order in which the tellings arrived, and a count would be lost that nobody decided to drop.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from cases.rules.event_facts import EventFacts
from cases.rules.grounds import Ground

BASIS: Final = "内部办理口径"
_DECIDED_BY_A_BODY: Final = frozenset({"sampling_failed", "sampling_refused", "penalty"})
"""Kinds of which there are as many happenings as bodies that found them; two media may tell of one exposure."""
_PARTS: Final = re.compile(r"[A-Z]+|\d+|[\u3400-\u9fff]")
_EMPTY_SIGNS: Final = frozenset("第号字")


@dataclass(frozen=True, slots=True)
class Likeness:
    """Whether two tellings are of one happening, with the reasons."""

    verdict: Literal["same", "likely", "different"]
    grounds: tuple[Ground, ...]


def normalised_reference(reference: str) -> str:
    """A document number without what writers vary: width, case, brackets, blanks, 第…号, leading zeros."""
    parts = _PARTS.findall(unicodedata.normalize("NFKC", reference).upper())
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts if part not in _EMPTY_SIGNS)


def normalised_name(name: str) -> str:
    """A name without width, case, blanks and signs."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", name).casefold() if sign.isalnum())


def fingerprint_of(enterprise: str, facts: EventFacts) -> str:
    """What two tellings of one happening have in common, as 64 hexadecimal digits.

    With a document number: unit, kind and number, so that equal fingerprints mean the same happening. Without one:
    unit, kind, day and product, which makes two tellings alike, not the same.
    """
    if reference := normalised_reference(facts.reference):
        what = f"reference\x1f{reference}"
    else:
        what = f"day\x1f{facts.occurred_on.isoformat()}\x1f{normalised_name(facts.product)}"
    return hashlib.sha256(f"{enterprise}\x1f{facts.kind}\x1f{what}".encode()).hexdigest()


def same_event(first: EventFacts, other: EventFacts, *, within_days: int) -> Likeness:
    """Whether two tellings about one unit are of one happening; `within_days` is the setting event.same_within_days."""
    numbers = normalised_reference(first.reference), normalised_reference(other.reference)
    if all(numbers):
        return _by_number(first, other, equal=numbers[0] == numbers[1])
    if first.kind != other.kind:
        return _different("种类不同。", "They are of different kinds.")
    apart = abs((first.occurred_on - other.occurred_on).days)
    if apart > within_days:
        return _different(f"发生日相隔{apart}日，超过{within_days}日。", f"{apart} days lie between them.")
    if _both_differ(first.product, other.product):
        return _different("涉及产品不同。", "They are about different products.")
    if first.kind in _DECIDED_BY_A_BODY and _both_differ(first.authority, other.authority):
        return _different("作出机关不同。", "Different bodies found them.")
    return _likely(first, other, apart, within_days)


def _by_number(first: EventFacts, other: EventFacts, *, equal: bool) -> Likeness:
    if not equal:
        return _different("文书编号不同。", "Their document numbers differ.")
    if first.kind != other.kind:
        ground = Ground(BASIS, "文书编号相同而种类不同，须人工判断。", "Same document number, different kinds.")
        return Likeness("likely", (ground,))
    ground = Ground(BASIS, f"种类和文书编号（{first.reference}）均相同。", "Same kind and same document number.")
    return Likeness("same", (ground,))


def _likely(first: EventFacts, other: EventFacts, apart: int, within_days: int) -> Likeness:
    grounds = [
        Ground(BASIS, f"种类相同，发生日相隔{apart}日（{within_days}日以内）。", f"Same kind, {apart} days apart.")
    ]
    if first.product and other.product:
        grounds.append(Ground(BASIS, f"涉及同一产品（{first.product}）。", "They name the same product."))
    return Likeness("likely", tuple(grounds))


def _different(text: str, text_en: str) -> Likeness:
    return Likeness("different", (Ground(BASIS, text, text_en),))


def _both_differ(first: str, other: str) -> bool:
    named = normalised_name(first), normalised_name(other)
    return all(named) and named[0] != named[1]
