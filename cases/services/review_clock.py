"""The period in which a body reviews what a scan has found (P4 step 2): one clock a body and scan."""

from cases.acting import Acting
from cases.models import Body, CandidateScan, ListCandidate
from cases.services.deadlines import meet_deadline
from cases.services.start_deadlines import start_deadlines

RULE = "candidate_review"


def subject_of(scan_id: int, body_id: int) -> str:
    return f"scan:{scan_id}:{body_id}"


def start_review_clocks(scan: CandidateScan, acting: Acting) -> list[Body]:
    """Start the clock of every body with candidates of this scan to review; answers these bodies."""
    waiting = ListCandidate.objects.filter(scan=scan, state=ListCandidate.State.FOUND)
    bodies = list(Body.objects.filter(pk__in=waiting.values("body")).order_by("position"))
    start_deadlines(
        rule=RULE,
        bodies={subject_of(scan.pk, body.pk): body for body in bodies},
        start_on=scan.run_on,
        acting=acting,
    )
    return bodies


def stop_review_clock(scan_id: int | None, body_id: int, acting: Acting) -> None:
    """Stop the clock once nothing of the scan is left to review at the body."""
    if scan_id is None:
        return
    left = ListCandidate.objects.filter(scan=scan_id, body=body_id, state=ListCandidate.State.FOUND)
    if not left.exists():
        meet_deadline(subject=subject_of(scan_id, body_id), case=None, on=acting.today, acting=acting)
