"""What the services refuse, why, and that nothing is written then."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from cases.acting import Acting
from cases.guards.conditions import Blocked
from cases.models import (
    AuditEvent,
    BodySetting,
    ConflictOfInterest,
    EnforcementCertificate,
    Enterprise,
    Inspection,
    KeySupervision,
    Opinion,
    Proposal,
    User,
)
from cases.rules.errors import RuleError
from cases.services.approve_inspection import ApproveInspection
from cases.services.assign_inspectors import AssignInspectors
from cases.services.close_case import terminate_case
from cases.services.decide_grassroots import GrassrootsOpinion
from cases.services.file_classification import FileAtProvince
from cases.services.inspect_enterprise import InspectionFacts, ItemAnswer, Stale, save_inspection_draft
from cases.services.interview import HoldInterview, SummonInterview
from cases.services.open_case import OpenCase, open_case
from cases.services.order_rectification import Demand, DraftOrder
from cases.services.propose_class import ProposeClass
from cases.services.report_rectification import (
    AskExtension,
    DecideExtension,
    ReportRectification,
    ask_extension,
    decide_extension,
    make_link,
    report_by_link,
)
from cases.services.return_visit import Verdict, VisitFacts
from notices.services.record_service import ServiceFacts
from tests.factories import give_post, make_enterprise, make_user
from tests.flow.conftest import certify
from workflow.models import WorkItem
from workflow.services.run_step import run_step, stop_process

pytestmark = pytest.mark.django_db


def standing_at(told, step):
    """Tell the story until `step` is open; its work item."""
    list(told.tell(until=step))
    return WorkItem.objects.get(case=told.case, step=step)


def attempt(told, item, facts, by=None):
    with transaction.atomic():
        return run_step(task_pk=item.task_id, facts=facts, acting=Acting(by or told.cast.of(item.step), told.clock.now))


def refused(told, item, facts, code, by=None):
    """The facts are refused with this code, and no opinion or event is written."""
    before = (Opinion.objects.count(), AuditEvent.objects.count())
    with pytest.raises((RuleError, Blocked)) as caught:
        attempt(told, item, facts, by)
    assert caught.value.code == code
    assert (Opinion.objects.count(), AuditEvent.objects.count()) == before
    assert WorkItem.objects.filter(pk=item.pk).exists()
    return caught.value


def anew(user):
    """The person as the next request loads them: grants are remembered on the instance."""
    return User.objects.get(pk=user.pk)


def all_pass(told, **changes):
    numbers = [str(n) for n in range(1, 20)]
    facts = {
        "visited_on": told.clock.today,
        "risk_level": "II",
        "answers": {n: ItemAnswer("pass") for n in numbers},
    }
    return InspectionFacts(**{**facts, **changes})


def test_an_unanswered_item_is_named(story):
    told = story()
    item = standing_at(told, "inspect")
    answers = {str(n): ItemAnswer("pass") for n in range(1, 20) if n != 7}
    error = refused(told, item, all_pass(told, answers=answers), "unanswered")
    assert error.details["field"] == "item_7"


def test_a_failing_item_needs_evidence(story):
    told = story()
    item = standing_at(told, "inspect")
    answers = {**all_pass(told).answers, "5": ItemAnswer("fail", "  ")}
    assert refused(told, item, all_pass(told, answers=answers), "evidence_missing").details["field"] == "evidence_5"


@pytest.mark.parametrize(("shift", "code"), [(1, "date_future"), (-30, "date_before_approval")])
def test_a_visit_lies_between_approval_and_today(story, shift, code):
    told = story()
    item = standing_at(told, "inspect")
    refused(told, item, all_pass(told, visited_on=told.clock.today + timedelta(days=shift)), code)


def test_a_refusal_needs_reason_and_witness(story):
    told = story()
    item = standing_at(told, "inspect")
    refused(told, item, all_pass(told, cooperated=False, refusal_reason="短"), "reason_too_short")
    reason = "负责人拒绝检查人员进入车间并关闭大门。"
    refused(told, item, all_pass(told, cooperated=False, refusal_reason=reason), "witness_missing")


def test_a_stale_form_is_told_what_was_saved(story):
    told = story()
    item = standing_at(told, "inspect")
    lead = Acting(told.cast.lead, told.clock.now)
    first = save_inspection_draft(case_id=told.case.pk, facts=all_pass(told, note="先保存", version=0), acting=lead)
    with pytest.raises(Stale) as caught:
        attempt(told, item, all_pass(told, note="后保存", version=0))
    assert caught.value.inspection == first
    assert Inspection.objects.get().note == "先保存"


def test_an_officer_without_a_valid_certificate_does_not_inspect(story):
    told = story()
    item = standing_at(told, "inspect")
    EnforcementCertificate.objects.filter(user=told.cast.lead).update(valid_to=date(2026, 1, 31))
    error = refused(told, item, all_pass(told), "certificate")
    assert error.conditions[0].mend is not None


def test_an_officer_with_a_conflict_of_interest_is_not_assigned(story, enterprise):
    ConflictOfInterest.objects.create(
        user=story().cast.second, enterprise=enterprise, reason="亲属任职", declared_on=date(2026, 1, 1)
    )
    told = story()
    item = standing_at(told, "assign_inspectors")
    facts = AssignInspectors(told.cast.lead.pk, told.cast.second.pk, "before")
    assert refused(told, item, facts, "conflict_of_interest").details["field"] == "second_id"


def test_two_different_inspectors_are_needed(story):
    told = story()
    item = standing_at(told, "assign_inspectors")
    refused(told, item, AssignInspectors(told.cast.lead.pk, told.cast.lead.pk, "before"), "two_inspectors")


def test_a_person_of_another_county_may_not_act(story, bodies):
    told = story()
    item = standing_at(told, "approve_inspection")
    stranger = make_user("外区", "unit_head", bodies["330411"])
    refused(told, item, ApproveInspection("approve"), "permission", by=stranger)


def test_the_city_does_not_decide_for_its_county(story, bodies):
    told = story()
    item = standing_at(told, "decide_grassroots")
    city_lead = make_user("市局负责人", "grassroots_lead", bodies["330400"])
    refused(told, item, GrassrootsOpinion("agree", "credit"), "permission", by=city_lead)


def test_an_inspector_does_not_approve_the_own_proposal(story, bodies):
    told = story()
    item = standing_at(told, "decide_grassroots")
    give_post(told.cast.lead, "grassroots_lead", bodies["330402"])
    refused(told, item, GrassrootsOpinion("agree", "credit"), "separation_of_duties", by=anew(told.cast.lead))


def test_whoever_agreed_does_not_file(story, bodies):
    told = story()
    item = standing_at(told, "file_province")
    give_post(told.cast.grassroots_lead, "province_officer", bodies["330000"])
    refused(told, item, FileAtProvince("noted"), "separation_of_duties", by=anew(told.cast.grassroots_lead))


def test_the_database_itself_keeps_the_signers_apart(story):
    told = story()
    standing_at(told, "decide_grassroots")
    proposal = Proposal.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(agreed_by=proposal.second_signer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(agreed_by=told.cast.unit_head, filed_by=told.cast.unit_head)


def test_a_class_is_not_proposed_better_than_computed_nor_worse_without_reason(story):
    told = story(outcomes={"inspect": ["4"]})
    item = standing_at(told, "propose_class")
    refused(told, item, ProposeClass("AA"), "deviation_upwards")
    refused(told, item, ProposeClass("B", "太短"), "reason_too_short")


def test_the_mode_of_a_level_i_product_cannot_be_loosened(story, enterprise):
    enterprise.products.update(risk_level="I")
    told = story(outcomes={"inspect": ["4"]})
    item = standing_at(told, "decide_grassroots")
    assert Proposal.objects.get().computed_mode == "routine"
    reason = "企业管理规范，拟放宽监管方式。"
    refused(told, item, GrassrootsOpinion("agree", "responsibility", reason), "mode_too_loose")
    attempt(told, item, GrassrootsOpinion("agree", "tightened", "近期投诉较多，从严监管为宜。"))
    assert Proposal.objects.get().mode == "tightened"


def test_the_yearly_cap_blocks_a_further_inspection_unless_exempt(story, bodies, cast):
    BodySetting.objects.create(
        body=bodies["330000"],
        key="inspection.yearly_cap",
        value=1,
        reason="省局公布",
        set_by=cast.unit_head,
        set_at="2026-01-01T00:00:00Z",
    )
    list(story().tell())
    told = story()
    item = standing_at(told, "approve_inspection")
    refused(told, item, ApproveInspection("approve"), "frequency_cap")
    told.case.origin = "complaint"
    told.case.save()
    attempt(told, item, ApproveInspection("approve"))


def test_one_case_of_an_enterprise_runs_at_a_time_and_not_for_a_dead_one(story, enterprise):
    told = story()
    standing_at(told, "approve_inspection")
    facts = OpenCase(enterprise.pk, "regular", "plan", told.clock.today)
    with pytest.raises(Blocked) as caught:
        open_case(facts=facts, acting=Acting(told.cast.unit_head, told.clock.now))
    assert caught.value.code == "no_running_case"
    gone = make_enterprise(territorial_body=enterprise.territorial_body, status="deregistered")
    with pytest.raises(Blocked) as caught:
        open_case(
            facts=OpenCase(gone.pk, "regular", "plan", told.clock.today),
            acting=Acting(told.cast.unit_head, told.clock.now),
        )
    assert caught.value.code == "enterprise_active"


def test_an_interview_is_announced_in_time_and_held_by_two(story):
    told = story(outcomes={"inspect": ["12"]})
    item = standing_at(told, "draft_interview")
    tomorrow = told.clock.now + timedelta(days=1)
    refused(told, item, SummonInterview(tomorrow, "会议室", "质量问题", "法定代表人"), "interview_too_soon")
    item = standing_at(told, "hold_interview")
    refused(told, item, HoldInterview("held", "沈国良", "企业承诺按期整改到位。"), "interview_day")
    told.clock.jump(told.case.interviews.get().scheduled_at + timedelta(minutes=5))
    refused(told, item, HoldInterview("held", "沈国良", "企业承诺按期整改到位。"), "two_officers")


def test_an_order_names_problem_and_demand_within_the_longest_period(story):
    told = story(outcomes={"inspect": ["12"]})
    item = standing_at(told, "draft_order")
    basis = "《试行办法》第十八条"
    refused(told, item, DraftOrder((), 15, basis), "demands_missing")
    refused(told, item, DraftOrder((Demand("标识不全", ""),), 15, basis), "demand_incomplete")
    refused(told, item, DraftOrder((Demand("标识不全", "更换标识"),), 90, basis), "days_out_of_range")


def test_a_letter_is_not_served_before_it_was_issued(story):
    told = story(outcomes={"inspect": ["12"]})
    item = standing_at(told, "serve_order")
    facts = ServiceFacts(
        kind="direct",
        attempted_on=told.clock.today - timedelta(days=10),
        received_on=told.clock.today - timedelta(days=10),
        recipient="沈国良",
        recipient_role="legal_representative",
        place="厂区",
        second_server=told.cast.second,
        receipt_signed=True,
    )
    refused(told, item, facts, "served_before_issued")


def test_a_failed_attempt_keeps_the_step_open(story):
    told = story(outcomes={"inspect": ["12"], "serve_order": ["failed"]})
    item = standing_at(told, "serve_order")
    list(told.tell(until="report_rectification"))
    assert told.case.orders.get().served_on is not None
    assert not WorkItem.objects.filter(pk=item.pk).exists()


def test_the_clock_of_an_order_starts_on_service(story):
    told = story(outcomes={"inspect": ["12"]})
    standing_at(told, "serve_order")
    assert told.case.orders.get().due_on is None
    item = standing_at(told, "report_rectification")
    order = told.case.orders.get()
    assert order.due_on >= order.served_on + timedelta(days=order.days)
    assert item.due_on == order.due_on


def test_one_extension_asked_in_time_moves_the_due_day_once(story):
    told = story(outcomes={"inspect": ["12"]})
    item = standing_at(told, "report_rectification")
    order = told.case.orders.get()
    before, lead = order.due_on, Acting(told.cast.lead, told.clock.now)
    head = Acting(told.cast.unit_head, told.clock.now)
    reason = "模具更换需要外协加工，周期较长。"
    with pytest.raises(RuleError) as caught:
        ask_extension(case_id=told.case.pk, facts=AskExtension(31, reason), acting=lead)
    assert caught.value.code == "extension_too_long"
    ask_extension(case_id=told.case.pk, facts=AskExtension(10, reason), acting=lead)
    with pytest.raises(Blocked):
        ask_extension(case_id=told.case.pk, facts=AskExtension(5, reason), acting=lead)
    decide_extension(case_id=told.case.pk, facts=DecideExtension("grant", "理由成立，同意延期一次。"), acting=head)
    order.refresh_from_db()
    item.refresh_from_db()
    assert order.due_on >= before + timedelta(days=10)
    assert item.due_on == order.due_on


def test_an_extension_asked_too_late_is_refused(story):
    told = story(outcomes={"inspect": ["12"]})
    standing_at(told, "report_rectification")
    late = told.clock.now + timedelta(days=13)
    with pytest.raises(RuleError) as caught:
        ask_extension(
            case_id=told.case.pk,
            facts=AskExtension(5, "模具更换需要外协加工，周期较长。"),
            acting=Acting(told.cast.lead, late),
        )
    assert caught.value.code == "extension_too_late"


def test_a_link_is_used_once_and_a_newer_one_withdraws_it(story):
    told = story(outcomes={"inspect": ["12"]})
    standing_at(told, "report_rectification")
    lead = Acting(told.cast.lead, told.clock.now)
    _, first = make_link(case_id=told.case.pk, acting=lead)
    _, second = make_link(case_id=told.case.pk, acting=lead)
    system = Acting(None, told.clock.now)
    facts = ReportRectification("已完成全部整改。", "沈国良")
    for secret, code in ((first, "link_revoked"), ("unknown", "link_unknown")):
        with pytest.raises(RuleError) as caught:
            report_by_link(secret=secret, facts=facts, acting=system)
        assert caught.value.code == code
    report_by_link(secret=second, facts=facts, acting=system)
    with pytest.raises(RuleError) as caught:
        report_by_link(secret=second, facts=facts, acting=system)
    assert caught.value.code == "link_used"


def test_a_return_visit_is_not_made_alone_nor_by_the_uncertified(story, bodies):
    told = story(outcomes={"inspect": ["12"]})
    item = standing_at(told, "return_visit")
    verdicts = {1: Verdict("pass")}
    today = told.clock.today
    lead = told.cast.lead
    refused(told, item, VisitFacts(today, lead.pk, verdicts), "two_inspectors")
    helper = make_user("新人", "inspector", bodies["330402"])
    refused(told, item, VisitFacts(today, helper.pk, verdicts), "certificate")
    certify(helper, "浙嘉330402009")
    refused(told, item, VisitFacts(today, helper.pk, {1: Verdict("fail")}), "evidence_missing")
    attempt(told, item, VisitFacts(today, helper.pk, verdicts))


def test_a_case_ends_when_the_enterprise_ceases_to_exist(story):
    told = story(outcomes={"inspect": ["12"]})
    standing_at(told, "draft_order")
    acting = Acting(told.cast.unit_head, told.clock.now)
    with pytest.raises(Blocked):
        terminate_case(
            case_id=told.case.pk, reason="企业已注销，程序终止。", acting=Acting(told.cast.lead, told.clock.now)
        )
    case = terminate_case(case_id=told.case.pk, reason="企业已注销，程序终止。", acting=acting)
    stop_process(case=case, acting=acting)
    assert case.status == "terminated"
    assert not WorkItem.objects.filter(case=case).exists()
    assert not case.deadlines.filter(state="running").exists()


def test_class_history_is_never_overwritten(story, enterprise):
    list(story(outcomes={"inspect": ["12"]}).tell())
    list(story(outcomes={"inspect": [""], "decide_measures": ["none"]}).tell())
    records = list(enterprise.class_records.order_by("pk").values_list("quality_class", "valid_to"))
    assert [quality_class for quality_class, _ in records] == ["C", "C"]  # only the yearly review raises a class
    assert records[0][1] is not None
    assert records[1][1] is None
    assert Enterprise.objects.get(pk=enterprise.pk).quality_class == "C"
    assert KeySupervision.objects.filter(enterprise=enterprise).count() == 1
