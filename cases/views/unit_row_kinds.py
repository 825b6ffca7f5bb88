"""The kinds of rows that a unit's pages add, change, end and remove: their forms, their services, their words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.forms import archive, unit_rows
from cases.models import (
    Certificate,
    DutyRecord,
    EntryReason,
    Honour,
    Product,
    RiskControlItem,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    Stoppage,
)
from cases.services.archive_reports import keep_entry_reason, keep_self_report
from cases.services.duty_records import keep_duty_record, keep_risk_control, keep_stoppage
from cases.services.enterprise_details import keep_certificate, keep_honour, keep_product
from cases.services.safety_people import keep_safety_person, keep_training
from cases.services.sampling_results import keep_sampling

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Ending:
    """How a row of that kind ends: the title of the form, the label of its day, and the time line's words."""

    title: Words
    day: Words
    ended: Words


def _no_query(_row: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class RowPage:
    """One kind of row: model, form, service, the titles of its forms, and what the time line says of it.

    `page` is the tab that shows the rows, `query` what its address needs to show one of them.
    """

    model: type[Model]
    form: type[unit_rows.UnitRowForm]
    keep: Callable[..., Any]
    new: Words
    change: Words
    kept: Words
    removed: Words
    page: str = "enterprise_archive"
    query: Callable[[Any], str] = _no_query
    ending: Ending | None = None


ROW_PAGES: Final[Mapping[str, RowPage]] = {
    "certificates": RowPage(
        Certificate,
        unit_rows.CertificateForm,
        keep_certificate,
        new=_("Add a certificate"),
        change=_("Change a certificate"),
        kept=_("Certificate entered or changed"),
        removed=_("Certificate removed"),
    ),
    "products": RowPage(
        Product,
        unit_rows.ProductForm,
        keep_product,
        new=_("Add a product"),
        change=_("Change a product"),
        kept=_("Product entered or changed"),
        removed=_("Product removed"),
        page="enterprise_detail",
    ),
    "honours": RowPage(
        Honour,
        unit_rows.HonourForm,
        keep_honour,
        new=_("Add an honour"),
        change=_("Change an honour"),
        kept=_("Honour entered or changed"),
        removed=_("Honour removed"),
    ),
    "reasons": RowPage(
        EntryReason,
        archive.EntryReasonForm,
        keep_entry_reason,
        new=_("Add a further entry reason"),
        change=_("Change an entry reason"),
        kept=_("Entry reason entered or changed"),
        removed=_("Entry reason removed"),
    ),
    "people": RowPage(
        SafetyPerson,
        archive.SafetyPersonForm,
        keep_safety_person,
        new=_("Record an appointment"),
        change=_("Change an appointment"),
        kept=_("Appointment entered or changed"),
        removed=_("Appointment removed"),
        ending=Ending(
            _("Record that somebody left"),
            _("First day on which the post is no longer held"),
            _("Left the post for quality safety"),
        ),
    ),
    "trainings": RowPage(
        SafetyTraining,
        archive.TrainingForm,
        keep_training,
        new=_("Record training"),
        change=_("Change a training"),
        kept=_("Training entered or changed"),
        removed=_("Training removed"),
    ),
    "controls": RowPage(
        RiskControlItem,
        archive.RiskControlForm,
        keep_risk_control,
        new=_("Add to the risk-control list"),
        change=_("Change a line of the risk-control list"),
        kept=_("Risk-control list changed"),
        removed=_("Line of the risk-control list removed"),
        ending=Ending(
            _("Strike off the risk-control list"),
            _("First day on which it is no longer on the list"),
            _("Struck off the risk-control list"),
        ),
    ),
    "stoppages": RowPage(
        Stoppage,
        archive.StoppageForm,
        keep_stoppage,
        new=_("Record a stoppage"),
        change=_("Change a stoppage"),
        kept=_("Stoppage entered or changed"),
        removed=_("Stoppage removed"),
        ending=Ending(_("End the stoppage"), _("Last day without production or sale"), _("Stoppage ended")),
    ),
    "records": RowPage(
        DutyRecord,
        archive.DutyRecordForm,
        keep_duty_record,
        new=_("Add a control record"),
        change=_("Change a control record"),
        kept=_("Control record entered or changed"),
        removed=_("Control record removed"),
        page="enterprise_records",
        query=lambda row: f"?month={row.period_start:%Y-%m}",
    ),
    "reports": RowPage(
        SelfReport,
        archive.SelfReportForm,
        keep_self_report,
        new=_("Add a yearly report"),
        change=_("Change a yearly report"),
        kept=_("Yearly report entered or changed"),
        removed=_("Yearly report removed"),
    ),
    "samplings": RowPage(
        SamplingResult,
        archive.SamplingForm,
        keep_sampling,
        new=_("Add a sampling result"),
        change=_("Change a sampling result"),
        kept=_("Sampling result entered or changed"),
        removed=_("Sampling result removed"),
    ),
}


def titles() -> dict[str, Words]:
    """What the time line of a unit calls each act on its rows, by the action of the audit event."""
    words: dict[str, Words] = {}
    for row in ROW_PAGES.values():
        name = row.model._meta.model_name
        words |= {f"enterprise.{name}_kept": row.kept, f"enterprise.{name}_removed": row.removed}
        if row.ending is not None:
            words[f"enterprise.{name}_ended"] = row.ending.ended
    return words


def forms_by_action() -> dict[str, type[unit_rows.UnitRowForm]]:
    """The form that names what an audit event says was changed."""
    found: dict[str, type[unit_rows.UnitRowForm]] = {}
    for row in ROW_PAGES.values():
        name = row.model._meta.model_name
        found |= {f"enterprise.{name}_kept": row.form, f"enterprise.{name}_ended": row.form}
    return found
