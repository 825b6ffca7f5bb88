"""Who may be replaced by whom, and on which running cases."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Assignment, Case, Post, User
from cases.rules.lifecycle import FINAL
from cases.selectors.cases import visible_cases
from cases.selectors.scope import within
from workflow.models import WorkItem


def replaceable_people(user: User) -> QuerySet[User]:
    """Everybody with a post, past or present, where `user` gives tasks to others or administers people."""
    there = within(user, "reassign_task", "body") | within(user, "manage_people", "body")
    return User.objects.filter(Exists(Post.objects.filter(there, user=OuterRef("pk"))))


def successors_of(leaving: User, today: date) -> QuerySet[User]:
    """Colleagues in office at a body where the person holds or held a post."""
    bodies = Post.objects.filter(user=leaving).values("body")
    there = Post.objects.active(today).filter(user=OuterRef("pk"), body__in=bodies)
    return User.objects.filter(Exists(there), is_active=True).exclude(pk=leaving.pk).order_by("name", "pk")


def open_cases_of(person: User, seen_by: User) -> QuerySet[Case]:
    """Running cases where the person inspects or has a task, as far as `seen_by` sees them."""
    inspects = Assignment.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), user=person)
    works = WorkItem.objects.filter(case=OuterRef("pk"), owner=person)
    running = visible_cases(seen_by).exclude(status__in=FINAL)
    return running.filter(Q(Exists(inspects)) | Q(Exists(works))).select_related("enterprise").order_by("pk")
