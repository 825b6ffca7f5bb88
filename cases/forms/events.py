"""Forms of risk events: what is told of one, what verification found, decisions with their reason, and the filter."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cases.models import Body, CreditRating, EventReport, RiskEvent
from cases.models.enterprise import RiskLevel
from cases.models.risk import AuthorityLevel
from cases.rules.errors import StatedError
from cases.rules.event_facts import LONGEST_TEXTS, MOST, EventFacts
from cases.rules.risk_level import RiskLevelRule
from cases.selectors.events import EventFilter
from cases.services.opinions import REASON_MIN

USUAL_SOURCE: Final = {
    "sampling_failed": "sampling",
    "sampling_refused": "sampling",
    "complaint": "complaint",
    "penalty": "enforcement",
    "exposure": "media",
    "hazard": "inspection",
    "risk_monitoring": "monitoring",
}
_ALWAYS: Final = ("title", "facts", "occurred_on", "product", "authority", "reference")
_BY_CONDITION: Final = {
    "safety_item": ("safety_item",),
    "authority": ("authority_level",),
    "product_level": ("product_level",),
    "circumstance": ("circumstances",),
    "harm": ("deaths", "serious_injuries"),
    "larger_accident": ("deaths", "serious_injuries", "direct_loss_wan"),
}
"""Which facts a condition of the pack asks about: a kind is asked for those that bear on its level."""


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=required, widget=picker)


def _text(label: Any, name: str, *, required: bool = False, help_text: Any = "", **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXTS[name],
        help_text=help_text,
        widget=forms.TextInput(attrs=attrs),
    )


def _number(label: Any, name: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=MOST[name], initial=0)


def _long(
    label: Any, *, help_text: Any = "", longest: int = 4000, shortest: int | None = REASON_MIN
) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=shortest,
        max_length=longest,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class FactsForm(forms.Form):
    """The facts of an event of one kind; only what bears on such an event is asked for."""

    title = _text(
        pgettext_lazy("of a risk event", "Title"),
        "title",
        required=True,
        help_text=_("In a few words: what, of which product."),
    )
    facts = _long(_("What happened"), longest=LONGEST_TEXTS["facts"], shortest=None)
    occurred_on = _day(_("Happened on"))
    product = _text(_("Product"), "product", list="products")
    product_level = forms.ChoiceField(
        label=_("Risk level of the product"),
        required=False,
        choices=[("", _("Not known")), *RiskLevel.choices],
        help_text=_("Left open, it is taken from the products of the enterprise."),
    )
    authority = _text(_("Authority or medium"), "authority", help_text=_("Who found or decided it, or published it."))
    authority_level = forms.ChoiceField(
        label=_("Its level"), required=False, choices=[("", _("Not known")), *AuthorityLevel.choices]
    )
    reference = _text(
        _("Document number"),
        "reference",
        help_text=_("Of the report or decision itself: with it, one happening told twice is recognised."),
    )
    safety_item = forms.BooleanField(label=_("A safety item failed"), required=False)
    circumstances = forms.MultipleChoiceField(
        label=_("Further circumstances"), required=False, widget=forms.CheckboxSelectMultiple
    )
    deaths = _number(_("Deaths"), "deaths")
    serious_injuries = _number(_("Serious injuries"), "serious_injuries")
    direct_loss_wan = _number(_("Direct loss (10,000 yuan)"), "direct_loss_wan")

    def __init__(self, *args: Any, kind: str, rule: RiskLevelRule, levels: Mapping[str, str], **kwargs: Any) -> None:
        """`levels`: the risk level of each product the unit is known for."""
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.levels = levels
        asked = {*_ALWAYS, *self.base_fields.keys() - FactsForm.base_fields.keys()}
        for raising in rule.kinds[kind].raisings:
            asked.update(_BY_CONDITION[raising.condition])
        choices = circumstance_choices(rule, kind)
        if choices:
            asked.add("circumstances")
        if kind == RiskEvent.Kind.SAMPLING_FAILED:
            asked.add("authority_level")
            self.fields["authority_level"].required = True
        circumstances = self.fields["circumstances"]
        assert isinstance(circumstances, forms.MultipleChoiceField)
        circumstances.choices = choices
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]

    def told(self) -> EventFacts:
        """The facts as they were typed, once the form is valid."""
        data = {name: value for name, value in self.cleaned_data.items() if name in FactsForm.base_fields}
        data["facts"] = data["facts"].replace("\r\n", "\n").strip()
        data["circumstances"] = tuple(sorted(data.get("circumstances", ())))
        data |= {name: data[name] or 0 for name in MOST if name in data}
        if "product_level" in data and not data["product_level"]:
            data["product_level"] = self.levels.get(data["product"], "")
        return EventFacts(kind=self.kind, **data)

    def take(self, error: StatedError, message: str) -> None:
        """Show a refusal of the service where it belongs."""
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)


class ReportForm(FactsForm):
    """A report: who told of it, when, and the facts."""

    source = forms.ChoiceField(label=_("Source"), choices=[("", "—"), *EventReport.Source.choices])
    source_reference = forms.CharField(
        label=_("Reference of the source"),
        required=False,
        max_length=120,
        help_text=_("Number of the complaint, the notice, the entry: the same report is never taken twice."),
    )
    reported_on = _day(_("Reported on"))
    received_on = _day(
        _("Result received by the enterprise on"),
        required=False,
        help_text=_("Its fifteen days for objections run from then; may be noted later."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind != RiskEvent.Kind.SAMPLING_FAILED:
            del self.fields["received_on"]

    def report(self) -> dict[str, Any]:
        """What the service takes beside the facts."""
        names = ("source", "source_reference", "reported_on", "received_on", "note")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class VerifyForm(FactsForm):
    """The facts that verification found, and the level where it is to be another than the rule's."""

    level = forms.ChoiceField(
        label=_("Level"),
        required=False,
        choices=[("", _("As the rule says")), *RiskEvent.Level.choices],
    )
    level_reason = forms.CharField(
        label=_("Reason for another level"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = _long(
        pgettext_lazy("of a verification", "What was found"), help_text=_("How it was verified, and on what evidence.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    """Level and effects that the page has shown: what is confirmed is what was seen."""


class DecisionForm(forms.Form):
    """A decision that needs nothing but its reason."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = _long(_("Reason"))

    def take(self, error: StatedError, message: str) -> None:
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)


class ObjectionForm(DecisionForm):
    """What the unit says against it."""

    reason = None  # type: ignore[assignment]
    made_on = _day(_("Objected on"))
    views = _long(_("What the enterprise says"))


class ObjectionDecisionForm(DecisionForm):
    """Uphold or dismiss, with the reason."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[("uphold", _("Uphold: the event is refuted")), ("dismiss", _("Dismiss: the event stays as it is"))],
        widget=forms.RadioSelect,
    )
    field_order = ["outcome", "reason"]


class ResolveForm(DecisionForm):
    """Since when the risk no longer stands open, and how it was put right."""

    resolved_on = _day(_("Put right on"))
    reason = _long(_("How it was put right"))
    field_order = ["resolved_on", "reason"]


class ReceiptForm(DecisionForm):
    """When the unit received the result, and whether it accepts it."""

    reason = None  # type: ignore[assignment]
    received_on = _day(_("Result received by the enterprise on"))
    accepted_on = _day(
        _("Accepted in writing on"),
        required=False,
        help_text=_("Where the enterprise has declared that it does not object; nothing else ends its fifteen days."),
    )


class CreditForm(forms.Form):
    """The credit-risk class of a unit."""

    credit_risk = forms.ChoiceField(label=_("Credit risk"), choices=CreditRating.Risk.choices, widget=forms.RadioSelect)
    valid_from = _day(_("Valid from"))
    source = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=120,
        help_text=_("For example the monthly list it was taken from."),
    )

    def take(self, error: StatedError, message: str) -> None:
        field = error.details.get("field")
        self.add_error(field if field in self.fields else None, message)


class EventFilterForm(forms.Form):
    """The filter of the list, all of it in the address; what the address gets wrong narrows nothing."""

    q = forms.CharField(required=False, max_length=100)
    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Body.objects.none(), to_field_name="code", empty_label=_("All areas")
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *RiskEvent.Kind.choices])
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("Any level")), *RiskEvent.Level.choices]
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("Any state")), *RiskEvent.State.choices]
    )

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas

    def wanted(self) -> EventFilter:
        """The filter; a value that does not exist is left out."""
        self.is_valid()
        data = self.cleaned_data
        names = ("kind", "level", "state")
        return EventFilter(
            area=data.get("area"), text=data.get("q", ""), **{name: data.get(name, "") for name in names}
        )


def circumstance_choices(rule: RiskLevelRule, kind: str = "") -> list[tuple[str, str]]:
    """The circumstances that the pack knows, of one kind or of all, in the reader's language."""
    known = [each for each in rule.circumstances.values() if not kind or kind in each.kinds]
    return [(each.code, each.name_en.capitalize() if get_language() == "en" else each.name) for each in known]


def circumstance_words(rule: RiskLevelRule, codes: Iterable[str]) -> list[str]:
    """Circumstances in words; a code that the pack no longer knows as it is."""
    names = dict(circumstance_choices(rule))
    return [names.get(code, code) for code in codes]


def initial_report(kind: str, today: date) -> dict[str, Any]:
    """What a new report begins with."""
    return {"source": USUAL_SOURCE.get(kind, ""), "reported_on": today}
