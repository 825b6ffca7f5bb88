"""What follows a class in the demo: a demotion on an event (P2), or the yearly review that the clock opens (P3)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final

from cases.acting import Acting
from cases.models import Case, ClassRecord, EventDecision, Procedure, RiskEvent
from cases.selectors.calendar import work_calendar
from cases.services.reclassify import reclassify_on_event
from workflow.demo.chronicle import Acts
from workflow.demo.clock import StoryClock
from workflow.demo.story import Story
from workflow.models import WorkItem

PENALTY: Final = (
    RiskEvent.Kind.PENALTY,
    "生产不合格产品被行政处罚",
    "经抽样检验，该单位生产的一批产品标识与实际不符，市场监管部门依法作出行政处罚决定。",
)
SAMPLING: Final = (
    RiskEvent.Kind.SAMPLING_FAILED,
    "县级监督抽查不合格",
    "县级监督抽查中一批次产品的电源线拉力项目不合格，企业对检验结果无异议。",
)


@dataclass(frozen=True, slots=True)
class Sequel:
    """How it comes about, at which step it stands (at its end where blank), and what happens at its steps.

    ``wait`` are the working days from the class to the event; ``left`` those between the event and the last day,
    where it is to be recent.
    """

    procedure: str
    until: str = ""
    outcomes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    event: tuple[str, str, str] = PENALTY
    wait: int = 8
    left: int = 0


SEQUELS: Final[Mapping[str, Sequel]] = {
    "review_done": Sequel(Procedure.REVIEW, outcomes={"desk_check": ["4"]}),
    "review_open": Sequel(Procedure.REVIEW, until="desk_check"),
    "demoted": Sequel(Procedure.EVENT, outcomes={"decide_measures": ["none"]}),
    "event_open": Sequel(Procedure.EVENT, until="decide_basis", event=SAMPLING, left=3),
}


def sequel_of(name: str, told: Story) -> Acts:
    """The acts of a sequel about the unit of a story, on a clock of its own."""
    sequel = SEQUELS[name]
    clock = StoryClock(told.clock.today, told.clock.end)
    story = replace(told, clock=clock, outcomes=sequel.outcomes, case=None, _times={})
    return _acts(sequel, story)


def _acts(sequel: Sequel, story: Story) -> Acts:
    """Wait for what opens the case, then do its steps one after another."""
    unit = story.enterprise
    yield from _until(story.clock, lambda: ClassRecord.objects.filter(enterprise=unit).exists())
    if sequel.procedure == Procedure.EVENT:
        yield from _event_happens(sequel, story)
    else:
        yield from _until(story.clock, lambda: _case_of(sequel, story) is not None)
    story.case = _case_of(sequel, story)
    while story.case is not None and not story.clock.over:
        item = story.next_item()
        if item is not None and item.step == sequel.until:
            return
        if item is None:
            if story.case.closed_at is not None:
                return
            story.clock.wait(working_days=1)  # a rise waits for its day
            yield story.clock.now
            continue
        story.let_time_pass(item)
        if story.clock.over:
            return
        yield story.clock.now
        if WorkItem.objects.filter(pk=item.pk).exists():
            story.do(item)


def _until(clock: StoryClock, come: Callable[[], bool]) -> Acts:
    """Look each working day whether it has come about."""
    while not clock.over:
        yield clock.now
        if come():
            return
        clock.wait(working_days=1)


def _case_of(sequel: Sequel, story: Story) -> Case | None:
    return Case.objects.filter(enterprise=story.enterprise, procedure=sequel.procedure).order_by("-pk").first()


def _event_happens(sequel: Sequel, story: Story) -> Acts:
    """The event is told and verified, and the case that follows from it opened."""
    clock = story.clock
    clock.wait(working_days=sequel.wait)
    if sequel.left:
        clock.jump(_morning_before(clock.end, sequel.left))
    yield clock.now
    if not clock.over:
        event = _verified(story, sequel.event, clock.now, clock.today)
        reclassify_on_event(event=event, acting=Acting(story.cast.unit_head, clock.now))


def _morning_before(end: datetime, working_days: int) -> datetime:
    day = work_calendar().workday_before(end.date(), working_days)
    return datetime.combine(day, end.timetz()).replace(hour=10)


def _verified(story: Story, told: tuple[str, str, str], now: datetime, today: date) -> RiskEvent:
    kind, title, facts = told
    event = RiskEvent.objects.create(
        enterprise=story.enterprise,
        kind=kind,
        title=title,
        facts=facts,
        occurred_on=work_calendar().workday_before(today, 6),
        authority=story.cast.unit_head.posts.all()[0].body.name,
        authority_level="county",
        level=RiskEvent.Level.GENERAL,
        state=RiskEvent.State.VERIFIED,
        confirmed_on=today,
        reported_at=now,
        reported_by=story.cast.lead,
        fingerprint=sha256(f"{story.enterprise.pk} {kind} {today}".encode()).hexdigest(),
    )
    EventDecision.objects.create(
        event=event,
        outcome=EventDecision.Outcome.VERIFY,
        reason="经核对处罚决定书、检验报告等材料，情况属实。",
        level=event.level,
        author=story.cast.unit_head,
        body=story.cast.unit_head.posts.all()[0].body,
        decided_at=now,
    )
    return event
