"""A body's seal image, from its certified e-seal service; the system never draws one (国发〔1999〕25号, 26)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class BodySeal(models.Model):
    """The seal image a body's documents are printed with. Without one a dashed box stands in its place.

    The bytes are kept in the row: an image once printed from stays what it was, and a new one is a new row.
    ``is_demo`` prints the demonstration seal (演示) in place of any image.
    """

    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="seals")
    image = models.BinaryField(blank=True)  # PNG
    sha256 = models.CharField(max_length=64, blank=True)
    is_demo = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("seal")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["body"], condition=models.Q(withdrawn_at__isnull=True), name="one_seal_in_use_per_body"
            )
        ]

    def __str__(self) -> str:
        return f"{self.body_id} {self.uploaded_at:%F}"
