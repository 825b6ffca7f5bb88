"""Fifty officers issue at once: every number is taken, none twice, none left out."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from cases.models import Sequence, User
from cases.rules.errors import StatedError
from notices.models import Document, Issue
from notices.services.draft_document import draft_document
from notices.services.issue_document import issue_document
from tests.factories import acting, make_body_tree, make_user
from tests.notices.conftest import new_case, new_interview

ISSUERS = 50


@pytest.fixture
def drafts(shared_database: None) -> tuple[list[Document], User]:
    """Fifty drafted notices of fifty cases, and the head of unit who issues them."""
    county = make_body_tree()["330402"]
    inspector = make_user("inspector", "inspector", county)
    head = make_user("head", "unit_head", county)
    documents = []
    for serial in range(1, ISSUERS + 1):
        case = new_case(county, inspector, serial=serial)
        subject = f"interview:{new_interview(case).pk}"
        documents.append(draft_document(case=case, kind="interview_notice", subject=subject, acting=acting(inspector)))
    return documents, head


def _at_once(documents: list[Document], head: User) -> list[str]:
    """Issue each in a thread of its own with a connection of its own; answers numbers and refusals."""
    start = threading.Barrier(len(documents))

    def issue(document: Document) -> str:
        try:
            start.wait(timeout=60)
            return issue_document(document=document, acting=acting(User.objects.get(pk=head.pk))).number
        except StatedError as error:
            return error.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(documents)) as pool:
        return list(pool.map(issue, documents))


def test_fifty_at_once_leave_neither_gap_nor_double(drafts: tuple[list[Document], User]) -> None:
    documents, head = drafts
    numbers = _at_once(documents, head)
    assert len(set(numbers)) == ISSUERS
    assert sorted(Issue.objects.values_list("serial", flat=True)) == list(range(1, ISSUERS + 1))
    assert Sequence.objects.get(purpose="document:interview_notice").last == ISSUERS


def test_refusals_between_them_leave_no_gap(drafts: tuple[list[Document], User]) -> None:
    documents, head = drafts
    for document in documents[::5]:
        document.case.interviews.update(subject="产品\U0001f600不合格")
    answers = _at_once(documents, head)
    refused = len(documents[::5])
    assert answers.count("missing_glyph") == refused
    assert sorted(Issue.objects.values_list("serial", flat=True)) == list(range(1, ISSUERS - refused + 1))


def test_one_document_is_issued_by_one_of_many(drafts: tuple[list[Document], User]) -> None:
    documents, head = drafts
    answers = _at_once([documents[0]] * 8, head)
    assert Issue.objects.count() == 1
    assert sorted(answers)[:7] == ["draft"] * 7
