"""What the body of a division is called: its name, and the 机关代字 its documents begin with.

Names follow present usage, which no act prescribes; every one can be edited afterwards.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

BUREAU: Final = "市场监督管理局"
OFFICE: Final = "市场监督管理所"
NATIONAL_NAME: Final = "国家市场监督管理总局"
NATIONAL_PREFIX: Final = "国市监"

_ETHNIC_GROUPS: Final = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡|纳西|景颇|"
    "柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|京|"
    "塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_ETHNIC_TOWN: Final = re.compile(rf"(?:(?:{_ETHNIC_GROUPS})族)+(?:各族|民族)?(?:乡|镇|街道|苏木)$")
_SUFFIXES: Final = (
    "街道办事处",
    "地区办事处",
    "管理委员会",
    "管委会",
    "办事处",
    "民族乡",
    "街道",
    "苏木",
    "镇",
    "乡",
)
_DIRECT_VILLAGES: Final = "直辖村级区划"
_SHORTEST_STEM: Final = 2
_FIT_FOR_PREFIX: Final = re.compile(r"[\u4e00-\u9fff]{1,6}")


def town_stem(name: str) -> str:
    """The bare name of a town: 凤桥 of 凤桥镇, 莪山 of 莪山畲族乡; a stem of one character keeps its suffix (张镇)."""
    if name.endswith(_DIRECT_VILLAGES):
        return "直属"
    candidates = [_ETHNIC_TOWN.sub("", name)]
    candidates += [name.removesuffix(suffix) for suffix in _SUFFIXES]
    return next((stem for stem in candidates if stem != name and len(stem) >= _SHORTEST_STEM), name)


def office_names(towns: Mapping[str, str]) -> dict[str, str]:
    """The office of every town of one county, by code; towns that share a stem keep their full names apart."""
    stems = {code: town_stem(name) for code, name in towns.items()}
    shared = {stem for stem, count in Counter(stems.values()).items() if count > 1}
    return {code: (towns[code] if stem in shared else stem) + OFFICE for code, stem in stems.items()}


def bureau_name(region: str) -> str:
    """嘉兴市 to 嘉兴市市场监督管理局."""
    return region + BUREAU


def province_prefix(abbreviation: str) -> str:
    """机关代字 of a province: 浙市监."""
    return abbreviation + "市监"


def city_prefixes(cities: Mapping[str, str], abbreviation: str) -> dict[str, str]:
    """机关代字 of the cities of one province, by code: the first character, as in 嘉市监.

    Two characters where another city or the province itself (吉 of 吉林) has the first.
    """
    initials = Counter(name[0] for name in cities.values()) + Counter([abbreviation])
    return {code: (name[0] if initials[name[0]] == 1 else name[:2]) + "市监" for code, name in cities.items()}


def county_prefixes(above: str, counties: Mapping[str, str]) -> dict[str, str]:
    """机关代字 of the counties under one body, by code: 嘉南湖市监 of 南湖区 under 嘉市监.

    The city's own character leads because county names recur; 临夏市 and 临夏县 keep their full names apart.
    """
    stems = {code: _county_stem(region) for code, region in counties.items()}
    shared = Counter(stems.values())
    lead = above.removesuffix("市监")
    return {code: f"{lead}{stem if shared[stem] == 1 else counties[code]}市监" for code, stem in stems.items()}


def _county_stem(region: str) -> str:
    stem = re.sub(r"(自治县|自治旗|新区|区|县|市|旗)$", "", region)
    return stem if len(stem) >= _SHORTEST_STEM else region


def office_prefix(above: str, office: str) -> str:
    """机关代字 of a township office: 嘉南湖市监凤桥.

    Empty for the long names of development zones, farms and the like, which would not fit a document number (domain
    8.6): they number nothing until somebody gives them one.
    """
    stem = office.removesuffix(OFFICE)
    return above + stem if _FIT_FOR_PREFIX.fullmatch(stem) else ""
