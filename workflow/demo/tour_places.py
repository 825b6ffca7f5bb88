"""Where a stop of a guided tour leads: to something the person really has, or nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case as Choose
from django.db.models import QuerySet, Value, When
from django.urls import reverse
from django.utils.http import urlencode

from cases.acting import Acting
from cases.models import Deadline
from cases.models.risk import RiskEvent
from cases.selectors.cases import visible_cases
from cases.selectors.deadlines import visible_deadlines
from cases.selectors.enterprises import visible_enterprises
from cases.selectors.events import waiting_for_verification
from cases.selectors.lists import waiting_candidates
from notices.models import Document
from notices.packs import document_kinds
from notices.selectors.documents import documents_for
from workflow.models import WorkItem
from workflow.selectors.work import EARLIEST_FIRST, mine_or_waiting, stands_for


@dataclass
class Sight:
    """What one person has before them, read when first asked for: each part is one query, however many stops ask."""

    acting: Acting

    @cached_property
    def tasks(self) -> list[WorkItem]:
        """Open steps they can do, their own first."""
        user = self.acting.person
        own = Choose(When(owner=user, then=Value(0)), default=Value(1))
        return list(mine_or_waiting(stands_for(user, self.acting.today)).order_by(own, *EARLIEST_FIRST)[:200])

    @cached_property
    def case(self) -> int | None:
        """A case to look at: of their first task, else the newest they may see."""
        if self.tasks:
            return self.tasks[0].case_id
        return visible_cases(self.acting.person).order_by("-pk").values_list("pk", flat=True).first()

    @cached_property
    def unit(self) -> str | None:
        if self.tasks:
            return str(self.tasks[0].case.enterprise.uscc)
        return visible_enterprises(self.acting.person).order_by("pk").values_list("uscc", flat=True).first()

    @cached_property
    def _documents(self) -> dict[str, int]:
        """By what can be done with it, the newest document: a draft, one to review, an issued one."""
        reviewed = [kind.kind for kind in document_kinds().values() if kind.legal_review]
        rows = documents_for(self.acting.person)
        wanted: dict[str, QuerySet[Document]] = {
            "draft": rows.filter(state=Document.State.DRAFT),
            "review": rows.filter(state=Document.State.DRAFT, kind__in=reviewed),
            "issued": rows.filter(state=Document.State.ISSUED),
        }
        found = {name: each.values_list("pk", flat=True).first() for name, each in wanted.items()}
        return {name: pk for name, pk in found.items() if pk is not None}

    @cached_property
    def deadline(self) -> int | None:
        """The running period that ends, or ended, first."""
        rows = visible_deadlines(self.acting.person).filter(state=Deadline.State.RUNNING)
        return rows.order_by("due_on", "pk").values_list("pk", flat=True).first()

    @cached_property
    def event(self) -> int | None:
        rows: QuerySet[RiskEvent] = waiting_for_verification(self.acting.person)
        return rows.order_by("pk").values_list("pk", flat=True).first()

    @cached_property
    def candidate(self) -> int | None:
        rows = waiting_candidates(self.acting.person)
        return rows.order_by("pk").values_list("pk", flat=True).first()

    def document(self, what: str) -> int | None:
        return self._documents.get(what)

    def task(self, steps: tuple[str, ...]) -> WorkItem | None:
        """Of the steps, in this order, the first that they have."""
        for step in steps:
            if found := next((item for item in self.tasks if item.step == step), None):
                return found
        return None


Place = Callable[[Sight], str]
"""The address of a stop for somebody, or "" where they have nothing of the kind."""


def page(name: str, *arguments: str, **query: str) -> Place:
    """A page that everybody with the role has."""
    return lambda sight: reverse(name, args=arguments) + (f"?{urlencode(query)}" if query else "")


def task(*steps: str) -> Place:
    """The page of the first of these steps that the person has."""

    def find(sight: Sight) -> str:
        item = sight.task(steps)
        return reverse("task", args=[item.pk]) if item else ""

    return find


def case_of(*steps: str, tab: str = "") -> Place:
    """The case of the first of these steps, else any case; opened at a tab."""

    def find(sight: Sight) -> str:
        item = sight.task(steps)
        pk = item.case_id if item else sight.case
        return reverse("case_detail", args=[pk]) + (f"?tab={tab}#tabs" if tab else "") if pk else ""

    return find


def unit(name: str = "enterprise_detail") -> Place:
    """A page of an enterprise the person deals with."""
    return lambda sight: reverse(name, args=[sight.unit]) if sight.unit else ""


def document(what: str) -> Place:
    """The newest document to issue (draft), to review, or issued."""

    def find(sight: Sight) -> str:
        pk = sight.document(what)
        return reverse("document_detail", args=[pk]) if pk else ""

    return find


def deadline(sight: Sight) -> str:
    """The period most in need of somebody."""
    return reverse("deadline_detail", args=[sight.deadline]) if sight.deadline else ""


def event(sight: Sight) -> str:
    """A risk event that waits to be verified."""
    return reverse("event_verify", args=[sight.event]) if sight.event else ""


def candidate(sight: Sight) -> str:
    """A candidate of a list that waits for review."""
    return reverse("candidate_detail", args=[sight.candidate]) if sight.candidate else ""
