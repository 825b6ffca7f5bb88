"""The risk events behind a class, and the papers a review may rest on: what stands beside the form and the grounds."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from cases.models import STANDING_STATES, Case, Proposal, RiskEvent, SamplingResult, SelfReport
from cases.models.case import CLASSIFYING
from cases.packs.classifying import classifying_pack
from cases.rules.lifecycle import CLASS_SETTLED, FINAL
from cases.rules.working_days import add_months
from cases.selectors.standing import demoting_events

PAPERS_MONTHS: Final = 36
"""How far back the papers beside a desk check go: as far as art. 11 looks."""


@dataclass(frozen=True, slots=True)
class ClassEvents:
    """The events a proposal counts, those of them refuted since, and those verified too late for it."""

    counted: tuple[RiskEvent, ...] = ()
    refuted: tuple[RiskEvent, ...] = ()
    waiting: tuple[RiskEvent, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether what was computed no longer goes by the events as they are."""
        return bool(self.refuted or self.waiting)


@dataclass(frozen=True, slots=True)
class Papers:
    """What is on file about a unit: its own reports, samplings and verified events, the latest first."""

    reports: tuple[SelfReport, ...]
    samplings: tuple[SamplingResult, ...]
    events: tuple[RiskEvent, ...]


def class_events(case: Case, proposal: Proposal | None) -> ClassEvents:
    """The events of the latest proposal of a classifying case; nothing for other cases. At most two queries."""
    if proposal is None or case.procedure not in CLASSIFYING:
        return ClassEvents()
    counted = tuple(proposal.events.order_by("occurred_on", "pk"))
    if case.status in FINAL | CLASS_SETTLED:
        return ClassEvents(counted)
    known = set(proposal.events_known)
    late = [e.pk for e in demoting_events(case.enterprise, classifying_pack(case.pack).adjustment) if e.pk not in known]
    waiting = RiskEvent.objects.filter(pk__in=late).order_by("occurred_on", "pk") if late else ()
    return ClassEvents(counted, tuple(e for e in counted if e.state not in STANDING_STATES), tuple(waiting))


def papers_of(case: Case, today: date) -> Papers:
    """The papers a desk check may rest on; three queries."""
    since = add_months(today, -PAPERS_MONTHS)
    unit = case.enterprise
    return Papers(
        reports=tuple(SelfReport.objects.filter(enterprise=unit, submitted_on__gte=since).order_by("-submitted_on")),
        samplings=tuple(SamplingResult.objects.filter(enterprise=unit, sampled_on__gte=since).order_by("-sampled_on")),
        events=tuple(
            RiskEvent.objects.filter(enterprise=unit, state__in=STANDING_STATES, occurred_on__gte=since).order_by(
                "-occurred_on"
            )
        ),
    )
