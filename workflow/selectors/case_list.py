"""Lists of cases: narrowed by what the address asks for, ordered, and read with everything a row shows."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import OrderBy

from cases.acting import LEGAL_ZONE
from cases.models import Assignment, Body, Case, User
from cases.rules.lifecycle import FINAL
from cases.rules.uscc import LENGTH, normalised_uscc
from cases.selectors.scope import held_bodies, within
from workflow.models import WorkItem
from workflow.selectors.work import stands_for

ORDERS: Final[dict[str, tuple[Any, ...]]] = {
    "-opened": ("-opened_at", "-pk"),
    "opened": ("opened_at", "pk"),
    "due": (OrderBy(F("next_due"), nulls_last=True), "pk"),
    "name": ("enterprise__name", "pk"),
    "-name": ("-enterprise__name", "-pk"),
    "class": ("enterprise__quality_class", "enterprise__name", "pk"),
    "-class": ("-enterprise__quality_class", "enterprise__name", "pk"),
}
USUAL_ORDER: Final = "-opened"
OPEN, OVER, OVERDUE = "open", "over", "overdue"
"""Besides a status of the lifecycle: not ended, ended, and with an open step that is overdue."""
UNCLASSED: Final = "none"
SHORTEST_CODE: Final = 6


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list is narrowed to; an empty value narrows nothing."""

    text: str = ""
    area: Body | None = None
    status: str = ""
    step: str = ""
    quality_class: str = ""
    form: str = ""
    procedure: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    mine: bool = False
    order: str = USUAL_ORDER


def filtered(cases: QuerySet[Case], wanted: CaseFilter, *, user: User, today: date) -> QuerySet[Case]:
    """Narrow and order a queryset that is scoped already."""
    cases = found(cases, wanted.text)
    if wanted.area is not None:
        cases = cases.filter(territorial_body__position__range=(wanted.area.position, wanted.area.last))
    cases = _at(cases, wanted, today)
    if wanted.quality_class:
        cases = cases.filter(enterprise__quality_class=wanted.quality_class.replace(UNCLASSED, ""))
    if wanted.procedure:
        cases = cases.filter(procedure=wanted.procedure)
    if wanted.form:
        cases = cases.filter(form=wanted.form)
    if wanted.opened_from:
        cases = cases.filter(opened_at__gte=_midnight(wanted.opened_from))
    if wanted.opened_to:
        cases = cases.filter(opened_at__lt=_midnight(wanted.opened_to + timedelta(days=1)))
    if wanted.mine:
        cases = cases.filter(_of(user, today))
    if wanted.order == "due":
        cases = cases.annotate(next_due=Min("work_items__due_on"))
    return cases.order_by(*ORDERS[wanted.order])


def found(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Those whose number or enterprise name holds `text`, or whose enterprise's code begins with it."""
    text = text.strip()
    if not text:
        return cases
    matches = Q(enterprise__name__icontains=text) | Q(number__icontains=case_number(text))
    code = normalised_uscc(text)
    if SHORTEST_CODE <= len(code) <= LENGTH and code.isascii() and code.isalnum():
        matches |= Q(enterprise__uscc__startswith=code)
    return cases.filter(matches)


def case_number(text: str) -> str:
    """A case number with the brackets of the standard (GB/T 9704, 7.2.5), whichever were typed."""
    return text.strip().translate(str.maketrans("[]()（）【】", "〔〕〔〕〔〕〔〕")).replace(" ", "")


def with_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Each case with what a row shows: enterprise, body, open steps and inspectors; a constant number of queries."""
    items = WorkItem.objects.select_related("owner", "body").order_by(F("due_on").asc(nulls_last=True), "task_id")
    inspectors = Assignment.objects.select_related("user").order_by("role")
    return cases.select_related("enterprise", "body", "territorial_body").prefetch_related(
        Prefetch("work_items", items, to_attr="open_items"), Prefetch("assignments", inspectors, to_attr="inspectors")
    )


def areas_of(user: User, chosen: Body | None) -> QuerySet[Body]:
    """Bodies to offer as area: where the person sees cases, one level below, and round the chosen one."""
    top = Q(pk__in=[])
    for first, _last in held_bodies(user, "view_case"):
        top |= Q(position=first) | Q(parent__position=first)
    if chosen is not None:
        top |= Q(parent=chosen) | Q(pk=chosen.pk)
    return Body.objects.filter(top).filter(within(user, "view_case", "")).distinct().order_by("position")


def _at(cases: QuerySet[Case], wanted: CaseFilter, today: date) -> QuerySet[Case]:
    """Where the case stands: by status, by ended or not, by open step."""
    items = WorkItem.objects.filter(case=OuterRef("pk"))
    if wanted.status == OPEN:
        cases = cases.exclude(status__in=FINAL)
    elif wanted.status == OVER:
        cases = cases.filter(status__in=FINAL)
    elif wanted.status == OVERDUE:
        cases = cases.filter(Exists(items.filter(due_on__lt=today)))
    elif wanted.status:
        cases = cases.filter(status=wanted.status)
    return cases.filter(Exists(items.filter(step=wanted.step))) if wanted.step else cases


def _of(user: User, today: date) -> Q:
    """The person inspects it, has one of its steps in hand (or an absent colleague has), or opened it."""
    inspects = Assignment.objects.filter(case=OuterRef("pk"), user=user, round=OuterRef("round"))
    in_hand = WorkItem.objects.filter(case=OuterRef("pk"), owner__in=stands_for(user, today))
    return Q(Exists(inspects)) | Q(Exists(in_hand)) | Q(opened_by=user)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LEGAL_ZONE)
