"""The demo's people: who they are and which post they hold where. Pure data, so that settings can show the accounts.

Names are invented. ``place`` is counted from the demo's city: "city", "province", "county1" (南湖区 in the demo of
Zhejiang), "town1" (its first town, 凤桥镇) and so on; which bodies these are is settled when they are appointed.
"""

from dataclasses import dataclass
from typing import Final

PASSWORD: Final = "zhijian-demo"  # noqa: S105 - public on purpose: it opens a demo of invented data and nothing else


@dataclass(frozen=True, slots=True)
class Account:
    """A person with one password for all, their posts as (role, place), and what the sign-in page says of them."""

    username: str
    name: str
    posts: tuple[tuple[str, str], ...]
    title: str = ""
    title_en: str = ""

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(role for role, _place in self.posts)


def _county(number: int, names: str) -> tuple[Account, ...]:
    """The few people of a county that is there to show that counties see only their own."""
    place = f"county{number}"
    posts = (
        (("inspector", place),),
        (("inspector", place),),
        (("unit_head", place), ("list_admin", place)),
        (("grassroots_lead", place),),
    )
    people = (each.split("/") for each in names.split())
    return tuple(Account(username, name, post) for (username, name), post in zip(people, posts, strict=True))


FIRST_COUNTY: Final = (
    Account("wangjg", "王建国", (("inspector", "county1"),), "南湖区 监督检查人员", "Nanhu District: Inspector"),
    Account("chenxiao", "陈晓", (("inspector", "county1"),), "南湖区 监督检查人员", "Nanhu District: Inspector"),
    Account("fangyuan", "方媛", (("inspector", "county1"),), "南湖区 监督检查人员", "Nanhu District: Inspector"),
    Account("luqing", "陆青", (("inspector", "town1"),), "凤桥市场监管所 监督检查人员", "Fengqiao Office: Inspector"),
    Account(
        "zhuangyi", "庄毅", (("body_head", "town1"),), "凤桥市场监管所 所长", "Fengqiao Office: Head of the office"
    ),
    Account("limin", "李敏", (("unit_head", "county1"),), "南湖区 业务机构负责人", "Nanhu District: Head of unit"),
    Account(
        "zhougq",
        "周国强",
        (("grassroots_lead", "county1"),),
        "南湖区 基层局负责人",
        "Nanhu District: Head of the grassroots body",
    ),
    Account("sunyue", "孙悦", (("list_admin", "county1"),), "南湖区 名单管理员", "Nanhu District: List administrator"),
    Account("duchao", "杜超", (("overseer", "county1"),), "南湖区 督查人员", "Nanhu District: Overseer"),
    Account(
        "songyi", "宋义", (("legal_reviewer", "county1"),), "南湖区 法制审核人员", "Nanhu District: Legal reviewer"
    ),
    Account(
        "guanyu",
        "管宇",
        (("platform_admin", "county1"),),
        "南湖区 平台管理员",
        "Nanhu District: Platform administrator",
    ),
)
ABOVE: Final = (
    Account(
        "wufang",
        "吴芳",
        (("city_officer", "city"), ("overseer", "city")),
        "嘉兴市 备案经办人、督查人员",
        "Jiaxing City: City filing officer, overseer",
    ),
    Account("heping", "何平", (("unit_head", "city"),), "嘉兴市 业务机构负责人", "Jiaxing City: Head of unit"),
    Account("xuzheng", "许正", (("body_head", "city"),), "嘉兴市 局负责人", "Jiaxing City: Head of the body"),
    Account("yutao", "俞涛", (("list_admin", "city"),), "嘉兴市 名单管理员", "Jiaxing City: List administrator"),
    Account(
        "zhenghai",
        "郑海",
        (("province_officer", "province"),),
        "浙江省 备案经办人",
        "Zhejiang Province: Provincial filing officer",
    ),
    Account("qianjin", "钱进", (("overseer", "province"),), "浙江省 督查人员", "Zhejiang Province: Overseer"),
    Account("fuming", "傅明", (("body_head", "province"),), "浙江省 局负责人", "Zhejiang Province: Head of the body"),
    Account(
        "guanli",
        "管理",
        (("platform_admin", "province"),),
        "浙江省 平台管理员",
        "Zhejiang Province: Platform administrator",
    ),
)
SECOND_COUNTY: Final = (
    Account("tangwei", "汤伟", (("inspector", "county2"),), "秀洲区 监督检查人员", "Xiuzhou District: Inspector"),
    Account("yaoli", "姚莉", (("inspector", "county2"),), "秀洲区 监督检查人员", "Xiuzhou District: Inspector"),
    Account("jinbo", "金波", (("unit_head", "county2"),), "秀洲区 业务机构负责人", "Xiuzhou District: Head of unit"),
    Account(
        "shenqiang",
        "沈强",
        (("grassroots_lead", "county2"),),
        "秀洲区 基层局负责人",
        "Xiuzhou District: Head of the grassroots body",
    ),
    Account(
        "fengyan", "冯燕", (("list_admin", "county2"),), "秀洲区 名单管理员", "Xiuzhou District: List administrator"
    ),
    Account("panlong", "潘龙", (("overseer", "county2"),), "秀洲区 督查人员", "Xiuzhou District: Overseer"),
)
OTHER_COUNTIES: Final = (
    *_county(3, "xujie/徐杰 zhangmin/章敏 dongfei/董飞 kongtao/孔涛"),
    *_county(4, "bailu/白露 caiyi/蔡毅 tanhui/谭辉 mengxin/孟欣"),
    *_county(5, "weidong/魏冬 jianghe/江禾 luolan/骆岚 qiushi/裘实"),
    *_county(6, "yanmei/严梅 ruanwen/阮文 hongtu/洪途 shiyan/施岩"),
    *_county(7, "qiling/戚铃 wenbin/闻斌 maochun/茅春 ganlin/甘霖"),
)
ACCOUNTS: Final = (*FIRST_COUNTY, *ABOVE, *SECOND_COUNTY, *OTHER_COUNTIES)
SHOWN: Final = tuple(account for account in ACCOUNTS if account.title)
"""Those the sign-in page and ``bin/demo`` offer."""


def sign_in_list() -> list[dict[str, str]]:
    """What the sign-in page of the demo shows."""
    return [
        {
            "username": each.username,
            "password": PASSWORD,
            "name": each.name,
            "post": each.title,
            "post_en": each.title_en,
        }
        for each in SHOWN
    ]
