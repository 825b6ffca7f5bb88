"""Fill an empty database with the demo: bodies, people, enterprises, and cases told up to the last day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from cases.acting import Acting
from cases.models import Case, Enterprise, Procedure, User
from cases.services.absence import arrange_substitution
from cases.services.inspect_enterprise import save_inspection_draft
from cases.services.load_bodies import load_bodies
from workflow import engine
from workflow.demo.archive import keep_archives
from workflow.demo.casting import cast_of, holders
from workflow.demo.chronicle import Acts, midnight, nightly_sweeps, play, send_reminder_letters
from workflow.demo.clock import StoryClock
from workflow.demo.enterprises import Registrar
from workflow.demo.escalations import escalations, follow_up, taker_of
from workflow.demo.events import doers_of, settle_events
from workflow.demo.facts import FACTS
from workflow.demo.lists import list_acts, list_cast
from workflow.demo.locks import tell_locks
from workflow.demo.matters import settle_matters
from workflow.demo.packs import rehearse_a_draft
from workflow.demo.people import Places, find_places, settle_people
from workflow.demo.plots import Plot, plots
from workflow.demo.sequels import sequel_of
from workflow.demo.story import Story, run_due_jobs
from workflow.demo.task_lists import settle_task_lists
from workflow.demo.tiers import changes, confirm_all
from workflow.demo.timing import arrival_of, beginning_of
from workflow.demo.views import share_a_view
from workflow.models import WorkItem

SETTLED_BEFORE: Final = timedelta(days=450)
FEWEST: Final = 30
Say = Callable[[str], None]
RunJobs = Callable[[datetime], None]


@dataclass
class Demo:
    """What is being built: `end` is the first instant of the last day, at which every story stops."""

    places: Places
    people: dict[str, User]
    end: datetime
    random: Random
    run_jobs: RunJobs
    run_jobs_at_night: RunJobs

    @property
    def today(self) -> date:
        return self.end.date()


def seed(
    *,
    province: str,
    enterprises: int,
    number: int,
    as_of: date,
    say: Say,
    run_jobs: RunJobs = run_due_jobs,
    run_jobs_at_night: RunJobs = run_due_jobs,
) -> Demo:
    """Build the demo; the database must hold nobody yet.

    LookupError: no such province, or none of its cities has two counties. ValueError: too few enterprises.
    """
    if enterprises < FEWEST:
        raise ValueError(f"at least {FEWEST} enterprises are needed for a case at every step")
    end = midnight(as_of)
    settled = end - SETTLED_BEFORE + timedelta(hours=9)
    say(f"bodies: {load_bodies(province=province, acting=Acting(None, settled)).total}")
    places = find_places(province)
    random = Random(number)  # noqa: S311 - no secret
    demo = Demo(places, settle_people(places, settled), end, random, run_jobs, run_jobs_at_night)
    say(f"people: {len(demo.people)}")
    told = plots(enterprises // 4, len(places.counties))
    stories = _stories(demo, told, _enterprises(demo, enterprises, told, settled))
    confirm_all(demo.people["guanli"], settled)
    say(f"enterprises: {Enterprise.objects.count()}")
    _play(demo, told, stories)
    _live_work(demo)
    _settle_archives(demo, number)
    _packs(demo)
    say(f"cases: {Case.objects.count()}, open steps: {WorkItem.objects.count()}")
    return demo


def _enterprises(demo: Demo, total: int, told: Sequence[Plot], at: datetime) -> dict[int, list[Enterprise]]:
    """Producers for the plots, by county; the rest are of any kind, most of them in the first two counties."""
    registrar = Registrar(demo.random)
    shares = [7, 4, *[1] * (len(demo.places.counties) - 2)]
    producers: dict[int, list[Enterprise]] = {county: [] for county in range(len(shares))}
    for plot in told:
        if not plot.again:
            producers[plot.county].append(
                _enter(demo, registrar, plot.county, at, producer=True, honoured=plot.honoured)
            )
    standing = sum(map(len, producers.values()))
    if standing > total:
        raise ValueError(f"{total} enterprises are too few for {len(told)} cases")
    for place in range(total - standing):
        county = demo.random.choices(range(len(shares)), shares)[0]
        enterprise = _enter(demo, registrar, county, at, honoured=place % 13 == 0)
        if place % 17 == 0:
            _unsettle(demo, registrar, enterprise, county, at + timedelta(days=200))
    return producers


def _unsettle(demo: Demo, registrar: Registrar, enterprise: Enterprise, county: int, at: datetime) -> None:
    """Not every unit goes on as it was."""
    status = demo.random.choice(("suspended", "moved", "lost", "dormant"))
    inspector = holders(demo.people, "inspector", f"county{county + 1}")[0]
    registrar.change_status(enterprise, status, Acting(inspector, at))


def _enter(
    demo: Demo, registrar: Registrar, county: int, at: datetime, *, producer: bool = False, honoured: bool = False
) -> Enterprise:
    offices = demo.places.towns(demo.places.counties[county])
    weights = [5 if place == 0 else 2 if place < 4 else 1 for place in range(len(offices))]
    office = demo.random.choices(offices, weights)[0]
    inspector = holders(demo.people, "inspector", f"county{county + 1}")[0]
    return registrar.enter(
        office=office,
        city=demo.places.city,
        acting=Acting(inspector, at),
        producer=producer,
        honoured=honoured,
    )


def _stories(demo: Demo, told: Sequence[Plot], producers: dict[int, list[Enterprise]]) -> list[Story]:
    """One story a plot; a plot told again takes up the enterprise of an old one."""
    old: list[Enterprise] = []
    stories = []
    queues = {county: list(found) for county, found in producers.items()}
    for plot in told:
        if plot.again:
            enterprise = old.pop(0)
        else:
            enterprise = queues[plot.county].pop(0)
            if plot.comes_back:
                old.append(enterprise)
        begin = beginning_of(plot, demo.today)
        stories.append(
            Story(
                enterprise=enterprise,
                cast=cast_of(demo.places, demo.places.counties[plot.county], demo.people, demo.random),
                clock=StoryClock(begin, demo.end),
                outcomes=plot.outcomes,
                form=plot.form,
                origin=plot.origin,
                origin_note=plot.origin_note,
                run_jobs=demo.run_jobs,
            )
        )
        stories[-1].clock.wait(minutes=demo.random.randrange(90))
    return stories


def _play(demo: Demo, told: Sequence[Plot], stories: Sequence[Story]) -> None:
    producers = Enterprise.objects.filter(makes=True, status="active").select_related("tier_body", "territorial_body")
    upward = escalations(list(producers.filter(tier__in=["B", "C"]).order_by("pk")), demo.end)
    others = producers.exclude(pk__in=[each.unit.pk for each in upward]).order_by("-pk")
    grown = changes(list(others), demo.people["guanli"], demo.end)
    first = min([story.clock.today for story in stories] + [each.clock.today for each in upward])
    letters = []
    for signer, sender in (("wufang", "heping"),):
        if signer in demo.people and sender in demo.people:
            letters.append(
                send_reminder_letters(
                    signer=demo.people[signer],
                    sender=demo.people[sender],
                    first=first,
                    end=demo.end,
                    patience=2,
                    most=3,
                )
            )
    acts = [_acts(plot, story, demo) for plot, story in zip(told, stories, strict=True)]
    acts += [each.acts() for each in upward]
    acts += [sequel_of(plot.sequel, story) for plot, story in zip(told, stories, strict=True) if plot.sequel]
    visited = {story.enterprise.pk for plot, story in zip(told, stories, strict=True) if plot.visited}
    locks = tell_locks(places=demo.places, people=demo.people, visited=visited, end=demo.end)
    sweeps = nightly_sweeps(first, demo.today, demo.run_jobs_at_night)
    followed = {story.enterprise.pk for plot, story in zip(told, stories, strict=True) if plot.sequel}
    listed = list_acts(demo, elsewhere={*followed, *(each.unit.pk for each in upward)})
    play([*acts, *grown, *listed, *letters, locks, sweeps])


def _acts(plot: Plot, story: Story, demo: Demo) -> Acts:
    """The story act by act, until the case stands where the plot wants it."""
    arrival = arrival_of(plot, demo.today)
    yield story.clock.now
    if plot.until and not plot.after and arrival:
        story.clock.jump(arrival)
        yield story.clock.now
    story.begin()
    done: list[str] = []
    while (item := story.next_item()) is not None and not _stands(plot, item.step, done):
        story.let_time_pass(item)
        if arrival and item.step == plot.after and done.count(item.step) == plot.nth - 1:
            story.clock.jump(arrival)
        if story.clock.over:
            return
        yield story.clock.now
        if story.still_open(item):
            story.do(item)
            done.append(item.step)
    if story.case is not None:
        yield from follow_up(story.case, story.clock.now, demo.end)


def _stands(plot: Plot, step: str, done: Sequence[str]) -> bool:
    if not plot.until or step != plot.until:
        return False
    return not plot.after or done.count(plot.after) == plot.nth


def _live_work(demo: Demo) -> None:
    """What people had in hand when the last day began: claimed work, an inspection half filled in, an absence."""
    evening = demo.end - timedelta(hours=7)
    for place, item in enumerate(
        WorkItem.objects.filter(owner=None).order_by("pk").select_related("case__body", "body")
    ):
        taker = _taker(demo, item)
        if taker is not None and place % 3 == 0:
            engine.claim(item.pk, acting=Acting(taker, max(evening, item.created_at)))
    for item in WorkItem.objects.filter(step="inspect").order_by("pk").select_related("case", "owner")[:2]:
        _half_filled(demo, item, evening)
    absent, substitute = demo.people["chenxiao"], demo.people["fangyuan"]
    arrange_substitution(
        absent=absent,
        substitute=substitute,
        starts_on=demo.today,
        ends_on=demo.today + timedelta(days=5),
        reason="参加省局组织的执法业务培训",
        acting=Acting(absent, evening),
    )


def _settle_archives(demo: Demo, number: int) -> None:
    """What the registry keeps beside the cases: the archives of all units; of the first county the rest."""
    archivist = Acting(demo.people["guanli"], demo.end - timedelta(hours=8))
    keep_archives(random=Random(f"archives of {number}"), today=demo.today, acting=archivist)  # noqa: S311 - no secret
    county = demo.places.counties[0]
    officers = [demo.people["wangjg"], demo.people["chenxiao"]]
    settle_events(county=county, doers=doers_of(officers, demo.people["limin"]), end=demo.end)
    settle_matters(demo.places, demo.people, demo.end)
    share_a_view(county=county, head=demo.people["limin"], officer=demo.people["wangjg"], end=demo.end)
    settle_task_lists(county=county, head=demo.people["limin"], officers=officers, end=demo.end, random=demo.random)


def _packs(demo: Demo) -> None:
    """The province's draft of stricter classes, rehearsed the evening before the last day."""
    evening = demo.end - timedelta(hours=6)
    rehearse_a_draft(demo.places, demo.people["guanli"], evening)
    demo.run_jobs(evening)


def _taker(demo: Demo, item: WorkItem) -> User | None:
    """Whoever the step falls to in the county of the case, or at the body that decides on an escalation."""
    if item.case.procedure == Procedure.ESCALATION:
        return taker_of(item, demo.today)
    cast = list_cast(demo, item.case.body)
    return cast.of(item.step) if cast else None


def _half_filled(demo: Demo, item: WorkItem, at: datetime) -> None:
    """The first ten items answered on site, the rest still open."""
    cast = cast_of(demo.places, item.case.body, demo.people)
    story = Story(item.case.enterprise, cast, StoryClock(at.date(), demo.end))
    facts = FACTS["inspect"](story, item.case, "6")
    answers = dict(list(facts.answers.items())[:10])
    owner = item.owner
    assert owner is not None
    save_inspection_draft(
        case_id=item.case_id,
        facts=replace(facts, answers=answers, visited_on=at.date(), note="", version=0),
        acting=Acting(owner, max(at, item.created_at)),
    )
