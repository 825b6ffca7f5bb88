"""The pages about one unit: what they show, whom they let change it, what they cost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.acting import legal_date
from cases.models import (
    ArchiveFile,
    Body,
    BodySetting,
    Certificate,
    DutyRecord,
    Enterprise,
    EntryReason,
    Honour,
    OnsiteCheck,
    RiskControlItem,
    RiskEvent,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    StatusRecord,
    Stoppage,
    User,
)
from cases.selectors.certificates import WARN_DAYS, visible_warnings
from cases.selectors.compliance import Kind, compliance_history
from cases.services.archive_files import add_archive_file
from tests.archive.conftest import signed_in
from tests.factories import NOON, acting, make_enterprise, make_user

pytestmark = pytest.mark.django_db
TABS = ("", "archive/", "records/", "compliance/", "as-at/")
PDF = b"%PDF-1.7\n1 0 obj"


@pytest.fixture
def today() -> date:
    return legal_date(timezone.now())


@pytest.fixture(autouse=True)
def long_entered(unit: Enterprise) -> None:
    """The pages read the clock, so the unit was entered before whatever day it shows."""
    Enterprise.objects.filter(pk=unit.pk).update(first_entered_on=date(2024, 1, 5))
    StatusRecord.objects.filter(enterprise=unit).update(valid_from=date(2024, 1, 5))


def page(client: Client, unit: Enterprise, rest: str = "", status: int = 200) -> str:
    answer = client.get(f"/enterprises/{unit.uscc}/{rest}")
    assert answer.status_code == status
    return answer.content.decode()


def post(client: Client, unit: Enterprise, rest: str, **data: Any) -> Any:
    return client.post(f"/enterprises/{unit.uscc}/{rest}", data)


def fill(unit: Enterprise, officer: User, number: int = 0) -> None:
    """One more row of every kind."""
    on = date(2025, 3, 3) + timedelta(days=number)
    EntryReason.objects.create(enterprise=unit, reason="ccc", on=on)
    person = SafetyPerson.objects.create(enterprise=unit, role="officer", name=f"姚慧珍{number}", appointed_on=on)
    SafetyTraining.objects.create(person=person, kind="exam", held_on=on, topic="总局令第75号")
    RiskControlItem.objects.create(enterprise=unit, key_risk_point=f"绝缘厚度{number}", measure="抽测", added_on=on)
    Stoppage.objects.create(enterprise=unit, first_day=on, last_day=on, reason="设备检修")
    Certificate.objects.create(enterprise=unit, kind="ccc", number=f"2025{number}", valid_from=on, valid_to=on)
    Honour.objects.create(enterprise=unit, name=f"区政府质量奖{number}", granted_by="南湖区人民政府", granted_on=on)
    SelfReport.objects.create(enterprise=unit, kind="responsibility", year=2000 + number, submitted_on=on)
    SamplingResult.objects.create(
        enterprise=unit, product="童车", sampled_on=on, level="city", result="pass", report_number=f"JX{number}"
    )
    RiskEvent.objects.create(
        enterprise=unit,
        kind="complaint",
        title=f"举报{number}",
        facts="轮子脱落",
        occurred_on=on,
        reported_at=NOON,
        fingerprint=str(number),
    )
    OnsiteCheck.objects.create(
        enterprise=unit, occasion="lock", checked_on=on, officer=officer, subject=f"lock:{number}", recorded_at=NOON
    )
    DutyRecord.objects.create(
        enterprise=unit, kind="daily", period_start=on, recorded_on=on, nothing_found=True, by_name="姚慧珍"
    )


# --- who may see, who may change -------------------------------------------------------------------------------------


def test_another_county_sees_no_tab_of_the_unit(client: Client, unit: Enterprise, stranger: User) -> None:
    for rest in (*TABS, "people/new/", "files/new/"):
        page(client, unit, rest)
        page(signed_in(stranger), unit, rest, status=404)


def test_who_may_only_see_gets_the_tabs_and_no_forms(unit: Enterprise, officer: User, tree: dict[str, Body]) -> None:
    fill(unit, officer)
    reader = signed_in(make_user("legal", "legal_reviewer", tree["330402"], language="en"))
    for rest in TABS:
        shown = page(reader, unit, rest)
        assert "/new/" not in shown
        assert "/end/" not in shown
    person = SafetyPerson.objects.get()
    for rest in ("people/new/", f"people/{person.pk}/", f"people/{person.pk}/end/", "files/new/"):
        page(reader, unit, rest, status=403)
    assert post(reader, unit, f"people/{person.pk}/remove/").status_code == 403


def test_every_tab_leads_to_the_others(client: Client, unit: Enterprise) -> None:
    for rest in TABS:
        shown = page(client, unit, rest)
        assert all(f'href="/enterprises/{unit.uscc}/{other}"' in shown for other in TABS)
        assert shown.count('aria-current="page"') >= 1


@pytest.mark.parametrize("rest", TABS)
def test_a_tab_costs_the_same_for_one_row_and_for_many(
    client: Client, unit: Enterprise, officer: User, rest: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, unit, rest)
        return len(captured)

    fill(unit, officer)
    few = queries()
    for number in range(1, 9):
        fill(unit, officer, number)
    assert queries() == few


# --- the archive -----------------------------------------------------------------------------------------------------


def test_the_archive_shows_everything_it_holds(client: Client, unit: Enterprise, officer: User) -> None:
    fill(unit, officer)
    shown = page(client, unit, "archive/")
    words = (
        "姚慧珍0",
        "总局令第75号",
        "绝缘厚度0",
        "设备检修",
        "20250",
        "区政府质量奖0",
        "JX0",
        "Compulsory certification",
    )
    assert [word for word in words if word not in shown] == []


def test_an_empty_archive_says_what_belongs_there(client: Client, unit: Enterprise) -> None:
    shown = page(client, unit, "archive/")
    for words in ("Nobody is recorded", "Record the people first", "No stoppage is recorded", "No file yet"):
        assert words in shown


def test_a_person_is_appointed_trained_and_leaves(client: Client, unit: Enterprise) -> None:
    person = {"role": "director", "name": "沈国良", "appointed_on": "2026-02-01"}
    answer = post(client, unit, "people/new/", **person)
    assert answer.headers["Location"] == f"/enterprises/{unit.uscc}/archive/"
    row = SafetyPerson.objects.get()
    training = {"person": row.pk, "kind": "exam", "held_on": "2026-03-01", "topic": "令第75号", "passed": "yes"}
    assert post(client, unit, "trainings/new/", **training).status_code == 302
    assert SafetyTraining.objects.get().passed is True
    assert "First day on which the post is no longer held" in page(client, unit, f"people/{row.pk}/end/")
    assert post(client, unit, f"people/{row.pk}/end/", on="2026-06-01").status_code == 302
    row.refresh_from_db()
    assert row.left_on == date(2026, 6, 1)
    refused = post(client, unit, f"people/{row.pk}/end/", on="2026-07-01")
    assert refused.status_code == 422
    assert "This has ended already, on 1 Jun 2026.（国市监质监发〔2023〕38号 四（一））" in refused.content.decode()
    answer = client.post(f"/enterprises/{unit.uscc}/people/{row.pk}/remove/", follow=True)
    assert "Training is recorded for this person" in answer.content.decode()


def test_a_training_is_shown_again_as_it_was_typed(client: Client, unit: Enterprise, officer: User) -> None:
    person = SafetyPerson.objects.create(enterprise=unit, role="officer", name="甲", appointed_on=date(2026, 1, 5))
    training = SafetyTraining.objects.create(
        person=person, kind="exam", held_on=date(2026, 3, 3), topic="令第75号", passed=False
    )
    shown = page(client, unit, f"trainings/{training.pk}/")
    assert '<option value="no" selected>' in shown


@pytest.mark.parametrize("kind", ["certificates", "reports", "nonsense"])
def test_what_has_no_end_cannot_be_ended(client: Client, unit: Enterprise, officer: User, kind: str) -> None:
    fill(unit, officer)
    page(client, unit, f"{kind}/1/end/", status=404)


def test_a_fault_stands_at_its_field_and_what_was_typed_stays(client: Client, unit: Enterprise) -> None:
    answer = post(client, unit, "stoppages/new/", first_day="2026-02-10", last_day="2026-02-01", reason="春节停产")
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_last_day_error"' in shown
    assert "春节停产" in shown
    assert not Stoppage.objects.exists()


def test_markup_in_a_row_is_shown_as_text(client: Client, unit: Enterprise, officer: User) -> None:
    nasty = "<script>alert(1)</script>"
    on = date(2026, 3, 3)
    SafetyPerson.objects.create(enterprise=unit, role="director", name=nasty, appointed_on=on)
    RiskControlItem.objects.create(enterprise=unit, key_risk_point=nasty, measure=nasty, added_on=on)
    DutyRecord.objects.create(enterprise=unit, kind="daily", period_start=on, recorded_on=on, findings=nasty)
    for rest in ("archive/", "records/?month=2026-03", "compliance/", "as-at/?on=2026-03-04"):
        assert "<script>alert" not in page(client, unit, rest)


def test_the_change_log_tells_of_rows_in_words(client: Client, unit: Enterprise) -> None:
    post(client, unit, "people/new/", role="director", name="沈国良", appointed_on="2026-02-01")
    post(client, unit, "controls/new/", key_risk_point="绝缘", measure="抽测", origin="body", added_on="2026-02-01")
    item, person = RiskControlItem.objects.get(), SafetyPerson.objects.get()
    post(client, unit, "trainings/new/", person=person.pk, kind="training", held_on="2026-03-01", topic="令第75号")
    post(client, unit, f"controls/{item.pk}/end/", on="2026-03-01")
    post(client, unit, f"controls/{item.pk}/remove/")
    shown = page(client, unit)
    for words in (
        "Appointment entered or changed",
        "<ins>Quality-safety director</ins>",
        "<ins>Demanded by the body</ins>",
        "Person：<del>—</del> → <ins>沈国良</ins>",
        "Struck off the risk-control list",
        "Line of the risk-control list removed",
    ):
        assert words in shown
    assert "enterprise." not in shown


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_added_shown_and_handed_out_safely(client: Client, unit: Enterprise, stranger: User) -> None:
    answer = post(client, unit, "files/new/", file=SimpleUploadedFile("任命书.pdf", PDF))
    assert answer.status_code == 302
    file = ArchiveFile.objects.get()
    assert "任命书.pdf" in page(client, unit, "archive/")
    handed: Any = client.get(f"/archive-files/{file.pk}/")
    assert b"".join(handed.streaming_content) == PDF
    assert handed["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in handed["Content-Security-Policy"]
    assert handed["Content-Disposition"].startswith("attachment")
    assert client.get(f"/archive-files/{file.pk}/?inline")["Content-Disposition"].startswith("inline")
    assert signed_in(stranger).get(f"/archive-files/{file.pk}/").status_code == 404


def test_changed_bytes_are_not_handed_out(client: Client, unit: Enterprise, officer: User) -> None:
    file = add_archive_file(enterprise_id=unit.pk, upload=SimpleUploadedFile("任命书.pdf", PDF), acting=acting(officer))
    ArchiveFile.objects.filter(pk=file.pk).update(sha256="0" * 64)
    answer = client.get(f"/archive-files/{file.pk}/")
    assert answer.status_code == 500
    assert "File damaged" in answer.content.decode()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("病毒.pdf", b"MZ\x90\x00"), "is not what its name says"),
        (SimpleUploadedFile("空.pdf", b""), "empty"),
        (None, "required"),
    ],
)
def test_another_kind_of_file_is_refused_at_the_field(client: Client, unit: Enterprise, file: Any, words: str) -> None:
    answer = post(client, unit, "files/new/", **({"file": file} if file else {}))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="id_file_error"' in shown
    assert words in shown
    assert not ArchiveFile.objects.exists()


# --- the control records ---------------------------------------------------------------------------------------------


def test_a_month_shows_what_was_kept_what_is_missing_and_what_was_stopped(client: Client, unit: Enterprise) -> None:
    SafetyPerson.objects.create(enterprise=unit, role="officer", name="姚慧珍", appointed_on=date(2026, 3, 2))
    for day in (2, 3):
        on = date(2026, 3, day)
        DutyRecord.objects.create(enterprise=unit, kind="daily", period_start=on, recorded_on=on, nothing_found=True)
    Stoppage.objects.create(enterprise=unit, first_day=date(2026, 3, 5), last_day=date(2026, 3, 31), reason="搬迁")
    answer = client.get(f"/enterprises/{unit.uscc}/records/?month=2026-03")
    assert [(count.done, count.gaps, count.owed) for count in answer.context["counts"]] == [
        (2, 1, 3),  # days: the 4th is missing
        (0, 2, 2),  # weeks: that of the 2nd, and that of the 30th with its days in April
        (0, 0, 0),  # the duty began within the month, so no minutes are owed
    ]
    shown = answer.content.decode()
    gap = f"/enterprises/{unit.uscc}/records/new/?kind=daily&amp;period_start=2026-03-04&amp;recorded_on=2026-03-04"
    assert gap in shown
    filled = page(client, unit, "records/new/?kind=weekly&period_start=2026-03-02")
    assert '<option value="weekly" selected>' in filled
    assert 'value="2026-03-02"' in filled


@pytest.mark.parametrize("month", ["", "2026-13", "0000-01", "9999-12", "x", "2026-3", "１９９９-01"])
def test_a_month_that_cannot_be_shown_is_this_one(client: Client, unit: Enterprise, today: date, month: str) -> None:
    answer = client.get(f"/enterprises/{unit.uscc}/records/", {"month": month})
    assert answer.status_code == 200
    assert answer.context["month"] == today.replace(day=1)


def test_a_record_is_entered_and_the_page_comes_back_to_its_month(client: Client, unit: Enterprise) -> None:
    data = {
        "kind": "weekly",
        "period_start": "2026-03-05",
        "recorded_on": "2026-03-06",
        "findings": "毛刺超标",
        "handled": "已返工",
        "file": SimpleUploadedFile("周报.pdf", PDF),
    }
    answer = post(client, unit, "records/new/", **data)
    assert answer.headers["Location"] == f"/enterprises/{unit.uscc}/records/?month=2026-03"
    record = DutyRecord.objects.get()
    assert record.period_start == date(2026, 3, 2)
    shown = page(client, unit, "records/?month=2026-03")
    for words in ("毛刺超标", "已返工", "周报.pdf"):
        assert words in shown


def test_whoever_is_not_at_work_owes_nothing(client: Client, unit: Enterprise) -> None:
    StatusRecord.objects.filter(enterprise=unit).update(valid_to=date(2026, 3, 1))
    StatusRecord.objects.create(
        enterprise=unit, status="dormant", valid_from=date(2026, 3, 1), recorded_at=NOON, basis="歇业备案"
    )
    answer = client.get(f"/enterprises/{unit.uscc}/records/?month=2026-03")
    assert [count.owed for count in answer.context["counts"]] == [0, 0, 0]
    StatusRecord.objects.filter(status="dormant").update(status="abnormal")  # listed, but it may well go on producing
    answer = client.get(f"/enterprises/{unit.uscc}/records/?month=2026-03")
    assert answer.context["counts"][0].owed == 31


# --- the compliance history ------------------------------------------------------------------------------------------


def test_the_history_tells_of_everything_in_the_order_of_days(unit: Enterprise, officer: User) -> None:
    fill(unit, officer)
    entries = compliance_history(unit)
    told = {kind: [entry for entry in entries if entry.kind == kind] for kind in Kind}
    assert all(told[kind] for kind in set(Kind) - {Kind.CLASS, Kind.LISTS, Kind.LOCK, Kind.MEASURE})
    assert [entry.on for entry in entries] == sorted((entry.on for entry in entries), reverse=True)
    assert entries[-1].on == date(2024, 1, 5)


def test_the_history_is_narrowed_by_kind(client: Client, unit: Enterprise, officer: User) -> None:
    fill(unit, officer)
    shown = page(client, unit, "compliance/?kind=sampling")
    assert "Sampling: Passed, 童车" in shown
    assert "举报0" not in shown
    assert "举报0" in page(client, unit, "compliance/?kind=nonsense")
    assert "Nothing of this kind" in page(client, unit, "compliance/?kind=lock")


# --- as at -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "As it stood on"),
        ("?on=2026-06-01", "As it stood on 1 Jun 2026"),
        ("?on=2024-01-04", "the enterprise was not on the platform yet: it was first entered on 5 Jan 2024"),
        ("?on=2999-01-01", "This day has not come yet"),
        ("?on=1900-01-01", "The date lies before October 1949."),
        ("?on=x", "Enter a valid date."),
    ],
)
def test_as_at_shows_a_day_or_says_why_not(client: Client, unit: Enterprise, query: str, words: str) -> None:
    assert words in page(client, unit, f"as-at/{query}")


# --- certificates ----------------------------------------------------------------------------------------------------


def paper(unit: Enterprise, number: str, valid_to: date | None) -> Certificate:
    return Certificate.objects.create(enterprise=unit, kind="ccc", number=number, valid_to=valid_to)


def test_certificates_are_warned_of_in_time(client: Client, unit: Enterprise, today: date) -> None:
    for number, days in (("过期", -1), ("将到", 90), ("还早", 91)):
        paper(unit, number, today + timedelta(days=days))
    paper(unit, "无期", None)
    gone = make_enterprise(status="revoked")
    paper(gone, "已吊销", today)
    shown = client.get("/certificates/").content.decode()
    assert [number for number in ("过期", "将到", "还早", "无期", "已吊销") if number in shown] == ["过期", "将到"]
    assert "将到" not in client.get("/certificates/?show=expired").content.decode()
    assert "过期" not in client.get("/certificates/?show=soon").content.decode()
    assert "过期" not in client.get("/certificates/?kind=production_licence").content.decode()
    for rest in ("", "archive/"):
        assert page(client, unit, rest).count("expires ") == 1


def test_the_days_are_those_of_the_nearest_body(officer: User, unit: Enterprise, tree: dict[str, Body]) -> None:
    today = date(2026, 11, 18)
    town = make_enterprise(territorial_body=tree["330402100"])
    far = paper(unit, "县", today + timedelta(days=30))
    near = paper(town, "镇", today + timedelta(days=30))
    said = {"reason": "提前督促换证", "set_by": officer, "set_at": NOON}
    BodySetting.objects.create(body=tree["330402"], key=WARN_DAYS, value=60, **said)
    BodySetting.objects.create(body=tree["330402100"], key=WARN_DAYS, value=10, **said)
    assert set(visible_warnings(officer, today)) == {far}
    BodySetting.objects.filter(body=tree["330402100"]).update(value=30)
    assert set(visible_warnings(officer, today)) == {far, near}


def test_the_list_of_certificates_is_scoped_and_costs_the_same(
    client: Client, unit: Enterprise, stranger: User, today: date
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/certificates/").status_code == 200
        return len(captured)

    paper(unit, "A1", today)
    few = queries()
    for number in range(30):
        paper(make_enterprise(), f"B{number}", today)
    assert queries() == few
    assert unit.name not in signed_in(stranger).get("/certificates/").content.decode()


def test_the_registry_marks_and_filters_by_certificates(client: Client, unit: Enterprise, today: date) -> None:
    quiet = make_enterprise(name="安静的厂")
    paper(unit, "A1", today - timedelta(days=1))
    shown = client.get("/enterprises/").content.decode()
    assert "expired " in shown
    narrowed = client.get("/enterprises/?papers=on").content.decode()
    assert unit.name in narrowed
    assert quiet.name not in narrowed
    assert "expired or expiring" in narrowed


def test_nobody_without_a_post_sees_the_certificates(tree: dict[str, Body]) -> None:
    assert signed_in(make_user("nobody")).get("/certificates/").status_code == 403
