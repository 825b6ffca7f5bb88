"""The sender of text messages (SMS): a setting names it, as Django does for mail; the default writes to the console."""

import sys
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class SmsSender(Protocol):
    """A gateway. `key` is the same whenever the same message is sent again, for the gateway to recognise it.

    Whatever `send` raises is a failure, which the outbox tries again.
    """

    def send(self, *, number: str, text: str, key: str) -> None: ...


class ConsoleSms:
    """Writes the message to standard output, as Django's console backend does with mail."""

    def send(self, *, number: str, text: str, key: str) -> None:
        sys.stdout.write(f"SMS to {number} [{key}]\n{text}\n{'-' * 79}\n")
        sys.stdout.flush()


def sms_sender() -> SmsSender:
    """The sender named by `SMS_SENDER`; ImportError where there is none of that name."""
    return cast(SmsSender, import_string(settings.SMS_SENDER)())
