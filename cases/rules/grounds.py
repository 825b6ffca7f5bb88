"""Why a rule decided as it did: clause by clause, in the order applied."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ground:
    """One step of the reasoning: the clause it rests on and what followed from it.

    `text` is Chinese, being legal text; `text_en` is a courtesy translation and may be empty.
    """

    clause: str
    text: str
    text_en: str = ""

    def as_dict(self) -> dict[str, str]:
        """JSON-ready, for storing; `text_en` only where there is one."""
        stored = {"clause": self.clause, "text": self.text}
        return {**stored, "text_en": self.text_en} if self.text_en else stored

    def in_language(self, language: str) -> dict[str, str]:
        """Clause and text in `language` ("en" falls back on the Chinese text), for showing."""
        return {"clause": self.clause, "text": (self.text_en or self.text) if language == "en" else self.text}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Ground":
        """Read back what `as_dict` stored."""
        return cls(stored["clause"], stored["text"], stored.get("text_en", ""))


def stored_grounds(grounds: tuple[Ground, ...]) -> list[dict[str, str]]:
    """All grounds as JSON-ready data, for a JSONField."""
    return [ground.as_dict() for ground in grounds]
