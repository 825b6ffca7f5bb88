"""附件1: every unit on exactly one list, the counts agreeing with the registry, on page, paper and in files."""

import csv
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.models import AuditEvent, Body, Enterprise, ResponsibilityLock, User
from cases.packs.loader import load_pack
from cases.rules.body_tree import plan_bodies
from cases.selectors.responsibility import (
    existing_units,
    registered_in,
    roll_up,
    sum_of,
    totals_of,
    units_on_list,
)
from cases.services.enter_enterprise import enter_enterprise
from cases.services.export_responsibility import annex
from cases.services.load_bodies import plant
from cases.services.onsite_checks import record_onsite_check
from cases.services.set_status import set_status
from cases.services.write_csv import csv_lines
from tests.factories import NOON, acting, make_enterprise, make_uscc, make_user
from tests.locks.conftest import MakeLock

SignIn = Callable[[User], Client]


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.fixture
def registry(bodies: dict[str, Body]) -> list[Enterprise]:
    """Units of every tier in two counties, one taken over by the body above, one untiered, one stopped, one gone."""
    levels = {"A": "330000", "B": "330400", "C": "330402", "D": "330402100"}
    units = [
        make_enterprise(tier=tier, tier_body=bodies[levels[tier]], territorial_body=bodies["330402100"], **kind)
        for (tier, kind) in product("ABCD", ({"makes": True}, {"makes": False, "sells_retail": True}))
    ]
    units += [
        make_enterprise(tier="C", tier_body=bodies["330411"], territorial_body=bodies["330411100"]),
        make_enterprise(tier="C", tier_body=bodies["330400"], territorial_body=bodies["330411100"]),  # taken over
        make_enterprise(tier="", tier_body=bodies["330411"], territorial_body=bodies["330411100"]),
        make_enterprise(tier="D", tier_body=bodies["330402100"], territorial_body=bodies["330402100"], status="lost"),
    ]
    make_enterprise(
        tier="D", tier_body=bodies["330402100"], territorial_body=bodies["330402100"], status="deregistered"
    )
    return units


# --- the counts ------------------------------------------------------------------------------------------------------


def test_the_lists_of_all_bodies_add_up_to_the_registry(registry: list[Enterprise], bodies: dict[str, Body]) -> None:
    listed = [unit.pk for body in bodies.values() for unit in units_on_list(body)]
    assert len(listed) == len(set(listed)), "every unit stands on one list only"
    assert set(listed) == {unit.pk for unit in registry} == set(existing_units().values_list("pk", flat=True))
    assert sum(row.units for body in bodies.values() for row in totals_of(body)) == len(registry)


def test_each_body_and_those_below_add_up_to_what_stands_in_its_territory(
    registry: list[Enterprise], bodies: dict[str, Body]
) -> None:
    for body in bodies.values():
        registered, above = registered_in(body)
        assert sum(sum_of(roll_up(body))) + above == registered, body
    assert registered_in(bodies["330000"]) == (len(registry), 0)
    assert registered_in(bodies["330402"]) == (9, 4), "two of the province's, two of the city's"
    rows = {row.body.code: row for row in roll_up(bodies["330400"])}
    assert rows["330400"].own
    assert (rows["330400"].by_tier, rows["330402"].by_tier) == ((0, 2, 1, 0, 0), (0, 0, 2, 3, 0))
    assert rows["330411"].by_tier == (0, 0, 1, 0, 1)


def test_a_list_counts_tiers_kinds_and_locks(
    registry: list[Enterprise], bodies: dict[str, Body], make_lock: MakeLock
) -> None:
    make_lock(unit=registry[4])
    by_tier = {row.tier: row for row in totals_of(bodies["330402"])}
    row = by_tier["C"]
    assert (row.units, row.production, row.wholesale, row.retail, row.locked) == (2, 1, 0, 1, 1)
    assert by_tier["A"].units == by_tier[""].units == 0


def test_a_unit_that_is_deregistered_leaves_the_list_and_any_other_status_is_noted(
    registry: list[Enterprise], bodies: dict[str, Body]
) -> None:
    town = bodies["330402100"]
    clerk = make_user("录入", "platform_admin", town)
    unit = registry[6]
    for status, stays in (("suspended", True), ("revoked", True), ("deregistered", False)):
        unit.refresh_from_db()
        set_status(
            enterprise_id=unit.pk,
            status=status,
            status_on=NOON.date(),
            status_basis="现场核实",
            version=unit.version,
            acting=acting(clerk),
        )
        assert (unit in units_on_list(town)) is stays, status


@pytest.mark.parametrize(
    ("headcount", "code"), [(1500, "310000"), (400, "310101"), (60, "310101001"), (5, "310101001"), (None, "310101")]
)
def test_in_a_municipality_the_lists_stand_one_level_lower(db: None, headcount: int | None, code: str) -> None:
    from cases.rules.enterprise_facts import EnterpriseFacts

    plant(
        plan_bodies(
            (("31", "上海市"), ("3101", "市辖区"), ("310101", "黄浦区"), ("310101001", "外滩街道")), {"31": "沪"}
        )
    )
    district = Body.objects.get(code="310101")
    clerk = make_user("录入", "platform_admin", district)
    facts = EnterpriseFacts(
        uscc=make_uscc(region="310101"),
        name="上海示例电器有限公司",
        makes=True,
        headcount=headcount,
        region_code="310101001",
        first_entry_reason="onsite_check",
        first_entered_on=NOON.date(),
    )
    unit = enter_enterprise(facts=facts, acting=acting(clerk))
    assert [body.code for body in Body.objects.all() if unit in units_on_list(body)] == [code]


# --- the annex -------------------------------------------------------------------------------------------------------


def test_the_annex_stands_as_printed_and_agrees_with_the_thresholds() -> None:
    form = annex()
    assert (form.title, form.columns[:2]) == ("分层分级责任清单", ("监管层级", "监管对象"))
    assert len(form.notes) == 3
    assert form.notes[2].endswith("按照其中符合较高等级主体条件进行分级对应。")
    table = load_pack("samr-2023-38").tiers
    assert table is not None
    for kind, steps in table.thresholds.items():
        for step in steps:
            (line,) = [each for each in form.tiers[step.tier].criteria if table.kind_names[kind] in each]
            assert str(step.headcount) in line
            assert str(step.revenue_wan) in line


# --- page, paper and files -------------------------------------------------------------------------------------------


@pytest.fixture
def head(bodies: dict[str, Body]) -> User:
    return make_user("李敏", "unit_head", bodies["330402"])


def test_the_page_shows_units_totals_and_the_bodies_below(
    registry: list[Enterprise], bodies: dict[str, Body], head: User, sign_in: SignIn
) -> None:
    client = sign_in(head)
    assert client.get(reverse("responsibility_bodies")).url == reverse("responsibility_list", args=["330402"])
    page = client.get(reverse("responsibility_list", args=["330402"])).content.decode()
    assert registry[4].name in page
    assert registry[0].name not in page, "a unit of the province's stands on the province's list"
    assert reverse("responsibility_list", args=["330402100"]) in page
    assert "大型生产单位：X≥1000人或Y≥40000万元" in page
    assert "A类" not in page
    for code in ("330400", "330411"):
        assert client.get(reverse("responsibility_list", args=[code])).status_code == 404
    province = sign_in(make_user("省局", "unit_head", bodies["330000"]))
    assert "与企业库一致" in province.get(reverse("responsibility_list", args=["330000"])).content.decode()


def test_whoever_has_posts_at_two_bodies_chooses(bodies: dict[str, Body], sign_in: SignIn) -> None:
    both = make_user("两处", "unit_head", bodies["330402"])
    from tests.factories import give_post

    give_post(both, "unit_head", bodies["330411"])
    page = sign_in(both).get(reverse("responsibility_bodies"))
    assert [body.code for body in page.context["bodies"]] == ["330402", "330411"]
    nobody = sign_in(make_user("无职"))
    assert nobody.get(reverse("responsibility_bodies")).status_code == 403


def test_the_row_names_officer_and_checks(
    registry: list[Enterprise], bodies: dict[str, Body], make_lock: MakeLock, officer: User
) -> None:
    lock: ResponsibilityLock = make_lock(unit=registry[4])
    record_onsite_check(
        enterprise=registry[5],
        occasion="task_list",
        checked_on=NOON.date(),
        officer=None,
        second_officer=None,
        findings="",
        subject="task_list:1",
        acting=acting(None),
    )
    rows: dict[int, Any] = {unit.pk: unit for unit in units_on_list(bodies["330402"])}
    assert lock.clock is not None
    assert (rows[registry[4].pk].officer_name, rows[registry[4].pk].next_check_on) == (officer.name, lock.clock.due_on)
    assert (rows[registry[5].pk].officer_name, rows[registry[5].pk].last_check_on) == (None, NOON.date())


def test_files_say_the_same_are_safe_and_on_record(
    registry: list[Enterprise], bodies: dict[str, Body], head: User, sign_in: SignIn
) -> None:
    Enterprise.objects.filter(pk=registry[4].pk).update(name="=cmd|' /C calc'!A1", revenue_wan=Decimal("800.00"))
    client = sign_in(head)
    book = CalamineWorkbook.from_filelike(
        BytesIO(content_of(client.get(reverse("responsibility_xlsx", args=["330402"]))))
    )
    assert book.sheet_names == ["分层分级责任清单", "合计", "附件1"]
    units = book.get_sheet_by_index(0).to_python()
    assert "=cmd|' /C calc'!A1" in [row[3] for row in units], "text stays text"
    assert [row[1] for row in book.get_sheet_by_index(1).to_python()[1:]] == [0.0, 0.0, 2.0, 0.0, 0.0]
    lines = content_of(client.get(reverse("responsibility_csv", args=["330402"]))).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(lines)))
    assert len(rows) == len(units) == 3
    assert "'=cmd|' /C calc'!A1" in [row[3] for row in rows], "no cell begins as a formula"
    assert [row[2] for row in rows] == [row[2] for row in units]
    assert AuditEvent.objects.filter(action="exported.responsibility_list").count() == 2
    inspector = sign_in(make_user("检查", "inspector", bodies["330402"]))
    for name in ("responsibility_xlsx", "responsibility_csv"):
        assert inspector.get(reverse(name, args=["330402"])).status_code == 403
        assert client.get(reverse(name, args=["330411"])).status_code == 404


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "＠x"])
def test_no_cell_of_a_csv_begins_a_formula(cell: str) -> None:
    (_head, line) = csv_lines(["a"], [[cell]])
    (read,) = next(csv.reader(StringIO(line.decode(), newline="")))
    assert read == f"'{cell}"


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "序号"), ("en", "Grounds of the tier")])
def test_the_printed_list_is_whole_and_in_the_readers_language(
    registry: list[Enterprise], head: User, sign_in: SignIn, language: str, words: str
) -> None:
    User.objects.filter(pk=head.pk).update(language=language)
    answer = sign_in(head).get(reverse("responsibility_print", args=["330402"]))
    page = content_of(answer).decode()
    assert words in page
    assert page.count("<h1") == 1
    assert page.rstrip().endswith("</html>")
    assert all(unit.name in page for unit in registry[4:6])
    assert "2.企业划分指标以现行统计制度为准。" in page
    kinds = {"zh-hans": "生产", "en": "Production"}
    assert kinds[language] in page.partition("<tbody>")[2], "rows made after the answer began are in its language, too"


def test_the_pages_cost_the_same_for_few_and_for_many(bodies: dict[str, Body], head: User, sign_in: SignIn) -> None:
    county = bodies["330402"]
    client = sign_in(head)

    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(reverse(name, args=["330402"]))
            _ = content_of(answer) if answer.streaming else answer.content
        return len(captured)

    names = ("responsibility_list", "responsibility_print", "responsibility_csv")
    make_enterprise(territorial_body=county)
    queries(names[0])  # what is read once a process, such as content types
    few = [queries(name) for name in names]
    for _ in range(20):
        make_enterprise(territorial_body=county)
    assert [queries(name) for name in names] == few
