"""Many documents of one kind drafted, reviewed as a sheet, approved at once and issued in the order of the sheet."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language, pgettext_lazy

from notices.models.document import Document
from notices.packs import kind_of


class DocumentBatch(models.Model):
    """One sheet of documents that one body issues.

    It goes round in runs: whoever starts, takes up again or approves begins one (``acted_by``, ``acted_at``), and a job
    goes through the items by position. ``cursor`` is the position the run has come to; each item moves it on within its
    own transaction, so two workers on the same run cannot do an item twice. The trigger lets only these columns change.
    """

    class State(models.TextChoices):
        DRAFTING = "drafting", pgettext_lazy("of a batch", "Being drafted")
        DRAFTED = "drafted", pgettext_lazy("of a batch", "To be approved")
        ISSUING = "issuing", pgettext_lazy("of a batch", "Being issued")
        DONE = "done", pgettext_lazy("of a batch", "Finished")
        FAILED = "failed", pgettext_lazy("of a batch", "Broken off")

    kind = models.CharField(max_length=40)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFTING)
    run = models.PositiveIntegerField(default=1)
    cursor = models.PositiveIntegerField(default=0)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    acted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    acted_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_run = models.PositiveIntegerField(null=True)  # the run that issues what was approved
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = pgettext_lazy("of documents", "batch")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="issuing")
                | Q(approved_by__isnull=False, approved_at__isnull=False, approved_run=F("run")),
                name="batch_issued_when_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_name(self) -> str:
        """What its kind is called in the reader's language."""
        return kind_of(self.kind).name

    @property
    def at_work(self) -> bool:
        """Whether a job is going through its items."""
        return self.state in (self.State.DRAFTING, self.State.ISSUING)


class BatchItem(models.Model):
    """One line of the sheet: what the document is about, the document once it is drafted, and why it failed.

    ``refusal`` is {"code": …, "words": {language: text}}, kept in every language because the job that meets the
    refusal does not know who will read it. Position, subject and batch never change; no line is ever removed.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("of a letter in a batch", "Waiting")
        DRAFTED = "drafted", pgettext_lazy("of a letter in a batch", "Drafted")
        EXCLUDED = "excluded", pgettext_lazy("of a letter in a batch", "Taken out")
        ISSUED = "issued", pgettext_lazy("of a letter in a batch", "Issued")
        FAILED = "failed", pgettext_lazy("of a letter in a batch", "Failed")

    batch = models.ForeignKey(DocumentBatch, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveIntegerField()
    subject = models.CharField(max_length=60)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="batch_items")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    refusal = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)  # why it was taken out

    class Meta:
        verbose_name = pgettext_lazy("of a batch", "letter")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="batch_position_once"),
            models.UniqueConstraint(fields=["batch", "subject"], name="batch_subject_once"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=["waiting", "drafted"]),
                name="document_in_one_open_batch",
            ),
            models.CheckConstraint(condition=~Q(state="failed") | ~Q(refusal={}), name="failed_item_says_why"),
            models.CheckConstraint(condition=~Q(state="excluded") | ~Q(reason=""), name="excluded_item_says_why"),
        ]
        indexes = [models.Index(fields=["batch", "state", "position"], name="batch_item_state")]

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.position}"

    @property
    def why(self) -> str:
        """Why it failed or was taken out, in the reader's language; blank where neither."""
        words: dict[str, Any] = self.refusal.get("words", {})
        return self.reason or words.get(get_language() or "") or next(iter(words.values()), "")
