"""What must hold before a supervision task list is made, filled in or called off (38号 二（二）)."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import certified, holds, unconflicted_with
from cases.models import Body, Enterprise, TaskSheet
from cases.rules.task_list import ANNEX
from cases.selectors.task_sheets import GONE
from cases.selectors.written import written


def may_manage(body: Body, acting: Acting) -> list[Condition]:
    """Make lists for the units of the body, call them off, give them to an officer, add tasks."""
    return [holds(acting, "manage_task_list", body)]


def may_list_unit(enterprise: Enterprise, list_code: str, acting: Acting) -> list[Condition]:
    makes, sells = enterprise.makes, enterprise.sells_wholesale or enterprise.sells_retail
    return [
        holds(acting, "manage_task_list", enterprise.territorial_body),
        Condition(
            "enterprise_active",
            enterprise.status not in GONE,
            _("The enterprise must still be here: it is neither deregistered, revoked nor moved away."),
            clause=ANNEX,
        ),
        Condition(
            "kind_of_list",
            makes if list_code == "production" else sells,
            _("The list must be of the unit's kind: producers have one list, sellers another."),
            clause=ANNEX,
        ),
    ]


def may_fill(sheet: TaskSheet, acting: Acting) -> list[Condition]:
    """Fill it in on site; who checks must hold a valid certificate and have no conflict with the unit."""
    return [
        Condition(
            "sheet_open",
            sheet.state == TaskSheet.State.OPEN,
            _("The list must still be open: it has been filled in or called off."),
            Mend(_("See the list"), "task_sheet", (sheet.pk,)),
        ),
        holds(acting, "inspect_enterprise", sheet.enterprise.territorial_body),
        certified(acting.person, acting),
        unconflicted_with(acting.person, sheet.enterprise_id, acting),
        Condition(
            "period_begun",
            sheet.first_day <= acting.today,
            _("Its period must have begun (%(day)s).") % {"day": written(sheet.first_day)},
            clause=ANNEX,
        ),
    ]
