"""Boundaries of the areas of a body, as a customer has brought them with their 审图号."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class BoundaryMap(models.Model):
    """One imported map: what is drawn of it, and its review number (地图管理条例). One a body is in use."""

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    map_number = models.CharField(max_length=40)
    source = models.CharField(max_length=200)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    outlines = models.JSONField()
    """`[code, path, [left, top, right, bottom]]` of each area (`cases.rules.boundaries.Outline`)."""
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    imported_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("map of boundaries")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["body"], condition=Q(withdrawn_at__isnull=True), name="one_boundary_map_in_use"
            )
        ]

    def __str__(self) -> str:
        return self.map_number
