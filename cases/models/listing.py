"""Lists of units: key and special supervision by year and kind (38号 三), and the local lists of Jiaxing (2020 四.2).

The 2012 list of key-supervised C enterprises (``KeySupervision``) is another list and stands with the classes.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Register(models.TextChoices):
    """Which list an entry stands on."""

    SUPERVISION = "supervision", _("Key and special supervision")
    BLACKLIST = "blacklist", _("Blacklist")
    TRUSTED = "trusted", _("Trusted-consumer units")


class UnitKind(models.TextChoices):
    """Producers and sellers have lists of their own (“分别建立生产、销售单位年度名单”)."""

    PRODUCTION = "production", pgettext_lazy("of a list", "Producers")
    SALES = "sales", pgettext_lazy("of a list", "Sellers")


class ListLevel(models.TextChoices):
    NONE = "none", _("No disturbance")
    KEY = "key", _("Key supervision")
    SPECIAL = "special", _("Special supervision")


class ListEntry(models.Model):
    """A unit's time on one yearly list; a change of level ends one entry and begins another."""

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="list_entries")
    register = models.CharField(max_length=12, choices=Register, default=Register.SUPERVISION)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    """Whose list it is: the tier body's, or for local lists the body that keeps it."""
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=UnitKind)
    level = models.CharField(max_length=7, choices=ListLevel, blank=True)
    entered_on = models.DateField()
    left_on = models.DateField(null=True)  # first day on which it is no longer on the list
    reason = models.TextField()
    left_reason = models.TextField(blank=True)
    grounds = models.JSONField(default=list)
    pack = models.CharField(max_length=40)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="list_entries")
    left_case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("list entry")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "register", "kind"],
                condition=Q(left_on__isnull=True),
                name="one_open_entry_per_list_and_kind",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("entered_on")), name="list_entry_interval"
            ),
            models.CheckConstraint(
                condition=Q(register="supervision", level__in=["key", "special"])
                | (~Q(register="supervision") & Q(level="")),
                name="list_entry_level",
            ),
        ]
        indexes = [models.Index(fields=["body", "register", "year", "kind"], name="list_entry_list")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.register} {self.year} {self.level}"


class CandidateScan(models.Model):
    """One run of the candidate scan: what it looked at and what it found. The yearly rebuild looks at everything."""

    run_on = models.DateField()
    month = models.CharField(max_length=7, blank=True)
    """The month whose scheduled run it is, as 2026-11; empty for one that a person started."""
    year = models.PositiveSmallIntegerField()
    full = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    looked_at = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    cursor = models.BigIntegerField(default=0)
    """Key of the last unit judged, so that a scan broken off goes on where it stopped."""
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("candidate scan")
        constraints = [
            models.UniqueConstraint(fields=["month"], condition=~Q(month=""), name="one_scheduled_scan_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.run_on}"


class ListCandidate(models.Model):
    """A unit whose list no longer fits what the rule says of it: to be reviewed, and told, before anybody decides."""

    class State(models.TextChoices):
        FOUND = "found", pgettext_lazy("of a candidate", "To be reviewed")
        DROPPED = "dropped", pgettext_lazy("of a candidate", "Dropped")
        KEPT = "kept", pgettext_lazy("of a candidate", "In progress")
        DECIDED = "decided", pgettext_lazy("of a candidate", "Decided")
        OUTDATED = "outdated", pgettext_lazy("of a candidate", "Overtaken")

    class Cause(models.TextChoices):
        """Why it is proposed; the last three are reasons to ask for a removal (P4 step 6)."""

        RULE = "rule", pgettext_lazy("of a candidate", "Found by the rule")
        REBUILD = "rebuild", pgettext_lazy("of a candidate", "Yearly rebuild")
        ADDED = "added", pgettext_lazy("of a candidate", "Added by a reviewer")
        RECTIFIED = "rectified", pgettext_lazy("of a candidate", "Rectification verified")
        GONE = "gone", pgettext_lazy("of a candidate", "Triggers gone")
        YEAR_END = "year_end", pgettext_lazy("of a candidate", "End of the year")

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="list_candidates")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(CandidateScan, null=True, on_delete=models.PROTECT, related_name="candidates")
    """Null for one that a person added."""
    register = models.CharField(max_length=12, choices=Register, default=Register.SUPERVISION)
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=UnitKind)
    current_level = models.CharField(max_length=7, choices=ListLevel, default=ListLevel.NONE)
    proposed_level = models.CharField(max_length=7, choices=ListLevel, default=ListLevel.NONE)
    ruled_level = models.CharField(max_length=7, choices=ListLevel, default=ListLevel.NONE)
    """What the rule says of the facts; a person may propose otherwise, with a reason."""
    cause = models.CharField(max_length=9, choices=Cause, default=Cause.RULE)
    major_count = models.PositiveSmallIntegerField(default=0)
    larger_count = models.PositiveSmallIntegerField(default=0)
    open_count = models.PositiveSmallIntegerField(default=0)
    event_ids = models.JSONField(default=list)
    """Keys of the risk events that were counted, ascending."""
    credit_risk = models.CharField(max_length=8, blank=True)
    grounds = models.JSONField(default=list)
    pack = models.CharField(max_length=40)
    state = models.CharField(max_length=8, choices=State, default=State.FOUND)
    found_on = models.DateField()
    review = models.TextField(blank=True)  # 研判意见
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    case = models.OneToOneField("cases.Case", null=True, on_delete=models.PROTECT, related_name="list_candidate")

    class Meta:
        verbose_name = _("list candidate")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "register", "kind"],
                condition=Q(state__in=["found", "kept"]),
                name="one_open_candidate_per_list_and_kind",
            ),
            models.CheckConstraint(condition=~Q(state="dropped") | ~Q(review=""), name="dropped_candidate_with_reason"),
        ]
        indexes = [models.Index(fields=["body", "state", "found_on"], name="list_candidate_review")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.proposed_level}"


class ListingWatch(models.Model):
    """The day on which the rule may say something new of a unit: what the scan reads instead of the whole registry.

    Set whenever an event, a rating, the tier or the kinds of the unit change, and to the day a counted event leaves its
    window. No row: nothing can change by itself.
    """

    enterprise = models.OneToOneField(
        "cases.Enterprise", primary_key=True, on_delete=models.PROTECT, related_name="listing_watch"
    )
    next_on = models.DateField(db_index=True)

    class Meta:
        verbose_name = _("listing watch")

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.next_on}"


class ListNotice(models.Model):
    """What the unit was told of its proposed listing, and what it said (38号 三 is silent; views within 5 wd [A])."""

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="list_notice")
    level = models.CharField(max_length=7, choices=ListLevel)
    told_on = models.DateField(null=True)  # legal day of service
    views_until = models.DateField(null=True)
    views = models.TextField(blank=True)
    views_on = models.DateField(null=True)
    waived = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    """What the deciding body answers to the views (P15)."""

    class Meta:
        verbose_name = _("notice of a proposed listing")

    def __str__(self) -> str:
        return f"{self.case_id} {self.level}"
