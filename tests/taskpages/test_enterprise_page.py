"""The enterprise's own page behind its one-time link."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.acting import Acting
from cases.models import Attachment, EnterpriseLink, ExtensionRequest, RectificationReport
from cases.selectors.cases import open_order
from cases.services.report_rectification import make_link
from tests.factories import make_enterprise
from tests.taskpages.browser import errors_of
from workflow.demo.story import Story
from workflow.models import WorkItem

REPORT = {"_do": "report", "content": "铭牌已更换，计量器具已送检，记录已补齐。", "submitted_name": "沈国良 法定代表人"}
MORE = {"_do": "extension", "extension-days": "10", "extension-reason": "模具需要重新开模，供应商交货尚需时日。"}


class Linked:
    """An order in its period, and the address of its link."""

    def __init__(self, standing: Any) -> None:
        self.case, self.clock, self.item = standing.case, standing.clock, standing.item
        self.cast = standing.cast
        self.link, secret = make_link(case_id=self.case.pk, acting=Acting(self.cast.lead, self.clock.now))
        self.url = reverse("enterprise_report", args=[secret])
        self.order = open_order(self.case)
        self.client = Client()

    def status(self) -> str:
        self.case.refresh_from_db()
        return str(self.case.status)


@pytest.fixture
def linked(at: Callable[..., Any]) -> Linked:
    return Linked(at("report_rectification"))


def test_it_shows_the_order_and_nothing_of_classes_or_other_cases(linked: Linked) -> None:
    page = linked.client.get(linked.url).content.decode()
    for item in linked.order.items.all():
        assert item.problem in page
        assert item.demand in page
    assert f"{linked.order.due_on:%Y-%m-%d}" in page
    assert linked.case.enterprise.name in page
    assert "working days left" in page
    for told in ("quality-", "C类", "加严", "Quality class", "Tightened", linked.case.number, "指向型"):
        assert told not in page


def test_a_report_moves_the_case_and_is_receipted(linked: Linked, photo: Any) -> None:
    sent = linked.client.post(linked.url, {**REPORT, "uploads": [photo("整改.jpg")]})
    assert sent.status_code == 302, errors_of(sent.content.decode())
    report = RectificationReport.objects.get()
    assert (report.via, report.submitted_by, report.content) == ("link", None, REPORT["content"])
    assert linked.status() == "revisiting"
    assert not WorkItem.objects.filter(pk=linked.item.pk).exists()
    assert WorkItem.objects.get(case=linked.case).step == "return_visit"
    kept = Attachment.objects.get()
    assert (kept.purpose, kept.uploaded_by) == ("rectification", None)
    receipt = linked.client.get(sent.url).content.decode()
    assert kept.sha256 in receipt
    assert f"{linked.clock.now:%Y-%m-%dT%H:%M}" in receipt
    assert REPORT["submitted_name"] in receipt
    assert "C类" not in receipt


def test_the_officer_sees_that_the_enterprise_itself_reported(linked: Linked, browser: Any) -> None:
    linked.client.post(linked.url, REPORT)
    browser.sign_in(linked.cast.lead)
    page = browser.open(reverse("task", args=[linked.item.pk]))
    assert "Sent by the enterprise through its link" in page
    assert "王建国 has finished it" not in page


def test_the_inspector_reads_the_report_at_the_return_visit(linked: Linked, browser: Any, photo: Any) -> None:
    linked.client.post(linked.url, {**REPORT, "uploads": [photo("整改.jpg")]})
    browser.sign_in(linked.cast.lead)
    page = browser.open(reverse("task", args=[WorkItem.objects.get(case=linked.case).pk]))
    assert REPORT["content"] in page
    assert Attachment.objects.get().sha256[:8] in page


def test_a_used_link_takes_no_second_report(linked: Linked) -> None:
    linked.client.post(linked.url, REPORT)
    again = linked.client.post(linked.url, {**REPORT, "content": "第二次"})
    assert again.status_code == 410
    assert "has been handed in with this link already" in again.content.decode()
    assert RectificationReport.objects.get().content == REPORT["content"]


def test_an_expired_link_opens_nothing(linked: Linked) -> None:
    EnterpriseLink.objects.update(expires_at=linked.clock.now - timedelta(minutes=1))
    for answer in (linked.client.get(linked.url), linked.client.post(linked.url, REPORT)):
        assert answer.status_code == 410
        assert "This link has expired" in answer.content.decode()
        assert linked.case.enterprise.name not in answer.content.decode()
    assert linked.status() == "rectifying"


def test_a_newer_link_ends_the_older(linked: Linked) -> None:
    make_link(case_id=linked.case.pk, acting=Acting(linked.cast.lead, linked.clock.now))
    answer = linked.client.post(linked.url, REPORT)
    assert answer.status_code == 410
    assert "has been withdrawn" in answer.content.decode()


def test_an_unknown_secret_is_not_found(linked: Linked) -> None:
    answer = linked.client.get(reverse("enterprise_report", args=["x" * 32]))
    assert answer.status_code == 404
    assert "not valid" in answer.content.decode()


def test_a_link_is_for_its_own_order_alone(linked: Linked, story: Callable[..., Story], bodies: Any) -> None:
    other = story(outcomes={"inspect": ["3,6,12,14"]}, run_jobs=lambda now: None)
    other.enterprise = make_enterprise(territorial_body=bodies["330402100"], legal_representative="钱某")
    list(other.tell(until="report_rectification"))
    assert other.case is not None
    EnterpriseLink.objects.update(expires_at=linked.clock.now + timedelta(days=90))
    assert linked.client.post(linked.url, REPORT).status_code == 302
    other.case.refresh_from_db()
    assert other.case.status == "rectifying"
    assert not RectificationReport.objects.exclude(order=linked.order).exists()
    assert linked.status() == "revisiting"


def test_an_incomplete_report_keeps_what_was_typed(linked: Linked) -> None:
    sent = linked.client.post(linked.url, {**REPORT, "submitted_name": " "})
    assert sent.status_code == 422
    assert REPORT["content"] in sent.content.decode()
    assert linked.status() == "rectifying"
    assert EnterpriseLink.objects.get(pk=linked.link.pk).used_at is None


def test_a_bad_file_hands_nothing_in(linked: Linked) -> None:
    bad = SimpleUploadedFile("照片.jpg", b"MZ" + b"0" * 50, "image/jpeg")
    sent = linked.client.post(linked.url, {**REPORT, "uploads": [bad]})
    assert sent.status_code == 422
    assert "“照片.jpg”" in sent.content.decode()
    assert linked.status() == "rectifying"
    assert not Attachment.objects.exists()


def test_more_time_is_asked_for_once_and_its_decision_shown(linked: Linked) -> None:
    assert linked.client.post(linked.url, MORE).status_code == 302
    asked = ExtensionRequest.objects.get()
    assert asked.days == 10
    page = linked.client.get(linked.url).content.decode()
    assert "It has not been decided yet" in page
    assert "Ask for more time" not in page
    assert linked.client.post(linked.url, MORE).status_code == 422
    ExtensionRequest.objects.update(granted=False, decision_reason="理由不充分，不予延期。")
    assert "理由不充分，不予延期。" in linked.client.get(linked.url).content.decode()


def test_more_time_too_late_or_too_long_is_refused(linked: Linked) -> None:
    long = linked.client.post(linked.url, {**MORE, "extension-days": "99"})
    assert long.status_code == 422
    assert MORE["extension-reason"] in long.content.decode()
    linked.clock.jump(linked.clock.now + timedelta(days=(linked.order.due_on - linked.clock.today).days - 1))
    assert linked.client.post(linked.url, MORE).status_code == 422
    assert not ExtensionRequest.objects.exists()


def test_guessing_is_slowed_down(linked: Linked) -> None:
    guess = reverse("enterprise_report", args=["guess"])
    codes = {linked.client.get(guess).status_code for _ in range(61)}
    assert codes == {404, 429}
    refused = linked.client.get(linked.url)
    assert refused.status_code == 429
    assert refused["Retry-After"] == "60"


def test_the_page_is_kept_by_no_cache(linked: Linked) -> None:
    assert "no-store" in linked.client.get(linked.url)["Cache-Control"]
