"""Acts on many rows: what is left out, what is refused and why, paper and workbook, the long export."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.acting import LEGAL_ZONE
from cases.models import AuditEvent, Body, Deadline, ExtensionRequest, Job, ListRun, User
from cases.services import export_list as exports
from cases.services.export_list import KEPT, clean_exports
from cases.services.jobs import run_job
from notices.models import Document, IssuedFile
from tests.factories import give_post, make_user
from tests.inbox.conftest import Make, Now, SignIn, certify
from tests.inbox.test_saved_views import exported
from workflow.demo.story import Cast
from workflow.models import WorkItem

C: dict[str, Any] = {"outcomes": {"inspect": ["3,12"]}}
"""An inspection that ends in class C."""
REASON = "检查员出差两周，由同事办理"


@pytest.fixture
def two(at_step: Make) -> list[WorkItem]:
    """One that any inspector of the county can draft, one that is the lead inspector's alone."""
    return [at_step("draft_interview", **C), at_step("propose_class")]


def assign(client: Any, items: list[WorkItem], **fields: Any) -> Any:
    sent = {"row": [item.pk for item in items], "query": "show=taken", **fields}
    return client.post(reverse("work_assign", args=["queue"]), sent)


def test_the_page_says_what_will_be_done_and_what_is_left_out(
    two: list[WorkItem], cast: Cast, sign_in: SignIn, bodies: dict[str, Body]
) -> None:
    page = assign(sign_in(cast.unit_head), two)
    assert len(page.context["taken"]) == 2
    assert page.context["left_out"] == []
    assert cast.second in page.context["form"].fields["to"].queryset
    nothing = sign_in(cast.lead).post(reverse("work_assign", args=["inbox"]), {"row": [item.pk for item in two]})
    assert nothing.context["taken"] == []
    assert all("岗位" in why for _name, _url, why in nothing.context["left_out"])


def test_each_row_has_its_verdict_and_each_case_its_event(two: list[WorkItem], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.unit_head)
    short = assign(client, two, confirm="1", to=cast.second.pk, reason="")
    assert short.status_code == 422
    answer = assign(client, two, confirm="1", to=cast.second.pk, reason=REASON)
    run = ListRun.objects.get()
    assert answer.headers["Location"] == reverse("list_run", args=[run.pk])
    assert (run.total, run.done) == (2, 1)
    assert {verdict.get("why") for verdict in run.verdicts} == {None, "须由本案件的主办检查人员办理。"}
    assert [WorkItem.objects.get(pk=item.pk).owner for item in two] == [cast.second, cast.lead]
    assert AuditEvent.objects.get(action="task.reassigned").data["reason"] == REASON
    page = client.get(answer.headers["Location"]).content.decode()
    assert "1条完成，1条未办" in page
    assert sign_in(cast.lead).get(answer.headers["Location"]).status_code == 404


def test_a_row_done_by_somebody_meanwhile_is_told_of(two: list[WorkItem], cast: Cast, sign_in: SignIn) -> None:
    gone = WorkItem(pk=two[1].pk + 1000)
    assign(sign_in(cast.unit_head), [two[0], gone], confirm="1", to=cast.second.pk, reason=REASON)
    run = ListRun.objects.get()
    assert (run.total, run.done) == (2, 1)
    assert "他人先行办理" in run.verdicts[0]["why"]


def test_rows_of_another_county_are_not_touched(
    two: list[WorkItem], neighbour: dict[str, User], sign_in: SignIn
) -> None:
    answer = assign(sign_in(neighbour["unit_head"]), two, confirm="1", to=neighbour["inspector"].pk, reason=REASON)
    assert answer.headers["Location"] == "/tasks/queue/"
    assert not ListRun.objects.exists()


def test_all_of_the_filter_means_the_filter(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    drafts = [at_step("draft_interview", **C) for _ in range(2)]
    at_step("inspect")
    page = assign(sign_in(cast.unit_head), [], all="1", query="show=taken&step=draft_interview")
    assert sorted(page.context["keys"]) == sorted(item.pk for item in drafts)


def test_too_many_or_none_are_sent_back(two: list[WorkItem], cast: Cast, sign_in: SignIn, monkeypatch: Any) -> None:
    client = sign_in(cast.unit_head)
    assert assign(client, [], next="/tasks/queue/?show=taken").headers["Location"] == "/tasks/queue/?show=taken"
    monkeypatch.setattr("cases.views.list_acts.MOST_AT_ONCE", 1)
    assert assign(client, two).status_code == 302


def test_only_periods_whose_rule_allows_it_are_extended(
    at_step: Make, cast: Cast, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    order, draft = at_step("report_rectification", **C), at_step("draft_interview", **C)
    before = Deadline.objects.get(case=order.case, subject__startswith="order:").due_on
    client = sign_in(cast.unit_head)
    sent = {"row": [order.pk, draft.pk], "query": "show=taken"}
    page = client.post(reverse("work_extend", args=["queue"]), sent)
    assert [len(page.context[name]) for name in ("taken", "left_out")] == [1, 1]
    answer = client.post(
        reverse("work_extend", args=["queue"]),
        {**sent, "confirm": "1", "amount": "5", "reason": "企业搬迁，需延长整改期限"},
    )
    assert answer.status_code == 302
    run = ListRun.objects.get()
    assert (run.done, run.total) == (1, 2)
    clock = Deadline.objects.get(case=order.case, subject__startswith="order:")
    assert clock.due_on > before
    assert clock.entries.filter(event="extended").get().reason == "企业搬迁，需延长整改期限"


def test_the_board_extends_many_by_the_same_guard(
    at_step: Make, cast: Cast, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    order = at_step("report_rectification", **C)
    clock = Deadline.objects.get(case=order.case, subject__startswith="order:")
    sent = {"row": [clock.pk], "query": "due=running"}
    head = sign_in(cast.unit_head)
    assert [name for name, _url in head.post(reverse("deadlines_extend"), sent).context["taken"]]
    watcher = sign_in(make_user("杜超", "overseer", bodies["330402"]))
    assert sign_in(cast.lead).post(reverse("deadlines_extend"), sent).status_code == 403
    assert watcher.post(reverse("deadlines_extend"), sent).status_code == 200


def test_an_extension_is_asked_for_many_orders_at_once(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    order, draft = at_step("report_rectification", **C), at_step("draft_interview", **C)
    client = sign_in(cast.lead)
    for item in (order, draft):
        client.post(reverse("task_claim", args=[item.pk]))
    url = reverse("work_ask", args=["inbox"])
    sent = {"row": [order.pk, draft.pk], "query": ""}
    page = client.post(url, sent)
    assert [len(page.context[name]) for name in ("taken", "left_out")] == [1, 1]
    assert "责令" in page.context["left_out"][0][2]
    assert client.post(url, {**sent, "confirm": "1", "days": "5", "reason": "太短"}).status_code == 422
    assert not ExtensionRequest.objects.exists()
    reason = "模具更换需要外协加工，周期较长"
    page = client.post(url, {**sent, "confirm": "1", "days": "5", "reason": reason}, follow=True)
    run = page.context["run"]
    assert (run.act, run.done, run.total) == ("ask", 1, 2)
    assert "申请延期" in page.content.decode()
    asked = ExtensionRequest.objects.get()
    assert (asked.order.case, asked.days, asked.reason, asked.granted) == (order.case, 5, reason, None)
    assert AuditEvent.objects.get(action="ask_extension").actor == cast.lead
    decide = sign_in(cast.unit_head).get(reverse("extension_decide", args=[order.case_id]))
    assert reason in decide.content.decode()
    again = client.post(url, sent)
    assert again.context["taken"] == []
    assert "一次" in again.context["left_out"][0][2] + again.context["left_out"][1][2]


def test_too_late_to_ask_is_said_before_anybody_asks(at_step: Make, cast: Cast, now: Now, sign_in: SignIn) -> None:
    item = at_step("report_rectification", **C)
    due = Deadline.objects.get(case=item.case, subject__startswith="order:").due_on
    client = sign_in(cast.lead)
    client.post(reverse("task_claim", args=[item.pk]))
    now.at = datetime.combine(due - timedelta(days=4), time(10), LEGAL_ZONE)
    page = sign_in(cast.lead).post(reverse("work_ask", args=["inbox"]), {"row": [item.pk], "query": ""})
    assert page.context["taken"] == []
    assert f"{due - timedelta(days=5):%Y}" in page.context["left_out"][0][2]


def test_who_may_ask_and_who_may_grant_have_different_buttons(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    at_step("draft_interview", **C)

    def acts(user: User, page: str) -> set[str]:
        return {act["url"] for act in sign_in(user).get(reverse(page)).context["bulk_acts"]}

    assert reverse("work_ask", args=["inbox"]) in acts(cast.lead, "inbox")
    assert reverse("work_extend", args=["inbox"]) not in acts(cast.lead, "inbox")
    assert reverse("work_ask", args=["inbox"]) not in acts(cast.unit_head, "inbox")


def test_the_board_asks_for_orders_only(at_step: Make, cast: Cast, bodies: dict[str, Body], sign_in: SignIn) -> None:
    item = at_step("report_rectification", **C)
    appointed = make_user("两岗", "inspector", bodies["330402"])
    give_post(appointed, "overseer", bodies["330402"])
    clocks = list(Deadline.objects.filter(case=item.case, state="running"))
    client = sign_in(User.objects.get(pk=appointed.pk))
    sent = {"row": [clock.pk for clock in clocks], "query": "due=running"}
    page = client.post(reverse("deadlines_ask"), sent)
    assert len(page.context["taken"]) == 1
    assert len(page.context["left_out"]) == len(clocks) - 1
    client.post(reverse("deadlines_ask"), {**sent, "confirm": "1", "days": "7", "reason": "设备检修尚需外协单位排期"})
    assert ExtensionRequest.objects.get().order.case == item.case
    assert sign_in(cast.lead).post(reverse("deadlines_ask"), sent).status_code == 403


def test_paper_has_the_chosen_rows_in_the_readers_columns(two: list[WorkItem], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lead)
    page = client.post(reverse("list_print", args=["inbox"]), {"row": [two[0].pk]})
    text = page.content.decode()
    assert two[0].case.number in text
    assert two[1].case.number not in text
    assert client.post(reverse("list_print", args=["inbox"]), {}).headers["Location"] == "/tasks/"
    assert client.post(reverse("list_print", args=["nonsense"]), {}).status_code == 404


def test_a_chosen_workbook_has_the_chosen_rows(two: list[WorkItem], cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lead)
    rows = exported(client.post(reverse("list_export", args=["inbox"]), {"row": [two[1].pk]}))
    assert [row[4] for row in rows[1:]] == [two[1].case.number]
    assert sign_in(cast.lead).post(reverse("list_export", args=["oversight"]), {"row": ["1"]}).status_code == 403


def test_who_may_not_export_prints_nothing_of_it_either(two: list[WorkItem], cast: Cast, sign_in: SignIn) -> None:
    sent = {"row": [two[0].case_id]}
    for name in ("list_print", "list_export"):
        assert sign_in(cast.lead).post(reverse(name, args=["cases"]), sent).status_code == 403


def test_a_long_export_is_written_by_a_job_and_kept_a_week(
    two: list[WorkItem], cast: Cast, now: Now, sign_in: SignIn, monkeypatch: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("cases.views.list_page.AT_ONCE", 1)
    monkeypatch.setattr(exports, "STEP", 1)
    client = sign_in(cast.lead)
    answer = client.get("/tasks/export/?cols=town")
    run = ListRun.objects.get()
    assert answer.headers["Location"] == reverse("list_run", args=[run.pk])
    assert "可以离开本页" in client.get(answer.headers["Location"]).content.decode()
    assert client.get(reverse("list_run_file", args=[run.pk])).status_code == 404
    run_job(Job.objects.get(kind="lists.export").pk, lambda: now.at)
    run.refresh_from_db()
    assert (run.state, run.done, run.total) == ("done", 2, 2)
    rows = exported(client.get(reverse("list_run_file", args=[run.pk])))
    assert rows[0][4] == "案件编号"
    assert {row[4] for row in rows[1:]} == {item.case.number for item in two}
    assert AuditEvent.objects.get(action="exported.work").data["rows"] == 2
    assert sign_in(cast.second).get(reverse("list_run_file", args=[run.pk])).status_code == 404
    assert clean_exports(now=now.at + KEPT) == 0
    assert clean_exports(now=now.at + KEPT + timedelta(seconds=1)) == 1
    assert "已不再保留" in client.get(reverse("list_run", args=[run.pk])).content.decode()


def test_a_job_writes_only_what_its_reader_may_see_by_then(
    two: list[WorkItem], cast: Cast, now: Now, sign_in: SignIn, monkeypatch: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("cases.views.list_page.AT_ONCE", 1)
    sign_in(cast.lead).get("/tasks/export/")
    WorkItem.objects.filter(pk=two[0].pk).update(owner=certify(make_user("方媛", "inspector", two[0].body), "浙嘉003"))
    run_job(Job.objects.get(kind="lists.export").pk, lambda: now.at)
    assert ListRun.objects.get().total == 1


def test_documents_that_are_printed_are_joined_and_the_others_named(
    at_step: Make, cast: Cast, sign_in: SignIn, settings: Any, tmp_path: Any, monkeypatch: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item = at_step("serve_interview", **C)
    client, documents = sign_in(cast.unit_head), list(Document.objects.filter(case=item.case))
    printed = list(IssuedFile.objects.filter(document__case=item.case).values_list("document", flat=True))
    assert printed
    sent = {"row": [document.pk for document in documents]}
    page = client.post(reverse("documents_print"), sent)
    assert len(page.context["taken"]) == len(printed)
    assert len(page.context["left_out"]) == len(documents) - len(printed)
    joined: list[int] = []
    monkeypatch.setattr(
        "notices.views.print_many.joined_pdf", lambda letters: joined.extend(each.pk for each in letters) or b"%PDF"
    )
    answer = client.post(reverse("documents_print"), {**sent, "confirm": "1"})
    assert answer["Content-Type"] == "application/pdf"
    assert sorted(joined) == sorted(printed)
    stranger = make_user("秀洲科长", "unit_head", Body.objects.get(code="330411"))
    assert sign_in(stranger).post(reverse("documents_print"), {**sent, "confirm": "1"}).status_code == 302


def test_a_damaged_document_is_told_of_and_nothing_joined(
    at_step: Make, cast: Cast, sign_in: SignIn, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item = at_step("serve_interview", **C)
    sent = {"row": list(Document.objects.filter(case=item.case).values_list("pk", flat=True)), "confirm": "1"}
    answer = sign_in(cast.unit_head).post(reverse("documents_print"), sent, follow=True)
    assert "备份" in answer.content.decode()
