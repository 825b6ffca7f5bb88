"""Drafting: what a body may write, what is told to be wrong, who may do what, and that stale pages are told."""

from typing import Any

import pytest

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, PackDraft
from cases.packs.drafting import read_draft
from cases.packs.loader import PackError, all_packs, packaged_text
from cases.rules.errors import RuleError
from cases.services.pack_drafts import StaleDraftError, abandon_pack_draft, save_pack_draft, start_pack_draft
from tests.factories import acting, make_user
from tests.packs.conftest import ADDED, REASON, WORSE_TIES, release_directly

pytestmark = pytest.mark.django_db

HEAD = """pack: {code}
version: 1
title: 试用细则
title_en: Trial
act: 试用细则
jurisdiction: "{region}"
effective_from: 2027-01-01
source: A
extends: national-2012@1
"""


def text(code: str = "330000-2027", region: str = "330000", more: str = ADDED) -> str:
    return HEAD.format(code=code, region=region) + more


def faults(text: str, region: str = "330000") -> list[str]:
    try:
        read_draft(text, known=all_packs(), region=region)
    except PackError as error:
        return [f"{fault.line}: {fault.reason}" for fault in error.faults]
    return []


def test_a_text_of_the_place_holds() -> None:
    assert faults(text()) == []
    assert faults(text(more=ADDED + WORSE_TIES)) == []
    assert faults(text(region="330402")) == []  # a province may write for one county


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("pack: 330000-2027", "pack: 320000-2027", "1: the code of a new pack must begin with 330000-"),
        ("pack: 330000-2027", "pack: jiaxing-2020", "1: the code of a new pack must begin with 330000-"),
        ("pack: 330000-2027", "pack: national-2012", "1: the code of a new pack must begin with 330000-"),
        ("pack: 330000-2027", "pack: 330000-<b>", "1: a code has small letters, digits and hyphens, 32 at most"),
        ("pack: 330000-2027", "pack: 330000-" + "a" * 40, "1: a code has small letters"),
        ("version: 1", "version: 2", "2: the next version of 330000-2027 is 1"),
        ('jurisdiction: "330000"', 'jurisdiction: "320000"', "6: the jurisdiction must lie within 330000"),
        ('jurisdiction: "330000"', 'jurisdiction: "000000"', "6: the jurisdiction must lie within 330000"),
        ('jurisdiction: "330000"', "jurisdiction: 浙江", "6: “浙江” is not a region code"),
        ("extends: national-2012@1", "extends: national-2012", "9: name the version it extends, too: national-2012@1"),
        ("extends: national-2012@1", "extends: nowhere@1", "9: it extends a pack that does not exist"),
        ("extends: national-2012@1", "extends: national-2012@7", "9: it extends a pack that does not exist"),
        ("extends: national-2012@1", "extends: jiaxing-2020@1", "9: jiaxing-2020@1 does not hold in 330000"),
        ("title: 试用细则", "title: " + "长" * 121, "3: text has more than 120 characters"),
        (ADDED, "", "1: the pack states no section yet"),
    ],
)
def test_what_a_place_may_not_write_is_told_with_its_line(old: str, new: str, told: str) -> None:
    assert old in text()
    assert any(each.startswith(told) for each in faults(text().replace(old, new))), faults(text().replace(old, new))


def test_a_form_that_does_not_come_down_from_the_nation_is_refused() -> None:
    own = packaged_text("national-2012", 1).replace("pack: national-2012", "pack: 330000-2027")
    own = own.replace('jurisdiction: "000000"', 'jurisdiction: "330000"')
    few = own.replace("minimum_items: 19", "minimum_items: 3")
    told = "the form of a place must extend the national one (《通用规则》备注（三）)"
    assert [each.partition(": ")[2] for each in faults(few)] == [told]


def test_nothing_of_the_national_form_may_be_dropped_or_weakened() -> None:
    whole = packaged_text("national-2012", 1)
    form = whole[whole.index("classes:\n") : whole.index("\nmodes:")]
    seven = form[form.index('    - number: "7"') : form.index('    - number: "8"')]
    assert faults(text(more=form)) == []
    for old, new, told in (
        (seven, "", "item 7 of the national form is missing"),
        ("      starred: true\n", "", "item 1 is weaker than in the national form"),
        ("A: 9/10", "A: 8/10", "the bound of class A is lower than in the national form"),
        (
            "      text: 企业按照现行有效",
            "      na: pass\n      na_note: 无\n      text: 企业按照现行有效",
            "item 3 is weaker than in the national form",
        ),
        ("      na: fail\n", "      na: pass\n", "item 13 is weaker than in the national form"),
        ("minimum_items: 19", "minimum_items: 1", ""),
    ):
        assert old in form
        found = faults(text(more=form.replace(old, new, 1)))
        assert (not found and not told) or any(told in each for each in found), (told, found)


def test_every_problem_is_told_at_once() -> None:
    wrong = text(more=ADDED.replace("finding", "maybe") + WORSE_TIES.replace("worse", "best") + "flavour: x\n")
    assert faults(wrong) == ["19: unknown key “flavour”"]
    assert faults(wrong.replace("flavour: x\n", "").replace("330000-2027", "1")) == [
        "1: the code of a new pack must begin with 330000-",
        "15: “maybe” is none of finding, conformity",
        "18: “best” is no value for tie_rule",
    ]


def test_a_second_version_follows_the_first(draft: Any, head: Any) -> None:
    release_directly(draft(), head)
    again = text().replace("version: 1", "version: 2")
    assert faults(again) == []
    assert faults(again.replace("2027-01-01", "2026-11-19")) == [
        "7: it must begin after version 1, which begins on 2026-11-19"
    ]


def test_a_township_s_code_is_not_cut() -> None:
    assert faults(text("330402100-a", "330402100"), region="330402100") == []
    assert "must lie within" in faults(text("330402100-a", "330402101"), region="330402100")[0]


BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (BOMB, "aliases (*) are not allowed: write it out"),
        ("<<: *x\n", "aliases"),
        ("[" * 5000, "the text is nested too deep"),
        ("a: " * 50, "not YAML"),
        ("- " * 3000 + "x", "the text is nested too deep"),
        ("x" * 200_001, "the text has more than 200000 characters"),
        ("pack: a\x00b\n", "text has a character that cannot be printed"),
        ("pack: \ud800\n", "text has a character that cannot be printed"),
        ("pack: \ufeffx\n", "text has a character that cannot be printed"),
        ("%YAML 9.9\n---\na: b\n", "not YAML"),
        ("a: b\n---\nc: d\n", "not YAML"),
        ("pack: !!python/object/apply:os.system [id]\n", "missing"),
        ("\tpack: x\n", "not YAML"),
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        ("just words\n", "mapping expected"),
        ("- a\n", "mapping expected"),
        ("? [a, b]\n: c\n", "text expected"),
    ],
)
def test_texts_that_could_harm_are_refused_quickly(bad: str, told: str) -> None:
    assert told in faults(bad)[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1", "version: " + "9" * 5000, "whole number expected"),
        ("effective_from: 2027-01-01", "effective_from: 2027-W01-1", "bad date"),
        ("title: 试用细则", 'title: "a\\0b"', "text has a character that cannot be printed"),
        ("title: 试用细则", "title: " + "长" * 2001, "text has more than 2000 characters"),
        ("value: worse", "value: 2026-99-99", "the value cannot be read"),
        ("value: worse", "value: !!int x", "the value cannot be read"),
        ("value: worse", "value: [1, 2]", "is no value for tie_rule"),
    ],
)
def test_values_that_could_harm_are_refused(old: str, new: str, told: str) -> None:
    base = text(more=ADDED + WORSE_TIES)
    assert old in base
    assert any(told in each for each in faults(base.replace(old, new, 1))), faults(base.replace(old, new, 1))


# --- services --------------------------------------------------------------------------------------------------------


def test_a_draft_begins_as_an_extension_or_as_a_copy(bodies: Any, writer: Any) -> None:
    def begin(base: str, beginning: str, code: str) -> PackDraft:
        return start_pack_draft(
            body=bodies["330000"], base=base, beginning=beginning, code=code, title='浙江"细则": 试行',
            acting=acting(writer),
        )  # fmt: skip

    empty = begin("national-2012@1", "extend", "330000-a")
    assert [problem["message"] for problem in empty.problems] == ["the pack states no section yet"]
    copied = begin("national-2012@1", "copy", "330000-b")
    assert copied.problems == []
    assert "extends: national-2012@1" in copied.text
    assert "# 工业企业产品质量分类监管试行办法" in copied.text  # comments are kept
    next_one = begin("zhejiang-2022@1", "copy", "zhejiang-2022")
    assert next_one.problems == []
    assert "version: 2" in next_one.text
    assert next_one.title == "浙江省产品质量安全分级分类监管工作指引"
    tiers = begin("samr-2023-38@1", "copy", "330000-tiers")
    assert tiers.problems == []
    assert "extends: samr-2023-38@1" in tiers.text
    with pytest.raises(RuleError) as refusal:
        begin("jiaxing-2020@1", "copy", "330000-c")
    assert refusal.value.code == "pack_elsewhere"


def test_only_whoever_administers_the_body_s_packs_may_begin_one(bodies: Any, writer: Any, head: Any) -> None:
    for person, body in ((head, "330000"), (writer, "330400"), (writer, "330402")):
        with pytest.raises(Blocked):
            start_pack_draft(
                body=bodies[body], base="national-2012@1", beginning="extend", code="330000-a", title="细则",
                acting=acting(person),
            )  # fmt: skip


def test_a_wrong_text_is_kept_with_what_is_wrong(draft: Any, writer: Any) -> None:
    begun = draft()
    kept = save_pack_draft(draft_id=begun.pk, text="pack: ]", version=begun.version, acting=acting(writer))
    assert [(problem["line"], problem["message"][:8]) for problem in kept.problems] == [(1, "not YAML")]
    assert kept.validated_sha256 == ""
    assert (kept.code, kept.title) == ("330000-2027", "浙江省分类细则")


def test_a_stale_page_is_told_and_nothing_is_lost(draft: Any, writer: Any, bodies: Any) -> None:
    begun = draft()
    other = make_user("另一人", "platform_admin", bodies["330000"])
    save_pack_draft(draft_id=begun.pk, text=begun.text + "# 二\n", version=begun.version, acting=acting(other))
    with pytest.raises(StaleDraftError) as stale:
        save_pack_draft(draft_id=begun.pk, text=begun.text + "# 三\n", version=begun.version, acting=acting(writer))
    assert stale.value.stored.text.endswith("# 二\n")


def test_saving_the_same_text_again_leaves_no_trace(draft: Any, writer: Any) -> None:
    begun = draft()
    events = AuditEvent.objects.count()
    kept = save_pack_draft(draft_id=begun.pk, text=begun.text, version=begun.version, acting=acting(writer))
    assert kept.version == begun.version
    assert AuditEvent.objects.count() == events


def test_a_draft_given_up_is_closed_and_stays(draft: Any, writer: Any) -> None:
    begun = draft()
    with pytest.raises(RuleError):
        abandon_pack_draft(draft_id=begun.pk, reason="不要", acting=acting(writer))
    assert abandon_pack_draft(draft_id=begun.pk, reason=REASON, acting=acting(writer)).state == "abandoned"
    with pytest.raises(Blocked):
        save_pack_draft(draft_id=begun.pk, text="x", version=begun.version, acting=acting(writer))
