"""One enterprise's way through the main process, with every actor, told through the services."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.acting import Acting
from cases.models import Case, Enterprise, User
from cases.services.jobs import due_jobs, run_job
from cases.services.open_case import OpenCase, open_case
from workflow.demo.clock import StoryClock
from workflow.demo.facts import FACTS
from workflow.models import WorkItem
from workflow.services.run_step import run_step
from workflow.steps import STEPS, Step

ROLE_OF_STEP: Final[Mapping[str, str]] = {
    "desk_check": "lead",
    "inspect": "lead",
    "refer_penalty": "lead",
    "propose_class": "lead",
    "countersign": "second",
    "decide_grassroots": "grassroots_lead",
    "forward_filing": "city_officer",
    "file_province": "province_officer",
    "list_key": "list_admin",
    "draft_interview": "lead",
    "serve_interview": "lead",
    "draft_order": "lead",
    "serve_order": "lead",
    "report_rectification": "lead",
    "return_visit": "lead",
    "withdraw_honours": "grassroots_lead",
    "escalate": "grassroots_lead",
    "draft_list_notice": "list_admin",
    "serve_list_notice": "lead",
    "record_views": "list_admin",
    "decide_listing": "grassroots_lead",
    "decide_delisting": "grassroots_lead",
    "issue_list_decision": "list_admin",
    "serve_list_decision": "lead",
}  # every other step is the unit head's

WORKING_DAYS: Final[Mapping[str, int]] = {
    "inspect": 2,
    "forward_filing": 2,
    "file_province": 4,
    "report_rectification": 6,
}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: two inspectors and the people who decide."""

    lead: User
    second: User
    unit_head: User
    grassroots_lead: User
    city_officer: User
    province_officer: User
    list_admin: User

    def of(self, step: str) -> User:
        user: User = getattr(self, ROLE_OF_STEP.get(step, "unit_head"))
        return user


@dataclass(frozen=True, slots=True)
class Told:
    """One step done: which, by whom."""

    step: Step
    by: User
    case: Case
    outcome: str


def run_due_jobs(now: datetime) -> None:
    """What a worker would do meanwhile."""
    while ready := due_jobs(now, 50):
        for job_id in ready:
            run_job(job_id, now)


@dataclass
class Story:
    """``outcomes`` names what happens at a step's first, second … time; what it does not name goes the plain way."""

    enterprise: Enterprise
    cast: Cast
    clock: StoryClock
    outcomes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    form: str = "regular"
    origin: str = "plan"
    origin_note: str = ""
    working_days: Mapping[str, int] = field(default_factory=dict)
    """How many working days a step takes here, where that is not as usual."""
    run_jobs: Callable[[datetime], None] = run_due_jobs
    case: Case | None = None
    _times: dict[str, int] = field(default_factory=dict)

    def begin(self) -> Case:
        """The unit head opens the case."""
        acting = Acting(self.cast.unit_head, self.clock.now)
        facts = OpenCase(
            enterprise_id=self.enterprise.pk,
            form=self.form,
            origin=self.origin,
            origin_note=self.origin_note,
            planned_on=self.clock.today + timedelta(days=3),
        )
        self.case = open_case(facts=facts, acting=acting)
        return self.case

    def tell(self, until: str = "") -> Iterator[Told]:
        """Do one open step after another until none is open, ``until`` is the next, or the clock is over."""
        self.case = self.case or self.begin()
        while (item := self.next_item()) is not None and item.step != until:
            self.let_time_pass(item)
            if self.clock.over:
                return
            yield self.do(item)

    def next_item(self) -> WorkItem | None:
        """The step that has been open longest, once the jobs that were due are done."""
        assert self.case is not None
        self.run_jobs(self.clock.now)
        self.case.refresh_from_db()
        return WorkItem.objects.filter(case=self.case).order_by("created_at", "pk").first()

    def still_open(self, item: WorkItem) -> bool:
        """Whether the step still waits; a sweep may have moved the case on meanwhile."""
        return WorkItem.objects.filter(pk=item.pk).exists()

    def let_time_pass(self, item: WorkItem) -> None:
        """Until the people of this step get round to it."""
        days = self.working_days.get(item.step, WORKING_DAYS.get(item.step, 1))
        self.clock.wait(minutes=35, working_days=days)
        if item.step == "hold_interview":
            interview = item.case.interviews.order_by("-attempt").first()
            assert interview is not None
            self.clock.jump(interview.scheduled_at + timedelta(hours=1))

    def do(self, item: WorkItem) -> Told:
        """The step, by whom it falls to, with the outcome the story has for it."""
        case = Case.objects.select_related("enterprise", "body", "territorial_body").get(pk=item.case_id)
        times = self._times.get(item.step, 0)
        self._times[item.step] = times + 1
        planned = self.outcomes.get(item.step, ())
        outcome = planned[times] if times < len(planned) else ""
        by = self.cast.of(item.step)
        facts = FACTS[item.step](self, case, outcome)
        run_step(task_pk=item.task_id, facts=facts, acting=Acting(by, self.clock.now))
        self._nothing_failed(item)
        return Told(STEPS[item.step], by, case, outcome)

    def _nothing_failed(self, item: WorkItem) -> None:
        """A computed step that failed is an incident to its users; in a story it is the end of the story."""
        stuck = Task.objects.filter(process_id=item.process_id, status=STATUS.ERROR).first()
        if stuck is not None:
            raise RuntimeError(f"{stuck.flow_task.name}: {stuck.data.get('_exception', {}).get('title')}")
