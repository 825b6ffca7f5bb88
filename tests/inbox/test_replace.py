"""Somebody leaves for good: all their open work goes to a successor, case by case, or says why not."""

from datetime import date

import pytest
from django.urls import reverse

from cases.guards.conditions import Blocked
from cases.guards.p1 import may_decide_grassroots
from cases.models import Assignment, AuditEvent, Body, Deadline, InspectorReplacement, Notification, User
from cases.services.appoint import sync_grants
from tests.factories import give_post, make_user
from tests.inbox.conftest import Make, Now, SignIn, acts, certify
from workflow.demo.story import Cast
from workflow.models import WorkItem
from workflow.services.hand_over import replace_on_case

REASON = "调离执法岗位，由同事接办全部案件"


@pytest.fixture
def successor(bodies: dict[str, Body]) -> User:
    return certify(make_user("方媛", "inspector", bodies["330402"]), "浙嘉330402003")


def sent(user: User, **more: str) -> dict[str, object]:
    return {"to": user.pk, **more}


def test_role_tasks_and_periods_move_together(
    at_step: Make, cast: Cast, successor: User, sign_in: SignIn, now: Now
) -> None:
    first, other = at_step("propose_class"), at_step("inspect")
    client, url = sign_in(cast.unit_head), reverse("person_work", args=[cast.lead.pk])
    page = client.get(url)
    assert page.context["number"] == 2
    assert cast.lead not in page.context["form"].fields["to"].queryset
    preview = client.post(url, sent(successor))
    assert len(preview.context["taken"]) == 2
    assert not InspectorReplacement.objects.exists()
    assert client.post(url, sent(successor, confirm="1", reason="短")).status_code == 422
    done = client.post(url, sent(successor, confirm="1", reason=REASON), follow=True)
    run = done.context["run"]
    assert (run.act, run.done, run.total) == ("replace", 2, 2)
    assert "移交全部在办工作" in done.content.decode()
    for item in (first, other):
        lead = Assignment.objects.get(case=item.case, role="lead")
        assert (lead.user, lead.certificate_number) == (successor, "浙嘉330402003")
        assert WorkItem.objects.get(pk=item.pk).owner == successor
        assert AuditEvent.objects.filter(case=item.case, action="replace_inspector").get().data["reason"] == REASON
    assert not Deadline.objects.filter(accountable_user=cast.lead, state="running").exists()
    kept = InspectorReplacement.objects.get(case=first.case)
    assert (kept.user, kept.role, kept.certificate_number) == (cast.lead, "lead", "浙嘉330402001")
    assert Notification.objects.filter(user=successor, kind="case_given").count() == 2
    story = client.get(reverse("case_detail", args=[first.case_id]) + "?tab=log").content.decode()
    assert "方媛" in story
    assert not client.get(url).context["number"]


def test_who_inspected_before_still_may_not_decide(
    at_step: Make, cast: Cast, successor: User, bodies: dict[str, Body], now: Now
) -> None:
    item = at_step("decide_grassroots")
    replace_on_case(
        case_id=item.case_id, leaving=cast.lead, successor=successor, reason=REASON, acting=acts(cast.unit_head, now)
    )
    give_post(cast.lead, "grassroots_lead", bodies["330402"])
    item.case.refresh_from_db()
    conditions = may_decide_grassroots(item.case, acts(User.objects.get(pk=cast.lead.pk), now))
    assert [each.code for each in conditions if not each.ok] == ["separation_of_duties"]


def test_a_successor_without_certificate_or_who_is_the_other_one_is_left_out(
    at_step: Make, cast: Cast, bodies: dict[str, Body], sign_in: SignIn, now: Now
) -> None:
    item = at_step("inspect")
    plain = make_user("无证者", "inspector", bodies["330402"])
    client, url = sign_in(cast.unit_head), reverse("person_work", args=[cast.lead.pk])
    for person, words in ((plain, "行政执法证"), (cast.second, "另一名检查人员")):
        page = client.post(url, sent(person, confirm="1", reason=REASON))
        assert page.context["taken"] == []
        assert words in page.context["left_out"][0][2] or "证" in page.context["left_out"][0][2]
    assert Assignment.objects.get(case=item.case, role="lead").user == cast.lead
    with pytest.raises(Blocked):
        replace_on_case(
            case_id=item.case_id, leaving=cast.lead, successor=plain, reason=REASON, acting=acts(cast.unit_head, now)
        )


def test_the_successor_is_of_the_same_body(
    at_step: Make, cast: Cast, neighbour: dict[str, User], sign_in: SignIn, now: Now
) -> None:
    item = at_step("inspect")
    certify(neighbour["inspector"], "浙嘉330411001")
    url = reverse("person_work", args=[cast.lead.pk])
    assert sign_in(cast.unit_head).post(url, sent(neighbour["inspector"])).status_code == 422
    with pytest.raises(Blocked) as refused:
        replace_on_case(
            case_id=item.case_id,
            leaving=cast.lead,
            successor=neighbour["inspector"],
            reason=REASON,
            acting=acts(cast.unit_head, now),
        )
    assert "same_body" in {each.code for each in refused.value.conditions}


def test_leaders_and_administrators_of_the_place_may_and_nobody_else(
    at_step: Make, cast: Cast, successor: User, neighbour: dict[str, User], bodies: dict[str, Body], sign_in: SignIn
) -> None:
    item = at_step("inspect")
    url = reverse("person_work", args=[cast.lead.pk])
    for user in (cast.second, neighbour["unit_head"], cast.list_admin):
        assert sign_in(user).get(url).status_code == 404
        assert sign_in(user).post(url, sent(successor, confirm="1", reason=REASON)).status_code == 404
    administrator = make_user("管理员", "platform_admin", bodies["330402"])
    post = cast.lead.posts.get()
    post.ends_on = date(2026, 3, 1)
    post.save()
    sync_grants(cast.lead, date(2026, 3, 20))
    client = sign_in(administrator)
    assert url in client.get(reverse("person", args=[cast.lead.pk])).content.decode()
    done = client.post(url, sent(successor, confirm="1", reason=REASON), follow=True)
    assert (done.context["run"].done, done.context["run"].total) == (1, 1)
    assert WorkItem.objects.get(pk=item.pk).owner == successor
