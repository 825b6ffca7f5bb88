"""The main process as its people do it, each at a desk of their own."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import FilePayload, expect

from cases.models import Case, Enterprise, User
from cases.selectors.calendar import work_calendar
from cases.selectors.cases import open_order
from tests.browser.desk import PHONE, Desk
from workflow.demo.facts import EVIDENCE
from workflow.demo.story import Cast, run_due_jobs
from workflow.models import WorkItem

FAILING = ("1", "3", "6", "12")  # with a starred item: class C
REASON = "经集体研究，按规定办理，理由已当场告知企业。"
Sit = Callable[..., Desk]


def photo(name: str, colour: tuple[int, int, int]) -> FilePayload:
    kept = BytesIO()
    Image.new("RGB", (64, 48), colour).save(kept, "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": kept.getvalue()}


class Play:
    """Keeps who sits where and which case it is about; each act leaves the case at its next step."""

    def __init__(self, sit: Sit, cast: Cast, enterprise: Enterprise) -> None:
        self.sit, self.cast, self.enterprise = sit, cast, enterprise
        self.desks: dict[int, Desk] = {}
        self.case: Case

    def desk_of(self, user: User, **options: Any) -> Desk:
        if user.pk not in self.desks:
            self.desks[user.pk] = self.sit(user, **options)
        return self.desks[user.pk]

    def everybody_leaves(self) -> None:
        for desk in self.desks.values():
            desk.leave()

    # --- moving on -----------------------------------------------------------------------------------------------

    def item(self, step: str) -> WorkItem:
        """The one open step, which must be this; meanwhile the worker has done its jobs."""
        run_due_jobs(timezone.now())
        items = list(WorkItem.objects.filter(case=self.case))
        assert [item.step for item in items] == [step]
        return items[0]

    def come_to(self, step: str, by: User, **options: Any) -> Desk:
        """The person finds the step among their work and opens it."""
        desk = self.desk_of(by, **options)
        desk.find_task(self.item(step).pk)
        return desk

    def landed(self, desk: Desk, step: str) -> None:
        """Done, and back at the case, which names it as the latest thing that happened."""
        assert desk.here() == reverse("case_detail", args=[self.case.pk]), (step, desk.message())
        assert not WorkItem.objects.filter(case=self.case, step=step).exists(), step

    def decide(self, step: str, by: User, *, checked: bool = True, **answers: Any) -> None:
        """A step of one page: fill it in, look it over where it asks to, submit."""
        desk = self.come_to(step, by)
        desk.fill(answers)
        if checked:
            desk.do("check")
        desk.do("submit")
        self.landed(desk, step)

    # --- the acts ------------------------------------------------------------------------------------------------

    def open_case(self) -> None:
        """By a part of the enterprise's name, which is looked up while it is typed."""
        desk = self.desk_of(self.cast.unit_head)
        desk.open("/cases/")
        desk.press(desk.page.locator("a[href='/cases/new/']:visible").first)
        desk.fill(q="蓝天童车")
        desk.press(desk.page.locator(f"#list a.btn[href$='{self.enterprise.uscc}']"))
        desk.press(desk.page.locator("main form[data-guard] button.btn-primary"))
        self.case = Case.objects.get(enterprise=self.enterprise)
        assert desk.here() == reverse("case_detail", args=[self.case.pk])

    def inspect_on_a_phone(self) -> None:
        """Half of it, kept as a draft; the page is loaded anew, and nothing is lost; then the rest."""
        desk = self.come_to("inspect", self.cast.lead, size=PHONE)
        today = f"{timezone.localdate():%Y-%m-%d}"
        desk.fill(visited_on=today, item_1="fail", item_2="pass", item_3="fail")
        desk.fill(evidence_1="营业执照载明的住所与实际生产地址不一致。", evidence_3=EVIDENCE["3"])
        desk.fill(files_3=[photo("标准封面.png", (90, 120, 150)), photo("复审页.png", (150, 90, 60))])
        assert desk.page.locator("[data-answered]").inner_text() == "3"
        desk.page.locator("button[name=_do][value=save]:visible").click()
        expect(desk.page.locator(".photo-card b")).to_have_text([re.compile("^(已上传|sent)$")] * 2)
        desk.open(desk.page.url)
        expect(desk.page.locator("[name=evidence_3]")).to_have_value(EVIDENCE["3"])
        assert desk.page.locator("[name=item_1]:checked").get_attribute("value") == "fail"
        assert desk.page.locator("#question_3 .photo img").count() == 2
        for number in map(str, range(4, 20)):
            desk.fill({f"item_{number}": "fail" if number in FAILING else "pass"})
            if number in FAILING:
                desk.fill({f"evidence_{number}": EVIDENCE[number]})
        desk.fill(risk_level="II")
        desk.do("check")
        assert EVIDENCE["12"] in desk.message()
        desk.do("submit")
        self.landed(desk, "inspect")

    def classify(self) -> None:
        """From the inspectors' opinion to the province's note and the list of the key-supervised, and what follows."""
        self.decide("propose_class", self.cast.lead, quality_class="C")
        self.decide("countersign", self.cast.second, outcome="sign")
        self.decide("decide_grassroots", self.cast.grassroots_lead, outcome="agree", mode="tightened", reason=REASON)
        self.decide("forward_filing", self.cast.city_officer, checked=False, outcome="forward")
        self.decide("file_province", self.cast.province_officer, outcome="noted")
        self.decide("list_key", self.cast.list_admin, checked=False)
        self.decide("decide_measures", self.cast.unit_head, outcome="measures", reason=REASON)

    def interview(self) -> None:
        """Summoned, served, held: the day itself is moved into the past, for the browser's clock is the real one."""
        day = work_calendar().due(timezone.localdate(), 6, "working_day").due
        self.decide("draft_interview", self.cast.lead, checked=False, scheduled_on=f"{day:%Y-%m-%d}")
        self.issue("issue_interview")
        self.serve("serve_interview")
        self.case.interviews.update(scheduled_at=timezone.now() - timedelta(minutes=5))
        self.decide(
            "hold_interview",
            self.cast.unit_head,
            checked=False,
            outcome="held",
            attended="法定代表人沈国良",
            second_officer=self.cast.second.pk,
            statement="企业承认管理存在漏洞，承诺在期限内整改。",
        )

    def order(self) -> None:
        self.decide("draft_order", self.cast.lead, checked=False)
        self.issue("issue_order")
        self.serve("serve_order")

    def issue(self, step: str) -> None:
        self.decide(step, self.cast.unit_head, outcome="issue")

    def serve(self, step: str) -> None:
        """In person, the receipt signed: on the page of the document, to which the step leads."""
        desk = self.come_to(step, self.cast.lead)
        assert desk.here().endswith("/serve/")
        desk.fill(outcome="yes", second_server=self.cast.second.pk)
        desk.fill(recipient="沈国良", recipient_role="legal_representative")
        desk.fill(receipt_signed=True)
        desk.press(desk.page.locator("main form[data-guard] button.btn-primary"))
        self.landed(desk, step)

    def report_by_link(self) -> None:
        """The inspector makes the link; the enterprise, on a phone and without an account, hands in its report."""
        desk = self.come_to("report_rectification", self.cast.lead)
        desk.press(desk.page.locator(f"main a[href='{reverse('enterprise_link_new', args=[self.case.pk])}']").first)
        desk.do("submit")
        address = "/r/" + desk.page.locator("#address").input_value().partition("/r/")[2]
        outside = self.sit(size=PHONE)
        outside.open(address)
        outside.fill(content="四项问题均已整改完毕，材料附后。", submitted_name="沈国良，总经理")
        outside.fill(uploads=[photo("整改后.png", (60, 150, 90))])
        outside.do("report")
        assert "整改后.png" in outside.message()
        outside.open(address)  # used: it shows the receipt
        assert outside.page.locator("form[method=post][data-guard]").count() == 0
        outside.leave()

    def visit_again(self) -> None:
        order = open_order(self.case)
        assert order is not None
        verdicts = {f"verdict_{item.number}": "pass" for item in order.items.all()}
        self.decide("return_visit", self.cast.lead, checked=False, **verdicts, second_inspector=self.cast.second.pk)

    def close(self) -> None:
        self.decide("close_case", self.cast.unit_head, reason="整改事项经回访全部落实，同意结案归档。")
        run_due_jobs(timezone.now())
        self.case.refresh_from_db()
