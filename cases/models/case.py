"""A supervision case (P1): its inspection rounds, proposals and opinions."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cases.models.enterprise import RiskLevel


class Sequence(models.Model):
    """A gapless counter for one purpose, body and year; the row is locked while a number is taken."""

    purpose = models.CharField(max_length=40)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number sequence")
        constraints = [models.UniqueConstraint(fields=["purpose", "body", "year"], name="sequence_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.year}: {self.last}"


class Procedure(models.TextChoices):
    """Which procedure a case goes through (domain section 9); each has a beginning of its own in the flows."""

    MAIN = "main", _("Main supervision")  # P1
    EVENT = "event", _("Re-classification on an event")  # P2
    REVIEW = "review", _("Annual review")  # P3
    LISTING = "listing", _("Entry on a supervision list")  # P4
    DELISTING = "delisting", _("Removal from a supervision list")  # P4
    ESCALATION = "escalation", _("Escalation and listed oversight")  # P5


CLASSIFYING = (Procedure.MAIN, Procedure.EVENT, Procedure.REVIEW)
"""Procedures that may end in a new class: one of them at a time for a unit."""


class Case(models.Model):
    """One enterprise's way through a procedure.

    ``body`` is the body that handles it: the grassroots body (基层, county or city) where it classifies, the tier body
    for lists and escalation. ``territorial_body`` is where the unit stands, and by it the case belongs to everybody
    whose post covers that place.
    """

    class Form(models.TextChoices):
        """The three tick boxes of the form (监督检查形式)."""

        REGULAR = "regular", _("Regular inspection")
        SPECIAL = "special", _("Special inspection")
        RETURN_VISIT = "return_visit", _("Return visit")

    class Origin(models.TextChoices):
        PLAN = "plan", _("Annual plan")
        CAMPAIGN = "campaign", _("Special campaign")
        COMPLAINT = "complaint", _("Complaint or report")
        TRANSFER = "transfer", _("Transfer from another body")
        HAZARD = "hazard", _("Quality hazard")
        RETURN_VISIT = "return_visit", _("Return visit")
        EVENT = "event", _("Verified risk event")
        REVERSAL = "reversal", _("Risk event refuted afterwards")
        REVIEW = "review", _("Yearly review of the class")
        CANDIDATE = "candidate", _("List candidate")
        ESCALATION = "escalation", _("Accident or repeated hazards")

    number = models.CharField(max_length=60, unique=True)
    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="cases")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    territorial_body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    procedure = models.CharField(max_length=10, choices=Procedure, default=Procedure.MAIN)
    form = models.CharField(max_length=12, choices=Form, default=Form.REGULAR)
    origin = models.CharField(max_length=12, choices=Origin, default=Origin.PLAN)
    origin_note = models.TextField(blank=True)
    planned_on = models.DateField()
    status = models.CharField(max_length=24)
    round = models.PositiveSmallIntegerField(default=1)
    pack = models.CharField(max_length=40)  # code@version the case is decided by
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """Null where the system opened it: a verified event, an anniversary."""
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("case")
        indexes = [
            models.Index(fields=["territorial_body", "-opened_at"], name="case_territory"),
            models.Index(fields=["enterprise", "-opened_at"], name="case_enterprise"),
            models.Index(fields=["body", "status"], name="case_body_status"),
        ]

    def __str__(self) -> str:
        return self.number


class Assignment(models.Model):
    """An inspector of one round. Two at least (许可证条例 39; 行政处罚法 42), lead and second."""

    class Role(models.TextChoices):
        LEAD = "lead", _("Lead inspector")
        SECOND = "second", _("Second inspector")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    round = models.PositiveSmallIntegerField(default=1)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=6, choices=Role)
    certificate_number = models.CharField(max_length=40)
    assigned_at = models.DateTimeField()

    class Meta:
        verbose_name = _("assignment")
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "role"], name="assignment_role_once"),
            models.UniqueConstraint(fields=["case", "round", "user"], name="assignment_user_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round} {self.role}"


class InspectorReplacement(models.Model):
    """Who inspected a round before somebody else was put in their place: what they did and signed stays theirs."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="replacements")
    round = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=6, choices=Assignment.Role)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    certificate_number = models.CharField(max_length=40)
    successor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("replacement of an inspector")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round} {self.role}"


class Inspection(models.Model):
    """The on-site check of one round: the form while it is filled, then the record of it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections")
    round = models.PositiveSmallIntegerField(default=1)
    visited_on = models.DateField(null=True)
    desk = models.BooleanField(default=False)
    """A check of papers (书面核查, P3 step 2) instead of a visit; it counts towards no yearly cap."""
    risk_level = models.CharField(max_length=3, choices=RiskLevel, blank=True)
    cooperated = models.BooleanField(default=True)
    refusal_reason = models.TextField(blank=True)
    refusal_witness = models.CharField(max_length=100, blank=True)
    suspected_violation = models.TextField(blank=True)
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    """Who saved `version`, and when: named to a colleague who saves over it."""
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("inspection")
        constraints = [
            models.UniqueConstraint(fields=["case", "round"], name="inspection_once_a_round"),
            models.CheckConstraint(
                condition=Q(cooperated=True) | Q(submitted_at__isnull=True) | ~Q(refusal_reason=""),
                name="refusal_needs_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.round}"


class Answer(models.Model):
    """The answer to one item of the form: exactly one, with evidence when it fails."""

    class Value(models.TextChoices):
        PASS = "pass", _("Pass")
        FAIL = "fail", _("Fail")
        NOT_APPLICABLE = "na", _("Not applicable")

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="answers")
    item = models.CharField(max_length=8)
    value = models.CharField(max_length=4, choices=Value)
    evidence = models.TextField(blank=True)
    remark = models.TextField(blank=True)

    class Meta:
        verbose_name = _("answer")
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.inspection_id}.{self.item} {self.value}"


class Attachment(models.Model):
    """A file that belongs to a case, or to a matter of a place without one: type checked, hashed, kept within reach."""

    class Purpose(models.TextChoices):
        EVIDENCE = "evidence", _("Evidence")
        REFUSAL = "refusal", _("Record of the refusal")
        INTERVIEW = "interview", _("Interview record")
        RECTIFICATION = "rectification", _("Rectification evidence")
        RETURN_VISIT = "return_visit", _("Return visit evidence")
        SERVICE = "service", _("Proof of service")
        OTHER = "other", _("Other")

    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="attachments")
    place = models.ForeignKey("cases.Body", null=True, on_delete=models.PROTECT, related_name="+")
    """The body where the matter lies, of files without a case."""
    purpose = models.CharField(max_length=14, choices=Purpose)
    item = models.CharField(max_length=20, blank=True)
    file = models.FileField(upload_to="attachments/%Y/%m/")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True)
    """By the clock of the device that took the picture, where it said so; so is the place."""
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    accuracy = models.PositiveIntegerField(null=True)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("attachment")
        indexes = [models.Index(fields=["case", "purpose", "item"], name="attachment_case")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=False) ^ models.Q(place__isnull=False), name="attachment_of_one"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def taken_where(self) -> str:
        """Degrees north and east with the accuracy in metres, or "" where the device told no place."""
        if self.latitude is None or self.longitude is None:
            return ""
        degrees = f"{self.latitude:.5f}, {self.longitude:.5f}"
        return degrees if self.accuracy is None else f"{degrees} ±{self.accuracy} m"


class Proposal(models.Model):
    """One attempt to classify: what was computed, proposed, agreed and filed. A return starts a new attempt.

    The signers stand on one row so that the database itself keeps them apart (separation of duties).
    """

    class Outcome(models.TextChoices):
        OPEN = "open", _("In progress")
        RETURNED = "returned", _("Returned")
        OBJECTED = "objected", _("Objected to")
        NOTED = "noted", _("Noted")
        REJECTED = "rejected", _("Rejected")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proposals")
    attempt = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    passes = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    failed = models.JSONField(default=list)
    directional_failed = models.JSONField(default=list)
    form_class = models.CharField(max_length=2, blank=True)
    """The class by the form alone; empty where the events decide on record."""
    computed_class = models.CharField(max_length=2)
    computed_mode = models.CharField(max_length=16)
    intensified = models.BooleanField(default=False)
    grounds = models.JSONField(default=list)
    pack = models.CharField(max_length=40)
    events = models.ManyToManyField("cases.RiskEvent", related_name="proposals")
    """The verified events whose demotion this proposal counts."""
    events_known = models.JSONField(default=list)
    """Keys of all demoting events that stood when it was computed: a decision decides on these and no others."""
    proposed_class = models.CharField(max_length=2, blank=True)
    deviation_reason = models.TextField(blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    second_signer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_on = models.DateField(null=True)
    mode = models.CharField(max_length=16, blank=True)
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_on = models.DateField(null=True)
    forwarded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    forwarded_on = models.DateField(null=True)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filed_on = models.DateField(null=True)
    filing_number = models.CharField(max_length=60, blank=True)
    filing_opinion = models.TextField(blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)

    class Meta:
        verbose_name = _("classification proposal")
        constraints = [
            models.UniqueConstraint(fields=["case", "attempt"], name="proposal_attempt_once"),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True)
                | (~Q(agreed_by=F("proposed_by")) & ~Q(agreed_by=F("second_signer"))),
                name="approver_is_no_inspector",
            ),
            models.CheckConstraint(
                condition=Q(filed_by__isnull=True)
                | (~Q(filed_by=F("proposed_by")) & ~Q(filed_by=F("second_signer")) & ~Q(filed_by=F("agreed_by"))),
                name="filing_officer_signed_nothing_before",
            ),
            models.CheckConstraint(
                condition=Q(second_signer__isnull=True) | ~Q(second_signer=F("proposed_by")),
                name="two_different_inspectors",
            ),
            models.CheckConstraint(
                condition=Q(agreed_on__isnull=True) | Q(agreed_on__gte=F("proposed_on")), name="agreed_after_proposed"
            ),
            models.CheckConstraint(
                condition=Q(filed_on__isnull=True) | Q(filed_on__gte=F("agreed_on")), name="filed_after_agreed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.attempt}"


class Opinion(models.Model):
    """One decision somebody took at one step, with its reason. Append-only: loops keep every earlier opinion."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="opinions")
    round = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=40)
    outcome = models.CharField(max_length=24)
    quality_class = models.CharField(max_length=2, blank=True)
    mode = models.CharField(max_length=16, blank=True)
    reason = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("opinion")
        indexes = [models.Index(fields=["case", "step", "-id"], name="opinion_case_step")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.step}: {self.outcome}"
