"""A document's life: drafted, issued under a number, served, perhaps voided; what was issued is immutable."""

from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.packs import kind_of


class Kind(StrEnum):
    """Kinds the programme itself speaks of; which there are, and all about them, is data (notices/packs/kinds.yaml)."""

    INTERVIEW_NOTICE = "interview_notice"
    RECTIFICATION_ORDER = "rectification_order"
    REMINDER_LETTER = "reminder_letter"
    GENERAL_RULES_FORM = "general_rules_form"
    RETURN_VISIT_RECORD = "return_visit_record"
    LISTED_OVERSIGHT_NOTICE = "listed_oversight_notice"
    ESCALATION_REQUEST = "escalation_request"
    OVERSIGHT_LIFT_NOTICE = "oversight_lift_notice"
    LISTING_NOTICE = "listing_notice"
    LISTING_DECISION = "listing_decision"
    DELISTING_NOTICE = "delisting_notice"
    CHECK_REMINDER = "check_reminder"
    BODY_RECTIFICATION = "body_rectification"
    BODY_INTERVIEW = "body_interview"
    CIRCULAR = "circular"
    BODY_LISTED_NOTICE = "body_listed_notice"
    BODY_LIFT_NOTICE = "body_lift_notice"
    ALERT_BULLETIN = "alert_bulletin"
    ALERT_LIFT_NOTICE = "alert_lift_notice"
    ASSISTANCE_ADVICE = "assistance_advice"


class Document(models.Model):
    """One document, from its draft on: of a case, or of an enterprise or a body where no case is about.

    ``subject`` names the row it speaks of, such as "interview:3"; ``place`` is the body where the matter lies, within
    whose area it is seen. The trigger lets only life go on (state, draft fields, service, voiding); whose document it
    is never changes, and it is never removed: a draft nobody wants is voided, without having taken a number.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        VOIDED = "voided", _("Voided")

    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="documents")
    enterprise = models.ForeignKey("cases.Enterprise", null=True, on_delete=models.PROTECT, related_name="documents")
    place = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=60)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    addressee = models.CharField(max_length=200)
    fields = models.JSONField(default=dict)  # what the drafter adds to the facts of the record
    state = models.CharField(max_length=6, choices=State, default=State.DRAFT)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    served_on = models.DateField(null=True)  # legal day on which it counts as served
    supersedes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    void_reason = models.TextField(blank=True)
    voided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("document")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=~Q(state="voided"), name="one_standing_document_per_subject"
            ),
            models.CheckConstraint(
                condition=~Q(state="voided") | (~Q(void_reason="") & Q(voided_at__isnull=False)),
                name="voided_with_reason",
            ),
            models.CheckConstraint(condition=Q(served_on__isnull=True) | ~Q(state="draft"), name="served_not_as_draft"),
        ]
        indexes = [
            models.Index(fields=["case", "kind", "-id"], name="document_case"),
            models.Index(fields=["state", "kind", "-id"], name="document_state"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} #{self.pk}"

    @property
    def kind_name(self) -> str:
        """What its kind is called in the reader's language."""
        return kind_of(self.kind).name

    @property
    def issued(self) -> "Issue | None":
        """What was issued, or None while it never was."""
        return getattr(self, "issue", None)

    @property
    def number(self) -> str:
        """The number it was issued under; blank until then."""
        return self.issued.number if self.issued else ""

    @property
    def subject_id(self) -> int:
        """Primary key of the row it speaks of."""
        return int(self.subject.partition(":")[2])


class Issue(models.Model):
    """What was issued: number, facts, template, by whom and when. Insert-only; every column is guarded by a trigger.

    ``serial`` is null for records without a number of their own: the general rules form and the return visit record
    carry the number of their case, being papers of the file that are not dispatched (domain 3.9, P1-20).
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="issue")
    kind = models.CharField(max_length=40)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    serial = models.PositiveIntegerField(null=True)
    number = models.CharField(max_length=80, db_index=True)
    facts = models.JSONField()  # frozen: the one input of the printed bytes
    template_version = models.CharField(max_length=20)
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    four_eyes = models.BooleanField()  # whether this kind asks for an approver who did not draft it
    issued_at = models.DateTimeField()
    issued_on = models.DateField()  # the same instant as a legal day
    verify_code = models.CharField(max_length=24, unique=True)

    class Meta:
        verbose_name = _("issue of a document")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "body", "year", "serial"],
                condition=Q(serial__isnull=False),
                name="document_number_once",
            ),
            models.CheckConstraint(
                condition=Q(four_eyes=False) | Q(drafted_by__isnull=True) | ~Q(issued_by=F("drafted_by")),
                name="issuer_is_not_the_drafter",
            ),
        ]

    def __str__(self) -> str:
        return self.number


def issued_path(instance: Any, _filename: str) -> str:
    """Stored under its own hash: the same bytes twice are one file, other bytes can never take its place."""
    return f"issued/{instance.sha256[:2]}/{instance.sha256}.pdf"


class IssuedFile(models.Model):
    """The printed bytes of an issued document. Insert-only; the hash is checked whenever the file is handed out."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="file")
    file = models.FileField(upload_to=issued_path, max_length=120)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("issued file")
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **{**kwargs, "force_insert": True})
