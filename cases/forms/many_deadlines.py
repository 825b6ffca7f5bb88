"""The form that lengthens many periods at once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.deadlines import ReasonForm
from cases.models.deadline import Deadline
from cases.selectors.deadline_rules import rule_of
from cases.selectors.notifications import rule_title

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
