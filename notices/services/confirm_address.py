"""Keep a party's confirmation of its address for service (送达地址确认书)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, require
from cases.models import Case
from cases.rules.errors import RuleError, msgid
from cases.selectors.scope import may
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from notices.models import AddressConfirmation
from notices.services.papers import issue_paper


@dataclass(frozen=True, slots=True)
class ConfirmedAddress:
    """What the party signed; `electronic_address` only where it agreed to electronic service."""

    address: str
    confirmed_on: date
    signed_by: str
    electronic_address: str = ""


def may_confirm(case: Case, acting: Acting) -> list[Condition]:
    """Who serves documents in the place of the case may take the confirmation."""
    wording = _("Your post must allow this step at %(body)s.") % {"body": case.territorial_body.name}
    return [Condition("permission", may(acting.authority, "serve_document", case.territorial_body), wording)]


@transaction.atomic
def confirm_address(*, case: Case, facts: ConfirmedAddress, acting: Acting) -> AddressConfirmation:
    """Append it; the latest one counts. RuleError: `date_in_future`, `address_missing`."""
    case = lock_case(case.pk)
    require(may_confirm(case, acting))
    if facts.confirmed_on > acting.today:
        message = msgid("The day %(day)s has not come yet.")
        raise RuleError("date_in_future", message, field="confirmed_on", day=str(facts.confirmed_on))
    if not facts.address.strip() or not facts.signed_by.strip():
        raise RuleError("address_missing", "Give the address and who signed for it.", field="address")
    confirmation = AddressConfirmation.objects.create(
        enterprise=case.enterprise,
        address=facts.address.strip(),
        electronic_address=facts.electronic_address.strip(),
        confirmed_on=facts.confirmed_on,
        signed_by=facts.signed_by.strip(),
        recorded_by=acting.user,
        recorded_at=acting.at,
    )
    issue_paper(kind="address_confirmation", subject=f"confirmation:{confirmation.pk}", acting=acting)
    record_on_case(case, "address.confirmed", acting, {"confirmation": confirmation.pk})
    return confirmation
