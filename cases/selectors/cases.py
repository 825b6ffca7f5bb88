"""Which cases a person may see, and the facts of one case that steps ask for."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from cases.models import Case, Inspection, Opinion, Proposal, RectificationOrder, User
from cases.selectors.scope import within


def visible_cases(user: User | AnonymousUser) -> QuerySet[Case]:
    """Every case in the subtree of the person's posts, and nothing else."""
    return Case.objects.filter(within(user, "view_case", "territorial_body"))


def inspections_this_year(case: Case, year: int) -> int:
    """Inspections of the enterprise in the calendar year, this case not counted.

    Return visits and checks of papers are no inspections.
    """
    return (
        Inspection.objects.filter(
            case__enterprise_id=case.enterprise_id, visited_on__year=year, submitted_at__isnull=False, desk=False
        )
        .exclude(case=case)
        .exclude(case__form=Case.Form.RETURN_VISIT)
        .count()
    )


def latest_proposal(case: Case) -> Proposal | None:
    return case.proposals.order_by("-attempt").first()


def current_inspection(case: Case) -> Inspection | None:
    return case.inspections.filter(round=case.round).first()


def open_order(case: Case) -> RectificationOrder | None:
    """The latest rectification order of the case."""
    return case.orders.order_by("-attempt").first()


def latest_opinion(case: Case, step: str) -> Opinion | None:
    return case.opinions.filter(step=step).order_by("-pk").first()


def needs_referral(case: Case) -> bool:
    """Whether this round's check was refused or raised a suspicion that has not been handed over yet."""
    inspection = current_inspection(case)
    if inspection is None or (inspection.cooperated and not inspection.suspected_violation.strip()):
        return False
    submitted = inspection.submitted_at
    return submitted is not None and not case.referrals.filter(referred_at__gte=submitted).exists()
