"""Set a body's own value where no source fixes one ([A], [R])."""

from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import setting_periods
from cases.models.body import Body, BodySetting
from cases.models.case import Case
from cases.packs.settings import OpenSetting, open_settings
from cases.rules.errors import RuleError
from cases.selectors.settings import packs_to_choose
from cases.services.audit import record
from cases.services.deadlines import require_reason

MOST_DAYS: Final = 5
"""Levels of bodies there are to escalate to, from the township office to the nation."""


@transaction.atomic
def set_open_setting(*, body: Body, key: str, value: Any, reason: str, acting: Acting) -> BodySetting:
    """Let `key` be `value` at `body` and below, until a body below sets its own; what has begun keeps what it had.

    RuleError: `unknown_setting`, `setting_not_per_body`, `setting_value`, `reason_too_short`; Blocked without the
    permission.
    """
    require(setting_periods(body, acting))
    require_reason(reason)
    setting = _settable(key)
    require_value(setting, value, body)
    before = BodySetting.objects.select_for_update().filter(body=body, key=key).first()
    previous = before.value if before else None
    kept, _created = BodySetting.objects.update_or_create(
        body=body,
        key=key,
        defaults={"value": value, "reason": reason.strip(), "set_by": acting.person, "set_at": acting.at},
    )
    _record(body, key, previous, value, reason, acting)
    return kept


@transaction.atomic
def reset_open_setting(*, body: Body, key: str, reason: str, acting: Acting) -> bool:
    """Drop a body's own value, so that the body above or the default decides again; False if it had none."""
    require(setting_periods(body, acting))
    require_reason(reason)
    _settable(key)
    own = BodySetting.objects.select_for_update().filter(body=body, key=key).first()
    if own is None:
        return False
    before = own.value
    own.delete()
    _record(body, key, before, None, reason, acting)
    return True


def require_value(setting: OpenSetting, value: Any, body: Body) -> None:
    """RuleError `setting_value` unless the value is one of the setting's kind that the body may choose."""
    if not (_is_pack(setting, value, body) if setting.kind == "pack" else _ALLOWED[setting.kind](setting, value)):
        raise RuleError("setting_value", _("“%(value)s” is no value for this setting."), value=str(value))


def _settable(key: str) -> OpenSetting:
    setting = open_settings().get(key)
    if setting is None:
        raise RuleError("unknown_setting", _("There is no setting “%(key)s”."), key=key)
    if not setting.per_body:
        raise RuleError("setting_not_per_body", _("This setting is the same for all bodies."), key=key)
    return setting


def _is_pack(setting: OpenSetting, value: Any, body: Body) -> bool:
    return any(value == pack.code for pack in packs_to_choose(setting.section, body))


def _is_number(setting: OpenSetting, value: Any) -> bool:
    return type(value) is int and 1 <= value <= setting.most  # True is an int, too, but no number of anything


def _are_days(setting: OpenSetting, value: Any) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DAYS:
        return False
    return all(_is_number(setting, days) for days in value) and value == sorted(set(value))


def _are_origins(setting: OpenSetting, value: Any) -> bool:
    return isinstance(value, list) and len(set(value)) == len(value) and set(value) <= set(Case.Origin.values)


_ALLOWED: Final = {"number": _is_number, "days": _are_days, "origins": _are_origins}


def _record(body: Body, key: str, before: Any, after: Any, reason: str, acting: Acting) -> None:
    data = {"setting": key, "before": before, "after": after, "reason": reason.strip()}
    record(stream=f"body:{body.code}", action="setting.set", acting=acting, body=body, data=data)
