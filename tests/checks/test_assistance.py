"""Technical assistance: after a found risk only; decided, visited, advised without naming a class, followed up."""

from datetime import date

import pytest

from cases.guards.conditions import Blocked
from cases.models import Assistance, Deadline
from cases.rules.errors import RuleError
from cases.selectors.assistance import AssistanceFilter, listed_assistance, visible_assistance
from cases.services.assistance import (
    ask_assistance,
    close_assistance,
    decide_assistance,
    record_follow_up,
    record_visit,
)
from notices.models import Document
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from tests.checks.conftest import days_on, served
from tests.factories import acting, make_enterprise, make_user

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 18)


def asked(place, **changed):
    facts = {"asked_on": TODAY, "asked_by": "厂长", "wish": "请指导改进制动装置检验。", "event": place.event} | changed
    return ask_assistance(enterprise=place.unit, **facts, acting=acting(place.officer))


def accepted(place):
    key = asked(place).pk
    reason = "风险已经核实，符合帮扶条件。"
    return decide_assistance(assistance_id=key, outcome="accept", reason=reason, acting=acting(place.head))


def visited(place, **changed):
    facts = {
        "visited_on": TODAY,
        "team": "市质检院两名专家",
        "account": "检验台缺少制动测试工装。",
        "measures": [("缺少制动测试工装", "增加工装并逐台测试"), ("检验规程未覆盖制动", "修订检验规程")],
    } | changed
    return record_visit(assistance_id=accepted(place).pk, **facts, acting=acting(place.officer))


def advised(place):
    assistance = visited(place)
    subject = f"assistance:{assistance.pk}"
    document = draft_document(kind="assistance_advice", subject=subject, acting=acting(place.officer))
    return issue_document(document=document, acting=acting(place.head))


def test_a_request_needs_a_risk_that_was_found_and_starts_the_period(place):
    assistance = asked(place)
    clock = Deadline.objects.get()
    assert (clock.rule, clock.amount, clock.enterprise) == ("assistance_acceptance", 5, place.unit)
    assert assistance.body == place.county
    with pytest.raises(RuleError) as twice:
        asked(place)
    assert twice.value.code == "no_risk_found"
    other = make_enterprise(territorial_body=place.county)
    with pytest.raises(RuleError) as foreign:
        ask_assistance(
            enterprise=other, event=place.event, asked_on=TODAY, asked_by="甲", wish="乙", acting=acting(place.officer)
        )
    assert foreign.value.code == "no_risk_found"


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"wish": " "}, "request_incomplete", "wish"),
        ({"asked_by": ""}, "request_incomplete", "asked_by"),
        ({"asked_on": date(2026, 11, 19)}, "date_future", "asked_on"),
    ],
)
def test_what_a_request_lacks_is_named(place, changed, code, field):
    with pytest.raises(RuleError) as refused:
        asked(place, **changed)
    assert (refused.value.code, refused.value.details["field"]) == (code, field)


def test_a_unit_of_a_township_is_advised_by_its_county(place):
    unit = make_enterprise(territorial_body=place.bodies["330402100"])
    place.event.enterprise = unit
    place.event.save()
    place.unit = unit
    assert asked(place).body == place.county


def test_only_the_head_of_unit_decides_and_what_is_declined_may_be_asked_again(place):
    key = asked(place).pk
    with pytest.raises(Blocked):
        decide_assistance(
            assistance_id=key, outcome="accept", reason="符合条件，同意受理。", acting=acting(place.officer)
        )
    reason = "所述问题不属于质量安全风险。"
    decide_assistance(assistance_id=key, outcome="decline", reason=reason, acting=acting(place.head))
    assert Assistance.objects.get().state == Assistance.State.DECLINED
    assert asked(place).state == Assistance.State.ASKED


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"team": ""}, "visit_incomplete"),
        ({"measures": []}, "measures_missing"),
        ({"measures": [("问题", " ")]}, "measures_missing"),
        ({"visited_on": date(2026, 11, 19)}, "date_future"),
    ],
)
def test_a_visit_that_lacks_something_is_refused(place, changed, code):
    with pytest.raises(RuleError) as refused:
        visited(place, **changed)
    assert refused.value.code == code


def test_the_advice_names_measures_and_rights_and_no_class(place):
    place.unit.quality_class = "C"
    place.unit.save()
    document = advised(place)
    text = "\n".join(paragraph["text"] for paragraph in document.issue.facts["paragraphs"])
    for words in (
        "问题：缺少制动测试工装。",
        "建议：修订检验规程。",
        "30日内",
        "不收取任何费用",
        "不作为行政处罚的证据",
        "不同意见",
    ):
        assert words in text
    assert "C类" not in text
    assert "C级" not in text
    assert "分类" not in text
    assert document.addressee == place.unit.name


def test_service_starts_the_follow_up_and_the_units_opinion_closes_it(place):
    served(advised(place), place.officer, place.head)
    clock = Deadline.objects.get(rule="assistance_follow_up")
    assert (clock.amount, clock.start_on) == (30, TODAY)
    key = Assistance.objects.get().pk
    with pytest.raises(Blocked):
        close_assistance(assistance_id=key, satisfaction=5, words="", acting=acting(place.officer))
    later = days_on(place.officer, 12)
    record_follow_up(assistance_id=key, followed_on=later.today, follow_up="工装已安装使用。", acting=later)
    with pytest.raises(RuleError):
        close_assistance(assistance_id=key, satisfaction=6, words="", acting=later)
    close_assistance(assistance_id=key, satisfaction=5, words="很有帮助", acting=later)
    assert Assistance.objects.get().state == Assistance.State.CLOSED
    assert not Deadline.objects.filter(state="running").exists()


def test_a_void_advice_is_written_anew(place):
    served(advised(place), place.officer, place.head)
    void_document(
        document=Document.objects.get(kind="assistance_advice"),
        reason="措施表述有误，另行制发。",
        acting=acting(place.head),
    )
    assert Assistance.objects.get().state == Assistance.State.VISITED
    assert Deadline.objects.get(rule="assistance_follow_up").state == "cancelled"


def test_only_the_units_area_sees_it(place, django_assert_num_queries):
    asked(place)
    assert visible_assistance(place.head).count() == 1
    assert not visible_assistance(make_user("邻县", "unit_head", place.bodies["330411"])).exists()
    with django_assert_num_queries(1):
        rows = listed_assistance(visible_assistance(place.officer), AssistanceFilter(state="asked", text="童车"))
        assert [(row.enterprise.territorial_body.name, row.event.title) for row in rows] == [
            (place.county.name, "童车制动隐患")
        ]
