"""Rule packs for everybody signed in to read: which there are, what each says, and how two differ."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from cases.acting import Acting
from cases.forms.open_settings import pack_title
from cases.models import Body, PackDraft, PackRelease
from cases.packs.drafting import NATION
from cases.packs.loader import Pack, all_packs, unreadable_packs
from cases.selectors.pack_difference import SheetDifference, difference
from cases.selectors.pack_sheets import sheets_of, sources_of
from cases.selectors.packs import (
    drafting_bodies,
    problems_shown,
    releases_by_ref,
    stored_problems,
    versions_of,
    visible_drafts,
)
from cases.selectors.people import manages_people
from cases.views.registry import acting_of

DRAFT_TONES = {PackDraft.State.DRAFT: "info", PackDraft.State.PUBLISHED: "ok", PackDraft.State.ABANDONED: ""}


@dataclass(frozen=True, slots=True)
class PackRow:
    """One pack as the list shows it."""

    pack: Pack
    title: str
    place: str
    release: PackRelease | None
    state: str
    tone: str
    differs: int
    """Sections in which it differs from the pack it extends."""


class Shelf:
    """All packs with what is told beside each, read once for a page."""

    def __init__(self, acting: Acting) -> None:
        self.today = acting.today
        self.packs = all_packs()
        self.releases = releases_by_ref()
        codes = {pack.jurisdiction for pack in self.packs.values()}
        self.places = dict(Body.objects.filter(code__in=codes).values_list("code", "short_name"))

    def newest(self) -> list[Pack]:
        """The newest version of each, by code."""
        return list({code: pack for (code, _version), pack in sorted(self.packs.items())}.values())

    def pack(self, code: str, version: str) -> Pack:
        """A version, the newest where none is named; 404 where there is none."""
        known = [pack for pack in versions_of(code, self.packs) if version in ("", str(pack.version))]
        if not known:
            raise Http404
        return known[0]

    def row(self, pack: Pack) -> PackRow:
        state, tone = self._state(pack)
        return PackRow(
            pack=pack,
            title=pack_title(pack),
            place=self.places.get(pack.jurisdiction) or _("Region %(code)s") % {"code": pack.jurisdiction},
            release=self.releases.get((pack.code, pack.version)),
            state=state,
            tone=tone,
            differs=len(differing(pack, self.packs.get((pack.extends, pack.extends_version)))),
        )

    def comparisons(self, pack: Pack) -> list[Pack]:
        """What a pack is best compared with: the one it extends, its version before, the national ones."""
        national = [each for each in self.newest() if each.jurisdiction == NATION and _alike(each, pack)]
        base, before = (pack.extends, pack.extends_version), (pack.code, pack.version - 1)
        found = [self.packs.get(base), self.packs.get(before), *national]
        return list({each.ref: each for each in found if each is not None and each.ref != pack.ref}.values())

    def _state(self, pack: Pack) -> tuple[str, str]:
        """Whether it is in force today; an older version is not, once the next has begun."""
        others = versions_of(pack.code, self.packs)
        if any(each.version > pack.version and each.effective_from <= self.today for each in others):
            return pgettext("of a rule pack", "replaced"), ""
        if pack.effective_from > self.today:
            return pgettext("of a rule pack", "to come"), "info"
        return (
            (pgettext("of a rule pack", "in force"), "ok")
            if pack.in_force(self.today)
            else (pgettext("of a rule pack", "ended"), "")
        )


@require_GET
def pack_list(request: HttpRequest) -> HttpResponse:
    """Every pack with its act, place, days in force, newest version and publisher; and one's own drafts."""
    acting = acting_of(request)
    shelf, drafts = Shelf(acting), visible_drafts(acting.person)
    context = {
        "rows": [shelf.row(pack) for pack in shelf.newest()],
        "drafts": [{"draft": draft, "tone": DRAFT_TONES[PackDraft.State(draft.state)]} for draft in drafts],
        "may_draft": drafting_bodies(acting.person).exists(),
        "may_set": manages_people(acting.person),
        "unreadable": _unreadable(),
        "crumbs": crumbs(),
    }
    return render(request, "cases/packs/list.html", context)


@require_GET
def pack_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One version of a pack, `?version=N`, the newest unless named: every section as a table."""
    acting = acting_of(request)
    shelf = Shelf(acting)
    pack = shelf.pack(code, request.GET.get("version", ""))
    context = {
        "row": shelf.row(pack),
        "versions": [shelf.row(each) for each in versions_of(code, shelf.packs)],
        "sheets": sheets_of(pack),
        "sources": sources_of(pack),
        "comparisons": shelf.comparisons(pack),
        "may_draft": drafting_bodies(acting.person).exists(),
        "crumbs": [*crumbs(), {"label": pack_title(pack), "url": ""}],
    }
    return render(request, "cases/packs/detail.html", context)


@require_GET
def pack_difference(request: HttpRequest, code: str) -> HttpResponse:
    """What a version, `?version=N`, changes of another, `?against=CODE@N`: the one it extends unless named."""
    shelf = Shelf(acting_of(request))
    pack = shelf.pack(code, request.GET.get("version", ""))
    choices = shelf.comparisons(pack)
    name, _at, version = (request.GET.get("against", "") or (choices[0].ref if choices else pack.ref)).partition("@")
    other = shelf.pack(name, version)
    address = f"{reverse('pack_detail', args=[code])}?version={pack.version}"
    context = {
        "pack": pack,
        "title": pack_title(pack),
        "other": other,
        "other_title": pack_title(other),
        "choices": [(each, pack_title(each)) for each in choices],
        "differences": difference(other, pack),
        "crumbs": [*crumbs(), {"label": pack_title(pack), "url": address}, {"label": _("What differs"), "url": ""}],
    }
    return render(request, "cases/packs/difference.html", context)


def differing(pack: Pack, other: Pack | None) -> list[SheetDifference]:
    """What differs besides the head, which always does."""
    return [each for each in difference(other, pack) if each.code != "head"] if other is not None else []


def crumbs() -> list[dict[str, str]]:
    return [
        {"label": _("Settings"), "url": reverse("settings")},
        {"label": _("Rule packs"), "url": reverse("pack_list")},
    ]


def _alike(one: Pack, other: Pack) -> bool:
    """Whether both speak of the same things."""
    return any(
        getattr(one, section) is not None and getattr(other, section) is not None
        for section in ("classes", "tiers", "listing")
    )


def _unreadable() -> list[dict[str, Any]]:
    """Published versions that this programme cannot read: said, not hidden."""
    return [
        {"ref": f"{code}@{version}", "problems": problems_shown(stored_problems(error), "")}
        for (code, version), error in unreadable_packs().items()
    ]
