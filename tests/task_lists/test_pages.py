"""The pages of the task lists: made, filled in on a phone, printed, and nothing that was typed is lost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cases.models import ArchiveFile, BodyTask, OnsiteCheck, RiskEvent, TaskSheet
from cases.services.generate_task_sheets import generate_task_sheet
from notices.models import Document
from tests.factories import acting, make_enterprise

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _november(monkeypatch):
    """The edge reads the clock; these tests stand on one day."""
    from tests.factories import NOON

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


def signed_in(user):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    return client


def made(place):
    return generate_task_sheet(
        enterprise_id=place.unit.pk, list_code="production", period="2026-H2", acting=acting(place.head)
    )


def sent(sheet, place, **changed):
    data = {"version": sheet.version, "checked_on": "2026-11-18", "second_officer": place.second.pk, "note": ""}
    data |= {f"answer-{line.position}": "pass" for line in sheet.lines.all()}
    return data | changed


def test_the_head_makes_lists_for_an_area(place):
    client = signed_in(place.head)
    page = client.get(reverse("task_sheet_new"))
    assert "2026-H2" in page.content.decode()
    answer = client.post(
        reverse("task_sheet_new"),
        {"area": "330402", "lists": ["production", "sales"], "period": "2026-H2", "selection": "all"},
        follow=True,
    )
    assert "正在后台生成2份清单" in answer.content.decode()
    refused = client.post(
        reverse("task_sheet_new"), {"area": "330402", "lists": ["sales"], "period": "2026", "selection": "locked"}
    )
    assert refused.status_code == 422
    assert "没有符合所选范围的单位" in refused.content.decode()


def test_a_unit_gets_its_list_and_it_is_filled_in_and_read(place):
    made_page = signed_in(place.head).post(
        reverse("unit_task_sheets", args=[place.unit.uscc]), {"list_code": "production", "period": "2026-H2"}
    )
    sheet = TaskSheet.objects.get()
    assert made_page["Location"] == reverse("task_sheet", args=[sheet.pk])
    client = signed_in(place.officer)
    form = client.get(reverse("task_sheet_fill", args=[sheet.pk])).content.decode()
    assert "建立产品质量安全管理制度。" in form
    data = sent(sheet, place, **{"answer-2": "fail", "remark-2": "未配备质量安全总监"})
    saved = client.post(reverse("task_sheet_fill", args=[sheet.pk]), {**data, "_do": "save"}, follow=True)
    assert "未配备质量安全总监" in saved.content.decode()
    sheet.refresh_from_db()
    answer = client.post(
        reverse("task_sheet_fill", args=[sheet.pk]), {**data, "version": sheet.version, "_do": "submit"}, follow=True
    )
    page = answer.content.decode()
    assert "1项不符合" in page
    assert "王建国、陈晓" in page
    assert reverse("case_new") in signed_in(place.head).get(reverse("task_sheet", args=[sheet.pk])).content.decode()


def test_a_case_on_the_findings_starts_with_their_words(place):
    sheet = made(place)
    data = sent(sheet, place, **{"answer-2": "fail", "remark-2": "未配备质量安全总监"})
    signed_in(place.officer).post(reverse("task_sheet_fill", args=[sheet.pk]), data)
    client = signed_in(place.head)
    address = f"{reverse('case_new')}?enterprise={place.unit.uscc}&sheet={sheet.pk}"
    page = client.get(address).content.decode()
    assert "1.2 未配备质量安全总监" in page
    given = {
        "form": "special",
        "origin": "hazard",
        "origin_note": "监管任务清单检查发现问题",
        "planned_on": "2026-11-20",
    }
    client.post(address, {**given, "task_sheet_id": sheet.pk})
    assert TaskSheet.objects.get(pk=sheet.pk).case is not None


def test_what_is_missing_is_said_and_nothing_typed_is_lost(place):
    sheet = made(place)
    data = sent(sheet, place, **{"answer-1": "", "answer-2": "fail", "remark-3": "已查看原件"})
    answer = signed_in(place.officer).post(reverse("task_sheet_fill", args=[sheet.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请说明不符合的情况" in page
    assert "已查看原件" in page
    assert TaskSheet.objects.get().state == "open"


def test_a_submitted_list_is_an_on_site_check_and_reports_its_hidden_dangers(place):
    sheet = made(place)
    client, address = signed_in(place.officer), reverse("task_sheet_fill", args=[sheet.pk])
    marked = {"answer-2": "fail", "remark-2": "配电箱无接地", "hazard-2": "on", "hazard-3": "on"}
    client.post(address, {**sent(sheet, place, **marked), "_do": "save"})
    assert not RiskEvent.objects.exists()
    kept = client.get(address).content.decode()
    assert 'name="hazard-2" id="id_hazard-2" checked' in kept
    assert 'name="hazard-3" id="id_hazard-3" checked' not in kept  # what complies is no hidden danger
    sheet.refresh_from_db()
    page = client.post(address, {**sent(sheet, place, **marked), "_do": "submit"}, follow=True).content.decode()
    check, event = OnsiteCheck.objects.get(), RiskEvent.objects.get()
    assert (check.occasion, check.checked_on, check.second_officer) == ("task_list", date(2026, 11, 18), place.second)
    assert "：配电箱无接地" in check.findings
    assert "。：" not in check.findings + event.facts  # a task of the annex ends in a full stop
    assert (event.kind, event.state, event.occurred_on) == ("hazard", "reported", date(2026, 11, 18))
    assert [line.event for line in sheet.lines.filter(compliant=False)] == [event]
    assert reverse("event_detail", args=[event.pk]) in page


def test_a_filled_list_is_kept_once_under_a_number(place):
    sheet = made(place)
    client, keep = signed_in(place.officer), reverse("task_sheet_keep", args=[sheet.pk])
    refused = client.post(keep, follow=True)
    assert "清单尚未填写完成" in refused.content.decode()
    assert not Document.objects.exists()
    client.post(reverse("task_sheet_fill", args=[sheet.pk]), sent(sheet, place, **{"remark-3": "已查看原件"}))
    assert keep in client.get(reverse("task_sheet", args=[sheet.pk])).content.decode()
    for _time in range(2):
        client.post(keep)
    document = Document.objects.get(kind="supervision_task_list", state="issued")
    facts = document.issue.facts
    assert document.number == f"{place.unit.territorial_body.document_prefix}监清〔2026〕1号"
    assert (facts["officers"], facts["checked_on"]) == (["王建国", "陈晓"], "2026-11-18")
    assert {row["remark"] for row in facts["rows"]} == {"", "已查看原件"}
    assert signed_in(place.stranger).post(keep).status_code == 404


def test_a_photo_is_kept_even_where_the_answers_are_refused(place):
    sheet = made(place)
    client, address = signed_in(place.officer), reverse("task_sheet_fill", args=[sheet.pk])
    photo = SimpleUploadedFile("现场.pdf", b"%PDF-1.7 photo", "application/pdf")
    refused = client.post(address, sent(sheet, place, **{"answer-1": "", "_do": "submit", "paper": photo}))
    assert refused.status_code == 422
    kept = ArchiveFile.objects.get()
    assert (kept.subject, kept.name) == (f"task_sheet:{sheet.pk}", "现场.pdf")
    assert reverse("archive_file", args=[kept.pk]) in refused.content.decode()
    bad = SimpleUploadedFile("x.exe", b"MZ", "application/x-msdownload")
    assert client.post(address, sent(sheet, place, **{"_do": "save", "paper": bad})).status_code == 422
    assert ArchiveFile.objects.count() == 1


def test_two_officers_at_once_are_shown_both_versions(place):
    sheet = made(place)
    address = reverse("task_sheet_fill", args=[sheet.pk])
    first = sent(sheet, place, **{"answer-1": "fail", "remark-1": "没有制度", "_do": "save"})
    signed_in(place.officer).post(address, first)
    second = sent(sheet, place, **{"second_officer": place.officer.pk, "_do": "save"})
    answer = signed_in(place.second).post(address, second)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "没有制度" in page
    assert answer.context["saved"].name == place.officer.name
    assert place.officer.name in page
    assert "市场监督管理" in answer.context["saved"].bodies
    labels = {row.label for row in answer.context["differences"]}
    assert len(labels) == 3  # the second officer, the answer and the remark of the first task
    kept = signed_in(place.second).post(address, {**second, "_do": "mine", "seen_version": 1}, follow=True)
    assert kept.status_code == 200
    assert TaskSheet.objects.get().lines.get(position=1).compliant is True


def test_a_stranger_sees_none_of_it(place):
    sheet = made(place)
    client = signed_in(place.stranger)
    assert place.unit.name not in client.get(reverse("task_sheet_list")).content.decode()
    for name in ("task_sheet", "task_sheet_fill", "task_sheet_print"):
        assert client.get(reverse(name, args=[sheet.pk])).status_code == 404
    assert client.get(reverse("unit_task_sheets", args=[place.unit.uscc])).status_code == 404


def test_forty_lists_cost_no_more_than_five(place, django_assert_max_num_queries):
    for number in range(40):
        unit = make_enterprise(name=f"企业{number}", territorial_body=place.bodies["330402"])
        generate_task_sheet(enterprise_id=unit.pk, list_code="production", period="2026", acting=acting(place.head))
    client = signed_in(place.head)
    with django_assert_max_num_queries(18):
        page = client.get(reverse("task_sheet_list"), {"list": "production", "state": "open", "area": "330402"})
    assert "40份清单" in page.content.decode()


def test_the_export_says_both_answers_apart(place):
    sheet = made(place)
    data = sent(sheet, place, **{"answer-2": "fail", "remark-2": "=HYPERLINK(1)"})
    signed_in(place.officer).post(reverse("task_sheet_fill", args=[sheet.pk]), data)
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    answer = signed_in(place.head).get(reverse("task_sheet_export"))
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][7:11] == ["具体任务", "是否已检查", "是否符合", "备注"]
    assert rows[2][8:11] == ["是", "否", "=HYPERLINK(1)"]


def test_a_body_adds_a_task_and_takes_it_out(place):
    client = signed_in(place.head)
    address = reverse("body_tasks")
    added = client.post(address, {"body": "330402", "place": "production:1", "text": "检查追溯码。"}, follow=True)
    assert "检查追溯码。" in added.content.decode()
    again = client.post(address, {"body": "330402", "place": "production:1", "text": "检查追溯码。"})
    assert again.status_code == 422
    task = BodyTask.objects.get()
    client.post(reverse("body_task_retire", args=[task.pk]))
    assert BodyTask.objects.get().retired_at is not None
    assert signed_in(place.officer).get(address).status_code == 403
    assert signed_in(place.stranger).post(reverse("body_task_retire", args=[task.pk])).status_code == 404


def test_the_list_is_given_and_called_off(place):
    sheet = made(place)
    client = signed_in(place.head)
    client.post(reverse("task_sheet_give", args=[sheet.pk]), {"officer": place.officer.pk})
    assert TaskSheet.objects.get().officer == place.officer
    short = client.post(reverse("task_sheet_cancel", args=[sheet.pk]), {"reason": "搬迁"})
    assert short.status_code == 422
    client.post(reverse("task_sheet_cancel", args=[sheet.pk]), {"reason": "企业搬迁，本期不再检查。"})
    assert TaskSheet.objects.get().state == "cancelled"


def test_a_late_list_is_marked(place, monkeypatch):
    made(place)
    TaskSheet.objects.update(last_day=date(2026, 11, 1))
    assert "逾期" in signed_in(place.head).get(reverse("task_sheet_list"), {"late": "on"}).content.decode()
