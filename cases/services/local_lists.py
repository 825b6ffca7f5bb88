"""Put a unit on a list that one place keeps for itself, and take it off again (嘉市监〔2020〕40号 四2)."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.local_lists import may_enter_local, may_leave_local
from cases.models import Body, ListEntry
from cases.models.listing import UnitKind
from cases.rules.errors import RuleError
from cases.rules.grounds import stored_grounds
from cases.selectors.local_lists import LOCAL, local_outcome
from cases.services.audit import record
from cases.services.enterprise_checks import locked_enterprise, stream_of
from cases.services.opinions import choose, need_reason


@transaction.atomic
def enter_local_list(
    *, enterprise_id: int, register: str, body: Body, told_on: date, reason: str, acting: Acting
) -> ListEntry:
    """List the unit, which must have been told before, on or before today (`told_on`).

    RuleError: `choice_unknown`, `reason_too_short`, `told_in_future`, `no_local_lists`; Blocked, naming the clause,
    where the rule does not allow it.
    """
    choose(register, LOCAL, field="register")
    reason = need_reason(reason)
    if told_on > acting.today:
        raise RuleError("told_in_future", "The unit must have been told by today.", field="told_on")
    enterprise = locked_enterprise(enterprise_id)
    require(may_enter_local(enterprise, register, body, acting))
    outcome, pack = local_outcome(enterprise, register, body, acting.today)
    entry = ListEntry.objects.create(
        enterprise=enterprise,
        register=register,
        body=body,
        year=acting.today.year,
        kind=UnitKind.PRODUCTION if enterprise.makes else UnitKind.SALES,
        entered_on=acting.today,
        reason=reason,
        grounds=stored_grounds(outcome.grounds),
        pack=pack,
        decided_by=acting.person,
    )
    data = {"entry": entry.pk, "register": register, "reason": reason, "told_on": told_on}
    record(stream=stream_of(enterprise), action="local_list.entered", acting=acting, body=body, data=data)
    return entry


@transaction.atomic
def leave_local_list(*, entry_id: int, reason: str, acting: Acting) -> ListEntry:
    """Take the unit off, with a reason. RuleError `reason_too_short`; Blocked."""
    reason = need_reason(reason)
    entry = ListEntry.objects.select_for_update(of=("self",)).select_related("body", "enterprise").get(pk=entry_id)
    require(may_leave_local(entry, acting))
    entry.left_on, entry.left_reason = acting.today, reason
    entry.save(update_fields=["left_on", "left_reason"])
    data = {"entry": entry.pk, "register": entry.register, "reason": reason}
    record(stream=stream_of(entry.enterprise), action="local_list.left", acting=acting, body=entry.body, data=data)
    return entry
