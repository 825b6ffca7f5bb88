"""The electronic signature of an issued document or list: its signed bytes, and whose certificate signed them."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.models.document import Document, issued_path
from notices.models.edition import ListEdition


class SignedCopy(models.Model):
    """One signed copy. Insert-only; no key and no password is ever stored, only the certificate.

    ``unsigned_sha256`` is the hash of the printed bytes that were signed, ``sha256`` that of the signed ones: a copy of
    either can be verified. ``serial`` and the hashes are hexadecimal; ``signed_at`` is the time the signature itself
    states.
    """

    file = models.FileField(upload_to=issued_path, max_length=120)
    unsigned_sha256 = models.CharField(max_length=64, db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    issuer = models.CharField(max_length=300)
    serial = models.CharField(max_length=64)
    certificate_sha256 = models.CharField(max_length=64, db_index=True)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    algorithm = models.CharField(max_length=60)
    signed_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.sha256

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **{**kwargs, "force_insert": True})


class Signature(SignedCopy):
    """The one signed copy of a document."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="signature")

    class Meta:
        verbose_name = _("electronic signature")
        default_permissions = ()


class EditionSignature(SignedCopy):
    """The one signed copy of a published list."""

    edition = models.OneToOneField(ListEdition, on_delete=models.PROTECT, related_name="signature")

    class Meta:
        verbose_name = pgettext_lazy("of a list", "electronic signature")
        default_permissions = ()
