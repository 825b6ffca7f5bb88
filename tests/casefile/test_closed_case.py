"""The file of a case that went all the way: what changes it, and what stops it."""

from pathlib import Path
from typing import Any

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Case, Job
from cases.services.audit import broken_chains
from notices.models import Document, ServiceRecord
from notices.services import case_file as building
from notices.services.case_file import build_case_file, is_current, record_download
from notices.services.case_file_contents import contents_of
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from notices.services.void_document import void_document
from tests.casefile.conftest import Attach, Build, opened, photo, printed, read, titles, volumes_of
from tests.factories import acting
from tests.notices.conftest import new_order

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def issue_order(case: Case, cast: Any) -> Document:
    """Another order, issued but not printed yet."""
    order = new_order(case, attempt=2)
    draft = draft_document(case=case, kind="rectification_order", subject=f"order:{order.pk}", acting=acting(cast.lead))
    return issue_document(document=draft, acting=acting(cast.unit_head))


def test_a_new_document_makes_it_outdated_and_building_again_makes_a_new_row(
    closed: Case, build: Build, cast: Any
) -> None:
    first = build(closed)
    before = read(first)
    assert is_current(first, closed)
    record_download(case_file=first, acting=acting(cast.lead))
    assert is_current(first, closed), "taking it away changes nothing of the case"
    another = issue_order(closed, cast)
    with pytest.raises(Blocked) as refused:
        build_case_file(case_id=closed.pk, acting=acting(cast.unit_head))
    assert refused.value.code == "documents_printed"
    assert refused.value.clause == "市场监督管理行政处罚程序规定 第七十八条第一款"
    assert not is_current(first, Case.objects.get(pk=closed.pk)), "it may be asked while the letter is being printed"
    printed(closed)
    assert not is_current(first, Case.objects.get(pk=closed.pk))
    second = build(closed)
    assert second.pk != first.pk
    assert titles(second, "main").count("责令限期整改通知书") == titles(first, "main").count("责令限期整改通知书") + 1
    first.refresh_from_db()
    assert (first.state, read(first)) == ("done", before)
    void_document(document=another, reason="当事人名称有误，另行制发。", acting=acting(cast.unit_head))
    third = build(closed)
    assert titles(third, "sub").count("责令限期整改通知书") == 1
    document = opened(third)
    index = "".join(volumes_of(document)["sub"][1].get_text().split())
    assert "已作废：当事人名称有误，另行制发。" in index
    events = AuditEvent.objects.filter(case=closed, action__startswith="case_file.").order_by("sequence")
    assert [(event.action.partition(".")[2], event.actor) for event in events[:3]] == [
        ("asked", cast.unit_head),
        ("built", None),
        ("downloaded", cast.lead),
    ]
    assert events[1].data["sha256"] == events[2].data["sha256"] == first.sha256
    assert list(broken_chains()) == []


def test_an_issued_document_whose_bytes_were_changed_stops_the_file_and_says_which(closed: Case, build: Build) -> None:
    order = Document.objects.get(case=closed, kind="rectification_order")
    Path(order.file.file.path).write_bytes(b"%PDF-1.7 forged")
    made = build(closed)
    assert made.state == "failed"
    assert made.failure == {"code": "document_changed", "number": order.number}
    assert not Job.objects.filter(kind=building.JOB, state=Job.State.DEAD).exists(), "a person mends it, not a retry"


def test_evidence_of_service_follows_the_record_of_it(closed: Case, attach: Attach) -> None:
    proof = attach(closed, "回执照片.jpg", photo((20, 20)), purpose="service")
    ServiceRecord.objects.get(document__kind="rectification_order").evidence.add(proof)
    (main,) = (each["items"] for each in contents_of(closed)["volumes"] if each["code"] == "main")
    order = [item["title"] for item in main]
    assert order[order.index("送达回证（责令限期整改通知书）") + 1] == "送达凭证：回执照片.jpg"


def test_drafts_are_counted_but_not_filed(tell: Any, build: Build) -> None:
    case = printed(tell(until="issue_order", outcomes={"inspect": ["3,12"]}))
    made = build(case)
    assert "责令限期整改通知书" not in titles(made, "main")
    document = opened(made)
    assert "另有1份文书尚未签发，未列入案卷" in volumes_of(document)["main"][-1].get_text()
