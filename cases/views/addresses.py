"""Addresses of pages without arguments, which never change while the programme runs: worked out once."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse


def page_address(url_name: str) -> str:
    """The address of a page without arguments, or "" while there is no such page."""
    return _page(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@lru_cache(maxsize=512)
def _page(url_name: str, urlconf: Any, prefix: str) -> str:
    try:
        return reverse(url_name, urlconf=urlconf)
    except NoReverseMatch:
        return ""
