"""End a case before its time: the enterprise ceased to exist."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models import Case, Deadline, EnterpriseLink
from cases.rules.lifecycle import FINAL
from cases.services.close_case import terminate_case
from cases.services.deadlines import cancel_deadline
from workflow.services.run_step import stop_process


def may_terminate(case: Case, acting: Acting) -> list[Condition]:
    return [
        Condition("running", case.status not in FINAL, _("The case must not have ended yet.")),
        holds(acting, "close_case", case.body),
    ]


@transaction.atomic
def end_case_early(*, case_id: int, reason: str, acting: Acting) -> Case:
    """Terminate the case, stop its process, and drop its clocks and the enterprise's links with it."""
    case = terminate_case(case_id=case_id, reason=reason, acting=acting)
    stop_process(case=case, acting=acting)
    open_states = [Deadline.State.RUNNING, Deadline.State.SUSPENDED]
    subjects = set(Deadline.objects.filter(case=case, state__in=open_states).values_list("subject", flat=True))
    for subject in sorted(subjects):
        cancel_deadline(subject=subject, case=case, reason=case.closing_reason, acting=acting)
    EnterpriseLink.objects.filter(order__case=case, used_at__isnull=True, revoked_at__isnull=True).update(
        revoked_at=acting.at
    )
    return case
