"""Error pages say what happened and what to do, in the frame of whoever meets them."""

import logging

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path
from pytest_django import Settings

from cases.models import User
from cases.rules.errors import NotPermitted
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as project_urls


def _too_large(request: HttpRequest) -> HttpResponse:
    raise RequestDataTooBig


def _odd(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


def _broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


def _refused(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied from NotPermitted("own_proposal", "本人提出的等级不能由本人审核。")


urlpatterns = [
    path("too-large/", _too_large),
    path("odd/", _odd),
    path("broken/", _broken),
    path("refused/", _refused),
    *project_urls,
]
HANDLERS = (handler400, handler403, handler404, handler500)


@pytest.fixture
def signed_in(client: Client, inspector: User, settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    client.force_login(inspector)
    return client


def test_the_project_answers_errors_itself() -> None:
    assert all(handler.startswith("workflow.views.errors.") for handler in HANDLERS)


@pytest.fixture(autouse=True)
def _handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's handlers, over this module's addresses."""
    for number, handler in zip((400, 403, 404, 500), HANDLERS, strict=True):
        monkeypatch.setitem(globals(), f"handler{number}", handler)


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/too-large/", 413, "20 MB"),
        ("/odd/", 400, ""),
        ("/refused/", 403, "本人提出的等级不能由本人审核。"),
        ("/nowhere/", 404, ""),
    ],
)
def test_an_error_keeps_the_navigation_of_somebody_signed_in(
    signed_in: Client, address: str, status: int, words: str
) -> None:
    response = signed_in.get(address)
    text = response.content.decode()
    assert response.status_code == status
    assert words in text
    assert 'class="side"' in text
    assert 'href="/"' in text


def test_a_visitor_meets_a_missing_page_without_the_frame(client: Client, db: None) -> None:
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert 'class="public"' in response.content.decode()


def test_a_failure_names_a_reference_that_the_log_has(signed_in: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        response = signed_in.get("/broken/")
    assert response.status_code == 500
    found = [record for record in caplog.records if record.name == "workflow.views.errors"]
    references = [record.args[0] for record in found if isinstance(record.args, tuple)]
    assert len(references) == 1
    assert str(references[0]) in response.content.decode()


def test_a_failure_page_asks_no_database(rf: RequestFactory, inspector: User) -> None:
    from workflow.views.errors import server_error

    request = rf.get("/")
    assert server_error(request).status_code == 500


def test_a_form_without_token_explains_itself(inspector: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["django_language"] = "en"
    response = strict.post("/login/", {"username": "wang", "password": "x"})
    assert response.status_code == 403
    assert "The page was open too long" in response.content.decode()
