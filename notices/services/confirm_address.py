"""Keep a party's confirmation of its address for service (送达地址确认书)."""

from dataclasses import fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, require
from cases.models import Attachment, Case
from cases.rules.errors import RuleError
from cases.selectors.scope import may
from cases.services.audit import record_on_case
from cases.services.lifecycle import lock_case
from notices.models import AddressConfirmation
from notices.packs import service_law
from notices.rules.confirmation import ConfirmedAddress, check_confirmation
from notices.services.papers import issue_paper


def may_confirm(case: Case, acting: Acting) -> list[Condition]:
    """Who serves documents in the place of the case may take the confirmation."""
    wording = _("Your post must allow this step at %(body)s.") % {"body": case.territorial_body.name}
    return [Condition("permission", may(acting.authority, "serve_document", case.territorial_body), wording)]


@transaction.atomic
def confirm_address(
    *, case: Case, facts: ConfirmedAddress, scan: Attachment | None, acting: Acting
) -> AddressConfirmation:
    """Append it with its signed scan, a file of the case; the latest one counts.

    Raises Blocked, the RuleErrors of `check_confirmation`, and `foreign_evidence` for a scan of another case.
    """
    case = lock_case(case.pk)
    require(may_confirm(case, acting))
    check_confirmation(facts, today=acting.today, scanned=scan is not None, law=service_law())
    if scan is not None and scan.case_id != case.pk:
        raise RuleError(
            "foreign_evidence", "The evidence belongs to another case.", f"{service_law().act}第八十三条", field="scan"
        )
    confirmation = AddressConfirmation.objects.create(
        enterprise=case.enterprise,
        **{each.name: _stripped(getattr(facts, each.name)) for each in fields(facts)},
        scan=scan,
        recorded_by=acting.user,
        recorded_at=acting.at,
    )
    issue_paper(kind="address_confirmation", subject=f"confirmation:{confirmation.pk}", acting=acting)
    record_on_case(case, "address.confirmed", acting, {"confirmation": confirmation.pk})
    return confirmation


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
