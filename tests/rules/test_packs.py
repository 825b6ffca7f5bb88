"""Rule packs: what ships, and what the loader refuses with file, line and reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cases.packs.catalogues import read_calendar, read_deadlines, read_permissions, read_roles
from cases.packs.loader import (
    HERE,
    RULE_PACKS,
    PackError,
    available_packs,
    load_pack,
    load_permissions,
    load_roles,
    packs_in,
)
from cases.rules.errors import RuleError
from cases.rules.quality_class import class_of

NATIONAL = (RULE_PACKS / "national-2012.yaml").read_text(encoding="utf-8")
SAMR = (RULE_PACKS / "samr-2023-38.yaml").read_text(encoding="utf-8")
PROVINCE = """pack: test-province
version: 1
title: 试用
title_en: Trial
act: 试用细则
jurisdiction: "330000"
effective_from: 2026-01-01
source: A
extends: national-2012
"""
ADDED = """items_added:
  - number: "3a"
    parent: "3"
    text: 企业标准自我声明公开。
    answer: finding
"""


def refused(folder: Path, name: str, text: str) -> str:
    (folder / "national-2012.yaml").write_text(NATIONAL, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(PackError) as error:
        packs_in(folder)
    assert error.value.file == name
    return f"{error.value.line}: {error.value.reason}"


def line_of(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_the_packs_of_the_contract_ship() -> None:
    codes = [code for code, _ in available_packs()]
    assert codes == ["anhui-2023", "jiaxing-2020", "national-2012", "samr-2023-38", "zhejiang-2022"]
    assert load_pack("national-2012", version=1) is load_pack("national-2012")


def test_the_national_form_has_its_19_items() -> None:
    items = load_pack("national-2012").classes.items
    assert [item.number for item in items] == [str(number) for number in range(1, 20)]
    assert [item.number for item in items if item.starred] == ["1", "2", "12", "14", "15", "16", "17"]
    assert [item.number for item in items if item.answer_type == "conformity"] == ["8", "13", "14", "17", "18", "19"]
    assert [item.number for item in items if item.na] == ["2", "11", "13", "17"]
    assert items[0].text == "有营业执照，经营范围覆盖所生产的产品。"
    assert items[12].text == "连续3（含）次以上省级以上监督抽查合格。"


def test_the_task_lists_are_complete() -> None:
    lists = load_pack("samr-2023-38").task_lists
    assert {code: len(each.tasks) for code, each in lists.items()} == {"production": 21, "sales": 17, "oversight": 17}
    assert [len(each.sections) for each in lists.values()] == [6, 5, 7]
    assert lists["sales"].sections[-1].free_text.startswith("结合销售单位自身特点")
    assert len(load_pack("samr-2023-38").first_entry_reasons) == 9


def test_measures_and_check_plan_stand_for_every_class() -> None:
    pack = load_pack("national-2012")
    assert {name: len(listed) for name, listed in pack.measures.items()} == {"AA": 3, "A": 3, "B": 3, "C": 5}
    assert {row.quality_class for row in pack.check_plan} == {"AA", "A", "B", "C"}


def test_settings_without_a_source_say_so_and_are_inherited() -> None:
    pack = load_pack("zhejiang-2022")
    assert pack.setting("tie_rule") == "better"
    assert pack.settings["tie_rule"].assumption
    assert pack.setting("enterprise_shows_code") is True


def test_a_pack_is_in_force_from_its_first_to_its_last_day(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(
        changed(PROVINCE, "extends: national-2012\n", "effective_to: 2026-12-31\n"), encoding="utf-8"
    )
    pack = packs_in(tmp_path)["test-province", 1]
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [pack.in_force(day) for day in days] == [False, True, True, False]
    assert load_pack("national-2012").in_force(date(2026, 1, 1))


@pytest.mark.parametrize(("code", "version"), [("nowhere-1999", None), ("national-2012", 99)])
def test_an_unknown_pack_is_refused(code: str, version: int | None) -> None:
    with pytest.raises(RuleError) as error:
        load_pack(code, version)
    assert error.value.code == "pack"


def test_a_province_may_add_items_and_change_settings(tmp_path: Path) -> None:
    settings = "settings:\n" + "".join(
        f"  - {{key: {key}, value: {value}, assumption: true, source: A, note: 试用}}\n"
        for key, value in (
            ("tie_rule", "worse"),
            ("demotion_policy", "one_step"),
            ("c_trigger_window_years", "null"),
        )
    )
    (tmp_path / "national-2012.yaml").write_text(NATIONAL, encoding="utf-8")
    (tmp_path / "a-province.yaml").write_text(PROVINCE + settings + ADDED, encoding="utf-8")
    pack = packs_in(tmp_path)["test-province", 1]
    assert len(pack.classes.items) == 20
    assert pack.classes.items[-1].parent == "3"
    assert pack.adjustment.demotion_policy == "one_step"
    assert pack.adjustment.other_window_years is None
    numbers = [item.number for item in pack.classes.items]
    answers = {number: "fail" if number in ("3", "3a") else "pass" for number in numbers}
    assert class_of(rule=pack.classes, answers=answers).quality_class == "B"


def classes_of(text: str) -> str:
    return text[text.index("classes:\n") : text.index("\nmodes:")]


def test_a_province_may_restate_the_whole_form(tmp_path: Path) -> None:
    (tmp_path / "national-2012.yaml").write_text(NATIONAL, encoding="utf-8")
    (tmp_path / "p.yaml").write_text(PROVINCE + classes_of(NATIONAL), encoding="utf-8")
    assert len(packs_in(tmp_path)["test-province", 1].classes.items) == 19


ITEM_7 = NATIONAL[NATIONAL.index('    - number: "7"') : NATIONAL.index('    - number: "8"')]


@pytest.mark.parametrize(
    ("old", "new", "at", "reason"),
    [
        ("version: 1\n", "version: 1\nflavour: x\n", "flavour", "unknown key “flavour”"),
        ("version: 1\n", "version: 1\nversion: 2\n", "version: 2", "key “version” stands twice"),
        ("version: 1\n", "version: 0\n", "version: 0", "versions count from 1"),
        ("version: 1\n", "version: one\n", "version: one", "whole number expected"),
        ("title_en: Trial", "# title_en: Trial", "pack:", "missing: title_en"),
        ("effective_from: 2012-06-08", "effective_from: 2012-06-31", "effective_from", "bad date “2012-06-31”"),
        (
            "effective_from: 2012-06-08\n",
            "effective_from: 2012-06-08\neffective_to: 2011-01-01\n",
            "effective_to",
            "the pack ends before it begins",
        ),
        ("source: S1, W:class2012, A", "source: S9", "source: S9", "bad source tag “S9”"),
        ("act: 工业企业产品质量分类监管试行办法", "act: ' '", "act:", "text is empty"),
        ("act: 工业企业产品质量分类监管试行办法", "act: ~", "act:", "text expected"),
        (ITEM_7, "", '    - number: "1"', "18 items, but the national form has 19: none may be dropped"),
        ('    - number: "7"', '    - number: "6"', None, "item 6 stands twice"),
        ("      answer: conformity", "      answer: maybe", None, "“maybe” is none of finding, conformity"),
        ("      starred: true", "      starred: yes", None, "true or false expected"),
        ("bounds: {A: 9/10, B: 6/10}", "bounds: {A: 0.9, B: 6/10}", "bounds:", "fraction like 9/10 expected"),
        ("bounds: {A: 9/10, B: 6/10}", "bounds: {A: 6/10, B: 9/10}", "bounds:", "bounds must fall"),
        ("bounds: {A: 9/10, B: 6/10}", "bounds: {A: 9/10}", "bounds:", "bounds must name every class"),
        ("bounds: {A: 9/10, B: 6/10}", "bounds: [A]", "bounds:", "mapping expected"),
        ("order: [AA, A, B, C]\n  bounds", "order: [AA, A, A, C]\n  bounds", None, "“A” stands twice"),
        ("key: tie_rule, value: better", "key: tie_rule, value: best", None, "“best” is no value for tie_rule"),
        ("key: tie_rule,", "key: mood,", None, "unknown setting “mood”"),
        ("key: na_policy, value: pass", "key: tie_rule, value: better", None, "“tie_rule” stands twice"),
        ("value: better, assumption: true", "value: better", None, "must say “assumption: true”"),
        ("value: better, assumption: true", "value: better, assumption: false", None, "must say “assumption: true”"),
        ("years, value: 3", "years, value: 0", None, "“0” is no value for c_trigger_window_years"),
        ("modes: {AA: responsibility, A: routine", "modes: {A: routine", None, "no mode for class AA"),
        ("modes: {AA: responsibility", "modes: {AA: gentle", None, "“gentle” is none of"),
        ("to_worst: always", "to_worst: sometimes", None, "“sometimes” is none of always"),
        ("pack: national-2012", "pack: [", None, "not YAML"),
    ],
)
def test_a_bad_pack_is_refused_with_its_line(tmp_path: Path, old: str, new: str, at: str | None, reason: str) -> None:
    text = changed(NATIONAL, old, new)
    found = refused(tmp_path, "bad.yaml", text)
    assert reason in found
    if at is not None:
        line = int(found.split(":")[0])
        assert abs(line - line_of(text, at)) <= 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (changed(PROVINCE, "extends: national-2012", "extends: nothing"), "extends a pack that does not exist"),
        (NATIONAL, "pack national-2012 version 1 stands twice"),
        (PROVINCE + changed(ADDED, '"3a"', '"3"'), "item 3 stands in the form already"),
        (PROVINCE + changed(ADDED, 'parent: "3"', 'parent: "30"'), "refines item 30, which does not exist"),
        (
            changed(PROVINCE, "extends: national-2012\n", "") + ADDED,
            "there is no form to add items to",
        ),
        (PROVINCE + classes_of(NATIONAL.replace(ITEM_7, "")), "item 7 of the national form is missing"),
        (
            PROVINCE + classes_of(changed(NATIONAL, "      starred: true\n", "")),
            "item 1 is weaker than in the national form",
        ),
        ("", "the file is empty"),
        ("- a list\n", "mapping expected"),
    ],
)
def test_a_bad_provincial_pack_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    assert reason in refused(tmp_path, "z.yaml", text)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("A: {headcount: 1000, revenue_wan: 40000}", "A: {headcount: 100, revenue_wan: 40000}", "bounds must fall"),
        ("        A: {headcount: 1000, revenue_wan: 40000}\n", "", "bounds must name every tier"),
        ("revenue_wan: 40000", "revenue_wan: many", "number expected, not “many”"),
        ("levels: {A: province, B: city, C: county, D: township}", "levels: {A: province}", "levels must name every"),
        ("levels: {B: county}", "levels: [county]", "mapping expected"),
        ('      second_pair: "90"\n', "", "an override needs prefixes or second_pair"),
        ("special_credit: [high]", "special_credit: [awful]", "“awful” is none of low"),
        ("order: [A, B, C, D]", "order: A", "list expected"),
        ("tiers:\n", "tasks:\n", "unknown key “tasks”"),
        ('{number: "1.2"', '{number: "1.1"', "task 1.1 stands twice"),
        ('{number: "1.2"', '{number: "2.9"', "task 2.9 does not belong to section 1"),
        ("        free_text:", "        tasks: []\n        free_text:", "either tasks or free_text"),
        ("  - list: sales", "  - list: production", "“production” stands twice"),
    ],
)
def test_a_bad_tier_pack_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    assert reason in refused(tmp_path, "s.yaml", changed(SAMR, old, new))


def test_escalation_needs_tiers(tmp_path: Path) -> None:
    text = SAMR[: SAMR.index("tiers:\n")] + SAMR[SAMR.index("escalation:\n") : SAMR.index("first_entry")]
    assert "escalation needs the tiers section" in refused(tmp_path, "s.yaml", text)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("red: 3/10", "red: 1/20", "bounds must fall"),
        ("names: {red: 红, ", "names: {", "every colour needs a name"),
    ],
)
def test_a_bad_palette_is_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    text = (RULE_PACKS / "jiaxing-2020.yaml").read_text(encoding="utf-8")
    assert reason in refused(tmp_path, "j.yaml", changed(text, old, new))


def test_every_role_carries_known_permissions_and_sees_what_it_works_on() -> None:
    known = {entry.codename for entry in load_permissions()}
    roles = load_roles()
    for role in roles.values():
        assert set(role.permissions) <= known
        assert ("view_case" in role.permissions) is bool(role.levels)
    carried = {codename for role in roles.values() for codename in role.permissions}
    assert carried == known


def test_inspector_approver_and_province_officer_share_no_deciding_permission() -> None:
    roles = load_roles()
    deciding = {"propose_class", "approve_grassroots", "file_province", "forward_filing"}
    held = [
        deciding & set(roles[code].permissions)
        for code in ("inspector", "grassroots_lead", "city_officer", "province_officer")
    ]
    assert held == [{"propose_class"}, {"approve_grassroots"}, {"forward_filing"}, {"file_province"}]


@pytest.mark.parametrize(
    ("name", "old", "new", "read", "reason"),
    [
        ("permissions.yaml", "codename: view_enterprise", "codename: view_case", read_permissions, "stands twice"),
        ("roles.yaml", "levels: [city, county]", "levels: [moon]", None, "“moon” is none of national"),
        ("roles.yaml", "hold_interview", "hold_party", None, "unknown permission “hold_party”"),
        ("roles.yaml", "code: unit_head", "code: inspector", None, "“inspector” stands twice"),
        ("deadlines.yaml", "unit: day", "unit: week", read_deadlines, "“week” is none of working_day"),
        ("deadlines.yaml", "code: sampling_repeat", "code: sampling_objection", read_deadlines, "stands twice"),
        ("deadlines.yaml", "source: L, reminders", "source: L, settable: true, reminders", read_deadlines, "settable"),
        ("deadlines.yaml", "code: summary_procedure", "code: late_payment_rate", read_deadlines, "stands twice"),
        ("deadlines.yaml", "sense: not_before", "sense: after", read_deadlines, "“after” is none of"),
    ],
)
def test_bad_catalogues_are_refused(
    tmp_path: Path, name: str, old: str, new: str, read: Callable[[Path], object] | None, reason: str
) -> None:
    path = tmp_path / name
    path.write_text(changed((HERE / name).read_text(encoding="utf-8"), old, new), encoding="utf-8")
    with pytest.raises(PackError) as error:
        read(path) if read else read_roles(path, load_permissions())
    assert reason in error.value.reason
    assert str(error.value).startswith(f"{name}:{error.value.line}: ")


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("holidays.yaml", "year: 2005", "year: 2004", "“2004” stands twice"),
        ("holidays.yaml", '"01-22"', '"02-30"', "bad day “02-30”, expected MM-DD"),
        ("festivals.yaml", "year: 2001", "year: 2000", "“2000” stands twice"),
    ],
)
def test_a_bad_calendar_is_refused(tmp_path: Path, name: str, old: str, new: str, reason: str) -> None:
    for each in ("holidays.yaml", "festivals.yaml"):
        text = (HERE / "calendar" / each).read_text(encoding="utf-8")
        (tmp_path / each).write_text(changed(text, old, new) if each == name else text, encoding="utf-8")
    with pytest.raises(PackError) as error:
        read_calendar(tmp_path / "holidays.yaml", tmp_path / "festivals.yaml")
    assert error.value.reason == reason


def test_a_definition_of_risks_that_cannot_stand_is_refused_with_its_line(tmp_path: Path) -> None:
    for before, after, reason in (
        ("    - kind: other\n", "    - kind: nonsense\n", "is none of"),
        ("- {level: major, when: safety_item,", "- {level: larger, when: safety_item,", "no higher"),
        ("when: authority, of: [province, national]", "when: authority", "needs `of`"),
        ("of: [ordered_recall]", "of: [business_stopped]", "is none of"),
        ("verified_by_another: true", "verified_by_another: perhaps", "true or false"),
    ):
        assert before in SAMR
        broken = tmp_path / "samr-2023-38.yaml"
        broken.write_text(SAMR.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(PackError, match=reason) as refused:
            packs_in(tmp_path)
        assert refused.value.line > 1


def test_triggers_and_items_name_what_exists(tmp_path: Path) -> None:
    national = (RULE_PACKS / "national-2012.yaml").read_text(encoding="utf-8")
    for before, after, reason in (
        ("events: [{kind: hazard}]", "events: [{kind: nonsense}]", "is none of"),
        ('  - item: "16"', '  - item: "99"', "no item 99"),
    ):
        assert before in national
        (tmp_path / "national-2012.yaml").write_text(national.replace(before, after, 1), encoding="utf-8")
        with pytest.raises(PackError, match=reason):
            packs_in(tmp_path)
