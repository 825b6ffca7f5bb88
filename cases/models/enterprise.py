"""Supervised units (主体): producers and sellers of industrial products, and what is known of them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ORGANISATION = Func(F("uscc"), template="SUBSTR(%(expressions)s, 9, 9)", output_field=models.CharField())
"""Characters 9 to 17 of the code; its numbers are literal, so that the database finds the index on it."""


class Tier(models.TextChoices):
    """Size tier of 国市监质监发〔2023〕38号 附件1; A is the largest. Not to be confused with the quality class."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    UNTIERED = "", _("Untiered")


class RiskLevel(models.TextChoices):
    """Product risk level (Trial Measures 2012, art. 20): I is the highest."""

    I = "I", "Ⅰ"  # noqa: E741 - the statute's own name
    II = "II", "Ⅱ"
    III = "III", "Ⅲ"


class SupervisionMode(models.TextChoices):
    """How a unit is supervised (Trial Measures 2012, art. 20); the last is Zhejiang's."""

    CREDIT = "credit", _("Credit supervision")
    RESPONSIBILITY = "responsibility", _("Responsibility supervision")
    ROUTINE = "routine", _("Routine supervision")
    TIGHTENED = "tightened", _("Tightened supervision")
    DAILY = "daily", _("Daily supervision")


class OperatingStatus(models.TextChoices):
    """Operating status (经营存续状况); the document asks for it without a list, so these are an assumption."""

    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Production or business stopped")
    DORMANT = "dormant", _("Dormant")
    MOVED = "moved", _("Moved away")
    LOST = "lost", _("Out of contact")
    ABNORMAL = "abnormal", _("On the abnormal operation list")
    REVOKED = "revoked", _("Licence revoked")
    DEREGISTERED = "deregistered", _("Deregistered")


class FirstEntryReason(models.TextChoices):
    """Why a unit was first entered (38号 四(一)); required, kept for ever."""

    DIRECTOR_APPOINTED = "director_appointed", _("Quality-safety director appointed")
    QUALITY_SAMPLING = "quality_sampling", _("Supervisory sampling")
    RISK_MONITORING = "risk_monitoring", _("Risk monitoring")
    DEFECT_RECALL = "defect_recall", _("Recall of a defective product")
    PRODUCTION_LICENCE = "production_licence", _("Production licence")
    CCC = "ccc", _("Compulsory certification (CCC)")
    ONSITE_CHECK = "onsite_check", _("On-site check")
    ENFORCEMENT = "enforcement", _("Enforcement case")
    COMPLAINT_VERIFIED = "complaint_verified", _("Verified complaint or report")


class Enterprise(models.Model):
    """One supervised unit. ``tier_body`` is accountable for it, ``territorial_body`` does the daily work."""

    uscc = models.CharField(_("USCC"), max_length=18, unique=True)
    name = models.CharField(pgettext_lazy("of an enterprise", "name"), max_length=200)
    makes = models.BooleanField(_("produces"), default=False)
    sells_wholesale = models.BooleanField(_("sells wholesale"), default=False)
    sells_retail = models.BooleanField(_("sells retail"), default=False)
    individual_household = models.BooleanField(_("individual household"), default=False)
    headcount = models.PositiveIntegerField(_("headcount"), null=True, blank=True)
    revenue_wan = models.DecimalField(
        _("revenue (10,000 yuan)"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    above_quota = models.BooleanField(_("above statistical quota"), null=True, blank=True)
    region_code = models.CharField(_("region code"), max_length=9)
    address = models.CharField(_("address"), max_length=300, blank=True)
    legal_representative = models.CharField(_("legal representative"), max_length=100, blank=True)
    contact = models.CharField(_("contact"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    email_consent = models.BooleanField(_("agrees to messages by e-mail"), default=False)
    product_category = models.CharField(_("product category"), max_length=100, blank=True)
    first_entry_reason = models.CharField(_("first entry reason"), max_length=24, choices=FirstEntryReason)
    first_entered_on = models.DateField(_("first entered on"))
    status = models.CharField(
        _("operating status"), max_length=16, choices=OperatingStatus, default=OperatingStatus.ACTIVE
    )
    status_on = models.DateField(_("status since"), null=True, blank=True)
    status_basis = models.CharField(_("basis of the status"), max_length=200, blank=True)

    tier = models.CharField(_("tier"), max_length=1, choices=Tier, blank=True, default=Tier.UNTIERED)
    tier_provisional = models.BooleanField(_("tier provisional"), default=False)
    tier_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    territorial_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    quality_class = models.CharField(_("quality class"), max_length=2, blank=True)  # copy of the open ClassRecord
    mode = models.CharField(_("supervision mode"), max_length=16, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=0)
    """One step further with every change of the registry's facts, so that a stale page is told."""

    class Meta:
        verbose_name = _("enterprise")
        indexes = [
            models.Index(fields=["territorial_body", "name"], name="enterprise_territory"),
            models.Index(fields=["name"], name="enterprise_name"),
            models.Index(fields=["tier_body"], name="enterprise_tier_body"),
            models.Index(fields=["territorial_body", "quality_class", "status"], name="enterprise_classes"),
            models.Index(ORGANISATION, name="enterprise_organisation"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(makes=True) | Q(sells_wholesale=True) | Q(sells_retail=True), name="enterprise_has_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(revenue_wan__isnull=True) | Q(revenue_wan__gte=0), name="enterprise_revenue_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds as the tier rule names them."""
        flags = (("production", self.makes), ("wholesale", self.sells_wholesale), ("retail", self.sells_retail))
        return tuple(kind for kind, on in flags if on)


class Certificate(models.Model):
    """A production licence (工业产品生产许可证) or CCC certificate of a unit."""

    class Kind(models.TextChoices):
        PRODUCTION_LICENCE = "production_licence", pgettext_lazy("of a certificate", "Production licence")
        CCC = "ccc", _("CCC certificate")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="certificates")
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=60)
    scope = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("certificate")
        constraints = [models.UniqueConstraint(fields=["enterprise", "kind", "number"], name="certificate_once")]
        indexes = [models.Index(fields=["valid_to"], name="certificate_expiry")]

    def __str__(self) -> str:
        return self.number


class Product(models.Model):
    """A product a unit makes or sells, with its risk level."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="products")
    name = models.CharField(max_length=120)
    risk_level = models.CharField(max_length=3, choices=RiskLevel)
    is_main = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("product")
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="product_once")]

    def __str__(self) -> str:
        return self.name


class TierRecord(models.Model):
    """Tier history: which tier and bodies a unit had from when to when, and by which clauses."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="tier_records")
    tier = models.CharField(max_length=1, choices=Tier, blank=True)
    provisional = models.BooleanField(default=False)
    tier_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    territorial_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    pack = models.CharField(max_length=40)
    grounds = models.JSONField(default=list)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("tier record")
        indexes = [
            models.Index(
                fields=["tier_body", "valid_from"], name="tier_record_open", condition=Q(valid_to__isnull=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(valid_to__isnull=True), name="one_open_tier_record"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="tier_record_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.tier}"


class ClassRecord(models.Model):
    """Class history: which class and mode was in force from when to when, by which case. Nothing is overwritten."""

    class Cause(models.TextChoices):
        FIRST = "first", _("First classification")
        INSPECTION = "inspection", _("Inspection")
        REVIEW = "review", _("Yearly review")
        EVENT = "event", _("Risk event")
        REVERSAL = "reversal", _("Event refuted afterwards")

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="class_records")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="class_records")
    quality_class = models.CharField(max_length=2)
    mode = models.CharField(max_length=16)
    intensified = models.BooleanField(default=False)
    filing_number = models.CharField(max_length=60, blank=True)
    pack = models.CharField(max_length=40)
    grounds = models.JSONField(default=list)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # first day on which it no longer holds
    next_review_on = models.DateField()
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.INSPECTION)
    review_overdue_since = models.DateField(null=True)
    """Set once the year is over without a review: the old class stays (P3 step 6)."""
    review = models.OneToOneField("cases.Case", null=True, on_delete=models.PROTECT, related_name="reviewed_record")
    """The annual review opened for it: one, however often the clock looks."""

    class Meta:
        verbose_name = _("class record")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(valid_to__isnull=True), name="one_open_class_record"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="class_record_interval"
            ),
            models.CheckConstraint(condition=Q(quality_class__in=["AA", "A", "B", "C"]), name="class_record_class"),
        ]
        indexes = [
            models.Index(
                fields=["next_review_on"],
                name="class_record_review",
                condition=Q(valid_to__isnull=True, review__isnull=True),
            ),
            models.Index(
                fields=["next_review_on"],
                name="class_record_overdue",
                condition=Q(valid_to__isnull=True, review_overdue_since__isnull=True),
            ),
            models.Index(fields=["quality_class", "valid_from", "valid_to"], name="class_record_spans"),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.quality_class}"


class KeySupervision(models.Model):
    """An entry on the list of key-supervised enterprises (本辖区重点监管企业; Trial Measures 2012, art. 18(四))."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="key_supervision")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="key_supervision")
    reason = models.TextField()
    entered_on = models.DateField()
    left_on = models.DateField(null=True)
    left_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("key-supervised enterprise")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "body"], condition=Q(left_on__isnull=True), name="one_open_key_supervision"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.entered_on}"


class Honour(models.Model):
    """A quality honour or award a unit holds; for C enterprises it is withdrawn or its withdrawal proposed."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.PROTECT, related_name="honours")
    name = models.CharField(max_length=120)
    granted_by = models.CharField(max_length=120)
    granted_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawal = models.CharField(max_length=12, blank=True)  # withdrawn | proposed
    withdrawal_case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("quality honour")
        constraints = [models.UniqueConstraint(fields=["enterprise", "name"], name="honour_once")]

    def __str__(self) -> str:
        return self.name
