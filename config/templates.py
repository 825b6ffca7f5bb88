"""Template loaders that leave out the indentation of our pages: readers of code need it, readers of pages fetch it."""

import re
from typing import Any, Final

from django.template.loaders import app_directories, filesystem

INDENTATION: Final = re.compile(r"\n\s+")
KEPT: Final = ("<pre", "<textarea", "/pdf/")
"""What marks a template whose spaces mean something: in its text, or in its address."""


def _short(text: str, address: str) -> str:
    if not address.endswith(".html") or any(mark in text or mark in address for mark in KEPT):
        return text
    return INDENTATION.sub("\n", text)


class Files(filesystem.Loader):
    def get_contents(self, origin: Any) -> str:
        return _short(super().get_contents(origin), str(origin.name))


class Applications(app_directories.Loader):
    def get_contents(self, origin: Any) -> str:
        return _short(super().get_contents(origin), str(origin.name))
