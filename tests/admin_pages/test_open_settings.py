"""The values no source fixes: shown as assumptions, set per body with a reason, inherited and in effect."""

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from cases.guards.conditions import Blocked
from cases.guards.p1 import within_cap
from cases.models import AuditEvent, BodySetting
from cases.packs.settings import default_of, open_settings
from cases.rules.errors import RuleError
from cases.selectors.deadline_rules import escalation_days
from cases.selectors.settings import setting_for
from cases.selectors.written import own_words
from cases.services.open_settings import require_value, reset_open_setting, set_open_setting
from tests.factories import acting

pytestmark = pytest.mark.django_db
CAP = "inspection.yearly_cap"
REASON = "本区重点整治年度，县局会议决定。"


def address(body: str, key: str = "") -> str:
    return f"{reverse('open_settings')}?body={body}" + (f"&setting={key}" if key else "")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_page_shows_every_one_with_its_default_as_an_assumption(language: str, admin: Any, signed_in: Any) -> None:
    client = signed_in(admin)
    type(admin).objects.filter(pk=admin.pk).update(language=language)
    page = unescape(client.get(reverse("open_settings")).content.decode())
    with translation.override(language):
        for setting in open_settings().values():
            assert (setting.en if language == "en" else setting.zh) in page
            assert own_words(setting.source) in page
        mark = gettext("assumption")
    assert "domain " not in page
    assert page.count(f">{mark}</span>") == len(open_settings())


def test_the_settings_page_leads_administrators_there(admin: Any, cast: Any, signed_in: Any) -> None:
    assert reverse("open_settings") in signed_in(admin).get(reverse("settings")).content.decode()
    assert reverse("open_settings") not in signed_in(cast.lead).get(reverse("settings")).content.decode()


def test_only_who_administers_the_body(admin: Any, cast: Any, signed_in: Any, bodies: Any) -> None:
    assert signed_in(cast.unit_head).get(reverse("open_settings")).status_code == 403
    client = signed_in(admin)
    for code in ("330411", "330400", "nowhere"):
        assert client.get(address(code)).status_code == 404
        assert client.post(address(code, CAP), {"value": 3, "reason": REASON}).status_code == 404
    with pytest.raises(Blocked):
        set_open_setting(body=bodies["330411"], key=CAP, value=3, reason=REASON, acting=acting(admin))
    with pytest.raises(Blocked):
        reset_open_setting(body=bodies["330400"], key=CAP, reason=REASON, acting=acting(admin))
    assert not BodySetting.objects.exists()


def test_a_value_set_on_the_page_is_in_force_below_and_stays_on_record(
    admin: Any, signed_in: Any, bodies: Any, story: Any
) -> None:
    told = story()
    told.begin()
    year = told.clock.today.year
    assert "最多检查2次" in str(within_cap(told.case, year).reason)
    answer = signed_in(admin).post(address("330402", CAP), {"value": "5", "reason": REASON})
    assert answer.status_code == 302
    assert "最多检查5次" in str(within_cap(told.case, year).reason)
    assert setting_for(bodies["330402100"], CAP, None) == 5
    assert setting_for(bodies["330411"], CAP, None) is None
    event = AuditEvent.objects.get(action="setting.set")
    assert event.data == {"setting": CAP, "before": None, "after": 5, "reason": REASON}
    assert (event.actor, event.body) == (admin, bodies["330402"])


def test_the_nearest_body_wins_and_the_page_says_whose_value_it_is(
    admin: Any, province_admin: Any, signed_in: Any, bodies: Any
) -> None:
    set_open_setting(body=bodies["330000"], key=CAP, value=4, reason=REASON, acting=acting(province_admin))
    page = signed_in(admin).get(address("330402")).content.decode()
    assert "<b>4</b>" in page
    assert "set by 浙江省" in page
    set_open_setting(body=bodies["330402"], key=CAP, value=1, reason=REASON, acting=acting(admin))
    assert "set by 南湖区" in signed_in(admin).get(address("330402")).content.decode()
    above = signed_in(province_admin).get(address("330000")).content.decode()
    assert "Otherwise at:" in above
    assert address("330402").partition("?")[2] in above


def test_back_to_what_holds_above(admin: Any, province_admin: Any, signed_in: Any, bodies: Any) -> None:
    set_open_setting(body=bodies["330000"], key=CAP, value=4, reason=REASON, acting=acting(province_admin))
    set_open_setting(body=bodies["330402"], key=CAP, value=1, reason=REASON, acting=acting(admin))
    client = signed_in(admin)
    assert client.post(address("330402", CAP), {"action": "reset", "reason": REASON}).status_code == 302
    assert setting_for(bodies["330402"], CAP, None) == 4
    assert AuditEvent.objects.filter(action="setting.set").latest("pk").data["after"] is None
    assert not reset_open_setting(body=bodies["330402"], key=CAP, reason=REASON, acting=acting(admin))


@pytest.mark.parametrize(
    ("key", "sent", "kept"),
    [
        ("deadline.escalation_days", "2，6 12", [2, 6, 12]),
        ("inspection.cap_exempt_origins", ["complaint"], ["complaint"]),
        ("inspection.cap_exempt_origins", [], []),
        ("classification.pack", "jiaxing-2020", "jiaxing-2020"),
        ("link.valid_days", "14", 14),
    ],
)
def test_each_kind_has_its_field(key: str, sent: Any, kept: Any, admin: Any, signed_in: Any, bodies: Any) -> None:
    client = signed_in(admin)
    assert client.get(address("330402", key)).status_code == 200
    assert client.post(address("330402", key), {"value": sent, "reason": REASON}).status_code == 302
    assert setting_for(bodies["330402"], key, default_of(key)) == kept
    assert client.get(address("330402", key)).status_code == 200


def test_what_is_set_for_escalation_is_what_the_clock_reads(admin: Any, bodies: Any) -> None:
    key = "deadline.escalation_days"
    set_open_setting(body=bodies["330402"], key=key, value=[1, 2], reason=REASON, acting=acting(admin))
    assert escalation_days(bodies["330402100"]) == [1, 2]


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        (CAP, "0"),
        (CAP, "53"),
        (CAP, "viele"),
        (CAP, ""),
        ("deadline.escalation_days", "8, 3"),
        ("deadline.escalation_days", "three"),
        ("deadline.escalation_days", "1 2 3 4 5 6"),
        ("inspection.cap_exempt_origins", ["whim"]),
        ("classification.pack", "samr-2023-38"),
    ],
)
def test_what_is_no_value_is_refused_on_the_form(key: str, sent: Any, admin: Any, signed_in: Any) -> None:
    answer = signed_in(admin).post(address("330402", key), {"value": sent, "reason": REASON})
    assert answer.status_code == 422
    assert "field-error" in answer.content.decode() or "is no value" in answer.content.decode()
    assert not BodySetting.objects.exists()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (CAP, True),
        (CAP, "2"),
        (CAP, 0),
        ("deadline.escalation_days", [8, 3]),
        ("deadline.escalation_days", []),
        ("deadline.escalation_days", 3),
        ("inspection.cap_exempt_origins", ["plan", "plan"]),
        ("inspection.cap_exempt_origins", ["whim"]),
        ("classification.pack", "samr-2023-38"),
    ],
)
def test_and_by_the_service(key: str, value: Any, admin: Any, bodies: Any) -> None:
    with pytest.raises(RuleError) as refusal:
        set_open_setting(body=bodies["330402"], key=key, value=value, reason=REASON, acting=acting(admin))
    assert refusal.value.code == "setting_value"


def test_every_default_is_a_value_of_its_kind(bodies: Any) -> None:
    for setting in open_settings().values():
        if setting.per_body:
            require_value(setting, setting.default, bodies["330402"])


def test_a_city_s_pack_is_only_for_that_city(province_admin: Any, admin: Any, bodies: Any) -> None:
    key = "classification.pack"
    with pytest.raises(RuleError):
        set_open_setting(
            body=bodies["330000"], key=key, value="jiaxing-2020", reason=REASON, acting=acting(province_admin)
        )
    set_open_setting(body=bodies["330402"], key=key, value="jiaxing-2020", reason=REASON, acting=acting(admin))
    assert setting_for(bodies["330402100"], key, None) == "jiaxing-2020"


def test_a_reason_has_ten_characters(admin: Any, signed_in: Any, bodies: Any) -> None:
    assert signed_in(admin).post(address("330402", CAP), {"value": 3, "reason": "因为"}).status_code == 422
    with pytest.raises(RuleError) as refusal:
        set_open_setting(body=bodies["330402"], key=CAP, value=3, reason="因为", acting=acting(admin))
    assert refusal.value.code == "reason_too_short"


@pytest.mark.parametrize(
    ("key", "code"), [("calendar.warn_from", "setting_not_per_body"), ("no.such", "unknown_setting")]
)
def test_what_no_body_sets(key: str, code: str, admin: Any, signed_in: Any, bodies: Any) -> None:
    assert signed_in(admin).get(address("330402", key)).status_code == 404
    with pytest.raises(RuleError) as refusal:
        set_open_setting(body=bodies["330402"], key=key, value="11-01", reason=REASON, acting=acting(admin))
    assert refusal.value.code == code


def test_the_page_asks_as_much_with_many_values_below(province_admin: Any, bodies: Any, signed_in: Any) -> None:
    client = signed_in(province_admin)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address("330000")).status_code == 200
        return len(queries)

    asked()
    one = asked()
    for code in ("330400", "330402", "330411", "330402100"):
        for key in (CAP, "link.valid_days"):
            set_open_setting(body=bodies[code], key=key, value=3, reason=REASON, acting=acting(province_admin))
    assert asked() == one
