"""The demo's supervision lists: units listed and removed, candidates to review, and a case at every step of P4."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from cases.acting import Acting
from cases.models import Body, CandidateScan, Case, CreditRating, Enterprise, ListCandidate, RiskEvent, User
from cases.selectors.calendar import work_calendar
from cases.services.listing_watch import look_again
from cases.services.review_candidates import drop_candidate, keep_candidate
from cases.services.scan_candidates import start_scan
from workflow.demo.casting import cast_of, holders
from workflow.demo.chronicle import Acts
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story

if TYPE_CHECKING:
    from workflow.demo.seed import Demo

ENTRY: Final = (
    "draft_list_notice",
    "issue_list_notice",
    "serve_list_notice",
    "record_views",
    "decide_listing",
    "issue_list_decision",
    "serve_list_decision",
)
"""The steps of an entry on a list, in order."""
FINDINGS: Final = (
    ("sampling_failed", "产品质量监督抽查不合格", "省级监督抽查中，抽样产品的安全性能项目不符合国家标准。"),
    ("complaint", "消费者投诉产品存在安全隐患", "消费者投诉产品使用中断裂，经现场核查属实。"),
    ("hazard", "成品库存在质量安全隐患", "现场检查发现一批未经出厂检验的产品混放于合格品区。"),
    ("exposure", "产品质量问题被媒体曝光", "电视台报道该单位产品有害物质超标，经抽样检验属实。"),
)


@dataclass(frozen=True, slots=True)
class ListPlot:
    """One unit's tale: why it is proposed, and whether the case stands at a step, ends, or waits for its review.

    ``majors`` and ``larger`` are risks verified; ``credit`` a credit risk. ``begins`` is how many working days before
    the last day the candidate is found; ``until`` where its case stands then, "" at its end.
    """

    begins: int
    until: str = ""
    majors: int = 0
    larger: int = 0
    credit: str = ""
    outcomes: Mapping[str, Sequence[str]] | None = None
    review: str = "keep"
    """keep, drop, or wait: then nobody has looked at it yet."""
    removed_after: int = 0
    """Working days before the last day from which its credit risk is low again; 0: it stays listed."""
    removal_until: str = ""


def list_plots() -> list[ListPlot]:
    """A case at every step first, for a small demo has few units; then lists that hold somebody, then candidates."""
    stated = {"record_views": ["stated"]}
    standing = [
        ListPlot(begins=place + 2, until=step, larger=1 + place % 2, outcomes=stated if place == 4 else None)
        for place, step in enumerate(ENTRY)
    ]
    removal = ListPlot(begins=60, credit="elevated", removed_after=3, removal_until="decide_delisting")
    listed = [ListPlot(begins=45, majors=3), ListPlot(begins=38, larger=2, outcomes=stated)]
    waiting = [ListPlot(begins=4, credit="high", review="wait"), ListPlot(begins=4, larger=1, review="wait")]
    others = [
        ListPlot(begins=30, credit="elevated"),
        ListPlot(begins=4, majors=3, larger=1, review="wait"),
        ListPlot(begins=6, larger=1, review="drop"),
        ListPlot(begins=50, larger=1, outcomes={**stated, "decide_listing": ["none"]}),
        ListPlot(begins=70, credit="elevated", removed_after=30),
        ListPlot(begins=4, credit="elevated", review="wait"),
    ]
    return [*standing, removal, *listed, *waiting, *others]


def list_acts(demo: "Demo", elsewhere: Collection[int] = ()) -> list[Acts]:
    """The tales as acts, one a unit, as far as there are units whose tier body has its people in the demo.

    Units of a tale that moves them to another body, or that rests on their events, are left out (`elsewhere`, keys).
    """
    units = (unit for unit in _units(demo) if unit.pk not in elsewhere)
    cast = [(unit, people) for unit in units if (people := list_cast(demo, unit.tier_body)) is not None]
    return [
        _tale(demo, plot, unit, people, FINDINGS[place % len(FINDINGS)])
        for place, (plot, (unit, people)) in enumerate(zip(list_plots(), cast, strict=False))
    ]


def list_cast(demo: "Demo", body: Body) -> Cast | None:
    """Who keeps the lists of a county, of the city, or of the first town; None for other bodies."""
    places, people = demo.places, demo.people
    if body in places.counties:
        return cast_of(places, body, people)
    first = cast_of(places, places.counties[0], people)
    if body == places.city:
        admins, heads, units = (holders(people, role, "city") for role in ("list_admin", "body_head", "unit_head"))
        if admins and heads and units:
            return replace(first, list_admin=admins[0], grassroots_lead=heads[0], unit_head=units[0])
    town_heads = holders(people, "body_head", "town1")
    if town_heads and body == places.body("town1"):
        return replace(first, grassroots_lead=town_heads[0])
    return None


def _units(demo: "Demo") -> list[Enterprise]:
    """Units in business, those of the first county first."""
    units = Enterprise.objects.filter(status="active").select_related("tier_body", "territorial_body").order_by("pk")
    first = demo.places.counties[0]
    return sorted(units, key=lambda unit: (not first.covers(unit.territorial_body), unit.pk))


def _tale(demo: "Demo", plot: ListPlot, unit: Enterprise, cast: Cast, finding: tuple[str, str, str]) -> Acts:
    calendar = work_calendar()
    clock = StoryClock(calendar.workday_before(demo.today, plot.begins + 1), demo.end)
    yield clock.now
    _hold_against(unit, plot, cast, finding, clock.now)
    clock.wait(working_days=1, minutes=20)
    candidate = yield from _found(demo, unit, cast, clock)
    if candidate is None or plot.review == "wait" or candidate.body_id != unit.tier_body_id:
        return
    clock.wait(minutes=90)
    yield clock.now
    acting = Acting(cast.list_admin, clock.now)
    if plot.review == "drop":
        drop_candidate(
            candidate_id=candidate.pk, reason="同一批次产品的问题已并入另案处理，不再重复列入。", acting=acting
        )
        return
    case = keep_candidate(candidate_id=candidate.pk, opinion="情况属实，建议按程序办理。", acting=acting)
    yield from _told(demo, case, cast, clock, plot.until, plot.outcomes or {})
    if plot.removed_after:
        yield from _removed(demo, plot, unit, cast, clock)


def _removed(demo: "Demo", plot: ListPlot, unit: Enterprise, cast: Cast, clock: StoryClock) -> Acts:
    """The credit risk has fallen: the scan proposes the removal, and the head decides."""
    later = StoryClock(work_calendar().workday_before(demo.today, plot.removed_after), demo.end)
    clock.jump(later.now)
    yield clock.now
    _rate(unit, "general", clock.now)
    candidate = yield from _found(demo, unit, cast, clock)
    if candidate is None:
        return
    clock.wait(working_days=1)
    yield clock.now
    case = keep_candidate(
        candidate_id=candidate.pk, opinion="列入情形已经消除，建议移出。", acting=Acting(cast.list_admin, clock.now)
    )
    yield from _told(demo, case, cast, clock, plot.removal_until, {})


def _found(
    demo: "Demo", unit: Enterprise, cast: Cast, clock: StoryClock
) -> Generator[datetime, None, ListCandidate | None]:
    """The candidate of the unit that waits for its review, after a scan by hand where none has found it yet."""
    yield clock.now
    waiting = ListCandidate.objects.filter(enterprise=unit, state=ListCandidate.State.FOUND)
    if not waiting.exists() and not CandidateScan.objects.filter(finished_at__isnull=True).exists():
        start_scan(full=False, acting=Acting(cast.list_admin, clock.now))
    demo.run_jobs(clock.now)
    return waiting.order_by("kind").first()


def _told(
    demo: "Demo", case: Case, cast: Cast, clock: StoryClock, until: str, outcomes: Mapping[str, Sequence[str]]
) -> Acts:
    """The case step by step, until it stands where the plot wants it."""
    story = Story(case.enterprise, cast, clock, outcomes=outcomes, run_jobs=demo.run_jobs, case=case)
    while (item := story.next_item()) is not None and item.step != until:
        story.let_time_pass(item)
        if clock.over:
            return
        yield clock.now
        if story.still_open(item):
            story.do(item)


def _hold_against(unit: Enterprise, plot: ListPlot, cast: Cast, finding: tuple[str, str, str], at: datetime) -> None:
    """What the plot says of the unit: risks verified today, or a credit risk."""
    for number in range(plot.majors + plot.larger):
        level = RiskEvent.Level.MAJOR if number < plot.majors else RiskEvent.Level.LARGER
        _verify(unit, level, finding, number, cast.lead, at)
    if plot.credit:
        _rate(unit, plot.credit, at)
    look_again(enterprise_ids=[unit.pk], on=_day(at))


def _verify(
    unit: Enterprise, level: str, finding: tuple[str, str, str], number: int, officer: User, at: datetime
) -> None:
    kind, title, facts = finding
    RiskEvent.objects.create(
        enterprise=unit,
        kind=kind,
        title=title if not number else f"{title}（第{number + 1}批次）",
        facts=facts,
        occurred_on=_day(at),
        level=level,
        state=RiskEvent.State.VERIFIED,
        reported_at=at,
        reported_by=officer,
        confirmed_on=_day(at),
        pack="samr-2023-38@1",
        fingerprint=f"{unit.pk:032d}{number:032d}",
    )


def _rate(unit: Enterprise, credit_risk: str, at: datetime) -> None:
    """One rating ends with the day on which the next begins."""
    CreditRating.objects.filter(enterprise=unit, valid_to__isnull=True).update(valid_to=_day(at))
    CreditRating.objects.create(
        enterprise=unit, credit_risk=credit_risk, valid_from=_day(at), source="企业信用风险分类"
    )
    look_again(enterprise_ids=[unit.pk], on=_day(at))


def _day(at: datetime) -> date:
    return Acting(None, at).today
