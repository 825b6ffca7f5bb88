"""Jiaxing's own lists: the blacklist of repeat offenders and the trusted-consumer units (嘉市监〔2020〕40号 四2)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cases.guards.conditions import Blocked
from cases.models import ListEntry, RiskEvent
from cases.packs.loader import load_pack
from cases.rules.errors import RuleError
from cases.rules.local_lists import repeat_offender, trustworthy
from cases.services.local_lists import enter_local_list, leave_local_list
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user

TODAY = date(2026, 11, 18)
RULE = load_pack("jiaxing-2020").local_lists


@pytest.mark.parametrize(
    ("days", "listed"),
    [
        ([TODAY, date(2026, 1, 5), date(2024, 11, 18)], True),  # both ends of the window count
        ([TODAY, date(2026, 1, 5), date(2024, 11, 17)], False),
        ([TODAY, date(2026, 1, 5)], False),
        ([TODAY, date(2026, 1, 5), TODAY + timedelta(days=1)], False),
    ],
)
def test_who_is_a_repeat_offender(days, listed):
    events = [("penalty", day) for day in days] + [("complaint", TODAY)] * 3
    outcome = repeat_offender(rule=RULE, on=TODAY, events=events, violations=3, months=24)
    assert outcome.may_list is listed
    assert all(ground.clause == "嘉市监〔2020〕40号 四2" for ground in outcome.grounds)


@pytest.mark.parametrize(
    ("quality_class", "events", "listed"),
    [
        ("AA", [], True),
        ("A", [("penalty", date(2023, 11, 17))], True),
        ("A", [("penalty", date(2023, 11, 18))], False),
        ("A", [("complaint", TODAY)], False),
        ("B", [], False),
        ("", [], False),
    ],
)
def test_who_is_trustworthy(quality_class, events, listed):
    outcome = trustworthy(rule=RULE, on=TODAY, events=events, quality_class=quality_class, months=36)
    assert outcome.may_list is listed


@pytest.fixture
def place(db):
    bodies = make_body_tree()
    return bodies, make_user("孙悦", "list_admin", bodies["330402"])


def offender(body, times=3, state="verified"):
    unit = make_enterprise(name="屡犯厂", territorial_body=body)
    for number in range(times):
        RiskEvent.objects.create(
            enterprise=unit, kind="penalty", title="处罚", facts="无证生产", occurred_on=date(2026, 1, 5),
            level="larger", state=state, confirmed_on=date(2026, 2, 1 + number), reported_at=NOON,
            fingerprint=str(number),
        )  # fmt: skip
    return unit


def entered(unit, body, user, register="blacklist", **changed):
    facts = {"told_on": date(2026, 11, 10), "reason": "两年内三次受到行政处罚。"} | changed
    return enter_local_list(enterprise_id=unit.pk, register=register, body=body, **facts, acting=acting(user))


@pytest.mark.django_db
def test_a_repeat_offender_is_listed_with_grounds_and_taken_off_with_a_reason(place):
    bodies, user = place
    unit = offender(bodies["330402"])
    entry = entered(unit, bodies["330402"], user)
    assert (entry.pack, entry.level, entry.year) == ("jiaxing-2020@1", "", 2026)
    assert "3次" in entry.grounds[1]["text"]
    with pytest.raises(Blocked) as twice:
        entered(unit, bodies["330402"], user)
    assert twice.value.code == "not_listed_yet"
    with pytest.raises(RuleError):
        leave_local_list(entry_id=entry.pk, reason="短", acting=acting(user))
    leave_local_list(entry_id=entry.pk, reason="处罚决定已被撤销。撤销文书已归档。", acting=acting(user))
    assert ListEntry.objects.get().left_on == TODAY
    assert entered(unit, bodies["330402"], user).pk != entry.pk


@pytest.mark.django_db
@pytest.mark.parametrize(("times", "state"), [(2, "verified"), (3, "reported"), (3, "refuted")])
def test_who_is_none_is_not_listed_and_the_clause_is_named(place, times, state):
    bodies, user = place
    with pytest.raises(Blocked) as refused:
        entered(offender(bodies["330402"], times, state), bodies["330402"], user)
    assert refused.value.code == "rule_of_list"
    assert refused.value.clause == "嘉市监〔2020〕40号 四2"
    assert not ListEntry.objects.exists()


@pytest.mark.django_db
def test_the_lists_exist_only_where_their_pack_holds_and_for_their_own_area(place):
    bodies, user = place
    province = make_user("省名单", "list_admin", bodies["330000"])
    unit = offender(bodies["330402"])
    with pytest.raises(RuleError) as nowhere:
        entered(unit, bodies["330000"], province)
    assert nowhere.value.code == "no_local_lists"
    neighbour = make_user("秀洲名单", "list_admin", bodies["330411"])
    with pytest.raises(Blocked) as elsewhere:
        entered(unit, bodies["330411"], neighbour)
    assert elsewhere.value.code == "within_area"
    with pytest.raises(RuleError) as early:
        entered(unit, bodies["330402"], user, told_on=date(2026, 11, 19))
    assert early.value.code == "told_in_future"


@pytest.mark.django_db
def test_pages_list_refuse_and_keep_what_was_typed(place):
    bodies, user = place
    unit = offender(bodies["330402"], 2)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user)
    address = reverse("local_list_new", args=["blacklist"])
    data = {"body": "330402", "enterprise": unit.uscc, "told_on": "2026-11-10", "reason": "两年内多次受到行政处罚。"}
    refused = client.post(address, data)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "屡查屡犯" in page
    assert "两年内多次受到行政处罚。" in page
    RiskEvent.objects.create(
        enterprise=unit, kind="sampling_failed", title="抽查", facts="不合格", occurred_on=TODAY, level="larger",
        state="verified", confirmed_on=TODAY, reported_at=NOON, fingerprint="x",
    )  # fmt: skip
    assert client.post(address, data).status_code == 302
    assert "屡犯厂" in client.get(reverse("local_list", args=["blacklist"])).content.decode()
    entry = ListEntry.objects.get()
    client.post(reverse("local_list_leave", args=[entry.pk]), {"reason": "处罚决定已被撤销，移出名单。"})
    assert "屡犯厂" not in client.get(reverse("local_list", args=["blacklist"])).content.decode()
    assert client.get(reverse("local_list", args=["classes"])).status_code == 404
    stranger = Client()
    stranger.force_login(make_user("外", "list_admin", bodies["330411"]))
    assert stranger.post(reverse("local_list_leave", args=[entry.pk]), {"reason": "x" * 20}).status_code == 404
