"""The registry's pages: who sees what, filters, forms, exports, imports."""

import io
import zipfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from cases.models import (
    Body,
    Case,
    ClassRecord,
    Enterprise,
    Honour,
    ImportBatch,
    Job,
    KeySupervision,
    Product,
    TierRecord,
    User,
)
from cases.services.import_records import run_import
from tests.factories import NOON, acting, give_post, make_body_tree, make_enterprise, make_uscc, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def officer(tree: dict[str, Body]) -> User:
    user = make_user("wang", "platform_admin", tree["330402"], language="en")
    give_post(user, "grassroots_lead", tree["330402"])
    return user


@pytest.fixture
def stranger(tree: dict[str, Body]) -> User:
    user = make_user("li", "platform_admin", tree["330411"])
    give_post(user, "grassroots_lead", tree["330411"])
    return user


@pytest.fixture
def client(officer: User) -> Client:
    return signed_in(officer)


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def cells(client: Client, address: str) -> list[list[Any]]:
    answer = client.get(address)
    assert answer.status_code == 200
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def make_case(unit: Enterprise, user: User) -> Case:
    return Case.objects.create(
        number=f"嘉南市监检〔2026〕{unit.pk}号",
        enterprise=unit,
        body=unit.territorial_body,
        territorial_body=unit.territorial_body,
        planned_on=date(2026, 11, 3),
        status="planned",
        pack="national-2012@1",
        opened_at=NOON,
        opened_by=user,
    )


def put_on_key_list(unit: Enterprise, user: User) -> KeySupervision:
    return KeySupervision.objects.create(
        enterprise=unit,
        body=unit.territorial_body,
        case=make_case(unit, user),
        reason="定期监督检查结论为C类",
        entered_on=date(2026, 11, 12),
    )


def form_data(**changed: Any) -> dict[str, Any]:
    return {
        "uscc": "91330402MATEXT01X5",
        "name": "嘉兴示例电器有限公司",
        "kinds": ["production"],
        "region_code": "330402100",
        "headcount": "60",
        "revenue_wan": "800",
        "first_entry_reason": "onsite_check",
        "first_entered_on": "2026-01-05",
        **changed,
    }


# --- scope -----------------------------------------------------------------------------------------------------------


def test_another_county_sees_nothing_of_a_unit(client: Client, stranger: User, officer: User) -> None:
    unit = make_enterprise(name="南湖电器厂")
    put_on_key_list(unit, officer)
    elsewhere = signed_in(stranger)
    for address in ("/enterprises/", "/enterprises/?q=南湖", f"/enterprises/?q={unit.uscc}", "/lists/"):
        assert "南湖电器厂" in page(client, address)
        assert "南湖电器厂" not in page(elsewhere, address)
    assert len(cells(elsewhere, "/enterprises/export/")) == 1
    assert len(cells(elsewhere, "/lists/export/")) == 1
    for rest in ("", "edit/", "status/", "products/new/"):
        page(elsewhere, f"/enterprises/{unit.uscc}/{rest}", status=404)
        page(client, f"/enterprises/{unit.uscc}/{rest}")


def test_area_of_another_county_narrows_to_nothing_of_theirs(client: Client, tree: dict[str, Body]) -> None:
    make_enterprise(name="秀洲电器厂", territorial_body=tree["330411"], tier_body=tree["330411"])
    assert "秀洲电器厂" not in page(client, "/enterprises/?area=330411")


def test_reader_without_a_post_is_turned_away(tree: dict[str, Body]) -> None:
    nobody = signed_in(make_user("nobody"))
    for address in ("/enterprises/", "/lists/", "/imports/", "/enterprises/export/", "/imports/template/"):
        page(nobody, address, status=403)


def test_reader_who_may_only_see_gets_no_forms(tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    client = signed_in(make_user("legal", "legal_reviewer", tree["330402"]))
    assert "/edit/" not in page(client, f"/enterprises/{unit.uscc}/")
    for address in ("/enterprises/new/", f"/enterprises/{unit.uscc}/edit/", f"/enterprises/{unit.uscc}/status/"):
        page(client, address, status=403)
    page(client, "/enterprises/export/", status=403)


def test_import_of_another_county_is_not_found(client: Client, stranger: User) -> None:
    batch = upload(client, csv_file())
    page(signed_in(stranger), f"/imports/{batch.pk}/", status=404)
    page(signed_in(stranger), f"/imports/{batch.pk}/rejects/", status=404)


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"甲厂", "乙店"}),
        ("q=甲", {"甲厂"}),
        ("tier=C", {"甲厂"}),
        ("tier=untiered&tier=C", {"甲厂", "乙店"}),
        ("quality=AA", {"甲厂"}),
        ("quality=none", {"乙店"}),
        ("kind=retail", {"乙店"}),
        ("status=lost", {"乙店"}),
        ("area=330402100", {"乙店"}),
        ("key=on", {"甲厂"}),
        ("kind=nonsense&sort=nonsense&page=99", {"甲厂", "乙店"}),
    ],
)
def test_filters_narrow_the_list(
    client: Client, tree: dict[str, Body], officer: User, query: str, expected: set[str]
) -> None:
    put_on_key_list(make_enterprise(name="甲厂", quality_class="AA"), officer)
    make_enterprise(
        name="乙店", tier="", makes=False, sells_retail=True, status="lost", territorial_body=tree["330402100"]
    )
    shown = page(client, f"/enterprises/?{query}")
    assert {name for name in ("甲厂", "乙店") if f">{name}</a>" in shown} == expected


def test_beginning_of_a_code_finds_its_unit(client: Client) -> None:
    unit = make_enterprise(name="甲厂")
    assert "甲厂" in page(client, f"/enterprises/?q={unit.uscc[:12].lower()}")


def test_list_costs_the_same_for_five_rows_and_for_fifty(client: Client, officer: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page(client, "/enterprises/")
        return len(captured)

    for _number in range(5):
        put_on_key_list(make_enterprise(), officer)
    few = queries()
    for _number in range(55):
        make_enterprise()
    assert queries() == few


def test_names_with_markup_are_shown_as_text(client: Client, officer: User) -> None:
    unit = make_enterprise(name="<script>alert(1)</script>㛃𬍛有限公司")
    put_on_key_list(unit, officer)
    for address in ("/enterprises/", f"/enterprises/{unit.uscc}/", "/lists/"):
        shown = page(client, address)
        assert "<script>alert" not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;㛃𬍛有限公司" in shown


# --- the page of one unit --------------------------------------------------------------------------------------------


def test_page_shows_history_grounds_and_what_hangs_on_the_unit(client: Client, officer: User) -> None:
    unit = make_enterprise(quality_class="B")
    TierRecord.objects.update(grounds=[{"clause": "附件1", "text": "生产单位从业人员X=60人，对应C级。"}])
    case = make_case(unit, officer)
    ClassRecord.objects.create(
        enterprise=unit,
        case=case,
        quality_class="B",
        mode="routine",
        pack="national-2012@1",
        filing_number="浙市监备〔2026〕1号",
        valid_from=date(2026, 1, 1),
        next_review_on=date(2027, 1, 1),
    )
    Product.objects.create(enterprise=unit, name="插座", risk_level="I")
    Honour.objects.create(enterprise=unit, name="区政府质量奖", granted_by="南湖区人民政府")
    shown = page(client, f"/enterprises/{unit.uscc}/")
    for words in ("X=60人", case.number, "浙市监备〔2026〕1号", "插座"):
        assert words in shown
    assert "区政府质量奖" in page(client, f"/enterprises/{unit.uscc}/archive/")


def test_page_tells_who_changed_what(client: Client) -> None:
    unit = make_enterprise(name="甲厂", contact="陆敏")
    changed = form_data(
        name="甲厂", region_code="330402", contact="沈国良", version="0", email_consent="on", email="a@b.cn"
    )
    client.post(f"/enterprises/{unit.uscc}/edit/", changed)
    status = {"version": "1", "status": "lost", "status_on": "2026-01-02", "status_basis": "现场检查"}
    client.post(f"/enterprises/{unit.uscc}/status/", status)
    shown = page(client, f"/enterprises/{unit.uscc}/")
    for words in (
        "<del>陆敏</del> → <ins>沈国良</ins>",
        "<ins>Yes</ins>",
        "<del>Active</del> → <ins>Out of contact</ins>",
    ):
        assert words in shown
    client.post(f"/enterprises/{unit.uscc}/products/new/", {"name": "插座", "risk_level": "II"})
    assert "Risk level" in page(client, f"/enterprises/{unit.uscc}/")


def test_page_warns_of_a_unit_entered_twice(client: Client, tree: dict[str, Body]) -> None:
    unit = make_enterprise(name="甲厂")
    twin = make_enterprise(name="甲厂")
    hidden = make_enterprise(name="甲厂", territorial_body=tree["330411"], tier_body=tree["330411"])
    shown = page(client, f"/enterprises/{unit.uscc}/")
    assert twin.uscc in shown
    assert hidden.uscc not in shown


# --- forms -----------------------------------------------------------------------------------------------------------


def test_form_enters_a_unit(client: Client) -> None:
    answer = client.post("/enterprises/new/", form_data())
    assert answer.headers["Location"] == "/enterprises/91330402MATEXT01X5/"
    assert Enterprise.objects.get().tier == "C"


def test_form_keeps_what_was_typed_and_names_the_fault(client: Client) -> None:
    answer = client.post("/enterprises/new/", form_data(uscc="91330402MATEXT011E"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "organisation code" in shown
    assert "嘉兴示例电器有限公司" in shown


def test_taken_code_links_to_its_unit_only_where_it_may_be_seen(client: Client, stranger: User, officer: User) -> None:
    make_enterprise(uscc="91330402MATEXT01X5", name="先来的")
    shown = client.post("/enterprises/new/", form_data()).content.decode()
    assert "先来的" in shown
    hidden = signed_in(stranger).post("/enterprises/new/", form_data(region_code="330411")).content.decode()
    assert "先来的" not in hidden


def test_entering_into_another_county_is_refused_with_a_reason(client: Client) -> None:
    answer = client.post("/enterprises/new/", form_data(region_code="330411"))
    assert answer.status_code == 422
    assert "秀洲区" in answer.content.decode()
    assert not Enterprise.objects.exists()


def test_stale_page_shows_both_versions_and_can_then_be_saved(client: Client, officer: User) -> None:
    unit = make_enterprise(contact="陆敏", version=4)
    typed = form_data(name=unit.name, region_code="330402", contact="沈国良", version="3")
    answer = client.post(f"/enterprises/{unit.uscc}/edit/", typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "陆敏" in shown
    assert "沈国良" in shown
    assert 'name="version" value="4"' in shown
    assert answer.context["saved"] is None  # nobody is on record as having changed it
    client.post(f"/enterprises/{unit.uscc}/edit/", {**typed, "version": "4"})
    unit.refresh_from_db()
    assert unit.contact == "沈国良"


def test_who_saved_in_between_is_named_with_body_and_moment(client: Client, tree: dict[str, Body]) -> None:
    unit = make_enterprise()
    other = make_user("何平", "platform_admin", tree["330402"])
    colleague = Client()
    colleague.force_login(other)
    status = {"version": "0", "status": "lost", "status_on": "2026-01-02", "status_basis": "现场检查"}
    assert colleague.post(f"/enterprises/{unit.uscc}/status/", status).status_code == 302
    for address in ("edit", "status"):
        typed = {**form_data(name=unit.name, region_code="330402", version="0"), **status, "status": "suspended"}
        answer = client.post(f"/enterprises/{unit.uscc}/{address}/", typed)
        assert answer.status_code == 422
        assert answer.context["saved"].name == "何平"
        page = answer.content.decode()
        assert f"何平 ({tree['330402'].name}) saved on" in page
    differing = {(row.mine, row.theirs) for row in answer.context["differences"]}
    assert differing == {("Production or business stopped", "Out of contact")}


def test_status_form_changes_the_status(client: Client) -> None:
    unit = make_enterprise()
    data = {"version": "0", "status": "lost", "status_on": "2026-01-02", "status_basis": "现场检查"}
    assert client.post(f"/enterprises/{unit.uscc}/status/", data).status_code == 302
    unit.refresh_from_db()
    assert unit.status == "lost"


def test_product_is_added_changed_and_removed(client: Client) -> None:
    unit = make_enterprise()
    base = f"/enterprises/{unit.uscc}/products"
    client.post(f"{base}/new/", {"name": "插座", "risk_level": "II"})
    row = Product.objects.get()
    client.post(f"{base}/{row.pk}/", {"name": "插座", "risk_level": "I"})
    row.refresh_from_db()
    assert row.risk_level == "I"
    client.post(f"{base}/{row.pk}/remove/")
    assert not Product.objects.exists()
    page(client, f"/enterprises/{unit.uscc}/nonsense/new/", status=404)


# --- exports ---------------------------------------------------------------------------------------------------------


def test_export_holds_the_filter_and_no_formulas(client: Client) -> None:
    make_enterprise(name='=HYPERLINK("http://evil.example")', quality_class="C")
    make_enterprise(name="别的")
    rows = cells(client, "/enterprises/export/?q=HYPER")
    assert [row[1] for row in rows[1:]] == ['=HYPERLINK("http://evil.example")']
    assert "C" in rows[1]


def test_export_reaches_only_where_exporting_is_allowed(tree: dict[str, Body]) -> None:
    user = make_user("zhao", "legal_reviewer", tree["330400"])
    give_post(user, "platform_admin", tree["330402"])
    make_enterprise(name="南湖的")
    make_enterprise(name="秀洲的", territorial_body=tree["330411"], tier_body=tree["330411"])
    client = signed_in(user)
    assert "秀洲的" in page(client, "/enterprises/")
    assert [row[1] for row in cells(client, "/enterprises/export/")[1:]] == ["南湖的"]


def test_key_list_shows_case_reason_and_day(client: Client, officer: User) -> None:
    entry = put_on_key_list(make_enterprise(name="甲厂"), officer)
    shown = page(client, "/lists/")
    for words in ("甲厂", entry.case.number, entry.reason, "12 Nov 2026"):
        assert words in shown
    KeySupervision.objects.update(left_on=date(2026, 11, 13))
    assert "甲厂" not in page(client, "/lists/")


# --- imports ---------------------------------------------------------------------------------------------------------


def csv_file(name: str = "企业.csv", code: str | None = None) -> SimpleUploadedFile:
    header = "统一社会信用代码,企业名称,主体类型,行政区划代码,首次录入原因"
    lines = [f"{code or make_uscc(1)},甲厂,生产,330402,现场检查", f"{make_uscc(2)},,生产,330402,现场检查"]
    return SimpleUploadedFile(name, "\n".join([header, *lines]).encode("gb18030"))


def upload(client: Client, file: SimpleUploadedFile) -> ImportBatch:
    answer = client.post("/imports/new/", {"file": file, "body": "330402"})
    batch = ImportBatch.objects.latest("pk")
    assert answer.headers["Location"] == f"/imports/{batch.pk}/"
    return batch


def test_upload_waits_for_its_job_then_shows_the_result(client: Client, officer: User) -> None:
    batch = upload(client, csv_file())
    waiting = page(client, f"/imports/{batch.pk}/")
    assert "data-ask-again" in waiting
    assert 'http-equiv="refresh"' in waiting
    assert Job.objects.get().payload == {"batch": batch.pk}
    run_import(batch_id=batch.pk, acting=acting(officer, NOON + timedelta(minutes=1)))
    shown = page(client, f"/imports/{batch.pk}/")
    assert "data-ask-again" not in shown
    assert "This is required." in shown
    assert [row[-2] for row in cells(client, f"/imports/{batch.pk}/rejects/")[1:]] == [3.0]
    assert "企业.csv" in page(client, "/imports/")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("企业.xlsx", b"MZ\x90\x00\x03\x00\x00\x00", "whatever its name says"),
        ("企业.csv", b"", "The file is empty."),
        ("企业.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "97"),
    ],
)
def test_upload_of_something_else_is_refused(client: Client, name: str, content: bytes, words: str) -> None:
    answer = client.post("/imports/new/", {"file": SimpleUploadedFile(name, content), "body": "330402"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_upload_of_fifty_megabytes_is_refused_with_the_limit(client: Client, settings: Any) -> None:
    file = SimpleUploadedFile("企业.xlsx", b"PK\x03\x04" + bytes(50 * 1024 * 1024))
    answer = client.post("/imports/new/", {"file": file, "body": "330402"})
    assert answer.status_code == 422
    assert f"the limit is {settings.UPLOAD_MAX_MB} MB" in answer.content.decode()


def test_upload_into_another_county_is_no_choice(client: Client) -> None:
    answer = client.post("/imports/new/", {"file": csv_file(), "body": "330411"})
    assert answer.status_code == 422
    assert not ImportBatch.objects.exists()


def test_template_can_be_fetched(client: Client) -> None:
    assert "USCC*" in cells(client, "/imports/template/")[0]
