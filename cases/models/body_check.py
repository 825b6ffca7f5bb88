"""Oversight of a lower body (督查; 38号 二（三）, P7): the check by the list of annex 3, and what followed from it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BodyCheck(models.Model):
    """One check of a body by a body above it; its lines are those of the pack in force on the day it was planned."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("of a check of a body", "To be filled in")
        FILLED = "filled", pgettext_lazy("of a check of a body", "To be decided")
        DECIDED = "decided", _("Letter being prepared")
        SERVED = "served", _("Waiting for the answer")
        ANSWERED = "answered", _("Answer to be verified")
        LIFTING = "lifting", pgettext_lazy("of a check of a body", "Lifting to be notified")
        CLOSED = "closed", pgettext_lazy("of a check of a body", "Closed")
        CANCELLED = "cancelled", pgettext_lazy("of a check of a body", "Called off")

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")  # 督查主体
    overseen = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")  # 督查对象
    planned_on = models.DateField()
    purpose = models.CharField(max_length=300, blank=True)
    pack = models.CharField(max_length=80)  # code@version
    state = models.CharField(max_length=9, choices=State, default=State.PLANNED)
    checked_on = models.DateField(null=True)
    summary = models.TextField(blank=True)
    filled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    filled_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(null=True)
    """Who saved `version`, and when: named to a colleague who saves over it."""
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("check of a body")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(body=F("overseen")), name="no_body_checks_itself"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"])
                | (Q(checked_on__isnull=False) & Q(filled_by__isnull=False)),
                name="filled_check_names_day_and_person",
            ),
        ]
        indexes = [
            models.Index(fields=["body", "state", "planned_on"], name="body_check_body"),
            models.Index(fields=["overseen", "state"], name="body_check_overseen"),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.overseen_id} {self.planned_on}"


class BodyCheckLine(models.Model):
    """One task of the list: 是否落实, and 亮点成效 or what is wanting."""

    check_of = models.ForeignKey(BodyCheck, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=4)
    key_work = models.CharField(max_length=60)
    number = models.CharField(max_length=8)
    text = models.TextField()
    done = models.BooleanField(null=True)
    remark = models.TextField(blank=True)

    class Meta:
        verbose_name = _("task of a check")
        default_permissions = ()
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["check_of", "position"], name="body_check_line_once")]

    def __str__(self) -> str:
        return f"{self.check_of_id}.{self.number}"


class BodyInstrument(models.Model):
    """What the head of the overseeing body decided: an instrument with its demands, the answer, and the verdict on it.

    ``days`` is the period for the answer in the unit of its rule; null leaves it to the setting of the overseen body.
    ``issued_on`` is the day its letter was issued; until then the decision can be taken back, which is a verdict too.
    """

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("Reminder letter")
        RECTIFICATION = "rectification", _("Rectification notice")
        INTERVIEW = "interview", pgettext_lazy("instrument towards a body", "Interview notice")
        CIRCULAR = "circular", _("Circular")
        LISTED = "listed", pgettext_lazy("instrument towards a body", "Listed oversight")

    class Verdict(models.TextChoices):
        OPEN = "", "—"
        MET = "met", _("Put right")
        NOT_MET = "not_met", _("Not put right")
        REVOKED = "revoked", _("Decision taken back")

    check_of = models.ForeignKey(BodyCheck, on_delete=models.PROTECT, related_name="instruments")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=13, choices=Kind)
    demands = models.TextField()  # one a line
    days = models.PositiveSmallIntegerField(null=True)
    also_to = models.ManyToManyField("cases.Body", related_name="+")
    """Of a circular: the other bodies it goes to."""
    meeting_at = models.DateTimeField(null=True)
    meeting_place = models.CharField(max_length=200, blank=True)
    summoned = models.CharField(max_length=200, blank=True)
    answerable = models.CharField(max_length=100, blank=True)
    """Of listed oversight: the person of the watched body who answers for it."""
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    issued_on = models.DateField(null=True)
    served_on = models.DateField(null=True)
    reply = models.TextField(blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replied_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=7, choices=Verdict, blank=True)
    verdict_reason = models.TextField(blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("instrument towards a body")
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["check_of", "number"], name="body_instrument_once"),
            models.UniqueConstraint(
                fields=["check_of"], condition=Q(verdict=""), name="one_open_instrument_of_a_check"
            ),
            models.CheckConstraint(
                condition=~Q(kind="interview") | Q(meeting_at__isnull=False), name="interview_of_a_body_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.number} {self.kind}"


class BodyInterview(models.Model):
    """The interview with a body as it was held (约谈), of which the minutes are written. Never changed afterwards."""

    instrument = models.OneToOneField(BodyInstrument, on_delete=models.PROTECT, related_name="interview")
    held_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    chair = models.CharField(max_length=100)
    attended = models.TextField()  # one body a line, with its people
    excused = models.CharField(max_length=300, blank=True)
    sat_in = models.CharField(max_length=300, blank=True)
    account = models.TextField()  # what was said
    agreed = models.TextField()  # one a line
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("interview with a body")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.held_at}"


class BodyScore(models.Model):
    """What a check counts for in the yearly assessment (考核记录; 38号 二（三）); kept once.

    ``points`` run from 0 to 100: those ``computed`` with the head's own ``adjustment``, which has a reason.
    """

    check_of = models.OneToOneField(BodyCheck, on_delete=models.PROTECT, related_name="score")
    computed = models.PositiveSmallIntegerField()
    adjustment = models.SmallIntegerField(default=0)
    points = models.PositiveSmallIntegerField()
    grounds = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    scored_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    scored_at = models.DateTimeField()

    class Meta:
        verbose_name = _("score of a check")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(points__lte=100, computed__lte=100), name="score_up_to_a_hundred"),
            models.CheckConstraint(condition=Q(adjustment=0) | ~Q(reason=""), name="adjusted_score_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.check_of_id} {self.points}"
