"""Published packs beside the shipped ones: found at once and for ever, never a danger to the house."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from cases.models import PackRelease
from cases.packs import published
from cases.packs.classifying import classifying_pack
from cases.packs.loader import all_packs, load_pack, newest_packs, pack_in_force, referred_pack, unreadable_packs
from cases.rules.errors import RuleError
from cases.selectors.settings import pack_for, packs_to_choose
from cases.services.open_settings import set_open_setting
from tests.factories import acting, make_user
from tests.packs.conftest import REASON, release_directly

pytestmark = pytest.mark.django_db


def test_a_published_pack_is_found_by_code_and_by_reference(draft: Any, head: Any) -> None:
    release_directly(draft(), head)
    assert load_pack("330000-2027").version == 1
    assert len(referred_pack("330000-2027@1").classes.items) == 20
    assert referred_pack("330000-2027@1") is load_pack("330000-2027")
    assert ("330000-2027", 1) in all_packs()


def test_finding_a_version_again_asks_nobody_and_the_newest_one_small_question(draft: Any, head: Any) -> None:
    release_directly(draft(), head)
    load_pack("330000-2027")
    with CaptureQueriesContext(connection) as queries:
        for _time in range(5):
            load_pack("330000-2027", 1), load_pack("national-2012", 1), classifying_pack("national-2012@1")
    assert len(queries) == 0
    with CaptureQueriesContext(connection) as queries:
        newest_packs()
    assert len(queries) == 1
    assert "text" not in queries[0]["sql"].lower()


def test_what_another_worker_publishes_is_seen_at_once(draft: Any, head: Any) -> None:
    text = draft().text
    assert "330000-2027" not in newest_packs()
    release_directly(draft(code="330000-other"), head)
    other = PackRelease.objects.get()
    assert "330000-other" in newest_packs()
    again = draft(code="330000-2027", change=("330000-2027", "330000-2027"))
    release_directly(again, head, text=text)
    assert newest_packs()["330000-2027"].version == 1
    assert load_pack(other.code).code == other.code


def test_what_is_rolled_back_was_never_there(draft: Any, head: Any) -> None:
    begun = draft()
    sid = transaction.savepoint()
    release_directly(begun, head)
    assert load_pack("330000-2027").version == 1
    transaction.savepoint_rollback(sid)
    with pytest.raises(RuleError):
        load_pack("330000-2027")


@pytest.mark.parametrize(
    "text",
    ["pack: [", "", "pack: other\n", "x" * 300_000, "a: &a [1]\nb: *a\n", "extends: nowhere@1\npack: 330000-2027\n"],
)
def test_a_broken_release_takes_nothing_down(text: str, draft: Any, head: Any) -> None:
    release_directly(draft(), head)
    release_directly(draft(code="330000-b"), head, text=text)
    assert newest_packs()["330000-2027"].version == 1
    assert load_pack("national-2012").version == 1
    assert [code for code, _version in unreadable_packs()] == ["330000-b"]
    with pytest.raises(RuleError):
        load_pack("330000-b", 1)


def test_a_fault_of_the_reader_itself_takes_nothing_down(
    draft: Any, head: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_directly(draft(), head)
    monkeypatch.setattr(published, "pack_of", lambda place, known: 1 / 0)
    assert load_pack("national-2012").version == 1
    assert "330000-2027" not in newest_packs()
    assert list(unreadable_packs()) == [("330000-2027", 1)]


def test_without_a_database_the_shipped_packs_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def mark(self) -> object:
            raise DatabaseError("no such table")

        def releases(self) -> list[published.Release]:
            raise AssertionError

    kept = published._source
    try:
        published.register_source(Gone())
        assert load_pack("national-2012").version == 1
        assert load_pack("samr-2023-38", 1).tiers is not None
    finally:
        published.register_source(kept)


def test_what_was_published_stands_before_what_ships_later_under_its_number(draft: Any, head: Any) -> None:
    own = draft(code="zhejiang-2022", base="zhejiang-2022@1", beginning="copy", more="")
    own.text = own.text.replace("version: 2", "version: 1").replace("指引未见原文", "另一文本")
    release_directly(own, head)
    published.forget_published()
    assert "另一文本" in load_pack("zhejiang-2022", 1).note  # as a worker that starts anew


def test_on_each_day_the_version_of_that_day_is_in_force(draft: Any, head: Any) -> None:
    first = draft()
    release_directly(first, head)
    begins = load_pack("330000-2027").effective_from
    second = first.text.replace("version: 1", "version: 2").replace(str(begins), str(begins + timedelta(days=30)))
    release_directly(draft(code="330000-z"), head, text=second)
    PackRelease.objects.filter(code="330000-z").exists()
    with pytest.raises(RuleError) as refusal:
        pack_in_force("330000-2027", begins - timedelta(days=1))
    assert refusal.value.code == "pack_not_in_force"
    assert pack_in_force("330000-2027", begins).version == 1
    assert pack_in_force("national-2012", date(2026, 1, 1)).version == 1


def test_a_body_may_choose_what_was_published_for_its_place(draft: Any, head: Any, bodies: Any) -> None:
    release_directly(draft(), head)
    assert "330000-2027" in [pack.code for pack in packs_to_choose("classes", bodies["330402"])]
    admin = make_user("管理员", "platform_admin", bodies["330402"])
    set_open_setting(
        body=bodies["330402"], key="classification.pack", value="330000-2027", reason=REASON, acting=acting(admin)
    )
    assert pack_for(bodies["330402100"], "classification.pack", date(2027, 1, 1)).ref == "330000-2027@1"
    assert pack_for(bodies["330411"], "classification.pack", date(2027, 1, 1)).ref == "national-2012@1"
    with pytest.raises(RuleError):
        set_open_setting(
            body=bodies["330402"], key="tiering.pack", value="330000-2027", reason=REASON, acting=acting(admin)
        )


def test_only_packs_whose_modes_a_record_can_hold_are_offered(bodies: Any) -> None:
    codes = [pack.code for pack in packs_to_choose("classes", bodies["330402"])]
    assert codes == ["jiaxing-2020", "national-2012"]  # zhejiang-2022 knows no mode for AA to C
    with pytest.raises(RuleError):
        classifying_pack("zhejiang-2022@1")


@pytest.mark.parametrize("ref", ["national-2012@x", "national-2012@99", "@1", "", "national-2012@٣"])
def test_a_reference_that_names_nothing_is_refused(ref: str, db: None) -> None:
    with pytest.raises(RuleError) as refusal:
        referred_pack(ref)
    assert refusal.value.code == "pack"
