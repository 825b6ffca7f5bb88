"""What the people of a story about a supervision list enter at each step, unless the story says otherwise."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from cases.models import Case, ListNotice
from cases.services.decide_listing import DecideDelisting, DecideListing
from cases.services.list_notice import DraftListNotice, RecordViews
from notices.services.facts.lists import facts_in_words
from notices.services.list_letters import IssueListDecision

if TYPE_CHECKING:
    from workflow.demo.story import Story

VIEWS: Final = "不合格批次已全部召回并销毁，供应商已更换，整改于本月完成，请求不予列入。"
ANSWER: Final = "所述整改尚未经核实，不影响依据已查明的事实列入名单；整改经核实后，可以书面请求移出。"


def _contact(story: "Story") -> str:
    return f"{story.cast.list_admin.name}，0573-00000000"


def _draft(story: "Story", case: Case, outcome: str) -> DraftListNotice:
    return DraftListNotice(facts_in_words(case.list_candidate), _contact(story))


def _views(story: "Story", case: Case, outcome: str) -> RecordViews:
    if outcome == "stated":
        return RecordViews("stated", story.clock.today, VIEWS)
    return RecordViews("waived", story.clock.today)


def _decide(story: "Story", case: Case, outcome: str) -> DecideListing:
    level = outcome or case.list_candidate.proposed_level
    reason = "" if level == case.list_candidate.ruled_level else "单位已主动召回不合格产品，危害后果轻微，不予列入。"
    answer = ANSWER if ListNotice.objects.get(case=case).views else ""
    return DecideListing(level, reason, answer)


def _remove(story: "Story", case: Case, outcome: str) -> DecideDelisting:
    return DecideDelisting(outcome or "out", "企业信用风险已降低，列入名单的情形已经消除。")


def _issue(story: "Story", case: Case, outcome: str) -> IssueListDecision:
    return IssueListDecision(_contact(story))


LIST_FACTS: Final[Mapping[str, Callable[["Story", Case, str], Any]]] = {
    "draft_list_notice": _draft,
    "record_views": _views,
    "decide_listing": _decide,
    "decide_delisting": _remove,
    "issue_list_decision": _issue,
}
"""The steps of issuing a notice and of serving a letter are those of every letter."""
