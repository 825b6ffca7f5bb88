"""The bodies a letter to several of them goes to, each served for itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.models.document import Document


class Addressee(models.Model):
    """One body that a letter to several bodies is written to, kept when it is issued; its service is its own.

    A letter to one addressee has none of these rows: there ``Document.served_on`` says it all.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="addressees")
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    served_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("addressee of a letter")
        default_permissions = ()
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["document", "body"], name="addressee_once")]
        indexes = [models.Index(fields=["body", "served_on"], name="addressee_body")]

    def __str__(self) -> str:
        return f"{self.document_id} {self.body_id}"
