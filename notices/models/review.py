"""Legal review of drafts (法制审核): who read which text and what they said of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.models.document import Document


class LegalReview(models.Model):
    """One reading of a draft; append-only. It holds for the text that was read, word by word, and for no other."""

    class Outcome(models.TextChoices):
        PASSED = "passed", pgettext_lazy("of a legal review", "Passed")
        RETURNED = "returned", pgettext_lazy("of a legal review", "Returned")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reviews")
    outcome = models.CharField(max_length=8, choices=Outcome)
    opinion = models.TextField(blank=True)
    fields = models.JSONField()  # what the drafter had added
    text_sha256 = models.CharField(max_length=64)  # of everything the draft said, but for its day
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("legal review")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.document_id} {self.outcome}"
