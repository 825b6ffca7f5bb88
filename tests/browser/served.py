"""A small demo served to the browser by the real server, for what must hold on every page of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from socket import create_connection, socket

from playwright.sync_api import Page

from tests.engine.houses import House
from workflow.demo.accounts import PASSWORD

PATIENCE = 60  # seconds until the server answers


def sign_in(page: Page, username: str) -> None:
    """As one of the demo's people."""
    page.goto("/login/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.click("form[action='/login/'] button.btn-primary")
    page.wait_for_load_state()


def _free_port() -> int:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served_demo(house: House, settings: str = "tests.demo.house_settings") -> Iterator[str]:
    """The address of this demo, served under these settings until the end."""
    port = _free_port()
    home = f"http://127.0.0.1:{port}"
    house = replace(
        house, environment=house.environment | {"DEMO": "1", "PUBLIC_URL": home, "DJANGO_SETTINGS_MODULE": settings}
    )
    assert house.command("manage.py", "collectstatic", "--noinput", "-v", "0").wait() == 0, house.log()
    server = house.command("-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4")
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and server.poll() is None:
            try:
                create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError(house.log())
        yield home
    finally:
        server.terminate()
        server.wait()
