"""The peers of pages.py: the plain Django view of the same rows, without what the house adds, and all addresses."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import include, path
from viewflow.workflow.models import Task

from cases.models import (
    Body,
    Case,
    Deadline,
    Enterprise,
    ListCandidate,
    ListEntry,
    RiskEvent,
)
from notices.models import Document
from workflow.flows.main_supervision import MainSupervisionFlow

ROWS = 20
PLAIN = Engine().from_string(
    "<!doctype html><title>{{ title }}</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"
)


def plain(title: str, rows: Iterable[Iterable[Any]]) -> HttpResponse:
    return HttpResponse(PLAIN.render(Context({"title": title, "rows": rows})))


def inbox(request: HttpRequest) -> HttpResponse:
    tasks = Task.objects.inbox([MainSupervisionFlow], request.user).order_by("-created")
    return plain("inbox", [(task.pk, task.flow_task, task.created, task.process) for task in tasks[:ROWS]])


def queue(request: HttpRequest) -> HttpResponse:
    tasks = Task.objects.queue([MainSupervisionFlow], request.user).order_by("-created")
    return plain("queue", [(task.pk, task.flow_task, task.created, task.process) for task in tasks[:ROWS]])


def cases(request: HttpRequest) -> HttpResponse:
    found = Case.objects.select_related("enterprise", "body").order_by("-opened_at")
    return plain("cases", [(c.number, c.enterprise, c.body, c.status, c.opened_at) for c in found[:ROWS]])


def case(request: HttpRequest, pk: int) -> HttpResponse:
    case = Case.objects.select_related("enterprise", "body").get(pk=pk)
    rows: list[tuple[Any, ...]] = [(case.number, case.enterprise, case.status)]
    rows += [(each.step, each.author, each.outcome, each.decided_at) for each in case.opinions.select_related("author")]
    rows += [(each.rule, each.due_on, each.state) for each in Deadline.objects.filter(case=case)]
    return plain("case", rows)


def enterprises(request: HttpRequest) -> HttpResponse:
    rows = Enterprise.objects.select_related("territorial_body").order_by("name")
    return plain("enterprises", [(e.uscc, e.name, e.tier, e.quality_class, e.territorial_body) for e in rows[:ROWS]])


def enterprise(request: HttpRequest, uscc: str) -> HttpResponse:
    unit = Enterprise.objects.select_related("territorial_body").get(uscc=uscc)
    rows: list[tuple[Any, ...]] = [(unit.uscc, unit.name, unit.tier, unit.quality_class, unit.territorial_body)]
    rows += [(each.number, each.status, each.opened_at) for each in unit.cases.order_by("-opened_at")]
    rows += [(each.kind, each.number, each.valid_to) for each in unit.certificates.all()]
    return plain("enterprise", rows)


def deadlines(request: HttpRequest) -> HttpResponse:
    rows = Deadline.objects.filter(state="running").select_related("case__enterprise", "accountable_body")
    listed = rows.order_by("due_on")[:ROWS]
    return plain("deadlines", [(d.rule, d.case, d.accountable_body, d.due_on) for d in listed])


def bodies(request: HttpRequest) -> HttpResponse:
    rows = Body.objects.exclude(level="township").order_by("position")
    return plain("bodies", [(body.code, body.name, body.level) for body in rows])


def documents(request: HttpRequest) -> HttpResponse:
    rows = Document.objects.select_related("body", "case__enterprise").order_by("-pk")[:ROWS]
    return plain("documents", [(d.kind, d.body, d.case and d.case.enterprise, d.state, d.drafted_at) for d in rows])


def entries(request: HttpRequest) -> HttpResponse:
    rows = ListEntry.objects.select_related("enterprise").order_by("-pk")[:ROWS]
    return plain("entries", [(each.pk, each.enterprise) for each in rows])


def candidates(request: HttpRequest) -> HttpResponse:
    rows = ListCandidate.objects.select_related("enterprise").order_by("-pk")[:ROWS]
    return plain("candidates", [(each.pk, each.enterprise) for each in rows])


def events(request: HttpRequest) -> HttpResponse:
    rows = RiskEvent.objects.select_related("enterprise").order_by("-occurred_on")[:ROWS]
    return plain("events", [(each.title, each.enterprise, each.occurred_on, each.state) for each in rows])


def search(request: HttpRequest) -> HttpResponse:
    text = request.GET["q"]
    units = Enterprise.objects.filter(name__icontains=text)[:ROWS]
    return plain("search", [(unit.uscc, unit.name) for unit in units])


urlpatterns = [
    path("plain/inbox/", inbox),
    path("plain/queue/", queue),
    path("plain/cases/", cases),
    path("plain/cases/<int:pk>/", case),
    path("plain/enterprises/", enterprises),
    path("plain/enterprises/<str:uscc>/", enterprise),
    path("plain/deadlines/", deadlines),
    path("plain/bodies/", bodies),
    path("plain/documents/", documents),
    path("plain/entries/", entries),
    path("plain/candidates/", candidates),
    path("plain/events/", events),
    path("plain/search/", search),
    path("", include("config.urls")),
]
