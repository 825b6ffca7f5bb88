"""Taking a task, putting it back, giving it on: who may, what stays on record, who is told."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Deadline, Notification, User
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.cases import latest_proposal
from cases.services.decide_grassroots import GrassrootsOpinion
from tests.factories import give_post, make_user
from tests.inbox.conftest import Arrange, Make, Now, SignIn, acts, certify
from workflow.demo.story import Cast
from workflow.engine import TaskGone
from workflow.models import WorkItem
from workflow.selectors.work import acting_on, own_work, waiting_work
from workflow.services.hand_over import candidates_for, claim_task, reassign_task, release_task
from workflow.services.run_step import run_step

REASON = "原承办人下周外出培训，无法按期办理"


@pytest.fixture
def waiting(at_step: Make) -> WorkItem:
    return at_step("approve_inspection")


@pytest.fixture
def colleague(waiting: WorkItem) -> User:
    return make_user("何平", "unit_head", waiting.body)


def events(item: WorkItem) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(case=item.case, action__startswith="task.").order_by("sequence"))


def test_who_claims_has_it_and_answers_for_its_deadline(waiting: WorkItem, cast: Cast, now: Now) -> None:
    claim_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    assert set(own_work(cast.unit_head, now.today)) == {waiting}
    assert not waiting_work(cast.unit_head, now.today).exists()
    clock = Deadline.objects.get(case=waiting.case, subject="step:approve_inspection")
    assert clock.accountable_user == cast.unit_head
    assert [(event.action, event.actor, event.data["step"]) for event in events(waiting)] == [
        ("task.claimed", cast.unit_head, "approve_inspection")
    ]


def test_claiming_ones_own_again_changes_nothing(waiting: WorkItem, cast: Cast, now: Now) -> None:
    for _ in range(2):
        claim_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    assert len(events(waiting)) == 1


def test_the_second_to_claim_is_told_who_has_it(
    waiting: WorkItem, cast: Cast, colleague: User, now: Now, sign_in: SignIn
) -> None:
    claim_task(task_pk=waiting.pk, acting=acts(colleague, now))
    with pytest.raises(TaskGone) as gone:
        claim_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    assert (gone.value.code, gone.value.by) == ("task_claimed", colleague)
    response = sign_in(cast.unit_head).post(f"/tasks/{waiting.pk}/claim/")
    assert "何平" in str(next(iter(get_messages(response.wsgi_request))))
    waiting.refresh_from_db()
    assert waiting.owner == colleague


def test_whoever_may_not_do_a_step_may_not_take_it(waiting: WorkItem, cast: Cast, now: Now) -> None:
    with pytest.raises(Blocked) as refused:
        claim_task(task_pk=waiting.pk, acting=acts(cast.lead, now))
    assert refused.value.conditions[0].code == "permission"
    assert events(waiting) == []


def test_who_has_signed_before_may_not_take_the_decision(at_step: Make, cast: Cast, now: Now) -> None:
    item = at_step("decide_grassroots")
    give_post(cast.second, "grassroots_lead", item.body)
    with pytest.raises(Blocked) as refused:
        claim_task(task_pk=item.pk, acting=acts(User.objects.get(pk=cast.second.pk), now))
    assert [each.code for each in refused.value.conditions] == ["separation_of_duties"]


def test_the_pages_of_another_countys_task_do_not_exist(
    waiting: WorkItem, neighbour: dict[str, User], sign_in: SignIn
) -> None:
    client = sign_in(neighbour["unit_head"])
    for action in ("claim", "release", "reassign"):
        assert client.post(f"/tasks/{waiting.pk}/{action}/").status_code == 404
    assert client.get(f"/tasks/{waiting.pk}/reassign/").status_code == 404


def test_several_are_claimed_at_once_and_refusals_are_told(
    at_step: Make, waiting: WorkItem, cast: Cast, colleague: User, now: Now, sign_in: SignIn
) -> None:
    other = at_step("approve_inspection")
    claim_task(task_pk=other.pk, acting=acts(colleague, now))
    client, sent = sign_in(cast.unit_head), {"row": [waiting.pk, other.pk]}
    page = client.post("/tasks/claim/", sent)
    assert len(page.context["taken"]) == 1
    assert ["何平" in why for _name, _url, why in page.context["left_out"]] == [True]
    assert not own_work(cast.unit_head, now.today)
    answer = client.post("/tasks/claim/", {"row": page.context["keys"], "confirm": "1"}, follow=True)
    run = answer.context["run"]
    assert (run.act, run.done, run.total) == ("claim", 1, 2)
    assert "何平" in answer.content.decode()
    assert set(own_work(cast.unit_head, now.today)) == {waiting}


def test_only_what_the_post_allows_is_claimed(
    waiting: WorkItem, cast: Cast, neighbour: dict[str, User], sign_in: SignIn
) -> None:
    answer = sign_in(neighbour["unit_head"]).post("/tasks/claim/", {"row": [waiting.pk], "confirm": "1"})
    assert answer.headers["Location"] == "/tasks/queue/"
    assert WorkItem.objects.get(pk=waiting.pk).owner is None


def test_put_back_waits_for_others_again(waiting: WorkItem, cast: Cast, colleague: User, now: Now) -> None:
    claim_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    with pytest.raises(Blocked):
        release_task(task_pk=waiting.pk, acting=acts(colleague, now))
    release_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    assert set(waiting_work(colleague, now.today)) == {waiting}
    assert [event.action for event in events(waiting)] == ["task.claimed", "task.released"]


def test_a_step_assigned_by_name_is_not_put_back(at_step: Make, cast: Cast, now: Now) -> None:
    item = at_step("inspect")
    with pytest.raises(Blocked) as refused:
        release_task(task_pk=item.pk, acting=acts(cast.lead, now))
    assert refused.value.conditions[0].code == "not_assigned"


def test_a_task_is_given_on_with_a_reason_and_a_word(waiting: WorkItem, cast: Cast, colleague: User, now: Now) -> None:
    reassign_task(task_pk=waiting.pk, to=colleague, reason=REASON, acting=acts(cast.unit_head, now))
    waiting.refresh_from_db()
    assert waiting.owner == colleague
    event = events(waiting)[0]
    assert (event.action, event.data["to"], event.data["reason"]) == ("task.reassigned", "何平", REASON)
    news = Notification.objects.get(user=colleague)
    assert news.case == waiting.case


@pytest.mark.parametrize(
    ("to", "reason", "code"),
    [
        ("何平", "太短", "reason_too_short"),
        ("王建国", REASON, "wrong_person"),
        ("秀洲unit_head", REASON, "wrong_person"),
    ],
)
def test_a_task_goes_only_to_whom_the_post_allows_it_and_with_a_reason(
    waiting: WorkItem,
    cast: Cast,
    colleague: User,
    neighbour: dict[str, User],
    now: Now,
    to: str,
    reason: str,
    code: str,
) -> None:
    with pytest.raises(RuleError) as refused:
        reassign_task(task_pk=waiting.pk, to=User.objects.get(name=to), reason=reason, acting=acts(cast.unit_head, now))
    assert refused.value.code == code
    assert events(waiting) == []


def test_whoever_has_it_already_is_not_given_it_again(waiting: WorkItem, cast: Cast, now: Now) -> None:
    claim_task(task_pk=waiting.pk, acting=acts(cast.unit_head, now))
    with pytest.raises(RuleError) as refused:
        reassign_task(task_pk=waiting.pk, to=cast.unit_head, reason=REASON, acting=acts(cast.unit_head, now))
    assert refused.value.code == "same_owner"


def test_an_inspection_is_given_only_to_its_inspectors(at_step: Make, cast: Cast, now: Now) -> None:
    item = at_step("inspect")
    stranger = certify(make_user("周航", "inspector", item.body), "浙嘉330402009")
    candidates = {each.user: each.missing for each in candidates_for(item, acts(cast.unit_head, now))}
    assert candidates[cast.second] == ()
    assert [each.code for each in candidates[stranger]] == ["assigned"]
    with pytest.raises(Blocked):
        reassign_task(task_pk=item.pk, to=stranger, reason=REASON, acting=acts(cast.unit_head, now))


def test_only_who_leads_the_body_gives_tasks_on(
    at_step: Make, waiting: WorkItem, colleague: User, cast: Cast, now: Now, sign_in: SignIn
) -> None:
    inspection = at_step("inspect")
    with pytest.raises(NotPermitted):
        reassign_task(task_pk=waiting.pk, to=colleague, reason=REASON, acting=acts(cast.lead, now))
    assert sign_in(cast.lead).get(f"/tasks/{inspection.pk}/reassign/").status_code == 403
    assert sign_in(cast.list_admin).get(f"/tasks/{waiting.pk}/reassign/").status_code == 403


def test_the_page_gives_a_task_on_and_keeps_what_was_typed(
    waiting: WorkItem, colleague: User, cast: Cast, sign_in: SignIn
) -> None:
    client = sign_in(cast.unit_head)
    address = f"/tasks/{waiting.pk}/reassign/"
    assert [each.user for each in client.get(address).context["able"]] == [colleague, cast.unit_head]
    refused = client.post(address, {"to": colleague.pk, "reason": "太短"})
    assert refused.status_code == 422
    assert "太短" in refused.content.decode()
    assert client.post(address, {"to": colleague.pk, "reason": REASON}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.owner == colleague
    taken = client.get("/tasks/queue/?show=taken").context["rows"]
    assert [row.item for row in taken] == [waiting]


def test_a_substitute_acts_on_behalf_of_the_absent_colleague(
    at_step: Make, cast: Cast, stands_in: Arrange, now: Now
) -> None:
    item = at_step("decide_grassroots")
    substitute = make_user("钱进", "legal_reviewer", item.body)
    stands_in(cast.grassroots_lead, substitute)
    claimed = claim_task(task_pk=item.pk, acting=acts(substitute, now))
    assert claimed.owner == substitute
    acting = acting_on(claimed, acts(substitute, now))
    assert acting.on_behalf_of == cast.grassroots_lead
    proposal = latest_proposal(item.case)
    assert proposal is not None
    run_step(task_pk=item.pk, facts=GrassrootsOpinion("agree", proposal.computed_mode), acting=acting)
    done = AuditEvent.objects.filter(case=item.case, actor=substitute).order_by("sequence")
    assert {(event.action, event.on_behalf_of) for event in done} >= {
        ("task.claimed", cast.grassroots_lead),
        ("decide_grassroots", cast.grassroots_lead),
    }


def test_after_the_absence_the_substitute_may_no_longer_take_it(
    at_step: Make, cast: Cast, stands_in: Arrange, now: Now
) -> None:
    item = at_step("decide_grassroots")
    substitute = make_user("钱进", "legal_reviewer", item.body)
    stands_in(cast.grassroots_lead, substitute)
    now.at += timedelta(days=14)
    with pytest.raises(Blocked):
        claim_task(task_pk=item.pk, acting=acts(substitute, now))
