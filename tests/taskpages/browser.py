"""A browser without script: it opens a page, fills in its form and presses one of its buttons."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from cases.models import User

NOT_SENT = {"submit", "button", "file", "reset"}


class _Form(HTMLParser):
    """The values a browser would send of the form with this id, as drawn."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id = form_id
        self.values: dict[str, list[str]] = {}
        self.inside = self.found = False
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.form_id
            self.found = self.found or self.inside
        name = given.get("name") or ""
        if not self.inside or tag not in ("input", "textarea", "select", "option"):
            return
        if tag == "textarea":
            self.area = name
            self.values.setdefault(name, [""])
        elif tag == "select":
            self.select = name
        elif tag == "option":
            if "selected" in given and given.get("value"):
                self._add(self.select, str(given["value"]))
        elif self._sends(given):
            self._add(name, given.get("value") or "")

    @staticmethod
    def _sends(given: Mapping[str, str | None]) -> bool:
        kind = given.get("type") or "text"
        if kind in ("radio", "checkbox"):
            return "checked" in given
        return kind not in NOT_SENT

    def _add(self, name: str, value: str) -> None:
        self.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.values[self.area][0] = self.values[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "form":
            self.inside = False


def form_of(page: str, form_id: str = "step") -> dict[str, list[str]]:
    parser = _Form(form_id)
    parser.feed(page)
    assert parser.found, f"no form {form_id} on the page"
    return parser.values


def errors_of(page: str) -> str:
    """What the summary of errors says, for the message of a failed test."""
    return page.partition('class="error-summary"')[2].partition("</div>")[0]


class Browser:
    def __init__(self, client: Client) -> None:
        self.client = client

    def sign_in(self, user: User) -> None:
        """As a person who reads English: the words asserted are the msgids."""
        User.objects.filter(pk=user.pk).update(language="en")
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def open(self, url: str, status: int = 200) -> str:
        response = self.client.get(url)
        assert response.status_code == status, (url, response.status_code, response.content.decode()[:2000])
        return response.content.decode()

    def send(self, url: str, page: str, do: str = "submit", form_id: str = "step", **changes: Any) -> Any:
        """Fill the form of the page in and press the button; files and texts alike stand in `changes`."""
        values: dict[str, Any] = {name: list(sent) for name, sent in form_of(page, form_id).items()}
        values |= changes
        values = {name: sent for name, sent in values.items() if sent is not None}
        return self.client.post(url, {**values, "_do": do})
