"""One tour, from the sign-in page to its end, on a desk without script and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest

from cases.models import User
from tests.browser.desk import DESKTOP, PHONE, Desk
from tests.browser.world import World

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "script"), [(DESKTOP, False), (PHONE, True)], ids=["desk-no-script", "phone"])
def test_a_tour_from_start_to_end(
    sit: Callable[..., Desk], world: World, settings: Any, size: Any, script: bool
) -> None:
    settings.DEMO = True
    inspector: User = world.cast.lead
    desk = sit(inspector, size=size, java_script_enabled=script, locale="en")
    desk.open("/tour/")
    desk.press(desk.page.locator("form[action='/tour/start/'] button"))
    strip = desk.page.locator(".tour")
    stops = 1
    while (following := strip.locator("button[name=place].btn-primary")).count():
        desk.press(following)
        stops += 1
        assert strip.locator("details").get_attribute("open") is not None, desk.page.url
    assert stops >= 2
    desk.press(strip.locator("button[formaction='/tour/end/']"))
    assert desk.page.locator(".tour").count() == 0
    desk.open("/tour/")
    desk.leave()
