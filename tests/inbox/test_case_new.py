"""Opening a case: only where the post allows it, only while its conditions hold, and nothing typed is lost."""

from datetime import timedelta

import pytest

from cases.models import Body, Case, Enterprise, User
from tests.factories import make_enterprise, make_user
from tests.inbox.conftest import Make, Now, SignIn
from workflow.demo.story import Cast
from workflow.models import WorkItem


@pytest.fixture
def enterprise(bodies: dict[str, Body], now: Now) -> Enterprise:
    return make_enterprise(territorial_body=bodies["330402100"], name="嘉兴鸳湖儿童用品有限公司")


def address(enterprise: Enterprise) -> str:
    return f"/cases/new/?enterprise={enterprise.uscc}"


def facts(now: Now, **changes: str) -> dict[str, str]:
    planned = (now.today + timedelta(days=3)).isoformat()
    return {"form": "regular", "origin": "plan", "origin_note": "", "planned_on": planned, **changes}


def test_a_case_is_opened_and_waits_for_approval(enterprise: Enterprise, cast: Cast, sign_in: SignIn, now: Now) -> None:
    response = sign_in(cast.unit_head).post(address(enterprise), facts(now))
    case = Case.objects.get(enterprise=enterprise)
    assert response.status_code == 302
    assert response["Location"] == f"/cases/{case.pk}/"
    assert case.opened_by == cast.unit_head
    assert WorkItem.objects.get(case=case).step == "approve_inspection"


def test_enterprises_are_found_by_name_and_code_in_ones_own_area(
    enterprise: Enterprise, bodies: dict[str, Body], cast: Cast, sign_in: SignIn
) -> None:
    make_enterprise(territorial_body=bodies["330411100"], name="嘉兴鸳湖船业有限公司")
    client = sign_in(cast.unit_head)
    for text in ("鸳湖", enterprise.uscc, enterprise.uscc[:10].lower()):
        assert client.get("/cases/new/", {"q": text}).context["matches"] == [enterprise]
    assert client.get("/cases/new/", {"q": "没有"}).context["matches"] == []


def test_only_a_post_that_opens_cases_opens_them(
    enterprise: Enterprise, cast: Cast, neighbour: dict[str, User], sign_in: SignIn, now: Now
) -> None:
    assert sign_in(cast.lead).get("/cases/new/").status_code == 403
    assert sign_in(cast.lead).post(address(enterprise), facts(now)).status_code == 403
    assert sign_in(neighbour["unit_head"]).get(address(enterprise)).status_code == 404
    assert sign_in(neighbour["unit_head"]).post(address(enterprise), facts(now)).status_code == 404
    assert not Case.objects.exists()


def test_a_post_below_opens_cases_of_its_own_town_only(
    enterprise: Enterprise, bodies: dict[str, Body], sign_in: SignIn
) -> None:
    here = make_user("凤桥所长", "unit_head", bodies["330402100"])
    there = make_user("余新所长", "unit_head", bodies["330402101"])
    assert sign_in(here).get(address(enterprise)).status_code == 200
    assert sign_in(there).get(address(enterprise)).status_code == 404


def test_a_running_case_blocks_another_and_leads_to_itself(
    at_step: Make, cast: Cast, sign_in: SignIn, now: Now
) -> None:
    item = at_step("inspect")
    client = sign_in(cast.unit_head)
    page = client.get(address(item.case.enterprise))
    failing = [condition for condition in page.context["conditions"] if not condition.ok]
    assert [condition.code for condition in failing] == ["no_running_case"]
    assert f'href="/cases/{item.case_id}/"' in page.content.decode()
    assert 'aria-disabled="true"' in page.content.decode()
    refused = client.post(address(item.case.enterprise), facts(now))
    assert refused.status_code == 422
    assert Case.objects.filter(enterprise=item.case.enterprise).count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"origin": "complaint"}, "origin_note"),
        ({"planned_on": "2026-03-19"}, "planned_on"),
        ({"planned_on": "31.3."}, "planned_on"),
        ({"form": "dawn_raid"}, "form"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    enterprise: Enterprise, cast: Cast, sign_in: SignIn, now: Now, changes: dict[str, str], field: str
) -> None:
    note = {} if field == "origin_note" else {"origin_note": "群众举报童车轮子脱落"}
    page = sign_in(cast.unit_head).post(address(enterprise), facts(now, **note, **changes))
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert note.get("origin_note", "") in page.content.decode()
    assert not Case.objects.exists()
