"""Arrange who does an absent person's tasks (domain 9.0; substitution passes on tasks, never permissions)."""

from datetime import date, timedelta

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.locks import may_be_absent
from cases.models.people import Substitution, User
from cases.rules.errors import RuleError
from cases.services.audit import record
from cases.services.credentials import require_manager_of


@transaction.atomic
def arrange_substitution(
    *, absent: User, substitute: User, starts_on: date, ends_on: date, reason: str, acting: Acting
) -> Substitution:
    """Let `substitute` do `absent`'s tasks from `starts_on` to `ends_on`, both included.

    One arranges one's own absence, or a manager of people on one of the absent person's bodies does.
    Raises NotPermitted for anybody else; RuleError for oneself as substitute, a person who has left, dates out of order
    or past, an absence already covered in that time, or a substitute who is absent then; Blocked for a long absence
    of a responsible officer who has not handed over.
    """
    User.objects.select_for_update().get(pk=absent.pk)
    _require_arranger(absent, acting)
    if absent == substitute:
        raise RuleError("own_substitute", "Nobody stands in for themselves.")
    for person in (absent, substitute):
        if not person.is_active:
            raise RuleError("person_inactive", "%(person)s has left.", person=person.name)
    if ends_on < starts_on:
        raise RuleError("dates_out_of_order", "The end lies before the beginning.")
    if ends_on < acting.today:
        raise RuleError("absence_past", "This absence is over already.")
    overlapping = Substitution.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on)
    if overlapping.filter(absent=absent).exists():
        raise RuleError(
            "absence_overlap", "Somebody stands in for %(person)s already in that time.", person=absent.name
        )
    if overlapping.filter(absent=substitute).exists():
        raise RuleError("substitute_absent", "%(person)s is absent in that time.", person=substitute.name)
    require(may_be_absent(absent, starts_on, ends_on))
    substitution = Substitution.objects.create(
        absent=absent,
        substitute=substitute,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        arranged_by=acting.person,
    )
    _tell(substitution, "arrange_substitution", acting)
    return substitution


@transaction.atomic
def end_substitution(*, substitution: Substitution, acting: Acting) -> None:
    """The absent person is back: end it with yesterday, or strike it out where it has not outlived a day.

    Raises NotPermitted as for arranging; RuleError where it is over.
    """
    substitution = Substitution.objects.select_for_update().select_related("absent").get(pk=substitution.pk)
    _require_arranger(substitution.absent, acting)
    if substitution.ends_on < acting.today:
        raise RuleError("absence_past", "This absence is over already.")
    _tell(substitution, "end_substitution", acting)
    if substitution.starts_on >= acting.today:
        substitution.delete()
        return
    substitution.ends_on = acting.today - timedelta(days=1)
    substitution.save(update_fields=["ends_on"])


def _require_arranger(absent: User, acting: Acting) -> None:
    if acting.person != absent:
        require_manager_of(absent, acting)


def _tell(substitution: Substitution, action: str, acting: Acting) -> None:
    data = {
        "absent": substitution.absent_id,
        "substitute": substitution.substitute_id,
        "starts_on": substitution.starts_on,
        "ends_on": substitution.ends_on,
        "reason": substitution.reason,
    }
    record(stream=f"person:{substitution.absent_id}", action=action, acting=acting, data=data)
