"""Invented enterprises: names nobody bears, codes with both check digits right, facts that give every tier.

The same random source gives the same enterprises, one after another.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from random import Random
from typing import Final

from cases.acting import Acting
from cases.models import Body, Enterprise
from cases.rules.enterprise_facts import EnterpriseFacts
from cases.rules.uscc import check_digit, organisation_digit
from cases.services.enter_enterprise import enter_enterprise
from cases.services.enterprise_details import keep_certificate, keep_honour, keep_product
from cases.services.set_status import set_status

FIRST: Final = "禾榫橙澜岚漪旎珩翎稞筱栎楹枫"
SECOND: Final = "砚棠屿笙桐穗杉栀棣荻蓼芃苇莳"
SURNAMES: Final = "沈陆顾钱姚费褚庄屠俞戴邵闵"
GIVEN: Final = ("国良", "文渊", "建平", "雪芬", "志远", "小荷", "明德", "秋生", "慧珍", "立新", "云鹏", "春梅", "㛃")
ROADS: Final = ("联创路", "振业路", "新禾路", "工匠路", "长水路", "东升路", "织造路", "稻香路")
SCOPES: Final = ("适用于本证书所列规格型号", "见证书附件")


@dataclass(frozen=True, slots=True)
class Trade:
    """What a producer makes: the word in its name, the category of the form, products with their risk level."""

    word: str
    category: str
    products: tuple[tuple[str, str], ...]
    licence: str = ""
    ccc: bool = False


TRADES: Final = (
    Trade("线缆", "电线电缆", (("聚氯乙烯绝缘电线", "I"), ("橡皮绝缘软电缆", "I")), "XK06-001", True),
    Trade("童车", "童车", (("婴儿推车", "II"), ("婴儿学步车", "II"), ("儿童自行车", "II")), "", True),
    Trade("玩具", "儿童玩具", (("毛绒玩具", "II"), ("塑料积木玩具", "II")), "", True),
    Trade("电器", "电热水器", (("储水式电热水器", "I"), ("即热式电热水器", "I")), "", True),
    Trade("塑业", "食品相关产品（塑料包装）", (("聚乙烯食品包装袋", "II"), ("一次性塑料餐盒", "II")), "XK16-204"),
    Trade("包装", "危险化学品包装物", (("钢制闭口危包桶", "I"), ("塑料危包容器", "I")), "XK12-001"),
    Trade("消防器材", "消防产品", (("手提式干粉灭火器", "I"), ("消防水带", "II")), "", True),
    Trade("家具", "木制家具", (("儿童书桌", "III"), ("实木餐椅", "III"))),
    Trade("纺织", "床上用品", (("蚕丝被", "III"), ("纯棉四件套", "III"))),
    Trade("建材", "新型墙体材料", (("蒸压加气混凝土砌块", "III"), ("铝合金门窗", "III"))),
    Trade("照明", "照明电器", (("LED台灯", "II"), ("嵌入式灯具", "II")), "", True),
    Trade("农资", "复混肥料", (("复混肥料", "II"), ("有机—无机复混肥料", "II")), "XK13-001"),
)
REASONS: Final = (
    "onsite_check",
    "quality_sampling",
    "production_licence",
    "ccc",
    "complaint_verified",
    "risk_monitoring",
)
SIZES: Final = (
    (("1180", "52000"), 1),
    (("420", "9800.50"), 3),
    (("330", "1500"), 2),
    (("96", "1860"), 5),
    (("48", "620"), 5),
    (("12", "180"), 4),
    (("7", "90"), 3),
    (("35", ""), 1),
)
"""(headcount, revenue in 万元) of producers, with how often; the last knows one indicator only."""
_HONOURS: Final = (
    ("市长质量奖", "人民政府"),
    ("质量信得过班组", "市场监督管理局"),
    ("品字标公共品牌", "市场监督管理局"),
)


class Registrar:
    """Invents enterprises one after another and enters them through the services."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._numbers = count(1)
        self._names: set[str] = set()

    def enter(
        self, *, office: Body, city: Body, acting: Acting, producer: bool = False, honoured: bool = False
    ) -> Enterprise:
        """One more enterprise at the place of a township office, with its products and licences.

        Any kind of unit, unless it must be a `producer`; with an honour where `honoured`.
        """
        trade = self.random.choice(TRADES)
        facts = self._facts(trade, office, city, acting, producer)
        enterprise = enter_enterprise(facts=facts, acting=acting)
        if facts.makes:
            self._add_products(enterprise, trade, acting)
            self._add_certificates(enterprise, trade, acting)
        if honoured:
            name, granted_by = self.random.choice(_HONOURS)
            keep_honour(
                enterprise_id=enterprise.pk,
                row_id=None,
                name=f"{city.short_name}{name}",
                granted_by=f"{city.short_name}{granted_by}",
                granted_on=acting.today - timedelta(days=self.random.randrange(100, 900)),
                acting=acting,
            )
        return enterprise

    def _facts(self, trade: Trade, office: Body, city: Body, acting: Acting, producer: bool) -> EnterpriseFacts:
        roll = 0.0 if producer else self.random.random()
        makes, shop = roll < 0.82, roll >= 0.91
        headcount, revenue = self._size()
        county = office.parent or office
        return EnterpriseFacts(
            uscc=self._uscc(county.region_code, household=shop),
            name=self._name(trade, city, makes=makes, shop=shop),
            makes=makes,
            sells_wholesale=not makes and not shop,
            sells_retail=shop,
            individual_household=shop,
            headcount=None if shop else headcount,
            revenue_wan=None if shop else revenue,
            above_quota=(revenue or 0) >= 2000,
            region_code=office.code,
            address=f"{city.short_name}{county.short_name}{office.short_name}{self._road()}",
            legal_representative=self._person(),
            contact=self._person(),
            phone=f"0573-8000{self.random.randrange(10_000):04d}",
            product_category=trade.category,
            first_entry_reason=self.random.choice(REASONS),
            first_entered_on=acting.today - timedelta(days=self.random.randrange(30, 700)),
        )

    def _size(self) -> tuple[int | None, Decimal | None]:
        sizes = [size for size, _often in SIZES]
        (headcount, revenue) = self.random.choices(sizes, [often for _size, often in SIZES])[0]
        return int(headcount), Decimal(revenue) if revenue else None

    def _name(self, trade: Trade, city: Body, *, makes: bool, shop: bool) -> str:
        region = city.short_name.removesuffix("市")
        while True:
            mark = self.random.choice(FIRST) + self.random.choice(SECOND)
            end = "经营部" if shop else "有限公司" if makes else "贸易有限公司"
            name = f"{region}{mark}{trade.word}{end}"
            if name not in self._names:
                self._names.add(name)
                return name

    def _person(self) -> str:
        return self.random.choice(SURNAMES) + self.random.choice(GIVEN)

    def _road(self) -> str:
        return f"{self.random.choice(ROADS)}{self.random.randrange(1, 400)}号"

    def _uscc(self, region: str, *, household: bool) -> str:
        organisation = f"MADE{next(self._numbers):04d}"
        first = f"{'92' if household else '91'}{region}{organisation}{organisation_digit(organisation)}"
        return first + check_digit(first)

    def _add_products(self, enterprise: Enterprise, trade: Trade, acting: Acting) -> None:
        products = self.random.sample(trade.products, self.random.randint(1, len(trade.products)))
        for place, (name, level) in enumerate(products):
            keep_product(
                enterprise_id=enterprise.pk, row_id=None, name=name, risk_level=level, is_main=place == 0, acting=acting
            )

    def _add_certificates(self, enterprise: Enterprise, trade: Trade, acting: Acting) -> None:
        start = date(acting.today.year - self.random.randint(0, 2), self.random.randint(1, 12), 15)
        numbers = {"production_licence": f"浙{trade.licence}-{enterprise.pk:05d}" if trade.licence else ""}
        numbers["ccc"] = f"{start.year}0104{enterprise.pk:08d}" if trade.ccc else ""
        for kind, number in numbers.items():
            if number:
                keep_certificate(
                    enterprise_id=enterprise.pk,
                    row_id=None,
                    kind=kind,
                    number=number,
                    scope=self.random.choice(SCOPES),
                    valid_from=start,
                    valid_to=start.replace(year=start.year + 5) - timedelta(days=1),
                    acting=acting,
                )

    def change_status(self, enterprise: Enterprise, status: str, acting: Acting) -> None:
        """A unit that stopped, moved or cannot be found, as found on a round of visits."""
        set_status(
            enterprise_id=enterprise.pk,
            status=status,
            status_on=acting.today - timedelta(days=self.random.randrange(1, 20)),
            status_basis="网格走访核实记录",
            version=enterprise.version,
            acting=acting,
        )
