"""What must hold before a unit is put on, or taken off, a list that one place keeps for itself."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import holds, unconflicted_with
from cases.models import Body, Enterprise, ListEntry
from cases.models.listing import Register
from cases.selectors.local_lists import local_outcome

WORDS: Final = {
    Register.BLACKLIST: _("The unit must be a repeat offender as the rule counts it: %(found)s"),
    Register.TRUSTED: _("The unit must be of good class and without a bad record: %(found)s"),
}


def may_enter_local(enterprise: Enterprise, register: str, body: Body, acting: Acting) -> list[Condition]:
    outcome, _pack = local_outcome(enterprise, register, body, acting.today)
    standing = ListEntry.objects.filter(enterprise=enterprise, register=register, left_on__isnull=True)
    return [
        holds(acting, "manage_local_list", body),
        unconflicted_with(acting.person, enterprise.pk, acting),
        Condition(
            "within_area", body.covers(enterprise.territorial_body), _("The unit must stand in the area of the body.")
        ),
        Condition("not_listed_yet", not standing.exists(), _("The unit must not stand on this list already.")),
        Condition(
            "rule_of_list",
            outcome.may_list,
            WORDS[Register(register)] % {"found": outcome.grounds[-1].text},
            Mend(_("See the unit"), "enterprise_detail", (enterprise.uscc,)),
            clause=outcome.grounds[0].clause,
        ),
    ]


def may_leave_local(entry: ListEntry, acting: Acting) -> list[Condition]:
    return [
        holds(acting, "manage_local_list", entry.body),
        unconflicted_with(acting.person, entry.enterprise_id, acting),
        Condition("on_list", entry.left_on is None, _("The unit must stand on the list.")),
    ]
