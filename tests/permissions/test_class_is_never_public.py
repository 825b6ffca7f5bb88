"""Trial Measures 2012, art. 13: class results are no public information.

Not a search for words, which would miss what it does not know: every address is asked by somebody who is not signed
in, once while the units are of class AA and once while they are of class C. If an answer differed, it would tell.
"""

import re
import uuid
from datetime import date, datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver

from cases.acting import LEGAL_ZONE, Acting
from cases.models import ClassRecord, Enterprise, KeySupervision, Proposal
from cases.services.attach_file import attach_file
from cases.services.jobs import run_due_jobs
from notices.models import Document, Issue
from notices.rules.confirmation import ConfirmedAddress
from notices.services.confirm_address import confirm_address
from notices.services.deliver_link import send_delivery
from tests.factories import make_body_tree, make_enterprise, make_user
from tests.flow.conftest import certify
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story
from workflow.services.send_link import make_enterprise_link

pytestmark = pytest.mark.django_db

WITHOUT_A_TRACE = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"|csrftoken=\w+|"X-CSRFToken":"\w*"'
)
FORMATS = ("text/html", "application/json", "application/pdf", "*/*")
PUBLIC = {
    "accessibility", "login", "logout", "set_language", "set_theme", "verify_start", "verify", "enterprise_report",
    "delivery", "offline", "service_worker",
}  # fmt: skip


@pytest.fixture
def world(monkeypatch):
    """A unit of class C with letters issued and a link handed out, and its inspection form printed."""
    bodies = make_body_tree()
    county = bodies["330402"]
    cast = Cast(
        lead=make_user("主办", "inspector", county),
        second=make_user("协办", "inspector", county),
        unit_head=make_user("科长", "unit_head", county),
        grassroots_lead=make_user("局长", "grassroots_lead", county),
        city_officer=make_user("市局", "city_officer", bodies["330400"]),
        province_officer=make_user("省局", "province_officer", bodies["330000"]),
        list_admin=make_user("名单", "list_admin", county),
    )
    certify(cast.lead, "浙嘉001")
    certify(cast.second, "浙嘉002")
    enterprise = make_enterprise(name="嘉兴绝密童车有限公司", territorial_body=county, legal_representative="沈国良")
    clock = StoryClock(date(2026, 9, 1), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
    told = Story(enterprise=enterprise, cast=cast, clock=clock, outcomes={"inspect": ["12"]})
    list(told.tell(until="report_rectification"))
    assert Enterprise.objects.get().quality_class == "C"
    _link, address = make_enterprise_link(case_id=told.case.pk, by_mail=False, acting=Acting(cast.lead, clock.now))
    monkeypatch.setattr("django.utils.timezone.now", lambda: clock.now)
    links = [address.rstrip("/").rsplit("/", 1)[1], delivered(told.case, cast.lead, clock.now)]
    return {"case": told.case, "links": links, "enterprise": enterprise}


def delivered(case, officer, at):
    """The secret of a link to a letter of the case."""
    acting = Acting(officer, at)
    upload = SimpleUploadedFile("确认书.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "image/png")
    scan = attach_file(case=case, upload=upload, purpose="service", acting=acting)
    agreed = ConfirmedAddress("凤桥镇", acting.today, "沈国良", electronic_consent=True, email="a@example.cn")
    confirm_address(case=case, facts=agreed, scan=scan, acting=acting)
    letter = Document.objects.get(kind="interview_notice")
    Document.objects.filter(pk=letter.pk).update(served_on=None)
    run_due_jobs(at)
    link = send_delivery(document=letter, channel="email", sent_before=0, acting=acting)
    return re.search(r"/d/([\w-]+)/", link.message.body)[1]


def addresses(world):
    """Every address there is, filled with things that exist, those of class and letters above all."""
    codes = Issue.objects.values_list("verify_code", flat=True)
    documents = list(Document.objects.values_list("pk", flat=True))
    parts = {
        "uscc": [world["enterprise"].uscc],
        "secret": world["links"],
        "code": [*codes, "330402", "inbox"],
        "upload": [uuid.UUID(int=1)],
        "kind": ["certificates", "products"],
        "register": ["blacklist", "trusted"],
        "pk": sorted({world["case"].pk, *documents, 1}),
    }
    for name, pattern in _patterns(get_resolver()):
        names = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        if not all(each in parts for each in names):
            raise AssertionError(f"{name}: say in this test what fills {names}")
        filled = [pattern]
        for each in names:
            filled = [re.sub(rf"<(?:\w+:)?{each}>", str(value), path) for path in filled for value in parts[each]]
        yield from ((name, f"/{path}") for path in filled)


def _patterns(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _patterns(entry, prefix + str(entry.pattern))
        else:
            yield entry.name, prefix + str(entry.pattern)


def answers(world):
    """What somebody unknown is told at every address."""
    found = {}
    for name, path in addresses(world):
        for accept in FORMATS if name in PUBLIC else FORMATS[:2]:
            cache.clear()  # the limit of questions a minute is tested elsewhere
            answer = Client(headers={"accept": accept}).get(path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told = WITHOUT_A_TRACE.sub("", body.decode("utf-8", "replace"))
            found[path, accept] = (answer.status_code, answer.headers.get("Location", ""), told)
    return found


def make_all(quality_class, mode):
    """Every unit, its record, its proposals and its place on the key list say this class."""
    Enterprise.objects.update(quality_class=quality_class, mode=mode)
    ClassRecord.objects.update(quality_class=quality_class, mode=mode)
    Proposal.objects.update(computed_class=quality_class, proposed_class=quality_class, mode=mode)


def test_nobody_learns_a_class_without_signing_in(world):
    while_c = answers(world)
    make_all("AA", "credit")
    KeySupervision.objects.update(left_on=date(2026, 12, 1), left_reason="不再列入")
    while_aa = answers(world)
    assert len(while_c) > 100
    assert {path for path in while_c if while_c[path] != while_aa[path]} == set()
    open_to_all = {path for (path, _accept), (status, _to, _told) in while_c.items() if status == 200}
    assert any(path.startswith("/r/") for path in open_to_all)
    assert any(path.startswith("/d/") for path in open_to_all)
    assert any(path.startswith("/verify/") for path in open_to_all)


def test_what_is_told_without_signing_in_names_no_class_and_no_list(world):
    """The same in words, for what stands in letters and texts that the class only once gave rise to."""
    named = re.compile(r"(?:AA|[ABC])\s*类|quality_class|信用监管|责任监管|常态监管|加严监管|重点监管企业")
    for path, (status, _to, told) in answers(world).items():
        assert status != 200 or not named.search(told), path


def test_a_copy_of_the_form_is_only_compared_and_never_told(world):
    """The filled form shows the class; whoever holds no copy of it learns nothing from where copies are compared."""
    issue = Issue.objects.get(kind="general_rules_form")
    for data in (b"%PDF-1.7 something else", b"%PDF-1.7 " + "C类".encode()):
        upload = SimpleUploadedFile("copy.pdf", data, content_type="application/pdf")
        answer = Client().post(f"/verify/{issue.verify_code}/", {"file": upload})
        assert "C类" not in answer.content.decode()
