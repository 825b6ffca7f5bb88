"""A responsibility list (分层分级责任清单; 38号 附件1) drawn up to be issued under a number."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DutyList(models.Model):
    """That a body draws up its list on a day; what stands on it is frozen when the document is issued."""

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    drawn_on = models.DateField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("responsibility list")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["body", "drawn_on"], name="one_duty_list_a_day")]

    def __str__(self) -> str:
        return f"{self.body_id} {self.drawn_on}"
