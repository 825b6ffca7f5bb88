"""The compliance history (履历) of a unit: everything its archive tells of it, on one line of time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.acting import legal_date
from cases.models import (
    Case,
    ClassRecord,
    CreditRating,
    EntryReason,
    Escalation,
    Honour,
    Inspection,
    Interview,
    KeySupervision,
    ListedOversight,
    ListEntry,
    OnsiteCheck,
    RectificationOrder,
    Referral,
    ResponsibilityLock,
    ReturnVisit,
    RiskEvent,
    SafetyPerson,
    SamplingResult,
    SelfReport,
    StatusRecord,
    Stoppage,
    TierRecord,
    UpperSupervision,
)
from cases.models.enterprise import Certificate, Enterprise, OperatingStatus, SupervisionMode
from cases.selectors.written import written


class Kind(TextChoices):
    """What an entry tells of; the page is narrowed by it."""

    STATUS = "status", gettext_lazy("Entry and status")
    TIER = "tier", gettext_lazy("Tier")
    CLASS = "class", gettext_lazy("Class and mode")
    LISTS = "lists", gettext_lazy("Lists and oversight")
    LOCK = "lock", gettext_lazy("Responsible officer")
    CHECK = "check", gettext_lazy("On-site checks")
    SAMPLING = "sampling", gettext_lazy("Samplings")
    EVENT = "event", gettext_lazy("Risk events")
    MEASURE = "measure", gettext_lazy("Measures")
    PEOPLE = "people", gettext_lazy("Quality-safety people")
    REPORT = "report", gettext_lazy("Yearly reports")
    PAPERS = "papers", gettext_lazy("Certificates and honours")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: when, what, why (basis or reason, and the grounds of a rule), and by which case."""

    on: date
    kind: Kind
    title: str | Promise
    text: str = ""
    grounds: Sequence[dict[str, Any]] = ()
    case: Case | None = None
    event: RiskEvent | None = None
    tone: str = ""

    @property
    def label(self) -> str | Promise:
        return self.kind.label


def compliance_history(enterprise: Enterprise, kind: str = "") -> list[Entry]:
    """Every entry, or those of one kind, the latest first; a fixed number of queries."""
    wanted = [kind] if kind in Kind.values else Kind.values
    entries = [entry for each in wanted for entry in _SOURCES[Kind(each)](enterprise)]
    return sorted(entries, key=lambda entry: entry.on, reverse=True)


def _joined(*parts: Any) -> str:
    return " · ".join(str(written(part)) for part in parts if part)


def _statuses(enterprise: Enterprise) -> Iterator[Entry]:
    first = _("First entered: %(reason)s") % {"reason": enterprise.get_first_entry_reason_display()}
    yield Entry(enterprise.first_entered_on, Kind.STATUS, first)
    for reason in EntryReason.objects.filter(enterprise=enterprise):
        title = _("Further entry reason: %(reason)s") % {"reason": reason.get_reason_display()}
        yield Entry(reason.on, Kind.STATUS, title, reason.basis)
    for row in StatusRecord.objects.filter(enterprise=enterprise):
        title = _("Operating status: %(status)s") % {"status": row.get_status_display()}
        tone = "ok" if row.status == OperatingStatus.ACTIVE else "warn"
        yield Entry(row.valid_from, Kind.STATUS, title, row.basis, tone=tone)
    for stop in Stoppage.objects.filter(enterprise=enterprise):
        title = _("Stoppage until %(day)s") % {"day": written(stop.last_day)} if stop.last_day else _("Stoppage")
        yield Entry(stop.first_day, Kind.STATUS, title, stop.reason)


def _tiers(enterprise: Enterprise) -> Iterator[Entry]:
    for row in TierRecord.objects.filter(enterprise=enterprise).select_related("tier_body"):
        title = _("Tier %(tier)s") % {"tier": row.tier} if row.tier else _("Untiered")
        text = _joined(row.tier_body.name, _("provisional") if row.provisional else "")
        yield Entry(legal_date(row.valid_from), Kind.TIER, title, text, row.grounds)


def _classes(enterprise: Enterprise) -> Iterator[Entry]:
    tones = {"AA": "ok", "A": "ok", "C": "danger"}
    modes = dict(SupervisionMode.choices)
    for row in ClassRecord.objects.filter(enterprise=enterprise).select_related("case"):
        title = _("Class %(quality_class)s, %(mode)s") % {
            "quality_class": row.quality_class,
            "mode": modes.get(row.mode, row.mode),
        }
        text = _joined(row.get_cause_display(), row.filing_number)
        yield Entry(
            row.valid_from, Kind.CLASS, title, text, row.grounds, row.case, tone=tones.get(row.quality_class, "")
        )


def _lists(enterprise: Enterprise) -> Iterator[Entry]:
    for row in KeySupervision.objects.filter(enterprise=enterprise).select_related("body", "case"):
        body = row.body.short_name
        title = _("Put on the list of key-supervised enterprises")
        yield Entry(row.entered_on, Kind.LISTS, title, _joined(body, row.reason), case=row.case, tone="danger")
        if row.left_on:
            title = _("Taken off the list of key-supervised enterprises")
            yield Entry(row.left_on, Kind.LISTS, title, _joined(body, row.left_reason), tone="ok")
    listed = ListEntry.objects.filter(enterprise=enterprise).select_related("body", "case", "left_case")
    for entry in listed:
        yield from _list_entry(entry)
    taken = UpperSupervision.objects.filter(enterprise=enterprise).select_related("body", "from_body", "case")
    for upper in taken:
        bodies = f"{upper.from_body.short_name} → {upper.body.short_name}"
        title = _("Taken over by the body above")
        yield Entry(upper.taken_on, Kind.LISTS, title, bodies, case=upper.case, tone="warn")
        if upper.ended_on:
            yield Entry(upper.ended_on, Kind.LISTS, _("Given back to its tier"), upper.ended_reason, tone="ok")
    watched = ListedOversight.objects.filter(case__enterprise=enterprise, opened_on__isnull=False)
    for matter in watched.select_related("case", "listed_by"):
        text = _joined(matter.listed_by.short_name, matter.facts)
        yield Entry(_day(matter.opened_on), Kind.LISTS, _("Listed oversight"), text, case=matter.case, tone="danger")
        if matter.lifted_on:
            title = _("Listed oversight lifted")
            yield Entry(matter.lifted_on, Kind.LISTS, title, matter.lift_reason, case=matter.case, tone="ok")


def _list_entry(entry: ListEntry) -> Iterator[Entry]:
    level = entry.get_level_display() if entry.level else ""
    name = _joined(entry.get_register_display(), level, entry.get_kind_display())
    place = _joined(entry.body.short_name, str(entry.year))
    title = _("Listed: %(list)s") % {"list": name}
    tone = "ok" if entry.register == "trusted" else "danger"
    text = _joined(place, entry.reason)
    yield Entry(entry.entered_on, Kind.LISTS, title, text, entry.grounds, entry.case, tone=tone)
    if entry.left_on:
        title = _("Taken off: %(list)s") % {"list": name}
        yield Entry(entry.left_on, Kind.LISTS, title, _joined(place, entry.left_reason), case=entry.left_case)


def _locks(enterprise: Enterprise) -> Iterator[Entry]:
    for lock in ResponsibilityLock.objects.filter(enterprise=enterprise).select_related("officer", "body"):
        title = _("Responsible officer: %(name)s") % {"name": lock.officer.name}
        yield Entry(lock.locked_on, Kind.LOCK, title, _joined(lock.body.short_name, lock.study))
        if lock.ended_on:
            title = _("No longer responsible: %(name)s") % {"name": lock.officer.name}
            yield Entry(lock.ended_on, Kind.LOCK, title, _joined(lock.get_end_display(), lock.end_reason))


def _checks(enterprise: Enterprise) -> Iterator[Entry]:
    """Checks of a case from its inspections and return visits, the others from their own rows."""
    done = Inspection.objects.filter(submitted_at__isnull=False, visited_on__isnull=False)
    for row in done.filter(case__enterprise=enterprise).select_related("case"):
        title = _("Check of papers") if row.desk else row.case.get_form_display()
        text = row.note if row.cooperated else _joined(_("The visit was refused."), row.refusal_reason)
        tone = "" if row.cooperated else "danger"
        yield Entry(_day(row.visited_on), Kind.CHECK, title, text, case=row.case, tone=tone)
    visits = ReturnVisit.objects.filter(order__case__enterprise=enterprise).select_related("order__case")
    for visit in visits:
        title = _("Return visit: %(result)s") % {"result": visit.get_result_display()}
        tone = {"pass": "ok", "fail": "danger"}.get(visit.result, "warn")
        yield Entry(visit.visited_on, Kind.CHECK, title, visit.note, case=visit.order.case, tone=tone)
    others = OnsiteCheck.objects.filter(enterprise=enterprise).exclude(occasion=OnsiteCheck.Occasion.CASE)
    for check in others.select_related("officer"):
        text = _joined(check.officer.name if check.officer else "", check.findings)
        yield Entry(check.checked_on, Kind.CHECK, check.get_occasion_display(), text)


def _samplings(enterprise: Enterprise) -> Iterator[Entry]:
    tones = {"pass": "ok", "fail": "danger", "refused": "danger"}
    for row in SamplingResult.objects.filter(enterprise=enterprise).select_related("event"):
        title = _("Sampling: %(result)s, %(product)s") % {"result": row.get_result_display(), "product": row.product}
        text = _joined(row.get_level_display(), row.organiser, row.report_number, row.failed_items)
        yield Entry(row.sampled_on, Kind.SAMPLING, title, text, event=row.event, tone=tones[row.result])


def _events(enterprise: Enterprise) -> Iterator[Entry]:
    tones = {"verified": "danger", "appealed": "danger", "reported": "warn"}
    for row in RiskEvent.objects.filter(enterprise=enterprise).exclude(state=RiskEvent.State.MERGED):
        title = f"{row.get_kind_display()}：{row.title}"
        level = row.get_level_display() if row.level else ""
        text = _joined(row.get_state_display(), level, row.authority, row.reference)
        yield Entry(row.occurred_on, Kind.EVENT, title, text, row.grounds, event=row, tone=tones.get(row.state, ""))


def _measures(enterprise: Enterprise) -> Iterator[Entry]:
    for talk in Interview.objects.filter(case__enterprise=enterprise).select_related("case"):
        title = _("Interview: %(outcome)s") % {"outcome": talk.get_outcome_display()}
        tone = "danger" if talk.outcome == Interview.Outcome.NO_SHOW else "warn"
        yield Entry(legal_date(talk.scheduled_at), Kind.MEASURE, title, talk.subject, case=talk.case, tone=tone)
    orders = RectificationOrder.objects.filter(case__enterprise=enterprise, issued_on__isnull=False)
    for order in orders.select_related("case"):
        title = _("Order to rectify within %(days)s days") % {"days": order.days}
        yield Entry(_day(order.issued_on), Kind.MEASURE, title, order.legal_basis, case=order.case, tone="warn")
    for handed in Referral.objects.filter(case__enterprise=enterprise).select_related("case"):
        title = _("Suspected violation handed over: %(state)s") % {"state": handed.get_state_display()}
        text = _joined(handed.recipient, handed.legal_basis)
        yield Entry(legal_date(handed.referred_at), Kind.MEASURE, title, text, case=handed.case, tone="danger")
    for raised in Escalation.objects.filter(case__enterprise=enterprise).select_related("case"):
        title = _("Escalated: %(kind)s") % {"kind": raised.get_kind_display()}
        yield Entry(legal_date(raised.decided_at), Kind.MEASURE, title, raised.reason, case=raised.case, tone="danger")


def _people(enterprise: Enterprise) -> Iterator[Entry]:
    for person in SafetyPerson.objects.filter(enterprise=enterprise):
        who = {"role": person.get_role_display(), "name": person.name}
        yield Entry(person.appointed_on, Kind.PEOPLE, _("%(role)s appointed: %(name)s") % who, person.document)
        if person.left_on:
            yield Entry(person.left_on, Kind.PEOPLE, _("%(role)s left: %(name)s") % who)


def _reports(enterprise: Enterprise) -> Iterator[Entry]:
    tones = {"complete": "ok", "returned": "warn", "doubtful": "warn"}
    for report in SelfReport.objects.filter(enterprise=enterprise):
        title = f"{report.get_kind_display()} {report.year}"
        text = _joined(report.get_state_display(), report.note)
        yield Entry(report.submitted_on, Kind.REPORT, title, text, tone=tones.get(report.state, ""))
    for rating in CreditRating.objects.filter(enterprise=enterprise):
        title = _("Credit risk: %(risk)s") % {"risk": rating.get_credit_risk_display()}
        tone = "danger" if rating.credit_risk == CreditRating.Risk.HIGH else ""
        yield Entry(rating.valid_from, Kind.REPORT, title, rating.source, tone=tone)


def _papers(enterprise: Enterprise) -> Iterator[Entry]:
    for paper in Certificate.objects.filter(enterprise=enterprise, valid_from__isnull=False):
        until = _("valid to %(day)s") % {"day": written(paper.valid_to)} if paper.valid_to else ""
        text = _joined(paper.number, paper.scope, until)
        yield Entry(_day(paper.valid_from), Kind.PAPERS, paper.get_kind_display(), text)
    honours = Honour.objects.filter(enterprise=enterprise).select_related("withdrawal_case")
    for honour in honours:
        if honour.granted_on:
            title = _("Honour granted: %(name)s") % {"name": honour.name}
            yield Entry(honour.granted_on, Kind.PAPERS, title, honour.granted_by, tone="ok")
        if honour.withdrawn_on:
            title = _("Honour withdrawn: %(name)s") % {"name": honour.name}
            yield Entry(honour.withdrawn_on, Kind.PAPERS, title, case=honour.withdrawal_case, tone="danger")


def _day(day: date | None) -> date:
    """A day that the query has seen to be there."""
    assert day is not None
    return day


_SOURCES: Final[dict[Kind, Callable[[Enterprise], Iterator[Entry]]]] = {
    Kind.STATUS: _statuses,
    Kind.TIER: _tiers,
    Kind.CLASS: _classes,
    Kind.LISTS: _lists,
    Kind.LOCK: _locks,
    Kind.CHECK: _checks,
    Kind.SAMPLING: _samplings,
    Kind.EVENT: _events,
    Kind.MEASURE: _measures,
    Kind.PEOPLE: _people,
    Kind.REPORT: _reports,
    Kind.PAPERS: _papers,
}
