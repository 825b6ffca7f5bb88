"""The main story in Debian's Chromium, by the sign-in page and the links and buttons that people see."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import ViewportSize

from cases.models import Enterprise, User
from tests.browser.acts import Play, Sit
from tests.browser.desk import DESKTOP, PHONE, Desk
from tests.browser.looking import MEASURES
from workflow.demo.story import Cast
from workflow.models import WorkItem

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DOCUMENTS = {
    "inspection_approval", "inspection_notice", "onsite_record", "filing_form", "general_rules_form",
    "interview_notice", "interview_record", "rectification_order", "return_visit_record",
    "service_receipt", "closing_approval",
}  # fmt: skip


CLOSED = {"zh-hans": "已结案", "en": "Closed"}
SITTINGS = [
    pytest.param(DESKTOP, "zh-hans", id="desk-zh"),
    pytest.param(PHONE, "zh-hans", id="phone-zh", marks=pytest.mark.slow),
    pytest.param(DESKTOP, "en", id="desk-en", marks=pytest.mark.slow),
    pytest.param(PHONE, "en", id="phone-en", marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("size", "language"), SITTINGS)
def test_an_enterprise_goes_from_inspection_to_return_visit(
    size: ViewportSize, language: str, sit: Sit, cast: Cast, enterprise: Enterprise
) -> None:
    """Every role does its part; with SCREENSHOTS=directory in the environment, each page of it is kept as a picture."""
    User.objects.update(language=language)

    def sit_down(user: User | None = None, **options: Any) -> Desk:
        return sit(user, **{"size": size, **options})

    play = Play(sit_down, cast, enterprise)
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
    _the_file_is_complete(play, CLOSED[language])
    _it_reads_in_english_too(play)
    play.everybody_leaves()


def _the_file_is_complete(play: Play, closed: str) -> None:
    """The case page says that it is closed, and every document of it downloads as a PDF."""
    desk = play.desk_of(play.cast.unit_head)
    desk.open(reverse("case_detail", args=[play.case.pk]) + "?tab=documents")
    assert closed in desk.page.locator(".case-head").inner_text()
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
