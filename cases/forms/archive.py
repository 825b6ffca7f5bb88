"""Forms of the quality-safety archive: people, training, risk-control list, stoppages, records, reports, samplings."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.unit_rows import CheckedFileField, UnitRowForm, day_field, label_of, nothing_chosen, text_field
from cases.models import (
    DutyRecord,
    EntryReason,
    RiskControlItem,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    Stoppage,
)
from cases.models.enterprise import FirstEntryReason
from cases.services.archive_reports import FIRST_YEAR
from cases.services.duty_records import LONGEST_PROSE
from cases.services.safety_people import MOST_HOURS

YES_NO: Final = [("", _("Not stated")), ("yes", _("Yes")), ("no", _("No"))]
_YES_NO_OF: Final = {None: "", True: "yes", False: "no"}


class EntryReasonForm(UnitRowForm):
    """A further reason why the unit is on the platform."""

    reason = forms.ChoiceField(label=label_of(EntryReason, "reason"), choices=FirstEntryReason.choices)
    on = day_field(label_of(EntryReason, "on"))
    basis = text_field(EntryReason, "basis", help_text=_("What says so: a notice, a certificate, a record."))


class SafetyPersonForm(UnitRowForm):
    """Who was appointed to what, and until when."""

    role = forms.ChoiceField(label=label_of(SafetyPerson, "role"), choices=SafetyPerson.Role.choices)
    name = text_field(SafetyPerson, "name", required=True)
    phone = text_field(SafetyPerson, "phone")
    appointed_on = day_field(label_of(SafetyPerson, "appointed_on"))
    left_on = day_field(
        label_of(SafetyPerson, "left_on"), _("First day on which the post is no longer held."), required=False
    )
    document = text_field(SafetyPerson, "document", help_text=_("Its number or name."))


class TrainingForm(UnitRowForm):
    """Training or an examination of one of the unit's people."""

    person = forms.TypedChoiceField(label=_("Person"), coerce=int)
    kind = forms.ChoiceField(label=label_of(SafetyTraining, "kind"), choices=SafetyTraining.Kind.choices)
    held_on = day_field(label_of(SafetyTraining, "held_on"))
    topic = text_field(SafetyTraining, "topic", required=True)
    hours = forms.DecimalField(
        label=label_of(SafetyTraining, "hours"), required=False, max_value=MOST_HOURS, decimal_places=1
    )
    passed = forms.TypedChoiceField(
        label=label_of(SafetyTraining, "passed"),
        required=False,
        choices=YES_NO,
        coerce=lambda value: value == "yes",
        empty_value=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        initial = kwargs.get("initial") or {}
        passed = initial.get("passed")
        super().__init__(*args, **{**kwargs, "initial": {**initial, "passed": _YES_NO_OF.get(passed, passed)}})
        people = SafetyPerson.objects.filter(enterprise=self.enterprise).order_by("left_on", "role", "name", "pk")
        field = self.fields["person"]
        assert isinstance(field, forms.TypedChoiceField)
        named = [(person.pk, f"{person.name}（{person.get_role_display()}）") for person in people]
        field.choices = nothing_chosen(named)


class RiskControlForm(UnitRowForm):
    """A line of the risk-control list."""

    key_risk_point = text_field(RiskControlItem, "key_risk_point", required=True)
    measure = text_field(RiskControlItem, "measure", required=True, lines=3, longest=LONGEST_PROSE)
    responsible = text_field(RiskControlItem, "responsible")
    origin = forms.ChoiceField(label=label_of(RiskControlItem, "origin"), choices=RiskControlItem.Origin.choices)
    added_on = day_field(label_of(RiskControlItem, "added_on"))
    retired_on = day_field(
        label_of(RiskControlItem, "retired_on"), _("First day on which it is no longer on the list."), required=False
    )


class StoppageForm(UnitRowForm):
    """Days on which the unit did not produce or sell."""

    first_day = day_field(label_of(Stoppage, "first_day"))
    last_day = day_field(label_of(Stoppage, "last_day"), _("Leave it empty while the stoppage lasts."), required=False)
    reason = text_field(Stoppage, "reason", required=True)


class DutyRecordForm(UnitRowForm):
    """A daily control record, a weekly review report or the minutes of a monthly dispatch."""

    kind = forms.ChoiceField(label=label_of(DutyRecord, "kind"), choices=DutyRecord.Kind.choices)
    period_start = day_field(
        label_of(DutyRecord, "period_start"), _("The day; for a week or a month, any day that lies in it.")
    )
    recorded_on = day_field(label_of(DutyRecord, "recorded_on"))
    nothing_found = forms.BooleanField(
        label=label_of(DutyRecord, "nothing_found"), required=False, help_text=_("A report of no risk is a record too.")
    )
    findings = text_field(DutyRecord, "findings", lines=3, longest=LONGEST_PROSE)
    handled = text_field(DutyRecord, "handled", lines=2, longest=LONGEST_PROSE)
    by_name = text_field(DutyRecord, "by_name")
    file = CheckedFileField(label=_("File"), required=False)


class SelfReportForm(UnitRowForm):
    """A yearly report and what checking it found."""

    kind = forms.ChoiceField(label=label_of(SelfReport, "kind"), choices=SelfReport.Kind.choices)
    year = forms.IntegerField(label=label_of(SelfReport, "year"), min_value=FIRST_YEAR, max_value=9999)
    submitted_on = day_field(label_of(SelfReport, "submitted_on"))
    state = forms.ChoiceField(label=label_of(SelfReport, "state"), choices=SelfReport.State.choices)
    note = text_field(
        SelfReport,
        "note",
        lines=3,
        longest=LONGEST_PROSE,
        help_text=_("Needed where the report is returned or doubtful."),
    )
    file = CheckedFileField(label=_("File"), required=False)


class SamplingForm(UnitRowForm):
    """The result of a quality sampling."""

    product = text_field(SamplingResult, "product", required=True)
    batch = text_field(SamplingResult, "batch")
    sampled_on = day_field(label_of(SamplingResult, "sampled_on"))
    received_on = day_field(
        label_of(SamplingResult, "received_on"),
        _("When the unit received the result; its fifteen days to object run from then."),
        required=False,
    )
    level = forms.ChoiceField(label=label_of(SamplingResult, "level"), choices=SamplingResult.Level.choices)
    organiser = text_field(SamplingResult, "organiser")
    result = forms.ChoiceField(label=label_of(SamplingResult, "result"), choices=SamplingResult.Result.choices)
    failed_items = text_field(SamplingResult, "failed_items")
    safety_item = forms.BooleanField(label=label_of(SamplingResult, "safety_item"), required=False)
    report_number = text_field(
        SamplingResult, "report_number", required=True, help_text=_("Of a refusal, the number of its record.")
    )


class ArchiveFileForm(forms.Form):
    """A file for the archive of the unit itself."""

    file = CheckedFileField(label=_("File"))
