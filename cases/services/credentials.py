"""What makes a person fit for an inspection: a certificate in force, and no conflict of interest (domain 9.0)."""

from datetime import date

from django.db import transaction

from cases.acting import Acting
from cases.models.body import Body
from cases.models.enterprise import Enterprise
from cases.models.people import ConflictOfInterest, EnforcementCertificate, Post, User
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.scope import may
from cases.services.audit import record


@transaction.atomic
def issue_certificate(
    *, user: User, number: str, valid_from: date, valid_to: date, issuer: str, acting: Acting
) -> EnforcementCertificate:
    """Enter a person's enforcement certificate (行政执法证), valid on both days given and between.

    Raises NotPermitted without `manage_people` on a body of theirs; RuleError for dates out of order or a number that
    is taken.
    """
    require_manager_of(user, acting)
    if valid_to < valid_from:
        raise RuleError("dates_out_of_order", "The end lies before the beginning.")
    if EnforcementCertificate.objects.filter(number=number).exists():
        raise RuleError("certificate_taken", "The certificate number %(number)s is taken.", number=number)
    certificate = EnforcementCertificate.objects.create(
        user=user, number=number, valid_from=valid_from, valid_to=valid_to, issuer=issuer
    )
    data = {"number": number, "valid_from": valid_from, "valid_to": valid_to, "issuer": issuer}
    record(stream=f"person:{user.pk}", action="issue_certificate", acting=acting, data=data)
    return certificate


@transaction.atomic
def declare_conflict(*, user: User, enterprise: Enterprise, reason: str, acting: Acting) -> ConflictOfInterest:
    """Bar a person from an enterprise's cases from today on (回避); declared by themselves or by their manager.

    Raises NotPermitted for anybody else; RuleError without a reason or where one stands already.
    """
    if acting.person != user:
        require_manager_of(user, acting)
    if not reason.strip():
        raise RuleError("reason_missing", "Give a reason.")
    if ConflictOfInterest.objects.filter(user=user, enterprise=enterprise, lifted_on__isnull=True).exists():
        raise RuleError("conflict_stands", "This conflict of interest is declared already.")
    conflict = ConflictOfInterest.objects.create(
        user=user, enterprise=enterprise, reason=reason.strip(), declared_on=acting.today
    )
    data = {"enterprise": enterprise.pk, "reason": conflict.reason}
    record(stream=f"person:{user.pk}", action="declare_conflict", acting=acting, data=data)
    return conflict


@transaction.atomic
def lift_conflict(*, conflict: ConflictOfInterest, acting: Acting) -> None:
    """Lift a conflict from today on; only a manager may, never the person themselves.

    Raises NotPermitted, or RuleError where it is lifted already.
    """
    conflict = ConflictOfInterest.objects.select_for_update().select_related("user").get(pk=conflict.pk)
    if acting.person == conflict.user:
        raise NotPermitted("own_conflict", "Nobody lifts their own conflict of interest.")
    require_manager_of(conflict.user, acting)
    if conflict.lifted_on is not None:
        raise RuleError("conflict_lifted", "This conflict of interest is lifted already.")
    conflict.lifted_on = acting.today
    conflict.save(update_fields=["lifted_on"])
    data = {"enterprise": conflict.enterprise_id}
    record(stream=f"person:{conflict.user_id}", action="lift_conflict", acting=acting, data=data)


def require_manager_of(user: User, acting: Acting, *, everywhere: bool = False) -> None:
    """Raise NotPermitted unless the acting person manages people on a body where `user` holds a post today.

    With `everywhere`, on every such body.
    """
    if acting.person.is_superuser:
        return
    bodies = Body.objects.filter(posts__in=Post.objects.filter(user=user).active(acting.today)).distinct()
    managed = [may(acting.person, "manage_people", body) for body in bodies]
    if not (any(managed) and (all(managed) or not everywhere)):
        raise NotPermitted("not_manager", "You do not manage %(person)s.", person=user.name)
