"""What the pages of an escalation show of it: proposal and grounds, oversight and its reports, supervision (P5)."""

from dataclasses import dataclass
from datetime import date

from cases.acting import legal_date
from cases.models import (
    Case,
    Deadline,
    EscalationProposal,
    ListedOversight,
    OversightProgress,
    RiskEvent,
    UpperSupervision,
)
from cases.rules.grounds import Ground
from cases.selectors.escalation import way_up
from cases.services.listed_oversight import clock_subject, progress_subject


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """What stands on record of an escalation; what has not come to pass is None."""

    proposal: EscalationProposal | None
    grounds: tuple[Ground, ...]
    events: tuple[RiskEvent, ...]
    """The accidents and hazards that were counted when it was asked, as they stand now."""
    oversight: ListedOversight | None
    progress: tuple[OversightProgress, ...]
    clock: Deadline | None
    """The clock of the oversight while it runs: its page extends the period."""
    next_report_on: date | None
    supervision: UpperSupervision | None


def escalation_facts(case: Case) -> EscalationFacts:
    """Six queries, however many reports there are."""
    related = ("from_body", "to_body", "source_case")
    proposal = EscalationProposal.objects.filter(case=case).select_related(*related).first()
    oversight = ListedOversight.objects.filter(case=case).select_related("listed_by", "watched_body").first()
    reports = OversightProgress.objects.filter(oversight=oversight).select_related("reported_by").order_by("-pk")
    running = _running(case)
    following = running.get(progress_subject(oversight)) if oversight else None
    return EscalationFacts(
        proposal=proposal,
        events=way_up(case.enterprise, legal_date(case.opened_at)).events,
        grounds=tuple(Ground.from_dict(ground) for ground in proposal.grounds) if proposal else (),
        oversight=oversight,
        progress=tuple(reports) if oversight else (),
        clock=running.get(clock_subject(oversight)) if oversight else None,
        next_report_on=following.due_on if following else None,
        supervision=UpperSupervision.objects.filter(case=case).select_related("body", "from_body").first(),
    )


def _running(case: Case) -> dict[str, Deadline]:
    rows = Deadline.objects.filter(case=case, state=Deadline.State.RUNNING).exclude(subject__startswith="step:")
    return {row.subject: row for row in rows}
