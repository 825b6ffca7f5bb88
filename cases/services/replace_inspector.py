"""Put somebody in the place of an inspector who leaves for good (行政处罚法 第四十二条: two, at every moment)."""

from cases.acting import Acting
from cases.models import Assignment, Case, EnforcementCertificate, InspectorReplacement, User
from cases.services.audit import record_on_case


def assignment_of(case: Case, user: User) -> Assignment | None:
    """What the user is in the current round of the case."""
    return Assignment.objects.filter(case=case, round=case.round, user=user).first()


def replace_inspector(
    *, case: Case, assignment: Assignment, successor: User, reason: str, acting: Acting
) -> InspectorReplacement:
    """The successor has the role from now on; who had it, with the certificate they acted under, stays on record.

    For a service that holds the lock of the case and has asked the guard (`cases/guards/replacing.py`).
    """
    certificate = EnforcementCertificate.objects.valid(acting.today).filter(user=successor).first()
    assert certificate is not None  # the guard has asked
    leaving = assignment.user
    replacement = InspectorReplacement.objects.create(
        case=case,
        round=assignment.round,
        role=assignment.role,
        user=leaving,
        certificate_number=assignment.certificate_number,
        successor=successor,
        reason=reason,
        replaced_by=acting.person,
        replaced_at=acting.at,
    )
    assignment.user, assignment.certificate_number = successor, certificate.number
    assignment.assigned_at = acting.at
    assignment.save(update_fields=["user", "certificate_number", "assigned_at"])
    people = {"from": leaving.name, "from_id": leaving.pk, "to": successor.name, "to_id": successor.pk}
    data = {"role": assignment.role, **people, "reason": reason}
    record_on_case(case, "replace_inspector", acting, data)
    return replacement
