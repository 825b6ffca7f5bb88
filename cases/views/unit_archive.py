"""The archive (档案) of a unit: people, training, risk-control list, stoppages, papers, reports, samplings, files."""

from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from cases.models import ArchiveFile
from cases.models.enterprise import Enterprise
from cases.selectors.archive import people_with_training, risk_control_list, visible_archive_files
from cases.selectors.certificates import warned_certificates
from cases.views.registry import acting_of, reader
from cases.views.stored_file import file_response, stored_bytes
from cases.views.unit_page import unit_context, visible_unit

FILES_SHOWN: Final = 20
SAMPLINGS_SHOWN: Final = 50
SUBJECTS: Final[dict[str, str | Promise]] = {
    "duty_record": _("Control record"),
    "self_report": _("Yearly report"),
    "event": _("Risk event"),
}
"""What a file belongs to, by the first part of its subject."""


@require_GET
def enterprise_archive(request: HttpRequest, uscc: str) -> HttpResponse:
    """What the archive holds of the unit now."""
    enterprise = visible_unit(request, uscc)
    warned = warned_certificates(acting_of(request).today).filter(enterprise=enterprise)
    reports = enterprise.self_reports.select_related("file").order_by("-year", "kind")
    people = list(people_with_training(enterprise))
    context = unit_context(
        request,
        enterprise,
        "enterprise_archive",
        reasons=enterprise.entry_reasons.order_by("on", "pk"),
        people=people,
        trained=sorted(
            (training for person in people for training in person.trainings.all()),
            key=lambda training: (training.held_on, training.pk),
            reverse=True,
        ),
        controls=risk_control_list(enterprise),
        stoppages=enterprise.stoppages.order_by("-first_day"),
        certificates=enterprise.certificates.order_by("kind", "valid_to", "pk"),
        warned=set(warned.values_list("pk", flat=True)),
        honours=enterprise.honours.order_by("-granted_on", "pk"),
        reports=reports,
        samplings=enterprise.sampling_results.order_by("-sampled_on", "-pk")[:SAMPLINGS_SHOWN],
        files=_files(request, enterprise),
    )
    return render(request, "cases/enterprises/archive.html", context)


def _files(request: HttpRequest, enterprise: Enterprise) -> dict[str, Any]:
    """A page of the unit's files, the latest first, each with what it belongs to."""
    kept = enterprise.archive_files.select_related("uploaded_by").order_by("-uploaded_at", "-pk")
    page = Paginator(kept, FILES_SHOWN).get_page(request.GET.get("page"))
    rows = [{"file": file, "about": SUBJECTS.get(file.subject.partition(":")[0], "")} for file in page.object_list]
    return {"page": page, "rows": rows}


@require_GET
@cache_control(private=True, no_cache=True)
def archive_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file of an archive, to whom the unit may be seen; bytes that were changed are not handed out."""
    kept: ArchiveFile = get_object_or_404(visible_archive_files(reader(request)).select_related("enterprise"), pk=pk)
    data = stored_bytes(kept.file, kept.sha256)
    if data is None:
        return render(request, "cases/enterprises/no_file.html", {"enterprise": kept.enterprise}, status=500)
    return file_response(request, data, name=kept.name, content_type=kept.content_type)
