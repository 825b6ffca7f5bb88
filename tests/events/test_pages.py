"""The pages of events: scope, constant queries, both languages, input kept, effects shown before they are confirmed."""

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, Body, CreditRating, Enterprise, ListingWatch, Product, RiskEvent, User
from cases.services.record_event import record_event
from tests.events.conftest import telling
from tests.events.test_decisions import refute, report, verify
from tests.factories import acting, make_enterprise, make_user


def client_of(user: User, language: str = "zh-hans") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_the_list_shows_the_events_of_ones_area_and_no_others(
    unit: Enterprise, reporter: User, bodies: dict[str, Body]
) -> None:
    report(unit, reporter, title="本县事件")
    elsewhere = make_enterprise(territorial_body=bodies["330411"], name="外县企业")
    record_event(enterprise_id=elsewhere.pk, told=telling(title="外县事件"), source="media", acting=acting(None))
    page = text_of(client_of(reporter).get(reverse("event_list")))

    assert "本县事件" in page
    assert "外县事件" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=penalty", {"罚"}),
        ("state=verified", {"罚"}),
        ("level=larger", {"罚"}),
        ("state=reported", {"诉"}),
        ("q=处字", {"罚"}),
        ("q=电热水壶有限", {"罚", "诉"}),
        ("area=330402", {"罚", "诉"}),
        ("kind=nonsense&area=nowhere", {"罚", "诉"}),
    ],
)
def test_the_list_is_narrowed_by_the_address(
    unit: Enterprise, reporter: User, verifier: User, query: str, found: set[str]
) -> None:
    verify(report(unit, reporter, title="罚", reference="处字〔2026〕7号"), verifier)
    report(unit, reporter, "complaint", title="诉")
    rows = client_of(reporter).get(f"{reverse('event_list')}?{query}").context["rows"]

    assert {row["event"].title for row in rows} == found


def test_the_list_costs_the_same_however_long_it_is(unit: Enterprise, reporter: User) -> None:
    client = client_of(reporter)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as counted:
            client.get(reverse("event_list"))
        return len(counted)

    report(unit, reporter)
    client.get(reverse("event_list"))
    few = queries()
    for number in range(8):
        report(make_enterprise(territorial_body=unit.territorial_body), reporter, title=f"事件{number}")
    assert queries() == few


def test_the_export_is_scoped_audited_and_free_of_formulas(unit: Enterprise, reporter: User, head: User) -> None:
    report(unit, reporter, title="=1+1")
    answer = client_of(head).get(reverse("event_export"))
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]

    assert "=1+1" in book.get_sheet_by_index(0).to_python()[1]
    assert AuditEvent.objects.get(stream="exports").data["rows"] == 1
    assert client_of(reporter).get(reverse("event_export")).status_code == 403


def new(unit: Enterprise, kind: str = "") -> str:
    return f"{reverse('event_new')}?enterprise={unit.uscc}" + (f"&kind={kind}" if kind else "")


def test_recording_goes_by_enterprise_kind_and_form(unit: Enterprise, reporter: User) -> None:
    client = client_of(reporter)
    assert unit.name in text_of(client.get(f"{reverse('event_new')}?q=电热水壶"))
    assert client.get(new(unit)).context["kinds"]
    form = client.get(new(unit, "sampling_failed")).context["form"]
    assert {"safety_item", "authority_level", "received_on"} <= set(form.fields)
    assert {"product_level", "circumstances", "direct_loss_wan"}.isdisjoint(form.fields)


def entered(**more: Any) -> dict[str, Any]:
    return {
        "title": "发现严重隐患",
        "facts": "关键工序未按作业指导书执行。",
        "occurred_on": "2026-11-02",
        "deaths": "0",
        "serious_injuries": "0",
        "source": "inspection",
        "reported_on": "2026-11-03",
        **more,
    }


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.factories import NOON

    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)


@pytest.mark.usefixtures("today")
def test_a_report_is_entered_with_the_level_of_the_product_known(unit: Enterprise, reporter: User) -> None:
    Product.objects.create(enterprise=unit, name="电热水壶", risk_level="I")
    answer = client_of(reporter).post(new(unit, "hazard"), entered(product="电热水壶"))
    event = RiskEvent.objects.get()

    assert answer.url == reverse("event_detail", args=[event.pk])  # type: ignore[attr-defined]
    assert event.product_level == "I"


@pytest.mark.usefixtures("today")
def test_bad_input_is_told_at_its_field_and_kept(unit: Enterprise, reporter: User) -> None:
    data = entered(occurred_on="2027-01-01", title="<script>alert(1)</script>")
    answer = client_of(reporter).post(new(unit, "hazard"), data)

    assert answer.status_code == 422
    assert "occurred_on" in answer.context["form"].errors
    assert "<script>alert" not in text_of(answer)
    assert "&lt;script&gt;" in text_of(answer)
    assert not RiskEvent.objects.exists()


def test_the_page_tells_what_may_happen_next_and_why_not(unit: Enterprise, reporter: User) -> None:
    event = report(unit, reporter)
    page = client_of(reporter).get(reverse("event_detail", args=[event.pk]))
    verifying = next(act for act in page.context["acts"] if act["url"].endswith("/verify/"))

    assert not verifying["ready"]
    assert "登记报告的人员应当由他人核实" in text_of(page)


def posted(event: RiskEvent, **more: Any) -> dict[str, Any]:
    return {
        "title": event.title,
        "facts": event.facts,
        "occurred_on": event.occurred_on.isoformat(),
        "deaths": "0",
        "serious_injuries": "0",
        "reason": "经现场核查和询问，情况属实。",
        "version": str(event.version),
        **more,
    }


@pytest.mark.usefixtures("today")
def test_what_is_confirmed_is_what_was_shown(unit: Enterprise, reporter: User, verifier: User) -> None:
    event, client = report(unit, reporter), client_of(verifier)
    url = reverse("event_verify", args=[event.pk])
    page = client.get(url)
    assert "第二十一条（一）" in text_of(page)
    seen = page.context["shown"]["seen"]

    changed = client.post(url, posted(event, deaths="1", seen=seen, confirm="1"))
    assert changed.context["changed"]
    event.refresh_from_db()
    assert event.state == "reported"

    again = changed.context["shown"]["seen"]
    assert client.post(url, posted(event, deaths="1", seen=again, confirm="1")).status_code == 302
    event.refresh_from_db()
    assert (event.state, event.level) == ("verified", "major")


@pytest.mark.usefixtures("today")
def test_a_preview_decides_nothing(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = report(unit, reporter)
    page = client_of(verifier).post(reverse("event_verify", args=[event.pk]), posted(event, preview="1"))

    assert page.status_code == 200
    event.refresh_from_db()
    assert event.state == "reported"


@pytest.mark.usefixtures("today")
def test_the_whole_way_over_the_pages(unit: Enterprise, reporter: User, verifier: User, head: User) -> None:
    event = verify(report(unit, reporter), verifier)

    def do(user: User, name: str, **data: Any) -> Any:
        event.refresh_from_db()
        return client_of(user).post(reverse(name, args=[event.pk]), {"version": event.version, **data})

    assert do(reporter, "event_object", views="该处罚决定已被依法撤销。", made_on="2026-11-18").status_code == 302
    shown = client_of(head).get(reverse("event_decision", args=[event.pk]))
    assert len(shown.context["undone"]) == 3
    assert do(head, "event_decision", outcome="uphold", reason="短").status_code == 422
    assert do(head, "event_decision", outcome="uphold", reason="行政复议撤销了处罚决定。").status_code == 302
    event.refresh_from_db()
    assert event.state == "refuted"
    page = text_of(client_of(verifier).get(reverse("event_detail", args=[event.pk])))
    assert "以新的决定撤销" in page


@pytest.mark.usefixtures("today")
def test_likely_duplicates_stand_side_by_side_and_are_merged(unit: Enterprise, reporter: User, head: User) -> None:
    kept, dropped = report(unit, reporter, "complaint"), report(unit, reporter, "complaint")
    client = client_of(head)
    assert [row["event"] for row in client.get(reverse("event_detail", args=[kept.pk])).context["duplicates"]] == [
        dropped
    ]
    url = f"{reverse('event_merge', args=[kept.pk])}?with={dropped.pk}"
    assert client.get(url).status_code == 200
    assert client.post(url, {"version": kept.version, "reason": "同一消费者先后两次反映。"}).status_code == 302
    dropped.refresh_from_db()
    assert dropped.duplicate_of == kept
    assert client.get(f"{reverse('event_merge', args=[kept.pk])}?with=nonsense").status_code == 404


@pytest.mark.usefixtures("today")
def test_a_risk_put_right_and_a_receipt_are_noted(unit: Enterprise, reporter: User, verifier: User) -> None:
    sampled = report(unit, reporter, "sampling_failed", reference="12", authority_level="province")
    client = client_of(reporter)
    url = reverse("event_receipt", args=[sampled.pk])
    assert client.post(url, {"version": sampled.version, "received_on": "2026-12-24"}).status_code == 422
    assert client.post(url, {"version": sampled.version, "received_on": "2026-11-16"}).status_code == 302
    fined = verify(report(unit, reporter), verifier)
    data = {"version": fined.version, "resolved_on": "2026-11-18", "reason": "已完成整改并复查合格。"}
    assert client_of(verifier).post(reverse("event_resolve", args=[fined.pk]), data).status_code == 302
    refuting = {"version": sampled.version + 1, "reason": "经复检，检验结论为合格。"}
    assert client_of(verifier).post(reverse("event_refute", args=[sampled.pk]), refuting).status_code == 302


@pytest.mark.usefixtures("today")
def test_who_was_faster_is_named_and_both_versions_are_shown(unit: Enterprise, reporter: User, verifier: User) -> None:
    event = report(unit, reporter)
    old = event.version
    verify(event, verifier)
    answer = client_of(verifier).post(
        reverse("event_refute", args=[event.pk]), {"version": old, "reason": "经复检，检验结论为合格。"}
    )
    assert answer.status_code == 422
    assert answer.context["saved"].name == verifier.name
    event.refresh_from_db()
    assert f'name="version" value="{event.version}"' in text_of(answer)
    sent = posted(event, version=str(old), title="另一标题", confirm="1")
    client, url = client_of(verifier), reverse("event_verify", args=[event.pk])
    seen = client.post(url, {**sent, "preview": "1", "confirm": ""}).context["shown"]["seen"]
    stale = client.post(url, {**sent, "seen": seen})
    assert "另一标题" in [row.mine for row in stale.context["differences"]]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_stands_in_both_languages(
    unit: Enterprise, reporter: User, verifier: User, head: User, language: str
) -> None:
    for user in (reporter, verifier, head):
        user.language = language
        user.save()
    event = verify(report(unit, reporter, "hazard", product_level="I", deaths=1), verifier)
    urls = [
        reverse("event_list"),
        reverse("event_new"),
        new(unit),
        new(unit, "recall"),
        reverse("enterprise_events", args=[unit.uscc]),
        *(reverse(name, args=[event.pk]) for name in ("event_detail", "event_verify", "event_refute", "event_resolve")),
    ]
    for url in urls:
        answer = client_of(head, language).get(url)
        assert answer.status_code == 200, url
        assert len(answer.content) < 120_000


def test_the_tab_of_the_unit_tells_what_the_events_say_of_the_form(
    unit: Enterprise, reporter: User, verifier: User
) -> None:
    verify(report(unit, reporter), verifier)
    page = client_of(verifier).get(reverse("enterprise_events", args=[unit.uscc]))

    assert {row["answer"].number: row["answer"].value for row in page.context["items"]} == {"14": "fail", "16": "fail"}


@pytest.mark.usefixtures("today")
def test_a_credit_rating_ends_the_one_before_and_has_the_lists_looked_at(unit: Enterprise, reporter: User) -> None:
    client, url = client_of(reporter), reverse("enterprise_credit", args=[unit.uscc])
    assert client.post(url, {"credit_risk": "low", "valid_from": "2026-10-01"}).status_code == 302
    assert client.post(url, {"credit_risk": "high", "valid_from": "2026-11-01"}).status_code == 302
    assert client.post(url, {"credit_risk": "low", "valid_from": "2026-09-01"}).status_code == 422
    assert client.post(url, {"credit_risk": "low", "valid_from": "2026-12-01"}).status_code == 422

    ratings = list(CreditRating.objects.order_by("valid_from").values_list("credit_risk", "valid_to"))
    assert ratings == [("low", date(2026, 11, 1)), ("high", None)]
    assert ListingWatch.objects.get(enterprise=unit).next_on == date(2026, 11, 18)
    assert AuditEvent.objects.filter(action="enterprise.credit_rated").count() == 2


def test_the_navigation_counts_what_waits_for_verification(unit: Enterprise, reporter: User, verifier: User) -> None:
    report(unit, reporter)
    page = text_of(client_of(verifier).get(reverse("event_list")))
    assert "1件待核实" in page


def test_strangers_see_nothing(unit: Enterprise, reporter: User, bodies: dict[str, Body]) -> None:
    event = report(unit, reporter)
    client = client_of(make_user("stranger", "unit_head", bodies["330411"]))
    for name in ("event_detail", "event_verify", "event_merge", "event_refute"):
        assert client.get(reverse(name, args=[event.pk])).status_code == 404
    assert client.get(new(unit, "hazard")).status_code == 404
    assert client.get(reverse("enterprise_events", args=[unit.uscc])).status_code == 404


def test_the_units_own_page_tells_of_its_events(unit: Enterprise, reporter: User, verifier: User, head: User) -> None:
    refute(verify(report(unit, reporter, title="被处罚一事"), verifier, found=telling("penalty", deaths=1)), head)
    page = text_of(client_of(reporter).get(reverse("enterprise_detail", args=[unit.uscc])))

    for words in ("登记风险事件", "核实风险事件", "认定风险事件不属实"):
        assert words in page
