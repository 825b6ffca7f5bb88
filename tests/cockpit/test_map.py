"""The risk map: its colours, the three ways it is shown, and the boundaries a customer brings."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cases.models import AuditEvent, BoundaryMap
from cases.rules.errors import NotPermitted, RuleError
from cases.selectors.boundaries import boundaries_of
from cases.selectors.overseen import overseen
from cases.services.boundaries import import_boundaries, withdraw_boundaries
from tests.factories import acting, make_enterprise, make_user

pytestmark = pytest.mark.django_db
REASON = "地图已过期，改用新版"


def square(code, left):
    ring = [[left, 30.7], [left + 0.2, 30.7], [left + 0.2, 30.9], [left, 30.9], [left, 30.7]]
    return {"type": "Feature", "properties": {"code": code}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def geojson(*codes):
    features = [square(code, 120.5 + place * 0.2) for place, code in enumerate(codes)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.fixture
def units(bodies):
    """凤桥: 2 of 5 in operation are of class C, a sixth is closed; 余新: 1 of 2; 王江泾: 0 of 5."""

    def make(place, classes, status="active"):
        for name in classes:
            make_enterprise(territorial_body=bodies[place], quality_class=name, status=status)

    make("330402100", ["C", "C", "A", "", ""])
    make("330402100", ["C"], status="deregistered")
    make("330402101", ["C", ""])
    make("330411100", ["A"] * 5)


def place_of(page, code):
    return next(row["place"] for row in page.context["rows"] if row["place"].body.code == code)


def test_places_have_the_colours_of_their_units(units, overseer, client_of):
    page = client_of(overseer).get(reverse("risk_map"))
    told = {code: place_of(page, code) for code in ("330402100", "330402101", "330411100", "330402")}
    assert [(told[code].shade, told[code].share) for code in told] == [
        ("red", "40%"), ("counted", "1/2"), ("green", "0%"), ("red", "42.9%"),
    ]  # fmt: skip
    assert told["330402100"].units.active == 5
    html = page.content.decode()
    assert "hex-red" in html
    assert "pattern-red" in html
    assert "Re40%" not in html
    assert "one hexagon a place, not the boundaries" in html


def test_a_place_without_units_is_no_data_and_never_green(bodies, overseer, client_of):
    page = client_of(overseer).get(reverse("risk_map"))
    assert {row["place"].shade for row in page.context["rows"]} == {"grey"}


@pytest.mark.parametrize(
    ("post", "area", "shown"),
    [
        ("330400", "", ["330402", "330402100", "330402101", "330411", "330411100"]),
        ("330400", "330402", ["330402", "330402100", "330402101"]),
        ("330000", "", ["330400", "330402", "330411"]),
        ("000000", "", ["330000", "330400"]),
        ("330402101", "", ["330402101"]),
    ],
)
def test_every_level_shows_the_places_two_below_it(post, area, shown, bodies, client_of):
    user = make_user("someone", "unit_head", bodies[post])
    page = client_of(user).get(reverse("risk_map") + (f"?area={area}" if area else ""))
    assert [row["place"].body.code for row in page.context["rows"]] == shown


def test_the_table_says_what_the_hexagons_say(units, overseer, client_of):
    html = client_of(overseer).get(reverse("risk_map") + "?view=table").content.decode()
    assert '<svg class="hexmap"' not in html
    assert "凤桥镇" in html
    assert "40%" in html


def test_a_map_is_drawn_by_boundaries_only_once_somebody_brings_them(units, overseer, administrator, bodies, client_of):
    client, address = client_of(overseer), reverse("risk_map") + "?view=boundaries"
    assert "No boundaries have been imported" in client.get(address).content.decode()
    import_boundaries(
        body=bodies["330400"], content=geojson("330402", "330402100", "330402101", "330411100"), file_name="a.geojson",
        map_number="浙S(2023)12号", source="浙江省测绘院", acting=acting(administrator),
    )  # fmt: skip
    page = client.get(address)
    html = page.content.decode()
    assert [shape["name"] for shape in page.context["shapes"]] == ["凤桥镇", "余新镇", "王江泾镇"]
    assert "浙S(2023)12号" in html
    assert "http" not in html.split("<main")[1].split("</main>")[0]
    county = client.get(address + "&area=330402")
    assert [shape["name"] for shape in county.context["shapes"]] == ["凤桥镇", "余新镇"]


def test_a_new_map_takes_the_place_of_the_old_which_stays_on_record(administrator, bodies):
    def bring(number):
        return import_boundaries(
            body=bodies["330400"], content=geojson("330402"), file_name="a.json", map_number=number, source="省测绘院",
            acting=acting(administrator),
        )  # fmt: skip

    old, new = bring("浙S(2022)1号"), bring("浙S(2023)2号")
    old.refresh_from_db()
    assert (old.withdrawn_by, BoundaryMap.objects.get(withdrawn_at=None)) == (administrator, new)
    withdraw_boundaries(boundary_map=new, reason=REASON, acting=acting(administrator))
    with pytest.raises(RuleError) as refusal:
        withdraw_boundaries(boundary_map=new, reason=REASON, acting=acting(administrator))
    assert refusal.value.code == "withdrawn_already"
    assert not BoundaryMap.objects.filter(withdrawn_at=None).exists()
    actions = AuditEvent.objects.filter(action__startswith="boundaries.").order_by("pk")
    assert [event.action for event in actions] == ["boundaries.imported"] * 2 + ["boundaries.withdrawn"]


def test_areas_of_others_and_people_of_others_are_refused(administrator, overseer, bodies):
    given = {"file_name": "a.json", "map_number": "浙S(2023)2号", "source": "省测绘院"}
    with pytest.raises(RuleError) as refusal:
        import_boundaries(
            body=bodies["330402"], content=geojson("330402100", "330411"), acting=acting(administrator), **given
        )
    assert (refusal.value.code, refusal.value.details["codes"]) == ("area_elsewhere", "330411")
    with pytest.raises(NotPermitted):
        import_boundaries(body=bodies["330402"], content=geojson("330402100"), acting=acting(overseer), **given)
    assert not BoundaryMap.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_imports_and_withdraws_and_keeps_what_was_typed(administrator, bodies, client_of, language):
    client, address = client_of(administrator, language), reverse("map_boundaries")
    assert client.get(address).status_code == 200

    def send(content, number="浙S(2023)2号"):
        file = SimpleUploadedFile("a.geojson", content, "application/geo+json")
        return client.post(address, {"body": "330400", "map_number": number, "source": "省测绘院", "file": file})

    for content, number, field in [(b"{}", "浙S(2023)2号", "file"), (geojson("330402"), "2号", "map_number")]:
        answer = send(content, number)
        assert answer.status_code == 422
        assert field in answer.context["form"].errors
        assert "省测绘院" in answer.content.decode()
    assert send(geojson("330402")).status_code == 302
    kept = BoundaryMap.objects.get()
    assert "浙S(2023)2号" in client.get(address).content.decode()
    withdraw = reverse("map_boundaries_withdraw", args=[kept.pk])
    client.post(withdraw, {"reason": "短"})
    kept.refresh_from_db()
    assert kept.withdrawn_at is None
    client.post(withdraw, {"reason": REASON})
    kept.refresh_from_db()
    assert kept.withdrawn_reason == REASON


def test_a_file_too_large_is_refused_unread(administrator, client_of, monkeypatch):
    monkeypatch.setattr("cases.forms.boundaries.MOST_MB", 0)
    file = SimpleUploadedFile("a.geojson", geojson("330402"), "application/geo+json")
    sent = {"body": "330400", "map_number": "浙S(2023)2号", "source": "省测绘院", "file": file}
    answer = client_of(administrator).post(reverse("map_boundaries"), sent)
    assert answer.status_code == 422
    assert not BoundaryMap.objects.exists()


def test_boundaries_are_for_whoever_administers_the_body(overseer, administrator, bodies, client_of):
    assert client_of(overseer).get(reverse("map_boundaries")).status_code == 403
    kept = import_boundaries(
        body=bodies["330411"], content=geojson("330411100"), file_name="a.json", map_number="浙S(2023)2号",
        source="省测绘院", acting=acting(administrator),
    )  # fmt: skip
    neighbour = make_user("neighbour", "platform_admin", bodies["330402"])
    answer = client_of(neighbour).post(reverse("map_boundaries_withdraw", args=[kept.pk]), {"reason": REASON})
    assert answer.status_code == 404
    assert boundaries_of(overseen(overseer, "330402")) is None
