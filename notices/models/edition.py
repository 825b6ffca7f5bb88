"""Lists as documents: what a body published of a list, by number and version, and the bytes it was printed to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.listing import ListLevel, UnitKind


class PublishedList(models.TextChoices):
    """The lists there are; only the first is of 国市监质监发〔2023〕38号, the others stand beside it."""

    SUPERVISION = "supervision", _("Key and special supervision")
    KEY_ENTERPRISES = "key_enterprises", _("Key-supervised enterprises (2012)")
    BLACKLIST = "blacklist", _("Blacklist")
    TRUSTED = "trusted", _("Trusted-consumer units")


class ListEdition(models.Model):
    """One published state of a list: frozen, numbered, versioned. Insert-only.

    ``internal`` is true unless the list may leave the authority. Class results and what follows from them never do
    (Trial Measures 2012, art. 13), so only the blacklist may (“予以公开曝光”, 嘉市监〔2020〕40号 四2).
    """

    list = models.CharField(max_length=16, choices=PublishedList)
    body = models.ForeignKey("cases.Body", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=UnitKind, blank=True)
    level = models.CharField(max_length=7, choices=ListLevel, blank=True)
    version = models.PositiveIntegerField()
    number = models.CharField(max_length=80, unique=True)
    verify_code = models.CharField(max_length=24, unique=True, null=True)  # null: published before lists bore a code
    internal = models.BooleanField(default=True)
    facts = models.JSONField()  # frozen: the one input of the printed bytes and of the workbook
    entries = models.PositiveIntegerField()
    content_sha256 = models.CharField(max_length=64)  # of the rows alone: an edition that says nothing new is refused
    template_version = models.CharField(max_length=20)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()
    published_on = models.DateField()

    class Meta:
        verbose_name = _("edition of a list")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["list", "body", "year", "kind", "level", "version"], name="list_edition_version_once"
            ),
            models.CheckConstraint(
                condition=Q(internal=True) | Q(list="blacklist"),
                name="supervision_lists_stay_internal",
            ),
        ]
        indexes = [models.Index(fields=["body", "-published_at"], name="list_edition_body")]

    def __str__(self) -> str:
        return self.number


class EditionFile(models.Model):
    """The printed bytes of an edition. Insert-only; the hash is checked whenever the file is handed out."""

    edition = models.OneToOneField(ListEdition, on_delete=models.PROTECT, related_name="file")
    file = models.FileField(upload_to="issued/", max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = pgettext_lazy("of a list", "printed edition")
        default_permissions = ()

    def __str__(self) -> str:
        return self.sha256
