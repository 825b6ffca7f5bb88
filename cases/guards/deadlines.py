"""What must hold before somebody may stop, restart, lengthen or press a clock."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import holds
from cases.models.body import Body
from cases.models.body_check import BodyCheck
from cases.models.deadline import Deadline, DeadlineEntry
from cases.rules.deadlines import days_before
from cases.selectors.calendar import work_calendar
from cases.selectors.deadline_rules import rule_of
from cases.selectors.scope import holds as holds_anywhere
from cases.selectors.written import written

_State = Deadline.State


def suspending(deadline: Deadline, acting: Acting, *, ask: bool = True) -> list[Condition]:
    """A running clock may be stopped before it has run out; `ask` False leaves the post out."""
    return [
        *_permitted(deadline, acting, ask),
        Condition("deadline_running", deadline.state == _State.RUNNING, _("The period must be running.")),
        Condition("not_run_out", acting.today <= deadline.due_on, _("The period must not have run out.")),
    ]


def resuming(deadline: Deadline, acting: Acting, *, ask: bool = True) -> list[Condition]:
    return [
        *_permitted(deadline, acting, ask),
        Condition("deadline_suspended", deadline.state == _State.SUSPENDED, _("The period must be suspended.")),
    ]


def extending(deadline: Deadline, acting: Acting, *, asked_on: date | None = None) -> list[Condition]:
    """An extension within what the rule allows, asked for early enough before the due day."""
    rule = rule_of(deadline.rule)
    asked = asked_on or acting.today
    latest = days_before(rule=rule, calendar=work_calendar(), due=deadline.due_on, days=rule.ask_before)
    granted = deadline.entries.filter(event=DeadlineEntry.Event.EXTENDED).count()
    conditions = [
        *_permitted(deadline, acting, ask=True),
        Condition("deadline_running", deadline.state == _State.RUNNING, _("The period must be running.")),
        Condition("extendable", rule.extendable, _("The rule must allow an extension."), clause=rule.basis),
    ]
    if rule.extendable:
        conditions += [
            Condition(
                "not_extended_before",
                granted < rule.max_extensions,
                _("It may be extended at most %(times)s times.") % {"times": rule.max_extensions},
                clause=rule.basis,
            ),
            Condition(
                "asked_in_time",
                asked <= latest and asked <= acting.today,
                _("An extension must be asked for by %(latest)s.") % {"latest": written(latest)},
                clause=rule.basis,
            ),
        ]
    return conditions


def urging(deadline: Deadline, acting: Acting) -> list[Condition]:
    """Whoever sees the oversight board of the accountable body may press for an open deadline."""
    return [
        holds(acting, "view_oversight", deadline.accountable_body),
        Condition("deadline_running", deadline.state == _State.RUNNING, _("The period must be running.")),
    ]


def _permitted(deadline: Deadline, acting: Acting, ask: bool) -> list[Condition]:
    return [holds(acting, "extend_deadline", grantor(deadline))] if ask else []


def grantor(deadline: Deadline) -> Body:
    """Whose it is to change the period: a body that is watched does not lengthen its own watch."""
    if rule_of(deadline.rule).granted_by == "handling":
        if deadline.case is not None:
            return deadline.case.body
        if check := _check_of(deadline):
            return check.body
    return deadline.accountable_body


def _check_of(deadline: Deadline) -> BodyCheck | None:
    """The check of a body that the period belongs to ("check:7:reply:2"), if it is one of those."""
    matter, _colon, rest = deadline.subject.partition(":")
    key = rest.partition(":")[0]
    if matter != "check" or not key.isdigit():
        return None
    return BodyCheck.objects.select_related("body").filter(pk=int(key)).first()


def importing_calendar(acting: Acting) -> list[Condition]:
    """Whoever administers the platform anywhere may enter a notice of the State Council: it is the same everywhere."""
    return [
        Condition(
            "permission", holds_anywhere(acting.authority, "manage_people"), _("You must administer the platform.")
        )
    ]


def setting_periods(body: Body, acting: Acting) -> list[Condition]:
    """Whoever administers people at a body sets its periods, and its other values, too."""
    return [holds(acting, "manage_people", body)]
