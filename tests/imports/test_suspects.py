"""A row that resembles another record waits, beside it, for a person's decision."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.guards.conditions import Blocked
from cases.models import Body, Enterprise, ImportBatch, ImportRow, User
from cases.rules.errors import RuleError
from cases.rules.unit_likeness import UnitMark, likeness
from cases.rules.uscc import check_digit
from cases.services.decide_import import decide_import_rows, decide_remaining
from cases.services.import_records import apply_import, run_import
from tests.factories import NOON, acting, make_uscc
from tests.imports.conftest import counts, standing, take, unit, workbook

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def moved(code: str) -> str:
    """The code the same organisation gets from the registry of another county."""
    first = f"91330411{code[8:17]}"
    return first + check_digit(first)


def decided(batch: ImportBatch, user: User, *choices: str) -> ImportBatch:
    """Decide the waiting rows in their order, then save the decisions."""
    rows = batch.rows.filter(verdict="suspect").order_by("number")
    wanted = {row.pk: choice for row, choice in zip(rows, choices, strict=True)}
    decide_import_rows(batch_id=batch.pk, choices=wanted, acting=acting(user))
    apply_import(batch_id=batch.pk, acting=acting(user, LATER))
    return run_import(batch_id=batch.pk, acting=acting(user))


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ({"uscc": make_uscc(1)}, {"uscc": moved(make_uscc(1)), "name": "别名"}, ("organisation",)),
        ({"address": "南湖区工业路1号"}, {"address": "浙江省嘉兴市南湖区工业路1号"}, ("name_address",)),
        ({"name": "嘉兴（甲）厂"}, {"name": "嘉兴(甲) 厂"}, ("name",)),
        ({"address": "工业路1号"}, {"address": "工业路2号"}, ()),
        ({"region_code": "330402"}, {"region_code": "330411"}, ()),
        ({"name": "甲厂"}, {"name": "乙厂"}, ()),
        ({"name": ""}, {"name": ""}, ()),
    ],
)
def test_likeness_needs_the_organisation_or_name_and_place(
    one: dict[str, str], other: dict[str, str], found: tuple[str, ...]
) -> None:
    base = {"uscc": make_uscc(1), "name": "甲厂", "region_code": "330402100"}
    assert likeness(UnitMark(**base | one), UnitMark(**{**base, "uscc": make_uscc(2)} | other)) == found


def test_row_of_a_standing_unit_under_another_code_is_held_back(admin: User) -> None:
    other = standing(1, name="嘉兴（甲）电器有限公司", address="南湖区凤桥镇工业路1号")
    rows = [
        unit(1, name="嘉兴(甲)电器有限公司", address="凤桥镇工业路1号"),
        unit(2, uscc=moved(other.uscc), name="改了名的公司"),
        unit(3),
    ]
    batch = take(workbook("enterprises", *rows), admin)
    assert (batch.state, counts(batch)) == ("done", {"created": 1, "suspects": 2})
    held = batch.rows.order_by("number")
    assert [(row.likeness, row.other, row.other_row) for row in held] == [
        (["name_address"], other.uscc, None),
        (["organisation"], other.uscc, None),
    ]


def test_unit_of_another_county_is_not_told_of(tree: dict[str, Body], admin: User) -> None:
    standing(1, name="嘉兴1号公司", territorial_body=tree["330411"], tier_body=tree["330411"], region_code="330402")
    assert counts(take(workbook("enterprises", unit(1)), admin)) == {"created": 1}


def test_each_choice_does_what_it_says(admin: User) -> None:
    for number in (1, 2, 3):
        standing(number, name=f"嘉兴{number}号公司", contact="旧")
    rows = [unit(number, uscc=make_uscc(number + 10), contact="新") for number in (1, 2, 3)]
    batch = take(workbook("enterprises", *rows), admin, dry_run=True)
    assert counts(batch) == {"suspects": 3}
    batch = decided(batch, admin, "new", "update", "skip")
    assert (batch.state, batch.verdicts) == ("done", "cuk")
    assert counts(batch) == {"created": 1, "updated": 1, "skipped": 1}
    contacts = Enterprise.objects.order_by("name", "pk").values_list("name", "contact")
    assert list(contacts) == [
        ("嘉兴1号公司", "旧"),
        ("嘉兴1号公司", "新"),
        ("嘉兴2号公司", "新"),
        ("嘉兴3号公司", "旧"),
    ]
    row = batch.rows.get(decision="update")
    assert (row.verdict, row.decided_by, row.decided_at) == ("updated", admin, NOON)
    assert not Enterprise.objects.filter(uscc=make_uscc(12)).exists()


def test_rows_of_one_file_are_compared_too(admin: User) -> None:
    rows = [
        unit(1, name="嘉兴(甲)厂", address="工业路1号"),
        unit(2, name="嘉兴（甲）厂", address="凤桥镇工业路1号", contact="陆敏"),
        unit(3, name="嘉兴（甲）厂", address="别处99号"),
    ]
    batch = take(workbook("enterprises", *rows), admin)
    assert counts(batch) == {"created": 2, "suspects": 1}
    row = batch.rows.get()
    assert (row.number, row.other_row, row.other, row.likeness) == (3, 2, make_uscc(1), ["name_address"])
    batch = decided(batch, admin, "update")
    assert counts(batch) == {"created": 2, "updated": 1}
    assert Enterprise.objects.get(uscc=make_uscc(1)).contact == "陆敏"


def test_repeated_code_may_update_or_be_skipped_but_not_be_new(admin: User) -> None:
    rows = [unit(1), unit(1, contact="陆敏"), unit(1, contact="王强"), unit(1)]
    batch = take(workbook("enterprises", *rows), admin)
    assert (batch.verdicts, counts(batch)) == ("cssk", {"created": 1, "skipped": 1, "suspects": 2})
    first = batch.rows.order_by("number").first()
    assert first is not None
    with pytest.raises(RuleError) as caught:
        decide_import_rows(batch_id=batch.pk, choices={first.pk: "new"}, acting=acting(admin))
    assert caught.value.code == "not_new"
    batch = decided(batch, admin, "update", "update")
    assert counts(batch) == {"created": 1, "skipped": 1, "updated": 2}
    assert Enterprise.objects.get().contact == "王强"


def test_undecided_rows_stay_and_the_rest_can_be_decided_at_once(admin: User) -> None:
    for number in (1, 2, 3):
        standing(number, name=f"嘉兴{number}号公司")
    rows = [unit(number, uscc=make_uscc(number + 10)) for number in (1, 2, 3)]
    batch = take(workbook("enterprises", *rows, unit(11, name="嘉兴1号公司", contact="又")), admin)
    with pytest.raises(Blocked):
        apply_import(batch_id=batch.pk, acting=acting(admin))
    first = batch.rows.order_by("number").first()
    assert first is not None
    decide_import_rows(batch_id=batch.pk, choices={first.pk: "skip"}, acting=acting(admin))
    assert decide_remaining(batch_id=batch.pk, choice="new", acting=acting(admin)) == 3
    assert list(batch.rows.order_by("number").values_list("decision", flat=True)) == ["skip", "new", "new", "skip"]


def test_strict_import_waits_until_every_row_is_decided(admin: User) -> None:
    standing(1, name="嘉兴1号公司")
    batch = take(workbook("enterprises", unit(11, name="嘉兴1号公司"), unit(2)), admin, strict=True)
    assert (batch.state, Enterprise.objects.count()) == ("checked", 1)
    with pytest.raises(Blocked) as caught:
        apply_import(batch_id=batch.pk, acting=acting(admin))
    assert [condition.code for condition in caught.value.conditions] == ["every_row_decided"]
    batch = decided(batch, admin, "new")
    assert (batch.state, counts(batch)) == ("done", {"created": 2})


def test_decision_on_a_record_that_is_gone_is_a_fault(admin: User) -> None:
    rows = [unit(1, name="甲厂", headcount="很多"), unit(2, name="甲厂")]
    batch = take(workbook("enterprises", *rows), admin)
    assert counts(batch) == {"rejected": 1, "suspects": 1}
    batch = decided(batch, admin, "update")
    assert counts(batch) == {"rejected": 2}
    assert batch.rows.get(number=3).faults[0]["code"] == "other_gone"


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(admin: User) -> Client:
    admin.language = "en"
    admin.save()
    client = Client()
    client.force_login(admin)
    return client


def shown(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_page_lays_row_and_record_side_by_side(client: Client, admin: User) -> None:
    other = standing(1, name="嘉兴1号公司", contact="旧联系人", headcount=60)
    batch = take(workbook("enterprises", unit(11, name="嘉兴1号公司", contact="新联系人")), admin, dry_run=True)
    page = shown(client, f"/imports/{batch.pk}/")
    for words in ("旧联系人", "新联系人", f"/enterprises/{other.uscc}/", "Take as new", "The same name in the same"):
        assert words in page
    row = ImportRow.objects.get()
    answer = client.post(f"/imports/{batch.pk}/decide/", {f"choice-{row.pk}": "update"})
    assert answer.headers["Location"] == f"/imports/{batch.pk}/?show=suspect"
    row.refresh_from_db()
    assert (row.decision, row.decided_by) == ("update", admin)
    assert client.post(f"/imports/{batch.pk}/apply/").headers["Location"] == f"/imports/{batch.pk}/"


@pytest.mark.parametrize(
    "posted", [{"choice": "everything"}, {"choice-999999": "new"}, {"choice-1": "maybe"}, {}, {"choice-x": "new"}]
)
def test_nonsense_is_answered_with_words(client: Client, admin: User, posted: dict[str, Any]) -> None:
    standing(1, name="嘉兴1号公司")
    batch = take(workbook("enterprises", unit(11, name="嘉兴1号公司")), admin, dry_run=True)
    assert client.post(f"/imports/{batch.pk}/decide/", posted).status_code == 302
    assert ImportRow.objects.get().decision == ""


def test_many_waiting_rows_cost_the_same_queries(
    client: Client, admin: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 13):
        standing(number, name=f"嘉兴{number}号公司")
    rows = [unit(number + 20, name=f"嘉兴{number}号公司") for number in range(1, 13)]
    batch = take(workbook("enterprises", *rows), admin, dry_run=True)
    with django_assert_max_num_queries(40):
        page = shown(client, f"/imports/{batch.pk}/")
    assert page.count("What becomes of this row?") == 10
