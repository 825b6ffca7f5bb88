"""What the statistics count: each figure as rows of one kind, chosen by a period; so a figure and its rows agree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.acting import LEGAL_ZONE
from cases.models import (
    STANDING_STATES,
    Case,
    ClassRecord,
    EventDecision,
    Inspection,
    Interview,
    KeySupervision,
    ListedOversight,
    ListEntry,
    ListLevel,
    Opinion,
    Proposal,
    RectificationOrder,
    Register,
    ReturnVisit,
    RiskEvent,
    User,
)
from cases.selectors.overseen import CLASSES
from notices.models import Document
from notices.selectors.documents import dispatched_kinds, documents_for


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a period that have come, and the orders of them that the rule calls ended and kept in time."""

    first: date
    last: date
    ended: frozenset[int] = frozenset()
    in_time: frozenset[int] = frozenset()

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time.min, LEGAL_ZONE)

    @property
    def end(self) -> datetime:
        """The moment at which its last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time.min, LEGAL_ZONE)


@dataclass(frozen=True, slots=True)
class During:
    """Which rows belong to a period, and the path to the day or moment by which they do."""

    day: str
    rows: Callable[[Span], Q]


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: which rows of its source it counts in a period."""

    code: str
    title: str | Promise
    during: During
    inner: bool = False
    """Whether it is a part of the figure above it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Rows of one kind: where they lie, whom they are about, and the figures made of them."""

    title: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    place: str
    """Path to the body where a row lies."""
    unit: str
    """Path to the enterprise of a row."""
    case: str
    """Path to its case; empty where there is none."""
    figures: tuple[Figure, ...]


def on(path: str, **more: Any) -> During:
    """A legal day within the period."""
    return During(path, lambda span: Q(**{f"{path}__range": (span.first, span.last)}, **more))


def at(path: str, where: Q | None = None) -> During:
    """A moment within the period."""
    return During(path, lambda span: Q(**{f"{path}__gte": span.begin, f"{path}__lt": span.end}) & (where or Q()))


def standing(first: str, end: str, **more: Any) -> During:
    """In force when the period's last day ends, from one day up to another on which it no longer is."""

    def rows(span: Span) -> Q:
        begun = Q(**{f"{first}__lte": span.last}, **more)
        return begun & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gt": span.last}))

    return During(first, rows)


def _class_rows(_user: User) -> QuerySet[ClassRecord]:
    """Classes with the one that each unit had before."""
    earlier = ClassRecord.objects.filter(enterprise=OuterRef("enterprise"), valid_from__lt=OuterRef("valid_from"))
    before = earlier.order_by("-valid_from", "-pk").values("quality_class")[:1]
    return ClassRecord.objects.annotate(before=Subquery(before))


def _moves(better: bool) -> Q:
    pairs = [
        Q(quality_class=now, before=then)
        for place, now in enumerate(CLASSES)
        for then in (CLASSES[place + 1 :] if better else CLASSES[:place])
    ]
    found = Q(pk__in=[])
    for pair in pairs:
        found |= pair
    return found


def _moved(where: Q) -> During:
    return During("valid_from", lambda span: Q(valid_from__range=(span.first, span.last)) & where)


def _same() -> Q:
    same = Q(pk__in=[])
    for name in CLASSES:
        same |= Q(quality_class=name, before=name)
    return same


def _open_cases(span: Span) -> Q:
    return Q(opened_at__lt=span.end) & (Q(closed_at__isnull=True) | Q(closed_at__gte=span.end))


_CLASS_TITLES: Final = {
    "AA": _("Class AA in force at the end"),
    "A": _("Class A in force at the end"),
    "B": _("Class B in force at the end"),
    "C": _("Class C in force at the end"),
}

SOURCES: Final[tuple[Source, ...]] = (
    Source(
        _("Cases"), lambda _user: Case.objects.all(), "territorial_body", "enterprise", "self",
        (
            Figure("cases_opened", _("Cases opened"), at("opened_at")),
            Figure("cases_closed", _("Cases ended"), at("closed_at")),
            Figure("cases_open", _("Cases open at the end"), During("opened_at", _open_cases)),
        ),
    ),
    Source(
        _("Inspections"), lambda _user: Inspection.objects.filter(submitted_at__isnull=False),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure("inspections", _("On-site inspections"), on("visited_on", desk=False)),
            Figure("inspections_refused", _("of them refused"), on("visited_on", desk=False, cooperated=False), True),
            Figure("desk_checks", _("Checks of papers"), on("visited_on", desk=True)),
        ),
    ),
    Source(
        _("Classes"), _class_rows, "enterprise__territorial_body", "enterprise", "case",
        (
            Figure("classes", _("Classes that took effect"), on("valid_from")),
            Figure("classes_first", _("first classifications"), _moved(Q(before__isnull=True)), True),
            Figure("classes_better", _("moved up"), _moved(_moves(better=True)), True),
            Figure("classes_worse", _("moved down"), _moved(_moves(better=False)), True),
            Figure("classes_same", _("unchanged"), _moved(_same()), True),
        ),
    ),
    Source(
        _("Classes in force at the end"), lambda _user: ClassRecord.objects.all(),
        "enterprise__territorial_body", "enterprise", "case",
        tuple(
            Figure(f"class_{name}", _CLASS_TITLES[name], standing("valid_from", "valid_to", quality_class=name))
            for name in CLASSES
        ),
    ),
    Source(
        _("Proposals and filing"), lambda _user: Proposal.objects.all(),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure("proposals", _("Classes proposed"), on("proposed_on")),
            Figure("proposals_agreed", _("Agreed by the grassroots body"), on("agreed_on")),
            Figure("proposals_noted", _("Noted by the province"), on("filed_on", outcome=Proposal.Outcome.NOTED)),
        ),
    ),
    Source(
        _("Returns at filing"), lambda _user: Opinion.objects.filter(step__in=("forward_filing", "file_province")),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure(
                "returned_city", _("Returned by the city"),
                at("decided_at", Q(step="forward_filing", outcome="return")),
            ),
            Figure(
                "returned_province", _("Returned by the province"),
                at("decided_at", Q(step="file_province", outcome="returned")),
            ),
            Figure(
                "objected", _("Objected to by the province"),
                at("decided_at", Q(step="file_province", outcome="objected")),
            ),
        ),
    ),
    Source(
        _("Interviews"), lambda _user: Interview.objects.all(),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure("interviews_held", _("Interviews held"), at("recorded_at", Q(outcome=Interview.Outcome.HELD))),
            Figure("interviews_missed", _("No-shows"), at("recorded_at", Q(outcome=Interview.Outcome.NO_SHOW))),
        ),
    ),
    Source(
        _("Rectification orders"), lambda _user: RectificationOrder.objects.all(),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure("orders_issued", _("Orders issued"), on("issued_on")),
            Figure("orders_served", _("Orders served"), on("served_on")),
            Figure("orders_ended", _("Periods that ended"), During("due_on", lambda span: Q(pk__in=span.ended))),
            Figure(
                "orders_in_time", _("of them kept in time"), During("due_on", lambda span: Q(pk__in=span.in_time)), True
            ),
        ),
    ),
    Source(
        _("Return visits"), lambda _user: ReturnVisit.objects.all(),
        "order__case__territorial_body", "order__case__enterprise", "order__case",
        (
            Figure("visits", _("Return visits"), on("visited_on")),
            Figure("visits_passed", _("all put right"), on("visited_on", result=ReturnVisit.Result.PASS), True),
            Figure("visits_partly", _("partly put right"), on("visited_on", result=ReturnVisit.Result.PARTLY), True),
            Figure("visits_failed", _("not put right"), on("visited_on", result=ReturnVisit.Result.FAIL), True),
        ),
    ),
    Source(
        _("Letters"), lambda user: Document.objects.filter(
            pk__in=documents_for(user).order_by().values("pk"), kind__in=dispatched_kinds()
        ),
        "place", "enterprise", "case",
        (
            Figure("letters_issued", _("Letters issued"), on("issue__issued_on")),
            Figure("letters_served", _("Letters served"), on("served_on")),
            Figure("letters_voided", _("Issued letters declared void"), at("voided_at", Q(issue__isnull=False))),
        ),
    ),
    Source(
        _("Risk events"), lambda _user: RiskEvent.objects.exclude(state=RiskEvent.State.MERGED),
        "enterprise__territorial_body", "enterprise", "",
        (
            Figure("events", _("Events reported"), at("reported_at")),
            Figure("events_verified", _("Events verified"), on("confirmed_on", state__in=STANDING_STATES)),
            Figure(
                "events_larger", _("larger"),
                on("confirmed_on", state__in=STANDING_STATES, level=RiskEvent.Level.LARGER), True,
            ),
            Figure(
                "events_major", _("major"),
                on("confirmed_on", state__in=STANDING_STATES, level=RiskEvent.Level.MAJOR), True,
            ),
        ),
    ),
    Source(
        _("Refuted events"), lambda _user: EventDecision.objects.filter(
            outcome__in=(EventDecision.Outcome.REFUTE, EventDecision.Outcome.UPHOLD)
        ),
        "event__enterprise__territorial_body", "event__enterprise", "",
        (Figure("events_refuted", _("Events refuted"), at("decided_at")),),
    ),
    Source(
        _("Lists"), lambda _user: ListEntry.objects.filter(register=Register.SUPERVISION),
        "enterprise__territorial_body", "enterprise", "case",
        (
            Figure("key_entered", _("Entered for key supervision"), on("entered_on", level=ListLevel.KEY)),
            Figure("special_entered", _("Entered for special supervision"), on("entered_on", level=ListLevel.SPECIAL)),
            Figure("lists_left", _("Entries ended"), on("left_on")),
            Figure("lists_standing", _("Entries standing at the end"), standing("entered_on", "left_on")),
        ),
    ),
    Source(
        _("Key-supervised enterprises (2012)"), lambda _user: KeySupervision.objects.all(),
        "enterprise__territorial_body", "enterprise", "case",
        (
            Figure("key_2012_entered", _("Key-supervised enterprises entered"), on("entered_on")),
            Figure("key_2012_standing", _("Key-supervised at the end"), standing("entered_on", "left_on")),
        ),
    ),
    Source(
        _("Listed oversight"), lambda _user: ListedOversight.objects.filter(opened_on__isnull=False),
        "case__territorial_body", "case__enterprise", "case",
        (
            Figure("oversight_listed", _("Matters listed"), on("opened_on")),
            Figure("oversight_lifted", pgettext_lazy("of matters under listed oversight", "Lifted"), on("lifted_on")),
        ),
    ),
)  # fmt: skip

FIGURES: Final[dict[str, tuple[Source, Figure]]] = {
    figure.code: (source, figure) for source in SOURCES for figure in source.figures
}
