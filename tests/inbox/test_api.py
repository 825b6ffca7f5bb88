"""The tasks as JSON: the same guard, the same form, the same refusals as the page."""

import json
from typing import Any

import pytest
from django.test import Client

from cases.models import AuditEvent, Body, User
from tests.factories import make_user
from tests.inbox.conftest import Arrange, Make, Now, SignIn, acts
from workflow.demo.story import Cast
from workflow.models import WorkItem
from workflow.services.hand_over import claim_task

APPROVE = {"outcome": "approve", "reason": ""}


@pytest.fixture
def item(at_step: Make) -> WorkItem:
    return at_step("approve_inspection")


def post(client: Client, item: WorkItem, data: Any) -> Any:
    body = data if isinstance(data, str) else json.dumps(data)
    return client.post(f"/api/tasks/{item.pk}/", body, content_type="application/json")


def codes(response: Any) -> list[str]:
    return [error["code"] for error in response.json()["errors"]]


def test_the_list_holds_ones_own_and_what_waits(at_step: Make, item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    at_step("inspect")
    answer = sign_in(cast.unit_head).get("/api/tasks/").json()
    assert (answer["count"], answer["next"]) == (1, None)
    task = answer["tasks"][0]
    assert (task["id"], task["step"], task["owner"]) == (item.pk, "approve_inspection", None)
    assert task["enterprise"]["uscc"] == item.case.enterprise.uscc
    assert task["due_on"] == item.due_on.isoformat()  # type: ignore[union-attr]


def test_a_task_states_its_conditions_and_fields(item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.unit_head).get(f"/api/tasks/{item.pk}/").json()
    assert answer["may"] is True
    assert [each["code"] for each in answer["conditions"]] == ["status", "permission", "conflict_of_interest"]
    fields = {field["name"]: field for field in answer["fields"]}
    assert fields["outcome"]["required"] is True
    assert [choice["value"] for choice in fields["outcome"]["choices"]] == ["approve", "merge", "refuse"]


def test_posting_the_fields_does_the_step(item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    response = post(sign_in(cast.unit_head), item, APPROVE)
    assert response.status_code == 200
    assert response.json()["case"]["status"] == "approved"
    assert not WorkItem.objects.filter(pk=item.pk).exists()
    assert AuditEvent.objects.filter(case=item.case, action="approve_inspection", actor=cast.unit_head).exists()


def test_an_inspection_is_submitted_with_its_answers(at_step: Make, cast: Cast, sign_in: SignIn, now: Now) -> None:
    item = at_step("inspect")
    client = sign_in(cast.lead)
    fields = client.get(f"/api/tasks/{item.pk}/").json()["fields"]
    answers = {field["name"]: "pass" for field in fields if field["name"].startswith("item_")}
    facts = {"visited_on": now.today.isoformat(), "cooperated": "yes", "risk_level": "II", "version": 0}
    missing = post(client, item, {**facts, **dict(list(answers.items())[1:])})
    assert (missing.status_code, codes(missing)) == (422, ["unanswered"])
    assert post(client, item, {**facts, **answers}).status_code == 200


def test_refusals_name_code_field_and_clause(item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.unit_head)
    empty = post(client, item, {})
    assert (empty.status_code, empty.json()["errors"][0]["field"], codes(empty)) == (422, "outcome", ["required"])
    short = post(client, item, {"outcome": "refuse", "reason": "不行"})
    assert (short.status_code, codes(short)) == (422, ["reason_too_short"])
    assert short.json()["errors"][0]["field"] == "reason"
    assert "10" in short.json()["errors"][0]["message"]
    unknown = post(client, item, {**APPROVE, "status": "closed"})
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "status")
    for nonsense in ("{", "[1]", "null", "\ud83d".encode("utf-8", "surrogatepass").decode("latin-1")):
        assert post(client, item, nonsense).status_code == 400
    assert WorkItem.objects.filter(pk=item.pk).exists()


def test_a_failed_condition_is_a_403_with_the_guards_words(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    item = at_step("inspect")
    cast.lead.certificates.update(valid_to="2026-03-01")
    client = sign_in(cast.lead)
    stated = client.get(f"/api/tasks/{item.pk}/").json()
    assert stated["may"] is False
    assert [each["code"] for each in stated["conditions"] if not each["ok"]] == ["certificate"]
    refused = post(client, item, {"cooperated": "yes"})
    assert (refused.status_code, codes(refused)) == (403, ["certificate"])
    assert refused.json()["errors"][0]["clause"] == "行政处罚法 第四十二条"


def test_another_countys_task_does_not_exist(item: WorkItem, neighbour: dict[str, User], sign_in: SignIn) -> None:
    client = sign_in(neighbour["unit_head"])
    assert client.get(f"/api/tasks/{item.pk}/").status_code == 404
    assert post(client, item, APPROVE).status_code == 404
    assert client.get("/api/tasks/999999/").status_code == 404


def test_other_posts_work_is_refused_in_ones_own_county(item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.lead)
    assert client.get(f"/api/tasks/{item.pk}/").status_code == 403
    assert post(client, item, APPROVE).status_code == 403


def test_the_slower_of_two_is_told_who_finished_it(
    item: WorkItem, cast: Cast, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    other = make_user("何平", "unit_head", bodies["330402"])
    assert post(sign_in(other), item, APPROVE).status_code == 200
    late = post(sign_in(cast.unit_head), item, APPROVE)
    assert (late.status_code, codes(late), late.json()["by"]) == (409, ["task_done"], "何平")
    assert late.json()["at"]


def test_a_task_somebody_else_has_taken_is_a_409(
    item: WorkItem, cast: Cast, bodies: dict[str, Body], sign_in: SignIn, now: Now
) -> None:
    other = make_user("何平", "unit_head", bodies["330402"])
    claim_task(task_pk=item.pk, acting=acts(other, now))
    taken = post(sign_in(cast.unit_head), item, APPROVE)
    assert (taken.status_code, codes(taken), taken.json()["by"]) == (409, ["task_claimed"], "何平")


def test_a_substitute_sees_for_whom_and_acts_for_them(
    item: WorkItem, cast: Cast, stands_in: Arrange, sign_in: SignIn
) -> None:
    substitute = make_user("钱进", "legal_reviewer", item.body)
    stands_in(cast.unit_head, substitute)
    client = sign_in(substitute)
    assert client.get("/api/tasks/").json()["tasks"][0]["on_behalf_of"] == "李敏"
    assert post(client, item, APPROVE).status_code == 200
    assert AuditEvent.objects.get(case=item.case, action="approve_inspection").on_behalf_of == cast.unit_head


def test_service_is_recorded_on_the_documents_page(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    item = at_step("serve_order", outcomes={"inspect": ["3,12"]})
    client = sign_in(cast.lead)
    assert client.get(f"/api/tasks/{item.pk}/").json()["fields"] == []
    assert codes(post(client, item, {})) == ["document_page"]


def test_without_a_session_or_a_token_nothing_is_answered(item: WorkItem, cast: Cast) -> None:
    assert Client().get("/api/tasks/").status_code == 401
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(cast.unit_head, backend="django.contrib.auth.backends.ModelBackend")
    assert post(careful, item, APPROVE).status_code == 403
    assert WorkItem.objects.filter(pk=item.pk).exists()


def test_other_methods_are_named(item: WorkItem, cast: Cast, sign_in: SignIn) -> None:
    response = sign_in(cast.unit_head).delete(f"/api/tasks/{item.pk}/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, POST")
