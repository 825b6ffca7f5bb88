"""Risk warnings: the level of every cell, who studies and who issues, feedback, lifting, what a void letter undoes."""

from datetime import date

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Deadline, RiskWarning
from cases.packs.risk_matrix import risk_matrix
from cases.rules.errors import RuleError
from cases.rules.warning_level import warning_level
from cases.selectors.warnings import WarningFilter, listed_warnings, visible_warnings
from cases.services.warnings import (
    WarningFacts,
    decide_lifting_of_warning,
    draft_warning,
    drop_warning,
    enter_feedback,
)
from notices.models import Document
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from tests.checks.conftest import days_on, served
from tests.factories import acting, make_user

pytestmark = pytest.mark.django_db

FACTS = WarningFacts(
    product="儿童自行车",
    signal="sampling",
    probability=3,
    severity=3,
    facts="2025年12月以来抽查25批次，7批次制动性能不合格。",
    measures="组织专项整治\n督促召回不合格产品",
    government="南湖区人民政府",
)
MATRIX = ("HSSS", "MSSS", "MSSS", "LHSS", "LMHS", "LLMH", "LLLM", "LLLL")


def changed(**fields):
    return WarningFacts(**{name: getattr(FACTS, name) for name in FACTS.__slots__} | fields)


def drafted(place):
    return draft_warning(region=place.county, facts=FACTS, acting=acting(place.head))


def issued(place, warning):
    document = draft_document(kind="alert_bulletin", subject=f"warning:{warning.pk}", acting=acting(place.head))
    return issue_document(document=document, acting=acting(place.chief))


@pytest.mark.parametrize("probability", range(1, 9))
@pytest.mark.parametrize("severity", range(1, 5))
def test_the_level_of_every_cell(probability, severity):
    level, grounds = warning_level(risk_matrix(), probability, severity)
    assert level == MATRIX[probability - 1][severity - 1]
    assert grounds[0].clause == "GB/T 22760—2020 2.6"
    assert risk_matrix().levels[level].zh in grounds[0].text


@pytest.mark.parametrize(
    ("probability", "severity", "field"), [(0, 1, "probability"), (9, 1, "probability"), (1, 5, "severity")]
)
def test_nothing_lies_outside_the_matrix(probability, severity, field):
    with pytest.raises(RuleError) as refused:
        warning_level(risk_matrix(), probability, severity)
    assert refused.value.details["field"] == field


def test_a_warning_is_the_citys_and_its_study_has_a_period(place):
    warning = drafted(place)
    assert (warning.body, warning.level) == (place.city, "S")
    clock = Deadline.objects.get()
    assert (clock.rule, clock.amount, clock.accountable_body) == ("warning_study", 5, place.city)


@pytest.mark.parametrize("name", ["product", "facts", "measures", "government"])
def test_what_is_missing_is_named(place, name):
    with pytest.raises(RuleError) as refused:
        draft_warning(region=place.county, facts=changed(**{name: " "}), acting=acting(place.head))
    assert (refused.value.code, refused.value.details["field"]) == ("warning_incomplete", name)


def test_a_region_without_a_city_cannot_be_warned_of(place):
    province = make_user("省督查", "overseer", place.bodies["330000"])
    with pytest.raises(RuleError, match="No city body"):
        draft_warning(region=place.bodies["330000"], facts=FACTS, acting=acting(province))
    with pytest.raises(Blocked):
        draft_warning(region=place.county, facts=FACTS, acting=acting(place.stranger))


def test_the_letter_names_level_basis_measures_and_period_and_asks_that_nothing_be_published(place):
    document = issued(place, drafted(place))
    text = "\n".join(paragraph["text"] for paragraph in document.issue.facts["paragraphs"])
    for words in (
        "严重风险（红色预警）",
        "《中华人民共和国产品质量法》第七条、第八条",
        "嘉市监〔2020〕40号",
        "2. 督促召回不合格产品。",
        "30日内（收到当日不计入期限）",
        "有不同意见的，请一并说明",
        "未经我局批准不得向社会公开",
    ):
        assert words in text
    assert document.addressee == "南湖区人民政府"
    assert document.number == "嘉市监警〔2026〕1号"
    with pytest.raises(Blocked):  # whoever drafted it may not issue it, whatever the post
        issue_document(document=document, acting=acting(place.head))


def test_an_approved_warning_goes_out_within_two_working_days(place):
    warning = drafted(place)
    issued(place, warning)
    clock = Deadline.objects.get(rule="warning_issue")
    assert (clock.amount, clock.start_on, clock.due_on) == (2, date(2026, 11, 18), date(2026, 11, 20))
    assert (clock.accountable_body, clock.state) == (place.city, "running")
    served(Document.objects.get(kind="alert_bulletin"), place.head, place.officer, on=date(2026, 11, 20))
    clock.refresh_from_db()
    assert (clock.state, clock.met_on) == ("met", date(2026, 11, 20))


def test_feedback_and_lifting(place):
    warning = drafted(place)
    served(issued(place, warning), place.head, place.officer)
    clock = Deadline.objects.get(rule="warning_feedback")
    assert (clock.amount, clock.start_on) == (30, date(2026, 11, 18))
    with pytest.raises(RuleError, match="government has answered"):
        enter_feedback(warning_id=warning.pk, feedback="", received_on=date(2026, 11, 18), acting=acting(place.head))
    with pytest.raises(RuleError, match="future"):
        enter_feedback(warning_id=warning.pk, feedback="好", received_on=date(2026, 11, 19), acting=acting(place.head))
    later = days_on(place.head, 20)
    enter_feedback(warning_id=warning.pk, feedback="已整治。", received_on=date(2026, 12, 7), acting=later)
    with pytest.raises(Blocked):
        decide_lifting_of_warning(warning_id=warning.pk, reason="复查合格，风险已消除。", acting=later)
    chief = days_on(place.chief, 21)
    decide_lifting_of_warning(warning_id=warning.pk, reason="复查批次全部合格，风险已消除。", acting=chief)
    notice = draft_document(kind="alert_lift_notice", subject=f"warning:{warning.pk}", acting=later)
    notice = issue_document(document=notice, acting=chief)
    text = "\n".join(paragraph["text"] for paragraph in notice.issue.facts["paragraphs"])
    assert "（嘉市监警〔2026〕1号）" in text
    warning.refresh_from_db()
    assert (warning.state, warning.lifted_on) == (RiskWarning.State.LIFTED, date(2026, 12, 9))
    void_document(document=notice, reason="解除理由表述有误，另行制发。", acting=chief)
    warning.refresh_from_db()
    assert (warning.state, warning.lifted_on) == (RiskWarning.State.LIFTING, None)


def test_a_lifting_that_was_not_decided_cannot_be_written(place):
    warning = drafted(place)
    notice = draft_document(kind="alert_lift_notice", subject=f"warning:{warning.pk}", acting=acting(place.head))
    with pytest.raises(RuleError) as refused:
        issue_document(document=notice, acting=acting(place.chief))
    assert refused.value.code == "not_lifting"


def test_a_void_warning_stands_as_drafted_again(place):
    warning = drafted(place)
    served(issued(place, warning), place.head, place.officer)
    document = Document.objects.get(kind="alert_bulletin")
    void_document(document=document, reason="主送机关有误，另行制发。", acting=acting(place.chief))
    warning.refresh_from_db()
    assert (warning.state, warning.served_on) == (RiskWarning.State.DRAFTED, None)
    assert Deadline.objects.get(rule="warning_feedback").state == "cancelled"


def test_a_dropped_warning_is_not_issued(place):
    warning = drafted(place)
    drop_warning(warning_id=warning.pk, reason="经研判属个别批次问题，不予预警。", acting=acting(place.head))
    with pytest.raises(RuleError) as refused:
        issued(place, warning)
    assert refused.value.code == "wrong_state"
    actions = AuditEvent.objects.filter(stream=f"warning:{warning.pk}").values_list("action", flat=True)
    assert list(actions) == ["warning.drafted", "warning.dropped"]


def test_only_the_area_sees_it_and_a_list_costs_one_query(place, django_assert_num_queries):
    for _time in range(3):
        drafted(place)
    assert visible_warnings(place.chief).count() == 3
    assert not visible_warnings(place.stranger).exists()
    assert not visible_warnings(place.officer).exists()
    with django_assert_num_queries(1):
        rows = listed_warnings(visible_warnings(place.head), WarningFilter(state="drafted", text="自行车"))
        assert {(row.region.name, row.body.name) for row in rows} == {(place.county.name, place.city.name)}
