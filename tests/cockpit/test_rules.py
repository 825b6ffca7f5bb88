"""The pure rules under the overseer's pages, each by worked examples and by what must always hold."""

import json
from datetime import date, timedelta
from math import cos, pi, sin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.rules.boundaries import MOST_PATH, map_number_of, outlines_of
from cases.rules.deadlines_then import Turn, overdue, stood_on, within_a_week
from cases.rules.errors import RuleError
from cases.rules.hex_layout import borders_of, cells_of
from cases.rules.rectification_rates import Kept, OrderFacts, kept, kept_in_time, mean_days, not_put_right
from cases.views.charts import trend_of

DAY = date(2026, 11, 18)
YESTERDAY = DAY - timedelta(days=1)


def order(key=1, *, due=YESTERDAY, reported=None, expired=False, visit="", ended=None, case=1):
    return OrderFacts(key, case, due - timedelta(days=15), due, reported, expired, visit, ended)


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        (order(reported=YESTERDAY), True),
        (order(reported=YESTERDAY, visit="pass"), True),
        (order(reported=YESTERDAY, visit="partly"), False),
        (order(reported=YESTERDAY, visit="fail"), False),
        (order(reported=DAY), False),
        (order(expired=True), False),
        (order(expired=True, ended=YESTERDAY), False),
        (order(), False),
        (order(ended=YESTERDAY), None),
        (order(ended=DAY), False),
        (order(due=DAY, reported=YESTERDAY), None),
    ],
)
def test_an_order_is_kept_in_time_or_not_or_does_not_count(facts, verdict):
    assert kept_in_time(facts, DAY) is verdict


def test_rates_and_averages_take_the_orders_of_their_days():
    orders = [
        order(1, due=date(2026, 11, 1), reported=date(2026, 10, 27)),
        order(2, due=date(2026, 11, 2), reported=date(2026, 11, 5)),
        order(3, due=date(2026, 11, 3), expired=True),
        order(4, due=date(2026, 10, 31), reported=date(2026, 10, 31)),
        order(5, due=date(2026, 12, 1), reported=date(2026, 11, 17)),
    ]
    november = kept(orders, date(2026, 11, 1), date(2026, 11, 30), DAY)
    assert (november, november.rate) == (Kept(3, 1), 33.3)
    assert kept(orders, date(2026, 9, 1), date(2026, 9, 30), DAY).rate is None
    assert mean_days(orders, date(2026, 11, 1), date(2026, 11, 30)) == 9.5  # 18 and 1 days
    assert mean_days(orders, date(2026, 9, 1), date(2026, 9, 30)) is None


def test_an_order_stands_until_it_is_put_right_or_another_takes_its_place():
    standing = [
        order(1, case=1),
        order(2, case=2, reported=YESTERDAY, visit="fail"),
        order(3, case=3, expired=True),
        order(5, case=4, expired=True),
    ]
    gone = [
        order(4, case=4, expired=True, visit="partly"),
        order(6, case=6, reported=DAY),
        order(7, case=7, due=DAY),
        order(8, case=8, ended=DAY),
        order(9, case=9, expired=True, visit="pass"),
    ]
    assert [each.key for each in not_put_right([*standing, *gone], DAY)] == [1, 2, 3, 5]


def test_the_past_is_told_from_the_turns_since():
    """One runs since before, one was met late, one was extended when overdue, one was suspended and resumed."""
    d = lambda day: date(2026, 11, day)  # noqa: E731
    running = {d(10): 1, d(30): 1, d(22): 1}
    turns = [
        Turn("met", d(15), d(12), None),
        Turn("extended", d(16), d(14), d(30)),
        Turn("suspended", d(13), d(11), None),
        Turn("resumed", d(17), d(11), d(22)),
        Turn("started", d(17), None, d(22)),
    ]
    days = [d(11), d(12), d(13), d(14), d(15), d(16), d(18)]
    assert stood_on(days, running, turns, overdue) == [1, 2, 2, 2, 2, 1, 1]
    assert stood_on([d(10), d(17)], running, turns, within_a_week) == [4, 1]


def test_a_clock_resumed_when_overdue_was_not_overdue_while_it_stood_still():
    d = lambda day: date(2026, 11, day)  # noqa: E731
    turns = [Turn("suspended", d(12), d(10), None), Turn("resumed", d(15), d(10), d(13))]
    assert stood_on([d(11), d(12), d(14), d(15)], {d(13): 1}, turns, overdue) == [1, 0, 0, 1]


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(st.lists(st.integers(0, 14), min_size=1, max_size=9))
def test_every_place_has_a_cell_of_its_own_and_a_group_hangs_together(sizes):
    groups = cells_of(tuple(sizes))
    assert [len(cells) for cells in groups] == [size + 1 for size in sizes]
    cells = [cell for group in groups for cell in group]
    assert len(cells) == len(set(cells))
    assert groups == cells_of(tuple(sizes))
    assert cells_of((13,))[0] == cells_of((13, 4))[0], "the first group lies where it lies, whatever follows"


def test_the_lines_round_groups_are_the_sides_between_them():
    (alone,) = cells_of((0,))
    assert len(borders_of([alone])) == 6
    (pair,) = cells_of((1,))
    assert len(borders_of([pair])) == 10, "the side between the two is no border"
    assert len(borders_of([pair[:1], pair[1:]])) == 11, "the side between two groups is one, and drawn once"


SQUARE = [[120.7, 30.7], [120.9, 30.7], [120.9, 30.9], [120.7, 30.9], [120.7, 30.7]]


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(code="330402", kind="Polygon", coordinates=None, **properties):
    given = {"code": code, **properties} if code is not None else properties
    shape = {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": given, "geometry": shape}


def test_polygons_become_paths_in_one_drawing():
    west = feature("330402")
    east = feature(None, "MultiPolygon", [[[[x + 0.2, y] for x, y in SQUARE]]], adcode=330411000000)
    one, other = outlines_of(collection(west, east))
    assert (one.code, other.code) == ("330402", "330411000")
    assert (one.path[0], one.path[-1]) == ("M", "Z")
    assert one.box[2] == other.box[0], "neighbours touch"
    assert other.box[2] == 1000


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xff\xfe", "not_geojson"),
        (b"[]", "not_geojson"),
        (b'{"type": "FeatureCollection", "features": []}', "not_geojson"),
        (b"[" * 100_000, "not_geojson"),
        (collection("x"), "not_geojson"),
        (collection(feature(None)), "area_code"),
        (collection(feature("嘉兴")), "area_code"),
        (collection(feature(), feature()), "area_twice"),
        (collection(feature(kind="Point", coordinates=[120, 30])), "geometry"),
        (collection(feature(coordinates=[SQUARE[:4]])), "geometry"),
        (collection(feature(coordinates=[[["120", "30"]] * 4])), "geometry"),
        (collection(feature(coordinates="x")), "geometry"),
        (collection(feature(coordinates=[[[x * 4000, y * 1e5] for x, y in SQUARE]])), "coordinates"),
    ],
)  # fmt: skip
def test_what_is_no_map_is_refused_by_its_fault(content, code):
    with pytest.raises(RuleError) as refusal:
        outlines_of(content)
    assert refusal.value.code == code


def test_a_fine_map_is_drawn_as_fine_as_a_page_bears():
    waves = [(n, 1 + sin(n / 500) / 50) for n in range(60_000)]
    ring = [[120 + r * cos(n * pi / 30_000), 30 + r * sin(n * pi / 30_000)] for n, r in waves]
    outlines = outlines_of(collection(feature(coordinates=[[*ring, ring[0]]]), feature("330411")))
    assert sum(len(outline.path) for outline in outlines) <= MOST_PATH


@pytest.mark.parametrize("text", ["GS(2024)0650号", "浙S（2023）12号", " GS京(2022)1061号 ", "审图号：GS(2019)3266号"])
def test_a_review_number_is_read_as_it_is_written(text):
    assert map_number_of(text).endswith("号")


@pytest.mark.parametrize("text", ["", "GS0650", "GS(24)0650号", "审图号", "<b>"])
def test_a_map_without_a_review_number_is_refused(text):
    with pytest.raises(RuleError) as refusal:
        map_number_of(text)
    assert refusal.value.code == "map_number"


@given(st.integers(0, 500), st.none() | st.floats(0, 100))
def test_the_rate_of_the_last_month_is_written_above_its_point_and_its_bar(bar, rate):
    last = trend_of(["10", "11"], [3, bar], [None, rate], 90)["columns"][-1]
    assert last["rate_y"] <= last["bar_y"]
    assert rate is None or last["rate_y"] <= last["y"]
