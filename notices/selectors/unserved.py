"""Issued documents that must be served and have not been: how long, by when, in whose hands, what was tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from cases.models import Body, Deadline, User
from notices.models import Document, ServiceRecord
from notices.packs import service_law
from notices.selectors.documents import dispatched_kinds, documents_for

RULE: Final = "letter_service"
VIEWS: Final = ("late", "untried", "failed", "published")
"""Past the deadline; no attempt yet; often enough in vain for a public notice; waiting for one to take effect."""

_steps: dict[str, str] = {}


def register_service_steps(steps: Mapping[str, str]) -> None:
    """The floor above says which step of a process serves each kind of document: its deadline is the document's."""
    _steps.update({str(kind): code for kind, code in steps.items()})


@dataclass(frozen=True, slots=True)
class UnservedFilter:
    """What the board is narrowed to; `age` is whole days since the issue, at least."""

    show: str = ""
    body: Body | None = None
    kind: str = ""
    age: int | None = None
    handler: User | None = None


@dataclass(frozen=True, slots=True)
class UnservedCounts:
    """The numbers of the tiles; a document may be in several."""

    all: int
    late: int
    untried: int
    failed: int
    published: int


def unserved_for(user: User | AnonymousUser) -> QuerySet[Document]:
    """Unserved documents this person may see, the most urgent first.

    A letter to several bodies comes once for each that is still to be served: `awaited` is the key of that body, None
    for any other letter. Adds `due_on` (None where no clock runs), `handler` (key of whoever answers for the service,
    else of the drafter or issuer), `tries`, `failures`, and `effective_on` of a public notice that has been published.
    """
    clock = _clock()
    one_of_all = Q(body=OuterRef("awaited")) | Q(body__isnull=True)
    records = ServiceRecord.objects.filter(one_of_all, document=OuterRef("pk"))
    attempts = records.order_by().values("document")
    notices = records.filter(kind=ServiceRecord.Kind.PUBLIC_NOTICE)
    return (
        _waiting(user)
        .annotate(awaited=F("addressees__body"), awaited_row=F("addressees"))
        .annotate(
            due_on=Subquery(clock.values("due_on")[:1]),
            handler=Coalesce(
                Subquery(clock.values("accountable_user")[:1]),
                "drafted_by",
                "issue__issued_by",
                output_field=BigIntegerField(),
            ),
            tries=Coalesce(Subquery(attempts.annotate(number=Count("pk")).values("number")), 0),
            failures=Coalesce(
                Subquery(attempts.filter(succeeded=False).annotate(number=Count("pk")).values("number")), 0
            ),
            effective_on=Subquery(notices.filter(succeeded=True).order_by("pk").values("served_on")[:1]),
        )
        .order_by(F("due_on").asc(nulls_last=True), "issue__issued_on", "pk", "awaited_row")
    )


def _waiting(user: User | AnonymousUser) -> QuerySet[Document]:
    """The rows of `unserved_for`, each with the subject of the clock of its service as `step`."""
    step: Case = Case(
        *(When(kind=kind, then=Value(f"step:{code}")) for kind, code in sorted(_steps.items())),
        default=Value(""),
        output_field=CharField(),
    )
    waiting = documents_for(user).filter(
        state=Document.State.ISSUED, served_on__isnull=True, kind__in=dispatched_kinds()
    )
    return waiting.filter(Q(addressees__isnull=True) | Q(addressees__served_on__isnull=True)).annotate(step=step)


def _clock() -> QuerySet[Deadline]:
    return Deadline.objects.filter(
        case=OuterRef("case"), rule=RULE, subject=OuterRef("step"), state=Deadline.State.RUNNING
    )


def unserved_and_late(user: User | AnonymousUser, today: date) -> tuple[int, int]:
    """How many documents wait for their service, and how many of them too long: of all counts the two that cost least;
    one query.
    """
    due = _waiting(user).annotate(due_on=Subquery(_clock().values("due_on")[:1]))
    rows = list(due.order_by().values_list("due_on").annotate(many=Count("pk")))
    late = sum(number for due_on, number in rows if due_on is not None and due_on < today)
    return sum(number for _due_on, number in rows), late


def count_unserved(documents: QuerySet[Document], today: date) -> UnservedCounts:
    """Every number in one query."""
    views = {view: Count("pk", filter=_view(view, today)) for view in VIEWS}
    return UnservedCounts(**documents.order_by().aggregate(all=Count("pk"), **views))


def narrow_unserved(documents: QuerySet[Document], wanted: UnservedFilter, today: date) -> QuerySet[Document]:
    """The documents that match the filter."""
    if wanted.show:
        documents = documents.filter(_view(wanted.show, today))
    if wanted.body:
        documents = documents.filter(body=wanted.body)
    if wanted.kind:
        documents = documents.filter(kind=wanted.kind)
    if wanted.age is not None:
        documents = documents.filter(issue__issued_on__lte=today - timedelta(days=wanted.age))
    return documents.filter(Q(handler=wanted.handler.pk)) if wanted.handler else documents


def handlers_of(documents: QuerySet[Document]) -> QuerySet[User]:
    """Everybody in whose hands one of the documents is."""
    return User.objects.filter(pk__in=documents.order_by().values(key=F("handler"))).order_by("name", "pk")


def _view(view: str, today: date) -> Q:
    return {
        "late": Q(due_on__lt=today),
        "untried": Q(tries=0),
        "failed": Q(failures__gte=service_law().failures_before_notice, effective_on__isnull=True),
        "published": Q(effective_on__isnull=False),
    }[view]
