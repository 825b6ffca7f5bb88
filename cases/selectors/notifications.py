"""What stands under a person's bell, and the words of each kind of news."""

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.models.deadline import Notification
from cases.models.people import User
from cases.packs.loader import load_deadline_rules
from cases.selectors.written import written

DEADLINE_REMINDER: Final = "deadline_reminder"
DEADLINE_OVERDUE: Final = "deadline_overdue"
DEADLINE_ESCALATED: Final = "deadline_escalated"
DEADLINE_URGED: Final = "deadline_urged"
CALENDAR_MISSING: Final = "calendar_missing"
REVIEW_OVERDUE: Final = "review_overdue"
PACK_PUBLISHED: Final = "pack_published"
LOCK_GIVEN: Final = "lock_given"
LOCKS_GIVEN: Final = "locks_given"
LOCK_CHANGED: Final = "lock_changed"

_wordings: dict[str, str | Promise] = {
    DEADLINE_REMINDER: _("%(enterprise)s: “%(rule)s” is due on %(due)s."),
    DEADLINE_OVERDUE: _("%(enterprise)s: “%(rule)s” was due on %(due)s and is overdue."),
    DEADLINE_ESCALATED: _("%(enterprise)s: “%(rule)s”, due on %(due)s, is overdue at %(body)s."),
    DEADLINE_URGED: _("%(person)s urges you: %(enterprise)s, “%(rule)s”, due on %(due)s."),
    REVIEW_OVERDUE: _("%(enterprise)s: the yearly review of its class was due on %(due)s; the old class stays."),
    PACK_PUBLISHED: _("%(body)s published the rule pack “%(pack)s” (%(ref)s), in force from %(on)s."),
    CALENDAR_MISSING: _("The holiday calendar of %(year)s is missing; periods that reach into it are provisional."),
    LOCK_GIVEN: _("You are the responsible officer of %(enterprise)s; visit it by %(due)s."),
    LOCKS_GIVEN: _("You have taken over %(number)s units as their responsible officer."),
    LOCK_CHANGED: _("Record who answers for %(number)s units of %(person)s by %(due)s."),
}


def register_wording(kind: str, wording: str | Promise) -> None:
    """The words of a further kind of news; its placeholders are filled from the notification's data."""
    if kind in _wordings:
        raise LookupError(f"notification kind {kind!r} already has its words")
    _wordings[kind] = wording


def wording_of(kind: str, data: dict[str, Any]) -> str:
    """The news in the current language; LookupError for a kind nobody registered."""
    facts = {name: written(value) for name, value in data.items()}
    facts["rule"] = rule_title(data["rule"]) if "rule" in data else ""
    return str(_wordings[kind]) % facts


def rule_title(code: str) -> str:
    """What a deadline rule is called in the current language; its code where the rule is gone."""
    rule = load_deadline_rules().get(code)
    if rule is None:
        return code
    return rule.title_en if get_language() == "en" and rule.title_en else rule.title


def notifications_of(user: User) -> QuerySet[Notification]:
    """A person's news, the latest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-pk")


def unread(user: User) -> QuerySet[Notification]:
    """The lines under the bell that have not been read."""
    return Notification.objects.filter(user=user, read_at__isnull=True)


def unread_count(user: User) -> int:
    """How many lines under the bell have not been read."""
    return unread(user).count()
