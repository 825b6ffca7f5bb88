"""Signatures drawn on the glass at the end of an inspection, as the demo's inspectors draw them."""

from dataclasses import replace
from datetime import datetime, timedelta
from math import pi, sin
from random import Random
from typing import Final

from cases.models import OnsiteSignature
from cases.rules.onsite_signature import HEIGHT, WIDTH, Drawing, Stroke
from cases.services.inspect_enterprise import InspectionFacts
from cases.services.sign_on_site import GivenSignature

Role = OnsiteSignature.Role
Way = OnsiteSignature.Way

PARTY: Final = ("沈建明", "质量负责人")
"""Who signs for the enterprise."""
POINTS: Final = 14
"""Of one stroke."""
MARGIN: Final = 60
"""Around the name, in units of the field."""


def signed(facts: InspectionFacts, *, lead: str, second: str, at: datetime) -> InspectionFacts:
    """The form with three signatures drawn under it shortly before `at`; it must not be changed afterwards."""
    content = facts.content_sha256

    def drawn(role: str, name: str, minutes: int, post: str = "") -> GivenSignature:
        drawing = Drawing(_strokes(name), at - timedelta(minutes=minutes), content)
        return GivenSignature(role, Way.DRAWN, name=name, post=post, drawing=drawing)

    name, post = PARTY
    given = (drawn(Role.LEAD, lead, 4), drawn(Role.SECOND, second, 3), drawn(Role.PARTY, name, 1, post))
    return replace(facts, signatures=given)


def _strokes(name: str) -> tuple[Stroke, ...]:
    """A running hand, the same for the same name: for each character a few bent strokes in its part of the field."""
    random = Random(f"hand of {name}")  # noqa: S311 - no secret
    width = (WIDTH - 2 * MARGIN) / max(len(name), 1)
    strokes, clock = [], 0
    for place in range(len(name)):
        left = MARGIN + place * width
        for _number in range(random.randint(3, 5)):
            strokes.append(_stroke(random, left, width * 0.8, clock))
            clock = strokes[-1][-1][2] + random.randint(60, 160)
    return tuple(strokes)


def _stroke(random: Random, left: float, width: float, begun: int) -> Stroke:
    """From one point of a character's box to another, bent to one side; milliseconds count from `begun`."""
    across, down = (left, left + width), (MARGIN, HEIGHT - MARGIN)
    start = (random.uniform(*across), random.uniform(*down))
    end = (random.uniform(*across), random.uniform(*down))
    bend = random.uniform(-35, 35)
    points = []
    for number in range(POINTS):
        share = number / (POINTS - 1)
        x = start[0] + (end[0] - start[0]) * share + bend * sin(pi * share)
        y = start[1] + (end[1] - start[1]) * share + bend * sin(pi * share)
        points.append((_within(x, WIDTH), _within(y, HEIGHT), begun + number * 16))
    return tuple(points)


def _within(value: float, most: int) -> int:
    return max(0, min(most, round(value)))
