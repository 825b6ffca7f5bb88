"""A unit as it stood on any day, read from the history rows and never judged anew by the rules of today.

A row holds from its first day to the day before it was succeeded, by legal days; what changed within a day counts as it
stood when the day ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet

from cases.acting import LEGAL_ZONE, legal_date
from cases.models.archive import SafetyPerson, StatusRecord
from cases.models.body import Body
from cases.models.enterprise import ClassRecord, Enterprise, KeySupervision, TierRecord
from cases.models.listing import ListEntry, Register
from cases.models.lock import ResponsibilityLock
from cases.models.oversight import UpperSupervision
from cases.models.risk import CreditRating
from cases.rules.status_line import status_line

QUERIES: Final = 9
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class UnitAsAt:
    """What the histories say of one unit on one day; nothing where they are silent.

    `status` is what is known today of that day, `status_on_file` what the file said when the day ended: they differ
    where the status was recorded afterwards.
    """

    day: date
    entered: bool
    tier_record: TierRecord | None
    class_record: ClassRecord | None
    status: StatusRecord | None
    status_on_file: StatusRecord | None
    upper: UpperSupervision | None
    key_supervision: tuple[KeySupervision, ...]
    list_entries: tuple[ListEntry, ...]
    lock: ResponsibilityLock | None
    people: tuple[SafetyPerson, ...]
    credit: CreditRating | None

    @property
    def tier(self) -> str | None:
        return self.tier_record.tier if self.tier_record else None

    @property
    def quality_class(self) -> str:
        return self.class_record.quality_class if self.class_record else ""

    @property
    def mode(self) -> str:
        return self.class_record.mode if self.class_record else ""

    @property
    def credit_risk(self) -> str:
        return self.credit.credit_risk if self.credit else ""

    @property
    def territorial_body(self) -> Body | None:
        return self.tier_record.territorial_body if self.tier_record else None

    @property
    def tier_body(self) -> Body | None:
        """The body accountable by the tier."""
        return self.tier_record.tier_body if self.tier_record else None

    @property
    def supervising_body(self) -> Body | None:
        """The body accountable on that day: the one above, where it had taken the unit over."""
        return self.upper.body if self.upper else self.tier_body

    @property
    def supervision_lists(self) -> tuple[ListEntry, ...]:
        """Key and special supervision, by kind of unit."""
        return tuple(entry for entry in self.list_entries if entry.register == Register.SUPERVISION)

    @property
    def local_lists(self) -> tuple[ListEntry, ...]:
        return tuple(entry for entry in self.list_entries if entry.register != Register.SUPERVISION)

    def holders(self, role: str) -> tuple[SafetyPerson, ...]:
        """Who held that post of the unit."""
        return tuple(person for person in self.people if person.role == role)


def unit_as_at(enterprise: Enterprise, day: date) -> UnitAsAt:
    """The unit on `day`; `QUERIES` queries, however long its history."""
    statuses = StatusRecord.objects.filter(enterprise=enterprise, valid_from__lte=day).order_by("pk")
    known = list(statuses.select_related("recorded_by"))
    keys = KeySupervision.objects.select_related("body", "case")
    entries = ListEntry.objects.select_related("body", "case")
    return UnitAsAt(
        day=day,
        entered=day >= enterprise.first_entered_on,
        tier_record=_tier(enterprise, day),
        class_record=_one(ClassRecord.objects.select_related("case"), enterprise, day, "valid_from", "valid_to"),
        status=_stated(known),
        status_on_file=_stated([row for row in known if legal_date(row.recorded_at) <= day]),
        upper=_one(UpperSupervision.objects.select_related("body"), enterprise, day, "taken_on", "ended_on"),
        key_supervision=_all(keys, enterprise, day, "entered_on", "left_on"),
        list_entries=_all(entries, enterprise, day, "entered_on", "left_on"),
        lock=_one(
            ResponsibilityLock.objects.select_related("officer", "body"), enterprise, day, "locked_on", "ended_on"
        ),
        people=_all(SafetyPerson.objects.all(), enterprise, day, "appointed_on", "left_on"),
        credit=_one(CreditRating.objects.all(), enterprise, day, "valid_from", "valid_to"),
    )


def _tier(enterprise: Enterprise, day: date) -> TierRecord | None:
    """Tiers are kept to the instant: the record that stood at the end of the legal day."""
    end = datetime.combine(day + timedelta(days=1), time(0, 0), LEGAL_ZONE)
    rows = TierRecord.objects.filter(enterprise=enterprise, valid_from__lt=end)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=end))
    return rows.select_related("tier_body", "territorial_body").order_by("-valid_from", "-pk").first()


def _stated(rows: Sequence[StatusRecord]) -> StatusRecord | None:
    """The statement that holds at the end of the line; `rows` in the order in which they were recorded."""
    line = status_line((str(place), row.valid_from) for place, row in enumerate(rows))
    return rows[int(line[-1].status)] if line else None


def _holding(rows: "QuerySet[Row]", enterprise: Enterprise, day: date, since: str, until: str) -> "QuerySet[Row]":
    holds = Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__gt": day})
    return rows.filter(holds, **{"enterprise": enterprise, f"{since}__lte": day})


def _one(rows: "QuerySet[Row]", enterprise: Enterprise, day: date, since: str, until: str) -> Row | None:
    return _holding(rows, enterprise, day, since, until).order_by(f"-{since}", "-pk").first()


def _all(rows: "QuerySet[Row]", enterprise: Enterprise, day: date, since: str, until: str) -> tuple[Row, ...]:
    return tuple(_holding(rows, enterprise, day, since, until).order_by(since, "pk"))
