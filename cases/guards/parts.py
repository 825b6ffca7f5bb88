"""The conditions that many steps share."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.models import Assignment, Body, Case, ConflictOfInterest, EnforcementCertificate, Enterprise, User
from cases.rules.lifecycle import FINAL
from cases.selectors.scope import may


def holds(acting: Acting, codename: str, body: Body) -> Condition:
    """The acting person's post carries the permission on the body."""
    return Condition(
        "permission",
        may(acting.authority, codename, body),
        _("Your post must allow this step at %(body)s.") % {"body": body.name},
    )


def none_running(enterprise: Enterprise, *procedures: str) -> Condition:
    """No case of these procedures is running for the unit."""
    running = enterprise.cases.filter(procedure__in=procedures).exclude(status__in=FINAL).first()
    return Condition(
        "no_running_case",
        running is None,
        _("No other case of this enterprise may be running."),
        Mend(_("Go to the running case"), "case_detail", (running.pk,)) if running else None,
    )


def in_status(case: Case, *statuses: str) -> Condition:
    return Condition("status", case.status in statuses, _("The case must stand at this step."))


def assigned(case: Case, user: User, role: str | None = None) -> Condition:
    """The user is an inspector of the current round."""
    assignments = Assignment.objects.filter(case=case, round=case.round, user=user)
    if role:
        assignments = assignments.filter(role=role)
        wording = {
            Assignment.Role.LEAD: _("You must be the lead inspector of this case."),
            Assignment.Role.SECOND: _("You must be the second inspector of this case."),
        }[Assignment.Role(role)]
    else:
        wording = _("You must be an inspector of this case.")
    return Condition("assigned", assignments.exists(), wording)


def certified(user: User, acting: Acting) -> Condition:
    """A valid enforcement certificate on the day (行政处罚法 42; 国办发〔2024〕54号)."""
    valid = EnforcementCertificate.objects.filter(
        user=user, valid_from__lte=acting.today, valid_to__gte=acting.today
    ).exists()
    return Condition(
        "certificate",
        valid,
        _("%(name)s must hold an enforcement certificate valid today.") % {"name": user.name},
        mend=None if valid else Mend(_("Enter the certificate"), "people"),
        clause="行政处罚法 第四十二条",
    )


def unconflicted(user: User, case: Case, acting: Acting) -> Condition:
    """No declared conflict of interest with the enterprise of the case (回避)."""
    return unconflicted_with(user, case.enterprise_id, acting)


def unconflicted_with(user: User, enterprise_id: int, acting: Acting) -> Condition:
    """No declared conflict of interest with this enterprise (回避)."""
    conflict = ConflictOfInterest.objects.standing(acting.today).filter(user=user, enterprise_id=enterprise_id)
    return Condition(
        "conflict_of_interest",
        not conflict.exists(),
        _("%(name)s must have no declared conflict of interest with this enterprise.") % {"name": user.name},
        clause="行政处罚法 第四十三条",
    )


def uninvolved(user: User, others: set[int | None]) -> Condition:
    """Separation of duties: who signed before does not decide now."""
    return Condition(
        "separation_of_duties",
        user.pk not in others,
        _("Whoever inspected or signed before may not decide this step: somebody else must."),
    )
