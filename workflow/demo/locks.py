"""The demo's responsibility locks: likely-major-risk units, their officers, visits, a hand-over, a change under way.

Told between the other acts, so that inspections of cases and the sweeps meet the clocks as they would have.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from cases.acting import Acting
from cases.models import Enterprise, OnsiteCheck, ResponsibilityLock, User
from cases.models.enterprise import OperatingStatus
from cases.services.hand_over_lock import hand_over_lock
from cases.services.lock_unit import lock_unit
from cases.services.onsite_checks import CheckFacts, check_locked_unit
from cases.services.report_officer_change import report_officer_change
from workflow.demo.casting import holders
from workflow.demo.clock import StoryClock
from workflow.demo.people import Places

LOCKED_BEFORE: Final = timedelta(days=215)
HANDED_OVER_BEFORE: Final = timedelta(days=100)
VISITED_BEFORE: Final = timedelta(days=60)
CHANGED_BEFORE: Final = timedelta(days=4)
MOST: Final = 8
STUDIES: Final = (
    "主要产品属高风险产品，近两年监督抽查出现不合格，经集体研判很可能发生重大质量安全风险。",
    "关键原材料进货查验不到位，产品直接面向儿童和老人，经集体研判很可能发生重大质量安全风险。",
    "生产规模扩张较快，出厂检验能力不足，多次被投诉举报，经集体研判很可能发生重大质量安全风险。",
)
FINDINGS: Final = (
    "查看生产现场、进货台账和出厂检验记录，抽取成品2批次，未发现问题。",
    "查看关键工序控制记录和质量安全员履职情况，要求完善不合格品处置记录，当场整改。",
)


def tell_locks(
    *, places: Places, people: Mapping[str, User], visited: Collection[int], end: datetime
) -> Iterator[datetime]:
    """Acts of the locks of the first county: one check stays overdue, one change waits for its successor.

    `visited` are keys of units whose cases bring inspectors anyway: the one left unvisited is none of them.
    """
    head, officers = holders(people, "unit_head", "county1")[0], holders(people, "inspector", "county1")
    yield (moment := _morning(end - LOCKED_BEFORE, end))
    locks = [
        lock_unit(
            enterprise_id=unit.pk,
            officer=officers[place % len(officers)],
            study=STUDIES[place % len(STUDIES)],
            acting=Acting(head, moment + timedelta(minutes=9 * place)),
        )
        for place, unit in enumerate(_likely_units(places, visited))
    ]
    yield (moment := _morning(end - HANDED_OVER_BEFORE, end))
    _hand_over(locks[-1], officers, head, moment)
    yield (moment := _morning(end - VISITED_BEFORE, end))
    for place, lock in enumerate(_unvisited(locks[1:])):
        _visit(lock, officers, head, moment + timedelta(minutes=20 * place), FINDINGS[place % len(FINDINGS)])
    yield (moment := _morning(end - CHANGED_BEFORE, end))
    leaving = ResponsibilityLock.objects.filter(officer=officers[1], ended_on__isnull=True).order_by("pk").last()
    if leaving is not None:
        report_officer_change(
            lock_id=leaving.pk,
            changed_on=Acting(head, moment).today,
            reason=f"{officers[1].name}拟调任综合执法队，该单位监管责任另行明确。",
            acting=Acting(head, moment),
        )


def _likely_units(places: Places, visited: Collection[int]) -> Sequence[Enterprise]:
    """One that no case visits, then others for which the county or its offices answer, high-risk products first."""
    high = Count("products", filter=Q(products__risk_level="I"))
    county = places.counties[0]
    units = Enterprise.objects.filter(tier_body__position__range=(county.position, county.last))
    units = units.exclude(status=OperatingStatus.DEREGISTERED).annotate(high=high).order_by("-high", "pk")
    quiet = list(units.exclude(pk__in=visited)[:1])
    return [*quiet, *units.exclude(pk__in=[unit.pk for unit in quiet])[: MOST - 1]]


def _unvisited(locks: Sequence[ResponsibilityLock]) -> list[ResponsibilityLock]:
    """The open locks of these units that nobody has visited since they were locked."""
    units = [lock.enterprise_id for lock in locks]
    checked = OnsiteCheck.objects.filter(enterprise__in=units).values("enterprise")
    standing = ResponsibilityLock.objects.filter(enterprise__in=units, ended_on__isnull=True)
    return list(standing.exclude(enterprise__in=checked).order_by("pk"))


def _hand_over(lock: ResponsibilityLock, officers: Sequence[User], head: User, moment: datetime) -> None:
    successor = next(each for each in officers if each != lock.officer)
    hand_over_lock(
        lock_id=lock.pk,
        officer=successor,
        changed_on=Acting(head, moment).today,
        reason="科室分工调整，由继任人员接续监管责任。",
        acting=Acting(head, moment),
    )


def _visit(lock: ResponsibilityLock, officers: Sequence[User], head: User, moment: datetime, findings: str) -> None:
    acting = Acting(lock.officer, moment)
    facts = CheckFacts(
        checked_on=acting.today,
        second_officer=next(each for each in officers if each != lock.officer),
        approval=f"{head.name}，{acting.today.isoformat()}",
        findings=findings,
    )
    check_locked_unit(lock_id=lock.pk, facts=facts, acting=acting)


def _morning(moment: datetime, end: datetime) -> datetime:
    """Nine o'clock of the first working day from then on."""
    return StoryClock(moment.date(), end).now
