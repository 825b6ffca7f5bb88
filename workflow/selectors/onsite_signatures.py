"""Signatures given on the spot, as pages show them."""

from dataclasses import dataclass

from django.utils.functional import Promise

from cases.models import OnsiteSignature
from cases.rules.onsite_signature import HEIGHT, WIDTH
from cases.services.sign_on_site import GivenSignature


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as pages show it: who, how, and the lines to draw in the field of the strokes."""

    title: str | Promise
    words: str | Promise
    lines: list[str]
    opinion: str = ""
    width: int = WIDTH
    height: int = HEIGHT

    @classmethod
    def of(cls, given: GivenSignature | OnsiteSignature) -> "Signed":
        drawn = given.strokes if isinstance(given, OnsiteSignature) else given.drawing.strokes if given.drawing else ()
        told = [given.name, given.post, OnsiteSignature.Way(given.way).label, given.reason]
        return cls(
            title=OnsiteSignature.Role(given.role).label,
            words=" · ".join(str(word) for word in told if word),
            lines=[" ".join(f"{point[0]},{point[1]}" for point in stroke) for stroke in drawn],
            opinion=given.opinion,
        )
