"""The statistics: every figure of a period and an area, its rows, and the workbook."""

from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from cases.acting import Acting, legal_date
from cases.forms.deadlines import BoardFilter
from cases.forms.refusals import refusal_text
from cases.models import Body, User
from cases.rules.errors import NotPermitted
from cases.rules.task_list import PERIODS, Period, period_of
from cases.selectors.overseen import CLASSES, Overseen, line_above, overseen
from cases.selectors.scope import holds
from cases.selectors.written import period_words
from cases.views.charts import bars_of
from cases.views.oversight import overseer
from cases.views.paging import BoundedPaginator
from workflow.selectors.report_figures import FIGURES
from workflow.selectors.reports import Line, Report, kind_of_period, period_asked, previous_of, report_of, rows_of
from workflow.services.export_report import PERMISSION, export_report

ROWS: Final = 50
WIDE: Final = 100
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_NAMES: Final[dict[str, str | Promise]] = {
    "month": gettext_lazy("Month"),
    "quarter": gettext_lazy("Quarter"),
    "half_year": gettext_lazy("Half-year"),
    "year": gettext_lazy("Year"),
}
MOVES: Final = ("classes_first", "classes_better", "classes_same", "classes_worse")


@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The figures of `?period=` (2026, 2026-H2, 2026-Q4, 2026-11) and `?area=`."""
    user, today, seen, period = _asked(request)
    report = report_of(user, seen, period, today)
    line = line_above(user, seen.area) if seen.chosen and seen.area else []
    context = {
        "seen": seen,
        "period": period,
        "title": period_words(period.code),
        "before_title": period_words(report.previous.code),
        "last": report.span.last,
        "unfinished": report.span.last < period.last,
        "kinds": _kinds(period, seen, today),
        "steps": _steps(period, seen, today),
        "line": _line(line, seen, period),
        "sections": _sections(report, seen),
        "parts": _parts(report),
        "composition": bars_of({name: report.now(f"class_{name}") for name in CLASSES}, CLASSES),
        "moves": [{"title": FIGURES[code][1].title, "number": report.now(code)} for code in MOVES],
        "export_url": _address(period.code, seen.narrowing, "reports_export") if holds(user, PERMISSION) else "",
    }
    return render(request, "workflow/reports/report.html", context)


@require_GET
def report_rows(request: HttpRequest) -> HttpResponse:
    """The rows that `?figure=` of the same period and area counts."""
    user, today, seen, period = _asked(request)
    figure = request.GET.get("figure", "")
    if figure not in FIGURES:
        raise Http404
    source, counted = FIGURES[figure]
    unit = source.unit
    case = "" if source.case == "self" else f"{source.case}__"
    names = {
        "day": counted.during.day,
        "unit": f"{unit}__name",
        "uscc": f"{unit}__uscc",
        "place": f"{source.place}__short_name",
    }
    if source.case:
        names |= {"case_key": f"{case}pk", "case_number": f"{case}number"}
    rows = rows_of(user, seen, period, figure, today)
    page = BoundedPaginator(rows.values(*names.values()), ROWS).get_page(request.GET.get("page"))
    back = _address(period.code, seen.narrowing)
    context = {
        "title": counted.title,
        "source": source.title,
        "period": period_words(period.code),
        "seen": seen,
        "page": page,
        "rows": [{name: row[path] for name, path in names.items()} for row in page.object_list],
        "with_case": bool(source.case),
        "crumbs": [{"label": _("Statistics"), "url": back}, {"label": str(counted.title), "url": ""}],
    }
    return render(request, "workflow/reports/rows.html", context)


@require_GET
def reports_export(request: HttpRequest) -> FileResponse:
    """The report of the same address as a workbook."""
    user, today, seen, period = _asked(request)
    try:
        file = export_report(seen=seen, period=period, acting=Acting(user, timezone.now()))
    except NotPermitted as error:
        raise PermissionDenied(refusal_text(error)) from None
    name = f"{_('Statistics')}-{seen.area.short_name if seen.area else ''}{period.code}-{today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _asked(request: HttpRequest) -> tuple[User, date, Overseen, Period]:
    user, today = overseer(request), legal_date(timezone.now())
    seen = overseen(user, BoardFilter(request.GET).chosen().area)
    return user, today, seen, period_asked(request.GET.get("period", ""), today)


def _address(period: str, area: Body | None, name: str = "reports", figure: str = "") -> str:
    query = {"figure": figure, "period": period, "area": area.code if area else ""}
    return f"{reverse(name)}?{urlencode({key: value for key, value in query.items() if value})}"


def _kinds(period: Period, seen: Overseen, today: date) -> list[dict[str, Any]]:
    """The kinds of periods, each the one round the day that is shown."""
    shown = min(period.last, today)
    return [
        {
            "name": str(KIND_NAMES[kind]),
            "url": _address(period_of(kind, shown).code, seen.narrowing),
            "current": kind == kind_of_period(period),
        }
        for kind in reversed(PERIODS)
    ]


def _steps(period: Period, seen: Overseen, today: date) -> dict[str, str]:
    """The periods before and after, the latter only if it has begun."""
    following = period_of(kind_of_period(period), date.fromordinal(period.last.toordinal() + 1))
    return {
        "before": _address(previous_of(period).code, seen.narrowing),
        "after": _address(following.code, seen.narrowing) if following.first <= today else "",
    }


def _line(line: list[Body], seen: Overseen, period: Period) -> list[dict[str, Any]]:
    if not seen.chosen or seen.area is None:
        return []
    first = [] if len(seen.tops) == 1 else [{"name": _("All areas"), "url": _address(period.code, None)}]
    bodies = [{"name": body.short_name, "url": _address(period.code, body)} for body in (*line, seen.area)]
    return [{**step, "current": place == len(bodies) - 1} for place, step in enumerate([*first, *bodies])]


def _parts(report: Report) -> list[dict[str, str]]:
    parts = [{"name": part.short_name, "url": _address(report.period.code, part)} for part in report.parts]
    return [*parts, {"name": _("Not in a part"), "url": ""}] if report.has_rest else parts


def _sections(report: Report, seen: Overseen) -> list[dict[str, Any]]:
    return [
        {
            "title": section.source.title,
            "lines": [_shown(line, report, seen) for line in section.lines],
        }
        for section in report.sections
    ]


def _shown(line: Line, report: Report, seen: Overseen) -> dict[str, Any]:
    most = max(line.now, line.before) or 1
    code = report.period.code
    parts = [
        {"number": number, "url": _address(code, part, "report_rows", line.figure.code) if number else ""}
        for part, number in zip(report.parts, line.parts, strict=True)
    ]
    rest = [{"number": line.rest, "url": ""}] if report.has_rest else []
    return {
        "title": line.figure.title,
        "inner": line.figure.inner,
        "code": line.figure.code,
        "now": line.now,
        "before": line.before,
        "url": _address(code, seen.narrowing, "report_rows", line.figure.code) if line.now else "",
        "width_now": round(WIDE * line.now / most, 1),
        "width_before": round(WIDE * line.before / most, 1),
        "parts": [*parts, *rest],
    }
