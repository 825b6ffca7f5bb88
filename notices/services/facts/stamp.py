"""What issuing adds to the facts of the record: number, day, code, seal."""

import base64
from dataclasses import dataclass
from datetime import date

from cases.models import Body
from notices.pdf.facts import Seal
from notices.selectors.documents import seal_in_use


@dataclass(frozen=True, slots=True)
class Stamp:
    """Number and code of the issue, blank in a preview; `on` is the legal day of issue.

    `replaces` is the number of the voided document of the same matter that this one takes the place of; `signatory` the
    person who issues it, whom a document that goes upward names (签发人).
    """

    number: str
    on: date
    verify_url: str
    preview: bool
    replaces: str = ""
    signatory: str = ""


def seal_of(body: Body) -> tuple[Seal, str]:
    """How the body's seal is printed, and its image as base64: a dashed box where none was uploaded."""
    seal = seal_in_use(body)
    if seal is None:
        return "dashed", ""
    if seal.is_demo:
        return "demo", ""
    return "image", base64.b64encode(bytes(seal.image)).decode()
