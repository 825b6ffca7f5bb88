"""Who may start, change, approve and take up a batch: asked by page and service alike.

A batch is no task, so nobody does it for an absent colleague: what counts are the posts of whoever acts.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import Condition
from cases.models import Body, ConflictOfInterest
from cases.selectors.scope import may
from notices.models import BatchItem, Document, DocumentBatch
from notices.packs import kind_of

State = DocumentBatch.State


def _holds_any(acting: Acting, codenames: tuple[str, ...], body: Body) -> Condition:
    return Condition(
        "permission",
        any(may(acting.person, codename, body) for codename in codenames),
        _("Your post must allow this step at %(body)s.") % {"body": body.name},
    )


def may_start(kind: str, body: Body, acting: Acting) -> list[Condition]:
    """Put documents of this kind, which `body` will issue, on a sheet."""
    entry = kind_of(kind)
    return [_holds_any(acting, (*entry.draft, *entry.issue), body)]


def may_change(batch: DocumentBatch, acting: Acting) -> list[Condition]:
    """Edit a letter of the sheet or take it out; the letter's own guard is asked besides."""
    open_sheet = Condition("sheet_open", batch.state == State.DRAFTED, _("The sheet must be open for review."))
    return [open_sheet, *may_start(batch.kind, batch.body, acting)]


def may_approve(batch: DocumentBatch, acting: Acting) -> list[Condition]:
    """Approve every drafted letter of the sheet; each is asked again when it is issued. A constant number of queries.

    Somebody other than the drafter approves where the kind asks for it, and nobody approves letters to an enterprise
    of theirs (行政处罚法 43): such letters are taken out of the sheet, or somebody else approves it.
    """
    entry = kind_of(batch.kind)
    letters = Document.objects.filter(
        batch_items__batch=batch, batch_items__state=BatchItem.State.DRAFTED, state=Document.State.DRAFT
    )
    conflicts = ConflictOfInterest.objects.standing(acting.today).filter(user=acting.person)
    conditions = [
        _to_be_approved(batch),
        Condition("something_to_issue", letters.exists(), _("The sheet must have a letter that can be issued.")),
        _holds_any(acting, entry.issue, batch.body),
        Condition(
            "conflict_of_interest",
            not letters.filter(enterprise__in=conflicts.values("enterprise")).exists(),
            _("You must have no declared conflict of interest with any enterprise of the sheet."),
            clause="行政处罚法 第四十三条",
        ),
    ]
    if entry.four_eyes:
        own = letters.filter(drafted_by=acting.person).exists()
        words = _("Somebody other than the drafter of its letters must approve the sheet.")
        conditions.append(Condition("not_the_drafter", not own, words))
    return conditions


def _to_be_approved(batch: DocumentBatch) -> Condition:
    """Of two who approve at once the second is told who was first."""
    if batch.state in (State.ISSUING, State.DONE):
        wording = _("%(name)s has approved the sheet already.") % {"name": batch.approved_by}
        return Condition("sheet_open", False, wording)
    return Condition("sheet_open", batch.state == State.DRAFTED, _("The sheet must be open for review."))


def may_take_up(batch: DocumentBatch, acting: Acting) -> list[Condition]:
    """Try the failed letters again; whatever can be issued then is approved anew."""
    resting = batch.state in (State.DRAFTED, State.DONE)
    return [
        Condition("not_running", resting, _("The letters must not be being drafted or issued just now.")),
        Condition("something_failed", to_take_up(batch).exists(), _("A failed letter must be left to try again.")),
        *may_start(batch.kind, batch.body, acting),
    ]


def to_take_up(batch: DocumentBatch) -> QuerySet[BatchItem]:
    """Failed letters that could still be drafted or issued: none that was dropped, issued or put on another sheet."""
    elsewhere = BatchItem.objects.filter(
        document=OuterRef("document"), state__in=[BatchItem.State.WAITING, BatchItem.State.DRAFTED]
    )
    failed = batch.items.filter(state=BatchItem.State.FAILED).exclude(Exists(elsewhere))
    return failed.exclude(document__state__in=[Document.State.VOIDED, Document.State.ISSUED])
