"""The case file (卷宗) as it was built: one row a building, from the state of the case it was asked for."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def case_file_path(instance: "CaseFile", _filename: str) -> str:
    """Stored under its own hash: the same bytes twice are one file, other bytes can never take its place."""
    return f"case_files/{instance.sha256[:2]}/{instance.sha256}.pdf"


class CaseFile(models.Model):
    """One building of the file of a case. What it is built from is frozen when it is asked for and never changes.

    `contents` is everything the bytes depend on (services/case_file_contents.py), `contents_sha256` its hash: a case
    whose contents hash otherwise now has gone on, and this file is out of date. `parts` are the papers ready so far,
    `done` of `total`; a worker that dies leaves them for the next. `failure` says what stopped it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("of a case file", "Waiting")
        RUNNING = "running", pgettext_lazy("of a case file", "Being put together")
        DONE = "done", pgettext_lazy("of a case file", "Complete")
        FAILED = "failed", pgettext_lazy("of a case file", "Failed")

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="files")
    contents = models.JSONField()
    contents_sha256 = models.CharField(max_length=64)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    parts = models.JSONField(default=list)
    failure = models.JSONField(default=dict)
    file = models.FileField(upload_to=case_file_path, max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("case file")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state__in=["waiting", "running"]), name="one_case_file_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(sha256=""), name="complete_case_file_has_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.asked_at:%F}"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in {self.State.WAITING, self.State.RUNNING}
