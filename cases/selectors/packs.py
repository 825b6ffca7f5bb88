"""Rule packs as people see them: who published what, the drafts of one's bodies, and what a rehearsal found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from cases.models.audit import AuditEvent
from cases.models.body import Body
from cases.models.enterprise import Enterprise, OperatingStatus
from cases.models.pack import PackDraft, PackRelease, Rehearsal, RehearsedChange
from cases.models.people import User
from cases.packs.loader import Pack, PackError, packaged_text
from cases.packs.rule_pack import region_stem
from cases.selectors.enterprises import found
from cases.selectors.scope import within

WRITING: Final = ("start_pack_draft", "save_pack_draft")
"""Acts by which somebody has a hand in the text of a draft."""


def draft_stream(draft: PackDraft) -> str:
    """Name of the draft's stream in the audit trail."""
    return f"pack-draft:{draft.pk}"


def visible_drafts(user: User | AnonymousUser) -> QuerySet[PackDraft]:
    """Drafts of the bodies where the person may draft or publish packs."""
    own = within(user, "manage_pack", "body") | within(user, "publish_pack", "body")
    return PackDraft.objects.filter(own).select_related("body", "created_by").order_by("-updated_at", "-pk")


def drafting_bodies(user: User | AnonymousUser) -> QuerySet[Body]:
    """Bodies where the person may draft rule packs."""
    return Body.objects.filter(within(user, "manage_pack", "")).order_by("position")


def wrote(draft: PackDraft, user: User) -> bool:
    """Whether the person has had a hand in the draft's text."""
    return AuditEvent.objects.filter(stream=draft_stream(draft), action__in=WRITING, actor=user).exists()


def visible_rehearsals(user: User | AnonymousUser) -> QuerySet[Rehearsal]:
    """Rehearsals of the drafts a person may see."""
    own = within(user, "manage_pack", "body") | within(user, "publish_pack", "body")
    return Rehearsal.objects.filter(own).select_related("body", "draft", "requested_by").order_by("-pk")


def releases_by_ref() -> Mapping[tuple[str, int], PackRelease]:
    """Who published each version, and when; those that ship with the programme are not among them."""
    rows = PackRelease.objects.select_related("body", "published_by").defer("text")
    return {(row.code, row.pack_version): row for row in rows}


def versions_of(code: str, packs: Mapping[tuple[str, int], Pack]) -> list[Pack]:
    """Every version of a pack among `packs`, the newest first; empty for an unknown code."""
    return [pack for (name, _), pack in sorted(packs.items(), reverse=True) if name == code]


def text_of(pack: Pack) -> str:
    """The text a version was read from."""
    release = PackRelease.objects.filter(code=pack.code, pack_version=pack.version).first()
    return release.text if release else packaged_text(pack.code, pack.version) or ""


def bodies_within(jurisdiction: str, body: Body) -> Q:
    """Condition on bodies: below `body`, and within the region of a pack."""
    return Q(position__range=(body.position, body.last), code__startswith=region_stem(jurisdiction))


def units_to_rehearse(body: Body, jurisdiction: str) -> QuerySet[Enterprise]:
    """Units a rehearsal looks at, by key: of the requester's body and the pack's region; what was deregistered is left
    out."""
    places = Body.objects.filter(bodies_within(jurisdiction, body))
    units = Enterprise.objects.filter(territorial_body__in=places).exclude(status=OperatingStatus.DEREGISTERED)
    return units.order_by("pk")


# --- problems --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong on a line of a draft, and that line."""

    line: int
    message: str
    excerpt: str


def stored_problems(error: PackError) -> list[dict[str, Any]]:
    """The faults of a text as JSON-ready data, untranslated."""
    return [{"line": fault.line, "message": fault.msgid, "details": fault.details} for fault in error.faults]


def problems_shown(problems: list[dict[str, Any]], text: str) -> list[Problem]:
    """Stored problems in the reader's words, each with the line of the text it speaks of."""
    lines = text.splitlines()
    shown = []
    for problem in problems:
        place = problem["line"]
        message = gettext(problem["message"])
        excerpt = lines[place - 1].strip()[:80] if place <= len(lines) else ""
        shown.append(Problem(place, message % problem["details"] if problem["details"] else message, excerpt))
    return shown


# --- what a rehearsal found ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """What a table of changes is narrowed to; empty narrows nothing."""

    what: str = ""
    before: str | None = None
    after: str | None = None
    area: Body | None = None
    text: str = ""


def rehearsed_changes(
    user: User | AnonymousUser, rehearsal: Rehearsal, wanted: ChangeFilter
) -> QuerySet[RehearsedChange]:
    """Changes of units that the person may see, by unit."""
    rows = RehearsedChange.objects.filter(
        within(user, "view_enterprise", "enterprise__territorial_body"), rehearsal=rehearsal
    )
    if wanted.what:
        rows = rows.filter(what=wanted.what)
    if wanted.before is not None:
        rows = rows.filter(before=wanted.before)
    if wanted.after is not None:
        rows = rows.filter(after=wanted.after)
    if wanted.area is not None:
        rows = rows.filter(enterprise__territorial_body__position__range=(wanted.area.position, wanted.area.last))
    if wanted.text.strip():
        rows = rows.filter(enterprise__in=found(Enterprise.objects.all(), wanted.text).values("pk"))
    return rows.select_related("enterprise__territorial_body").order_by("enterprise", "what")


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many units go from what to what."""

    what: str
    befores: tuple[str, ...]
    afters: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]
    total: int


ARROW: Final = ">"


def matrix_of(what: str, counts: Mapping[str, int]) -> Matrix:
    """The stored counts ``{"A>B": 12}`` as a table."""
    cells: Counter[tuple[str, str]] = Counter()
    for pair, number in counts.items():
        before, _, after = pair.partition(ARROW)
        cells[before, after] += number
    befores = tuple(sorted({before for before, _after in cells}))
    afters = tuple(sorted({after for _before, after in cells}))
    return Matrix(what, befores, afters, cells, sum(cells.values()))
