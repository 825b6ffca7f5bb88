"""Make the enterprise's one-time link and, where the enterprise agreed to messages, mail it."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.acting import Acting
from cases.models import EnterpriseLink
from cases.rules.errors import RuleError
from cases.selectors.written import written
from cases.services.outbox import send_mail_later
from cases.services.report_rectification import make_link


@transaction.atomic
def make_enterprise_link(*, case_id: int, by_mail: bool, acting: Acting) -> tuple[EnterpriseLink, str]:
    """The link and its address, which nobody can be told a second time; ``RuleError`` no_consent."""
    link, secret = make_link(case_id=case_id, acting=acting)
    address = settings.PUBLIC_URL.rstrip("/") + reverse("enterprise_report", args=[secret])
    enterprise = link.order.case.enterprise
    if by_mail:
        if not (enterprise.email and enterprise.email_consent):
            raise RuleError("no_consent", "The enterprise has not agreed to messages by e-mail.", field="by_mail")
        send_mail_later(
            recipient=enterprise.email,
            subject=_("Report on the rectification order: your link"),
            body=_(
                "To %(enterprise)s:\n\n%(body)s has ordered you to put matters right. Hand in your report by %(due)s "
                "here:\n\n%(address)s\n\nThe link is valid until %(until)s and for one report. Do not pass it on."
            )
            % {
                "enterprise": enterprise.name,
                "body": link.order.case.body.name,
                "due": written(link.order.due_on),
                "address": address,
                "until": written(link.expires_at),
            },
            key=f"enterprise-link:{link.pk}",
            at=acting.at,
        )
    return link, address
