"""The forms that lengthen many periods at once, or ask for it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.deadlines import ReasonForm
from cases.models.deadline import Deadline
from cases.packs.loader import load_deadline_rules
from cases.selectors.deadline_rules import rule_of
from cases.selectors.notifications import rule_title
from cases.services.order_rectification import RULE

UNITS = {"working_day": _("working days"), "day": _("days"), "month": _("months")}


class ExtendManyForm(ReasonForm):
    """By how much, in the unit of each rule, and why."""

    amount = forms.IntegerField(label=_("Longer by"), min_value=1)
    field_order = ["amount", "reason"]

    def __init__(self, data: Any, *, deadlines: Iterable[Deadline]) -> None:
        super().__init__(data)
        rules = {deadline.rule: rule_of(deadline.rule) for deadline in deadlines}
        limits = [
            _("%(rule)s: at most %(most)s %(unit)s")
            % {"rule": rule_title(code), "most": rule.max_extension, "unit": UNITS[rule.extension_unit]}
            for code, rule in rules.items()
        ]
        self.fields["amount"].help_text = "；".join(str(limit) for limit in limits)


class AskManyForm(ReasonForm):
    """How many days are asked for, for every order alike, and why."""

    days = forms.IntegerField(label=_("Days to be added"), min_value=1)
    field_order = ["days", "reason"]

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        rule = load_deadline_rules()[RULE]
        days = self.fields["days"]
        days.widget.attrs["max"] = rule.max_extension
        days.help_text = _(
            "At most %(longest)d days, once only, and at least %(before)d days before the period ends."
        ) % {"longest": rule.max_extension, "before": rule.ask_before}
        self.fields["reason"].label = _("Why more time is needed")
        self.fields["reason"].help_text = _("At least 10 characters; it stands in the log of each case.")
