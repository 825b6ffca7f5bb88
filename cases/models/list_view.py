"""How people look at lists: saved views, columns and density, subscriptions, and what was done with many rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """A name for the address of a list; what it shows is computed anew for whoever opens it."""

    list_code = models.CharField(max_length=24)
    """Code of the list (`cases/selectors/list_kinds.py`)."""
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    """The address without its path, page and view."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views")
    body = models.ForeignKey("cases.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    """Whoever holds a post at this body may open it too; null: its owner alone."""
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved view")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "list_code", "name"], name="view_name_once")]
        indexes = [models.Index(fields=["list_code", "body"], name="view_shared")]

    def __str__(self) -> str:
        return self.name


class ListLook(models.Model):
    """How one person wants one list drawn: its columns, how close its rows stand, and the view it opens with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    list_code = models.CharField(max_length=24)
    columns = models.JSONField(default=list)
    """Codes of the columns chosen; empty: the usual ones."""
    compact = models.BooleanField(default=False)
    view = models.ForeignKey(SavedView, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "list_code"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.list_code}"


class ViewSubscription(models.Model):
    """Somebody is told by mail what a view shows, on the days of its rhythm on which that has changed."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", _("every working day")
        WEEKLY = "weekly", _("on the first working day of the week")

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="subscriptions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    rhythm = models.CharField(max_length=6, choices=Rhythm)
    created_at = models.DateTimeField()
    checked_on = models.DateField(null=True)
    """Legal day on which the view was last looked at for this person."""
    told = models.CharField(max_length=64, blank=True)
    """Hash of the rows last told; empty: nothing told yet."""

    class Meta:
        verbose_name = _("subscription")
        constraints = [models.UniqueConstraint(fields=["view", "user"], name="subscribed_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.view_id} {self.rhythm}"


class ListRun(models.Model):
    """One act on many rows of a list: what became of each, or the file they were written to."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    list_code = models.CharField(max_length=24)
    act = models.CharField(max_length=12)
    query = models.CharField(max_length=1000, blank=True)
    columns = models.JSONField(default=list)
    rows = models.JSONField(null=True)
    """Keys of the rows chosen; null: all that the query shows."""
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    verdicts = models.JSONField(default=list)
    """Of an act: for each row its `name`, `url` and, where it was refused, `why`."""
    file = models.FileField(upload_to="exports/%Y/%m", max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("act on many rows")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="run_created", condition=~models.Q(file=""))]

    def __str__(self) -> str:
        return f"{self.act} {self.list_code} #{self.pk}"
