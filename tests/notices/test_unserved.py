"""The board of unserved letters: whose they are, which are late, what was tried, and that more cost the same."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cases.models import Body, Case, Deadline, User
from notices.models import Document
from notices.selectors.unserved import count_unserved, unserved_for
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.record_service import record_service
from notices.services.void_document import void_document
from tests.factories import NOON, acting
from tests.notices.conftest import new_case, new_interview
from tests.notices.test_serve import ISSUED, in_person, notice


@pytest.fixture(autouse=True)
def _plain(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)
    cache.clear()


@pytest.fixture
def board(client: Client) -> Any:
    """`board(user, show="late")` is the page's context."""

    def open_board(user: User, **query: str) -> Any:
        client.force_login(user)
        response = client.get(reverse("unserved_list"), query)
        assert response.status_code == 200
        return response.context

    return open_board


def clock(document: Document, due_on: date, user: User | None = None, step: str = "serve_interview") -> Deadline:
    """The deadline of the step that serves the document, as the process starts it."""
    return Deadline.objects.create(
        case=document.case,
        rule="letter_service",
        subject=f"step:{step}",
        basis="市场监督管理行政处罚程序规定 第八十一条（参照）",
        source_tag="A",
        amount=7,
        unit="working_day",
        start_on=ISSUED,
        due_on=due_on,
        accountable_body=document.body,
        accountable_user=user,
    )


def shown(context: Any) -> list[int]:
    return [row["document"].pk for row in context["rows"]]


def issue_another(county: Body, inspector: User, unit_head: User, serial: int) -> Document:
    case = new_case(county, inspector, serial=serial)
    subject = f"interview:{new_interview(case).pk}"
    draft = draft_document(case=case, kind="interview_notice", subject=subject, acting=acting(inspector))
    return issue_document(document=draft, acting=acting(unit_head))


def test_only_issued_letters_that_go_out_and_are_not_served(
    issued: Document, case: Case, county: Body, inspector: User, second: User, unit_head: User, board: Any
) -> None:
    served, void = (issue_another(county, inspector, unit_head, serial) for serial in (2, 3))
    record_service(document=served, facts=in_person(second), acting=acting(inspector))
    void_document(document=void, reason="约谈时间填写有误，需要重新通知", acting=acting(unit_head))
    new = new_case(county, inspector, serial=4)
    subject = f"interview:{new_interview(new).pk}"
    draft_document(case=new, kind="interview_notice", subject=subject, acting=acting(inspector))
    paper = Document.objects.create(
        case=case,
        place=county,
        kind="return_visit_record",
        subject="visit:1",
        body=county,
        state="issued",
        drafted_at=NOON,
    )
    context = board(unit_head)
    assert shown(context) == [issued.pk]
    assert paper.pk not in shown(context)
    assert context["tiles"][0].value == "1"


def test_nobody_sees_the_letters_of_another_place(issued: Document, neighbour: User, board: Any) -> None:
    context = board(neighbour)
    assert shown(context) == []
    assert context["tiles"][0].value == "0"


def test_the_late_come_first_and_are_marked(
    issued: Document, county: Body, inspector: User, second: User, unit_head: User, board: Any, client: Client
) -> None:
    soon, late, later = (issue_another(county, inspector, unit_head, serial) for serial in (2, 3, 4))
    clock(soon, ISSUED + timedelta(days=2), second)
    clock(late, ISSUED - timedelta(days=1), second)
    clock(later, ISSUED - timedelta(days=2))
    context = board(unit_head)
    assert shown(context) == [later.pk, late.pk, soon.pk, issued.pk]
    assert [row["late"] for row in context["rows"]] == [True, True, False, False]
    assert [row["left"] for row in context["rows"]][3] is None
    assert [tile.value for tile in context["tiles"]] == ["4", "2", "4", "0", "0"]
    assert shown(board(unit_head, show="late")) == [later.pk, late.pk]
    assert shown(board(unit_head, handler=str(second.pk))) == [late.pk, soon.pk]
    assert shown(board(unit_head, handler=str(inspector.pk))) == [later.pk, issued.pk]
    assert client.get(reverse("unserved_list")).content.decode().count('class="overdue"') == 2


def test_a_clock_of_another_step_or_one_that_stands_still_says_nothing(
    issued: Document, unit_head: User, board: Any
) -> None:
    past = ISSUED - timedelta(days=1)
    clock(issued, past, step="serve_order")
    still = clock(issued, past)
    still.state = Deadline.State.SUSPENDED
    still.save()
    row = board(unit_head)["rows"][0]
    assert row["document"].due_on is None
    assert not row["late"]


def test_it_is_narrowed_by_kind_body_and_age(
    issued: Document, order_document: Document, county: Body, bodies: dict[str, Body], unit_head: User, board: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    assert set(shown(board(unit_head, kind="rectification_order"))) == {order_document.pk}
    assert set(shown(board(unit_head, body=str(county.pk)))) == {issued.pk, order_document.pk}
    assert shown(board(unit_head, age="7")) == []
    assert set(shown(board(unit_head, kind="nonsense", age="x"))) == {issued.pk, order_document.pk}
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON + timedelta(days=7))
    context = board(unit_head, age="7")
    assert set(shown(context)) == {issued.pk, order_document.pk}
    assert {row["days"] for row in context["rows"]} == {7}


def test_attempts_and_public_notices_are_told_apart(
    issued: Document, order_document: Document, case: Case, inspector: User, second: User, lead: User, board: Any
) -> None:
    failed = in_person(second, succeeded=False, failure_reason="大门紧闭，无人应答", received_on=None)
    for _ in range(3):
        record_service(document=issued, facts=failed, acting=acting(inspector))
    assert shown(board(lead, show="failed")) == [issued.pk]
    assert shown(board(lead, show="untried")) == [order_document.pk]
    record_service(document=issued, facts=notice(case, lead), acting=acting(lead))
    assert shown(board(lead, show="failed")) == []
    context = board(lead, show="published")
    assert shown(context) == [issued.pk]
    assert context["rows"][0]["document"].effective_on == ISSUED + timedelta(days=30)
    assert [tile.value for tile in context["tiles"]] == ["2", "0", "1", "0", "1"]


def test_rows_lead_to_the_page_of_service(issued: Document, unit_head: User, board: Any, client: Client) -> None:
    serve = reverse("document_serve", args=[issued.pk])
    assert board(unit_head)["rows"][0]["url"] == serve
    page = client.get(reverse("unserved_list")).content.decode()
    assert page.count(f'href="{serve}"') == 1
    assert client.get(serve).status_code == 200


def test_it_is_reached_from_the_documents_and_the_oversight_board(
    issued: Document, unit_head: User, client: Client
) -> None:
    clock(issued, ISSUED - timedelta(days=1))
    client.force_login(unit_head)
    address = reverse("unserved_list")
    assert address in client.get(reverse("document_list")).content.decode()
    board = client.get(reverse("oversight"))
    (tile,) = board.context["beside"]
    assert (tile.url, tile.value, tile.css) == (address, "1", "tile-overdue")
    assert f'href="{address}"' in board.content.decode()


def test_the_board_costs_the_same_for_more_rows(
    county: Body, inspector: User, unit_head: User, board: Any, django_assert_max_num_queries: Any
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(60) as counted:
            board(unit_head)
        return len(counted)

    issue_another(county, inspector, unit_head, 1)
    queries()
    few = queries()
    for serial in range(2, 8):
        issue_another(county, inspector, unit_head, serial)
    assert queries() == few


def test_strangers_sign_in_first(client: Client, db: None) -> None:
    assert "login" in client.get(reverse("unserved_list"))["Location"]


def test_the_numbers_are_those_of_the_list(issued: Document, unit_head: User) -> None:
    found = unserved_for(unit_head)
    counts = count_unserved(found, ISSUED)
    assert (counts.all, counts.untried) == (found.count(), 1)
