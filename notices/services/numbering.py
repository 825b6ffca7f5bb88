"""Give an issued document its number and its code: the one place that takes either."""

import secrets
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse

from cases.models import Body
from cases.rules.errors import RuleError
from cases.services.numbers import next_number
from notices.models import Document
from notices.packs import KindOfDocument
from notices.rules.numbering import document_number

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # 32 letters, none mistaken for another figure
_LENGTH: Final = 20  # 100 bits


@dataclass(frozen=True, slots=True)
class Number:
    """A number as printed; `serial` is None where the record carries the number of its case."""

    text: str
    serial: int | None


def expected_number(kind: KindOfDocument, document: Document, year: int) -> str:
    """A number of the right shape without taking one, to check whether it could be printed."""
    return document_number(prefix_of(document.body, kind.suffix), year, 1) if kind.numbered else _file_number(document)


def take_number(kind: KindOfDocument, document: Document, year: int) -> Number:
    """The next number of body, kind and year, e.g. 嘉南市监约〔2026〕1号; inside the transaction that issues.

    The counter's row stays locked until that transaction ends: a failed issue gives its number back, so the numbers
    have no gaps. Records without a suffix carry the number of their case.
    """
    if not kind.numbered:
        return Number(_file_number(document), None)
    serial = next_number(purpose=f"document:{kind.kind}", body=document.body, year=year)
    return Number(document_number(prefix_of(document.body, kind.suffix), year, serial), serial)


def _file_number(document: Document) -> str:
    """What a paper of the file bears: the number of its case; blank where it is of none."""
    return document.case.number if document.case else ""


def prefix_of(body: Body, suffix: str) -> str:
    """机关代字 and what follows it for this kind of paper. RuleError `no_document_prefix`."""
    if not body.document_prefix:
        raise RuleError("no_document_prefix", "%(body)s has no document prefix yet.", body=body.name)
    return f"{body.document_prefix}{suffix}"


def new_verify_code() -> str:
    """A code nobody can guess (100 random bits), of letters and figures that can be read out and typed."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def verify_url(code: str) -> str:
    """The public address that answers for a code, as it is printed."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{reverse('verify', args=[code])}"
