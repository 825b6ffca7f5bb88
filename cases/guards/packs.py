"""What must hold before somebody may draft, rehearse or publish a rule pack."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition, Mend
from cases.guards.parts import holds
from cases.models.body import Body
from cases.models.pack import PackDraft, Rehearsal
from cases.packs.drafting import sha256_of
from cases.selectors.packs import wrote
from cases.selectors.written import written


def drafting(body: Body, acting: Acting) -> list[Condition]:
    """Whoever administers the body's packs may begin one."""
    return [holds(acting, "manage_pack", body)]


def changing(draft: PackDraft, acting: Acting) -> list[Condition]:
    return [holds(acting, "manage_pack", draft.body), _open(draft)]


def rehearsing(draft: PackDraft, acting: Acting) -> list[Condition]:
    """A text that holds is rehearsed by whoever drafts or publishes, one rehearsal at a time."""
    drafts, publishes = holds(acting, "manage_pack", draft.body), holds(acting, "publish_pack", draft.body)
    running = draft.rehearsals.filter(state__in=[Rehearsal.State.WAITING, Rehearsal.State.RUNNING]).first()
    return [
        drafts if drafts.ok else publishes,
        _open(draft),
        _valid(draft),
        Condition(
            "no_rehearsal_running",
            running is None,
            _("No other rehearsal of this draft may be running."),
            Mend(_("Go to the running rehearsal"), "rehearsal_detail", (running.pk,)) if running else None,
        ),
    ]


def publishing(draft: PackDraft, acting: Acting, effective_from: date | None) -> list[Condition]:
    """Another person than its writers publishes what was found valid and rehearsed, for a day to come.

    `effective_from` is the draft's first day; None where its text cannot be read.
    """
    sha256 = sha256_of(draft.text)
    rehearsed = draft.rehearsals.filter(state=Rehearsal.State.DONE, sha256=sha256).exists()
    day = written(effective_from) if effective_from else "—"
    return [
        holds(acting, "publish_pack", draft.body),
        _open(draft),
        Condition(
            "not_its_writer",
            not wrote(draft, acting.person),
            _("Somebody who did not write the draft must publish it."),
        ),
        _valid(draft),
        Condition(
            "rehearsed",
            rehearsed,
            _("The text as it stands must have been rehearsed on the registry."),
            Mend(_("Rehearse it"), "pack_draft", (draft.pk,)),
        ),
        Condition(
            "not_backdated",
            effective_from is not None and effective_from >= acting.today,
            _("Its first day, %(day)s, must not lie in the past: a pack never reaches back.") % {"day": day},
            Mend(_("Change the draft"), "pack_draft", (draft.pk,)),
        ),
    ]


def stopping(rehearsal: Rehearsal, acting: Acting) -> list[Condition]:
    drafts, publishes = holds(acting, "manage_pack", rehearsal.body), holds(acting, "publish_pack", rehearsal.body)
    return [
        drafts if drafts.ok else publishes,
        Condition("rehearsal_running", not rehearsal.over, _("The rehearsal must be running.")),
    ]


def _open(draft: PackDraft) -> Condition:
    return Condition("draft_open", draft.state == PackDraft.State.DRAFT, _("The draft must be open."))


def _valid(draft: PackDraft) -> Condition:
    holds_good = not draft.problems and draft.validated_sha256 == sha256_of(draft.text)
    return Condition(
        "draft_valid",
        holds_good,
        _("The text must hold: every problem of it must be put right."),
        Mend(_("See the problems"), "pack_draft", (draft.pk,)),
    )
