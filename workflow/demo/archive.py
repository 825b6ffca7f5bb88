"""Quality-safety archives of the demo's units: who answers, what they learned, what they recorded, and what is missing.

Rows are written in bulk, for their number; the few that change what stands already go through their services.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Final

from cases.acting import Acting
from cases.models import (
    DutyRecord,
    Enterprise,
    EntryReason,
    RiskControlItem,
    SafetyPerson,
    SafetyTraining,
    SamplingResult,
    SelfReport,
    Stoppage,
)
from cases.models.enterprise import Certificate
from cases.rules.duty_gaps import DUTY_KINDS, period_of
from cases.services.enterprise_details import keep_certificate
from workflow.demo.enterprises import GIVEN, SURNAMES

DAYS_OF_RECORDS: Final = 75
DILIGENCE: Final = {"daily": 0.97, "weekly": 0.93, "monthly": 0.9}
"""How often a careful unit records what it owes."""
CONTROLS: Final = (
    ("原材料进货查验", "逐批核对合格证明，关键原材料每批抽样送检"),
    ("关键工序参数", "每班首件检验，参数偏离立即停线复核"),
    ("出厂检验", "按批抽样，检验不合格不得出厂，留样备查"),
    ("标识标注", "逐批核对产品名称、执行标准、警示说明"),
    ("计量器具校准", "到期前送检，未校准不得使用"),
)
TOPICS: Final = ("总局令第75号与主体责任", "风险管控清单编制", "产品质量法与召回义务", "关键工序质量控制")
FINDINGS: Final = (
    ("个别工位未按首件检验要求留存记录", "当班补检并对责任人提醒"),
    ("一批外购件合格证明缺失", "隔离存放，补齐证明后放行"),
    ("成品库两件样品警示标识脱落", "重新粘贴并加强出库核对"),
)
SAMPLERS: Final = (
    ("national", "国家市场监督管理总局"),
    ("province", "省市场监督管理局"),
    ("city", "市市场监督管理局"),
    ("county", "区市场监督管理局"),
)
FURTHER: Final = ("director_appointed", "quality_sampling", "onsite_check", "risk_monitoring")


def keep_archives(*, random: Random, today: date, acting: Acting) -> None:
    """Give every unit an archive as it stands when the day `today` begins; `acting` does what services do."""
    units = list(Enterprise.objects.order_by("pk").prefetch_related("products", "certificates"))
    _appoint(units, random, today)
    _list_controls(units, random, today)
    _stop(units, random, today)
    _record(units, random, today)
    _report(units, random, today)
    _sample(units, random, today)
    _let_expire(random, today, acting)


def _before(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _appoint(units: Sequence[Enterprise], random: Random, today: date) -> None:
    """A principal, officers, and a director where licences or size ask for one; some have had a predecessor."""
    people: list[SafetyPerson] = []
    reasons: list[EntryReason] = []
    for unit in units:
        first = max(unit.first_entered_on, _before(today, DAYS_OF_RECORDS))
        name = unit.legal_representative
        people.append(SafetyPerson(enterprise=unit, role="principal", name=name, appointed_on=unit.first_entered_on))
        people.append(_post(unit, "officer", _name(random), first))
        if unit.certificates.all() or unit.tier in "AB":
            people += _directors(unit, random, first, today)
        if random.random() < 0.3:
            reason = random.choice([each for each in FURTHER if each != unit.first_entry_reason])
            reasons.append(EntryReason(enterprise=unit, reason=reason, on=first, basis="档案核对记录"))
    SafetyPerson.objects.bulk_create(people)
    EntryReason.objects.bulk_create(reasons)
    SafetyTraining.objects.bulk_create(_trainings(people, random, today))


def _directors(unit: Enterprise, random: Random, first: date, today: date) -> Iterator[SafetyPerson]:
    if random.random() < 0.2:
        change = first + (today - first) // 2
        yield _post(unit, "director", _name(random), first, left_on=change)
        first = change
    yield _post(unit, "director", _name(random), first)


def _post(unit: Enterprise, role: str, name: str, since: date, left_on: date | None = None) -> SafetyPerson:
    document = f"质量安全任命〔{since.year}〕{unit.pk}号"
    return SafetyPerson(enterprise=unit, role=role, name=name, appointed_on=since, left_on=left_on, document=document)


def _name(random: Random) -> str:
    return random.choice(SURNAMES) + random.choice(GIVEN)


def _trainings(people: Sequence[SafetyPerson], random: Random, today: date) -> Iterator[SafetyTraining]:
    for person in people:
        if person.role == "principal" or random.random() < 0.25:
            continue
        span = max(1, ((person.left_on or today) - person.appointed_on).days)
        held = person.appointed_on + timedelta(days=random.randrange(span))
        kind = random.choice(("training", "training", "exam", "spot_exam"))
        passed = None if kind == "training" else random.random() < 0.9
        topic = random.choice(TOPICS)
        yield SafetyTraining(person=person, kind=kind, held_on=held, topic=topic, hours=4, passed=passed)


def _list_controls(units: Sequence[Enterprise], random: Random, today: date) -> None:
    items = []
    for unit in units:
        added = max(unit.first_entered_on, _before(today, DAYS_OF_RECORDS))
        for place, (point, measure) in enumerate(random.sample(CONTROLS, random.randint(2, 4))):
            demanded = place == 1 and random.random() < 0.2
            items.append(
                RiskControlItem(
                    enterprise=unit,
                    key_risk_point=point,
                    measure=measure,
                    responsible=unit.contact,
                    origin="body" if demanded else "unit",
                    added_on=added,
                )
            )
    RiskControlItem.objects.bulk_create(items)


def _stop(units: Sequence[Enterprise], random: Random, today: date) -> None:
    """Maintenance of a few days here and there; a handful stand still today."""
    stops = []
    for place, unit in enumerate(units):
        if random.random() < 0.25:
            first = _before(today, random.randrange(12, 60))
            last = first + timedelta(days=random.randrange(1, 4))
            stops.append(Stoppage(enterprise=unit, first_day=first, last_day=last, reason="设备检修停产"))
        if place % 23 == 7:
            first = _before(today, random.randrange(2, 9))
            stops.append(Stoppage(enterprise=unit, first_day=first, reason="订单不足临时停产"))
    Stoppage.objects.bulk_create(stops)


def _record(units: Sequence[Enterprise], random: Random, today: date) -> None:
    """The records of every unit since its officer was appointed: most careful, one in nine hardly at all."""
    officers = dict(SafetyPerson.objects.filter(role="officer").values_list("enterprise", "name"))
    records: list[DutyRecord] = []
    for place, unit in enumerate(units):
        first = max(unit.first_entered_on, _before(today, DAYS_OF_RECORDS))
        careless = 0.35 if place % 9 == 4 else 1.0
        records += _records(unit, officers[unit.pk], first, _before(today, 1), careless, random)
    DutyRecord.objects.bulk_create(records, batch_size=2000)


def _records(unit: Enterprise, name: str, first: date, last: date, care: float, random: Random) -> Iterator[DutyRecord]:
    for kind in DUTY_KINDS:
        start, end = period_of(kind, first)
        while end <= last:
            if random.random() < DILIGENCE[kind] * care:
                found, handled = random.choice(FINDINGS) if random.random() < 0.06 else ("", "")
                yield DutyRecord(
                    enterprise=unit,
                    kind=kind,
                    period_start=start,
                    recorded_on=end,
                    nothing_found=not found,
                    findings=found,
                    handled=handled,
                    by_name=name,
                )
            start, end = period_of(kind, end + timedelta(days=1))


def _report(units: Sequence[Enterprise], random: Random, today: date) -> None:
    """The reports of last year, once their spring is over; some never came."""
    spring = date(today.year, 3, 1)
    if today <= date(today.year, 4, 30):
        return
    reports = []
    for unit in units:
        if random.random() < 0.12:
            continue
        licensed = any(paper.kind == Certificate.Kind.PRODUCTION_LICENCE for paper in unit.certificates.all())
        state, note = random.choice((("complete", ""),) * 6 + (("submitted", ""), ("returned", "缺少周排查治理情况")))
        reports.append(
            SelfReport(
                enterprise=unit,
                kind="annual_self_check" if licensed else "responsibility",
                year=today.year - 1,
                submitted_on=spring + timedelta(days=random.randrange(55)),
                state=state,
                note=note,
            )
        )
    SelfReport.objects.bulk_create(reports)


def _sample(units: Sequence[Enterprise], random: Random, today: date) -> None:
    results: list[SamplingResult] = []
    for unit in units:
        products = [product.name for product in unit.products.all()] or [unit.product_category]
        for _number in range(random.choice((0, 0, 1, 1, 2))):
            level, organiser = random.choice(SAMPLERS)
            sampled = _before(today, random.randrange(20, 400))
            failed = random.random() < 0.08
            results.append(
                SamplingResult(
                    enterprise=unit,
                    product=random.choice(products),
                    batch=f"{sampled:%Y%m}-{random.randrange(1, 60):02d}",
                    sampled_on=sampled,
                    received_on=min(sampled + timedelta(days=random.randrange(12, 19)), _before(today, 1)),
                    level=level,
                    organiser=organiser,
                    result="fail" if failed else "pass",
                    failed_items="标识标注、结构尺寸" if failed else "",
                    report_number=f"CC{sampled.year}{len(results) + 1:05d}",
                )
            )
    SamplingResult.objects.bulk_create(results)


def _let_expire(random: Random, today: date, acting: Acting) -> None:
    """A few certificates run out soon, and two have run out."""
    papers = list(Certificate.objects.order_by("pk").select_related("enterprise"))
    for days, paper in zip((-20, -3, 6, 25, 48, 80), random.sample(papers, min(6, len(papers))), strict=False):
        keep_certificate(
            enterprise_id=paper.enterprise_id,
            row_id=paper.pk,
            kind=paper.kind,
            number=paper.number,
            scope=paper.scope,
            valid_from=paper.valid_from,
            valid_to=today + timedelta(days=days),
            acting=acting,
        )
