"""The icons of a page, drawn once each at its end: `{% icon %}` only refers to them."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from cases.templatetags.ui import ICON

_NAMED: Final = re.compile(rf'href="#{ICON}([\w-]+)"'.encode())
_SYMBOL: Final = re.compile(r'<symbol id="([\w-]+)".*?</symbol>', re.DOTALL)
_END: Final = b"</body>"


class IconSpriteMiddleware:
    """Puts the icons that a page names before its end: some twenty of a hundred, and no request for the others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponse) and response.get("Content-Type", "").startswith("text/html"):
            page, end, rest = response.content.rpartition(_END)
            names = {name.decode() for name in _NAMED.findall(page)}
            if names and end:
                response.content = page + _sprite(names) + end + rest
                if response.has_header("Content-Length"):
                    response["Content-Length"] = str(len(response.content))
        return response


@cache
def symbols() -> dict[str, str]:
    """Every icon of templates/icons.svg by its name."""
    text = Path(settings.BASE_DIR, "templates", "icons.svg").read_text(encoding="utf-8")
    return {found[1]: found[0].replace('id="', f'id="{ICON}', 1) for found in _SYMBOL.finditer(text)}


def _sprite(names: Iterable[str]) -> bytes:
    drawn = "".join(symbols().get(name, "") for name in sorted(names))
    return f'<svg id="icons" class="sprite" width="0" height="0" aria-hidden="true">{drawn}</svg>'.encode()
