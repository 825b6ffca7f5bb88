"""What follows a C class: interview, rectification order, report, return visit, escalation, referral."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Interview(models.Model):
    """An interview (履责约谈; Trial Measures 2012, art. 18(四)4): summons, then held or no-show."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("Pending")
        HELD = "held", _("Held")
        NO_SHOW = "no_show", _("No-show")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="interviews")
    attempt = models.PositiveSmallIntegerField()
    scheduled_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    subject = models.TextField()
    summoned = models.CharField(max_length=200)  # who must come
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.PENDING)
    attended = models.CharField(max_length=200, blank=True)
    statement = models.TextField(blank=True)  # what was said and promised
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_officer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("interview")
        constraints = [
            models.UniqueConstraint(fields=["case", "attempt"], name="interview_attempt_once"),
            models.CheckConstraint(
                condition=Q(second_officer__isnull=True) | ~Q(second_officer=F("recorded_by")),
                name="interview_two_officers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.attempt}"


class RectificationOrder(models.Model):
    """An order to rectify (责令限期整改). Its clock starts when it is served, not when it is issued."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="orders")
    attempt = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()  # calendar days
    legal_basis = models.TextField()
    issued_on = models.DateField(null=True)
    served_on = models.DateField(null=True)
    due_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("rectification order")
        indexes = [models.Index(fields=["due_on"], name="order_due")]
        constraints = [
            models.UniqueConstraint(fields=["case", "attempt"], name="order_attempt_once"),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(issued_on__isnull=False), name="served_only_when_issued"
            ),
            models.CheckConstraint(
                condition=Q(served_on__isnull=True) | Q(served_on__gte=F("issued_on")), name="served_after_issued"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.attempt}"


class RectificationItem(models.Model):
    """One thing to put right, the standard it must meet, and what the return visit found."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("Not yet checked")
        PASS = "pass", _("Put right")
        FAIL = "fail", _("Not put right")

    order = models.ForeignKey(RectificationOrder, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    problem = models.TextField()
    demand = models.TextField()
    verdict = models.CharField(max_length=4, choices=Verdict, default=Verdict.OPEN)
    finding = models.TextField(blank=True)

    class Meta:
        verbose_name = _("rectification item")
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="order_item_once")]

    def __str__(self) -> str:
        return f"{self.order_id}.{self.number}"


class RectificationReport(models.Model):
    """The enterprise's report (整改报告), entered by an officer or by the enterprise through a one-time link."""

    class Via(models.TextChoices):
        OFFICER = "officer", _("Entered by an officer")
        LINK = "link", _("Sent by the enterprise through its link")
        EXPIRED = "expired", _("No report: the period ran out")

    order = models.OneToOneField(RectificationOrder, on_delete=models.PROTECT, related_name="report")
    via = models.CharField(max_length=8, choices=Via)
    content = models.TextField(blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_name = models.CharField(max_length=100, blank=True)
    submitted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("rectification report")

    def __str__(self) -> str:
        return f"{self.order_id} {self.via}"


class ExtensionRequest(models.Model):
    """A request to extend a rectification period: once, asked in time, decided with a reason."""

    order = models.OneToOneField(RectificationOrder, on_delete=models.PROTECT, related_name="extension")
    asked_on = models.DateField()
    days = models.PositiveSmallIntegerField()
    reason = models.TextField()
    granted = models.BooleanField(null=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("extension request")

    def __str__(self) -> str:
        return f"{self.order_id} +{self.days}"


class EnterpriseLink(models.Model):
    """A signed one-time link by which the enterprise reports on one order. Only the hash of its secret is kept."""

    order = models.ForeignKey(RectificationOrder, on_delete=models.PROTECT, related_name="links")
    secret_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("enterprise link")

    def __str__(self) -> str:
        return f"{self.order_id} until {self.expires_at:%F}"


class ReturnVisit(models.Model):
    """A return visit (回访; Trial Measures 2012, art. 17) after rectification was reported or ran out."""

    class Result(models.TextChoices):
        PASS = "pass", pgettext_lazy("of a return visit", "Pass")
        PARTLY = "partly", pgettext_lazy("of a return visit", "Partly")
        FAIL = "fail", pgettext_lazy("of a return visit", "Fail")

    order = models.OneToOneField(RectificationOrder, on_delete=models.PROTECT, related_name="visit")
    visited_on = models.DateField()
    result = models.CharField(max_length=6, choices=Result)
    note = models.TextField(blank=True)
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_inspector = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("return visit")
        constraints = [
            models.CheckConstraint(condition=~Q(inspector=F("second_inspector")), name="return_visit_not_alone")
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.result}"


class Referral(models.Model):
    """A suspected violation handed on to the enforcement system (P13), tracked here with its 15-working-day clock."""

    class State(models.TextChoices):
        OPEN = "open", _("Handed over")
        ACCEPTED = "accepted", _("Case opened")
        DECLINED = "declined", _("No case opened")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="referrals")
    facts = models.TextField()
    legal_basis = models.CharField(max_length=200)
    recipient = models.CharField(max_length=120)
    because_refused = models.BooleanField(default=False)
    referred_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answered_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("penalty referral")

    def __str__(self) -> str:
        return f"{self.case_id} {self.referred_at:%F}"


class Escalation(models.Model):
    """What the grassroots lead chose when measures did not help (P1 node 22)."""

    class Kind(models.TextChoices):
        LISTED_OVERSIGHT = "listed_oversight", _("Listed oversight")
        UPPER_TIER = "upper_tier", _("Supervision by the upper tier")
        SPECIAL_LIST = "special_list", _("Special supervision list")
        PENALTY = "penalty", _("Penalty case")
        RECALL = "recall", _("Recall")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="escalations")
    kind = models.CharField(max_length=16, choices=Kind)
    to_body = models.ForeignKey("cases.Body", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("escalation")

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"
