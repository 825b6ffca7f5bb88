"""Supervision bodies: one tree from the national body down to the township offices (domain 2.1, 8.8).

A body is also what every permission hangs on: a codename is held *on a body* and reaches its whole subtree. The
subtree is kept twice, for two questions. `position … last` (nested-set numbers) answers "is this row within what I
hold?" as one indexed range test in a list; `BodyClosure` answers "do I hold it on any ancestor of this body?" for one
object. `cases.services.load_bodies` writes both, nothing else does.
"""

from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

PERMISSIONS_FILE: Final = Path(__file__).resolve().parent.parent / "packs" / "permissions.yaml"


def body_permissions() -> list[tuple[str, Any]]:
    """Codename and Chinese name of every permission that can be held on a body, in the order of the file."""
    entries = yaml.safe_load(PERMISSIONS_FILE.read_text(encoding="utf-8"))
    return [(entry["codename"], entry["zh"]) for entry in entries]


def own_body_permissions() -> frozenset[str]:
    """Codenames that reach only the body they are held on, not what stands below it."""
    entries = yaml.safe_load(PERMISSIONS_FILE.read_text(encoding="utf-8"))
    return frozenset(entry["codename"] for entry in entries if entry.get("reach") == "own")


OWN_BODY_ONLY: Final = own_body_permissions()


class Body(models.Model):  # type: ignore[django-manager-missing]  # guardian has no types
    """A supervision body (市场监督管理局 or 所); its code is the region code of what it supervises (GB/T 2260)."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("national")
        PROVINCE = "province", _("province")
        CITY = "city", _("city")
        COUNTY = "county", _("county")
        TOWNSHIP = "township", _("township")

    code = models.CharField(_("code"), max_length=12, unique=True)
    """`000000`, six digits down to the county, nine for a township office (county code + 3, domain 8.8)."""
    name = models.CharField(_("name"), max_length=100)
    """The full name as it stands in documents, e.g. 嘉兴市市场监督管理局."""
    short_name = models.CharField(_("short name"), max_length=60)
    """The region alone, e.g. 嘉兴市, 凤桥镇."""
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    region_code = models.CharField(_("region code"), max_length=6, db_index=True)
    """GB/T 2260 code of the region; a township office bears that of the body above it, having none of its own."""
    municipality = models.BooleanField(_("within a municipality"), default=False)
    """Whether it stands in 北京 11, 天津 12, 上海 31 or 重庆 50, where tiers are one level lower (domain 2.5)."""
    position = models.PositiveIntegerField(db_index=True)
    """Number of this body in a walk of the tree that names parents before children."""
    last = models.PositiveIntegerField(db_index=True)
    """Greatest `position` in its subtree: the subtree is `position BETWEEN self.position AND self.last`."""
    document_prefix = models.CharField(_("document prefix"), max_length=20, blank=True)
    """机关代字, the first part of every document number, e.g. 嘉市监."""
    office_name = models.CharField(_("responsible office"), max_length=60, blank=True)
    """The office within the body that does product-quality supervision, e.g. 产品质量安全监管科."""
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    """The day from which the body no longer exists; null while it does."""
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        ordering = ["position"]
        default_permissions = ()
        permissions = body_permissions()
        indexes = [models.Index(fields=["level", "position"], name="body_level_position")]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("position")), name="body_last_not_before_position"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True, level="national") | Q(parent__isnull=False) & ~Q(level="national"),
                name="body_only_national_is_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def covers(self, other: "Body") -> bool:
        """Whether `other` is this body or stands below it."""
        return self.position <= other.position <= self.last


class BodyClosure(models.Model):
    """One row for every body and each of its ancestors, itself included at depth 0."""

    ancestor = models.ForeignKey(Body, models.CASCADE, related_name="below", db_index=False)
    descendant = models.ForeignKey(Body, models.CASCADE, related_name="above", db_index=False)
    depth = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["ancestor", "descendant"], name="body_closure_once")]
        indexes = [models.Index(fields=["descendant", "depth", "ancestor"], name="body_closure_upwards")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id} ({self.depth})"


class BodyUserPermission(UserObjectPermissionBase):
    """A permission a person holds on a body and all below; derived from posts by `sync_grants`, never set by hand."""

    content_object = models.ForeignKey(Body, models.CASCADE, related_name="user_grants")

    class Meta(UserObjectPermissionBase.Meta):
        default_permissions = ()


class BodyGroupPermission(GroupObjectPermissionBase):
    """A permission a group holds on a body and all below."""

    content_object = models.ForeignKey(Body, models.CASCADE, related_name="group_grants")

    class Meta(GroupObjectPermissionBase.Meta):
        default_permissions = ()


class BodySetting(models.Model):
    """A body's own value for a setting the sources leave open ([A], [R]); holds for its subtree, nearest wins."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="settings")
    key = models.CharField(max_length=80)
    value = models.JSONField()
    reason = models.TextField()
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["body", "key"], name="body_setting_once")]

    def __str__(self) -> str:
        return f"{self.body_id}: {self.key}"
