"""Licences and CCC certificates that have expired, or will soon."""

from datetime import date, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, DateField, QuerySet, Value, When

from cases.models.body import BodySetting
from cases.models.enterprise import Certificate, OperatingStatus
from cases.models.people import User
from cases.packs.settings import default_of
from cases.selectors.scope import within

WARN_DAYS: Final = "certificate.warn_days"
GONE: Final = (OperatingStatus.REVOKED, OperatingStatus.DEREGISTERED)
"""Units that no longer exist: nobody needs to be warned of their certificates."""


def warned_certificates(today: date) -> QuerySet[Certificate]:
    """Certificates expired on `today`, or expiring within the days that the unit's body has set; not scoped.

    One query for what the bodies have set, the nearest body above winning, when it is built.
    """
    until = [
        (today + timedelta(days=row.value), (row.body.position, row.body.last))
        for row in BodySetting.objects.filter(key=WARN_DAYS).select_related("body").order_by("-body__position")
    ]
    usual = today + timedelta(days=default_of(WARN_DAYS))
    place = "enterprise__territorial_body__position__range"
    limit = Case(
        *(When(**{place: span}, then=Value(day)) for day, span in until), default=Value(usual), output_field=DateField()
    )
    latest = max([usual, *(day for day, _span in until)])
    rows = Certificate.objects.exclude(enterprise__status__in=GONE)
    return rows.filter(valid_to__lte=latest).filter(valid_to__lte=limit)


def visible_warnings(user: User | AnonymousUser, today: date) -> QuerySet[Certificate]:
    """Those of the units that the person may see, what runs out first before the others."""
    rows = warned_certificates(today).filter(within(user, "view_enterprise", "enterprise__territorial_body"))
    return rows.select_related("enterprise__territorial_body").order_by("valid_to", "pk")
