"""Risk events of the demo, in every state, and the credit-risk class of a few units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from cases.acting import Acting
from cases.models import Body, Enterprise, RiskEvent, User
from cases.models.enterprise import OperatingStatus
from cases.rules.event_facts import EventFacts
from cases.selectors.event_rules import facts_of
from cases.services.event_objection import decide_objection, note_receipt, object_to_event
from cases.services.merge_events import merge_events
from cases.services.rate_credit import rate_credit
from cases.services.record_event import record_event
from cases.services.resolve_event import resolve_event
from cases.services.verify_event import VerifyEvent, refute_event, verify_event

GONE: Final = (OperatingStatus.DEREGISTERED, OperatingStatus.REVOKED)
FOUND: Final = "经现场核查、查阅台账并询问负责人，情况属实。"
RATED: Final = (("elevated", 20), ("high", 20), ("general", 50), ("low", 80))
"""Credit-risk classes of the first units, and how many days ago they were entered."""


@dataclass(frozen=True)
class Doers:
    """Who records, who verifies, and who decides what somebody else has verified."""

    reporter: User
    verifier: User
    head: User


@dataclass(frozen=True)
class Scene:
    """The events of one county, told at moments counted back from the last day."""

    doers: Doers
    end: datetime

    def ago(self, days: int, user: User | None) -> Acting:
        return Acting(user, self.end - timedelta(days=days) + timedelta(hours=10))

    def told(self, unit: Enterprise, days: int, kind: str, title: str, facts: str, **more: Any) -> RiskEvent:
        """A report of something that happened three days before it."""
        happened = (self.end - timedelta(days=days + 3)).date()
        source = more.pop("source", "inspection")
        reference, received = more.pop("source_reference", ""), more.pop("received_on", None)
        told = EventFacts(kind=kind, title=title, facts=facts, **{"occurred_on": happened, **more})
        return record_event(
            enterprise_id=unit.pk,
            told=told,
            source=source,
            source_reference=reference,
            received_on=received,
            acting=self.ago(days, self.doers.reporter),
        )

    def verified(self, event: RiskEvent, days: int, reason: str = FOUND) -> RiskEvent:
        event.refresh_from_db()
        facts = VerifyEvent(event_id=event.pk, version=event.version, found=facts_of(event), reason=reason)
        return verify_event(facts=facts, acting=self.ago(days, self.doers.verifier))


def settle_events(*, county: Body, doers: Doers, end: datetime) -> None:
    """Events of the county's units; classified ones first, for what follows from an event shows on them."""
    units = Enterprise.objects.filter(makes=True, territorial_body__position__range=(county.position, county.last))
    active = list(units.exclude(status__in=GONE).order_by("pk"))
    classed = [unit for unit in active if unit.quality_class in ("AA", "A", "B")]
    others = [unit for unit in active if unit not in classed]
    chosen = [*classed, *others]
    scene = Scene(doers, end)
    for tell, unit in zip(_TALES, chosen, strict=False):
        tell(scene, unit)
    for (credit_risk, days), unit in zip(RATED, reversed(active), strict=False):
        acting = scene.ago(days, doers.reporter)
        rate_credit(
            enterprise_id=unit.pk,
            credit_risk=credit_risk,
            valid_from=acting.today,
            source="月度信用风险分类",
            acting=acting,
        )


def _fined(scene: Scene, unit: Enterprise) -> None:
    """Two sources tell of one decision; it is verified, and the unit's class is to go down."""
    facts = "生产的产品标称值与实测值不符，依据《产品质量法》第四十九条作出行政处罚。"
    number = "市监罚处〔2026〕118号"
    common = {"reference": number, "authority": "县市场监督管理局", "authority_level": "county"}
    event = scene.told(
        unit, 24, "penalty", "生产不合格产品被处罚", facts, source="enforcement", source_reference=number, **common
    )
    scene.told(unit, 22, "penalty", "媒体转载处罚信息", facts, source="media", source_reference="晨报0511", **common)
    scene.verified(event, 18)


def _sampled(scene: Scene, unit: Enterprise) -> None:
    """A failed sampling within the fifteen days of the unit."""
    scene.told(
        unit, 5, "sampling_failed", "省级监督抽查接地措施不合格", "接地电阻实测值超出标准限值。",
        source="sampling", source_reference="ZJ-2026-0417", reference="浙监抽〔2026〕417号", safety_item=True,
        authority="浙江省市场监督管理局", authority_level="province", received_on=scene.ago(6, None).today,
    )  # fmt: skip


def _hazards(scene: Scene, unit: Enterprise) -> None:
    """Two major hazards within two years: the way to the body above is open."""
    for days, title in ((160, "关键工序控制失效"), (30, "出厂检验记录造假")):
        event = scene.told(
            unit, days, "hazard", title, "检查中发现质量保证能力存在严重隐患。", circumstances=("endangers_safety",)
        )
        scene.verified(event, days - 6)


def _exposed(scene: Scene, unit: Enterprise) -> None:
    """Verified, and objected to."""
    event = scene.told(
        unit, 40, "exposure", "电视台曝光虚标能效", "节目播出同型号产品能效与标识不符。",
        source="media", authority="省电视台", authority_level="province",
    )  # fmt: skip
    event = scene.verified(event, 30)
    object_to_event(
        event_id=event.pk,
        version=event.version,
        views="节目所用样品并非本厂生产，已提交鉴定申请。",
        made_on=scene.ago(4, None).today,
        acting=scene.ago(4, scene.doers.reporter),
    )


def _reversed(scene: Scene, unit: Enterprise) -> None:
    """Verified, objected to, and refuted: what had followed is undone."""
    event = scene.told(
        unit, 120, "exposure", "网络平台集中反映漏电", "多名消费者在平台反映使用中漏电。", source="media"
    )
    event = scene.verified(event, 110)
    event = object_to_event(
        event_id=event.pk,
        version=event.version,
        views="经第三方检验，涉诉产品系仿冒本厂商标。",
        made_on=scene.ago(100, None).today,
        acting=scene.ago(100, scene.doers.reporter),
    )
    decide_objection(
        event_id=event.pk,
        version=event.version,
        uphold=True,
        reason="鉴定结论证实涉诉产品并非该企业生产，异议成立。",
        acting=scene.ago(90, scene.doers.head),
    )


def _alike(scene: Scene, unit: Enterprise) -> None:
    """Two complaints that look like one happening, side by side."""
    scene.told(
        unit, 9, "complaint", "投诉电热毯发热异常", "消费者称产品使用两周后局部过热。",
        source="complaint", source_reference="12315-260603-0188", product="电热毯",
    )  # fmt: skip
    scene.told(
        unit, 7, "complaint", "市长热线转办电热毯过热", "热线转来同类反映，要求退货。",
        source="other_body", source_reference="12345-26-7702", product="电热毯",
    )  # fmt: skip


def _merged(scene: Scene, unit: Enterprise) -> None:
    kept = scene.told(unit, 70, "complaint", "投诉童车刹车失灵", "消费者称刹车片松脱。", source="complaint")
    dropped = scene.told(unit, 68, "complaint", "举报童车刹车问题", "匿名举报刹车片松脱。", source="complaint")
    merge_events(
        kept_id=kept.pk,
        kept_version=kept.version,
        dropped_id=dropped.pk,
        reason="两次反映均指同一批次童车的刹车问题。",
        acting=scene.ago(66, scene.doers.head),
    )
    scene.verified(kept, 60)


def _recalled(scene: Scene, unit: Enterprise) -> None:
    """A voluntary recall: a general risk, put right, from which nothing follows."""
    event = scene.verified(
        scene.told(
            unit, 90, "recall", "主动召回插头插座", "企业自查发现插套夹紧力不足，主动召回。", source="enterprise"
        ),
        84,
    )
    resolve_event(
        event_id=event.pk,
        version=event.version,
        resolved_on=scene.ago(20, None).today,
        reason="召回完成率百分之九十八，整改后复检合格。",
        acting=scene.ago(20, scene.doers.verifier),
    )


def _unfounded(scene: Scene, unit: Enterprise) -> None:
    event = scene.told(unit, 50, "complaint", "举报使用回料生产", "匿名举报使用回收料生产。", source="complaint")
    refute_event(
        event_id=event.pk,
        version=event.version,
        reason="现场检查原料台账并抽样检验，未发现使用回收料。",
        acting=scene.ago(41, scene.doers.verifier),
    )


def _refused(scene: Scene, unit: Enterprise) -> None:
    """Reported long ago, and not verified in time."""
    scene.told(
        unit, 35, "sampling_refused", "拒绝市级监督抽查", "抽样人员出示文件后仍不让进入成品库。",
        source="sampling", source_reference="JX-2026-0093", authority="市市场监督管理局", authority_level="city",
    )  # fmt: skip


def _accepted(scene: Scene, unit: Enterprise) -> None:
    """A failed sampling whose result the unit accepted, verified."""
    event = scene.told(
        unit, 28, "sampling_failed", "县级监督抽查标志不合格", "产品标志缺少额定功率。",
        source="sampling", reference="南市监抽〔2026〕31号", authority="县市场监督管理局", authority_level="county",
    )  # fmt: skip
    day = scene.ago(26, None).today
    event = note_receipt(
        event_id=event.pk,
        version=event.version,
        received_on=day,
        accepted_on=day,
        acting=scene.ago(26, scene.doers.reporter),
    )
    scene.verified(event, 21, "检验报告送达，企业书面认可结果，已下架整改。")


_TALES: Final = (
    _fined, _sampled, _hazards, _exposed, _reversed, _alike, _merged, _recalled, _unfounded, _refused, _accepted,
)  # fmt: skip


def doers_of(inspectors: Sequence[User], head: User) -> Doers:
    """The first two inspectors of a county and its head of unit."""
    return Doers(inspectors[0], inspectors[1], head)
