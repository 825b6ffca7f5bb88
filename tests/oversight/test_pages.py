"""The pages of oversight: watch board, sheet of tiers, request, reports, and what the case page says."""

from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import (
    Attachment,
    AuditEvent,
    Case,
    EscalationProposal,
    ListedOversight,
    OversightProgress,
    RiskEvent,
    TierConfirmation,
    TierRecord,
)
from tests.factories import make_enterprise, make_user
from tests.oversight.conftest import Watch, at

pytestmark = pytest.mark.django_db
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf00000002000157a5a1e8"
    "0000000049454e44ae426082"
)


def signed_in(user, language="en"):
    user.language = language
    user.save(update_fields=["language"])
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def shown(client, name, *args, **query):
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer


def queries_of(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """The moment at which the pages are opened; a test moves it."""
    moment = SimpleNamespace(at=at(date(2026, 3, 2), 11))
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment.at)
    return moment


@pytest.fixture
def overseer(bodies):
    return make_user("市督查", "overseer", bodies["330400"])


@pytest.fixture
def stranger(bodies):
    return make_user("外县督查", "overseer", bodies["330411"])


@pytest.fixture
def another(people, bodies):
    """Further units with two hazards each, told by the same people."""

    def make(number):
        unit = make_enterprise(
            name=f"嘉兴又一{number}号有限公司", territorial_body=bodies["330402100"], tier_body=bodies["330402"]
        )
        for month in (1, 2):
            day = date(2026, month, 10 + number)
            RiskEvent.objects.create(
                enterprise=unit, kind="hazard", level="major", title="隐患", facts="隐患", occurred_on=day,
                confirmed_on=day, state="verified", reported_at="2026-01-01T00:00Z", fingerprint=f"{unit.pk}-{month}",
            )  # fmt: skip
        return Watch(unit, people)

    return make


# --- the board ---


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_board_shows_what_is_watched_the_late_first(watch, another, overseer, today, language):
    watch.listed()
    later = another(1)
    later.now += timedelta(days=14)
    later.listed()
    today.at = at(date(2026, 5, 8))
    rows = shown(signed_in(overseer, language), "listed_board").context["rows"]
    assert [row.oversight.case for row in rows] == [watch.case, later.case]
    assert [row.late for row in rows] == [True, False]
    assert rows[0].silent


def test_a_matter_comes_on_the_board_with_the_service_of_its_notice(watch, overseer):
    watch.propose()
    watch.decide("list")
    watch.draft()
    watch.issue()
    client = signed_in(overseer)
    assert "嘉兴绝密童车" not in shown(client, "listed_board").content.decode()
    watch.serve()
    assert "嘉兴绝密童车" in shown(client, "listed_board").content.decode()


def test_the_tiles_narrow_the_board(watch, another, overseer):
    watch.listed()
    watch.ask()
    client = signed_in(overseer)
    assert [row.oversight.case for row in shown(client, "listed_board", tile="asked").context["rows"]] == [watch.case]
    assert not shown(client, "listed_board", tile="over").context["rows"]
    watch.decide_lifting("lift")
    watch.issue("issue_lift_notice")
    watch.serve("serve_lift_notice")
    assert not shown(client, "listed_board").context["rows"]
    assert shown(client, "listed_board", tile="over").context["rows"][0].left is None
    assert shown(client, "listed_board", tile="nonsense", area="x", q="没有").status_code == 200


def test_the_board_shows_units_taken_over(watch, overseer, stranger):
    watch.propose("upper_tier")
    watch.decide("take_over")
    assert "嘉兴绝密童车" in shown(signed_in(overseer), "listed_board", tile="taken_over").content.decode()
    assert "嘉兴绝密童车" not in shown(signed_in(stranger), "listed_board", tile="taken_over").content.decode()


def test_the_board_of_another_county_is_empty_and_says_what_to_do(watch, stranger):
    watch.listed()
    html = shown(signed_in(stranger), "listed_board").content.decode()
    assert "嘉兴绝密童车" not in html
    assert reverse("enterprise_list") in html


def test_more_rows_cost_no_more_queries(watch, another, overseer):
    watch.listed()
    client, url = signed_in(overseer), reverse("listed_board")
    once = queries_of(client, url)
    for number in (1, 2, 3):
        another(number).listed()
    assert queries_of(client, url) == once


def test_who_holds_neither_permission_does_not_see_the_board(bodies):
    assert (
        signed_in(make_user("档", "platform_admin", bodies["330400"])).get(reverse("listed_board")).status_code == 403
    )


def test_the_export_holds_the_rows_of_the_filter_and_no_formula(watch, overseer):
    ListedOversight.objects.update(demands="x")
    watch.listed()
    ListedOversight.objects.update(demands="=1+1")
    answer = signed_in(overseer).get(reverse("listed_board_export"))
    content = BytesIO(b"".join(answer.streaming_content))
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert rows[1][0] == "嘉兴绝密童车有限公司"
    assert "=1+1" in rows[1]
    assert date(2026, 5, 6) in rows[1]
    assert AuditEvent.objects.filter(action="exported.listed_oversight").exists()


# --- tiers to confirm ---


@pytest.fixture
def admin(bodies):
    return make_user("管宇", "platform_admin", bodies["330402"])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_sheet_confirms_one_or_many_with_verdicts(enterprise, admin, language):
    client = signed_in(admin, language)
    assert enterprise.name in shown(client, "tier_confirmations").content.decode()
    record = TierRecord.objects.get(enterprise=enterprise)
    answer = client.post(reverse("tier_confirmations"), {"record": [record.pk], "note": "与年报一致"}, follow=True)
    assert TierConfirmation.objects.get(record=record).note == "与年报一致"
    assert enterprise.name not in answer.content.decode()
    again = client.post(reverse("tier_confirmations"), {"one": record.pk}, follow=True)
    assert enterprise.name in again.content.decode()  # named with the reason
    assert TierConfirmation.objects.count() == 1


def test_choosing_nothing_is_said(admin, enterprise):
    answer = signed_in(admin).post(reverse("tier_confirmations"), {"record": ["x"]}, follow=True)
    assert "Choose at least one tier." in answer.content.decode()


def test_the_sheet_is_scoped_and_costs_no_more_for_more_rows(enterprise, admin, bodies):
    make_enterprise(name="秀洲的企业", territorial_body=bodies["330411"], tier_body=bodies["330411"])
    client, url = signed_in(admin), reverse("tier_confirmations")
    assert "秀洲的企业" not in client.get(url).content.decode()
    once = queries_of(client, url)
    for _ in range(4):
        make_enterprise()
    assert queries_of(client, url) == once


def test_who_may_confirm_nothing_gets_no_sheet(bodies):
    assert (
        signed_in(make_user("查", "inspector", bodies["330402"])).get(reverse("tier_confirmations")).status_code == 403
    )


# --- the request ---


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_of_the_unit_leads_to_the_request(enterprise, people, hazards, language):
    client = signed_in(people.proposer, language)
    url = reverse("escalation_new", args=[enterprise.uscc])
    assert url in shown(client, "enterprise_detail", enterprise.uscc).content.decode()
    page = shown(client, "escalation_new", enterprise.uscc).content.decode()
    assert hazards[0].title in page
    answer = client.post(url, {"wanted": "listed_oversight", "reason": "短"})
    assert answer.status_code == 422
    assert "短" in answer.content.decode()
    answer = client.post(url, {"wanted": "listed_oversight", "reason": "多次发现重大隐患，属地督促无效。"})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("case_detail", args=[EscalationProposal.objects.get().case_id])


def test_without_an_open_way_the_page_says_why_not(enterprise, people):
    url = reverse("escalation_new", args=[enterprise.uscc])
    client = signed_in(people.proposer)
    assert "国市监质监发〔2023〕38号 二（一）" in client.get(url).content.decode()
    answer = client.post(url, {"wanted": "upper_tier", "reason": "多次发现重大隐患，属地督促无效。"})
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_the_request_of_a_unit_elsewhere_does_not_exist(enterprise, stranger):
    assert signed_in(stranger).get(reverse("escalation_new", args=[enterprise.uscc])).status_code == 404


def test_the_page_of_the_unit_says_who_watches_it_and_who_took_it_over(watch, another, people):
    watch.listed()
    html = shown(signed_in(people.proposer), "enterprise_detail", watch.enterprise.uscc).content.decode()
    assert "Under listed oversight of" in html
    assert reverse("escalation_new", args=[watch.enterprise.uscc]) not in html
    other = another(1)
    other.propose("upper_tier")
    other.decide("take_over")
    html = shown(signed_in(people.proposer), "enterprise_detail", other.enterprise.uscc).content.decode()
    assert "Taken over by" in html


# --- the case ---


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("status", ["proposed_up", "taken_over", "noticing", "watching", "lifting"])
def test_the_page_of_the_case_says_what_it_is_about(watch, people, language, status):
    watch.propose("upper_tier" if status == "taken_over" else "listed_oversight")
    if status == "taken_over":
        watch.decide("take_over")
    elif status != "proposed_up":
        watch.decide("list")
    if status in ("watching", "lifting"):
        watch.draft()
        watch.issue()
        watch.serve()
    if status == "lifting":
        watch.ask()
    assert watch.case.status == status
    client = signed_in(people.drafter, language)
    answer = shown(client, "case_detail", watch.case.pk)
    html = answer.content.decode()
    assert [tab["url"] for tab in answer.context["tabs"]] == [
        f"?tab={name}#tabs" for name in ("documents", "service", "deadlines", "log")
    ]
    assert "两次发现重大质量安全风险隐患" in html
    assert " style=" not in html
    for tab in ("documents", "service", "deadlines", "log", "inspection"):
        shown(client, "case_detail", watch.case.pk, tab=tab)
    answer = client.get(reverse("case_diagram_bpmn", args=[watch.case.pk]))
    assert b"decide_escalation" in answer.content


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_step_has_its_page_and_is_done_by_it(watch, people, language):
    """Through the pages, as people do it: decide, draft, issue, ask, decide."""
    reason = "情况属实，按规定处理，并抄送有关部门。"
    watch.propose()
    client = {name: signed_in(getattr(people, name), language) for name in ("decider", "drafter", "watched")}

    def do(name, data):
        item = watch.case.work_items.get()
        url = reverse("task", args=[item.pk])
        assert client[name].get(url).status_code == 200
        if item.step != "draft_listing_notice":
            checked = client[name].post(url, {**data, "_do": "check"})
            assert checked.status_code == 200
        answer = client[name].post(url, {**data, "_do": "submit"})
        assert answer.status_code == 302, answer.content.decode()

    do("decider", {"outcome": "list", "reason": reason})
    do("drafter", {"facts_found": "事实", "demands": "一\n二", "answerable": "沈国良", "days": "60"})
    do("decider", {"outcome": "issue", "reason": ""})
    outsider = signed_in(make_user("法制审核", "legal_reviewer", watch.case.body), language)
    assert outsider.get(reverse("task", args=[watch.case.work_items.get().pk])).status_code == 403
    watch.serve()
    do("watched", {"request": "督办要求已全部落实，请予解除。"})
    do("decider", {"outcome": "lift", "reason": reason})
    do("decider", {"outcome": "issue", "reason": ""})
    assert watch.step() == "serve_lift_notice"


def test_a_refused_draft_says_so_at_its_field(watch, people):
    watch.propose()
    watch.decide("list")
    url = reverse("task", args=[watch.case.work_items.get().pk])
    given = {"facts_found": "事实", "demands": "一", "answerable": "沈国良", "days": "61"}
    answer = signed_in(people.drafter).post(url, {**given, "_do": "submit"})
    assert answer.status_code == 422
    assert answer.context["form"].errors.keys() == {"days"}


# --- reports ---


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_report_is_added_with_its_evidence_and_the_step_stays(watch, people, language):
    watch.listed()
    client, url = signed_in(people.watched, language), reverse("progress_report", args=[watch.case.pk])
    assert url in shown(client, "case_detail", watch.case.pk).content.decode()
    shown(client, "progress_report", watch.case.pk)
    upload = SimpleUploadedFile("整改.png", PICTURE, "image/png")
    answer = client.post(url, {"reported_on": "2026-03-02", "content": "已停止销售。", "uploads": upload})
    assert answer.status_code == 302
    assert OversightProgress.objects.get().content == "已停止销售。"
    assert Attachment.objects.filter(case=watch.case, purpose="rectification").exists()
    assert watch.step() == "ask_lifting"
    assert "已停止销售。" in shown(client, "case_detail", watch.case.pk).content.decode()


def test_a_bad_report_is_told_at_its_field_and_kept(watch, people):
    watch.listed()
    url = reverse("progress_report", args=[watch.case.pk])
    answer = signed_in(people.watched).post(url, {"reported_on": "2026-03-01", "content": "写了很多"})
    assert answer.status_code == 422
    assert "reported_on" in answer.context["form"].errors
    assert "写了很多" in answer.content.decode()
    assert not OversightProgress.objects.exists()


def test_a_case_that_is_not_listed_has_no_reports(watch, people, stranger):
    watch.propose()
    url = reverse("progress_report", args=[watch.case.pk])
    assert signed_in(people.drafter).get(url).status_code == 404
    assert signed_in(stranger).get(url).status_code == 404
