"""Rule packs a body writes, rehearses and publishes; what is published never changes again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PackDraft(models.Model):
    """A rule pack being written: its text, and what is wrong with it."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("of a rule pack", "Draft")
        PUBLISHED = "published", pgettext_lazy("of a rule pack", "Published")
        ABANDONED = "abandoned", pgettext_lazy("of a rule pack", "Abandoned")

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("code"), max_length=32)
    title = models.CharField(_("title"), max_length=120)
    base = models.CharField(max_length=40, blank=True)  # code@version it was begun from
    text = models.TextField()
    problems = models.JSONField(default=list)  # [{"line": 12, "message": msgid, "details": {…}}]; empty: it holds
    validated_sha256 = models.CharField(max_length=64, blank=True)  # of the text that was found valid
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("draft of a rule pack")

    def __str__(self) -> str:
        return self.code


class PackRelease(models.Model):
    """A published version of a pack. Insert-only: cases point at it for ever."""

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=32)
    pack_version = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    draft = models.OneToOneField(PackDraft, on_delete=models.PROTECT, related_name="release")
    reason = models.TextField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        verbose_name = _("published rule pack")
        constraints = [models.UniqueConstraint(fields=["code", "pack_version"], name="pack_release_once")]

    def __str__(self) -> str:
        return f"{self.code}@{self.pack_version}"


class Rehearsal(models.Model):
    """A dry run of a draft over the registry: who would change, before anybody enacts it."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("of a rehearsal", "Waiting")
        RUNNING = "running", pgettext_lazy("of a rehearsal", "Running")
        DONE = "done", pgettext_lazy("of a rehearsal", "Finished")
        FAILED = "failed", pgettext_lazy("of a rehearsal", "Failed")
        STOPPED = "stopped", pgettext_lazy("of a rehearsal", "Stopped")

    draft = models.ForeignKey(PackDraft, on_delete=models.PROTECT, related_name="rehearsals")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()  # as it stood when the rehearsal was asked for
    sha256 = models.CharField(max_length=64)  # of that text: a draft changed since needs another rehearsal
    on = models.DateField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    """Key of the last unit judged: a rehearsal broken off goes on where it stopped."""
    counts = models.JSONField(default=dict)  # {"class": {"A>B": 12}, "tier": …, "inspect": {"B>": 40}}
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("rehearsal")

    def __str__(self) -> str:
        return f"{self.draft_id} {self.on}"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state not in {self.State.WAITING, self.State.RUNNING}


class RehearsedChange(models.Model):
    """What the draft would change of one unit, and by which clause."""

    class What(models.TextChoices):
        CLASS = "class", _("Quality class")
        MODE = "mode", _("Supervision mode")
        TIER = "tier", _("Tier")
        TIER_BODY = "tier_body", _("Accountable body")
        LIST = "list", _("Key or special list")
        INSPECTION = "inspect", pgettext_lazy("of a rehearsal", "Inspection needed")

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.PROTECT, related_name="changes")
    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=9, choices=What)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    grounds = models.JSONField(default=list)

    class Meta:
        verbose_name = _("rehearsed change")
        constraints = [
            models.UniqueConstraint(fields=["rehearsal", "enterprise", "what"], name="rehearsed_change_once")
        ]
        indexes = [models.Index(fields=["rehearsal", "what", "before", "after"], name="rehearsed_change_kind")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.what}"
