"""What a unit is told of its proposed entry, and what it says to it (P4 step 3, P15; five working days [A])."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.lists import LISTS, may_draft_list_notice, may_record_views
from cases.models import Case, ListNotice
from cases.rules.errors import RuleError
from cases.services.audit import record_on_case
from cases.services.deadlines import cancel_deadline, meet_deadline, start_deadline
from cases.services.lifecycle import advance, lock_case
from cases.services.opinions import choose, need_reason, record_opinion

VIEWS_RULE: Final = "objection_views"


@dataclass(frozen=True, slots=True)
class DraftListNotice:
    """``facts``: why the entry is proposed, told to the unit in the officer's words; ``contact``: whom to turn to."""

    facts: str
    contact: str


@dataclass(frozen=True, slots=True)
class RecordViews:
    """``outcome``: stated (``views``, received on a day) or waived (the unit says that it has none)."""

    outcome: str
    received_on: date
    views: str = ""


def views_subject(notice: ListNotice) -> str:
    return f"list_views:{notice.pk}"


@transaction.atomic
def prepare_list_notice(*, case_id: int, facts: DraftListNotice, acting: Acting) -> ListNotice:
    """The notice at the level proposed; drafted anew after a return, it stays the same one. RuleError; Blocked."""
    case = lock_case(case_id)
    require(may_draft_list_notice(case, acting))
    need_reason(facts.facts, field="facts")
    need_reason(facts.contact, field="contact")
    notice, _created = ListNotice.objects.get_or_create(
        case=case, defaults={"level": case.list_candidate.proposed_level}
    )
    advance(case, "tell")
    record_opinion(case=case, step="draft_list_notice", outcome="drafted", acting=acting)
    record_on_case(case, "draft_list_notice", acting, {"level": notice.level})
    return notice


@transaction.atomic
def start_views(*, case_id: int, served_on: date, acting: Acting) -> ListNotice:
    """The notice counts as served: the period for the unit's views begins, its day not counted."""
    case = lock_case(case_id)
    notice = case.list_notice
    deadline = start_deadline(
        rule=VIEWS_RULE,
        subject=views_subject(notice),
        case=case,
        start_on=served_on,
        accountable_body=case.body,
        acting=acting,
    )
    notice.told_on, notice.views_until = served_on, deadline.due_on
    notice.save(update_fields=["told_on", "views_until"])
    advance(case, "told")
    record_on_case(case, "listing.told", acting, {"told_on": served_on, "views_until": deadline.due_on})
    return notice


@transaction.atomic
def record_views(*, case_id: int, facts: RecordViews, acting: Acting) -> ListNotice:
    """Enter what the unit said, or that it has nothing to say. RuleError: `views_day`, `reason_too_short`; Blocked."""
    case = lock_case(case_id)
    require(may_record_views(case, acting))
    notice = case.list_notice
    outcome = choose(facts.outcome, ("stated", "waived"))
    if notice.told_on is None or not notice.told_on <= facts.received_on <= acting.today:
        raise RuleError(
            "views_day", "The day must lie between the service of the notice and today.", LISTS, field="received_on"
        )
    notice.views = need_reason(facts.views, field="views") if outcome == "stated" else ""
    notice.views_on, notice.waived = facts.received_on, outcome == "waived"
    notice.save(update_fields=["views", "views_on", "waived"])
    meet_deadline(subject=views_subject(notice), case=case, on=facts.received_on, acting=acting)
    return _heard(case, notice, outcome, acting)


@transaction.atomic
def expire_views(*, case_id: int, acting: Acting) -> ListNotice:
    """The period ran out without a word: the decision follows, and silence counts as having no views."""
    case = lock_case(case_id)
    notice = case.list_notice
    cancel_deadline(subject=views_subject(notice), case=case, reason="期满未陈述意见", acting=acting)
    notice.waived = True
    notice.save(update_fields=["waived"])
    return _heard(case, notice, "expired", acting)


@transaction.atomic
def withdraw_list_notice(*, case_id: int, acting: Acting) -> ListNotice:
    """The notice was declared void: whatever followed from it falls, and the unit is told anew."""
    case = lock_case(case_id)
    notice = case.list_notice
    cancel_deadline(subject=views_subject(notice), case=case, reason="告知书作废", acting=acting)
    notice.told_on = notice.views_until = notice.views_on = None
    notice.views, notice.waived = "", False
    notice.save()
    advance(case, "tell_anew")
    record_on_case(case, "listing.notice_void", acting, {})
    return notice


def _heard(case: Case, notice: ListNotice, outcome: str, acting: Acting) -> ListNotice:
    advance(case, "heard")
    record_opinion(case=case, step="record_views", outcome=outcome, reason=notice.views, acting=acting)
    record_on_case(case, "record_views", acting, {"outcome": outcome, "reason": notice.views})
    return notice
