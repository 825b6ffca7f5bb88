"""What must hold before a risk warning is drafted, dropped, answered or lifted (嘉市监〔2020〕40号 四, P8)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models import Body, RiskWarning

CLAUSE: Final = "嘉市监〔2020〕40号 四（二）"
State = RiskWarning.State


def may_draft_warning(region: Body, acting: Acting) -> list[Condition]:
    return [holds(acting, "draft_warning", region)]


def _stands(warning: RiskWarning, *states: str) -> Condition:
    wording = _("The warning must stand at this step.")
    return Condition("warning_state", warning.state in states, wording, clause=CLAUSE)


def may_drop_warning(warning: RiskWarning, acting: Acting) -> list[Condition]:
    return [_stands(warning, State.DRAFTED), holds(acting, "draft_warning", warning.region)]


def may_enter_feedback(warning: RiskWarning, acting: Acting) -> list[Condition]:
    return [_stands(warning, State.SERVED), holds(acting, "draft_warning", warning.region)]


def may_lift_warning(warning: RiskWarning, acting: Acting) -> list[Condition]:
    """The body that issued it lifts it, once the government has told what was done."""
    return [_stands(warning, State.ANSWERED), holds(acting, "approve_warning", warning.body)]
