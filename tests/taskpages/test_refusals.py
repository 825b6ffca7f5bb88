"""Bad input gets a clear answer and loses nothing; who may not do a step is told so."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape

from cases.models import Attachment, EnforcementCertificate, Inspection, Opinion
from tests.factories import give_post, make_user
from tests.taskpages.browser import form_of
from tests.taskpages.walk import REASON, inspection_of
from workflow.models import StepDraft

LONG_NAME = "浙江省嘉兴市南湖区" + "超长名称" * 46 + "有限公司"


def answers(standing: Any, *failing: str, **changes: Any) -> dict[str, Any]:
    return {**inspection_of(failing, f"{standing.clock.today:%Y-%m-%d}"), **changes}


# --- who --------------------------------------------------------------------------------------------------------------


def test_a_person_of_another_county_finds_no_such_task(at: Any, bodies: Any) -> None:
    standing = at("approve_inspection")
    standing.browser.sign_in(make_user("外县", "unit_head", bodies["330411"]))
    standing.browser.open(standing.url, status=404)
    assert standing.browser.client.post(standing.url, {"outcome": "approve"}).status_code == 404
    assert standing.still_open()


def test_a_colleague_without_the_post_is_refused(at: Any) -> None:
    standing = at("decide_grassroots")
    standing.browser.sign_in(standing.cast.list_admin)
    standing.browser.open(standing.url, status=403)
    assert standing.browser.client.post(standing.url, {"outcome": "agree"}).status_code == 403
    assert standing.still_open()


def test_nobody_gets_in_without_signing_in(at: Any, client: Any) -> None:
    standing = at("approve_inspection")
    client.logout()
    assert client.get(standing.url).status_code == 302


def test_an_officer_without_a_valid_certificate_cannot_submit(at: Any) -> None:
    standing = at("inspect")
    EnforcementCertificate.objects.filter(user=standing.cast.lead).update(
        valid_to=standing.clock.today - timedelta(days=1)
    )
    page = standing.page()
    assert "王建国 must hold an enforcement certificate valid today." in page
    assert 'aria-disabled="true"' in page
    sent = standing.browser.send(standing.url, page, "submit", **answers(standing))
    assert sent.status_code == 403
    assert standing.still_open()
    assert not Inspection.objects.exists()


def test_whoever_inspected_may_not_decide_and_the_page_says_so(at: Any, bodies: Any) -> None:
    standing = at("decide_grassroots")
    give_post(standing.cast.lead, "grassroots_lead", bodies["330402"])
    standing.browser.sign_in(standing.cast.lead)
    page = standing.page()
    assert "Whoever inspected or signed before may not decide this step" in page
    sent = standing.browser.send(standing.url, page, outcome="agree", mode="tightened", reason=REASON)
    assert sent.status_code == 403
    assert standing.still_open()
    assert REASON in sent.content.decode()


# --- the same step twice ----------------------------------------------------------------------------------------------


def test_the_second_to_finish_a_step_is_told_by_whom_and_keeps_what_was_typed(at: Any, bodies: Any) -> None:
    standing = at("approve_inspection")
    other = make_user("赵明", "unit_head", bodies["330402"])
    standing.browser.sign_in(other)
    page = standing.page()
    standing.browser.sign_in(standing.cast.unit_head)
    assert standing.send(outcome="approve").status_code == 302
    standing.browser.sign_in(other)
    late = standing.browser.send(standing.url, page, outcome="refuse", reason=REASON)
    told = late.content.decode()
    assert late.status_code == 409
    assert "李敏" in told
    assert REASON in told
    assert "Refuse" in told
    assert Opinion.objects.filter(step="approve_inspection").count() == 1


def test_a_step_that_is_over_leads_to_its_case(at: Any) -> None:
    standing = at("approve_inspection")
    standing.send(outcome="approve")
    page = standing.browser.open(standing.url)
    assert "This step is done already" in page
    assert f"/cases/{standing.case.pk}/" in page


def test_a_step_taken_by_a_colleague_is_shown_as_theirs(at: Any, bodies: Any) -> None:
    standing = at("approve_inspection")
    other = make_user("赵明", "unit_head", bodies["330402"])
    standing.browser.client.post(f"/tasks/{standing.item.pk}/claim/")
    standing.browser.sign_in(other)
    page = standing.page()
    assert "李敏 has taken this step." in page
    late = standing.browser.send(standing.url, page, outcome="refuse", reason=REASON)
    assert late.status_code == 409
    assert REASON in late.content.decode()
    assert standing.still_open()


# --- drafts -----------------------------------------------------------------------------------------------------------


def test_a_draft_may_be_incomplete_and_comes_back(at: Any) -> None:
    standing = at("approve_inspection")
    assert standing.send("save", reason="想好了一半").status_code == 302
    page = standing.page()
    assert form_of(page)["reason"] == ["想好了一半"]
    assert "Draft of " in page
    assert standing.still_open()


def test_a_draft_belongs_to_whoever_typed_it(at: Any, bodies: Any) -> None:
    standing = at("approve_inspection")
    standing.send("save", reason="只有我自己看")
    standing.browser.sign_in(make_user("赵明", "unit_head", bodies["330402"]))
    assert "只有我自己看" not in standing.page()


def test_a_draft_keeps_several_ticks_and_further_items(at: Any) -> None:
    escalating = {**{"inspect": ["3,6,12,14"]}, "return_visit": ["fail", "fail"]}
    standing = at("escalate", escalating)
    standing.send("save", kinds=["upper_tier", "recall"], reason="")
    assert form_of(standing.page())["kinds"] == ["upper_tier", "recall"]


def test_a_draft_of_an_order_offers_more_lines_than_were_filled(at: Any) -> None:
    standing = at("draft_order")
    offered = sum(name.startswith("problem_") for name in form_of(standing.page()))
    standing.send("save", **{f"problem_{offered}": "新问题", f"demand_{offered}": "新要求"})
    form = form_of(standing.page())
    assert form[f"problem_{offered}"] == ["新问题"]
    assert f"problem_{offered + 1}" in form


def test_going_back_from_the_check_keeps_everything(at: Any) -> None:
    standing = at("propose_class", {"inspect": ["3,6"]})
    typed = {"quality_class": "C", "reason": "企业近期原材料供应商更换频繁，质量稳定性有待观察。"}
    checked = standing.send("check", **typed)
    page = checked.content.decode()
    assert "Your opinion is signed with your name" in page
    assert typed["reason"] in page
    back = standing.browser.send(standing.url, page, "edit").content.decode()
    assert form_of(back)["reason"] == [typed["reason"]]
    assert form_of(back)["quality_class"] == ["C"]


# --- the inspection form ----------------------------------------------------------------------------------------------


def test_the_form_has_every_item_in_its_own_words_and_works_without_script(at: Any) -> None:
    standing = at("inspect")
    page = standing.page()
    assert page.count("data-question") == 19
    assert page.count("指向型") == 7, "items 1, 2, 12 and 14 to 17 are starred"
    assert "未发现问题" in page
    assert "不符合" in page
    assert "hidden data-show-when" not in page
    assert "0</span> / 19" in page


def test_unanswered_items_are_each_named_and_the_rest_is_kept(at: Any) -> None:
    standing = at("inspect")
    sent = standing.send("check", **answers(standing, "3", item_5=None, item_9=None))
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "Error: " in page
    assert 'href="#id_item_5_0"' in page
    assert 'href="#id_item_9_0"' in page
    assert 'href="#id_item_4_0"' not in page
    assert "17</span> / 19" in page
    kept = Inspection.objects.get()
    assert kept.submitted_at is None
    assert kept.answers.count() == 17
    again = standing.browser.send(standing.url, page, "check", item_5="pass", item_9="pass")
    assert again.status_code == 200, "the page after an error must not be stale"


def test_both_answers_to_one_item_are_refused(at: Any) -> None:
    standing = at("inspect")
    sent = standing.send("check", **answers(standing, item_7=["pass", "fail"]))
    assert sent.status_code == 422
    assert "Tick exactly one answer." in sent.content.decode()
    assert not Inspection.objects.exists()


def test_an_answer_the_form_does_not_offer_is_refused(at: Any) -> None:
    standing = at("inspect")
    assert standing.send("check", **answers(standing, item_1="na")).status_code == 422


def test_a_failing_item_without_evidence_is_refused(at: Any) -> None:
    standing = at("inspect")
    sent = standing.send("check", **answers(standing, "3", evidence_3=" "))
    assert sent.status_code == 422
    assert 'href="#id_evidence_3"' in sent.content.decode()


@pytest.mark.parametrize(
    ("days", "words"), [(2, "lies in the future"), (-30, "lies before the inspection was approved")]
)
def test_a_day_of_visit_out_of_order_is_refused(at: Any, days: int, words: str) -> None:
    standing = at("inspect")
    day = standing.clock.today + timedelta(days=days)
    sent = standing.send("check", **answers(standing, visited_on=f"{day:%Y-%m-%d}"))
    assert sent.status_code == 422
    assert words in sent.content.decode()
    assert standing.still_open()


def test_a_refusal_needs_its_reason_and_witness_but_no_answers(at: Any) -> None:
    standing = at("inspect")
    day = f"{standing.clock.today:%Y-%m-%d}"
    short = standing.send("check", visited_on=day, cooperated="no", refusal_reason="不让进")
    assert short.status_code == 422
    assert "at least 10 characters" in short.content.decode()
    typed = {"refusal_reason": "企业负责人关闭厂门，拒绝检查人员进入车间。", "refusal_witness": "网格员 周建平"}
    checked = standing.send("check", visited_on=day, cooperated="no", **typed)
    page = checked.content.decode()
    assert checked.status_code == 200, page
    assert typed["refusal_reason"] in page
    assert standing.browser.send(standing.url, page, "submit").status_code == 302
    assert not Inspection.objects.get().cooperated


def test_a_stale_form_shows_both_versions_and_either_may_be_kept(at: Any) -> None:
    standing = at("inspect")
    mine = standing.page()
    standing.browser.sign_in(standing.cast.second)
    theirs = standing.browser.send(standing.url, standing.page(), "save", item_1="pass", note="同事的备注")
    assert theirs.status_code == 302
    standing.browser.sign_in(standing.cast.lead)
    sent = standing.browser.send(standing.url, mine, "save", **answers(standing, "1", note="我的备注"))
    page = sent.content.decode()
    assert sent.status_code == 409
    assert "同事的备注" in page
    assert "我的备注" in page
    assert "发现问题" in page
    assert f"{standing.cast.second.name} (" in page
    assert standing.case.territorial_body.name in page or standing.case.body.name in page
    assert Inspection.objects.get().note == "同事的备注"
    assert standing.browser.send(standing.url, page, "mine").status_code == 302
    kept = Inspection.objects.get()
    assert kept.note == "我的备注"
    assert kept.answers.get(item="1").value == "fail"


def test_keeping_mine_does_not_overwrite_a_version_nobody_saw(at: Any) -> None:
    standing = at("inspect")
    mine = standing.page()
    standing.browser.sign_in(standing.cast.second)
    standing.browser.send(standing.url, standing.page(), "save", note="第一次")
    standing.browser.sign_in(standing.cast.lead)
    conflict = standing.browser.send(standing.url, mine, "save", note="我的").content.decode()
    standing.browser.sign_in(standing.cast.second)
    standing.browser.send(standing.url, standing.page(), "save", note="第二次")
    standing.browser.sign_in(standing.cast.lead)
    again = standing.browser.send(standing.url, conflict, "mine")
    assert again.status_code == 409
    assert "第二次" in again.content.decode()
    assert Inspection.objects.get().note == "第二次"


# --- reasons and dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("approve_inspection", {"outcome": "refuse", "reason": "不行"}),
        ("countersign", {"outcome": "reject", "reason": "不行"}),
        ("decide_grassroots", {"outcome": "return_to_opinion", "reason": "不行"}),
        ("file_province", {"outcome": "objected", "reason": "不行"}),
        ("decide_measures", {"outcome": "measures", "reason": "不行"}),
        ("issue_interview", {"outcome": "return", "reason": "不行"}),
    ],
)
def test_a_short_reason_is_refused_where_it_stands(at: Any, step: str, typed: dict[str, str]) -> None:
    standing = at(step)
    sent = standing.send(**typed)
    page = sent.content.decode()
    assert sent.status_code == 422
    assert 'id="id_reason_error"' in page
    assert form_of(page)["reason"] == ["不行"]
    assert form_of(page)["outcome"] == [typed["outcome"]]
    assert standing.still_open()


def test_an_interview_in_the_past_is_refused(at: Any) -> None:
    standing = at("draft_interview")
    sent = standing.send(scheduled_on="2026-01-05", scheduled_time="09:00")
    assert sent.status_code == 422
    assert form_of(sent.content.decode())["scheduled_on"] == ["2026-01-05"]


def test_a_return_visit_asks_what_was_found_only_where_it_failed(at: Any) -> None:
    standing = at("return_visit")
    page = standing.page()
    second = standing.cast.second.pk
    count = page.count('data-show-when="verdict_')
    verdicts = {f"verdict_{n}": "pass" for n in range(1, count + 1)} | {"verdict_1": "fail"}
    sent = standing.browser.send(standing.url, page, second_inspector=second, **verdicts)
    assert sent.status_code == 422
    assert 'id="id_finding_1_error"' in sent.content.decode()
    assert 'id="id_finding_2_error"' not in sent.content.decode()


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>童车&公司", "嘉兴㛃𬍛电器有限公司", LONG_NAME[:200]],
    ids=["html", "rare", "long"],
)
def test_any_name_is_shown_as_it_is(at: Any, enterprise: Any, name: str) -> None:
    enterprise.name = name
    enterprise.save()
    standing = at("decide_grassroots")
    page = standing.page()
    assert str(escape(name)) in page
    assert "<script>alert" not in page
    checked = standing.send("check", outcome="agree", mode="tightened", reason="㛃𬍛<b>经集体研究同意</b>")
    assert str(escape("㛃𬍛<b>经集体研究同意</b>")) in checked.content.decode()
    assert standing.browser.send(standing.url, checked.content.decode()).status_code == 302
    assert Opinion.objects.get(step="decide_grassroots").reason == "㛃𬍛<b>经集体研究同意</b>"


# --- files ------------------------------------------------------------------------------------------------------------


BAD_FILES = {
    "exe": (b"MZ\x90\x00" + b"0" * 64, "is not what its name says"),
    "empty": (b"", "is empty"),
    "html": (b"<html><script>", "is not what its name says"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_file_that_will_not_do_is_named_and_nothing_is_half_written(at: Any, kind: str, photo: Any) -> None:
    standing = at("inspect")
    content, words = BAD_FILES[kind]
    bad = SimpleUploadedFile("现场照片.jpg", content, "image/jpeg")
    sent = standing.send("save", **answers(standing, "3", files_3=[photo(), bad], note="打了很多字"))
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "“现场照片.jpg”" in page
    assert words in page
    assert "Browsers do not keep chosen files" in page
    assert form_of(page)["note"] == ["打了很多字"]
    assert not Inspection.objects.exists()
    assert not Attachment.objects.exists()


def test_a_file_of_fifty_megabytes_is_refused(at: Any, settings: Any) -> None:
    settings.UPLOAD_MAX_MB = 1
    standing = at("report_rectification")
    big = SimpleUploadedFile("全景.jpg", b"\xff\xd8\xff" + b"0" * (2 * 1024 * 1024), "image/jpeg")
    sent = standing.send(content="已全部整改完毕。", submitted_name="沈国良", uploads=[big])
    page = sent.content.decode()
    assert sent.status_code == 422
    assert "at most 1 MB are accepted" in page
    assert form_of(page)["content"] == ["已全部整改完毕。"]
    assert standing.still_open()
    assert not Attachment.objects.exists()


def test_photos_are_kept_with_the_draft_and_shown_with_their_hash(at: Any, photo: Any) -> None:
    standing = at("inspect")
    assert standing.send("save", **answers(standing, "3", files_3=[photo()])).status_code == 302
    kept = Attachment.objects.get()
    assert (kept.item, kept.purpose, kept.uploaded_by) == ("3", "evidence", standing.cast.lead)
    page = standing.page()
    assert kept.sha256[:8] in page
    assert f"/attachments/{kept.pk}/thumb/" in page
    assert standing.browser.client.get(f"/attachments/{kept.pk}/thumb/").status_code == 200


def test_nobody_attaches_files_to_a_step_that_is_not_theirs_to_do(at: Any, photo: Any) -> None:
    standing = at("return_visit")
    EnforcementCertificate.objects.filter(user=standing.cast.lead).delete()
    refused = standing.send("save", note="备注保留", uploads=[photo()])
    assert refused.status_code == 403
    assert form_of(refused.content.decode())["note"] == ["备注保留"]
    assert not Attachment.objects.exists()


def test_files_of_a_draft_are_kept_and_those_of_a_refused_step_are_not(at: Any, photo: Any) -> None:
    standing = at("hold_interview")
    standing.clock.jump(standing.case.interviews.get().scheduled_at + timedelta(hours=1))
    standing.browser.sign_in(standing.cast.unit_head)
    refused = standing.send(outcome="held", attended="沈国良", statement="短", uploads=[photo()])
    assert refused.status_code == 422
    assert not Attachment.objects.exists()
    assert standing.send("save", outcome="held", uploads=[photo()]).status_code == 302
    assert Attachment.objects.get().purpose == "interview"
    assert StepDraft.objects.get().data["outcome"] == "held"
    assert Attachment.objects.get().sha256[:8] in standing.page()
