"""Imports: one batch a file of one kind of record, and those of its rows that a person has to look at."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportBatch(models.Model):
    """One uploaded file and what became of its rows.

    Two phases, both in chunks: first every row is checked, then what holds is applied. A chunk is one transaction that
    also moves the cursor, so that a batch broken off goes on where it stopped and writes no row twice. The batch is
    kept for ever, with the file of everything that was applied.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("of an import", "Waiting")
        READING = "reading", pgettext_lazy("of an import", "Checking rows")
        CHECKED = "checked", pgettext_lazy("of an import", "Checked, not saved")
        WRITING = "writing", pgettext_lazy("of an import", "Saving")
        DONE = "done", pgettext_lazy("of an import", "Finished")
        REFUSED = "refused", pgettext_lazy("of an import", "Nothing saved")
        FAILED = "failed", pgettext_lazy("of an import", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("of an import", "Cancelled")
        ABANDONED = "abandoned", pgettext_lazy("of an import", "Abandoned")

    OVER = frozenset({State.DONE, State.REFUSED, State.FAILED, State.CANCELLED, State.ABANDONED})
    """Nothing more happens by itself."""

    kind = models.CharField(max_length=24, default="enterprises")
    """Code of the kind of record (`cases/services/import_kinds`)."""
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """Rows must lie in this body's territory."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """Null for an import from the command line."""
    created_at = models.DateTimeField()
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="imports/%Y/%m", max_length=200, blank=True)
    staged = models.FileField(upload_to="imports/staged", max_length=200, blank=True)
    """The rows as plain lines of JSON, read from the file once; there as long as somebody may want to look at them."""
    strict = models.BooleanField(default=False)
    """Whether one bad row keeps the whole file out."""
    dry_run = models.BooleanField(default=False)
    """Whether the person wanted to see the result of the check first."""
    to_apply = models.BooleanField(default=True)
    """Whether what holds is to be applied once the check is over."""
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    header = models.JSONField(default=list)
    ignored_columns = models.JSONField(default=list)

    total = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    applied = models.PositiveIntegerField(default=0)
    """Rows dealt with in either phase: the cursors."""
    offset = models.PositiveBigIntegerField(default=0)
    """Where in the staged file the next row of the phase begins."""
    verdicts = models.TextField(blank=True)
    """One letter a row, in the order of the file: what would become of it, then what became of it."""
    expected = models.JSONField(default=dict)
    """How many rows of each verdict the check found."""
    samples = models.JSONField(default=dict)
    """The first rows of each verdict that need no decision: `{"created": [{"number", "cells", "changes"}]}`."""

    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    suspects = models.PositiveIntegerField(default=0)
    """Rows that resemble another record and wait for a decision."""
    skipped = models.PositiveIntegerField(default=0)
    fault = models.JSONField(null=True)
    """Why the file as a whole was refused, or broke off: `{"code": …, "details": {…}}`."""
    touched_at = models.DateTimeField()
    """When something last happened to it."""
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        indexes = [
            models.Index(fields=["body", "-created_at"], name="import_body"),
            models.Index(fields=["touched_at"], name="import_staged", condition=~Q(staged="")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(checked__lte=F("total")), name="import_checked_within_total"),
            models.CheckConstraint(condition=Q(applied__lte=F("checked")), name="import_applied_within_checked"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state in self.OVER

    @property
    def resting(self) -> bool:
        """Whether it waits for a person, or is over."""
        return self.over or self.state == self.State.CHECKED

    @property
    def rejected_rows(self) -> "models.QuerySet[ImportRow]":
        """Rows that cannot be taken, for correction."""
        return self.rows.filter(verdict=ImportRow.Verdict.REJECTED)


class ImportRow(models.Model):
    """A row that was not simply taken: as it stood in the file, with what is wrong with it or what it resembles."""

    class Verdict(models.TextChoices):
        REJECTED = "rejected", pgettext_lazy("of a row", "Rejected")
        SUSPECT = "suspect", pgettext_lazy("of a row", "To be decided")
        CREATED = "created", pgettext_lazy("of a row", "Created")
        UPDATED = "updated", pgettext_lazy("of a row", "Updated")
        UNCHANGED = "unchanged", pgettext_lazy("of a row", "Unchanged")
        SKIPPED = "skipped", pgettext_lazy("of a row", "Skipped")

    class Decision(models.TextChoices):
        NEW = "new", _("Take as new")
        UPDATE = "update", _("Update the other record")
        SKIP = "skip", _("Skip the row")

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    place = models.PositiveIntegerField()
    """Place among the rows of the file, the first being 0."""
    number = models.PositiveIntegerField()
    """Row number as the spreadsheet shows it: the header of a plain file is row 1."""
    verdict = models.CharField(max_length=9, choices=Verdict, default=Verdict.REJECTED)
    cells = models.JSONField(default=list)
    """Texts of all cells, in the order of the batch's header."""
    faults = models.JSONField(default=list)
    """`[{"column": header, "value": text, "code": …, "details": {…}}]`."""
    likeness = models.JSONField(default=list)
    """Codes of what a suspect has in common with the other record."""
    other = models.CharField(max_length=18, blank=True)
    """USCC of the record it resembles, standing or of an earlier row."""
    other_row = models.PositiveIntegerField(null=True)
    """Number of that earlier row; null where the record stands already."""
    other_cells = models.JSONField(default=list)
    decision = models.CharField(max_length=6, choices=Decision, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("row of an import")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_row_verdict")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"
