"""Service of documents (送达): every attempt with its evidence, and the addresses parties have confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notices.models.document import Document


class ServiceRecord(models.Model):
    """One attempt to serve a document; append-only. Domain 8.3; 市场监督管理行政处罚程序规定, art. 82.

    It holds every field of the receipt of service (送达回证). ``recipient`` is who signed for it (收件人), and
    ``proxy_reason`` why somebody else than the party did (代收理由). ``served_on`` is null when the attempt failed. A
    public notice succeeds when it is published, and ``served_on`` is then the day it takes effect, thirty days later: a
    day to come. ``body`` is whom it was served on where the letter goes to several bodies.
    """

    class Kind(models.TextChoices):
        DIRECT = "direct", _("Direct service")
        LIEN = "lien", _("Left at the premises")
        ELECTRONIC = "electronic", _("Electronic service")
        MAIL = "mail", _("Service by mail")
        ENTRUSTED = "entrusted", _("Entrusted service")
        FORWARDED = "forwarded", _("Forwarded service")
        PUBLIC_NOTICE = "public_notice", _("Public notice")

    class Recipient(models.TextChoices):
        PARTY = "party", _("The party")
        LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
        PERSON_IN_CHARGE = "person_in_charge", _("Person in charge")
        MAIL_ROOM = "mail_room", _("Mail room")
        AGENT = "agent", _("Agent")
        DESIGNATED = "designated", _("Designated recipient")
        FAMILY = "family", _("Adult family member living together")

    class Failure(models.TextChoices):
        """Why an attempt failed, as far as the law goes on from it in different ways."""

        ABSENT = "absent", _("Nobody was there")
        REFUSED = "refused", _("The recipient refused")
        WRONG_ADDRESS = "wrong_address", _("The address was wrong or has changed")
        WHEREABOUTS_UNKNOWN = "whereabouts_unknown", _("Whereabouts unknown")
        OTHER = "other", _("Other")

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="services")
    body = models.ForeignKey("cases.Body", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=14, choices=Kind)
    attempted_on = models.DateField()
    succeeded = models.BooleanField()
    served_on = models.DateField(null=True)
    recipient = models.CharField(max_length=100, blank=True)
    recipient_role = models.CharField(max_length=20, choices=Recipient, blank=True)
    proxy_reason = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=300)
    first_server = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    second_server = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    witness = models.CharField(max_length=100, blank=True)
    witness_unit = models.CharField(
        max_length=200, blank=True
    )  # the grassroots organisation or workplace it comes from
    refusal_reason = models.TextField(blank=True)
    failure_reason = models.TextField(blank=True)
    particulars = models.JSONField(default=dict)  # the other facts the law asks for with this kind
    grounds = models.JSONField(default=list)
    evidence = models.ManyToManyField("cases.Attachment", related_name="+")
    note = models.TextField(blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("service of a document")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(succeeded=True, served_on__isnull=False) | Q(succeeded=False, served_on__isnull=True),
                name="served_on_when_succeeded",
            ),
            models.CheckConstraint(
                condition=Q(second_server__isnull=True) | ~Q(second_server=F("first_server")), name="two_servers"
            ),
            models.CheckConstraint(
                condition=Q(succeeded=True) | ~Q(failure_reason=""), name="failed_service_needs_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.kind} {self.attempted_on}"


class AddressConfirmation(models.Model):
    """送达地址确认书: where a party agreed to be served; the latest one counts. art. 82(三), 83.

    It holds every field of the paper, and its signed scan. This is the one place of the consent to electronic service:
    what an enterprise agreed to be told by e-mail (``Enterprise.email_consent``) serves nothing. Rows without a scan
    are older than the rule that asks for it.
    """

    enterprise = models.ForeignKey("cases.Enterprise", on_delete=models.PROTECT, related_name="address_confirmations")
    address = models.CharField(_("address"), max_length=300)
    postcode = models.CharField(_("postcode"), max_length=6, blank=True)
    receiver = models.CharField(_("receiver of the mail"), max_length=100, blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    designated = models.CharField(_("designated recipient"), max_length=100, blank=True)  # 代收人, art. 82(一)
    electronic_consent = models.BooleanField(_("consent to electronic service"), default=False)
    mobile = models.CharField(_("mobile number"), max_length=11, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    fax = models.CharField(_("fax number"), max_length=30, blank=True)
    messenger = models.CharField(_("instant messaging account"), max_length=200, blank=True)
    confirmed_on = models.DateField(_("confirmed on"))
    signed_by = models.CharField(_("signed by"), max_length=100)
    scan = models.ForeignKey("cases.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("remarks"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("address confirmation")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(electronic_consent=False, mobile="", email="", fax="", messenger="")
                | Q(electronic_consent=True) & ~Q(mobile="", email="", fax="", messenger=""),
                name="electronic_ways_by_consent",
            ),
        ]
        indexes = [models.Index(fields=["enterprise", "-confirmed_on"], name="confirmation_latest")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.confirmed_on}"

    @property
    def electronic_addresses(self) -> tuple[str, ...]:
        """Every address the party agreed to be served at electronically; none without its consent."""
        return tuple(each for each in (self.mobile, self.email, self.fax, self.messenger) if each)
