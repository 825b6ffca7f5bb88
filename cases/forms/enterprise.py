"""Forms of the registry: a unit's facts, its status, and the filter of the list."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.forms.unit_rows import day_field, label_of
from cases.models.body import Body
from cases.models.enterprise import Enterprise, FirstEntryReason, OperatingStatus
from cases.rules.enterprise_facts import LONGEST_TEXTS, MOST_REVENUE_WAN, EnterpriseFacts, Fault
from cases.rules.uscc import normalised_uscc
from cases.selectors.enterprises import KINDS, ORDERS, UNCLASSED, UNTIERED, USUAL_ORDER, EnterpriseFilter
from cases.services.fault_texts import fault_text
from cases.services.update_enterprise import KEPT

TIERS: Final = [("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), (UNTIERED, _("Untiered"))]
CLASSES: Final = [("AA", "AA"), ("A", "A"), ("B", "B"), ("C", "C"), (UNCLASSED, _("Not classified"))]
KIND_LABELS: Final = [
    ("production", _("Production")),
    ("wholesale", _("Wholesale")),
    ("retail", _("Retail")),
]


def field_label(name: str) -> Any:
    """What the model calls a fact."""
    return label_of(Enterprise, name)


def _text(name: str, required: bool = False, help_text: Any = "", **attributes: str) -> forms.CharField:
    """A text fact with the label the model gives it and the length the rule allows."""
    label = field_label(name)
    widget = forms.TextInput(attrs=attributes)
    longest = LONGEST_TEXTS.get(name)
    return forms.CharField(label=label, required=required, max_length=longest, help_text=help_text, widget=widget)


def show_faults(form: forms.Form, faults: Iterable[Fault]) -> None:
    """Put each fault of a service at its field, or above the form where the form has none for it."""
    for fault in faults:
        form.add_error(fault.field if fault.field in form.fields else None, fault_text(fault.code, fault.details))


class EnterpriseForm(forms.Form):
    """Everything the registry is told about a unit; the rule judges it, the form only reads it."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    uscc = _text(
        "uscc", True, _("18 characters; both check digits are tested."), autocomplete="off", spellcheck="false"
    )
    name = _text("name", True)
    kinds = forms.MultipleChoiceField(
        label=_("Kinds"), choices=KIND_LABELS, widget=forms.CheckboxSelectMultiple, help_text=_("All that apply.")
    )
    individual_household = forms.BooleanField(label=_("Individual household"), required=False)
    headcount = forms.IntegerField(
        label=_("Headcount"),
        required=False,
        min_value=0,
        help_text=_("Persons at the end of the period; decides the tier."),
    )
    revenue_wan = forms.DecimalField(
        label=_("Revenue (10,000 yuan)"),
        required=False,
        min_value=0,
        max_value=MOST_REVENUE_WAN,
        decimal_places=2,
        help_text=_("Main business revenue, or goods sales below the statistical quota."),
    )
    above_quota = forms.TypedChoiceField(
        label=_("Above statistical quota"),
        required=False,
        choices=[("", _("Not known")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )
    region_code = _text(
        "region_code", True, _("6 digits, or 9 for a township; decides which body does the daily work."), list="regions"
    )
    address = _text("address")
    legal_representative = _text("legal_representative")
    contact = _text("contact")
    phone = _text("phone", inputmode="tel")
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=LONGEST_TEXTS["email"])
    email_consent = forms.BooleanField(
        label=_("Agrees to messages by e-mail"),
        help_text=_(
            "Messages and links only. Documents are served by e-mail where the signed confirmation of address says so."
        ),
        required=False,
    )
    product_category = _text("product_category")
    first_entry_reason = forms.ChoiceField(
        label=_("First entry reason"),
        choices=[("", "—"), *FirstEntryReason.choices],
        help_text=_("Why the unit is entered; kept for ever."),
    )
    first_entered_on = day_field(_("First entered on"))

    def __init__(self, *args: Any, enterprise: Enterprise | None = None, **kwargs: Any) -> None:
        self.enterprise = enterprise
        if enterprise is not None:
            kwargs["initial"] = {**initial_facts(enterprise), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        if enterprise is not None:
            for name in KEPT:
                del self.fields[name]

    def facts(self) -> EnterpriseFacts:
        """What was typed, once the form is valid; what is kept comes from the stored unit."""
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "kinds"}}
        if self.enterprise is not None:
            data |= {name: getattr(self.enterprise, name) for name in KEPT}
        data["uscc"] = normalised_uscc(data["uscc"])
        data |= {flag: kind in self.cleaned_data["kinds"] for kind, flag in KINDS.items()}
        # A region is offered as "330402100 凤桥镇": the code is what counts.
        data["region_code"] = data["region_code"].split()[0]
        return EnterpriseFacts(**data)


def initial_facts(enterprise: Enterprise) -> dict[str, Any]:
    """The stored facts as the form shows them."""
    quota = {None: "", True: "yes", False: "no"}[enterprise.above_quota]
    names = [name for name in EnterpriseForm.base_fields if name not in {"kinds", "above_quota"}]
    return {
        **{name: getattr(enterprise, name) for name in names},
        "kinds": list(enterprise.kinds),
        "above_quota": quota,
    }


class StatusForm(forms.Form):
    """A change of the operating status."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    status = forms.ChoiceField(label=_("Operating status"), choices=OperatingStatus.choices)
    status_on = day_field(_("Since"))
    status_basis = forms.CharField(
        label=_("Basis"),
        max_length=200,
        help_text=_("What says so: a registry notice, an on-site record, a court paper."),
    )


class EnterpriseFilterForm(forms.Form):
    """The filter of the list, all of it in the address; what the address gets wrong narrows nothing."""

    q = forms.CharField(
        label=_("Name or credit code"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name or credit code")}),
    )
    area = forms.ModelChoiceField(
        label=_("Area"), required=False, queryset=Body.objects.none(), to_field_name="code", empty_label=_("All areas")
    )
    tier = forms.MultipleChoiceField(
        label=_("Tier"), required=False, choices=TIERS, widget=forms.CheckboxSelectMultiple
    )
    quality = forms.MultipleChoiceField(
        label=_("Quality class"), required=False, choices=CLASSES, widget=forms.CheckboxSelectMultiple
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All kinds")), *KIND_LABELS])
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[("", _("Any status")), *OperatingStatus.choices]
    )
    key = forms.BooleanField(label=_("Key-supervised only"), required=False)
    papers = forms.BooleanField(label=_("Certificates expired or expiring"), required=False)
    review = forms.BooleanField(label=_("Yearly review overdue only"), required=False)
    sort = forms.ChoiceField(required=False, choices=[(order, order) for order in ORDERS], widget=forms.HiddenInput)

    def __init__(self, *args: Any, areas: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = areas

    def wanted(self, today: date) -> EnterpriseFilter:
        """The filter on the day `today`; a value that does not exist is left out."""
        self.is_valid()
        data = self.cleaned_data
        return EnterpriseFilter(
            area=data.get("area"),
            tiers=tuple(data.get("tier", ())),
            classes=tuple(data.get("quality", ())),
            kind=data.get("kind", ""),
            status=data.get("status", ""),
            key_supervised=data.get("key", False),
            warned_on=today if data.get("papers") else None,
            review_overdue=data.get("review", False),
            text=data.get("q", ""),
            order=data.get("sort") or USUAL_ORDER,
        )
