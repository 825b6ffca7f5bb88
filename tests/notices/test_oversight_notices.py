"""What the two notices of listed oversight say, who drafts, issues and serves them, and that they are printed."""

from datetime import date

import pytest

from cases.guards.conditions import Blocked
from cases.models import ListedOversight
from cases.rules.errors import RuleError
from cases.services.jobs import run_due_jobs
from notices.models import Document, IssuedFile
from notices.rules.numbering import check_number
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.preview import drafted_facts
from tests.factories import make_user
from tests.oversight.conftest import Watch, bodies, enterprise, event, hazards, people, watch  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db


def text_of(document):
    return "\n".join(paragraph["text"] for paragraph in document.issue.facts["paragraphs"])


@pytest.fixture
def notice(watch):  # noqa: F811
    watch.listed()
    return Document.objects.get(case=watch.case, kind="listed_oversight_notice")


def test_the_notice_states_facts_demands_period_person_and_remedy(notice, watch):  # noqa: F811
    said = text_of(notice)
    assert check_number(notice.number)
    assert notice.issue.facts["addressee"] == watch.enterprise.name
    assert notice.issue.facts["organ"] == "嘉兴市市场监督管理局"
    assert notice.issue.facts["cc"] == "南湖区市场监督管理局"
    for part in (
        "两次发现重大质量安全风险隐患。",
        "（国市监质监发〔2023〕38号）关于实行分层分级责任清单制的规定",
        "1. 停止销售。",
        "2. 召回已售产品。",
        "自本通知书送达之日起60日（送达当日不计入期限）",
        "在期限届满5日前书面提出，经我局批准可以延期1次，延期不超过30日",
        "你单位法定代表人沈国良对落实督办要求负责",
        "每15日向我局报告一次进展情况",
        "可以向我局陈述意见",
    ):
        assert part in said, part


def test_the_notice_names_no_class(notice, watch):  # noqa: F811
    assert "类" not in text_of(notice)


def test_the_notice_of_the_lifting_names_what_it_ends_and_why(notice, watch):  # noqa: F811
    watch.wait(20)
    watch.ask()
    watch.decide_lifting("lift")
    watch.issue("issue_lift_notice")
    lift = Document.objects.get(case=watch.case, kind="oversight_lift_notice")
    said = text_of(lift)
    for part in (
        f"《挂牌督办通知书》（{notice.number}）", "2026年3月2日", "2026年3月22日，南湖区市场监督管理局申请解除",
        "经核查，经现场核查，督办要求已全部落实。", "自本通知书送达之日起解除挂牌督办",
    ):  # fmt: skip
        assert part in said, part


def test_both_are_printed(notice, watch):  # noqa: F811
    run_due_jobs(watch.now, 50)
    assert IssuedFile.objects.get(document=notice).size > 10_000


def test_only_the_listing_body_drafts_and_its_head_issues(watch, bodies):  # noqa: F811
    watch.propose()
    watch.decide("list")
    watch.draft()
    document = Document.objects.get(kind="listed_oversight_notice")
    county = make_user("县科长", "unit_head", bodies["330402"])
    with pytest.raises(Blocked):
        draft_document(
            case=watch.case,
            kind="oversight_lift_notice",
            subject=document.subject,
            acting=watch.acting(county),
        )
    for person in (county, watch.people.drafter):
        with pytest.raises(Blocked):
            issue_document(document=document, acting=watch.acting(person))
    issued = issue_document(document=document, acting=watch.acting(watch.people.decider))
    assert issued.issue.issued_on == date(2026, 3, 2)


def test_a_draft_of_the_lifting_says_what_is_missing(watch):  # noqa: F811
    watch.listed()
    oversight = ListedOversight.objects.get()
    draft = draft_document(
        case=watch.case,
        kind="oversight_lift_notice",
        subject=f"oversight:{oversight.pk}",
        acting=watch.acting(watch.people.drafter),
    )
    with pytest.raises(RuleError) as refused:
        drafted_facts(draft, watch.acting(watch.people.drafter))
    assert refused.value.code == "nothing_to_lift"
