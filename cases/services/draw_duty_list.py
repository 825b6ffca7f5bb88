"""Draw up a responsibility list so that it can be issued under a number (分层分级责任清单; 38号 附件1)."""

from django.db import transaction

from cases.acting import Acting
from cases.models import Body, DutyList
from cases.services.audit import record
from cases.services.enterprise_checks import require_permission


@transaction.atomic
def draw_duty_list(*, body: Body, acting: Acting) -> DutyList:
    """The body's list of today; the one of today if there is one already. NotPermitted."""
    require_permission(acting, "export_enterprises", body)
    found = DutyList.objects.filter(body=body, drawn_on=acting.today).first()
    if found is not None:
        return found
    duties = DutyList.objects.create(body=body, drawn_on=acting.today, drawn_by=acting.person)
    data = {"list": duties.pk, "drawn_on": duties.drawn_on}
    record(stream=f"duty_list:{duties.pk}", action="duty_list.drawn", acting=acting, body=body, data=data)
    return duties
