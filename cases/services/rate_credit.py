"""Enter a unit's credit-risk class (国市监信发〔2022〕6号), which may list it by itself (38号 三)."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.models import CreditRating
from cases.rules.enterprise_facts import Fault, date_faults, text_faults
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError, locked_enterprise, require_permission, stream_of
from cases.services.listing_watch import look_again

CLAUSE = "国市监信发〔2022〕6号"


@transaction.atomic
def rate_credit(
    *, enterprise_id: int, credit_risk: str, valid_from: date, source: str = "", acting: Acting
) -> CreditRating:
    """End the rating in force and begin another; the one it is already changes nothing.

    FactsError; RuleError `earlier_rating` (before the one in force began); NotPermitted.
    """
    enterprise = locked_enterprise(enterprise_id)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    faults = [*date_faults("valid_from", valid_from, acting.today), *text_faults("source", source, 120)]
    if credit_risk not in CreditRating.Risk.values:
        faults.append(Fault("credit_risk", "choice"))
    if faults:
        raise FactsError(tuple(faults))
    current = CreditRating.objects.filter(enterprise=enterprise, valid_to__isnull=True).first()
    if current is not None and current.credit_risk == credit_risk:
        return current
    if current is not None and valid_from < current.valid_from:
        day = current.valid_from.isoformat()
        raise RuleError(
            "earlier_rating", _("The rating in force began on %(day)s."), CLAUSE, day=day, field="valid_from"
        )
    if current is not None:
        current.valid_to = valid_from
        current.save(update_fields=["valid_to"])
    rating = CreditRating.objects.create(
        enterprise=enterprise, credit_risk=credit_risk, valid_from=valid_from, source=source.strip()
    )
    look_again(enterprise_ids=[enterprise.pk], on=acting.today)
    data = {"credit_risk": [current.credit_risk if current else "", credit_risk], "from": valid_from, "source": source}
    record(
        stream=stream_of(enterprise),
        action="enterprise.credit_rated",
        acting=acting,
        body=enterprise.territorial_body,
        data=data,
    )
    return rating
