"""Legal review: who reads a draft, for which text it holds, and that nothing is issued without it."""

from typing import Any

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, Case, Deadline, Escalation, Notification, User
from cases.rules.errors import RuleError
from notices.models import Document, LegalReview
from notices.services.draft_document import draft_document, edit_draft
from notices.services.issue_document import issue_document
from notices.services.legal_review import review_document
from notices.services.void_document import void_document
from tests.factories import NOON, acting, make_user

pytestmark = pytest.mark.django_db
REASON = "缺陷事实未写明批次和数量，请补充后重新送审。"


@pytest.fixture
def reviewer(county: Body) -> User:
    return make_user("法制科", "legal_reviewer", county)


@pytest.fixture
def recall(case: Case, reviewer: User, inspector: User, unit_head: User) -> Document:
    escalation = Escalation.objects.create(
        case=case, kind="recall", reason="取暖器外壳温升超标，可能烫伤。", decided_by=unit_head, decided_at=NOON
    )
    return draft_document(kind="recall_order", subject=f"escalation:{escalation.pk}", acting=acting(inspector))


def passed(document: Document, reviewer: User) -> LegalReview:
    return review_document(document=document, outcome="passed", opinion="", acting=acting(reviewer))


def test_nothing_is_issued_before_it_was_passed(recall: Document, reviewer: User, unit_head: User) -> None:
    with pytest.raises(Blocked) as refused:
        issue_document(document=recall, acting=acting(unit_head))
    assert [each.code for each in refused.value.conditions] == ["legally_reviewed"]
    assert refused.value.clause == "行政处罚法 第五十八条"
    passed(recall, reviewer)
    assert issue_document(document=recall, acting=acting(unit_head)).number


def test_a_draft_starts_the_clock_and_tells_the_reviewers(recall: Document, reviewer: User) -> None:
    clock = Deadline.objects.get(rule="legal_review")
    assert (clock.case, clock.accountable_body, clock.state) == (recall.case, recall.body, "running")
    assert Notification.objects.get(user=reviewer).kind == "legal_review_wanted"
    passed(recall, reviewer)
    clock.refresh_from_db()
    assert clock.state == "met"
    told = AuditEvent.objects.filter(case=recall.case, action="document.reviewed").get()
    assert told.data["outcome"] == "passed"


def test_a_returned_draft_keeps_its_clock_and_says_why(recall: Document, reviewer: User, unit_head: User) -> None:
    with pytest.raises(RuleError) as refused:
        review_document(document=recall, outcome="returned", opinion="短", acting=acting(reviewer))
    assert refused.value.details["field"] == "opinion"
    review_document(document=recall, outcome="returned", opinion=REASON, acting=acting(reviewer))
    assert Deadline.objects.get(rule="legal_review").state == "running"
    with pytest.raises(Blocked):
        issue_document(document=recall, acting=acting(unit_head))


def test_it_holds_for_no_other_text(recall: Document, reviewer: User, inspector: User, unit_head: User) -> None:
    passed(recall, reviewer)
    edit_draft(document=recall, fields={"facts": "改写后的缺陷事实。"}, acting=acting(inspector))
    with pytest.raises(Blocked):
        issue_document(document=recall, acting=acting(unit_head))
    recall.refresh_from_db()
    passed(recall, reviewer)
    recall.case.enterprise.name = "改名后的企业"
    Case.objects.get(pk=recall.case_id).escalations.update(reason="记录本身改了。")
    edit_draft(document=recall, fields={}, acting=acting(inspector))
    passed(recall, reviewer)
    Case.objects.get(pk=recall.case_id).escalations.update(reason="又改了。")
    with pytest.raises(RuleError) as refused:
        issue_document(document=recall, acting=acting(unit_head))
    assert refused.value.code == "changed_since_review"


def test_nobody_reviews_their_own_draft_or_without_the_post(
    recall: Document, inspector: User, unit_head: User, county: Body
) -> None:
    for person in (inspector, unit_head):
        with pytest.raises(Blocked):
            passed(recall, person)
    both = make_user("又起草又审核", "inspector", county)
    from tests.factories import give_post

    give_post(both, "legal_reviewer", county)
    own = Document.objects.get(pk=recall.pk)
    void_document(document=own, reason="重新起草，换人经办。", acting=acting(inspector))
    again = draft_document(kind="recall_order", subject=recall.subject, acting=acting(both))
    with pytest.raises(Blocked) as refused:
        passed(again, both)
    assert "not_the_drafter" in [each.code for each in refused.value.conditions]


def test_a_dropped_draft_needs_no_review_any_more(recall: Document, inspector: User) -> None:
    void_document(document=recall, reason="不再需要召回，撤回草稿。", acting=acting(inspector))
    assert Deadline.objects.get(rule="legal_review").state == "cancelled"


def test_other_kinds_are_not_reviewed(draft: Document, reviewer: User) -> None:
    with pytest.raises(Blocked):
        passed(draft, reviewer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_lets_the_reviewer_record_it_and_keeps_what_was_typed(
    client: Any, recall: Document, reviewer: User, language: str
) -> None:
    client.force_login(reviewer)
    client.cookies["django_language"] = language
    page = client.get(f"/documents/{recall.pk}/")
    assert 'id="review"' in page.content.decode()
    assert 'href="#review"' in page.content.decode()  # the reviewer's next step is to review, not to issue
    assert 'id="conditions"' not in page.content.decode()
    answer = client.post(f"/documents/{recall.pk}/review/", {"outcome": "returned", "opinion": "短意见"})
    assert answer.status_code == 422
    assert "短意见" in answer.content.decode()
    answer = client.post(f"/documents/{recall.pk}/review/", {"outcome": "passed", "opinion": ""}, follow=True)
    assert answer.status_code == 200
    assert LegalReview.objects.get().outcome == "passed"
    assert 'href="#review"' not in answer.content.decode()
    assert client.get("/documents/?state=unreviewed").context["rows"] == []
