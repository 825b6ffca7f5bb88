"""What a case of a supervision list is about: the candidate, its facts, the notice, what was decided and applied."""

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import Case, ListCandidate, ListEntry, ListNotice, Opinion, Procedure, RiskEvent
from cases.selectors.lists import events_of
from cases.services.decide_listing import decision_of
from workflow.selectors.case_words import outcome_words

LIST_PROCEDURES = (Procedure.LISTING, Procedure.DELISTING)


@dataclass(frozen=True, slots=True)
class ListingSide:
    """``entry`` is the one the decision began; ``ended`` the one it ended."""

    candidate: ListCandidate
    events: Sequence[RiskEvent]
    notice: ListNotice | None
    decision: Opinion | None
    entry: ListEntry | None
    ended: ListEntry | None

    @property
    def removal(self) -> bool:
        return self.candidate.case is not None and self.candidate.case.procedure == Procedure.DELISTING

    @property
    def outcome(self) -> str:
        """What was decided, in words."""
        return outcome_words(self.decision.step, self.decision.outcome) if self.decision else ""


def listing_side(case: Case) -> ListingSide | None:
    """All of it; None for a case that is not about a list."""
    if case.procedure not in LIST_PROCEDURES:
        return None
    candidate = ListCandidate.objects.select_related("reviewed_by", "body", "case").get(case=case)
    return ListingSide(
        candidate=candidate,
        events=events_of([candidate])[candidate.pk],
        notice=ListNotice.objects.filter(case=case).first(),
        decision=decision_of(case),
        entry=ListEntry.objects.filter(case=case).first(),
        ended=ListEntry.objects.filter(left_case=case).first(),
    )
