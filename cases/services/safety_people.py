"""Who answers for quality safety in a unit, and what they learned (38号 附件2 1.2, 2.5; 总局令第75号、第76号)."""

from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.models import SafetyPerson, SafetyTraining
from cases.rules.enterprise_facts import Fault, date_faults, order_faults, text_faults
from cases.services.unit_rows import changeable_unit, keep_row

MOST_HOURS: Final = Decimal(1000)


@transaction.atomic
def keep_safety_person(
    *,
    enterprise_id: int,
    row_id: int | None,
    role: str,
    name: str,
    phone: str,
    appointed_on: date | None,
    left_on: date | None,
    document: str,
    acting: Acting,
) -> SafetyPerson:
    """Record an appointment (`row_id` None) or correct one; `left_on` is the first day the post is no longer held.

    FactsError, NotPermitted.
    """
    unit = changeable_unit(enterprise_id, acting)
    faults = [
        *text_faults("name", name, 60, required=True),
        *text_faults("phone", phone, 40),
        *text_faults("document", document, 120),
        *date_faults("appointed_on", appointed_on, acting.today),
        *order_faults("left_on", appointed_on, left_on),
    ]
    if role not in SafetyPerson.Role.values:
        faults.append(Fault("role", "choice"))
    if left_on is not None and left_on > acting.today:
        faults.append(Fault("left_on", "future"))
    values = {
        "role": role,
        "name": name,
        "phone": phone,
        "appointed_on": appointed_on,
        "left_on": left_on,
        "document": document,
    }
    return keep_row(SafetyPerson, unit, row_id, values, faults, acting)


@transaction.atomic
def keep_training(
    *,
    enterprise_id: int,
    row_id: int | None,
    person: int,
    kind: str,
    held_on: date | None,
    topic: str,
    hours: Decimal | None,
    passed: bool | None,
    acting: Acting,
) -> SafetyTraining:
    """Record training or an examination of one of the unit's people (`row_id` None), or correct it.

    FactsError, NotPermitted.
    """
    unit = changeable_unit(enterprise_id, acting)
    trained = SafetyPerson.objects.filter(enterprise=unit, pk=person).first()
    faults = [*date_faults("held_on", held_on, acting.today), *text_faults("topic", topic, 200, required=True)]
    if trained is None:
        faults.append(Fault("person", "choice"))
    if kind not in SafetyTraining.Kind.values:
        faults.append(Fault("kind", "choice"))
    if hours is not None and not 0 < hours <= MOST_HOURS:
        faults.append(Fault("hours", "hours", {"most": MOST_HOURS}))
    values = {
        "person": trained,
        "kind": kind,
        "held_on": held_on,
        "topic": topic,
        "hours": hours,
        "passed": passed,
    }
    return keep_row(SafetyTraining, unit, row_id, values, faults, acting)
