"""The frame's tests: a body tree, a person of each kind, and a cache without yesterday's failures."""

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings as project_settings
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from cases.models import Body, User
from tests.factories import make_body_tree, make_user

PASSWORD = "Correct-horse-1"
Visit = Callable[..., Page]


@pytest.fixture(autouse=True)
def _plain_static_files(settings: Settings, request: pytest.FixtureRequest) -> Iterator[None]:
    """Pages are drawn without collecting the static files first; the browser tests collect them."""
    if "browser" not in request.keywords:
        storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        settings.STORAGES = {**project_settings.STORAGES, "staticfiles": storage}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def bodies(db: None) -> dict[str, Body]:
    return make_body_tree()


@pytest.fixture
def inspector(bodies: dict[str, Body]) -> User:
    user = make_user("wang", "inspector", bodies["330402"])
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def administrator(bodies: dict[str, Body]) -> User:
    return make_user("admin", "platform_admin", bodies["330000"])


@pytest.fixture(scope="session")
def _collected() -> None:
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def visit(
    _collected: None, live_server: LiveServer, chromium: Browser, client: Client, settings: Settings
) -> Iterator[Visit]:
    """Open a page of the running server, signed in as somebody or not, in a window of a given size and scheme."""
    settings.ROOT_URLCONF = "tests.shell.stand_in_urls"
    contexts: list[BrowserContext] = []

    def open_page(path: str, user: User | None = None, width: int = 1440, dark: bool = False) -> Page:
        window: ViewportSize = {"width": width, "height": 900}
        context = chromium.new_context(viewport=window, color_scheme="dark" if dark else "light")
        contexts.append(context)
        if user is not None:
            client.force_login(user)
            cookie = client.cookies[project_settings.SESSION_COOKIE_NAME]
            context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        response = page.goto(f"{live_server.url}{path}")
        assert response is not None
        assert response.status == 200, path
        return page

    yield open_page
    for context in contexts:
        context.close()
