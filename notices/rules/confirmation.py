"""What a confirmation of address (送达地址确认书) must hold (市场监督管理行政处罚程序规定, art. 82(三), 83). Pure."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.rules.enterprise_facts import is_email
from cases.rules.errors import RuleError, msgid
from notices.rules.service import ServiceLaw

_MOBILE: Final = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True)
class ConfirmedAddress:
    """What the party signed, field by field of the paper.

    `receiver`, `phone` and `postcode` are for the mail; `designated` is who may receive for it. The electronic ways
    (`mobile`, `email`, `fax`, `messenger`) stand only together with `electronic_consent`.
    """

    address: str
    confirmed_on: date
    signed_by: str
    postcode: str = ""
    receiver: str = ""
    phone: str = ""
    designated: str = ""
    electronic_consent: bool = False
    mobile: str = ""
    email: str = ""
    fax: str = ""
    messenger: str = ""
    note: str = ""


def check_confirmation(facts: ConfirmedAddress, *, today: date, scanned: bool, law: ServiceLaw) -> None:
    """RuleError: `date_in_future`, `address_missing`, `confirmation_unsigned`, `no_consent`,
    `electronic_address_missing`, `electronic_address_wrong`; all by art. 83, or 82(三) for the electronic ways."""
    clause = law.clause("confirmed_address")
    if facts.confirmed_on > today:
        message = msgid("The day %(day)s has not come yet.")
        raise RuleError("date_in_future", message, clause, field="confirmed_on", day=str(facts.confirmed_on))
    if not facts.address.strip() or not facts.signed_by.strip():
        field = "signed_by" if facts.address.strip() else "address"
        raise RuleError("address_missing", "Give the address and who signed for it.", clause, field=field)
    if not scanned:
        message = msgid("Attach the scan of the confirmation as it was signed.")
        raise RuleError("confirmation_unsigned", message, clause, field="scan")
    _check_electronic(facts, law.clause("electronic"))


def _check_electronic(facts: ConfirmedAddress, clause: str) -> None:
    """Consent and addresses belong together: neither says anything without the other."""
    ways = {name: getattr(facts, name).strip() for name in ("mobile", "email", "fax", "messenger")}
    stated = next((name for name, value in ways.items() if value), "")
    if stated and not facts.electronic_consent:
        message = msgid("An electronic address stands only where the party agreed to electronic service.")
        raise RuleError("no_consent", message, clause, field="electronic_consent")
    if facts.electronic_consent and not stated:
        message = msgid("Give at least one electronic address that the party confirmed.")
        raise RuleError("electronic_address_missing", message, clause, field="email")
    if ways["mobile"] and not _MOBILE.fullmatch(ways["mobile"]):
        message = msgid("A mobile number has 11 digits and begins with 1.")
        raise RuleError("electronic_address_wrong", message, clause, field="mobile")
    if ways["email"] and not is_email(ways["email"]):
        message = msgid("This is not an e-mail address.")
        raise RuleError("electronic_address_wrong", message, clause, field="email")
