"""The quality-safety archive (质量安全档案) of a unit: what it must show and what the body keeps of it.

国市监质监发〔2023〕38号 四（一）, 附件2; 两个规定 (总局令第75号、第76号). History rows say from when to when something
held; none is ever overwritten, so that the unit can be shown as it stood on any past day.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.deletion import ProtectedError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.enterprise import FirstEntryReason, OperatingStatus


class StatusRecord(models.Model):
    """Operating-status history (经营存续状况): which status held from which day, on what basis. One row is open."""

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="status_records")
    status = models.CharField(max_length=16, choices=OperatingStatus)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # first day on which it no longer holds
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("operating status")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(valid_to__isnull=True), name="one_open_status_record"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="status_record_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.status}"


class EntryReason(models.Model):
    """A further reason why the unit belongs on the platform (38号 四（一）); the first one stays on the unit itself."""

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="entry_reasons")
    reason = models.CharField(_("reason"), max_length=24, choices=FirstEntryReason)
    on = models.DateField(_("on"))
    basis = models.CharField(_("basis"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("further entry reason")
        constraints = [models.UniqueConstraint(fields=["enterprise", "reason", "on"], name="entry_reason_once")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.reason}"


class SafetyPerson(models.Model):
    """A person of the unit who answers for quality safety: principal, director (总监) or officer (质量安全员)."""

    class Role(models.TextChoices):
        PRINCIPAL = "principal", _("Principal")
        DIRECTOR = "director", _("Quality-safety director")
        OFFICER = "officer", _("Quality-safety officer")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="safety_people")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    appointed_on = models.DateField(_("appointed on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)  # first day on which the post is no longer held
    document = models.CharField(_("letter of appointment"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("person responsible for quality safety")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "role", "name"], condition=Q(left_on__isnull=True), name="safety_person_once"
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("appointed_on")), name="safety_person_interval"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SafetyTraining(models.Model):
    """Training or an examination of such a person (附件2 2.5; 附件3 4.3: bodies hold spot examinations)."""

    class Kind(models.TextChoices):
        TRAINING = "training", _("Training")
        EXAM = "exam", _("Examination by the unit")
        SPOT_EXAM = "spot_exam", _("Spot examination by a body")

    person = models.ForeignKey(SafetyPerson, on_delete=models.PROTECT, related_name="trainings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    held_on = models.DateField(_("held on"))
    topic = models.CharField(_("topic"), max_length=200)
    hours = models.DecimalField(_("hours"), max_digits=5, decimal_places=1, null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True, blank=True)

    class Meta:
        verbose_name = _("training")
        constraints = [models.UniqueConstraint(fields=["person", "kind", "held_on", "topic"], name="training_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"


class RiskControlItem(models.Model):
    """A line of the unit's risk-control list (《工业产品质量安全风险管控清单》, 附件2 1.4), which is dynamic."""

    class Origin(models.TextChoices):
        UNIT = "unit", _("Named by the unit")
        BODY = "body", _("Demanded by the body")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="risk_controls")
    key_risk_point = models.CharField(_("key risk point"), max_length=200)
    measure = models.TextField(_("control measure"))
    responsible = models.CharField(_("responsible person"), max_length=60, blank=True)
    origin = models.CharField(_("origin"), max_length=4, choices=Origin, default=Origin.UNIT)
    added_on = models.DateField(_("added on"))
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        verbose_name = _("risk-control item")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "key_risk_point"],
                condition=Q(retired_on__isnull=True),
                name="risk_control_once",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(retired_on__gte=F("added_on")), name="risk_control_interval"
            ),
        ]

    def __str__(self) -> str:
        return self.key_risk_point


class Stoppage(models.Model):
    """Days on which the unit did not produce or sell (停产): no daily record is owed for them, and none is a gap."""

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="stoppages")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)  # included; null while it lasts
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("stoppage")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="stoppage_interval"
            ),
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(last_day__isnull=True), name="one_open_stoppage"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class DutyRecord(models.Model):
    """A daily control record, weekly review report or minutes of a monthly dispatch (日管控、周排查、月调度).

    ``period_start`` is the day, the Monday of the ISO week, or the first of the month.
    """

    class Kind(models.TextChoices):
        DAILY = "daily", _("Daily control record")
        WEEKLY = "weekly", _("Weekly review report")
        MONTHLY = "monthly", _("Monthly dispatch minutes")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="duty_records")
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    period_start = models.DateField(pgettext_lazy("of a record", "period"))
    recorded_on = models.DateField(_("recorded on"))
    nothing_found = models.BooleanField(_("nothing found"), default=False)  # 零风险报告 is a record too
    findings = models.TextField(_("findings"), blank=True)
    handled = models.TextField(_("how they were handled"), blank=True)
    by_name = models.CharField(_("recorded by"), max_length=60, blank=True)
    file = models.ForeignKey(
        "cases.ArchiveFile", null=True, blank=True, on_delete=models.PROTECT, related_name="duty_records"
    )

    class Meta:
        verbose_name = _("control record")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "kind", "period_start"], name="duty_record_once"),
            models.CheckConstraint(
                condition=Q(nothing_found=True) | ~Q(findings=""), name="duty_record_says_what_was_found"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.kind} {self.period_start}"


class SelfReport(models.Model):
    """A yearly report of the unit (P11): self-commitment (AA), main responsibility (A to C), or licence self-check."""

    class Kind(models.TextChoices):
        SELF_COMMITMENT = "self_commitment", _("Report on the self-commitment")
        RESPONSIBILITY = "responsibility", _("Report on the main responsibility")
        SELF_CHECK = "annual_self_check", _("Annual self-check report")

    class State(models.TextChoices):
        SUBMITTED = "submitted", pgettext_lazy("of a report", "Submitted")
        COMPLETE = "complete", pgettext_lazy("of a report", "Complete")
        RETURNED = "returned", pgettext_lazy("of a report", "Returned")
        DOUBTFUL = "doubtful", pgettext_lazy("of a report", "Doubtful")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="self_reports")
    kind = models.CharField(_("kind"), max_length=18, choices=Kind)
    year = models.PositiveSmallIntegerField(_("year"))
    submitted_on = models.DateField(_("submitted on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SUBMITTED)
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(
        "cases.ArchiveFile", null=True, blank=True, on_delete=models.PROTECT, related_name="self_reports"
    )

    class Meta:
        verbose_name = _("yearly report of the unit")
        constraints = [models.UniqueConstraint(fields=["enterprise", "kind", "year"], name="self_report_once")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.kind} {self.year}"


class SamplingResult(models.Model):
    """The result of one quality sampling (监督抽查), passed or failed; a failed one stands behind a risk event."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("national")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")

    class Result(models.TextChoices):
        PASS = "pass", pgettext_lazy("of a sampling", "Passed")
        FAIL = "fail", pgettext_lazy("of a sampling", "Failed")
        REFUSED = "refused", pgettext_lazy("of a sampling", "Refused")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="sampling_results")
    product = models.CharField(_("product"), max_length=120)
    batch = models.CharField(_("batch or model"), max_length=120, blank=True)
    sampled_on = models.DateField(_("sampled on"))
    received_on = models.DateField(_("received on"), null=True, blank=True)
    """Day the unit received the result: its fifteen days for an objection run from it (产品质量法 第十五条)."""
    level = models.CharField(_("level"), max_length=8, choices=Level)
    organiser = models.CharField(_("organiser"), max_length=120, blank=True)
    result = models.CharField(_("result"), max_length=7, choices=Result)
    failed_items = models.CharField(_("failed items"), max_length=300, blank=True)
    safety_item = models.BooleanField(_("a safety item failed"), default=False)
    report_number = models.CharField(_("report number"), max_length=80)
    event = models.ForeignKey(
        "cases.RiskEvent", null=True, blank=True, on_delete=models.PROTECT, related_name="samplings"
    )

    class Meta:
        verbose_name = _("sampling result")
        constraints = [
            models.UniqueConstraint(fields=["enterprise", "report_number"], name="sampling_report_once"),
            models.CheckConstraint(
                condition=~Q(result="fail") | ~Q(failed_items=""), name="failed_sampling_names_items"
            ),
        ]

    def __str__(self) -> str:
        return self.report_number


class ArchiveFile(models.Model):
    """A file of a unit's archive: type checked, hashed, handed out only with permission.

    ``subject`` names the row it belongs to: "duty_record:3", "self_report:5", "event:7"; blank for the unit itself.
    """

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="archive_files")
    subject = models.CharField(max_length=60, blank=True)
    file = models.FileField(upload_to="archive/%Y/%m/", max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("archive file")
        indexes = [models.Index(fields=["enterprise", "subject"], name="archive_file_subject")]

    def __str__(self) -> str:
        return self.name

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise ProtectedError("Files of the archive are kept.", {self})
