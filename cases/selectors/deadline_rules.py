"""The rules a deadline is counted by, and what a body has set where the sources leave it open."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_noop as _

from cases.models.body import Body, BodySetting
from cases.packs.loader import load_deadline_rules
from cases.packs.settings import default_of
from cases.rules.deadlines import DeadlineRule
from cases.rules.errors import RuleError
from cases.selectors.settings import setting_for

ESCALATION_KEY: Final = "deadline.escalation_days"


def rule_of(code: str) -> DeadlineRule:
    """The rule of a code; RuleError `unknown_deadline_rule`."""
    try:
        return load_deadline_rules()[code]
    except KeyError:
        raise RuleError("unknown_deadline_rule", _("There is no deadline rule “%(rule)s”."), rule=code) from None


def amount_key(code: str) -> str:
    """The setting by which a body changes the period of a rule."""
    return f"deadline.{code}.amount"


def amount_for(rule: DeadlineRule, body: Body, amount: int | None = None) -> int:
    """The period to count: `amount` where given, else the nearest body's setting, else the rule's own.

    RuleError `not_settable` where a period fixed by law would be changed.
    """
    if amount is not None:
        if amount != rule.amount and not rule.settable:
            raise RuleError("not_settable", _("The period of “%(rule)s” is fixed by law."), rule.basis, rule=rule.code)
        return amount
    return int(setting_for(body, amount_key(rule.code), rule.amount)) if rule.settable else rule.amount


def escalation_days(body: Body) -> Sequence[int]:
    """Working days overdue after which the accountable body, then the body above it, and so on is told [A]."""
    return [int(days) for days in setting_for(body, ESCALATION_KEY, default_of(ESCALATION_KEY))]


def own_periods(body: Body) -> dict[str, BodySetting]:
    """The period settings in force at a body by rule code, the nearest body's first; one query."""
    prefix, suffix = amount_key("\0").split("\0")
    settings = (
        BodySetting.objects.filter(
            key__startswith=prefix,
            key__endswith=suffix,
            body__position__lte=body.position,
            body__last__gte=body.position,
        )
        .select_related("body")
        .order_by("body__position")
    )
    return {setting.key.removeprefix(prefix).removesuffix(suffix): setting for setting in settings}
