"""Saved views: whose they are, what sharing does, how a list opens with one, and columns and density."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Body, ListLook, SavedView, User, ViewSubscription
from cases.rules.errors import RuleError
from cases.selectors.list_kinds import list_kinds
from cases.services.saved_views import MOST_VIEWS, change_view, delete_view, open_with, save_view, subscribe
from tests.factories import make_user
from tests.inbox.conftest import Make, Now, SignIn, acts
from workflow.demo.story import Cast
from workflow.forms.list_kinds import INBOX


def save(user: User, now: Now, name: str = "C类", query: str = "class=C", body: Body | None = None) -> SavedView:
    return save_view(kind=INBOX, name=name, query=query, body=body, acting=acts(user, now))


def labels(page: Any) -> list[str]:
    return [tab["label"] for tab in page.context["view_tabs"]]


def test_a_view_is_its_owners_until_it_is_shared(
    cast: Cast, bodies: dict[str, Body], now: Now, sign_in: SignIn
) -> None:
    county = bodies["330402"]
    view = save(cast.lead, now)
    other = sign_in(cast.second)
    assert labels(sign_in(cast.lead).get("/tasks/")) == ["C类"]
    assert labels(other.get("/tasks/")) == []
    assert other.get(reverse("view_page", args=[view.pk])).status_code == 404
    change_view(view_id=view.pk, name="C类企业", body=county, acting=acts(cast.lead, now))
    assert labels(other.get("/tasks/")) == ["C类企业"]
    outside = sign_in(make_user("秀洲检查员", "inspector", bodies["330411"]))
    assert labels(outside.get("/tasks/")) == []
    assert outside.get(reverse("view_page", args=[view.pk])).status_code == 404


def test_a_view_is_shared_only_where_one_holds_a_post(cast: Cast, bodies: dict[str, Body], now: Now) -> None:
    with pytest.raises(Blocked):
        save(cast.lead, now, body=bodies["330411"])
    assert not SavedView.objects.exists()


def test_only_its_owner_changes_a_view_and_only_owner_or_administrator_drops_it(
    cast: Cast, bodies: dict[str, Body], now: Now
) -> None:
    county = bodies["330402"]
    view = save(cast.lead, now, body=county)
    with pytest.raises(Blocked):
        change_view(view_id=view.pk, name="别名", body=None, acting=acts(cast.second, now))
    with pytest.raises(Blocked):
        delete_view(view_id=view.pk, acting=acts(cast.second, now))
    delete_view(view_id=view.pk, acting=acts(make_user("管宇", "platform_admin", county), now))
    assert not SavedView.objects.exists()
    assert [event.action for event in AuditEvent.objects.filter(stream="views")] == ["view.saved", "view.deleted"]


def test_taking_a_view_back_ends_the_subscriptions_of_others(cast: Cast, bodies: dict[str, Body], now: Now) -> None:
    view = save(cast.lead, now, body=bodies["330402"])
    for person in (cast.lead, cast.second):
        subscribe(view_id=view.pk, rhythm="daily", acting=acts(person, now))
    open_with(code="inbox", view=view, acting=acts(cast.second, now))
    change_view(view_id=view.pk, name=view.name, body=None, acting=acts(cast.lead, now))
    assert [each.user for each in ViewSubscription.objects.all()] == [cast.lead]
    assert ListLook.objects.get(user=cast.second).view is None
    with pytest.raises(RuleError, match="no longer shared"):
        subscribe(view_id=view.pk, rhythm="daily", acting=acts(cast.second, now))


@pytest.mark.parametrize(("name", "code"), [("  ", "name_missing"), ("C类", "name_taken")])
def test_a_name_is_needed_and_told_apart(cast: Cast, now: Now, name: str, code: str) -> None:
    save(cast.lead, now)
    with pytest.raises(RuleError) as refused:
        save(cast.lead, now, name=name)
    assert (refused.value.code, refused.value.details["field"]) == (code, "name")


def test_views_of_one_list_are_bounded(cast: Cast, now: Now) -> None:
    for number in range(MOST_VIEWS):
        save(cast.lead, now, name=str(number))
    with pytest.raises(RuleError) as refused:
        save(cast.lead, now, name="一个太多")
    assert refused.value.code == "too_many_views"


def test_only_what_a_list_knows_is_kept(cast: Cast, now: Now) -> None:
    view = save(cast.lead, now, query="?page=3&sort=-due&class=C&class=B&evil=1&view=7&q=")
    assert view.query == "class=C&class=B&sort=-due"


def test_a_view_named_alone_leads_to_its_whole_address(cast: Cast, now: Now, sign_in: SignIn) -> None:
    view, client = save(cast.lead, now), sign_in(cast.lead)
    answer = client.get(f"/tasks/?view={view.pk}")
    assert answer.headers["Location"] == f"/tasks/?view={view.pk}&class=C"
    page = client.get(answer.headers["Location"])
    assert [tab["current"] for tab in page.context["view_tabs"]] == [True]
    assert not page.context["view_changed"]
    assert client.get(f"/tasks/?view={view.pk}&class=B").context["view_changed"]


def test_a_view_that_is_gone_says_so_and_shows_the_whole_list(cast: Cast, now: Now, sign_in: SignIn) -> None:
    page = sign_in(cast.second).get(f"/tasks/?view={save(cast.lead, now).pk}", follow=True)
    assert page.redirect_chain[-1][0] == "/tasks/?view=all"
    assert "不再共享给您" in page.content.decode()


def test_a_list_opens_with_the_chosen_view_and_still_shows_everything(cast: Cast, now: Now, sign_in: SignIn) -> None:
    view, client = save(cast.lead, now), sign_in(cast.lead)
    open_with(code="inbox", view=view, acting=acts(cast.lead, now))
    assert client.get("/tasks/").headers["Location"] == f"/tasks/?view={view.pk}&class=C"
    everything = client.get("/tasks/?view=all")
    assert everything.status_code == 200
    assert everything.context["chips"] == []
    assert everything.context["clear_url"] == "/tasks/?view=all"


def test_saving_by_page_shares_subscribes_and_opens(
    cast: Cast, bodies: dict[str, Body], now: Now, sign_in: SignIn
) -> None:
    client, body = sign_in(cast.lead), bodies["330402"]
    page = client.get("/tasks/?class=C&due=week")
    form = client.get(page.context["save_url"]).context["form"]
    sent = {**form.initial, "name": "本周C类", "body": body.pk, "rhythm": "weekly", "first": "on"}
    answer = client.post("/views/new/", sent)
    view = SavedView.objects.get()
    assert answer.headers["Location"] == f"/tasks/?view={view.pk}&class=C&due=week"
    assert (view.name, view.query, view.body) == ("本周C类", "class=C&due=week", body)
    assert view.subscriptions.get().rhythm == "weekly"
    assert ListLook.objects.get().view == view
    again = client.post("/views/new/", sent)
    assert again.status_code == 422
    assert again.context["form"]["name"].value() == "本周C类"
    client.post(reverse("view_page", args=[view.pk]), {"name": "改名", "body": "", "rhythm": "", "query": "due=today"})
    view.refresh_from_db()
    assert (view.name, view.query, view.body) == ("改名", "due=today", None)
    assert not view.subscriptions.exists()
    assert ListLook.objects.get().view is None
    client.post(reverse("view_page", args=[view.pk]), {"do": "delete"})
    assert not SavedView.objects.exists()


def test_a_reader_subscribes_to_a_shared_view_but_changes_nothing(
    cast: Cast, bodies: dict[str, Body], now: Now, sign_in: SignIn
) -> None:
    view = save(cast.lead, now, body=bodies["330402"])
    client, address = sign_in(cast.second), reverse("view_page", args=[view.pk])
    client.post(address, {"name": "抢名", "rhythm": "daily"})
    view.refresh_from_db()
    assert view.name == "C类"
    assert view.subscriptions.get().user == cast.second
    client.post(address, {"do": "delete"})
    assert SavedView.objects.exists()
    assert b"C\xe7\xb1\xbb" in client.get("/views/").content


def test_a_view_of_a_list_that_is_not_ones_own_is_not_saved(bodies: dict[str, Body], now: Now, sign_in: SignIn) -> None:
    nobody = sign_in(User.objects.create_user("wugang", name="无岗"))
    assert nobody.get("/views/new/?list=oversight").status_code == 403
    assert nobody.get("/views/new/?list=nonsense").status_code == 404


# --- columns and density ---------------------------------------------------------------------------------------------


def test_columns_and_density_are_kept_per_person_and_list(at_step: Make, cast: Cast, now: Now, sign_in: SignIn) -> None:
    at_step("inspect")
    client = sign_in(cast.lead)
    assert client.get("/tasks/").context["cols"] == {"due", "unit", "class", "step", "town", "people"}
    sent = {"col": ["class", "since", "nonsense"], "density": "compact", "next": "/tasks/?class=none&density=roomy"}
    assert client.post(reverse("list_look", args=["inbox"]), sent).headers["Location"] == "/tasks/?class=none"
    page = client.get("/tasks/")
    assert page.context["cols"] == {"due", "unit", "class", "step", "since"}
    assert page.context["compact"]
    assert "待办起始" in page.content.decode()
    assert client.get("/tasks/?cols=town&density=roomy").context["cols"] == {"due", "unit", "step", "town"}
    assert sign_in(cast.second).get("/tasks/").context["cols"] == {"due", "unit", "class", "step", "town", "people"}
    client.post(reverse("list_look", args=["inbox"]), {"usual": "1"})
    assert ListLook.objects.get().columns == []


def test_the_export_follows_the_columns(at_step: Make, cast: Cast, sign_in: SignIn) -> None:
    case = at_step("inspect").case
    head, row = exported(sign_in(cast.lead).get("/tasks/export/?cols=town"))
    assert head == ["到期日", "剩余工作日", "企业", "统一社会信用代码", "案件编号", "环节", "乡镇（街道）"]
    assert row[2:] == [
        case.enterprise.name,
        case.enterprise.uscc,
        case.number,
        "现场检查",
        case.territorial_body.short_name,
    ]
    assert AuditEvent.objects.get(action="exported.work").data["columns"] == ["due", "unit", "step", "town"]


def exported(response: Any) -> list[list[Any]]:
    from io import BytesIO

    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(response.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


# --- every list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["inbox", "queue", "approvals", "cases", "documents", "enterprises", "oversight"])
def test_a_list_known_to_views_shows_nothing_of_another_county(
    at_step: Make, cast: Cast, bodies: dict[str, Body], now: Now, code: str
) -> None:
    from django.http import QueryDict

    (
        at_step("serve_interview", outcomes={"inspect": ["3,12"]}),
        at_step("approve_inspection"),
        at_step("decide_grassroots"),
    )
    kind, query = list_kinds()[code], QueryDict("due=running" if code == "oversight" else "")
    overseer = make_user("杜超", "overseer", bodies["330402"])
    people = (cast.lead, cast.unit_head, cast.grassroots_lead, overseer)
    assert any(kind.rows(acts(person, now), query).exists() for person in people)
    for role in ("inspector", "unit_head", "grassroots_lead", "overseer"):
        stranger = make_user(f"秀洲{role}", role, bodies["330411"])
        assert not kind.rows(acts(stranger, now), query).exists()
    row = next(
        kind.prepared(kind.rows(acts(person, now), query)).first()
        for person in people
        if kind.rows(acts(person, now), query).exists()
    )
    assert kind.line(row)


def test_codes_of_columns_and_of_sheets_agree(at_step: Make, cast: Cast, now: Now) -> None:
    from django.http import QueryDict

    known = {"queue": {"owner"}, "inbox": {"owner"}, "approvals": {"owner", "people", "body"}}
    extra = {"enterprises": {"region", "contact", "entry"}}
    for code, kind in list_kinds().items():
        columns = {column.code for column in kind.columns}
        sheet = kind.sheet(acts(cast.unit_head, now), kind.rows(acts(cast.unit_head, now), QueryDict()))
        loose = {each for each, _title, _width in sheet.columns} - columns
        assert loose <= known.get(code, set()) | extra.get(code, set()), code


def test_a_day_later_the_same_view_shows_what_is_due_then(at_step: Make, cast: Cast, now: Now, sign_in: SignIn) -> None:
    item = at_step("inspect")
    type(item).objects.filter(pk=item.pk).update(due_on=date(2026, 3, 20))
    view = save(cast.lead, now, query="due=overdue")
    address = f"/tasks/?view={view.pk}&{view.query}"
    assert sign_in(cast.lead).get(address).context["rows"] == []
    now.at += timedelta(days=1)
    assert [row.item for row in sign_in(cast.lead).get(address).context["rows"]] == [item]
