"""What to try next with a document not served yet (市场监督管理行政处罚程序规定, art. 82, 83). Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from notices.rules.service import ServiceLaw

Code = Literal[
    "wait_for_notice",
    "public_notice",
    "lien",
    "confirmed_address",
    "wait_for_link",
    "electronic",
    "direct",
    "other_ways",
]


@dataclass(frozen=True, slots=True)
class Tried:
    """What the file knows: how often it failed, how it failed last, and what stands open.

    `last_failure` is a code of `ServiceRecord.Failure` or empty; `consented`: an electronic address stands;
    `address_confirmed`: any; `notice_until` is the day a published notice takes effect; `link_until` the last day of an
    open link.
    """

    failures: int = 0
    last_failure: str = ""
    consented: bool = False
    address_confirmed: bool = False
    notice_until: date | None = None
    link_until: date | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing to do, with its clause; `number` of failures so far, or still wanted for a public notice."""

    code: Code
    clause: str
    number: int = 0
    day: date | None = None


def next_services(tried: Tried, law: ServiceLaw) -> tuple[Advice, ...]:
    """What comes next, the best first; never empty."""
    if tried.notice_until is not None:
        return (Advice("wait_for_notice", law.clause("public_notice"), day=tried.notice_until),)
    advice = []
    if tried.failures >= law.failures_before_notice:
        advice.append(Advice("public_notice", law.clause("public_notice"), tried.failures))
    elif tried.last_failure == "whereabouts_unknown":
        advice.append(Advice("public_notice", law.clause("public_notice")))
    if tried.last_failure == "refused":
        advice.append(Advice("lien", law.clause("lien")))
    if tried.last_failure == "wrong_address" and tried.address_confirmed:
        advice.append(Advice("confirmed_address", law.clause("confirmed_address")))
    if tried.link_until is not None:
        advice.append(Advice("wait_for_link", law.clause("electronic"), day=tried.link_until))
    elif tried.consented:
        advice.append(Advice("electronic", law.clause("electronic")))
    if not tried.failures:
        advice.append(Advice("direct", law.clause("direct")))
    elif tried.failures < law.failures_before_notice:
        advice.append(Advice("other_ways", law.clause("mail"), law.failures_before_notice - tried.failures))
    return tuple(advice)
