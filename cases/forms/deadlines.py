"""Forms of the oversight board and the deadline page."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.rules.deadlines import DeadlineRule

EARLIEST: Final = date(2000, 1, 1)
"""A month before it is a slip of the pen."""
TILES: Final = ("overdue", "today", "week", "running", "suspended", "met", "late", "unrectified", "ended", "rectified")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the board is narrowed to: a tile or a day, and an area by the code of its body or the first digits of it."""

    due: str
    day: date | None
    area: str
    beside: tuple[tuple[str, str], ...] = ()
    """What the address says of the list's view and columns."""
    month: date | None = None
    """The first day of the month gone by of which the board tells; None for today."""

    def address(self, **changes: str) -> str:
        """The query that shows this with `changes`; a tile and a day exclude each other."""
        here = {
            "due": self.due,
            "day": self.day.isoformat() if self.day else "",
            "area": self.area,
            "month": f"{self.month:%Y-%m}" if self.month else "",
        }
        query = {**dict(self.beside), **here, **changes}
        return "?" + urlencode({name: value for name, value in query.items() if value})


class BoardFilter(forms.Form):
    """What the address of the board asks for; what it does not know is ignored."""

    due = forms.ChoiceField(choices=[(name, name) for name in TILES], required=False)
    day = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    area = forms.RegexField(r"^(\d{2}|\d{4}|\d{6}|\d{9})$", required=False)
    month = forms.DateField(required=False, input_formats=["%Y-%m"])

    def chosen(self, today: date | None = None) -> Chosen:
        """The filters that could be read; without a tile or a day, what is overdue.

        Of a month gone by at `today`, there is no other list; the present one and those to come are passed over.
        """
        self.full_clean()
        due, day, area = (self.cleaned_data.get(name) for name in ("due", "day", "area"))
        month = self.cleaned_data.get("month")
        if today is not None and month is not None and EARLIEST <= month < today.replace(day=1):
            return Chosen(due="overdue", day=None, area=area or "", month=month)
        beside = tuple((name, str(self.data.get(name, ""))) for name in ("view", "cols"))
        return Chosen(due="" if day else due or "overdue", day=day, area=area or "", beside=beside)


class ReasonForm(forms.Form):
    """A reason, which every stop and restart of a clock needs."""

    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("At least 10 characters; it stays in the ledger."),
    )


class ExtensionForm(ReasonForm):
    """How much longer, and why."""

    amount = forms.IntegerField(label=_("Longer by"), min_value=1)
    field_order = ["amount", "reason"]

    def __init__(self, *args: Any, rule: DeadlineRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {"working_day": _("working days"), "day": _("days"), "month": _("months")}
        self.fields["amount"].widget.attrs["max"] = rule.max_extension
        self.fields["amount"].help_text = _("In %(unit)s, at most %(most)s.") % {
            "unit": units[rule.extension_unit],
            "most": rule.max_extension,
        }


class AmountForm(ReasonForm):
    """A body's own period for a rule that no source fixes."""

    amount = forms.IntegerField(label=_("Period"), min_value=1, max_value=400)
    field_order = ["amount", "reason"]
