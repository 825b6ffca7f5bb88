"""What is typed is not lost: drafts kept by themselves, sessions that end, and the way from one task to the next."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cases.models import Opinion, User
from tests.inbox.conftest import Make, Now, SignIn
from workflow.demo.story import Cast
from workflow.models import StepDraft, WorkItem

PASSWORD = "ein langes Wort 17"
REASON = "登录过期以前写下的理由"


@pytest.fixture
def waiting(at_step: Make) -> WorkItem:
    return at_step("approve_inspection")


def page_of(item: WorkItem, query: str = "") -> str:
    return reverse("task", args=[item.pk]) + query


def test_a_draft_is_kept_by_itself_complete_or_not(waiting: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.unit_head)
    answer = client.post(page_of(waiting), {"_do": "keep", "reason": REASON})
    assert (answer.status_code, answer.content) == (204, b"")
    draft = StepDraft.objects.get()
    assert (draft.user, draft.data["reason"]) == (cast.unit_head, REASON)
    assert "_do" not in draft.data
    assert REASON in client.get(page_of(waiting)).content.decode()
    assert not Opinion.objects.filter(case=waiting.case).exists()


def test_a_row_says_when_its_draft_was_kept(waiting: WorkItem, cast: Cast, now: Now, sign_in: SignIn) -> None:
    client = sign_in(cast.unit_head)
    client.post(reverse("task_claim", args=[waiting.pk]))
    client.post(page_of(waiting), {"_do": "keep", "reason": REASON})
    at = f"草稿存于{now.at:%H:%M}"
    assert at in client.get(reverse("inbox")).content.decode()
    now.at += timedelta(days=1)
    page = sign_in(cast.unit_head).get(reverse("inbox")).content.decode()  # the session has ended overnight
    assert at not in page
    assert "草稿存于" in page


def test_nobody_keeps_a_draft_of_what_is_none_of_theirs(
    waiting: WorkItem, neighbour: dict[str, User], sign_in: SignIn
) -> None:
    stranger = sign_in(neighbour["unit_head"])
    assert stranger.post(page_of(waiting), {"_do": "keep", "reason": REASON}).status_code == 404
    assert not StepDraft.objects.exists()


def test_an_inspection_has_a_way_of_its_own(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    assert sign_in(cast.lead).post(page_of(at_step("inspect")), {"_do": "keep"}).status_code == 409


def test_a_form_sent_after_the_session_ended_goes_on_after_signing_in(
    waiting: WorkItem, cast: Cast, client: Client
) -> None:
    head = cast.unit_head
    head.set_password(PASSWORD)
    head.save()
    sent = {"_do": "save", "reason": REASON, "some_password": "geheim"}
    late = client.post(page_of(waiting, "?from=queue"), sent)
    assert late.status_code == 401
    kept = late.context["kept"]
    assert REASON not in kept, "packed"
    wrong = client.post(reverse("login"), {"username": head.username, "password": "x", "kept": kept})
    assert wrong.context["kept"] == kept
    again = client.post(reverse("login"), {"username": head.username, "password": PASSWORD, "kept": kept})
    assert again.context["path"] == page_of(waiting, "?from=queue")
    fields = [tuple(field) for field in again.context["fields"]]
    assert fields == [("_do", "save"), ("reason", REASON)]
    assert not StepDraft.objects.exists(), "nothing is done until the person says so"
    client.post(again.context["path"], dict(fields))
    assert StepDraft.objects.get().data["reason"] == REASON


@pytest.mark.parametrize("kept", ["", "nonsense", "eyJ4IjoxfQ:1tGx:forged"])
def test_what_was_not_signed_here_is_not_taken_up(cast: Cast, client: Client, kept: str) -> None:
    head = cast.unit_head
    head.set_password(PASSWORD)
    head.save()
    sent = {"username": head.username, "password": PASSWORD, "kept": kept, "next": "/tasks/"}
    assert client.post(reverse("login"), sent).headers["Location"] == "/tasks/"


def test_a_draft_sent_by_script_after_the_session_ended_is_led_to_signing_in(waiting: WorkItem, client: Client) -> None:
    answer = client.post(page_of(waiting), {"_do": "keep", "reason": REASON}, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 302


def test_one_task_follows_the_other_in_the_list_as_narrowed(
    at_step: Make, cast: Cast, now: Now, sign_in: SignIn
) -> None:
    first, other, last = (at_step("approve_inspection", name=name) for name in ("嘉兴甲厂", "别处乙厂", "嘉兴丙厂"))
    client = sign_in(cast.unit_head)
    query = client.get("/approvals/?q=嘉兴").context["task_query"]
    beside = client.get(page_of(first, query)).context["neighbours"]
    assert (beside["previous"], beside["place"], beside["total"]) == ("", 1, 2)
    assert beside["next"] == page_of(last, query)
    sent: dict[str, Any] = {"_do": "submit", "outcome": "approve"}
    assert client.post(page_of(first, query), sent).headers["Location"] == page_of(last, query)
    assert client.post(page_of(last, query), sent).headers["Location"] == reverse("case_detail", args=[last.case_id])
    assert client.get(page_of(other)).context["neighbours"] is None


def test_keys_can_be_turned_off(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lead)
    assert 'data-shortcuts="off"' not in client.get("/tasks/").content.decode()
    client.post(reverse("set_shortcuts"), {"shortcuts": "off"})
    assert 'data-shortcuts="off"' in client.get("/tasks/").content.decode()
    assert client.post(reverse("set_shortcuts"), {"shortcuts": "perhaps"}).status_code == 400
