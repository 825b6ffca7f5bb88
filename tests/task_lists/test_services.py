"""Lists are made once a period, filled in by two officers, and never change afterwards."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Case, Job, RiskControlItem, TaskSheet
from cases.rules.errors import RuleError
from cases.rules.task_list import LineAnswer
from cases.services.body_tasks import add_body_task, retire_body_task
from cases.services.enterprise_checks import FactsError
from cases.services.fill_task_sheet import (
    SheetFacts,
    StaleSheetError,
    cancel_sheet,
    give_sheet,
    save_sheet_draft,
    submit_sheet,
)
from cases.services.generate_task_sheets import generate_task_sheet, generate_task_sheets
from cases.services.jobs import run_due_jobs
from cases.services.lock_unit import lock_unit
from cases.services.open_case import OpenCase, open_case
from tests.factories import NOON, acting, make_enterprise

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def made(place, list_code="production", period="2026-H2"):
    return generate_task_sheet(
        enterprise_id=place.unit.pk, list_code=list_code, period=period, acting=acting(place.head)
    )


def answers(sheet, **changed):
    given = {line.position: LineAnswer(line.position, True, True) for line in sheet.lines.all()}
    for name, answer in changed.items():
        at = int(name.lstrip("p"))
        given[at] = LineAnswer(at, *answer)
    return tuple(given.values())


def facts(sheet, place, **changed):
    return SheetFacts(
        version=sheet.version,
        checked_on=TODAY,
        second_officer_id=place.second.pk,
        answers=answers(sheet, **changed),
    )


def test_a_list_carries_the_annex_the_bodies_tasks_and_the_units_points(place):
    head = acting(place.head)
    add_body_task(body=place.bodies["330402"], list_code="production", section="2", text="检查追溯平台。", acting=head)
    RiskControlItem.objects.create(
        enterprise=place.unit, key_risk_point="喷涂", measure="每班检测", added_on=date(2026, 2, 1)
    )
    lock_unit(
        enterprise_id=place.unit.pk,
        officer=place.officer,
        study="近两年监督抽查三次不合格。",
        acting=acting(place.head),
    )
    sheet = made(place)
    lines = {line.number: line for line in sheet.lines.all()}
    assert len(lines) == 21 + 1 + 1 + 1
    assert lines["2.6"].origin == "body"
    assert (lines["6.1"].text, lines["6.1"].origin) == ("喷涂：每班检测", "unit")
    assert sheet.officer == place.officer
    assert (sheet.tier, sheet.tier_level, sheet.pack) == ("C", "county", "samr-2023-38@1")
    assert len(made(place, "sales").lines.all()) == 17 + 1 + 1


def test_asking_again_makes_no_second_list(place):
    assert made(place) == made(place)
    assert TaskSheet.objects.count() == 1


@pytest.mark.parametrize(("period", "code"), [("2026-H1", "period_over"), ("2026-X", "period")])
def test_a_period_must_be_one_that_is_not_over(place, period, code):
    with pytest.raises(RuleError) as refused:
        made(place, period=period)
    assert refused.value.code == code
    assert not TaskSheet.objects.exists()


def test_only_who_manages_lists_there_makes_them_and_only_of_the_units_kind(place):
    with pytest.raises(Blocked):
        generate_task_sheet(enterprise_id=place.unit.pk, list_code="sales", period="2026", acting=acting(place.officer))
    producer = make_enterprise(makes=True, territorial_body=place.bodies["330402"])
    with pytest.raises(Blocked) as refused:
        generate_task_sheet(enterprise_id=producer.pk, list_code="sales", period="2026", acting=acting(place.head))
    assert refused.value.code == "kind_of_list"


def test_a_whole_area_gets_its_lists_in_the_background_and_twice_makes_none_twice(place, django_assert_max_num_queries):
    for number in range(30):
        make_enterprise(name=f"企业{number}", territorial_body=place.bodies["330402100"])
    gone = make_enterprise(name="已注销", territorial_body=place.bodies["330402"], status="deregistered")
    elsewhere = make_enterprise(name="秀洲企业", territorial_body=place.bodies["330411"])
    for minute in (0, 1):
        count = generate_task_sheets(
            body=place.bodies["330402"],
            list_codes=["production", "sales"],
            period="2026-Q4",
            selection="all",
            acting=acting(place.head, NOON + timedelta(minutes=minute)),
        )
        assert count == 32
        with django_assert_max_num_queries(80):  # not one a unit
            assert set(run_due_jobs(NOON + timedelta(hours=1)).values()) == {"done"}
    assert TaskSheet.objects.count() == 32
    assert not TaskSheet.objects.filter(enterprise__in=[gone, elsewhere]).exists()
    assert TaskSheet.objects.first().lines.count() in {18, 22}
    assert Job.objects.latest("pk").result == {"made": {"production": 0, "sales": 0}}
    assert AuditEvent.objects.filter(action="task_sheets.generated").count() == 2


def test_an_area_without_such_units_is_told(place):
    with pytest.raises(RuleError) as refused:
        generate_task_sheets(
            body=place.bodies["330402"],
            list_codes=["production"],
            period="2026",
            selection="locked",
            acting=acting(place.head),
        )
    assert refused.value.code == "no_units"
    assert not Job.objects.exists()


def test_a_draft_is_kept_incomplete_and_a_stale_page_is_told(place):
    sheet = made(place)
    given = replace(facts(sheet, place), answers=(LineAnswer(1, True, False, "没有制度"),), checked_on=None)
    saved = save_sheet_draft(sheet_id=sheet.pk, facts=given, acting=acting(place.officer))
    line = saved.lines.get(position=1)
    assert (line.task_done, line.compliant, line.remark) == (True, False, "没有制度")
    with pytest.raises(StaleSheetError) as refused:
        save_sheet_draft(sheet_id=sheet.pk, facts=given, acting=acting(place.second))
    assert refused.value.stored.version == saved.version


def test_a_submitted_list_names_both_officers_and_never_changes(place):
    sheet = made(place)
    given = facts(sheet, place, p12=(True, False, "记录缺失"), p15=(False, None, "无委托加工"))
    filled = submit_sheet(sheet_id=sheet.pk, facts=given, acting=acting(place.officer))
    assert (filled.state, filled.filled_by, filled.second_officer) == ("filled", place.officer, place.second)
    lines = {line.position: line for line in filled.lines.all()}
    assert (lines[12].task_done, lines[12].compliant) == (True, False)
    assert (lines[15].task_done, lines[15].compliant) == (False, None)
    event = AuditEvent.objects.get(action="task_sheet.filled")
    assert event.data["not_compliant"] == [lines[12].number]
    with pytest.raises(Blocked):
        submit_sheet(sheet_id=sheet.pk, facts=replace(given, version=filled.version), acting=acting(place.officer))


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"checked_on": None}, "checked_on", "missing"),
        ({"checked_on": date(2026, 11, 19)}, "checked_on", "future"),
        ({"checked_on": date(2026, 6, 30)}, "checked_on", "outside_period"),
        ({"second_officer_id": None}, "second_officer", "missing"),
        ({"answers": ()}, "answer-1", "missing"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_written(place, change, field, code):
    sheet = made(place)
    with pytest.raises(FactsError) as refused:
        submit_sheet(sheet_id=sheet.pk, facts=replace(facts(sheet, place), **change), acting=acting(place.officer))
    assert (refused.value.faults[0].field, refused.value.faults[0].code) == (field, code)
    assert TaskSheet.objects.get(pk=sheet.pk).version == 0


def test_one_officer_alone_or_one_from_elsewhere_does_not_do(place):
    sheet = made(place)
    for second, code in ((place.officer.pk, "same_officer"), (place.stranger.pk, "choice")):
        given = replace(facts(sheet, place), second_officer_id=second)
        with pytest.raises(FactsError) as refused:
            submit_sheet(sheet_id=sheet.pk, facts=given, acting=acting(place.officer))
        assert refused.value.faults[0].code == code
    with pytest.raises(Blocked):
        submit_sheet(sheet_id=sheet.pk, facts=facts(sheet, place), acting=acting(place.stranger))
    place.second.certificates.update(valid_to=date(2026, 10, 1))
    with pytest.raises(Blocked) as uncertified:
        submit_sheet(sheet_id=sheet.pk, facts=facts(sheet, place), acting=acting(place.officer))
    assert uncertified.value.code == "certificate"


def test_a_list_called_off_makes_room_for_a_new_one(place):
    sheet = made(place)
    with pytest.raises(RuleError):
        cancel_sheet(sheet_id=sheet.pk, reason="短", acting=acting(place.head))
    cancel_sheet(sheet_id=sheet.pk, reason="企业正在搬迁，本期不检查。", acting=acting(place.head))
    assert made(place) != sheet


def test_a_list_is_given_only_to_who_may_inspect_there(place):
    sheet = made(place)
    assert (
        give_sheet(sheet_id=sheet.pk, officer_id=place.officer.pk, acting=acting(place.head)).officer == place.officer
    )
    with pytest.raises(RuleError) as refused:
        give_sheet(sheet_id=sheet.pk, officer_id=place.stranger.pk, acting=acting(place.head))
    assert refused.value.code == "officer"


def test_a_case_opened_on_the_findings_is_linked(place):
    sheet = made(place)
    submit_sheet(
        sheet_id=sheet.pk, facts=facts(sheet, place, p1=(True, False, "没有制度")), acting=acting(place.officer)
    )
    case = open_case(
        facts=OpenCase(place.unit.pk, Case.Form.SPECIAL, Case.Origin.HAZARD, TODAY, "清单发现问题", sheet.pk),
        acting=acting(place.head),
    )
    assert TaskSheet.objects.get(pk=sheet.pk).case == case


def test_a_retired_task_stays_on_lists_that_stand(place):
    head = acting(place.head)
    task = add_body_task(
        body=place.bodies["330402"], list_code="production", section="1", text="检查电池。", acting=head
    )
    sheet = made(place)
    retire_body_task(task_id=task.pk, acting=head)
    assert sheet.lines.filter(text="检查电池。").exists()
    assert not made(place, period="2026-Q4").lines.filter(text="检查电池。").exists()
    with pytest.raises(FactsError):
        add_body_task(body=place.bodies["330402"], list_code="production", section="9", text="", acting=head)
    with pytest.raises(Blocked):
        add_body_task(body=place.bodies["330411"], list_code="production", section="1", text="x", acting=head)
