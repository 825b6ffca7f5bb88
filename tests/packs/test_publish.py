"""Publishing: by another person, of what was found valid and rehearsed, for a day to come; the past stays as it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from cases.guards.conditions import Blocked
from cases.models import (
    AuditEvent,
    Case,
    ClassRecord,
    ListEntry,
    Notification,
    PackDraft,
    PackRelease,
    Proposal,
    TierRecord,
)
from cases.packs.classifying import classifying_pack
from cases.rules.errors import RuleError
from cases.selectors.notifications import wording_of
from cases.services.create_case import create_case
from cases.services.jobs import run_due_jobs
from cases.services.open_settings import set_open_setting
from cases.services.pack_drafts import StaleDraftError, publish_pack, save_pack_draft
from cases.services.rehearse_pack import rehearsed_pack, start_rehearsal
from cases.services.tier_enterprise import tier_pack
from tests.factories import NOON, acting, give_post, make_enterprise, make_user
from tests.packs.conftest import BOUNDS, NEXT_DAY, REASON, STRICTER, classified, release_directly

pytestmark = pytest.mark.django_db


def refusal_of(**given: Any) -> set[str]:
    with pytest.raises(Blocked) as refusal:
        publish_pack(**given)
    return {condition.code for condition in refusal.value.conditions}


def test_a_pack_is_published_once_and_for_ever(draft: Any, published: Any, head: Any, writer: Any) -> None:
    begun = draft()
    release = published(begun)
    begun.refresh_from_db()
    assert (release.code, release.pack_version, release.text) == ("330000-2027", 1, begun.text)
    assert begun.state == PackDraft.State.PUBLISHED
    event = AuditEvent.objects.get(action="publish_pack")
    assert (event.stream, event.actor) == ("pack:330000-2027", head)
    assert event.data["sha256"] == release.sha256
    with pytest.raises(DatabaseError), transaction.atomic():
        PackRelease.objects.filter(pk=release.pk).update(text="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        release.delete()
    assert "draft_open" in refusal_of(draft_id=begun.pk, reason=REASON, version=begun.version, acting=acting(head))


def test_whoever_keeps_packs_in_the_region_is_told(draft: Any, published: Any, bodies: Any, writer: Any) -> None:
    county = make_user("县管理员", "platform_admin", bodies["330402"])
    nation = make_user("总局管理员", "platform_admin", bodies["000000"])
    published(draft())
    told = Notification.objects.filter(kind="pack_published")
    assert {line.user for line in told} == {county, writer}
    assert nation not in {line.user for line in told}
    assert "330000-2027@1" in wording_of("pack_published", told[0].data)


def test_each_condition_is_asked_and_told(draft: Any, bodies: Any, writer: Any, head: Any) -> None:
    begun = draft()
    asked = {"draft_id": begun.pk, "reason": REASON, "version": begun.version}
    assert refusal_of(**asked, acting=acting(head)) == {"rehearsed"}
    assert refusal_of(**asked, acting=acting(writer)) == {"permission", "not_its_writer", "rehearsed"}
    assert refusal_of(**asked, acting=acting(head, NOON + timedelta(days=3))) == {"rehearsed", "not_backdated"}
    city = make_user("市局负责人", "body_head", bodies["330400"])
    assert "permission" in refusal_of(**asked, acting=acting(city))


def test_whoever_had_a_hand_in_it_does_not_publish_it(draft: Any, published: Any, bodies: Any, head: Any) -> None:
    both = make_user("兼任", "platform_admin", bodies["330000"])
    give_post(both, "body_head", bodies["330000"])
    begun = draft()
    kept = save_pack_draft(draft_id=begun.pk, text=begun.text + "# 改\n", version=begun.version, acting=acting(both))
    asked = {"draft_id": kept.pk, "reason": REASON, "version": kept.version}
    assert "not_its_writer" in refusal_of(**asked, acting=acting(both))
    assert published(kept).published_by == head


def test_a_change_after_the_rehearsal_needs_another_one(draft: Any, published: Any, writer: Any, head: Any) -> None:
    begun = draft()
    with pytest.raises(StaleDraftError):
        publish_pack(draft_id=begun.pk, reason=REASON, version=begun.version + 1, acting=acting(head))
    start_rehearsal(draft_id=begun.pk, acting=acting(writer))
    run_due_jobs(NOON)
    kept = save_pack_draft(draft_id=begun.pk, text=begun.text + "# 改\n", version=begun.version, acting=acting(writer))
    asked = {"draft_id": kept.pk, "reason": REASON, "version": kept.version}
    assert refusal_of(**asked, acting=acting(head)) == {"rehearsed"}
    assert published(kept)


def test_a_version_that_was_taken_meanwhile_is_refused(draft: Any, published: Any, head: Any, writer: Any) -> None:
    one, two = draft(), draft()
    published(one)
    rehearsal = start_rehearsal(draft_id=two.pk, acting=acting(writer))
    assert rehearsed_pack(rehearsal).version == 1
    rehearsal.state = "done"
    rehearsal.save()
    assert refusal_of(draft_id=two.pk, reason=REASON, version=two.version, acting=acting(head)) == {"not_backdated"}
    assert PackRelease.objects.count() == 1


def test_a_reason_has_ten_characters(draft: Any, published: Any, writer: Any, head: Any) -> None:
    begun = draft()
    start_rehearsal(draft_id=begun.pk, acting=acting(writer))
    run_due_jobs(NOON)
    with pytest.raises(RuleError) as refusal:
        publish_pack(draft_id=begun.pk, reason="好", version=begun.version, acting=acting(head))
    assert refusal.value.code == "reason_too_short"


LEVELS = "levels: {A: province, B: city, C: county, D: township}"
FLATTER = "levels: {A: province, B: county, C: township, D: township}"

# --- the past --------------------------------------------------------------------------------------------------------

DECIDED = (Case, ClassRecord, TierRecord, ListEntry, Proposal)


def decisions() -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in DECIDED}


def open_case(unit: Any, body: Any, at: Any) -> Case:
    return create_case(
        enterprise=unit, body=body, origin="plan", origin_note="", planned_on=at.date(), procedure="main",
        acting=acting(make_user(f"科长{at.timestamp()}{unit.pk}", "unit_head", body), at),
    )  # fmt: skip


def test_publishing_changes_no_past_decision_and_new_cases_take_the_new_version(
    draft: Any, published: Any, bodies: Any, writer: Any
) -> None:
    county, town = bodies["330402"], bodies["330402100"]
    admin = make_user("管理员", "platform_admin", county)
    release = published(draft())
    set_open_setting(body=county, key="classification.pack", value=release.code, reason=REASON, acting=acting(admin))
    closed = classified(town, "A", "18", pack="330000-2027@1", by=writer)
    Case.objects.filter(enterprise=closed).update(status="closed")
    running = open_case(make_enterprise(territorial_body=town), county, NEXT_DAY)
    ListEntry.objects.create(
        enterprise=closed, body=county, year=2026, kind="production", level="key", reason="信用", pack="samr-2023-38@1",
        entered_on=NOON.date(),
    )  # fmt: skip
    assert running.pack == "330000-2027@1"
    before, form = decisions(), classifying_pack("330000-2027@1")

    second = draft(
        "", code="330000-2027", base="330000-2027@1", beginning="copy", change=("effective_from: 2026-11-19",
        "effective_from: 2026-12-01"),
    )  # fmt: skip
    whole = second.text.replace("3a", "3b") + ADDED_SETTINGS
    second = save_pack_draft(draft_id=second.pk, text=whole, version=second.version, acting=acting(writer))
    assert second.problems == []
    assert published(second).pack_version == 2

    assert decisions() == before
    assert classifying_pack("330000-2027@1") == form
    assert [item.number for item in classifying_pack("330000-2027@1").items][-1] == "3a"
    eve = open_case(make_enterprise(territorial_body=town), county, NEXT_DAY + timedelta(days=1))
    first_day = open_case(make_enterprise(territorial_body=town), county, NEXT_DAY + timedelta(days=12))
    assert (eve.pack, first_day.pack) == ("330000-2027@1", "330000-2027@2")
    assert [item.number for item in classifying_pack(first_day.pack).items][-1] == "3b"


ADDED_SETTINGS = """
settings:
  - {key: tie_rule, value: worse, assumption: true, source: A, note: 试用}
"""


def test_a_new_national_version_leaves_what_extends_the_old_one_alone(
    draft: Any, published: Any, bodies: Any, head: Any
) -> None:
    release = published(draft())
    form = classifying_pack(f"{release.code}@1")
    author = make_user("总局起草", "platform_admin", bodies["000000"])
    national = draft(
        "", code="national-2012", base="national-2012@1", beginning="copy", change=(BOUNDS, STRICTER), by=author,
        body="000000",
    )  # fmt: skip
    release_directly(national, head, pack_version=2)
    assert dict(classifying_pack("national-2012@2").classes.bounds) != dict(form.classes.bounds)
    assert classifying_pack(f"{release.code}@1") == form


def test_a_province_may_tier_by_its_own_table(draft: Any, published: Any, bodies: Any, writer: Any) -> None:
    own = draft(
        "", base="samr-2023-38@1", code="330000-tiers", beginning="copy",
        change=(LEVELS, FLATTER),
    )  # fmt: skip
    published(own)
    set_open_setting(
        body=bodies["330000"], key="tiering.pack", value="330000-tiers", reason=REASON, acting=acting(writer)
    )
    assert tier_pack(bodies["330402100"], NEXT_DAY.date()).ref == "330000-tiers@1"
    assert tier_pack(bodies["330402100"], NEXT_DAY.date()).tiers.levels["B"] == "county"
