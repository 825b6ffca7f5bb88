"""Batches a person may see, how far they are, and what may be put into a new one."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from cases.models import Body, Deadline, Job, User
from cases.selectors.notifications import rule_title
from cases.selectors.scope import within
from notices.models import BatchItem, Document, DocumentBatch, Kind
from notices.packs import document_kinds, kind_of
from notices.selectors.copies import awaiting_signature

State = BatchItem.State


@dataclass(frozen=True, slots=True)
class Progress:
    """How many letters of a batch stand where; `total` counts those that were not taken out."""

    total: int
    looked_at: int
    drafted: int
    to_issue: int
    issued: int
    failed: int
    excluded: int
    printed: int
    unprinted: int
    """Letters whose printing has been given up (see incidents)."""

    @property
    def printing(self) -> bool:
        """Whether letters are still being printed."""
        return self.printed + self.unprinted < self.issued


def batches_for(user: User | AnonymousUser) -> QuerySet[DocumentBatch]:
    """Every batch of a body whose cases the person may see, newest first."""
    seen = DocumentBatch.objects.filter(within(user, "view_case", "body"))
    return seen.select_related("body", "started_by", "approved_by").order_by("-pk")


def with_counts(batches: QuerySet[DocumentBatch]) -> QuerySet[DocumentBatch]:
    """Each with `letters`, `issued` and `failed`, for the list."""
    return batches.annotate(
        letters=Count("items", filter=~Q(items__state=State.EXCLUDED)),
        issued=Count("items", filter=Q(items__state=State.ISSUED)),
        failed=Count("items", filter=Q(items__state=State.FAILED)),
    )


def items_for(user: User | AnonymousUser) -> QuerySet[BatchItem]:
    """Every line of a sheet the person may see."""
    return BatchItem.objects.filter(within(user, "view_case", "batch__body"))


def sheet_of(batch: DocumentBatch, state: str = "") -> QuerySet[BatchItem]:
    """The lines in order with all a page shows of them; `state` narrows to one. One query."""
    items = with_dead_prints(batch.items.all())
    related = ("document__issue", "document__file", "document__case", "document__enterprise", "document__body")
    return (items.filter(state=state) if state else items).select_related(*related).order_by("position")


def with_dead_prints(items: QuerySet[BatchItem]) -> QuerySet[BatchItem]:
    """Each line knows whether the printing of its letter has been given up (`print_dead`)."""
    key = Concat(Value("render:"), Cast(OuterRef("document_id"), CharField()))
    return items.annotate(print_dead=Exists(Job.objects.filter(key=key, state=Job.State.DEAD)))


def progress_of(batch: DocumentBatch) -> Progress:
    """All counts in one query."""
    kept = ~Q(state=State.EXCLUDED)
    return Progress(
        **with_dead_prints(batch.items.all()).aggregate(
            total=Count("pk", filter=kept),
            looked_at=Count("pk", filter=kept & ~Q(state=State.WAITING)),
            drafted=Count("pk", filter=kept & Q(document__isnull=False)),
            to_issue=Count("pk", filter=Q(state=State.DRAFTED, document__state=Document.State.DRAFT)),
            issued=Count("pk", filter=Q(state=State.ISSUED)),
            failed=Count("pk", filter=Q(state=State.FAILED)),
            excluded=Count("pk", filter=Q(state=State.EXCLUDED)),
            printed=Count("pk", filter=Q(state=State.ISSUED, document__file__isnull=False)),
            unprinted=Count("pk", filter=Q(state=State.ISSUED, document__file__isnull=True, print_dead=True)),
        )
    )


def fingerprint(batch: DocumentBatch) -> str:
    """Of what would be issued, letter by letter, with all that its drafter added; one query."""
    letters = batch.items.filter(state=State.DRAFTED, document__state=Document.State.DRAFT).order_by("position")
    rows = list(letters.values_list("position", "document", "document__fields"))
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def matters_of(items: Iterable[BatchItem]) -> dict[str, str]:
    """What each letter is about, by its subject: the overdue matter and its unit, else the unit or case. One query."""
    names = {item.subject: _about(item.document) for item in items if item.document is not None}
    keys = [int(item.subject.partition(":")[2]) for item in items if re.fullmatch(r"deadline:\d{1,18}", item.subject)]
    for deadline in Deadline.objects.filter(pk__in=keys).select_related("case__enterprise", "enterprise"):
        unit, title = deadline.about, rule_title(deadline.rule)
        names[f"deadline:{deadline.pk}"] = f"{title} · {unit.name}" if unit else title
    return names


def _about(document: Document) -> str:
    if document.enterprise is not None:
        return document.enterprise.name
    return document.case.number if document.case is not None else ""


def printed_letters(batch: DocumentBatch) -> list[Document]:
    """The letters that can be handed out, in the order of the sheet: printed, and signed where they are to be."""
    printed = Document.objects.filter(batch_items__batch=batch, batch_items__state=State.ISSUED, file__isnull=False)
    letters = printed.select_related("file", "signature", "issue").order_by("batch_items__position")
    waiting = awaiting_signature(letter.pk for letter in letters if not hasattr(letter, "signature"))
    return [letter for letter in letters if letter.pk not in waiting]


def overdue_without_letter(user: User, today: date) -> QuerySet[Deadline]:
    """Overdue deadlines the person oversees on which no reminder letter stands and somebody above could write one.

    In the order in which the letters will be numbered: by the body that is late, the oldest first.
    """
    subject = Concat(Value("deadline:"), Cast(OuterRef("pk"), CharField()))
    letters = Document.objects.filter(kind=Kind.REMINDER_LETTER, subject=subject)
    return (
        Deadline.objects.filter(within(user, "view_oversight", "case__territorial_body"))
        .filter(_body_within(user, kind_of(Kind.REMINDER_LETTER).draft, "accountable_body__parent"))
        .filter(state=Deadline.State.RUNNING, due_on__lt=today, overdue_since__isnull=False)
        .exclude(Exists(letters.exclude(state=Document.State.VOIDED)))
        .select_related("case__enterprise", "accountable_body__parent")
        .order_by("accountable_body__position", "due_on", "pk")
    )


def drafts_to_take(user: User) -> QuerySet[Document]:
    """Drafts of letters the person sees and may put on a sheet, on no other open one; the oldest first."""
    allowed = Q(pk__in=[])
    for entry in document_kinds().values():
        if entry.served:
            allowed |= Q(kind=entry.kind) & _body_within(user, (*entry.draft, *entry.issue), "body")
    open_failed = Q(state=State.FAILED) & ~Q(batch__state=DocumentBatch.State.DONE)
    taken = BatchItem.objects.filter(document=OuterRef("pk")).filter(
        Q(state__in=[State.WAITING, State.DRAFTED]) | open_failed
    )
    seen = Document.objects.filter(within(user, "view_case", "place"), allowed, state=Document.State.DRAFT)
    return seen.exclude(Exists(taken)).select_related("body", "case", "enterprise").order_by("pk")


def _body_within(user: User, codenames: tuple[str, ...], path: str) -> Q:
    found = Q(pk__in=[])
    for codename in codenames:
        found |= within(user, codename, path)
    return found


def bodies_of(keys: QuerySet[Deadline] | QuerySet[Document], path: str) -> QuerySet[Body]:
    """The bodies that would issue these, for the filter."""
    return Body.objects.filter(pk__in=keys.order_by().values(path)).order_by("position")
