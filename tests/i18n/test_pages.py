"""Every page a role can reach speaks one language: no stray English in Chinese, no unfilled placeholder in either."""

from datetime import date, datetime

import pytest
from django.test import Client

from cases.acting import LEGAL_ZONE
from cases.models import Product
from notices.models import Issue
from tests.factories import make_body_tree, make_enterprise, make_user
from tests.flow.conftest import certify
from tests.i18n.crawl import pages
from tests.i18n.reading import artefacts_in, english_in
from workflow.demo.clock import StoryClock
from workflow.demo.story import Cast, Story

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

STOPS = ("approve_inspection", "inspect", "propose_class", "file_province", "issue_order", "return_visit", "")
"""Where the cases of this world wait; the last one has come to its end."""
ROLES = {
    "inspector": "330402",
    "unit_head": "330402",
    "grassroots_lead": "330402",
    "list_admin": "330402",
    "overseer": "330402",
    "platform_admin": "330402",
    "city_officer": "330400",
    "province_officer": "330000",
}


@pytest.fixture
def world(db):
    """One body tree, its people, and a case waiting at each stop."""
    bodies = make_body_tree()
    cast = Cast(
        lead=make_user("主办", "inspector", bodies["330402"]),
        second=make_user("协办", "inspector", bodies["330402"]),
        unit_head=make_user("科长", "unit_head", bodies["330402"]),
        grassroots_lead=make_user("局长", "grassroots_lead", bodies["330402"]),
        city_officer=make_user("市局", "city_officer", bodies["330400"]),
        province_officer=make_user("省局", "province_officer", bodies["330000"]),
        list_admin=make_user("名单", "list_admin", bodies["330402"]),
    )
    certify(cast.lead, "浙嘉001")
    certify(cast.second, "浙嘉002")
    for number, stop in enumerate(STOPS):
        enterprise = make_enterprise(
            name=f"嘉兴童车{number}厂", territorial_body=bodies["330402100"], legal_representative="沈国良"
        )
        Product.objects.create(enterprise=enterprise, name="童车", risk_level="II")
        clock = StoryClock(date(2026, 6, 1), datetime(2026, 12, 31, 18, tzinfo=LEGAL_ZONE))
        list(Story(enterprise=enterprise, cast=cast, clock=clock, outcomes={"inspect": ["12"]}).tell(until=stop))
    others = {role: make_user(f"另{n}", role, bodies[code]) for n, (role, code) in enumerate(ROLES.items())}
    return others | {"inspector": cast.lead, "unit_head": cast.unit_head}


def read_as(user, language):
    user.language = language
    user.save()
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    client.cookies["django_language"] = language
    return pages(client)


def test_chinese_pages_show_no_english_words(world):
    """All roles in one test: telling the cases takes longer than reading the pages."""
    for role, user in world.items():
        read = dict(read_as(user, "zh-hans"))
        assert len(read) > 8, f"{role} came to almost no page"
        wrong = {address: english_in(texts, set()) + artefacts_in(texts) for address, texts in read.items()}
        assert {address: found for address, found in wrong.items() if found} == {}, role


def test_english_pages_fill_every_placeholder_and_so_do_pages_for_anybody(world):
    for role in ("inspector", "unit_head", "overseer"):
        read = dict(read_as(world[role], "en"))
        assert any("My tasks" in texts for texts in read.values()), "the pages are not in English"
        assert {address: found for address, texts in read.items() if (found := artefacts_in(texts))} == {}, role
    code = Issue.objects.values_list("verify_code", flat=True)[0]
    for language in ("zh-hans", "en"):
        client = Client(headers={"accept-language": language})
        client.cookies["django_language"] = language
        for start in ("/login/", "/verify/", f"/verify/{code}/"):
            for address, texts in pages(client, start):
                found = artefacts_in(texts) + (english_in(texts, set()) if language == "zh-hans" else [])
                assert found == [], address


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("导出Excel", False),
        ("支持JPEG、PNG、PDF或MP4。", False),
        ("统一社会信用代码 91330402MA2ABCDE1X", False),
        ("状态：Running", True),
        ("Save the draft", True),
        ("企业类别AA", False),
    ],
)
def test_the_reading_itself_knows_a_stray_word(text, found):
    assert bool(english_in([text], set())) is found


def test_the_reading_itself_knows_an_unfilled_placeholder():
    assert artefacts_in(["由%(name)s签发", "100 %", "由王建国签发"]) == ["由%(name)s签发"]
