"""An inspection where there is no network: nothing entered is lost, and nothing stays behind for whoever comes next."""

import math
import re
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Error, FilePayload, expect

from cases.acting import Acting
from cases.models import Attachment, Inspection, OnsiteSignature
from cases.services.inspect_enterprise import InspectionFacts, ItemAnswer, save_inspection_draft
from notices.models import Document
from tests.browser.acts import Sit
from tests.browser.desk import PASSWORD, PHONE, Desk
from tests.browser.world import World
from workflow.models import WorkItem
from workflow.views import onsite

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OUTAGE = re.compile("ERR_INTERNET_DISCONNECTED|ERR_FAILED|status of (409|500|503)")
SHELF = """async () => {
  if (!(await indexedDB.databases()).length) return { keys: 0, drafts: 0, photos: 0, pages: 0 };
  const base = await new Promise((resolve) => {
    const request = indexedDB.open("zhijian-onsite", 1);
    request.onsuccess = () => resolve(request.result);
  });
  const names = [...base.objectStoreNames];
  const count = (name) => new Promise((resolve) => {
    const request = base.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve([name, request.result.length]);
  });
  const found = Object.fromEntries(await Promise.all(names.map(count)));
  base.close();
  return found;
}"""


def large_photo() -> FilePayload:
    """Of more than one piece."""
    kept = BytesIO()
    Image.effect_noise((900, 700), 80).save(kept, "JPEG", quality=95)
    assert kept.tell() > 300_000
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": kept.getvalue()}


class Phone:
    """A desk on a phone that may lose its network; what the browser says of that is no complaint."""

    def __init__(self, sit: Sit, world: World, until: str = "inspect") -> None:
        self.world = world
        self.case = world.case("嘉兴市蓝天童车有限公司", until=until, begun=8)
        self.task = world.task(self.case)
        place = {"latitude": 30.7512, "longitude": 120.789, "accuracy": 12}
        self.desk: Desk = sit(world.cast.lead, size=PHONE, geolocation=place, permissions=["geolocation"])
        self.page = self.desk.page
        self.state = self.page.locator("[data-sync-words]")
        self.note = self.page.locator("[data-sync-note]")
        self.address = reverse("task", args=[self.task])

    def open(self) -> None:
        """With a network, until the page is kept."""
        self.desk.open(self.address)
        self.page.locator("form[data-kept]").wait_for()
        self.page.evaluate("navigator.serviceWorker.ready")

    def network(self, on: bool) -> None:
        self.desk.context.set_offline(not on)

    def sign(self, pad: int) -> None:
        canvas = self.page.locator(".pad canvas").nth(pad)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 30, box["y"] + 50)
        mouse.down()
        for at in range(25):
            mouse.move(box["x"] + 30 + at * 8, box["y"] + 50 + 25 * math.sin(at / 2))
        mouse.up()
        expect(self.page.locator(".pad").nth(pad).locator("[data-said]")).to_be_empty()

    def leave(self) -> None:
        self.desk.watch.complaints = [each for each in self.desk.watch.complaints if not OUTAGE.search(each)]
        assert self.desk.watch.complaints == [], "\n".join(self.desk.watch.complaints)
        self.desk.leave()


@pytest.mark.slow
def test_an_inspection_goes_on_without_network_and_ends_with_one(sit: Sit, world: World, monkeypatch: Any) -> None:
    phone = Phone(sit, world)
    desk, page = phone.desk, phone.page
    phone.open()
    phone.network(on=False)
    _answer(desk)
    page.locator("[data-place]").check()
    desk.fill(files_3=[large_photo()])
    page.locator(".photo-card").wait_for()
    assert "30.751200, 120.789000" in page.locator(".photo-card").inner_text()
    expect(phone.state).to_contain_text("离线 · 已存本机")
    expect(phone.note).to_contain_text("1 张照片待上传")
    page.locator("button[name=_do][value=check]:visible").click()
    expect(phone.note).to_be_focused()  # it says why nothing can be sent now

    page.reload()  # the browser was closed in between: page, draft and photo come from the device
    page.locator(".photo-card img").wait_for()
    assert page.locator("[name=evidence_3]").input_value() == "标准文本过期"
    assert page.locator("[data-answered]").inner_text() == "19"
    desk.fill(party_way="drawn", party_name="沈国良")
    for pad in range(3):
        phone.sign(pad)

    desk.context.clear_cookies(name="sessionid")  # meanwhile the session has ended
    phone.network(on=True)
    expect(phone.note).to_contain_text("登录已失效")
    _break_the_second_piece(monkeypatch)
    desk.press(phone.note.locator("[data-signin]"))
    desk.fill(username=world.cast.lead.username, password=PASSWORD)
    desk.press(page.locator("form[action='/login/'] button.btn-primary"))
    assert page.url.endswith(phone.address)
    expect(page.locator("[name=evidence_3]")).to_have_value("标准文本过期")
    expect(phone.note).to_contain_text("1 张照片待上传")  # the second piece did not arrive
    page.locator("button[name=_do][value=save]:visible").click()
    expect(page.locator(".photo-card b")).to_have_text("已上传")
    photo = Attachment.objects.get()
    assert (photo.item, photo.accuracy, str(photo.latitude)) == ("3", 12, "30.751200")
    assert photo.taken_at is not None

    desk.do("check")
    assert page.locator(".signed svg").count() == 3
    desk.do("submit")
    assert page.url.endswith(reverse("case_detail", args=[phone.case.pk]))
    assert {each.way for each in OnsiteSignature.objects.all()} == {"drawn"}
    facts = Document.objects.get(case=phone.case, kind="onsite_record").issue.facts
    assert sum(len(part.get("drawn", ())) for part in facts["parts"]) == 3
    expect_shelf(phone, drafts=0, photos=0, pages=0)
    phone.leave()


def _answer(desk: Desk) -> None:
    desk.fill({f"item_{number}": "pass" for number in range(1, 20) if number != 3}, item_3="fail", risk_level="II")
    desk.fill(evidence_3="标准文本过期")


def _break_the_second_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    receive, sent = onsite.receive_piece, []

    def receive_or_break(**facts: Any) -> Any:
        sent.append(facts["start"])
        if len(sent) == 2:
            raise ConnectionResetError
        return receive(**facts)

    monkeypatch.setattr(onsite, "receive_piece", receive_or_break)


def expect_shelf(phone: Phone, **counts: int) -> None:
    """What lies on the device, once the worker has tidied up."""
    for _ in range(50):
        found = phone.page.evaluate(SHELF)
        if all(found[name] == number for name, number in counts.items()):
            return
        phone.page.wait_for_timeout(100)
    raise AssertionError(found)


def test_two_inspectors_answers_are_joined_and_what_differs_is_chosen(sit: Sit, world: World) -> None:
    phone = Phone(sit, world)
    desk, page = phone.desk, phone.page
    phone.open()
    phone.network(on=False)
    desk.fill(item_1="fail", evidence_1="执照过期", item_4="pass")
    expect(phone.state).to_contain_text("已存本机")
    theirs = {"2": ItemAnswer("pass"), "5": ItemAnswer("fail", "无检验记录")}
    _saved_by_colleague(phone, theirs, version=0)
    phone.network(on=True)
    expect(phone.note).to_contain_text("已并入同事填写的内容：第 2、5 项")
    assert page.locator("[name=evidence_5]").input_value() == "无检验记录"
    assert Inspection.objects.get().answers.count() == 4

    phone.network(on=False)
    desk.fill(evidence_1="执照已过期一年")
    expect(phone.state).to_contain_text("离线")
    version = Inspection.objects.get().version
    _saved_by_colleague(phone, {**theirs, "1": ItemAnswer("fail", "执照遗失"), "4": ItemAnswer("pass")}, version)
    phone.network(on=True)
    expect(phone.note).to_contain_text("同事对部分项目的填写与您不同")
    desk.press(phone.note.locator("[data-compare]"))
    versions = page.locator("#versions")
    assert "执照已过期一年" in versions.inner_text()
    assert "执照遗失" in versions.inner_text()
    versions.locator("[name=pick_evidence_1][value=theirs]").check()
    desk.do("mine")
    kept = Inspection.objects.get()
    assert kept.answers.get(item="1").evidence == "执照遗失"
    assert kept.answers.get(item="4").value == "pass"
    page.locator("form[data-kept]").wait_for()
    expect(phone.note).to_be_hidden()
    phone.leave()


def _saved_by_colleague(phone: Phone, answers: dict[str, ItemAnswer], version: int) -> None:
    facts = InspectionFacts(timezone.localdate(), "", answers, version=version)
    acting = Acting(phone.world.cast.second, timezone.now())
    save_inspection_draft(case_id=phone.case.pk, facts=facts, acting=acting)


def test_signing_out_leaves_nothing_and_asks_before_it_takes_what_was_never_sent(sit: Sit, world: World) -> None:
    phone = Phone(sit, world)
    desk, page = phone.desk, phone.page
    phone.open()
    phone.network(on=False)
    desk.fill(item_1="pass", note="只在本机")
    expect(phone.state).to_contain_text("已存本机")
    page.goto("/cases/")  # elsewhere, what is kept can be found
    page.locator(f"[data-list] a[href='{phone.address}']").wait_for()
    phone.network(on=True)
    desk.open("/settings/")
    _sign_out(desk)
    assert page.url.endswith("/offline/#leaving")
    expect(page.locator("[data-leaving]")).to_be_visible()
    desk.press(page.locator("[data-leaving] button"))
    assert "/login/" in page.url
    expect_shelf(phone, keys=0, drafts=0, photos=0, pages=0)

    desk.sign_in(world.cast.second)
    phone.network(on=False)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):  # the worker is gone, too
        page.goto(phone.address)
    phone.leave()


def _sign_out(desk: Desk) -> None:
    desk.page.locator(".tabbar [data-dialog=me]").click()
    desk.press(desk.page.locator("#me form[action='/logout/'] button"))


def test_a_successor_on_the_same_phone_opens_nothing_of_the_predecessor(sit: Sit, world: World) -> None:
    phone = Phone(sit, world)
    phone.open()
    phone.network(on=False)
    phone.desk.fill(note="只在本机")
    expect(phone.state).to_contain_text("已存本机")
    phone.desk.context.clear_cookies(name="sessionid")  # the session ended, nobody signed out
    phone.network(on=True)
    phone.desk.sign_in(world.cast.second)
    expect_shelf(phone, keys=0, pages=0, drafts=1)  # sealed, until its owner is back
    phone.network(on=False)
    phone.page.goto(phone.address)
    assert "蓝天童车" not in phone.page.content()
    phone.leave()


def test_the_same_form_works_without_script_at_a_desk(sit: Sit, world: World) -> None:
    case = world.case("嘉兴市蓝天童车有限公司", until="inspect", begun=8)
    desk = sit(world.cast.lead, java_script_enabled=False)
    desk.open(reverse("task", args=[world.task(case)]))
    assert desk.page.locator(".pad:visible, [data-camera]:visible, [data-sync]:visible").count() == 0
    _answer(desk)
    desk.fill(
        files_3=[large_photo()], typed_lead="王建国", party_way="refused", party_reason="负责人称须请示总部后再签"
    )
    desk.do("check")
    assert "负责人称须请示总部后再签" in desk.message()
    desk.do("submit")
    assert not WorkItem.objects.filter(case=case, step="inspect").exists()
    assert Attachment.objects.get().taken_at is None
    assert {each.role: each.way for each in OnsiteSignature.objects.all()} == {"lead": "typed", "party": "refused"}
    desk.leave()
