"""Change the facts of a unit; new indicators tier it anew (domain 2.3)."""

from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.models.enterprise import Enterprise
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.selectors.escalation import upper_supervisor
from cases.services.audit import record
from cases.services.enterprise_checks import (
    differences,
    locked_enterprise,
    require_facts,
    require_permission,
    stream_of,
)
from cases.services.listing_watch import look_again
from cases.services.tier_enterprise import keep_tiering, tier_pack, tiering_of

KEPT: Final = ("uscc", "first_entry_reason", "first_entered_on")
"""What a unit was entered as and why stays as it was first written."""


@transaction.atomic
def update_enterprise(*, enterprise_id: int, facts: EnterpriseFacts, version: int, acting: Acting) -> Enterprise:
    """Store the facts as they now stand; the code and the first entry keep their first values.

    `version` is that of the page the facts were typed on. A unit that moves needs the permission at both ends. Saving
    without a change changes nothing. StaleError, FactsError, NotPermitted.
    """
    enterprise = locked_enterprise(enterprise_id, version)
    require_permission(acting, "enter_unit", enterprise.territorial_body)
    territorial_body = require_facts(facts, acting)
    require_permission(acting, "enter_unit", territorial_body)
    changed = differences(enterprise, {name: new for name, new in facts.as_dict().items() if name not in KEPT})
    if not changed:
        return enterprise
    for name, (_before, after) in changed.items():
        setattr(enterprise, name, after)
    tier_before = enterprise.tier
    pack = tier_pack(territorial_body, acting.today)
    tiering = tiering_of(facts, territorial_body, pack, upper=upper_supervisor(enterprise))
    retiered = keep_tiering(enterprise, tiering, acting.at)
    enterprise.updated_at = acting.at
    enterprise.version += 1
    enterprise.save()
    look_again(enterprise_ids=[enterprise.pk], on=acting.today)
    data = {"changed": changed}
    if retiered:
        data["tiering"] = {"tier": [tier_before, enterprise.tier], "tier_body": [enterprise.tier_body.code]}
    record(
        stream=stream_of(enterprise),
        action="enterprise.changed",
        acting=acting,
        body=enterprise.territorial_body,
        data=data,
    )
    return enterprise
