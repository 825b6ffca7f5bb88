"""The main story in Debian's Chromium, by the sign-in page and the links and buttons that people see."""

import pytest
from django.urls import reverse

from cases.models import Enterprise
from tests.browser.acts import Play, Sit
from tests.browser.looking import MEASURES
from workflow.demo.story import Cast
from workflow.models import WorkItem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOCUMENTS = {
    "inspection_approval", "inspection_notice", "onsite_record", "filing_form", "general_rules_form",
    "interview_notice", "interview_record", "rectification_order", "return_visit_record",
    "service_receipt", "closing_approval",
}  # fmt: skip


def test_an_enterprise_goes_from_inspection_to_return_visit(sit: Sit, cast: Cast, enterprise: Enterprise) -> None:
    play = Play(sit, cast, enterprise)
    play.open_case()
    play.decide("approve_inspection", cast.unit_head, outcome="approve")
    play.decide(
        "assign_inspectors", cast.unit_head, checked=False, lead=cast.lead.pk, second=cast.second.pk, notice="before"
    )
    play.inspect_on_a_phone()
    play.classify()
    play.interview()
    play.order()
    play.report_by_link()
    play.visit_again()
    play.close()
    assert play.case.status == "closed"
    assert not WorkItem.objects.exists()
    _the_file_is_complete(play)
    _it_reads_in_english_too(play)
    play.everybody_leaves()


def _the_file_is_complete(play: Play) -> None:
    """The case page says that it is closed, and every document of it downloads as a PDF."""
    desk = play.desk_of(play.cast.unit_head)
    desk.open(reverse("case_detail", args=[play.case.pk]) + "?tab=documents")
    assert "已结案" in desk.page.locator(".case-head").inner_text()
    links = desk.page.locator("#tabs a[href$='file.pdf']")
    files = [desk.context.request.get(link.get_attribute("href") or "") for link in links.all()]
    assert {document.kind for document in play.case.documents.all()} == DOCUMENTS
    assert len(files) == play.case.documents.count()
    assert all(file.body().startswith(b"%PDF") for file in files)


def _it_reads_in_english_too(play: Play) -> None:
    """Who switches the language finds every page of the story in it, on a desk and on a phone."""
    for user, addresses in (
        (play.cast.unit_head, ["/", "/cases/", "/cases/new/", f"/enterprises/{play.enterprise.uscc}/", "/documents/"]),
        (play.cast.lead, ["/tasks/", f"/cases/{play.case.pk}/", f"/cases/{play.case.pk}/?tab=grounds", "/settings/"]),
    ):
        desk = play.desk_of(user)
        desk.open("/settings/")
        desk.press(desk.page.locator("button[name=language][value=en]:visible").first)
        for address in addresses:
            desk.open(address)
            assert desk.page.locator("html").get_attribute("lang") == "en"
            desk.page.evaluate(MEASURES)
            assert desk.page.evaluate("measures.chinese()") == [], address
