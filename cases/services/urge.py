"""Press for a deadline by hand (催办): one more rung of its ladder, with the name of who pressed."""

from django.db import transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.deadlines import urging
from cases.models.deadline import Deadline, DeadlineReminder
from cases.models.people import User
from cases.rules.errors import RuleError
from cases.selectors.notifications import DEADLINE_URGED
from cases.selectors.recipients import accountable_people
from cases.services.deadline_ledger import lock, record_deadline
from cases.services.notify import notify
from cases.services.sweep_deadlines import news_of


@transaction.atomic
def remind_accountable(*, deadline: Deadline, acting: Acting) -> list[User]:
    """Remind whoever answers for an open deadline; at most once a day. Answers those told.

    RuleError: `urged_today`, `nobody_to_urge`; Blocked where the guard says no.
    """
    deadline = lock(deadline)
    users = whom_to_urge(deadline, acting)
    rung = f"urged:{deadline.reminders.filter(rung__startswith='urged:').count() + 1}"
    DeadlineReminder.objects.create(deadline=deadline, rung=rung, due_on=deadline.due_on, fired_at=acting.at)
    key = f"deadline:{deadline.pk}:{rung}:{deadline.due_on}"
    data = news_of(deadline, person=acting.person.name)
    told = notify(users=users, kind=DEADLINE_URGED, key=key, case=deadline.case, data=data, at=acting.at, mail=True)
    record_deadline(deadline, "deadline.urged", acting, {"told": [user.pk for user in told]})
    return told


def whom_to_urge(deadline: Deadline, acting: Acting) -> list[User]:
    """Whoever would be told now; raises what `remind_accountable` would refuse, for whoever looks before."""
    require(urging(deadline, acting))
    latest = deadline.reminders.filter(rung__startswith="urged:").order_by("-pk").first()
    if latest is not None and Acting(user=None, at=latest.fired_at).today == acting.today:
        raise RuleError("urged_today", _("A reminder has been sent today already."))
    users = accountable_people(deadline, acting.today)
    if not users:
        raise RuleError("nobody_to_urge", _("%(body)s has nobody to remind."), body=deadline.accountable_body.name)
    return users
