"""What must hold before somebody takes the place of a colleague who leaves for good on a running case."""

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.guards.parts import certified, unconflicted
from cases.models import Assignment, Case, Post, User
from cases.rules.lifecycle import FINAL
from cases.selectors.scope import may

QUALIFIED = "行政处罚法 第四十二条"


def may_replace(case: Case, acting: Acting) -> list[Condition]:
    """Whoever leads the people of the place, or administers them."""
    body = case.territorial_body
    allowed = may(acting.authority, "reassign_task", body) or may(acting.authority, "manage_people", body)
    return [
        Condition("permission", allowed, _("Your post must allow this step at %(body)s.") % {"body": body.name}),
        Condition("case_running", case.status not in FINAL, _("The case must still be running.")),
    ]


def may_succeed(leaving: User, successor: User, acting: Acting) -> list[Condition]:
    """A colleague in office, of a body where the leaving person holds or held a post."""
    bodies = Post.objects.filter(user=leaving).values("body")
    there = Post.objects.active(acting.today).filter(user=successor, body__in=bodies).exists()
    return [
        Condition(
            "other_person", successor.pk != leaving.pk, _("%(name)s cannot follow themselves.") % {"name": leaving.name}
        ),
        Condition(
            "same_body",
            successor.is_active and there,
            _("%(name)s must hold a post at the body of %(leaving)s.")
            % {"name": successor.name, "leaving": leaving.name},
        ),
    ]


def may_inspect_instead(case: Case, successor: User, acting: Acting) -> list[Condition]:
    """The successor of an inspector must be one: post, certificate, no conflict, and not the other one of the two."""
    both = Assignment.objects.filter(case=case, round=case.round, user=successor).exists()
    return [
        Condition(
            "inspector",
            may(successor, "inspect_enterprise", case.territorial_body),
            _("%(name)s must be an inspector for this place.") % {"name": successor.name},
            clause=QUALIFIED,
        ),
        certified(successor, acting),
        unconflicted(successor, case, acting),
        Condition(
            "two_inspectors",
            not both,
            _("%(name)s is the other inspector of this case: two are needed.") % {"name": successor.name},
            clause=QUALIFIED,
        ),
    ]
