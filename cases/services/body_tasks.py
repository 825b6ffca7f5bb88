"""Tasks a body adds to the annex for itself and the bodies below (“包括但不限于以上内容”, 38号 附件2 说明1)."""

from django.db import transaction

from cases.acting import Acting
from cases.guards.conditions import require
from cases.guards.task_sheets import may_manage
from cases.models import Body, BodyTask
from cases.models.listing import UnitKind
from cases.rules.enterprise_facts import Fault, text_faults
from cases.rules.errors import RuleError
from cases.rules.task_list import ANNEX
from cases.selectors.task_sheets import task_sections
from cases.services.audit import record
from cases.services.enterprise_checks import FactsError
from cases.services.opinions import choose


@transaction.atomic
def add_body_task(*, body: Body, list_code: str, section: str, text: str, acting: Acting) -> BodyTask:
    """Add a task; lists made from now on carry it. FactsError, Blocked."""
    require(may_manage(body, acting))
    choose(list_code, tuple(UnitKind.values), field="list_code")
    text = text.strip()
    faults = list(text_faults("text", text, 300)) if text else [Fault("text", "missing")]
    if section not in {each.number for each in task_sections([body], list_code, acting.today)}:
        faults.append(Fault("section", "choice"))
    standing = BodyTask.objects.filter(body=body, list_code=list_code, section=section, retired_at__isnull=True)
    if standing.filter(text=text).exists():
        faults.append(Fault("text", "listed_already"))
    if faults:
        raise FactsError(tuple(faults))
    task = BodyTask.objects.create(
        body=body, list_code=list_code, section=section, text=text, added_by=acting.person, added_at=acting.at
    )
    data = {"task": task.pk, "list": list_code, "section": section, "text": text}
    record(stream=f"task_sheets:{body.code}", action="body_task.added", acting=acting, body=body, data=data)
    return task


@transaction.atomic
def retire_body_task(*, task_id: int, acting: Acting) -> BodyTask:
    """Take a task out of lists made from now on; lists that stand keep it. RuleError `gone`, Blocked."""
    task = BodyTask.objects.select_for_update(of=("self",)).select_related("body").filter(pk=task_id).first()
    if task is None or task.retired_at is not None:
        raise RuleError("gone", "This task is no longer there.", ANNEX)
    require(may_manage(task.body, acting))
    task.retired_at = acting.at
    task.save(update_fields=["retired_at"])
    data = {"task": task.pk, "list": task.list_code, "section": task.section, "text": task.text}
    record(stream=f"task_sheets:{task.body.code}", action="body_task.retired", acting=acting, body=task.body, data=data)
    return task
