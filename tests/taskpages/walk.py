"""What each person types at each step of a C case, and the pressing of the buttons to its end."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.urls import reverse

from cases.models import Case, Enterprise, Proposal
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import latest_proposal, open_order
from cases.services.jobs import due_jobs, run_job
from tests.taskpages.browser import Browser, errors_of
from workflow.demo.clock import StoryClock
from workflow.demo.facts import EVIDENCE
from workflow.demo.story import ROLE_OF_STEP, WORKING_DAYS, Cast, Story
from workflow.models import WorkItem

REASON = "经集体研究，按规定办理，理由已当场告知企业。"


def inspection_of(failing: Sequence[str], day: str) -> dict[str, str]:
    answers: dict[str, str] = {"visited_on": day, "cooperated": "yes", "risk_level": "II"}
    for number in map(str, range(1, 20)):
        answers[f"item_{number}"] = "fail" if number in failing else "pass"
        if number in failing:
            answers[f"evidence_{number}"] = EVIDENCE.get(number, "现场检查发现问题，详见检查记录。")
    return answers


class Walk:
    """Does one open step after another by HTTP."""

    def __init__(self, browser: Browser, story: Story, **typed: Sequence[Mapping[str, Any]]) -> None:
        """``typed`` says what is typed otherwise at a step's first, second … time."""
        self.browser, self.story, self.otherwise = browser, story, {step: list(each) for step, each in typed.items()}
        self.failing = ("1", "3", "6", "12")
        self.cast: Cast = story.cast
        self.clock: StoryClock = story.clock
        self.case: Case = story.case or story.begin()
        self.done: list[str] = []

    @property
    def enterprise(self) -> Enterprise:
        return self.case.enterprise

    def item(self) -> WorkItem | None:
        while ready := due_jobs(self.clock.now, 50):
            for job_id in ready:
                run_job(job_id, self.clock.now)
        self.case = Case.objects.get(pk=self.case.pk)
        return WorkItem.objects.filter(case=self.case).order_by("created_at", "pk").first()

    def until(self, step: str) -> WorkItem:
        """Go on until this step is the next, and sign its person in."""
        while (item := self.item()) is not None and item.step != step:
            self.do(item)
        assert item is not None, f"{step} never came; done: {self.done}"
        self.let_time_pass(item)
        self.sign_in_for(step)
        return item

    def to_the_end(self) -> None:
        while (item := self.item()) is not None:
            self.do(item)

    def sign_in_for(self, step: str) -> None:
        self.browser.sign_in(getattr(self.cast, ROLE_OF_STEP.get(step, "unit_head")))

    def let_time_pass(self, item: WorkItem) -> None:
        self.clock.wait(minutes=35, working_days=WORKING_DAYS.get(item.step, 1))
        if item.step == "hold_interview":
            interview = item.case.interviews.order_by("-attempt").first()
            assert interview is not None
            self.clock.jump(interview.scheduled_at + timedelta(hours=1))

    def do(self, item: WorkItem) -> None:
        """Open the page, fill it in, check where it asks to, submit; land on the case."""
        self.let_time_pass(item)
        self.sign_in_for(item.step)
        url = reverse("task", args=[item.pk])
        if item.step in ("serve_interview", "serve_order"):
            self.serve(url)
        else:
            page = self.browser.open(url)
            typed = self.typed(item.step)
            if 'value="check"' in page:
                checked = self.browser.send(url, page, "check", **typed)
                assert checked.status_code == 200, (item.step, errors_of(checked.content.decode()))
                sent = self.browser.send(url, checked.content.decode(), "submit")
            else:
                sent = self.browser.send(url, page, "submit", **typed)
            assert sent.status_code == 302, (item.step, sent.status_code, errors_of(sent.content.decode()))
            assert sent.url == reverse("case_detail", args=[self.case.pk]), item.step
        assert not WorkItem.objects.filter(pk=item.pk).exists(), item.step
        self.done.append(item.step)

    def serve(self, url: str) -> None:
        to = self.browser.client.get(url)
        assert to.status_code == 302
        today = f"{self.clock.today:%Y-%m-%d}"
        sent = self.browser.client.post(
            to.url,
            {
                "kind": "direct",
                "outcome": "yes",
                "attempted_on": today,
                "received_on": today,
                "second_server": self.cast.second.pk,
                "place": "浙江省嘉兴市南湖区凤桥镇工业园区联创路18号",
                "recipient": "沈国良",
                "recipient_role": "legal_representative",
                "receipt_signed": "on",
            },
        )
        assert sent.status_code == 302, sent.content.decode()
        assert sent.url == reverse("case_detail", args=[self.case.pk])

    def typed(self, step: str) -> dict[str, Any]:
        found = TYPED.get(step, {})
        usual = found(self) if callable(found) else dict(found)
        otherwise = self.otherwise.get(step)
        return {**usual, **otherwise.pop(0)} if otherwise else usual


def _proposal(walk: Walk) -> Proposal:
    found = latest_proposal(walk.case)
    assert found is not None
    return found


def _visit(walk: Walk) -> dict[str, Any]:
    order = open_order(walk.case)
    assert order is not None
    verdicts = {f"verdict_{item.number}": "pass" for item in order.items.all()}
    return {**verdicts, "second_inspector": walk.cast.second.pk}


def _desk(walk: Walk) -> dict[str, Any]:
    form = inspection_of(("3", "4"), f"{walk.clock.today:%Y-%m-%d}")
    return {**form, "note": "查阅年度报告和抽查结果。", "outcome": "enough", "cooperated": None}


TYPED: Mapping[str, Mapping[str, Any] | Callable[[Walk], dict[str, Any]]] = {
    "approve_inspection": {"outcome": "approve"},
    "assign_inspectors": lambda walk: {"lead": walk.cast.lead.pk, "second": walk.cast.second.pk, "notice": "before"},
    "decide_basis": {"outcome": "on_record", "reason": REASON},
    "desk_check": _desk,
    "inspect": lambda walk: inspection_of(walk.failing, f"{walk.clock.today:%Y-%m-%d}"),
    "refer_penalty": {},
    "propose_class": lambda walk: {"quality_class": _proposal(walk).computed_class},
    "countersign": {"outcome": "sign"},
    "decide_grassroots": lambda walk: {"outcome": "agree", "mode": _proposal(walk).computed_mode, "reason": REASON},
    "forward_filing": {"outcome": "forward"},
    "file_province": {"outcome": "noted"},
    "list_key": {},
    "decide_measures": {"outcome": "measures", "reason": REASON},
    "draft_interview": lambda walk: {
        "scheduled_on": f"{work_calendar().due(walk.clock.today, 6, 'working_day').due:%Y-%m-%d}"
    },
    "issue_interview": {"outcome": "issue"},
    "hold_interview": lambda walk: {
        "outcome": "held",
        "attended": "法定代表人沈国良",
        "second_officer": walk.cast.second.pk,
        "statement": "企业承认管理存在漏洞，承诺在期限内整改。",
    },
    "draft_order": {},
    "issue_order": {"outcome": "issue"},
    "report_rectification": {"content": "各项问题均已整改完毕，材料附后。", "submitted_name": "沈国良"},
    "return_visit": _visit,
    "withdraw_honours": {},
    "escalate": {"kinds": ["listed_oversight"], "reason": REASON},
    "close_case": {"reason": "整改事项经回访全部落实，同意结案归档。"},
}
