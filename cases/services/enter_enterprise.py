"""Enter a unit into the registry (P12 steps 2 and 3)."""

from django.db import IntegrityError, transaction

from cases.acting import Acting
from cases.models.enterprise import Enterprise
from cases.rules.enterprise_facts import EnterpriseFacts, Fault
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError, require_facts, require_permission, stream_of
from cases.services.status_history import keep_status
from cases.services.tier_enterprise import keep_tiering, tier_pack, tiering_of


@transaction.atomic
def enter_enterprise(*, facts: EnterpriseFacts, acting: Acting) -> Enterprise:
    """Create the unit, tier it and name its bodies (国市监质监发〔2023〕38号 二（一）, 四（一）).

    FactsError (`uscc_taken` where the code stands already), NotPermitted.
    """
    territorial_body = require_facts(facts, acting)
    require_permission(acting, "enter_unit", territorial_body)
    tiering = tiering_of(facts, territorial_body, tier_pack(territorial_body, acting.today))
    enterprise = Enterprise(**facts.as_dict(), updated_at=acting.at)
    tiering.copy_to(enterprise)
    try:
        with transaction.atomic():
            enterprise.save(force_insert=True)
    except IntegrityError:
        if Enterprise.objects.filter(uscc=facts.uscc).exists():
            raise FactsError((Fault("uscc", "uscc_taken"),)) from None
        raise
    keep_tiering(enterprise, tiering, acting.at)
    keep_status(enterprise, acting)
    record(
        stream=stream_of(enterprise),
        action="enterprise.entered",
        acting=acting,
        body=territorial_body,
        data={"facts": facts.as_dict(), "tier": tiering.tier, "tier_body": tiering.tier_body.code},
    )
    return enterprise
