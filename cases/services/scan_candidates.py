"""Look for units whose list no longer fits them: monthly, by hand, and in January for the lists of the new year (P4).

A scan reads the units that were noted as changed, not the registry; the yearly rebuild also reads everybody who is
listed or has anything held against them. It goes stretch by stretch, each in a transaction of its own with the place
it has reached: broken off, it goes on from there; run twice on a day, it finds nothing new.
"""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.lists import may_start_scan
from cases.models import (
    STANDING_STATES,
    AuditEvent,
    Body,
    CandidateScan,
    CreditRating,
    Enterprise,
    ListCandidate,
    ListEntry,
    ListingWatch,
    Post,
    Register,
    RiskEvent,
)
from cases.packs.loader import all_packs
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.selectors.listing_facts import LEVELS
from cases.selectors.listing_packs import KEY
from cases.selectors.notifications import register_wording
from cases.services.audit import record
from cases.services.jobs import Payload, enqueue, job_handler
from cases.services.judge_units import judge_units
from cases.services.notify import notify_each
from cases.services.review_clock import start_review_clocks

JOB: Final = "lists.scan"
SCAN_DAY: Final = "listing.scan_day"
STRETCH: Final = 500
"""Units judged in one transaction."""
CANDIDATES_FOUND: Final = "candidates_found"
REVIEWERS: Final = ("list_admin", "unit_head")

register_wording(CANDIDATES_FOUND, gettext_lazy("%(body)s: %(number)s list candidates are to be reviewed."))


@transaction.atomic
def start_scan(*, full: bool, acting: Acting, month: str = "") -> CandidateScan:
    """Begin a scan as of today; a job does it. RuleError `scan_running` while another is under way; Blocked."""
    if acting.user is not None:
        require(may_start_scan(acting))
    running = CandidateScan.objects.filter(finished_at__isnull=True).first()
    if running is not None:
        raise RuleError("scan_running", "A scan of %(day)s is still under way.", day=running.run_on.isoformat())
    scan = CandidateScan.objects.create(
        run_on=acting.today,
        month=month,
        year=acting.today.year,
        full=full,
        started_at=acting.at,
        started_by=acting.user,
    )
    enqueue(kind=JOB, payload={"scan": scan.pk}, key=f"{JOB}:{scan.pk}", at=acting.at)
    return scan


def begin_scan_of_the_month(*, now: datetime) -> CandidateScan | None:
    """Begin this month's scan once its day has come, late rather than never.

    It looks at everybody in January, when the lists are rebuilt, and after the rule itself has changed.

    Asked every minute by the clock of the engine; two at once find that the month has its scan.
    """
    acting = Acting(user=None, at=now)
    month = f"{acting.today:%Y-%m}"
    if acting.today.day < default_of(SCAN_DAY) or CandidateScan.objects.filter(month=month).exists():
        return None
    if CandidateScan.objects.filter(finished_at__isnull=True).exists():
        return None
    full = acting.today.month == 1 or _rule_changed_by(acting.today)
    return start_scan(full=full, acting=acting, month=month)


def _rule_changed_by(today: date) -> bool:
    """Whether, since the last scan that looked at everybody, a pack with lists came into force or another was chosen.

    Then units may belong on another list of whom nothing new is known.
    """
    last = CandidateScan.objects.filter(full=True).order_by("-pk").first()
    if last is None:
        return True
    begun = (pack for pack in all_packs().values() if pack.listing is not None)
    if any(last.run_on < pack.effective_from <= today for pack in begun):
        return True
    return AuditEvent.objects.filter(action="setting.set", data__setting=KEY, at__gt=last.started_at).exists()


def run_scan(*, scan_id: int, acting: Acting) -> CandidateScan:
    """Judge everything the scan has not judged yet, stretch by stretch; outside any transaction."""
    while unit_ids := _next_units(CandidateScan.objects.get(pk=scan_id)):
        judge_units(scan_id=scan_id, unit_ids=unit_ids, acting=acting)
    return CandidateScan.objects.get(pk=scan_id)


@transaction.atomic
def finish_scan(*, scan_id: int, acting: Acting) -> CandidateScan:
    """Start the clocks of review, tell the reviewers, and write the scan's one audit event."""
    scan = CandidateScan.objects.select_for_update().get(pk=scan_id)
    if scan.finished_at is not None:
        return scan
    scan.finished_at = acting.at
    scan.save(update_fields=["finished_at"])
    start_review_clocks(scan, acting)
    _tell_reviewers(scan, acting)
    data = {"scan": scan.pk, "on": scan.run_on, "full": scan.full, "looked_at": scan.looked_at, "found": scan.found}
    record(stream="lists", action="lists.scanned", acting=acting, data=data)
    return scan


def _tell_reviewers(scan: CandidateScan, acting: Acting) -> None:
    """Each reviewer once, of what was found for their own body and, where that has nobody for lists, for the one below.

    A township office has no list administrator: the county's does the work for it.
    """
    found = ListCandidate.objects.filter(scan=scan, state=ListCandidate.State.FOUND)
    numbers = dict(found.order_by().values_list("body").annotate(number=Count("pk")))
    parents = dict(Body.objects.filter(pk__in=numbers, level=Body.Level.TOWNSHIP).values_list("pk", "parent"))
    for body, parent in parents.items():
        numbers[parent] = numbers.get(parent, 0) + numbers[body]
    posts = Post.objects.active(acting.today).filter(body__in=numbers, role__in=REVIEWERS, user__is_active=True)
    news = {
        post.user: {"body": post.body.name, "number": numbers[post.body_id]}
        for post in posts.select_related("user", "body").order_by("pk")
    }
    notify_each(news=news, kind=CANDIDATES_FOUND, key=f"{CANDIDATES_FOUND}:{scan.pk}", at=acting.at)


def _next_units(scan: CandidateScan) -> list[int]:
    """Keys of the next units to judge, ascending from where the scan stands."""
    if scan.finished_at is not None:
        return []
    if not scan.full:
        due = ListingWatch.objects.filter(next_on__lte=scan.run_on, pk__gt=scan.cursor)
        return list(due.order_by("pk").values_list("pk", flat=True)[:STRETCH])
    units = _anything_held_against().filter(pk__gt=scan.cursor)
    return list(units.order_by("pk").values_list("pk", flat=True)[:STRETCH])


def _anything_held_against() -> QuerySet[Enterprise]:
    """Whoever is listed, was proposed, was noted as changed, or has a risk or a credit rating that may list."""
    unit = OuterRef("pk")
    listed = ListEntry.objects.filter(enterprise=unit, register=Register.SUPERVISION, left_on__isnull=True)
    proposed = ListCandidate.objects.filter(enterprise=unit, state=ListCandidate.State.FOUND)
    risks = RiskEvent.objects.filter(enterprise=unit, state__in=STANDING_STATES, level__in=LEVELS)
    rated = CreditRating.objects.filter(enterprise=unit, valid_to__isnull=True).exclude(
        credit_risk__in=[CreditRating.Risk.LOW, CreditRating.Risk.GENERAL]
    )
    noted = ListingWatch.objects.filter(pk=unit)
    return Enterprise.objects.filter(Exists(listed) | Exists(proposed) | Exists(risks) | Exists(rated) | Exists(noted))


# --- the job ---------------------------------------------------------------------------------------------------------


@job_handler(JOB, lease=timedelta(minutes=10), max_attempts=5)
def scan_job(payload: Payload) -> Payload:
    """The stretches, each in its own transaction; a second attempt goes on where the first stopped."""
    started_at = CandidateScan.objects.get(pk=payload["scan"]).started_at
    scan = run_scan(scan_id=payload["scan"], acting=Acting(user=None, at=started_at))
    return {"looked_at": scan.looked_at, "found": scan.found}


@scan_job.on_done
def scan_done(payload: Payload, result: Payload, at: datetime) -> None:
    finish_scan(scan_id=payload["scan"], acting=Acting(user=None, at=at))
