"""Pages beside the steps: the link for the enterprise, more time, the early end of a case."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from cases.models import Deadline, EnterpriseLink, ExtensionRequest
from cases.models.outbox import OutboxMessage
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import open_order
from tests.factories import make_user
from tests.taskpages.browser import errors_of
from tests.taskpages.walk import REASON
from workflow.models import WorkItem


def _url(name: str, standing: Any) -> str:
    return reverse(name, args=[standing.case.pk])


def test_the_link_is_shown_once_and_works(at: Any) -> None:
    standing = at("report_rectification")
    url = _url("enterprise_link_new", standing)
    made = standing.browser.send(url, standing.browser.open(url))
    page = made.content.decode()
    found = re.search(r'value="[^"]*(/r/[\w-]+/)"', page)
    assert found
    assert "no-store" in made["Cache-Control"]
    assert Client().get(found[1]).status_code == 200
    later = standing.browser.open(url)
    assert found[1] not in later
    assert "Until" in later
    assert not OutboxMessage.objects.exists()


def test_the_link_is_mailed_only_with_consent(at: Any, enterprise: Any) -> None:
    enterprise.email = "office@example.com"
    enterprise.save()
    standing = at("report_rectification")
    url = _url("enterprise_link_new", standing)
    page = standing.browser.open(url)
    assert 'name="by_mail"' not in page
    standing.browser.send(url, page, by_mail="on")
    assert not OutboxMessage.objects.exists()
    enterprise.email_consent = True
    enterprise.save()
    standing.browser.send(url, standing.browser.open(url), by_mail="on")
    mail = OutboxMessage.objects.get()
    assert mail.recipient == "office@example.com"
    found = re.search(r"/r/[\w-]+/", mail.body)
    assert found
    assert Client().get(found[0]).status_code == 200


def test_no_link_before_the_order_is_served(at: Any) -> None:
    standing = at("issue_order")
    standing.browser.sign_in(standing.cast.lead)
    url = _url("enterprise_link_new", standing)
    page = standing.browser.open(url)
    assert "The rectification order must have been served" in page
    assert 'aria-disabled="true"' in page
    assert standing.browser.send(url, page).status_code == 403
    assert not EnterpriseLink.objects.exists()


def test_pages_of_a_case_out_of_reach_do_not_exist(at: Any, bodies: Any) -> None:
    standing = at("report_rectification")
    standing.browser.sign_in(make_user("外县", "unit_head", bodies["330411"]))
    for name in ("enterprise_link_new", "extension_ask", "extension_decide", "case_terminate"):
        standing.browser.open(_url(name, standing), status=404)


def test_an_extension_is_asked_for_and_granted(at: Any) -> None:
    standing = at("report_rectification")
    due = open_order(standing.case).due_on
    asked = standing.browser.send(
        _url("extension_ask", standing),
        standing.browser.open(_url("extension_ask", standing)),
        days="10",
        reason=REASON,
    )
    assert asked.status_code == 302, errors_of(asked.content.decode())
    standing.browser.sign_in(standing.cast.unit_head)
    decide = _url("extension_decide", standing)
    page = standing.browser.open(decide)
    assert REASON in page
    checked = standing.browser.send(decide, page, "check", outcome="grant", reason=REASON).content.decode()
    assert "can have no further extension" in checked
    assert standing.browser.send(decide, checked).status_code == 302
    extended = work_calendar().due(due, 10, "day").due
    assert extended > due
    assert open_order(standing.case).due_on == extended
    assert WorkItem.objects.get(pk=standing.item.pk).due_on == extended


def test_who_asked_may_not_decide(at: Any) -> None:
    standing = at("report_rectification")
    standing.browser.send(
        _url("extension_ask", standing),
        standing.browser.open(_url("extension_ask", standing)),
        days="10",
        reason=REASON,
    )
    decide = _url("extension_decide", standing)
    page = standing.browser.open(decide)
    assert 'aria-disabled="true"' in page
    assert standing.browser.send(decide, page, outcome="grant", reason=REASON).status_code == 403
    assert ExtensionRequest.objects.get().granted is None


def test_a_second_extension_is_refused_and_the_page_says_so(at: Any) -> None:
    standing = at("report_rectification")
    url = _url("extension_ask", standing)
    standing.browser.send(url, standing.browser.open(url), days="10", reason=REASON)
    page = standing.browser.open(url)
    assert "An extension may be asked for once only." in page
    assert standing.browser.send(url, page, days="5", reason=REASON).status_code == 403
    assert ExtensionRequest.objects.count() == 1


def test_an_enterprise_that_ceased_to_exist_ends_its_case(at: Any) -> None:
    standing = at("report_rectification")
    link = _url("enterprise_link_new", standing)
    address = re.search(r"/r/[\w-]+/", standing.browser.send(link, standing.browser.open(link)).content.decode())
    assert address
    standing.browser.sign_in(standing.cast.unit_head)
    url = _url("case_terminate", standing)
    reason = "企业已于本月注销登记，登记机关出具了准予注销通知书。"
    checked = standing.browser.send(url, standing.browser.open(url), "check", reason=reason).content.decode()
    assert reason in checked
    assert "cannot be opened again" in checked
    assert standing.browser.send(url, checked).status_code == 302
    standing.case.refresh_from_db()
    assert (standing.case.status, standing.case.closing_reason) == ("terminated", reason)
    assert not WorkItem.objects.filter(case=standing.case).exists()
    assert not Deadline.objects.filter(case=standing.case, state__in=["running", "suspended"]).exists()
    assert Client().get(address[0]).status_code == 410
    assert "This step is no longer needed" in standing.browser.open(standing.url)


def test_a_short_reason_ends_nothing(at: Any) -> None:
    standing = at("report_rectification")
    standing.browser.sign_in(standing.cast.unit_head)
    url = _url("case_terminate", standing)
    assert standing.browser.send(url, standing.browser.open(url), reason="注销").status_code == 422
    assert WorkItem.objects.filter(case=standing.case).exists()


def test_an_ended_case_cannot_be_ended_again(at: Any) -> None:
    standing = at("report_rectification")
    standing.browser.sign_in(standing.cast.unit_head)
    url = _url("case_terminate", standing)
    page = standing.browser.open(url)
    assert standing.browser.send(url, page, reason=REASON).status_code == 302
    assert standing.browser.send(url, page, reason=REASON).status_code == 422
    assert "The case must not have ended yet." in standing.browser.open(url)
