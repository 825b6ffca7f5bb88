"""Risk events (质量安全风险): what was reported of a unit, whether it was verified, and what followed.

试行办法 art. 11, 21; 国市监质监发〔2023〕38号 二（一）, 三. An event is one happening, however many sources tell of it
and however many products it touches. Every decision about it is a row of its own; a later one rewrites no earlier one.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.enterprise import RiskLevel


class AuthorityLevel(models.TextChoices):
    """Level of the body that found it, or that a medium is run by."""

    NATIONAL = "national", _("national")
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")


class RiskEvent(models.Model):
    """One happening. Only a verified one has effects; the level is the rule's, or an officer's with a reason."""

    class Kind(models.TextChoices):
        SAMPLING_FAILED = "sampling_failed", _("Failed sampling")
        SAMPLING_REFUSED = "sampling_refused", _("Refused sampling")
        COMPLAINT = "complaint", _("Complaint or report")
        PENALTY = "penalty", _("Administrative penalty")
        EXPOSURE = "exposure", _("Media exposure or strong consumer reaction")
        HAZARD = "hazard", _("Serious hidden danger")
        ACCIDENT = "accident", _("Quality-safety accident")
        RECALL = "recall", _("Recall")
        RISK_MONITORING = "risk_monitoring", _("Risk monitoring")
        OTHER = "other", pgettext_lazy("of a risk event", "Other")

    class Level(models.TextChoices):
        GENERAL = "general", pgettext_lazy("of a risk", "General")
        LARGER = "larger", pgettext_lazy("of a risk", "Larger")
        MAJOR = "major", pgettext_lazy("of a risk", "Major")

    class State(models.TextChoices):
        REPORTED = "reported", pgettext_lazy("of a risk event", "Reported")
        VERIFIED = "verified", pgettext_lazy("of a risk event", "Verified")
        APPEALED = "appealed", pgettext_lazy("of a risk event", "Verified, objected to")
        REFUTED = "refuted", pgettext_lazy("of a risk event", "Refuted")
        MERGED = "merged", pgettext_lazy("of a risk event", "Merged into another")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="risk_events")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    title = models.CharField(_("title"), max_length=120)
    facts = models.TextField(_("facts"))
    occurred_on = models.DateField(_("happened on"))
    product = models.CharField(_("product"), max_length=120, blank=True)
    product_level = models.CharField(_("risk level of the product"), max_length=3, choices=RiskLevel, blank=True)
    authority = models.CharField(_("authority"), max_length=120, blank=True)
    """Who found or decided it: the sampling body, the body that fined, the medium."""
    authority_level = models.CharField(_("level of the authority"), max_length=8, choices=AuthorityLevel, blank=True)
    """Decides whether a failed sampling counts under art. 11."""
    reference = models.CharField(_("document number"), max_length=120, blank=True)
    safety_item = models.BooleanField(_("a safety item failed"), default=False)
    circumstances = models.JSONField(_("further circumstances"), default=list)
    """Codes of the rule pack that bear on the level or on what follows, such as ``ordered_recall``."""
    deaths = models.PositiveSmallIntegerField(_("deaths"), default=0)
    serious_injuries = models.PositiveSmallIntegerField(_("serious injuries"), default=0)
    direct_loss_wan = models.PositiveIntegerField(_("direct loss (10,000 yuan)"), default=0)

    received_on = models.DateField(_("result received on"), null=True)
    """Day on which the unit received the sampling result; its fifteen days run from it (产品质量法 第十五条)."""
    accepted_on = models.DateField(_("result accepted on"), null=True)
    """Day on which the unit declared in writing that it does not object."""

    level = models.CharField(_("level"), max_length=7, choices=Level, blank=True)
    level_reason = models.TextField(_("reason for another level than the rule's"), blank=True)
    grounds = models.JSONField(default=list)  # of the level
    pack = models.CharField(max_length=40, blank=True)

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.REPORTED)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(null=True)
    """Legal day on which it was verified; windows of months count from it (38号 三)."""
    resolved_on = models.DateField(null=True)
    """Day from which the risk no longer stands open, because it was put right."""
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    fingerprint = models.CharField(max_length=64, db_index=True)
    """What two tales of one happening have in common; see cases/rules/event_identity.py."""
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("risk event")
        indexes = [
            models.Index(fields=["enterprise", "state", "confirmed_on"], name="risk_event_counting"),
            models.Index(fields=["state", "-reported_at"], name="risk_event_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["verified", "appealed"]) | (Q(confirmed_on__isnull=False) & ~Q(level="")),
                name="verified_event_has_day_and_level",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", duplicate_of__isnull=False)
                | (~Q(state="merged") & Q(duplicate_of__isnull=True)),
                name="merged_event_names_the_other",
            ),
        ]

    def __str__(self) -> str:
        return self.title


STANDING_STATES = (RiskEvent.State.VERIFIED, RiskEvent.State.APPEALED)
"""In which an event counts: an objection alone undoes nothing."""


class EventReport(models.Model):
    """One source that told of the event, and what it told; about one unit the same report is never taken twice."""

    class Source(models.TextChoices):
        SAMPLING = "sampling", _("Sampling system")
        COMPLAINT = "complaint", _("Complaint line")
        MEDIA = "media", _("Media")
        ENFORCEMENT = "enforcement", _("Enforcement system")
        INSPECTION = "inspection", _("Inspection")
        MONITORING = "monitoring", _("Risk monitoring")
        ENTERPRISE = "enterprise", _("The enterprise itself")
        OTHER_BODY = "other_body", _("Another body")
        IMPORT = "import", _("Import")

    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="reports")
    source = models.CharField(_("source"), max_length=11, choices=Source)
    reference = models.CharField(_("reference"), max_length=120, blank=True)
    reported_on = models.DateField(_("reported on"))
    told = models.JSONField(default=dict)
    """The facts as this source told them (`cases.rules.event_facts.EventFacts`)."""
    note = models.TextField(_("note"), blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report of an event")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "source", "reference"], condition=~Q(reference=""), name="event_report_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.reference}"


class EventDecision(models.Model):
    """What somebody decided about an event, and why. Append-only."""

    class Outcome(models.TextChoices):
        VERIFY = "verify", pgettext_lazy("of a decision", "Verified")
        REFUTE = "refute", pgettext_lazy("of a decision", "Refuted")
        OBJECT = "object", pgettext_lazy("of a decision", "Objection received")
        DISMISS = "dismiss", pgettext_lazy("of a decision", "Objection dismissed")
        UPHOLD = "uphold", pgettext_lazy("of a decision", "Objection upheld")
        MERGE = "merge", pgettext_lazy("of a decision", "Merged")
        RESOLVE = "resolve", pgettext_lazy("of a decision", "Put right")

    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=7, choices=Outcome)
    reason = models.TextField()
    level = models.CharField(max_length=7, blank=True)
    on = models.DateField(null=True)
    """Legal day it is about, where that is not the day of the decision: the unit objected, the risk was put right."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision about an event")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.event_id} {self.outcome}"


class EventEffect(models.Model):
    """What the law attaches to a verified event, with its grounds; undone only by a later effect that names it."""

    class Kind(models.TextChoices):
        DEMOTION = "demotion", _("Re-classification")
        LISTING = "listing", _("Key or special supervision")
        ESCALATION = "escalation", _("Escalation possible")
        ITEMS = "items", _("Starred items of the form")

    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="effects")
    kind = models.CharField(max_length=10, choices=Kind)
    round = models.PositiveSmallIntegerField(default=1)
    """One more each time the effect follows anew, after a decision had undone it."""
    trigger = models.CharField(max_length=16, blank=True)
    """Of a re-classification: the trigger of art. 21 in the rule pack, such as ``penalty``."""
    items = models.JSONField(default=list)
    """Of the form: the numbers of the starred items it bears on."""
    grounds = models.JSONField(default=list)
    pack = models.CharField(max_length=80, blank=True)
    """The packs it follows from, as ``code@version``, that of the classes first."""
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="event_effects")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("effect of an event")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "kind", "round"], condition=Q(reverses__isnull=True), name="event_effect_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.kind}"


class CreditRating(models.Model):
    """The unit's credit-risk class (企业信用风险分类, 国市监信发〔2022〕6号), as imported monthly. One row is open."""

    class Risk(models.TextChoices):
        LOW = "low", pgettext_lazy("of a credit risk", "Low")
        GENERAL = "general", pgettext_lazy("of a credit risk", "General")
        ELEVATED = "elevated", pgettext_lazy("of a credit risk", "Elevated")
        HIGH = "high", pgettext_lazy("of a credit risk", "High")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="credit_ratings")
    credit_risk = models.CharField(_("credit risk"), max_length=8, choices=Risk)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(null=True)  # first day on which it no longer holds
    source = models.CharField(_("source"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("credit risk")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"], condition=Q(valid_to__isnull=True), name="one_open_credit_rating"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="credit_rating_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.credit_risk}"
