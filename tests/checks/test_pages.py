"""The pages of checks, warnings and assistance: what may be done stands on them, and nothing typed is lost."""

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import Assistance, BodyCheck, BodyInstrument, Deadline, RiskWarning
from cases.services.sweep_deadlines import sweep
from notices.models import Document
from notices.services.issue_document import issue_document
from tests.checks.conftest import decided, filled, issued, planned, served
from tests.factories import NOON, acting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(monkeypatch):
    """The edge reads the clock; these tests stand on one day."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def signed_in(user):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def page(client, name, *args, **kwargs):
    return client.get(reverse(name, args=args), **kwargs).content.decode()


def sent(check, **changed):
    data = {"version": check.version, "checked_on": "2026-11-18", "summary": ""}
    data |= {f"answer-{line.position}": "yes" for line in check.lines.all()}
    return data | changed


def test_a_check_is_planned_filled_in_and_decided_on_pages(place):
    client = signed_in(place.overseer)
    form = page(client, "check_new")
    assert "330402100" in form
    answer = client.post(
        reverse("check_new"), {"body": "330400", "overseen": "330402", "planned_on": "2026-11-18", "purpose": ""}
    )
    check = BodyCheck.objects.get()
    assert answer["Location"] == reverse("check_detail", args=[check.pk])
    fill = reverse("check_fill", args=[check.pk])
    assert "建立本层级对应主体清单。" in client.get(fill).content.decode()
    refused = client.post(fill, sent(check, **{"answer-2": "no", "remark-5": "平台已建成"}))
    assert refused.status_code == 422
    assert "请说明不符合的情况" in refused.content.decode()
    assert "平台已建成" in refused.content.decode()
    kept = client.post(fill, sent(check, **{"answer-2": "no", "_do": "save"}), follow=True)
    assert kept.status_code == 200
    stale = client.post(fill, sent(check, **{"remark-4": "仍在这里"}))  # the version moved on with the draft
    assert stale.status_code == 409
    assert "仍在这里" in stale.content.decode()
    assert stale.context["saved"].name == place.overseer.name
    assert [row.mine for row in stale.context["differences"] if row.theirs == ""] == ["仍在这里"]
    assert place.overseer.name in stale.content.decode()
    check.refresh_from_db()
    done = client.post(fill, sent(check, **{"answer-2": "no", "remark-2": "未组建专班"}), follow=True).content.decode()
    assert "未组建专班" in done
    assert "待决定" in done
    chief = signed_in(place.chief)
    decision = page(chief, "check_decide", check.pk)
    assert 'value="reminder" id="id_kind_1" checked' not in decision
    assert "通常的下一步：" in decision
    nothing = chief.post(
        reverse("check_decide", args=[check.pk]), {"reason": "经研究需督促其组建专班", "demands": "组建"}
    )
    assert nothing.status_code == 422
    assert nothing.context["form"].errors["kind"]
    assert "加强组织保障，组建工作专班有效运转。" in decision
    short = chief.post(
        reverse("check_decide", args=[check.pk]), {"kind": "reminder", "reason": "短", "demands": "组建"}
    )
    assert short.status_code == 422
    assert "组建" in short.content.decode()
    given = {"kind": "reminder", "reason": "一项任务未落实，需要督促。", "demands": "组建专班"}
    chief.post(reverse("check_decide", args=[check.pk]), given)
    assert BodyInstrument.objects.get().kind == "reminder"


def test_the_letter_is_drafted_from_the_page_of_the_check(place):
    instrument = decided(place)
    client, address = signed_in(place.overseer), reverse("check_paper", args=[instrument.check_of_id])
    assert "督查敦促提醒函" in page(client, "check_detail", instrument.check_of_id)
    refused = client.post(address, {"kind": "circular"}, follow=True)
    assert "现在不能起草" in refused.content.decode()
    made = client.post(address, {"kind": "check_reminder"})
    document = Document.objects.get()
    assert made["Location"] == reverse("document_detail", args=[document.pk])
    assert signed_in(place.chief).post(address, {"kind": "oversight_list"}).status_code == 403
    assert reverse("document_detail", args=[document.pk]) in page(client, "check_detail", instrument.check_of_id)


def test_a_circular_is_served_on_each_of_its_addressees_on_pages(place):
    other = place.bodies["330411"]
    letter = issued(place, decided(place, "circular", also_to=(other,)))
    client, address = signed_in(place.server), reverse("document_serve", args=[letter.pk])
    assert address in page(signed_in(place.overseer), "check_detail", BodyCheck.objects.get().pk)
    board = page(client, "unserved_list")
    for body in (place.county, other):
        assert f"{address}?body={body.code}" in board
        assert f"{address}?body={body.code}" in page(client, "document_detail", letter.pk)
    form = client.get(f"{address}?body={other.code}").content.decode()
    assert f'<option value="{other.code}" selected>{other.name}</option>' in form
    given = {
        "body": other.code, "kind": "direct", "outcome": "yes", "attempted_on": "2026-11-18",
        "received_on": "2026-11-18", "second_server": place.overseer.pk, "recipient": "收文员",
        "recipient_role": "mail_room", "receipt_signed": "on",
    }  # fmt: skip
    assert client.post(address, {**given, "body": "330400"}).status_code == 422
    client.post(address, given)
    record = letter.services.get()
    assert (record.body, record.place) == (other, other.name)
    told = page(client, "document_detail", letter.pk)
    assert f"?body={other.code}" not in told
    assert f"?body={place.county.code}" in told


def test_the_overseen_body_answers_with_files_and_the_overseer_verifies(place):
    instrument = decided(place)
    check = instrument.check_of_id
    lead = signed_in(place.lead)
    assert lead.get(reverse("check_detail", args=[check])).status_code == 404
    served(issued(place, instrument), place.server, place.overseer)
    assert reverse("check_answer", args=[check]) in page(lead, "check_detail", check)
    paper = SimpleUploadedFile("报告.pdf", b"%PDF-1.7 x", "application/pdf")
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/x-msdownload")
    refused = lead.post(reverse("check_answer", args=[check]), {"reply": "已完成整改", "papers": bad})
    assert refused.status_code == 422
    assert "已完成整改" in refused.content.decode()
    lead.post(reverse("check_answer", args=[check]), {"reply": "已完成整改", "papers": paper})
    client = signed_in(place.overseer)
    assert "报告.pdf" in page(client, "check_detail", check)
    client.post(reverse("check_verify", args=[check]), {"verdict": "met", "reason": "经核实已全部落实到位。"})
    told = page(client, "check_detail", check)
    assert "已办结" in told
    assert "经核实：已落实" in told


def test_the_head_takes_a_decision_back_and_scores_what_was_put_right(place):
    instrument = decided(place)
    check, chief = instrument.check_of_id, signed_in(place.chief)
    take_back, score = reverse("check_take_back", args=[check]), reverse("check_score", args=[check])
    assert take_back in page(chief, "check_detail", check)
    assert signed_in(place.overseer).post(take_back, {"reason": "误选了措施，应当重新研究。"}).status_code == 403
    assert chief.post(take_back, {"reason": "误选"}).status_code == 422
    chief.post(take_back, {"reason": "误选了措施，应当重新研究。"})
    told = page(chief, "check_detail", check)
    assert reverse("check_decide", args=[check]) in told
    assert "决定已撤回" in told
    chief.post(reverse("check_decide", args=[check]), {"kind": "none", "reason": "两项任务已当场落实到位。"})
    assert score in page(chief, "check_detail", check)
    assert "计算得分90分" in chief.get(score).content.decode()
    refused = chief.post(score, {"adjustment": "3", "reason": ""})
    assert refused.status_code == 422
    chief.post(score, {"adjustment": "3", "reason": "组织考核的做法在全市推广。"})
    assert "93分" in page(chief, "check_detail", check)
    assert score not in page(chief, "check_detail", check)
    export = chief.get(reverse("check_export"), {"q": place.county.name[:2]})
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(export.streaming_content)))
    checks, lists = (book.get_sheet_by_index(at).to_python() for at in (0, 1))
    assert checks[1][8:11] == [90, 3, 93]
    assert len(lists) == 18
    assert signed_in(place.officer).get(reverse("check_export")).status_code == 403


def test_lists_ask_a_constant_number_of_queries(place, django_assert_max_num_queries):
    for _time in range(6):
        planned(place)
    filled(place)
    client = signed_in(place.overseer)
    client.get(reverse("check_list"))
    with django_assert_max_num_queries(16):
        assert page(client, "check_list").count('class="subject"') == 7
    assert "没有符合筛选条件的内容" in page(client, "check_list", data={"q": "秀洲", "state": "nonsense"})
    assert signed_in(place.officer).get(reverse("check_list")).status_code == 403


def test_the_board_of_periods_leads_to_the_matter(place):
    instrument = decided(place)
    served(issued(place, instrument), place.server, place.overseer)
    client = signed_in(place.overseer)
    board = page(client, "oversight", data={"due": "running"})
    assert reverse("check_detail", args=[instrument.check_of_id]) in board
    assert place.county.name in board
    sweep(now=NOON + timedelta(days=40))
    assert "敦促提醒函答复" in page(client, "notification_list")
    clock = Deadline.objects.get(rule="reminder_letter_reply")
    assert reverse("check_detail", args=[instrument.check_of_id]) in page(client, "deadline_detail", clock.pk)


def test_a_warning_is_studied_issued_answered_and_lifted(place):
    client = signed_in(place.head)
    given = {
        "region": "330402",
        "product": "儿童自行车",
        "signal": "sampling",
        "probability": "3",
        "severity": "3",
        "facts": "抽查25批次，7批次制动性能不合格。",
        "measures": "组织专项整治\n督促召回不合格产品",
        "government": "南湖区人民政府",
    }
    refused = client.post(reverse("warning_new"), given | {"facts": ""})
    assert refused.status_code == 422
    assert "督促召回不合格产品" in refused.content.decode()
    client.post(reverse("warning_new"), given)
    warning = RiskWarning.objects.get()
    assert "严重风险（红色预警）" in page(client, "warning_detail", warning.pk)
    client.post(reverse("warning_paper", args=[warning.pk]), {"kind": "alert_bulletin"})
    document = issue_document(document=Document.objects.get(), acting=acting(place.chief))
    served(document, place.head, place.officer)
    client.post(reverse("warning_feedback", args=[warning.pk]), {"received_on": "2026-11-18", "feedback": "已整治"})
    assert client.get(reverse("warning_lift", args=[warning.pk])).status_code == 403
    chief = signed_in(place.chief)
    chief.post(reverse("warning_lift", args=[warning.pk]), {"reason": "复查批次全部合格，风险已消除。"})
    client.post(reverse("warning_paper", args=[warning.pk]), {"kind": "alert_lift_notice"})
    issue_document(document=Document.objects.get(kind="alert_lift_notice"), acting=acting(place.chief))
    told = page(client, "warning_detail", warning.pk)
    assert "警情通报已解除" in told
    assert "解除警情通报通知" in told
    assert "儿童自行车" in page(client, "warning_list", data={"q": "自行车"})


def test_assistance_goes_from_the_units_page_to_its_opinion(place):
    client, head = signed_in(place.officer), signed_in(place.head)
    address = reverse("assistance_new", args=[place.unit.uscc])
    assert address in page(client, "enterprise_events", place.unit.uscc)
    given = {"event": place.event.pk, "asked_on": "2026-11-18", "asked_by": "厂长", "wish": "请指导改进制动装置检验。"}
    assert client.post(address, given | {"asked_on": "2026-11-19"}).status_code == 422
    client.post(address, given)
    key = Assistance.objects.get().pk
    assert client.get(reverse("assistance_decide", args=[key])).status_code == 403
    head.post(reverse("assistance_decide", args=[key]), {"outcome": "accept", "reason": "风险已核实，符合帮扶条件。"})
    visit = {"visited_on": "2026-11-18", "team": "两名专家", "account": "检验台缺少制动测试工装。"}
    refused = client.post(reverse("assistance_visit", args=[key]), visit | {"measures": "没有竖线"})
    assert refused.status_code == 422
    assert "没有竖线" in refused.content.decode()
    client.post(reverse("assistance_visit", args=[key]), visit | {"measures": "缺少工装｜增加制动测试工装"})
    client.post(reverse("assistance_paper", args=[key]), {"kind": "assistance_advice"})
    document = issue_document(document=Document.objects.get(), acting=acting(place.head))
    served(document, place.officer, place.head)
    client.post(reverse("assistance_follow_up", args=[key]), {"followed_on": "2026-11-18", "follow_up": "已加装"})
    client.post(reverse("assistance_close", args=[key]), {"satisfaction": "5", "words": "很有帮助"})
    told = page(client, "assistance_detail", key)
    assert "很有帮助" in told
    assert Assistance.objects.get().state == "closed"
    assert place.unit.name in page(client, "assistance_list")


def test_the_responsibility_list_is_drawn_up_once_a_day_and_issued_by_another(place):
    client = signed_in(place.head)
    for _time in range(2):
        client.post(reverse("responsibility_issue", args=["330402"]))
    document = Document.objects.get(kind="responsibility_list")
    assert reverse("responsibility_issue", args=["330402"]) in page(client, "responsibility_list", "330402")
    document = issue_document(document=document, acting=acting(place.lead))
    facts = document.issue.facts
    assert facts["parts"][0]["rows"][0][2:4] == [place.unit.uscc, place.unit.name]
    assert document.number == "嘉南市监责清〔2026〕1号"
    assert date.fromisoformat(facts["date"]) == date(2026, 11, 18)
