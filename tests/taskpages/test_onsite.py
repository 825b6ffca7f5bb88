"""What the phone needs beside the page of an inspection: worker, drafts as JSON, photos in pieces, signatures."""

import hashlib
import json
import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Attachment, AuditEvent, Inspection, OnsiteSignature, PhotoUpload
from cases.rules.onsite_signature import content_sha256
from cases.services.photo_uploads import clean_uploads, part_path
from notices.models import Document
from tests.factories import make_user
from tests.taskpages.walk import inspection_of
from workflow.models import StepDraft
from workflow.views.onsite import FILES

STROKE = [[20 * at, 100 + at % 7 * 10, 16 * at] for at in range(30)]
SIGNED = ("visited_on", "cooperated", "risk_level", "refusal_reason", "refusal_witness", "suspected_violation", "note")


@pytest.fixture
def standing(at: Any) -> Any:
    return at("inspect")


def answers(standing: Any, *failing: str, **changes: Any) -> dict[str, Any]:
    return {**inspection_of(failing, f"{standing.clock.today:%Y-%m-%d}"), **changes}


# --- the worker and the pages around it -------------------------------------------------------------------------------


def test_the_worker_is_served_for_the_whole_site_and_keeps_all_that_the_page_is_made_of(standing: Any) -> None:
    client = standing.browser.client
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "no-store" in worker["Cache-Control"]
    house = json.loads(re.search(r"const house = (\{.*\});", worker.content.decode())[1])  # type: ignore[index]
    pages = standing.page() + client.get(house["offline"]).content.decode()
    named = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', pages))
    assert named <= set(house["files"])
    assert len(house["files"]) == len(FILES)


def test_worker_and_offline_page_need_nobody_signed_in(client: Client, db: None) -> None:
    assert client.get("/sw.js").status_code == 200
    page = client.get("/offline/")
    assert page.status_code == 200
    assert "X-Account" not in page.headers


def test_every_page_says_whose_it_is_without_naming_anybody(standing: Any) -> None:
    client = standing.browser.client
    mine = client.get("/tasks/").headers["X-Account"]
    assert mine == client.get(f"/tasks/{standing.item.pk}/onsite/").json()["account"]
    standing.browser.sign_in(standing.cast.second)
    assert client.get("/tasks/").headers["X-Account"] != mine


def test_signing_out_has_the_browser_forget_but_a_link_does_not(standing: Any) -> None:
    client = standing.browser.client
    assert "Clear-Site-Data" not in client.get("/logout/").headers
    assert client.post("/logout/").headers["Clear-Site-Data"] == '"storage"'


# --- the draft --------------------------------------------------------------------------------------------------------


def test_a_draft_is_saved_and_a_colleague_s_is_told(standing: Any) -> None:
    address, client = f"/tasks/{standing.item.pk}/onsite/", standing.browser.client
    began = client.get(address).json()
    assert began["version"] == 0
    mine = client.post(address, answers(standing, "3", version=0, typed_lead="王建国"))
    assert mine.json() == {"version": 1}
    assert StepDraft.objects.get().data["typed_lead"] == "王建国"
    late = client.post(address, answers(standing, note="晚到", version=0))
    assert late.status_code == 409
    assert late.json()["version"] == 1
    assert late.json()["theirs"]["item_3"] == "fail"
    assert Inspection.objects.get().note == ""
    assert client.get(address).json()["key"] == began["key"], "the same person's drafts open after every sign-in"
    standing.browser.sign_in(standing.cast.second)
    assert client.get(address).json()["key"] != began["key"]


def test_a_draft_of_somebody_else_or_of_a_step_done_is_refused(standing: Any, bodies: Any) -> None:
    address, browser = f"/tasks/{standing.item.pk}/onsite/", standing.browser
    assert browser.send(standing.url, standing.page(), "submit", **answers(standing)).status_code == 302
    assert browser.client.get(address).status_code == 410
    assert browser.client.post(address, answers(standing, version=1)).status_code == 410
    browser.sign_in(make_user("外县", "inspector", bodies["330411"]))
    assert browser.client.get(address).status_code == 404
    browser.client.logout()
    assert browser.client.post(address, {}).status_code == 302


def test_no_other_step_has_drafts_here(at: Any) -> None:
    standing = at("propose_class")
    assert standing.browser.client.get(f"/tasks/{standing.item.pk}/onsite/").status_code == 404


def test_of_two_versions_each_line_is_chosen(standing: Any) -> None:
    mine = standing.page()
    standing.browser.sign_in(standing.cast.second)
    standing.browser.send(standing.url, standing.page(), "save", item_1="pass", item_2="pass", note="同事的备注")
    standing.browser.sign_in(standing.cast.lead)
    mine_sent = {"item_1": "fail", "evidence_1": "执照过期", "item_3": "pass", "note": "我的备注"}
    page = standing.browser.send(standing.url, mine, "save", **mine_sent).content.decode()
    picked = re.findall(r'name="pick_(\w+)" value="(\w+)"[^>]*checked', page)
    assert dict(picked)["item_2"] == "theirs", "what the reader left blank is the colleague's at first"
    assert dict(picked)["item_1"] == "mine"
    chosen = {"pick_item_1": "mine", "pick_item_2": "theirs", "pick_note": "theirs"}
    assert standing.browser.send(standing.url, page, "mine", **chosen).status_code == 302
    kept = Inspection.objects.get()
    assert kept.note == "同事的备注"
    assert {each.item: each.value for each in kept.answers.all()} == {"1": "fail", "2": "pass", "3": "pass"}


# --- photos in pieces -------------------------------------------------------------------------------------------------


class Phone:
    """Sends a photo as the page's script does."""

    def __init__(self, standing: Any, photo: SimpleUploadedFile, **changes: Any) -> None:
        self.client: Client = standing.browser.client
        self.address = f"/tasks/{standing.item.pk}/onsite/photos/"
        self.bytes = photo.read()
        self.facts = {
            "id": str(uuid.uuid4()),
            "item": "3",
            "name": photo.name,
            "size": len(self.bytes),
            "sha256": hashlib.sha256(self.bytes).hexdigest(),
            "taken_at": standing.clock.now.isoformat(),
            "latitude": "30.7512",
            "longitude": "120.789001",
            "accuracy": "12",
        } | changes

    def announce(self) -> Any:
        return self.client.post(self.address, self.facts)

    def send(self, start: int, end: int, data: bytes | None = None) -> Any:
        return self.client.put(
            f"{self.address}{self.facts['id']}/",
            self.bytes[start:end] if data is None else data,
            content_type="application/octet-stream",
            headers={"Content-Range": f"bytes {start}-{end - 1}/{self.facts['size']}"},
        )


@pytest.fixture
def phone(standing: Any, photo: Any) -> Phone:
    return Phone(standing, photo())


def test_a_photo_goes_on_where_it_broke_off(phone: Phone, standing: Any) -> None:
    half, whole = len(phone.bytes) // 2, len(phone.bytes)
    assert phone.announce().json() == {"offset": 0, "attachment": None}
    assert phone.send(0, half).json()["offset"] == half
    assert phone.announce().json()["offset"] == half, "told again, it knows what is here"
    assert phone.send(0, half).json()["offset"] == half, "a piece sent twice is kept once"
    assert phone.send(half, whole).json()["offset"] == whole
    kept = Attachment.objects.get()
    assert phone.announce().json() == {"offset": whole, "attachment": kept.pk}
    assert phone.send(half, whole).json()["attachment"] == kept.pk
    assert (kept.item, kept.sha256, kept.accuracy) == ("3", phone.facts["sha256"], 12)
    assert kept.taken_at == standing.clock.now
    assert str(kept.longitude) == "120.789001"
    with kept.file.open("rb") as stored:
        assert stored.read() == phone.bytes
    assert not part_path(PhotoUpload.objects.get()).exists()
    page = standing.page()
    assert "30.75120, 120.78900 ±12 m" in page
    assert kept.sha256[:8] in page


def test_pieces_that_leave_a_gap_or_overlap_are_told_where_to_go_on(phone: Phone) -> None:
    phone.announce()
    phone.send(0, 100)
    for start, end in ((150, 200), (50, 150)):
        wrong = phone.send(start, end)
        assert (wrong.status_code, wrong.json()["offset"]) == (409, 100)
    assert phone.send(0, 0, b"").status_code == 422
    assert phone.send(100, 10**6, b"x" * 10**6).status_code == 422
    assert phone.client.put(f"{phone.address}{phone.facts['id']}/", b"x").status_code == 422
    assert PhotoUpload.objects.get().received == 100


def test_a_piece_that_was_written_but_never_committed_is_written_over(phone: Phone) -> None:
    phone.announce()
    phone.send(0, 100)
    with part_path(PhotoUpload.objects.get()).open("ab") as part:
        part.write(b"half a piece")
    assert phone.send(100, len(phone.bytes)).json()["attachment"]


def test_what_the_store_lost_is_sent_again(phone: Phone) -> None:
    phone.announce()
    phone.send(0, 100)
    part_path(PhotoUpload.objects.get()).unlink()
    assert phone.send(100, 200).json()["offset"] == 0
    assert phone.send(0, len(phone.bytes)).json()["attachment"]


def test_another_hash_than_announced_begins_anew(standing: Any, photo: Any) -> None:
    phone = Phone(standing, photo(), sha256="0" * 64)
    phone.announce()
    wrong = phone.send(0, len(phone.bytes))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "upload_hash")
    assert PhotoUpload.objects.get().received == 0
    assert not Attachment.objects.exists()


def test_a_file_that_is_no_photo_is_refused(standing: Any) -> None:
    phone = Phone(standing, SimpleUploadedFile("照片.jpg", b"<script>alert(1)</script>"))
    phone.announce()
    wrong = phone.send(0, len(phone.bytes))
    assert (wrong.status_code, wrong.json()["code"]) == (422, "file_type")
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"item": "99"}, "upload_item"),
        ({"size": 0}, "upload_size"),
        ({"size": 21 * 1024 * 1024}, "upload_size"),
        ({"size": "many"}, "upload_facts"),
        ({"id": "../../etc"}, "upload_facts"),
        ({"sha256": "short"}, "upload_facts"),
        ({"taken_at": "2026-11-26T10:00"}, "upload_facts"),
        ({"latitude": "91"}, "upload_facts"),
        ({"latitude": "NaN"}, "upload_facts"),
        ({"accuracy": "Infinity"}, "upload_facts"),
    ],
)
def test_what_is_said_of_a_photo_is_checked(standing: Any, photo: Any, changes: Mapping[str, Any], code: str) -> None:
    answer = Phone(standing, photo(), **changes).announce()
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not PhotoUpload.objects.exists()


def test_nobody_goes_on_with_another_person_s_photo(phone: Phone, standing: Any, bodies: Any) -> None:
    phone.announce()
    standing.browser.sign_in(standing.cast.second)
    assert phone.announce().status_code == 422
    assert phone.send(0, 100).status_code == 404
    standing.browser.sign_in(make_user("同事", "inspector", bodies["330402"]))
    assert phone.announce().status_code == 403, "who is not assigned may look, not add"
    standing.browser.sign_in(make_user("外县", "inspector", bodies["330411"]))
    assert phone.announce().status_code == 404
    assert PhotoUpload.objects.get().received == 0


def test_the_same_photo_of_the_same_item_is_not_sent_twice(phone: Phone) -> None:
    phone.announce()
    phone.send(0, len(phone.bytes))
    phone.facts["id"] = str(uuid.uuid4())
    assert phone.announce().json()["attachment"] == Attachment.objects.get().pk


def test_what_nobody_went_on_with_is_cleaned(
    phone: Phone, standing: Any, django_capture_on_commit_callbacks: Any
) -> None:
    phone.announce()
    phone.send(0, 100)
    part: Path = part_path(PhotoUpload.objects.get())
    assert clean_uploads(now=standing.clock.now + timedelta(days=13)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert clean_uploads(now=standing.clock.now + timedelta(days=15)) == 1
    assert not part.exists()
    assert not PhotoUpload.objects.exists()
    assert Path(settings.MEDIA_ROOT) in part.parents


# --- signatures -------------------------------------------------------------------------------------------------------


def drawn(typed: Mapping[str, Any]) -> str:
    signed = {name: value for name, value in typed.items() if name in SIGNED or name.startswith(("item_", "evidence_"))}
    return json.dumps({"strokes": [STROKE], "at": "2026-01-05T02:42:16.120Z", "content": content_sha256(signed)})


def submitted(standing: Any, **typed: Any) -> Any:
    return standing.browser.send(standing.url, standing.page(), "submit", **typed)


def test_what_was_signed_on_the_spot_is_kept_and_printed(standing: Any) -> None:
    typed = answers(standing, "3")
    signature = drawn(typed)
    party = {"party_way": "drawn", "party_name": "沈国良", "party_post": "总经理", "party_opinion": "标准已送修订"}
    checked = standing.browser.send(
        standing.url, standing.page(), "check", **typed, **party,
        sign_lead=signature, typed_second="陈晓", sign_party=signature,
    )  # fmt: skip
    page = checked.content.decode()
    assert page.count("<polyline") == 2
    assert "标准已送修订" in page
    assert standing.browser.send(standing.url, page, "submit").status_code == 302
    kept = {each.role: each for each in OnsiteSignature.objects.all()}
    assert {role: each.way for role, each in kept.items()} == {"lead": "drawn", "second": "typed", "party": "drawn"}
    assert kept["lead"].name == "王建国"
    assert kept["lead"].content_sha256 == kept["party"].content_sha256 == json.loads(signature)["content"]
    told = AuditEvent.objects.filter(action="submit_inspection").get().data["signatures"]
    assert {"role": "party", "way": "drawn", "sha256": kept["party"].sha256} in told
    facts = Document.objects.get(kind="onsite_record").issue.facts
    blocks = {part["label"]: part for part in facts["parts"]}
    assert blocks["被检查单位意见"]["text"] == "以上笔录经核对，有异议：标准已送修订。"
    assert blocks["被检查单位意见"]["drawn"][0]["name"] == "沈国良（总经理）"
    assert blocks["检查人员签名"]["drawn"][0]["image"]
    assert "陈晓（键入姓名确认）" in blocks["检查人员签名"]["sign"][0]
    tab = standing.browser.open(f"/cases/{standing.case.pk}/?tab=inspection")
    assert tab.count("<polyline") == 2


def test_a_form_changed_after_it_was_signed_is_signed_again(standing: Any) -> None:
    typed = answers(standing, "3")
    refused = submitted(standing, **typed | {"note": "后来加的"}, sign_lead=drawn(typed))
    assert refused.status_code == 422
    assert "it must be signed again" in refused.content.decode()
    assert standing.still_open()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"typed_lead": "王建"}, "Type the name of the inspector: 王建国."),
        ({"sign_lead": "[]"}, "The signature cannot be read"),
        ({"party_way": "typed"}, "Enter the name of whoever signs."),
        ({"party_way": "drawn", "party_name": "沈国良"}, "Have the signature drawn, or choose another way."),
        ({"party_way": "refused", "party_reason": "不签"}, "Give a reason of at least 10 characters."),
    ],
)
def test_half_a_signature_is_refused_at_its_field(standing: Any, typed: Mapping[str, str], words: str) -> None:
    refused = submitted(standing, **answers(standing), **typed)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not OnsiteSignature.objects.exists()


def test_a_refusal_to_sign_stands_on_the_record(standing: Any) -> None:
    reason = "现场负责人称须请示总部，拒绝签名"
    assert submitted(standing, **answers(standing), party_way="refused", party_reason=reason).status_code == 302
    facts = Document.objects.get(kind="onsite_record").issue.facts
    said = next(part for part in facts["parts"] if part["label"] == "被检查单位意见")
    assert said["text"] == f"被检查单位现场负责人拒绝签名，原因：{reason}。"
    assert "drawn" not in said


def test_unsigned_the_record_leaves_lines_for_the_pen(standing: Any) -> None:
    assert submitted(standing, **answers(standing)).status_code == 302
    facts = Document.objects.get(kind="onsite_record").issue.facts
    said = next(part for part in facts["parts"] if part["label"] == "检查人员签名")
    assert len(said["sign"]) == 2
    assert not OnsiteSignature.objects.exists()
