"""Walking through the pages as one person, from the first page along every kind of link."""

from collections import Counter, deque
from collections.abc import Iterator

from django.test import Client
from django.urls import Resolver404, resolve

from tests.i18n.reading import inner_links, read

OF_ONE_KIND = 3
"""Pages of one address that are read; more of them say the same words."""


def pages(client: Client, start: str = "/") -> Iterator[tuple[str, list[str]]]:
    """Address and texts of every page that can be reached, a few of each kind."""
    seen: set[str] = set()
    kinds: Counter[str] = Counter()
    ahead = deque([start])
    while ahead:
        address = ahead.popleft()
        kind = _kind(address)
        if not kind or address in seen or kinds[kind] >= OF_ONE_KIND:
            continue
        seen.add(address)
        kinds[kind] += 1
        answer = client.get(address, follow=True)
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        page = read(answer.content.decode())
        yield address, page.texts
        ahead.extend(inner_links(page.links))


def _kind(address: str) -> str:
    """The name of the address, one per kind of tab or filter; empty for what is no page of ours."""
    path, _, query = address.partition("?")
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return ""
    if name in {"logout", "set_language", "set_theme"}:
        return ""
    tab = [part for part in query.split("&") if part.startswith(("tab=", "show=", "done", "view="))]
    return f"{name} {tab}" if name else ""
