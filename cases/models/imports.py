"""Imports of enterprises: one batch a file, and its rejected rows for correction."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ImportBatch(models.Model):
    """One uploaded file: what became of its rows. Kept for ever; the file itself is kept beside it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("of an import", "Waiting")
        READING = "reading", pgettext_lazy("of an import", "Checking rows")
        WRITING = "writing", pgettext_lazy("of an import", "Saving")
        DONE = "done", pgettext_lazy("of an import", "Finished")
        REFUSED = "refused", pgettext_lazy("of an import", "Nothing saved")
        FAILED = "failed", pgettext_lazy("of an import", "Failed")

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """Rows must lie in this body's territory."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    """Null for an import from the command line."""
    created_at = models.DateTimeField()
    filename = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="imports/%Y/%m", max_length=200)
    strict = models.BooleanField(default=False)
    """Whether one bad row keeps the whole file out."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    header = models.JSONField(default=list)
    ignored_columns = models.JSONField(default=list)
    total = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    fault = models.JSONField(null=True)
    """Why the file as a whole was refused: `{"code": …, "details": {…}}`."""
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        indexes = [models.Index(fields=["body", "-created_at"], name="import_body")]
        constraints = [
            models.CheckConstraint(condition=Q(checked__lte=F("total")), name="import_checked_within_total"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {self.State.DONE, self.State.REFUSED, self.State.FAILED}


class ImportRow(models.Model):
    """A row that was not taken, as it stood in the file, with everything wrong with it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rejected_rows")
    number = models.PositiveIntegerField()
    """Row number as the spreadsheet shows it: the header of a plain file is row 1."""
    cells = models.JSONField(default=list)
    """Texts of all cells, in the order of the batch's header."""
    faults = models.JSONField(default=list)
    """`[{"column": header, "value": text, "code": …, "details": {…}}]`."""

    class Meta:
        verbose_name = _("rejected row")
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.batch_id}: {self.number}"
