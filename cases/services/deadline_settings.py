"""Set a body's own period for a deadline rule that no source fixes ([A], [R])."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import setting_periods
from cases.models.body import Body, BodySetting
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import amount_key, rule_of
from cases.services.audit import record
from cases.services.deadlines import require_reason


@transaction.atomic
def set_deadline_amount(*, body: Body, rule: str, amount: int, reason: str, acting: Acting) -> BodySetting:
    """Let periods of `rule` that start from now on at `body` and below last `amount` units; running ones stay.

    RuleError: `unknown_deadline_rule`, `not_settable`, `amount`, `reason_too_short`; Blocked without the permission.
    """
    require(setting_periods(body, acting))
    require_reason(reason)
    stated = rule_of(rule)
    if not stated.settable:
        raise RuleError("not_settable", _("The period of “%(rule)s” is fixed by law."), stated.basis, rule=rule)
    if amount < 1:
        raise RuleError("amount", _("A period is at least 1 long."))
    before = BodySetting.objects.select_for_update().filter(body=body, key=amount_key(rule)).first()
    setting, _created = BodySetting.objects.update_or_create(
        body=body,
        key=amount_key(rule),
        defaults={"value": amount, "reason": reason.strip(), "set_by": acting.person, "set_at": acting.at},
    )
    data = {"rule": rule, "before": before.value if before else None, "after": amount, "reason": reason.strip()}
    record(stream=f"body:{body.code}", action="deadline.period_set", acting=acting, body=body, data=data)
    return setting


@transaction.atomic
def reset_deadline_amount(*, body: Body, rule: str, reason: str, acting: Acting) -> bool:
    """Drop a body's own period, so that the body above or the rule decides again; False if it had none."""
    require(setting_periods(body, acting))
    require_reason(reason)
    own = BodySetting.objects.select_for_update().filter(body=body, key=amount_key(rule)).first()
    if own is None:
        return False
    data = {"rule": rule, "before": own.value, "after": None, "reason": reason.strip()}
    own.delete()
    record(stream=f"body:{body.code}", action="deadline.period_set", acting=acting, body=body, data=data)
    return True
