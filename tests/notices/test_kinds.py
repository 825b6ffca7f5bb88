"""Every kind of document is whole: printed, told, addressed, issued, its fields labelled, its steps permitted."""

import pytest

from cases.packs.loader import load_permissions
from notices.forms.documents import DraftForm
from notices.packs import KindOfDocument, document_kinds
from notices.pdf.render import LAYOUTS
from notices.services.facts import BUILDERS
from notices.services.subjects import ISSUERS, RECIPIENTS, SUBJECTS

KINDS = list(document_kinds().values())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_kind_refers_only_to_what_there_is(kind: KindOfDocument) -> None:
    assert kind.layout in LAYOUTS
    assert kind.subject in SUBJECTS
    assert kind.to in RECIPIENTS
    assert kind.by in ISSUERS
    assert kind.kind in BUILDERS
    assert {kind.drafted_at, kind.served_at} <= {"place", "issuer"}
    known = {permission.codename for permission in load_permissions()}
    assert {*kind.draft, *kind.issue} <= known
    assert len(kind.kind) <= 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_field_of_a_draft_has_a_label(kind: KindOfDocument) -> None:
    form = DraftForm(kind=kind.kind)
    assert tuple(form.fields) == kind.fields
    assert all(field.label for field in form.fields.values())


def test_what_tells_a_document_belongs_to_a_kind() -> None:
    assert set(BUILDERS) == set(document_kinds())


def test_what_goes_out_to_a_unit_is_approved_by_another_or_decided_before() -> None:
    """The two that are not: they only tell what somebody has decided by a step of their own."""
    alone = {kind.kind for kind in KINDS if kind.served and kind.to == "enterprise" and not kind.four_eyes}
    assert alone == {"listing_decision", "delisting_notice"}
