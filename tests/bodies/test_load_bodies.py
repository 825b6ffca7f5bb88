"""Loading bodies: whole, repeatable, and the same tree told three ways."""

import random
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from cases.models import AuditEvent, Body, BodyClosure
from cases.packs.divisions import province_abbreviations, read_divisions
from cases.rules.body_tree import number_tree, plan_bodies
from cases.services.load_bodies import load_bodies, plant
from tests.factories import acting


@st.composite
def trees(draw: st.DrawFn) -> dict[str, str]:
    """Code to parent code of a random tree."""
    size = draw(st.integers(1, 30))
    return {f"{n:02}": f"{draw(st.integers(0, n - 1)):02}" if n else "" for n in range(size)}


@given(trees())
def test_a_subtree_is_exactly_a_range_of_positions(parents: dict[str, str]) -> None:
    numbers = number_tree(parents)

    def above(code: str) -> set[str]:
        return {code} | (above(parents[code]) if parents[code] else set())

    for code, (position, last) in numbers.items():
        in_range = {other for other, (place, _) in numbers.items() if position <= place <= last}
        assert in_range == {other for other in parents if code in above(other)}
    assert sorted(position for position, _ in numbers.values()) == list(range(len(parents)))


def _assert_tree_is_whole() -> None:
    """Parents, closure and numbers tell the same tree."""
    bodies = {body.pk: body for body in Body.objects.all()}
    closure = set(BodyClosure.objects.values_list("ancestor_id", "descendant_id", "depth"))
    expected = set()
    for body in bodies.values():
        above, depth = body, 0
        expected.add((body.pk, body.pk, 0))
        while above.parent_id:
            above, depth = bodies[above.parent_id], depth + 1
            expected.add((above.pk, body.pk, depth))
            assert above.covers(body)
    assert closure == expected
    assert sorted(body.position for body in bodies.values()) == list(range(len(bodies)))
    assert sum(body.last - body.position + 1 for body in bodies.values()) == len(closure)


@pytest.mark.django_db
def test_loading_a_second_province_renumbers_and_keeps_the_tree_whole() -> None:
    def plan(prefix: str) -> list[tuple[str, str]]:
        rows = read_divisions(prefix[:2])
        return [(row.code, row.name) for row in rows if row.code.startswith(prefix) or row.code == prefix[:2]]

    for prefix in ("3304", "1101", "4419", "3302"):
        created = plant(plan_bodies(plan(prefix), province_abbreviations()))
        assert created > 20
        _assert_tree_is_whole()


@pytest.mark.django_db
def test_loading_twice_creates_nothing_and_keeps_edited_names() -> None:
    first = load_bodies(province="46", acting=acting(None))
    Body.objects.filter(code="460100").update(name="海口市市场监督管理局（改）")
    second = load_bodies(province="46", acting=acting(None))
    assert first.created == first.total > 200
    assert (second.created, second.total) == (0, first.total)
    assert Body.objects.get(code="460100").name == "海口市市场监督管理局（改）"
    assert AuditEvent.objects.filter(action="load_bodies").count() == 1


@pytest.mark.django_db
def test_command_loads_zhejiang_and_says_how_many() -> None:
    said = StringIO()
    call_command("load_bodies", stdout=said)
    assert "1490 bodies created, 1490 stand" in said.getvalue()
    zhejiang = Body.objects.get(code="330000")
    assert Body.objects.filter(position__range=(zhejiang.position, zhejiang.last)).count() == 1489


@pytest.mark.django_db
def test_command_refuses_an_unknown_province() -> None:
    with pytest.raises(CommandError, match="'98'"):
        call_command("load_bodies", "--province", "98")


def test_range_and_closure_agree_on_random_pairs(sample: dict[str, Body]) -> None:
    links = set(BodyClosure.objects.values_list("ancestor_id", "descendant_id"))
    bodies = list(sample.values())
    chance = random.Random(20261121)
    pairs = [(chance.choice(bodies), chance.choice(bodies)) for _ in range(3000)]
    pairs += [(body, other) for body in bodies[:60] for other in bodies[:60]]
    assert all(upper.covers(lower) == ((upper.pk, lower.pk) in links) for upper, lower in pairs)
    assert any(upper.covers(lower) and upper != lower for upper, lower in pairs)
