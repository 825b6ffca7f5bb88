"""The guards of responsibility locks (P6), and what they keep people from: leaving with units in hand."""

from datetime import date, timedelta
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import certified, holds, unconflicted_with
from cases.models.body import Body
from cases.models.enterprise import Enterprise, OperatingStatus
from cases.models.lock import LockChange, ResponsibilityLock
from cases.models.people import Post, User
from cases.packs.settings import default_of
from cases.selectors.locks import CARRIES, MANAGES, carried_by, open_locks
from cases.selectors.scope import may
from cases.selectors.settings import setting_for

CLAUSE: Final = "国市监质监发〔2023〕38号 二（一）"
LONGEST_ABSENCE: Final = "lock.longest_absence"


def may_lock(enterprise: Enterprise, acting: Acting) -> list[Condition]:
    """The body of the unit's tier, or one above it, names the officer; one at a time."""
    standing = open_locks().filter(enterprise=enterprise).select_related("officer").first()
    return [
        holds(acting, MANAGES, enterprise.tier_body),
        exists(enterprise),
        unconflicted_with(acting.person, enterprise.pk, acting),
        Condition(
            "not_locked",
            standing is None,
            _("The unit must not have a responsible officer yet: one answers for it at a time."),
            mend=None if standing is None else Mend(_("Go to the lock"), "enterprise_locks", (enterprise.uscc,)),
            clause=CLAUSE,
        ),
    ]


def fit_to_carry(officer: User, enterprise: Enterprise, acting: Acting) -> list[Condition]:
    """An officer in office, whose post reaches the place where the unit stands, and whom nothing ties to it."""
    return [
        Condition(
            "officer_in_office",
            officer.is_active and may(officer, CARRIES, enterprise.territorial_body),
            _("%(name)s must hold a post that inspects enterprises at %(body)s.")
            % {"name": officer.name, "body": enterprise.territorial_body.name},
            clause=CLAUSE,
        ),
        unconflicted_with(officer, enterprise.pk, acting),
    ]


def may_change(lock: ResponsibilityLock, acting: Acting) -> list[Condition]:
    """Hand over or release: the body that answers for the unit, for a lock that stands."""
    return [stands(lock), holds(acting, MANAGES, lock.enterprise.tier_body)]


def may_report_change(lock: ResponsibilityLock, acting: Acting) -> list[Condition]:
    """Those who manage the lock report a change, and the officer who leaves."""
    own = acting.authority.pk == lock.officer_id
    return [
        stands(lock),
        Condition(
            "permission",
            own or may(acting.authority, MANAGES, lock.enterprise.tier_body),
            _("You must be the responsible officer, or your post must manage locks at %(body)s.")
            % {"body": lock.enterprise.tier_body.name},
        ),
        Condition(
            "no_open_change",
            not lock.changes.filter(settled_on__isnull=True).exists(),
            _("No other change of this lock may be waiting for the successor."),
            clause=CLAUSE,
        ),
    ]


def may_withdraw_change(change: LockChange, acting: Acting) -> list[Condition]:
    """An officer who stays after all stays with the same lock, if their post still reaches the unit."""
    lock = change.lock
    return [
        Condition("change_open", change.settled_on is None, _("The change must still be open.")),
        *may_change(lock, acting),
        *fit_to_carry(lock.officer, lock.enterprise, acting),
        Condition(
            "same_body",
            lock.body_id == lock.enterprise.tier_body_id,
            _("The body that locked the unit must still answer for it; otherwise the lock is recorded anew."),
            clause=CLAUSE,
        ),
    ]


def may_check(lock: ResponsibilityLock, acting: Acting) -> list[Condition]:
    """Enter an on-site check: with an enforcement certificate, where one's post inspects enterprises."""
    return [
        stands(lock),
        holds(acting, CARRIES, lock.enterprise.territorial_body),
        certified(acting.person, acting),
        unconflicted_with(acting.person, lock.enterprise_id, acting),
    ]


def may_leave_post(post: Post, ends_on: date) -> list[Condition]:
    """A post is left only without units: those it carries are handed over first."""
    return [_nothing_in_hand(carried_by(post, ends_on), post.user)]


def may_leave(user: User) -> list[Condition]:
    """An account is closed only without units in hand."""
    return [_nothing_in_hand(open_locks().filter(officer=user), user)]


def may_be_absent(user: User, starts_on: date, ends_on: date) -> list[Condition]:
    """A short absence leaves the officer answerable; a long one is a change of officer, so units go first."""
    locks = open_locks().filter(officer=user)
    first = locks.select_related("body").first()
    if first is None or ends_on - starts_on < timedelta(days=longest_absence(first.body)):
        return []
    return [_nothing_in_hand(locks, user)]


def longest_absence(body: Body) -> int:
    """Days for which an absent officer may keep their units [A]."""
    return int(setting_for(body, LONGEST_ABSENCE, default_of(LONGEST_ABSENCE)))


def stands(lock: ResponsibilityLock) -> Condition:
    return Condition("lock_stands", lock.ended_on is None, _("The lock must still stand."), clause=CLAUSE)


def exists(enterprise: Enterprise) -> Condition:
    return Condition(
        "enterprise_exists",
        enterprise.status != OperatingStatus.DEREGISTERED,
        _("The enterprise must still exist: it is not deregistered."),
    )


def _nothing_in_hand(locks: QuerySet[ResponsibilityLock], user: User) -> Condition:
    number = locks.count()
    words = (
        _("%(name)s must have handed over every unit they are the responsible officer of (now: %(number)s).")
        % {"name": user.name, "number": number}
        if number
        else _("%(name)s must have handed over every unit they are the responsible officer of.") % {"name": user.name}
    )
    mend = Mend(_("Hand them over"), "officer_locks", (user.pk,)) if number else None
    return Condition("locks_handed_over", not number, words, mend, CLAUSE)
