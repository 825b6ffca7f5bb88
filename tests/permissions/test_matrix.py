"""Every address × every role × one's own or another body: who sees what, and that nobody sees a stranger's."""

import uuid
from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from cases.acting import LEGAL_ZONE, Acting
from cases.models import (
    Attachment,
    Deadline,
    ListCandidate,
    Product,
    User,
)
from cases.services.appoint import sync_grants
from cases.services.attach_file import attach_file
from notices.models import Document
from tests.factories import make_enterprise, make_user
from tests.flow.conftest import certify
from tests.permissions.made import (
    PICTURE,
    archived_file,
    batch_item,
    blacklisted,
    body_task,
    boundary_map,
    built_file,
    dead_job,
    declared_conflict,
    edition,
    failed_step,
    key_supervised,
    list_candidate,
    list_run,
    locked,
    matters,
    rehearsed_draft,
    reported_event,
    saved_view,
    task_sheet,
)
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story
from workflow.models import WorkItem

pytestmark = pytest.mark.django_db


ROLES = (
    "inspector",
    "unit_head",
    "grassroots_lead",
    "city_officer",
    "province_officer",
    "responsible_officer",
    "overseer",
    "legal_reviewer",
    "list_admin",
    "platform_admin",
    "body_head",
)
PUBLIC = {
    "accessibility",
    "login",
    "logout",
    "set_language",
    "set_theme",
    "verify",
    "verify_start",
    "enterprise_report",
    "delivery",
    "service_worker",
    "offline",
}
"""Addresses for anybody; everything else asks to sign in first."""

LISTS = {
    "home", "inbox", "queue", "approvals", "case_list", "case_new", "oversight", "enterprise_list", "enterprise_new",
    "key_list", "document_list", "unserved_list", "draft_reminder_letter", "import_list", "import_new",
    "import_template", "import_kinds", "import_export",
    "notification_list", "search", "settings", "people", "person_new", "absence", "deadline_settings",
    "component_sheet", "inbox_export", "queue_export", "approvals_export", "case_export", "oversight_export",
    "enterprise_export", "key_list_export", "api_task_list", "verify_start", "incidents", "own_password",
    "conflicts", "open_settings", "task_sheet_list", "task_sheet_new", "task_sheet_export", "body_tasks",
    "batch_list", "batch_new", "batch_new_drafts",
    "edition_list", "edition_new", "certificate_list", "listed_board", "listed_board_export", "tier_confirmations",
    "pack_list", "pack_draft_new",
    "lock_list", "lock_export", "lock_choose", "my_locks", "responsibility_bodies",
    "event_list", "event_new", "event_export",
    "supervision_lists", "supervision_lists_export", "candidate_list", "candidate_add",
    "view_list", "view_new", "document_export", "tour",
    "check_list", "check_export", "check_new", "warning_list", "warning_new", "assistance_list",
    "oversight_weekly", "risk_map", "map_boundaries", "reports", "report_rows", "reports_export",
}  # fmt: skip
"""Addresses that name no single thing: everybody signed in may ask, and gets only what is theirs."""


OF_ALL = {"pack_detail", "pack_difference"}
"""Addresses of the law itself: everybody signed in may read it, whoever they are (tests/packs/test_pages.py)."""


def addresses(resolver=None, prefix=""):
    """Name and pattern of every address."""
    for entry in (resolver or get_resolver()).url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from addresses(entry, prefix + str(entry.pattern))
        elif entry.name:
            yield entry.name, prefix + str(entry.pattern)


@pytest.fixture
def world(bodies, settings):
    """Nanhu has a C case waiting for its order; Xiuzhou has people of every role."""
    county, city, province = bodies["330402"], bodies["330400"], bodies["330000"]
    cast = Cast(
        lead=make_user("主办", "inspector", county),
        second=make_user("协办", "inspector", county),
        unit_head=make_user("科长", "unit_head", county),
        grassroots_lead=make_user("局长", "grassroots_lead", county),
        city_officer=make_user("市局", "city_officer", city),
        province_officer=make_user("省局", "province_officer", province),
        list_admin=make_user("名单", "list_admin", county),
    )
    certify(cast.lead, "浙嘉001")
    certify(cast.second, "浙嘉002")
    enterprise = make_enterprise(
        name="嘉兴绝密童车有限公司",
        territorial_body=bodies["330402100"],
        legal_representative="沈国良",
        address="凤桥镇",
    )
    Product.objects.create(enterprise=enterprise, name="童车", risk_level="II")
    clock = StoryClock(date(2026, 9, 1), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
    told = Story(enterprise=enterprise, cast=cast, clock=clock, outcomes={"inspect": ["12"]})
    list(told.tell(until="issue_order"))
    attachment = attach_file(
        case=told.case,
        upload=SimpleUploadedFile("铭牌.png", PICTURE),
        purpose=Attachment.Purpose.EVIDENCE,
        item="12",
        acting=Acting(cast.lead, clock.now),
    )
    letter = batch_item(Document.objects.filter(case=told.case, drafted_by__isnull=False).order_by("pk").last())
    return {
        "told": told,
        "bodies": bodies,
        "enterprise": enterprise,
        "keys": {
            "task": WorkItem.objects.get(case=told.case).pk,
            "case": told.case.pk,
            "document": Document.objects.filter(case=told.case).order_by("pk").last().pk,
            "deadline": Deadline.objects.filter(case=told.case).first().pk,
            "attachment": attachment.pk,
            "case_file": built_file(told.case, cast.lead).pk,
            "archive_file": archived_file(enterprise, cast.lead).pk,
            "person": cast.lead.pk,
            "post": cast.lead.posts.get().pk,
            "conflict": declared_conflict(cast.second, enterprise).pk,
            "job": dead_job(told.case).pk,
            "step": failed_step(told.case).pk,
            "event": reported_event(enterprise, cast.lead, clock).pk,
            "sheet": task_sheet(enterprise, cast.unit_head).pk,
            "batch": letter.batch_id,
            "batch_item": letter.pk,
            "edition": edition(bodies["330402"]).pk,
            "local_entry": blacklisted(enterprise, bodies["330402"]).pk,
            "list_entry": key_supervised(enterprise, bodies["330402"]).pk,
            "candidate": list_candidate(enterprise, bodies["330402"]).pk,
            "boundary_map": boundary_map(bodies["330402"], cast.lead).pk,
            "body_task": body_task(bodies["330402"], cast.unit_head).pk,
            **rehearsed_draft(county, cast.lead),
            "lock": locked(enterprise, cast).pk,
            "view": saved_view(cast.lead).pk,
            "run": list_run(cast.lead).pk,
            **matters(enterprise, bodies, cast),
        },
    }


def key_for(name, pattern):
    """Which thing of the world an address with <pk> names."""
    for start, key in (
        ("tasks/", "task"),
        ("api/tasks/", "task"),
        ("cases/", "case"),
        ("case-files/", "case_file"),
        ("documents/", "document"),
        ("batches/letters/", "batch_item"),
        ("batches/", "batch"),
        ("deadlines/", "deadline"),
        ("oversight/map/boundaries/", "boundary_map"),
        ("attachments/", "attachment"),
        ("task-lists/tasks/", "body_task"),
        ("task-lists/", "sheet"),
        ("lists/editions/", "edition"),
        ("lists/entries/", "local_entry"),
        ("lists/supervision/", "list_entry"),
        ("lists/candidates/", "candidate"),
        ("archive-files/", "archive_file"),
        ("settings/people/", "person"),
        ("locks/officers/", "person"),
        ("locks/", "lock"),
        ("settings/posts/", "post"),
        ("settings/conflicts/", "conflict"),
        ("settings/incidents/jobs/", "job"),
        ("settings/incidents/steps/", "step"),
        ("settings/pack-drafts/", "pack_draft"),
        ("settings/rehearsals/", "rehearsal"),
        ("events/", "event"),
        ("checks/", "check"),
        ("warnings/", "warning"),
        ("assistance/", "assistance"),
        ("views/runs/", "run"),
        ("views/", "view"),
    ):
        if pattern.startswith(start):
            return key
    return None


def things(world):
    """(name, url) of every address that names one thing of Nanhu."""
    for name, pattern in addresses():
        if name in PUBLIC or name in LISTS or name in OF_ALL:
            continue
        if "<slug:register>" in pattern:
            continue  # lists by their name, tried in tests/lists
        if "<str:code>" in pattern and not pattern.startswith("bodies/<"):
            continue  # acts on a list by its name, tried in tests/inbox
        if "<str:uscc>" in pattern:
            if "kind" in pattern:
                continue  # rows of an enterprise are tried in tests/registry
            yield name, reverse(name, kwargs={"uscc": world["enterprise"].uscc})
        elif pattern.startswith("bodies/<"):
            yield name, reverse(name, kwargs={"code": "330402"})
        elif "<uuid:upload>" in pattern:
            yield name, reverse(name, kwargs={"pk": world["keys"]["task"], "upload": uuid.UUID(int=1)})
        elif pattern.count("<") == 1 and (key := key_for(name, pattern)):
            yield name, reverse(name, kwargs={"pk": world["keys"][key]})


def stranger(role, bodies):
    """Somebody with that role whose posts do not cover Nanhu."""
    return make_user(f"外_{role}", role, bodies["330411"])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_nobody_sees_or_changes_a_thing_of_another_county(world):
    for role in ROLES:
        client = signed_in(stranger(role, world["bodies"]))
        for name, url in things(world):
            for method in ("get", "post"):
                answer = getattr(client, method)(url)
                told = f"{role}: {method} {name} {url} -> {answer.status_code}"
                assert answer.status_code in {403, 404, 405}, told


def test_lists_searches_and_exports_of_another_county_say_nothing_of_the_unit(world):
    uscc = world["enterprise"].uscc
    for role in ROLES:
        client = signed_in(stranger(role, world["bodies"]))
        for name, pattern in addresses():
            if name not in LISTS or "<" in pattern:
                continue
            answer = client.get(reverse(name), {"q": uscc})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code in {200, 302, 403, 404}, f"{role}: {name} -> {answer.status_code}"
            assert "绝密童车" not in body.decode("utf-8", "ignore"), f"{role}: {name} tells of the unit"


def test_everything_but_the_public_pages_asks_to_sign_in(world):
    client = Client()
    for name, url in [*things(world), *((n, reverse(n)) for n in LISTS - PUBLIC if n in dict(addresses()))]:
        for method in ("get", "post"):
            answer = getattr(client, method)(url)
            assert answer.status_code in {302, 401, 403, 405}, f"{name} -> {answer.status_code}"
            if answer.status_code == 302:
                assert "/login/" in answer["Location"], f"{name} -> {answer['Location']}"


def test_every_address_is_in_the_matrix(world):
    """A new address must be sorted into public, list or thing before it ships."""
    known = PUBLIC | LISTS | OF_ALL | {name for name, _ in things(world)}
    by_name = ("kind", "register", "<str:code>")
    elsewhere = {
        name
        for name, pattern in addresses()
        if any(each in pattern for each in by_name) or pattern.startswith(("imports/<", "settings/sub"))
    }
    posts_only = {
        "task_claim_many",
        "deadline_remind",
        "deadlines_ask",
        "deadlines_extend",
        "deadlines_remind",
        "documents_print",
        "set_shortcuts",
        "tour_start",
        "tour_go",
        "tour_end",
        "notifications_read",
        "candidate_scan",
        "body_seal_image",
        "body_seal_withdraw",
    }
    assert {name for name, _ in addresses()} - known - elsewhere - posts_only == set()


OWN = {
    "case_detail": {"inspector", "unit_head", "grassroots_lead", "list_admin", "overseer"},
    "enterprise_detail": {"inspector", "unit_head", "grassroots_lead", "list_admin", "overseer", "platform_admin"},
    "case_file": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "list_admin", "overseer"},
    "case_file_pdf": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "list_admin", "overseer"},
    "document_detail": {"inspector", "unit_head", "grassroots_lead", "overseer"},
    "batch_detail": {"inspector", "unit_head", "grassroots_lead", "overseer"},
    "batch_item_exclude": {"unit_head"},
    "attachment": {"inspector", "unit_head", "grassroots_lead", "overseer"},
    "task": {"unit_head"},
    "enterprise_edit": {"platform_admin"},
    "enterprise_archive": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "overseer"},
    "enterprise_compliance": {"inspector", "unit_head", "legal_reviewer", "overseer"},
    "enterprise_as_at": {"inspector", "unit_head", "legal_reviewer", "overseer"},
    "archive_file": {"inspector", "unit_head", "overseer"},
    "archive_file_new": {"inspector", "platform_admin"},
    "pack_draft": {"platform_admin", "grassroots_lead"},
    "rehearsal_detail": {"platform_admin", "grassroots_lead"},
    "enterprise_locks": {"inspector", "unit_head", "legal_reviewer", "overseer"},
    "officer_locks": {"inspector", "unit_head", "legal_reviewer", "overseer", "platform_admin"},
    "lock_hand_over": {"unit_head"},
    "lock_release": {"unit_head"},
    "responsibility_list": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "overseer"},
    "oversight": {"overseer"},
    "listed_board": {"overseer", "unit_head", "grassroots_lead", "body_head"},
    "tier_confirmations": {"platform_admin"},
    "escalation_new": {"unit_head", "body_head", "inspector"},
    "event_detail": {"inspector", "unit_head", "grassroots_lead", "list_admin", "overseer", "platform_admin"},
    "event_verify": {"inspector", "unit_head", "responsible_officer"},
    "event_object": {"inspector", "unit_head", "responsible_officer"},
    "enterprise_events": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "platform_admin"},
    "enterprise_credit": {"inspector", "platform_admin"},
    "enterprise_lists": {"inspector", "unit_head", "grassroots_lead", "list_admin", "overseer", "body_head"},
    "candidate_detail": {"unit_head", "list_admin", "responsible_officer"},
    "list_entry_removal": {"unit_head", "list_admin", "responsible_officer"},
    "check_detail": {"overseer", "unit_head", "grassroots_lead", "body_head"},
    "check_fill": {"overseer"},
    "warning_detail": {"overseer", "unit_head", "grassroots_lead", "body_head"},
    "warning_drop": {"overseer", "unit_head"},
    "assistance_detail": {"inspector", "unit_head", "grassroots_lead", "legal_reviewer", "overseer"},
    "assistance_new": {"inspector", "unit_head", "responsible_officer"},
    "assistance_decide": {"unit_head"},
}
"""Of the people of Nanhu itself: who gets the page. Whoever is not named may get it too only if the row says so."""


def test_the_people_of_the_county_itself_get_their_pages(world):
    lists = ("oversight", "listed_board", "tier_confirmations")
    urls = dict(things(world)) | {name: reverse(name) for name in lists}
    people = {role: make_user(f"本_{role}", role, world["bodies"]["330402"]) for role in ROLES[:3] + ROLES[5:]}
    for name, roles in OWN.items():
        for role in sorted(roles):
            answer = signed_in(people[role]).get(urls[name])
            assert answer.status_code == 200, f"{role}: {name} -> {answer.status_code}"


def test_only_reviewers_meet_candidates(world):
    urls = dict(things(world)) | {"candidate_list": reverse("candidate_list"), "add": reverse("candidate_add")}
    reviewers = OWN["candidate_detail"]
    for role in sorted(set(ROLES) - reviewers - {"city_officer", "province_officer"}):
        client = signed_in(make_user(f"本_{role}", role, world["bodies"]["330402"]))
        for name in ("candidate_list", "candidate_detail", "list_entry_removal", "add"):
            assert client.get(urls[name]).status_code in {403, 404}, f"{role}: {name}"
            assert client.post(urls[name], {"do": "keep"}).status_code in {403, 404}, f"{role}: {name}"
    assert ListCandidate.objects.get().state == "found"


def test_a_step_is_done_only_by_the_post_it_belongs_to(world):
    url = reverse("task", args=[world["keys"]["task"]])
    for role in sorted(set(ROLES) - OWN["task"]):
        body = {"city_officer": "330400", "province_officer": "330000"}.get(role, "330402")
        client = signed_in(make_user(f"本_{role}", role, world["bodies"][body]))
        assert client.get(url).status_code in {403, 404}, role
        assert client.post(url, {"outcome": "issue"}).status_code in {403, 404}, role
    assert WorkItem.objects.filter(pk=world["keys"]["task"]).exists()


def test_a_post_that_ended_opens_nothing_any_more(world):
    user = User.objects.get(pk=world["told"].cast.unit_head.pk)
    client = signed_in(user)
    url = reverse("case_detail", args=[world["keys"]["case"]])
    assert client.get(url).status_code == 200
    user.posts.update(ends_on=date(2026, 1, 2))
    sync_grants(user, date(2026, 11, 18))
    assert client.get(url).status_code == 404
