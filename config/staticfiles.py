"""Static files: without viewflow's, whose wheel does not survive manifest storage, and ours short."""

from collections.abc import Callable, Iterator
from typing import Any, Final

import rcssmin
import rjsmin
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHORTER: Final[dict[str, Callable[[str], Any]]] = {
    "css": rcssmin.cssmin,
    "js": rjsmin.jsmin,
}
OURS: Final = ("css/", "js/")
"""How the names of our own files begin; those of packages come as short as their makers want them."""


class ProjectStaticFiles(StaticFilesConfig):
    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "viewflow", "guardian"]


class ShortStaticFiles(CompressedManifestStaticFilesStorage):
    """Takes comments and spaces out of our styles and scripts before their names are made of their contents."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if not dry_run:
            paths = {name: self._shortened(name, *found) for name, found in paths.items()}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _shortened(self, name: str, storage: Any, path: str) -> tuple[Any, str]:
        shorten = SHORTER.get(name.rpartition(".")[2])
        if not shorten or not name.startswith(OURS):
            return storage, path
        with storage.open(path) as file:
            text = file.read().decode()
        self.delete(name)
        return self, self.save(name, ContentFile(str(shorten(text)).encode()))
