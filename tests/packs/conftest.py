"""A county with people who draft and publish rule packs, classified units, and the way from a draft to a release."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from cases.models import Answer, Body, Case, ClassRecord, Enterprise, Inspection, PackDraft, PackRelease, Product, User
from cases.packs.drafting import sha256_of
from cases.packs.loader import load_pack
from cases.services.jobs import run_due_jobs
from cases.services.pack_drafts import publish_pack, save_pack_draft, start_pack_draft
from cases.services.rehearse_pack import start_rehearsal
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user

REASON = "浙江省局会议2026年第8次纪要决定。"
NEXT_DAY = datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
ITEMS = [str(number) for number in range(1, 20)]

ADDED = """
items_added:
  - number: "3a"
    parent: "3"
    text: 企业标准自我声明公开。
    answer: finding
"""
WORSE_TIES = """
settings:
  - {key: tie_rule, value: worse, assumption: true, source: A, note: 试用}
"""
BOUNDS = "bounds: {A: 9/10, B: 6/10}"
STRICTER = "bounds: {A: 19/20, B: 7/10}"
"""17 of 19 stay B; 18 of 19 (94.7 %) fall from A to B; 12 and 13 of 19 fall from B to C."""


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def writer(bodies: dict[str, Body]) -> User:
    """The platform administrator of the province, who drafts."""
    return make_user("起草人", "platform_admin", bodies["330000"], language="en")


@pytest.fixture
def head(bodies: dict[str, Body]) -> User:
    """The head of the provincial body, who publishes."""
    return make_user("省局负责人", "body_head", bodies["330000"], language="en")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


Begin = Callable[..., PackDraft]


@pytest.fixture
def draft(bodies: dict[str, Body], writer: User) -> Begin:
    """A draft of the province that holds: the national form, and what is added or changed."""

    def begin(
        more: str = ADDED, *, base: str = "national-2012@1", code: str = "330000-2027", beginning: str = "extend",
        change: tuple[str, str] = ("", ""), by: User = writer, body: str = "330000",
    ) -> PackDraft:  # fmt: skip
        begun = start_pack_draft(
            body=bodies[body], base=base, beginning=beginning, code=code, title="浙江省分类细则", acting=acting(by)
        )
        text = (begun.text + more).replace(*change) if change[0] else begun.text + more
        assert not change[0] or change[1] in text
        kept = save_pack_draft(draft_id=begun.pk, text=text, version=begun.version, acting=acting(by))
        assert kept.problems == [], kept.problems
        return kept

    return begin


@pytest.fixture
def published(head: User, writer: User) -> Callable[[PackDraft], PackRelease]:
    """The draft rehearsed and published."""

    def publish(draft: PackDraft) -> PackRelease:
        start_rehearsal(draft_id=draft.pk, acting=acting(writer))
        while run_due_jobs(NOON):
            pass
        return publish_pack(draft_id=draft.pk, reason=REASON, version=draft.version, acting=acting(head))

    return publish


def release_directly(draft: PackDraft, by: User, **changes: object) -> PackRelease:
    """A release as it stands, past every guard."""
    pack_version = changes.pop("pack_version", 1)
    text = str(changes.pop("text", draft.text))
    return PackRelease.objects.create(
        body=draft.body, code=draft.code, pack_version=pack_version, text=text, sha256=sha256_of(text), draft=draft,
        reason=REASON, published_by=by, published_at=NOON,
    )  # fmt: skip


def classified(
    body: Body, quality_class: str, failing: str = "", *, level: str = "III", pack: str = "national-2012@1",
    answered: bool = True, by: User, **fields: object,
) -> Enterprise:  # fmt: skip
    """A unit with a class in force and the inspection behind it; `failing` items are separated by commas."""
    unit = make_enterprise(territorial_body=body, headcount=60, revenue_wan=Decimal("800.00"), **fields)
    Product.objects.create(enterprise=unit, name="童车", risk_level=level)
    modes = load_pack("national-2012", 1).modes
    mode = modes.cells[quality_class][level].mode
    case = Case.objects.create(
        number=f"案{unit.pk}", enterprise=unit, body=body, territorial_body=body, planned_on=date(2026, 3, 1),
        status="closed", pack=pack, opened_at=NOON, opened_by=by,
    )  # fmt: skip
    inspection = Inspection.objects.create(case=case, risk_level=level, submitted_at=NOON, submitted_by=by)
    failed = failing.split(",")
    if answered:
        Answer.objects.bulk_create(
            Answer(inspection=inspection, item=item, value="fail" if item in failed else "pass") for item in ITEMS
        )
    ClassRecord.objects.create(
        enterprise=unit, case=case, quality_class=quality_class, mode=mode, pack=pack, valid_from=date(2026, 4, 1),
        next_review_on=date(2027, 4, 1),
    )  # fmt: skip
    Enterprise.objects.filter(pk=unit.pk).update(quality_class=quality_class, mode=mode)
    unit.refresh_from_db()
    return unit
