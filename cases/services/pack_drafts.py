"""Draft, check, publish and abandon rule packs; publishing never touches what was decided before."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.packs import changing, drafting, publishing
from cases.models.body import Body
from cases.models.pack import PackDraft, PackRelease, Rehearsal
from cases.models.people import User
from cases.packs.drafting import Beginning, copied_text, extending_text, next_version, read_draft, sha256_of
from cases.packs.loader import Pack, PackError, all_packs, referred_pack
from cases.rules.errors import RuleError
from cases.selectors.notifications import PACK_PUBLISHED
from cases.selectors.packs import draft_stream, stored_problems, text_of
from cases.selectors.recipients import pack_keepers
from cases.services.audit import record
from cases.services.deadlines import require_reason
from cases.services.notify import notify

BEGINNINGS: Final = ("extend", "copy")


class StaleDraftError(RuleError):
    """Somebody else has saved since the page was opened; `stored` is the draft as it stands now."""

    def __init__(self, stored: PackDraft) -> None:
        super().__init__("stale", _("Somebody else has changed this draft since you opened it."))
        self.stored = stored


@transaction.atomic
def start_pack_draft(*, body: Body, base: str, beginning: str, code: str, title: str, acting: Acting) -> PackDraft:
    """Begin a draft of `body` from the pack `base` (``code@version``): a copy of it, or a text that extends it.

    The first day is tomorrow until somebody writes another. RuleError: `pack`, `pack_elsewhere`, `beginning`.
    """
    require(drafting(body, acting))
    pack = referred_pack(base)
    if not pack.reaches(body.code):
        raise RuleError("pack_elsewhere", _("The rule pack “%(pack)s” does not hold here."), pack=pack.ref)
    if beginning not in BEGINNINGS:
        raise RuleError("beginning", _("Copy a rule pack, or extend it."))
    head = Beginning(code, next_version(code, all_packs()), title, body.code, acting.today + timedelta(days=1))
    text = copied_text(text_of(pack), pack, head) if beginning == "copy" else extending_text(pack, head)
    draft = PackDraft(body=body, code=code, title=title, base=pack.ref, created_by=acting.person, created_at=acting.at)
    _set_text(draft, text, acting)
    draft.save(force_insert=True)
    record(
        stream=draft_stream(draft),
        action="start_pack_draft",
        acting=acting,
        body=body,
        data={"code": code, "base": pack.ref, "sha256": sha256_of(text)},
    )
    return draft


@transaction.atomic
def save_pack_draft(*, draft_id: int, text: str, version: int, acting: Acting) -> PackDraft:
    """Keep a text, right or wrong, and what is wrong with it. StaleDraftError; Blocked.

    `version` is that of the page the text was typed on. Saving the same text again only checks it again.
    """
    draft = _locked(draft_id)
    require(changing(draft, acting))
    if draft.version != version:
        raise StaleDraftError(draft)
    changed = draft.text != text
    before = sha256_of(draft.text)
    _set_text(draft, text, acting)
    draft.version += changed
    draft.save()
    if changed:
        record(
            stream=draft_stream(draft),
            action="save_pack_draft",
            acting=acting,
            body=draft.body,
            data={"before": before, "after": sha256_of(text), "problems": len(draft.problems)},
        )
    return draft


@transaction.atomic
def abandon_pack_draft(*, draft_id: int, reason: str, acting: Acting) -> PackDraft:
    """Give a draft up; it stays on record. RuleError `reason_too_short`; Blocked."""
    draft = _locked(draft_id)
    require(changing(draft, acting))
    require_reason(reason)
    draft.state, draft.updated_at = PackDraft.State.ABANDONED, acting.at
    draft.save(update_fields=["state", "updated_at"])
    data = {"code": draft.code, "reason": reason.strip()}
    record(stream=draft_stream(draft), action="abandon_pack_draft", acting=acting, body=draft.body, data=data)
    return draft


@transaction.atomic
def publish_pack(*, draft_id: int, reason: str, version: int, acting: Acting) -> PackRelease:
    """Make the draft a version that holds from its first day on, for what begins from then; for ever as it is.

    Blocked, with every condition that fails; StaleDraftError; RuleError `reason_too_short`, `pack_invalid`,
    `pack_version_taken`.
    """
    draft = _locked(draft_id)
    if draft.version != version:
        raise StaleDraftError(draft)
    pack = draft_pack(draft)
    require(publishing(draft, acting, pack.effective_from if pack else None))
    require_reason(reason)
    if pack is None:  # another pack was published meanwhile, so that the text no longer holds
        raise RuleError("pack_invalid", _("The text no longer holds; check it again."))
    release = _released(draft, pack, reason, acting)
    draft.state, draft.updated_at = PackDraft.State.PUBLISHED, acting.at
    draft.save(update_fields=["state", "updated_at"])
    rehearsal = draft.rehearsals.filter(state=Rehearsal.State.DONE, sha256=release.sha256).latest("pk")
    record(
        stream=f"pack:{pack.code}",
        action="publish_pack",
        acting=acting,
        body=draft.body,
        data={
            "pack": pack.ref,
            "effective_from": pack.effective_from,
            "sha256": release.sha256,
            "draft": draft.pk,
            "rehearsal": rehearsal.pk,
            "reason": release.reason,
        },
    )
    _tell(release, pack, acting)
    return release


def draft_pack(draft: PackDraft) -> Pack | None:
    """The pack a draft states, read anew; None where the text does not hold."""
    try:
        return read_draft(draft.text, known=all_packs(), region=draft.body.code)
    except PackError:
        return None


def problems_of(text: str, body: Body) -> list[dict[str, object]]:
    """What is wrong in a text of the body, as it is stored; nothing is kept."""
    try:
        read_draft(text, known=all_packs(), region=body.code)
    except PackError as error:
        return stored_problems(error)
    return []


def _set_text(draft: PackDraft, text: str, acting: Acting) -> None:
    """Text, what is wrong with it, and the code and title it gives itself."""
    draft.text, draft.updated_at = text, acting.at
    try:
        pack = read_draft(text, known=all_packs(), region=draft.body.code)
    except PackError as error:
        draft.problems, draft.validated_sha256 = stored_problems(error), ""
    else:
        draft.problems, draft.validated_sha256 = [], sha256_of(text)
        draft.code, draft.title = pack.code, pack.title


def _locked(draft_id: int) -> PackDraft:
    return PackDraft.objects.select_for_update(of=("self",)).select_related("body").get(pk=draft_id)


def _released(draft: PackDraft, pack: Pack, reason: str, acting: Acting) -> PackRelease:
    release = PackRelease(
        body=draft.body,
        code=pack.code,
        pack_version=pack.version,
        text=draft.text,
        sha256=sha256_of(draft.text),
        draft=draft,
        reason=reason.strip(),
        published_by=acting.person,
        published_at=acting.at,
    )
    try:
        with transaction.atomic():
            release.save(force_insert=True)
    except IntegrityError:
        raise RuleError("pack_version_taken", _("This version was published meanwhile.")) from None
    return release


def _tell(release: PackRelease, pack: Pack, acting: Acting) -> None:
    """Whoever keeps the packs where it holds, and who wrote it."""
    users: Iterable[User] = [*pack_keepers(release.body, pack.jurisdiction, acting.today), release.draft.created_by]
    data = {"pack": pack.title, "ref": pack.ref, "body": release.body.name, "on": pack.effective_from.isoformat()}
    notify(users=users, kind=PACK_PUBLISHED, key=f"pack:{pack.ref}", data=data, at=acting.at)
