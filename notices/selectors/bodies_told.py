"""To which bodies a letter about a check is written, as its 主送机关 line names them (GB/T 9704-2012, 7.3.2)."""

from typing import Final

from cases.models import Body, BodyInstrument

LONGEST: Final = 200  # characters of the line; more bodies than fit are named in the text
ALL_OF: Final = {
    Body.Level.PROVINCE: "各省、自治区、直辖市市场监督管理局",
    Body.Level.CITY: "各设区市市场监督管理局",
    Body.Level.COUNTY: "各县（市、区）市场监督管理局",
    Body.Level.TOWNSHIP: "各市场监督管理所",
}
SOME: Final = "各有关市场监督管理局（所）"


def bodies_told(instrument: BodyInstrument) -> list[Body]:
    """The overseen body first; of a circular the other bodies after it, in the order of the tree."""
    overseen = instrument.check_of.overseen
    others = instrument.also_to.exclude(pk=overseen.pk).order_by("position")
    return [overseen, *others]


def told_bodies(instrument: BodyInstrument) -> str:
    """The line itself; all bodies directly below the overseeing one are named as such."""
    bodies = bodies_told(instrument)
    if len(bodies) == 1:
        return bodies[0].name
    below = set(Body.objects.filter(parent=instrument.check_of.body).values_list("pk", flat=True))
    levels = {body.level for body in bodies}
    if below == {body.pk for body in bodies} and len(levels) == 1:
        return ALL_OF[Body.Level(levels.pop())]
    line = "、".join(body.name for body in bodies)
    return line if len(line) <= LONGEST else SOME
