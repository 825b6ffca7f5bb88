"""The pages of imports and exports: who gets them, what they offer at each stage, that they work without script."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Body, Enterprise, ImportBatch, User
from cases.services import import_batch
from cases.services.import_kinds import EXPORTS, KINDS
from cases.services.import_records import run_import
from cases.services.jobs import run_due_jobs
from cases.services.read_table import read_rows
from tests.factories import NOON, acting, make_enterprise, make_user
from tests.imports.conftest import started, take, text, unit, workbook

pytestmark = pytest.mark.django_db


def signed_in(user: User, language: str = "en") -> Client:
    user.language = language
    user.save()
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def client(admin: User) -> Client:
    return signed_in(admin)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def fetched(client: Client, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer, b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_strangers_find_none_of_a_batch(tree: dict[str, Body], admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True)
    stranger = signed_in(make_user("li", "platform_admin", tree["330411"]))
    for rest in ("", "rejects/", "report/"):
        page(stranger, f"/imports/{batch.pk}/{rest}", status=404)
    for rest in ("apply/", "cancel/", "decide/"):
        assert stranger.post(f"/imports/{batch.pk}/{rest}").status_code == 404
        assert stranger.get(f"/imports/{batch.pk}/{rest}").status_code == 405
    batch.refresh_from_db()
    assert batch.state == "checked"


def test_who_may_only_export_gets_exports_and_no_templates(tree: dict[str, Body]) -> None:
    client = signed_in(make_user("zhou", "grassroots_lead", tree["330402"]))
    shown = page(client, "/imports/kinds/")
    assert "/imports/export/?kind=certificates" in shown
    assert "/imports/template/" not in shown
    page(client, "/imports/template/?kind=products", status=403)
    page(client, "/imports/", status=403)
    page(signed_in(make_user("legal", "legal_reviewer", tree["330402"])), "/imports/kinds/", status=403)


def test_who_may_only_import_exports_nothing(importer: User) -> None:
    page(signed_in(importer), "/imports/export/?kind=products", status=403)
    assert "/imports/export/" not in page(signed_in(importer), "/imports/kinds/")


def test_every_kind_has_its_template_and_export(client: Client) -> None:
    shown = page(client, "/imports/kinds/")
    for code in EXPORTS:
        assert f"/imports/export/?kind={code}" in shown
        for form in ("xlsx", "csv"):
            answer, content = fetched(client, f"/imports/export/?kind={code}&format={form}")
            assert content.startswith(b"PK" if form == "xlsx" else b"\xef\xbb\xbf")
            assert f".{form}" in answer.headers["Content-Disposition"]
    for code in KINDS:
        _answer, content = fetched(client, f"/imports/template/?kind={code}")
        assert b"xl/worksheets/sheet3.xml" in content or not any(column.words for column in KINDS[code].columns)
    page(client, "/imports/template/?kind=list_entries", status=404)
    page(client, "/imports/export/?kind=nothing", status=404)
    page(client, "/imports/new/?kind=list_entries", status=404)


def test_lists_are_exported_and_said_not_to_be_importable(client: Client) -> None:
    shown = page(client, "/imports/kinds/")
    assert "who stands on a list follows from a decision" in shown
    assert "/imports/new/?kind=list_entries" not in shown


def test_upload_of_a_kind_is_checked_first_and_saved_by_a_button(client: Client, admin: User) -> None:
    unit = make_enterprise(name="南湖电器厂")
    rows = [{"uscc": unit.uscc, "name": "水壶", "risk_level": "Ⅱ"}, {"uscc": unit.uscc, "name": "", "risk_level": "Ⅱ"}]
    file = SimpleUploadedFile("产品.csv", text("products", rows))
    posted = {"kind": "products", "file": file, "body": "330402", "dry_run": "on"}
    assert 'value="products" selected' in page(client, "/imports/new/?kind=products")
    address = client.post("/imports/new/", posted).headers["Location"]
    waiting = page(client, address)
    assert 'http-equiv="refresh"' in waiting
    assert "Cancel the import" in waiting
    run_due_jobs(NOON.replace(year=2030))
    checked = page(client, address)
    for words in ("Save to the registry", "To be created", "Nothing is saved yet", "This is required.", "Products"):
        assert words in checked
    assert "水壶" in page(client, f"{address}?show=created")
    assert not unit.products.exists()
    client.post(f"{address}apply/")
    run_due_jobs(NOON.replace(year=2031))
    done = page(client, address)
    assert "Save to the registry" not in done
    assert unit.products.get().name == "水壶"
    assert "产品.csv" in page(client, "/imports/?kind=products")
    assert "产品.csv" not in page(client, "/imports/?kind=honours")


def test_updated_rows_show_before_and_after(client: Client, admin: User) -> None:
    take(workbook("enterprises", unit(1, contact="旧联系人")), admin)
    batch = take(workbook("enterprises", unit(1, contact="新联系人")), admin, dry_run=True)
    shown = page(client, f"/imports/{batch.pk}/?show=updated")
    assert "旧联系人" in shown
    assert "新联系人" in shown
    assert shown.count("<tr>") == 2


def test_strict_page_says_why_it_cannot_be_saved(client: Client, admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True, strict=True)
    shown = page(client, f"/imports/{batch.pk}/")
    assert 'aria-disabled="true"' in shown
    assert "Every row must be right" in shown
    client.post(f"/imports/{batch.pk}/apply/")
    assert not Enterprise.objects.exists()


def test_half_way_page_shows_progress_and_can_be_cancelled(
    client: Client, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_batch, "CHUNK", 2)
    batch = started(workbook("enterprises", *(unit(number) for number in range(1, 6))), admin, background=True)
    while batch.applied < 2:
        batch = run_import(batch_id=batch.pk, acting=acting(admin), enough=lambda: True)
    shown = page(client, f"/imports/{batch.pk}/")
    assert 'max="5" value="2"' in shown
    client.post(f"/imports/{batch.pk}/cancel/")
    shown = page(client, f"/imports/{batch.pk}/")
    assert "Cancelled" in shown
    assert "data-ask-again" not in shown
    assert Enterprise.objects.count() == 2


def test_rejected_rows_come_in_pages(client: Client, admin: User) -> None:
    batch = take(workbook("enterprises", *(unit(number, name="") for number in range(1, 71))), admin)
    first, second = page(client, f"/imports/{batch.pk}/"), page(client, f"/imports/{batch.pk}/?show=rejected&page=2")
    assert first.count("This is required.") == 50
    assert second.count("This is required.") == 20
    assert "show=rejected" in first or "page=2" in first


def test_report_is_fetched_while_the_rows_are_kept(client: Client, admin: User) -> None:
    batch = take(workbook("enterprises", unit(1), unit(2, name="")), admin, dry_run=True)
    answer, content = fetched(client, f"/imports/{batch.pk}/report/")
    assert [row.cells[3] for row in read_rows(io.BytesIO(content))][1:] == ["created", "rejected"]
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")


def test_list_of_imports_costs_few_queries(client: Client, admin: User, django_assert_max_num_queries: Any) -> None:
    for number in range(1, 9):
        take(workbook("enterprises", unit(number)), admin)
    with django_assert_max_num_queries(20):
        page(client, "/imports/")
    assert ImportBatch.objects.count() == 8


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_of_every_state_speak_one_language(admin: User, language: str) -> None:
    make_enterprise(name="嘉兴9号公司", uscc="91330402MATEXT01X5")
    client = signed_in(admin, language)
    rows = [unit(1), unit(2, name=""), unit(3, name="嘉兴9号公司")]
    batches = [
        take(workbook("enterprises", *rows), admin, dry_run=True),
        take(workbook("enterprises", *rows), admin),
        take(workbook("enterprises", *rows), admin, strict=True),
        started(workbook("enterprises", unit(5)), admin),
    ]
    for batch in batches:
        shown = page(client, f"/imports/{batch.pk}/")
        assert ("Rows by outcome" in shown or "Rows checked" in shown) == (language == "en")
