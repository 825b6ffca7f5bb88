"""What can be done with a case beside its steps, for whoever may: the enterprise's link, extensions, an early end."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.acting import Acting
from cases.guards.conditions import failed
from cases.guards.p1 import may_ask_extension, may_decide_extension, may_report
from cases.guards.p5 import may_report_progress
from cases.models import Case
from workflow.services.end_case import may_terminate


@dataclass(frozen=True, slots=True)
class Way:
    """One way, with its page."""

    label: str | Promise
    icon: str
    url: str
    helps: bool = True
    """Whether it takes the case further, rather than ending it."""


def ways_of(case: Case, acting: Acting) -> list[Way]:
    """Only those whose guard holds; the pages ask again."""
    ways = []
    if case.status == "rectifying":
        if not failed(may_decide_extension(case, acting)):
            ways.append(_way(_("Decide on the extension"), "calendar-due", "extension_decide", case))
        if not failed(may_report(case, acting)):
            ways.append(_way(_("Link for the enterprise"), "link", "enterprise_link_new", case))
        if not failed(may_ask_extension(case, acting)):
            ways.append(_way(_("Ask for an extension"), "calendar-due", "extension_ask", case))
    if hasattr(case, "listed_oversight") and not failed(may_report_progress(case, acting)):
        ways.append(_way(_("Report on the progress"), "upload", "progress_report", case))
    if not failed(may_terminate(case, acting)):
        ways.append(replace(_way(_("End the case early"), "ban", "case_terminate", case), helps=False))
    return ways


def _way(label: str | Promise, icon: str, url_name: str, case: Case) -> Way:
    return Way(label, icon, reverse(url_name, args=[case.pk]))
