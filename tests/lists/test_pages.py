"""The pages of lists and candidates, and a case from the sheet to the list by its pages alone."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, Body, Case, Enterprise, Job, ListCandidate, ListEntry, User
from tests.factories import NOON, give_post, make_enterprise, make_user
from tests.lists.conftest import People, entry_of, found, listed, rate, risk, scan, work_off_jobs
from workflow.models import WorkItem
from workflow.steps.listing import LISTING_STEPS

REASON = "经集体研究，按规定办理，理由已当场告知企业。"


@pytest.fixture(autouse=True)
def _english(settings: Any) -> None:
    settings.LANGUAGE_CODE = "en"  # the words asserted are the msgids
    cache.clear()


class Now:
    """The views' clock, moved by the test."""

    def __init__(self) -> None:
        self.at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    clock = Now()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def sign_in(now: Now) -> Callable[[Any], Client]:
    def enter(user: Any) -> Client:
        User.objects.filter(pk=user.pk).update(language="en")
        client = Client()
        client.force_login(user)
        return client

    return enter


SignIn = Callable[[Any], Client]


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


# --- the sheet of candidates ------------------------------------------------------------------------------------------


def test_the_sheet_says_what_is_proposed_and_why(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    risk(unit, "major")
    scan()
    shown = page(sign_in(people.admin), "/lists/candidates/")
    for words in (
        unit.name,
        "Key supervision",
        "国市监质监发〔2023〕38号 三",
        "婴儿学步车监督抽查不合格",
        "To be reviewed by",
    ):
        assert words in shown, words


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"甲", "乙", "丙"}),
        ("proposed=special", {"乙"}),
        ("proposed=removal", {"丙"}),
        ("kind=sales", set()),
        ("q=乙", {"乙"}),
        ("state=dropped", set()),
        ("state=all&cause=rule", {"甲", "乙", "丙"}),
        ("proposed=nonsense&state=nonsense&body=999", {"甲", "乙", "丙"}),
    ],
)
def test_filters_narrow_the_sheet(query: str, shown: set[str], county: Body, people: People, sign_in: SignIn) -> None:
    units = {name: make_enterprise(name=f"{name}字号工厂", territorial_body=county) for name in "甲乙丙"}
    risk(units["甲"]), rate(units["乙"], "high")
    listed(units["丙"])
    scan(full=True)
    body = page(sign_in(people.admin), f"/lists/candidates/?{query}")
    assert {name for name in units if f"{name}字号工厂</a>" in body} == shown


def test_many_are_reviewed_at_once_and_each_gets_its_verdict(county: Body, people: People, sign_in: SignIn) -> None:
    one, two, three = (make_enterprise(territorial_body=county) for _number in range(3))
    for each in (one, two, three):
        risk(each)
    scan()
    client = sign_in(people.admin)
    gone = found(three).pk
    ListCandidate.objects.filter(pk=gone).update(state="outdated")
    chosen = [found(one).pk, found(two).pk, gone]
    answer = client.post("/lists/candidates/", {"candidate": chosen, "do": "keep", "reason": ""})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert body.count("kept: case") == 2
    assert "must still be waiting" in body
    assert Case.objects.filter(procedure="listing").count() == 2


def test_dropping_needs_a_reason_and_the_input_is_kept(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    risk(unit)
    scan()
    client, candidate = sign_in(people.admin), found(unit)
    address = reverse("candidate_detail", args=[candidate.pk])
    answer = client.post(address, {"do": "drop", "reason": "太短"})
    assert answer.status_code == 422
    assert "太短" in answer.content.decode()
    assert client.post(address, {"do": "drop", "reason": REASON}).status_code == 302
    assert client.post(address, {"do": "drop", "reason": REASON}).status_code == 403
    event = AuditEvent.objects.get(action="candidate.dropped")
    assert (event.stream, event.data["reason"]) == (f"enterprise:{unit.pk}", REASON)
    assert client.post("/lists/candidates/", {"do": "keep"}).status_code == 422


def test_a_renewal_cannot_be_dropped(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    listed(unit, year=2025)
    scan(full=True)
    answer = sign_in(people.admin).post(
        reverse("candidate_detail", args=[found(unit).pk]), {"do": "drop", "reason": REASON}
    )
    assert answer.status_code == 403
    assert "decided by the head" in answer.content.decode()


def test_a_scan_by_hand_is_a_job(people: People, unit: Enterprise, sign_in: SignIn) -> None:
    risk(unit)
    client = sign_in(people.admin)
    assert client.post("/lists/candidates/scan/").status_code == 302
    assert "under way" in page(client, "/lists/candidates/")
    client.post("/lists/candidates/scan/")
    assert Job.objects.filter(kind="lists.scan").count() == 1
    work_off_jobs(NOON)
    assert unit.name in page(client, "/lists/candidates/")


# --- adding and removing ----------------------------------------------------------------------------------------------


def test_a_unit_is_added_by_hand(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    client = sign_in(people.officer)
    assert unit.name in page(client, f"/lists/candidates/add/?q={unit.name[:4]}")
    address = f"/lists/candidates/add/?enterprise={unit.uscc}"
    assert "What the rule says today" in page(client, address)
    answer = client.post(address, {"kind": "production", "level": "special", "reason": "短"})
    assert (answer.status_code, Case.objects.count()) == (422, 0)
    assert client.post(address, {"kind": "sales", "level": "key", "reason": REASON}).status_code == 422
    assert client.post(address, {"kind": "production", "level": "special", "reason": REASON}).status_code == 302
    candidate = ListCandidate.objects.get()
    assert (candidate.cause, candidate.proposed_level, candidate.ruled_level) == ("added", "special", "none")
    again = client.post(address, {"kind": "production", "level": "special", "reason": REASON})
    assert again.status_code == 403


def test_only_the_tier_body_proposes(bodies: dict[str, Body], people: People, sign_in: SignIn) -> None:
    large = make_enterprise(territorial_body=bodies["330402"], tier_body=bodies["330400"], tier="B")
    assert "嘉兴市" in page(sign_in(people.admin), f"/lists/candidates/add/?enterprise={large.uscc}", 403)


def test_a_removal_is_asked_for_on_the_list(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    entry = listed(unit, "special")
    client = sign_in(people.admin)
    address = reverse("list_entry_removal", args=[entry.pk])
    assert address in page(client, "/lists/supervision/")
    assert client.post(address, {"level": "key", "cause": "rectified"}).status_code == 422
    answer = client.post(address, {"level": "key", "cause": "rectified", "reason": REASON})
    assert answer.status_code == 302
    assert Case.objects.get().procedure == "delisting"
    assert client.post(address, {"level": "key", "cause": "gone", "reason": REASON}).status_code == 403
    page(sign_in(people.inspector), address, 403)


# --- the lists --------------------------------------------------------------------------------------------------------


def test_the_lists_by_year_kind_and_level(county: Body, people: People, sign_in: SignIn) -> None:
    units = {name: make_enterprise(name=f"{name}字号工厂", territorial_body=county) for name in "甲乙丙"}
    listed(units["甲"]), listed(units["乙"], "special", kind="sales")
    old = listed(units["丙"], year=2025)
    ListEntry.objects.filter(pk=old.pk).update(left_on=NOON.date())
    client = sign_in(people.inspector)

    def names(query: str) -> set[str]:
        body = page(client, f"/lists/supervision/?{query}")
        return {name for name in units if f"{name}字号工厂</a>" in body}

    assert names("") == {"甲", "乙"}
    assert names("year=2025") == {"丙"}
    assert names("level=special") == names("kind=sales") == {"乙"}
    assert names(f"body={county.code}&q=甲") == {"甲"}
    assert names("year=1999&level=none") == {"甲", "乙"}


def test_the_export_holds_what_the_page_shows_and_nothing_that_a_spreadsheet_would_run(
    county: Body, people: People, sign_in: SignIn
) -> None:
    entry = listed(make_enterprise(name="=cmd|' /C calc'!A0", territorial_body=county))
    ListEntry.objects.filter(pk=entry.pk).update(reason="@SUM(A1)", grounds=[{"clause": "38号 三", "text": "+1"}])
    answer = sign_in(people.admin).get("/lists/supervision/export/?level=key")
    book = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content)))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert "=cmd|' /C calc'!A0" in rows[1]
    assert "38号 三：+1" in rows[1]
    assert AuditEvent.objects.get(action="exported.supervision_lists").data["rows"] == 1
    assert sign_in(people.inspector).get("/lists/supervision/export/").status_code == 403


def test_a_units_own_page_shows_every_list_it_is_or_was_on(unit: Enterprise, people: People, sign_in: SignIn) -> None:
    entry = listed(unit, "special", year=2025)
    ListEntry.objects.filter(pk=entry.pk).update(left_on=NOON.date(), left_reason="整改到位。")
    ListEntry.objects.create(
        enterprise=unit, register="blacklist", body=unit.tier_body, year=2026, kind="production",
        entered_on=NOON.date(), reason="屡查屡犯。", pack="jiaxing-2020@1",
    )  # fmt: skip
    shown = page(sign_in(people.admin), f"/enterprises/{unit.uscc}/lists/")
    for words in ("Special supervision", "整改到位。", "Blacklist", "Propose for a list"):
        assert words in shown, words
    assert "Propose for a list" not in page(sign_in(people.inspector), f"/enterprises/{unit.uscc}/lists/")


def test_another_county_sees_nothing(
    bodies: dict[str, Body], unit: Enterprise, people: People, sign_in: SignIn
) -> None:
    risk(unit)
    listed(make_enterprise(name="绝密童车厂", territorial_body=unit.territorial_body))
    scan()
    for role in ("list_admin", "unit_head", "inspector", "grassroots_lead"):
        client = sign_in(make_user(f"外{role}", role, bodies["330411"]))
        for address in ("/lists/candidates/", "/lists/supervision/", "/lists/supervision/export/"):
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert unit.name not in body.decode("utf-8", "ignore")
            assert "绝密童车厂" not in body.decode("utf-8", "ignore")
        assert client.get(reverse("candidate_detail", args=[found(unit).pk])).status_code == 404
        assert client.get(f"/enterprises/{unit.uscc}/lists/").status_code == 404
        answer = client.post("/lists/candidates/", {"candidate": [found(unit).pk], "do": "keep"})
        assert answer.status_code in (403, 422)
        assert found(unit) is not None


@pytest.mark.parametrize("address", ["/lists/candidates/", "/lists/supervision/"])
def test_the_pages_cost_the_same_however_long_they_are(
    address: str, county: Body, people: People, sign_in: SignIn
) -> None:
    def queries(number: int) -> int:
        for _ in range(number):
            each = make_enterprise(territorial_body=county)
            risk(each)
            listed(make_enterprise(territorial_body=county))
        scan()
        client = sign_in(people.admin)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    assert queries(2) == queries(12)


# --- a case by its pages ----------------------------------------------------------------------------------------------


class Walk:
    """Does the open step of a case by HTTP, as the person it falls to."""

    def __init__(self, case: Case, people: People, sign_in: SignIn, now: Now) -> None:
        self.case, self.people, self.sign_in, self.now = case, people, sign_in, now
        self.done: list[str] = []
        self.who = {
            "draft_list_notice": people.admin,
            "issue_list_notice": people.unit_head,
            "serve_list_notice": people.inspector,
            "record_views": people.admin,
            "decide_listing": people.head,
            "decide_delisting": people.head,
            "issue_list_decision": people.unit_head,
            "serve_list_decision": people.inspector,
        }

    def do(self, **typed: Any) -> None:
        self.now.at += timedelta(hours=2)
        item = WorkItem.objects.get(case=self.case)
        client = self.sign_in(self.who[item.step])
        page(client, reverse("case_detail", args=[self.case.pk]))
        address = reverse("task", args=[item.pk])
        if item.step.startswith("serve"):
            self.serve(client, client.get(address).url)
        else:
            shown = page(client, address)
            if 'value="check"' in shown:
                assert client.post(address, {"_do": "check", **typed}).status_code == 200, item.step
            sent = client.post(address, {"_do": "submit", **typed})
            assert sent.status_code == 302, (item.step, sent.content.decode())
        self.done.append(item.step)

    def serve(self, client: Client, address: str) -> None:
        day = f"{timezone.localdate(self.now.at):%Y-%m-%d}"
        facts = {
            "kind": "direct",
            "outcome": "yes",
            "attempted_on": day,
            "received_on": day,
            "second_server": self.people.second.pk,
            "place": "凤桥镇联创路18号",
            "recipient": "沈国良",
            "recipient_role": "legal_representative",
            "receipt_signed": "on",
        }
        sent = client.post(address, facts)
        assert sent.status_code == 302, sent.content.decode()


def test_every_step_is_done_by_its_page(unit: Enterprise, people: People, sign_in: SignIn, now: Now) -> None:
    risk(unit)
    scan()
    sign_in(people.admin).post(reverse("candidate_detail", args=[found(unit).pk]), {"do": "keep", "reason": ""})
    walk = Walk(Case.objects.get(), people, sign_in, now)
    contact = "孙悦，0573-82000000"
    walk.do(facts_told="2026年11月18日，监督抽查不合格，属于较大质量安全风险。", contact=contact)
    walk.do(outcome="issue", reason="")
    walk.do()
    walk.do(outcome="stated", received_on="2026-11-18", views="整改已经完成，请求不予列入。")
    shown = page(sign_in(people.head), reverse("task", args=[WorkItem.objects.get().pk]))
    assert "整改已经完成" in shown
    assert 'value="special"' not in shown
    walk.do(outcome="key", reason="", answer="整改尚未经核实，不影响列入。")
    walk.do(contact=contact)
    walk.do()
    entry = entry_of(unit)
    assert entry is not None
    assert not WorkItem.objects.exists()
    sign_in(people.admin).post(
        reverse("list_entry_removal", args=[entry.pk]), {"level": "none", "cause": "rectified", "reason": REASON}
    )
    second = Walk(Case.objects.get(procedure="delisting"), people, sign_in, now)
    second.do(outcome="out", reason=REASON)
    second.do(contact=contact)
    second.do()
    assert entry_of(unit) is None
    assert {*walk.done, *second.done} == {step.code for step in LISTING_STEPS}
    for case in Case.objects.all():
        for tab in ("documents", "listing", "service", "deadlines", "log"):
            assert "{{" not in page(sign_in(people.admin), f"/cases/{case.pk}/?tab={tab}")
        page(sign_in(people.admin), f"/cases/{case.pk}/diagram.bpmn")


def test_a_decision_by_who_took_part_is_refused_on_the_page(
    unit: Enterprise, people: People, sign_in: SignIn, now: Now
) -> None:
    risk(unit)
    scan()
    give_post(people.head, "list_admin", unit.tier_body)
    sign_in(people.head).post(reverse("candidate_detail", args=[found(unit).pk]), {"do": "keep", "reason": ""})
    walk = Walk(Case.objects.get(), people, sign_in, now)
    walk.do(facts_told="监督抽查不合格，属于较大质量安全风险。", contact="孙悦，0573-82000000")
    walk.do(outcome="issue", reason=""), walk.do(), walk.do(outcome="waived", received_on="2026-11-18")
    item = WorkItem.objects.get()
    answer = sign_in(people.head).post(reverse("task", args=[item.pk]), {"_do": "submit", "outcome": "key"})
    assert answer.status_code == 403
    assert "somebody else must" in answer.content.decode()
