"""The templates and style sheets of a template version: a document is printed with those it was issued under.

Those of today stand in `templates/notices/pdf` and `notices/pdf/css`. Whoever changes them so that equal facts print
otherwise copies those concerned, as they were, into `past/<version>/templates` and `past/<version>/css` beside this
file, and gives the kinds that print otherwise a new version. What Python adds to the facts must go on serving the
templates of the past.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cases.rules.errors import RuleError
from notices.pdf import fontset

PAST: Final = Path(__file__).resolve().parent / "past"
_VERSION: Final = re.compile(r"\d{4}\.\d{1,3}")


@dataclass(frozen=True)
class Edition:
    """Where the templates and the style sheets of a version stand."""

    templates: Path
    styles: Path


CURRENT: Final = Edition(Path(__file__).resolve().parents[2] / "templates" / "notices" / "pdf", fontset.STYLES)


def edition_of(wanted: str, current: str, template: str) -> Edition:
    """The edition of the wanted version of a template, where `current` is that of today; RuleError `template_gone`."""
    if wanted == current:
        return CURRENT
    past = PAST / wanted
    if not _VERSION.fullmatch(wanted) or not (past / "templates" / template).is_file():
        raise RuleError(
            "template_gone",
            "The document was issued under the template version %(version)s, which is not kept here.",
            version=wanted,
        )
    return Edition(past / "templates", past / "css")
