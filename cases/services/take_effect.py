"""The filed class takes effect: a new row of class history, nothing overwritten (P1 node 12)."""

from django.db import transaction

from cases.acting import Acting
from cases.models import ClassRecord, Enterprise
from cases.services.audit import record_on_case
from cases.services.calendar import work_calendar
from cases.services.lifecycle import advance, lock_case
from cases.services.propose_class import proposal_of


@transaction.atomic
def take_effect(*, case_id: int, acting: Acting) -> ClassRecord:
    """Close the record in force on the day the new one begins; the next review is due in one year (art. 21)."""
    case = lock_case(case_id)
    proposal = proposal_of(case)
    enterprise = Enterprise.objects.select_for_update(of=("self",)).get(pk=case.enterprise_id)
    ClassRecord.objects.filter(enterprise=enterprise, valid_to__isnull=True).update(valid_to=acting.today)
    record = ClassRecord.objects.create(
        enterprise=enterprise,
        case=case,
        quality_class=proposal.proposed_class,
        mode=proposal.mode,
        intensified=proposal.intensified,
        filing_number=proposal.filing_number,
        pack=proposal.pack,
        grounds=proposal.grounds,
        valid_from=acting.today,
        next_review_on=work_calendar().due(acting.today, 12, "month").due,
    )
    enterprise.quality_class, enterprise.mode = record.quality_class, record.mode
    enterprise.updated_at = acting.at
    enterprise.save(update_fields=["quality_class", "mode", "updated_at"])
    advance(case, "take_effect")
    record_on_case(
        case,
        "take_effect",
        acting,
        {"quality_class": record.quality_class, "mode": record.mode, "next_review_on": record.next_review_on},
    )
    return record
