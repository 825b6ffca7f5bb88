"""Settings no source fixes: their defaults as data."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class OpenSetting:
    """A setting with its default; ``tag`` says why it is open: [A] assumption, [R] recalled and unverified.

    ``kind`` is number, origins, days, month_day or pack (the head of settings.yaml says what each allows).
    """

    key: str
    kind: str
    default: Any
    tag: str
    basis: str
    zh: str
    en: str
    most: int = 365
    section: str = ""
    """Of kind `pack`: the section the pack is chosen for (`cases.packs.uses`)."""
    per_body: bool = True

    @property
    def source(self) -> str:
        """The published source it leans on; empty where it rests on our design alone."""
        return "" if self.basis.startswith(("domain ", "–")) else self.basis


@cache
def open_settings() -> dict[str, OpenSetting]:
    entries = yaml.safe_load((Path(__file__).parent / "settings.yaml").read_text("utf-8"))
    return {entry["key"]: OpenSetting(**entry) for entry in entries}


def default_of(key: str) -> Any:
    return open_settings()[key].default
