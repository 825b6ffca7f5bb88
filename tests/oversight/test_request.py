"""The request to the body above (请示): drafted as it is asked, signed by the head of the body that asks."""

import pytest

from cases.guards.conditions import Blocked
from notices.models import Document
from notices.services.draft_document import edit_draft
from notices.services.issue_document import issue_document
from notices.services.preview import drafted_facts
from tests.factories import make_user
from tests.oversight.conftest import REASON, Watch

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_drafted(enterprise, people, hazards, bodies):
    county = bodies["330402"]
    county.document_prefix = "嘉南市监"
    county.save()
    watch = Watch(enterprise, people)
    watch.propose()
    return watch, Document.objects.get(case=watch.case, kind="escalation_request")


def texts(facts):
    return [paragraph["text"] for paragraph in facts["paragraphs"]]


def test_it_goes_from_the_body_that_asks_to_the_one_above_and_asks_for_one_thing(request_drafted, bodies):
    watch, document = request_drafted
    assert (document.body, document.addressee, document.drafted_by) == (
        bodies["330402"], bodies["330400"].name, None,
    )  # fmt: skip
    facts = drafted_facts(document, watch.acting(watch.people.proposer))
    assert facts["title"] == "关于提请对嘉兴绝密童车有限公司有关事项挂牌督办的请示"
    assert REASON in texts(facts)
    assert texts(facts)[-1] == "妥否，请批示。"
    assert facts["upward"] is True
    grounds = watch.case.escalation_proposal.grounds
    assert any(grounds[0]["text"].rstrip("。") in text for text in texts(facts))


def test_the_head_of_that_body_signs_it_and_is_named_on_it(request_drafted, bodies):
    watch, document = request_drafted
    head = make_user("周国强", "grassroots_lead", bodies["330402"])
    with pytest.raises(Blocked):
        issue_document(document=document, acting=watch.acting(watch.people.proposer))
    with pytest.raises(Blocked):  # nor does the head of the body that is asked
        issue_document(document=document, acting=watch.acting(watch.people.decider))
    edit_draft(
        document=document,
        fields={"urgency": "加急", "contact": "王玥，0573-0000000"},
        acting=watch.acting(watch.people.proposer),
    )
    document.refresh_from_db()
    issued = issue_document(document=document, acting=watch.acting(head))
    assert issued.number == "嘉南市监请〔2026〕1号"
    assert (issued.issue.facts["signatory"], issued.issue.facts["urgency"]) == ("周国强", "加急")
