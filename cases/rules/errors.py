"""The two ways a rule says no: it cannot be done (`RuleError`), or this person may not do it (`NotPermitted`)."""

from collections.abc import Callable
from typing import Any


def msgid(text: str) -> str:
    """The text itself, marked for extraction where a message does not stand in the call that raises it."""
    return text


def _filled(text: str, details: dict[str, Any]) -> str:
    return text % details if "%(" in text else text


class StatedError(Exception):
    """A refusal with a stable code, a message, the clause it rests on and details for machines.

    `msgid` is the untranslated message and may hold named placeholders, `%(name)s`, filled from the details; the edge
    translates it (`cases.forms.refusals.in_words`). A detail called `reason` is itself a message.
    """

    def __init__(self, code: str, message: str, clause: str = "", **details: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.msgid = message
        self.clause = clause
        self.details: dict[str, Any] = details

    @property
    def message(self) -> str:
        """The message with its placeholders filled."""
        return self.words(str)

    def words(self, translate: Callable[[str], str], written: Callable[[Any], Any] = lambda detail: detail) -> str:
        """The message as `translate` says it, its placeholders filled with the details as `written` writes them."""
        details = {name: written(value) for name, value in self.details.items()}
        if "reason" in details:
            details["reason"] = _filled(translate(str(details["reason"])), details)
        return _filled(translate(str(self.msgid)), details)

    def __str__(self) -> str:
        return self.message

    def as_dict(self) -> dict[str, Any]:
        """The refusal as JSON-ready data: code, message, the clause where there is one, and the details."""
        stated: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.clause:
            stated["clause"] = self.clause
        return {**self.details, **stated}


class RuleError(StatedError):
    """It cannot be done: the facts or the state of the case do not allow it."""


class NotPermitted(StatedError):  # noqa: N818 - the name the whole project speaks of
    """It may be possible, but not for this person."""
