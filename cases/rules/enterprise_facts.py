"""What must hold of the facts that are entered about a unit, whoever enters them (国市监质监发〔2023〕38号 四(一))."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from dataclasses import field as dataclass_field
from datetime import date
from decimal import Decimal
from typing import Any, Final

from cases.rules.uscc import check_uscc

OLDEST_DATE: Final = date(1949, 10, 1)
MOST_PERSONS: Final = 2_147_483_647
MOST_REVENUE_WAN: Final = Decimal("99999999999999.99")
LONGEST_TEXTS: Final = {
    "name": 200,
    "address": 300,
    "legal_representative": 100,
    "contact": 100,
    "phone": 40,
    "email": 254,
    "product_category": 100,
}
_LINE_BREAKS: Final = str.maketrans("", "", "\r\n\t")
FIRST_ENTRY_REASONS: Final = frozenset(
    {
        "director_appointed",
        "quality_sampling",
        "risk_monitoring",
        "defect_recall",
        "production_licence",
        "ccc",
        "onsite_check",
        "enforcement",
        "complaint_verified",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseFacts:
    """Everything the registry is told about a unit, except its status and what hangs on it."""

    uscc: str
    name: str
    makes: bool = False
    sells_wholesale: bool = False
    sells_retail: bool = False
    individual_household: bool = False
    headcount: int | None = None
    """Persons at the end of the period."""
    revenue_wan: Decimal | None = None
    """万元, at most two places."""
    above_quota: bool | None = None
    region_code: str = ""
    """6 digits, or 9 for a township."""
    address: str = ""
    legal_representative: str = ""
    contact: str = ""
    phone: str = ""
    email: str = ""
    email_consent: bool = False
    product_category: str = ""
    first_entry_reason: str = ""
    first_entered_on: date | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds as the tier rule names them."""
        flags = (("production", self.makes), ("wholesale", self.sells_wholesale), ("retail", self.sells_retail))
        return tuple(kind for kind, on in flags if on)

    def as_dict(self) -> dict[str, Any]:
        """All facts by field name."""
        return {fact.name: getattr(self, fact.name) for fact in fields(self)}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with one fact: a stable code, and what its message needs."""

    field: str
    code: str
    details: Mapping[str, Any] = dataclass_field(default_factory=dict)


def faults_of(facts: EnterpriseFacts, today: date) -> tuple[Fault, ...]:
    """Everything wrong with `facts` on the day `today`, in the order of the form; empty where nothing is."""
    return tuple(_faults(facts, today))


def _faults(facts: EnterpriseFacts, today: date) -> Iterator[Fault]:
    if not facts.uscc:
        yield Fault("uscc", "missing")
    elif not (code := check_uscc(facts.uscc)).valid:
        yield Fault("uscc", f"uscc_{code.reason}")
    if not facts.name:
        yield Fault("name", "missing")
    if not facts.kinds:
        yield Fault("kinds", "missing")
    yield from _indicator_faults(facts)
    if not _is_region(facts.region_code):
        yield Fault("region_code", "region" if facts.region_code else "missing")
    for name, longest in LONGEST_TEXTS.items():
        yield from text_faults(name, getattr(facts, name), longest)
    if facts.email and not is_email(facts.email):
        yield Fault("email", "email")
    if facts.email_consent and not facts.email:
        yield Fault("email", "consent_without_email")
    if facts.first_entry_reason not in FIRST_ENTRY_REASONS:
        yield Fault("first_entry_reason", "choice" if facts.first_entry_reason else "missing")
    yield from date_faults("first_entered_on", facts.first_entered_on, today)


def text_faults(name: str, text: str, longest: int, *, required: bool = False, lines: bool = False) -> Iterator[Fault]:
    """Missing where `required`, too long, or with characters that no document can print; `lines` may break."""
    if required and not text:
        yield Fault(name, "missing")
    if len(text) > longest:
        yield Fault(name, "too_long", {"longest": longest, "length": len(text)})
    signs = text.translate(_LINE_BREAKS) if lines else text
    if any(sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff" for sign in signs):
        yield Fault(name, "control_character")


def order_faults(name: str, first: date | None, last: date | None) -> Iterator[Fault]:
    """A last day, called `name`, that lies before the first; either may be open."""
    if first is not None and last is not None and last < first:
        yield Fault(name, "order")


def date_faults(name: str, day: date | None, today: date) -> Iterator[Fault]:
    """Missing, in the future, or before the republic."""
    if day is None:
        yield Fault(name, "missing")
    elif day > today:
        yield Fault(name, "future")
    elif day < OLDEST_DATE:
        yield Fault(name, "too_early")


def status_faults(on: date | None, basis: str, today: date) -> Iterator[Fault]:
    """A change of the operating status needs the day it began and what says so, the way back too (P12 step 5)."""
    yield from date_faults("status_on", on, today)
    if not basis:
        yield Fault("status_basis", "missing")
    yield from text_faults("status_basis", basis, 200)


def _indicator_faults(facts: EnterpriseFacts) -> Iterator[Fault]:
    if facts.headcount is not None and not 0 <= facts.headcount <= MOST_PERSONS:
        yield Fault("headcount", "headcount")
    revenue = facts.revenue_wan
    if revenue is None:
        return
    if not revenue.is_finite() or not 0 <= revenue <= MOST_REVENUE_WAN:
        yield Fault("revenue_wan", "revenue")
    elif revenue != round(revenue, 2):
        yield Fault("revenue_wan", "revenue_places")


def _is_region(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) in {6, 9}


def is_email(text: str) -> bool:
    """A rough test, as good as any that does not send a letter: one @, a dot after it, no spaces."""
    local, at, domain = text.partition("@")
    return bool(local and at) and "." in domain.strip(".") and "@" not in domain and not any(s.isspace() for s in text)
