"""Who saved in between: named on the page of whoever comes second, with the body and the moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.acting import legal_date
from cases.models.audit import AuditEvent
from cases.models.people import Post, User
from cases.models.risk import RiskEvent


@dataclass(frozen=True, slots=True)
class SavedBy:
    """A colleague, the bodies of their posts on that day, and when they saved."""

    name: str
    bodies: str
    at: datetime


def saved_by(user: User | None, at: datetime | None) -> SavedBy | None:
    """None where nobody is on record as having saved."""
    if user is None or at is None:
        return None
    posts = Post.objects.active(legal_date(at)).filter(user=user).select_related("body").order_by("body__position")
    return SavedBy(user.name, "、".join(dict.fromkeys(post.body.name for post in posts)), at)


def last_saved(stream: str, *actions: str, **data: Any) -> SavedBy | None:
    """The last of these actions by a person in the audit trail."""
    events = AuditEvent.objects.filter(stream=stream, action__in=actions, actor__isnull=False)
    event = events.filter(**{f"data__{key}": value for key, value in data.items()}).order_by("-sequence").first()
    return saved_by(event.actor, event.at) if event else None


def last_event_change(event: RiskEvent) -> SavedBy | None:
    """Whoever last did something about a risk event, as the audit trail of its unit says."""
    told = AuditEvent.objects.filter(stream=f"enterprise:{event.enterprise_id}", data__event=event.pk)
    last = told.filter(actor__isnull=False).order_by("-sequence").first()
    return saved_by(last.actor, last.at) if last else None
