"""One of each thing of a county, made for the matrix of permissions."""

import hashlib
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from viewflow.workflow.models import Task
from viewflow.workflow.status import STATUS

from cases.acting import LEGAL_ZONE, Acting
from cases.models import (
    BoundaryMap,
    ConflictOfInterest,
    Job,
    ListCandidate,
    ListEntry,
    PackDraft,
    Rehearsal,
    RiskEvent,
)
from cases.models.list_view import ListRun, SavedView
from cases.services.archive_files import add_archive_file
from cases.services.assistance import ask_assistance
from cases.services.body_checks import plan_check
from cases.services.body_tasks import add_body_task
from cases.services.generate_task_sheets import generate_task_sheet
from cases.services.lock_unit import lock_unit
from cases.services.record_event import record_event
from cases.services.report_officer_change import report_officer_change
from cases.services.warnings import WarningFacts, draft_warning
from notices.models import BatchItem, CaseFile, DocumentBatch
from notices.services.publish_list import WhichList, publish_list
from tests.events.conftest import telling
from tests.factories import make_enterprise, make_user

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf00000002000157a5a1e80000000049454e44ae426082"
)


def dead_job(case):
    """A letter of the case that could not be printed."""
    job = Job.objects.get(payload={"document": case.documents.filter(state="issued").first().pk})
    Job.objects.filter(pk=job.pk).update(state=Job.State.DEAD, finished_at=job.created_at)
    return job


def declared_conflict(user, enterprise):
    return ConflictOfInterest.objects.create(
        user=user, enterprise=enterprise, reason="兄弟", declared_on=date(2026, 11, 1)
    )


def task_sheet(enterprise, head):
    """The unit's list for this half-year."""
    at = datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE)
    return generate_task_sheet(
        enterprise_id=enterprise.pk, list_code="production", period="2026-H2", acting=Acting(head, at)
    )


def built_file(case, head):
    """The file of the case, ready to be taken away."""
    data = b"%PDF-1.7"
    return CaseFile.objects.create(
        case=case, contents={}, contents_sha256="", asked_by=head, asked_at=case.opened_at, total=0, state="done",
        sha256=hashlib.sha256(data).hexdigest(), file=ContentFile(data, "file.pdf"),
    )  # fmt: skip


def boundary_map(body, user):
    """Boundaries of the county, as somebody has imported them."""
    return BoundaryMap.objects.create(
        body=body,
        map_number="浙S(2023)12号",
        source="省测绘院",
        file_name="a.geojson",
        sha256="0" * 64,
        outlines=[[body.code, "M0 0L1 0L1 1Z", [0, 0, 1, 1]]],
        imported_by=user,
        imported_at=datetime(2026, 9, 1, tzinfo=LEGAL_ZONE),
    )


def body_task(body, head):
    return add_body_task(
        body=body,
        list_code="production",
        section="1",
        text="检查追溯码。",
        acting=Acting(head, datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE)),
    )


def edition(body):
    """A list of the county with one unit, published."""
    lead = make_user("发布人", "grassroots_lead", body)
    acting = Acting(lead, datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE))
    unit = make_enterprise(name="嘉兴名单童车厂", territorial_body=body)
    ListEntry.objects.create(
        enterprise=unit, body=body, year=2026, register="supervision", kind="production", level="key",
        entered_on=date(2026, 10, 9), pack="samr-2023-38@1", reason="发现较大质量安全风险", grounds=[],
    )  # fmt: skip
    return publish_list(body=body, which=WhichList("supervision", 2026, "production", "key"), acting=acting)


def batch_item(document):
    """The letter on a sheet of its body."""
    at = datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE)
    by = document.drafted_by
    batch = DocumentBatch.objects.create(
        kind=document.kind, body=document.body, title="批次", state="drafted",
        started_by=by, started_at=at, acted_by=by, acted_at=at,
    )  # fmt: skip
    return BatchItem.objects.create(
        batch=batch, position=1, subject=document.subject, document=document, state="drafted"
    )


def saved_view(user):
    at = datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE)
    return SavedView.objects.create(list_code="inbox", name="绝密童车", owner=user, created_at=at, changed_at=at)


def list_run(user):
    at = datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE)
    return ListRun.objects.create(user=user, list_code="inbox", act="export", created_at=at)


def blacklisted(enterprise, body):
    return ListEntry.objects.create(
        enterprise=enterprise, register="blacklist", body=body, year=2026, kind="production",
        entered_on=date(2026, 11, 1), reason="屡查屡犯", pack="jiaxing-2020@1",
    )  # fmt: skip


def archived_file(enterprise, user):
    upload = SimpleUploadedFile("任命书.png", PICTURE)
    by = Acting(user, datetime(2026, 11, 1, 9, tzinfo=LEGAL_ZONE))
    return add_archive_file(enterprise_id=enterprise.pk, upload=upload, acting=by)


def rehearsed_draft(body, user):
    """A draft of a rule pack of the county, and its rehearsal."""
    at = datetime(2026, 11, 1, tzinfo=LEGAL_ZONE)
    draft = PackDraft.objects.create(
        body=body, code="330402-2027", title="细则", text="pack: x", created_by=user, created_at=at, updated_at=at
    )
    rehearsal = Rehearsal.objects.create(
        draft=draft, body=body, text="pack: x", sha256="", on=at.date(), requested_by=user, requested_at=at
    )
    return {"pack_draft": draft.pk, "rehearsal": rehearsal.pk}


def locked(enterprise, cast):
    """The unit, locked to the lead inspector, with a change to be settled."""
    study = "近两年监督抽查三次不合格，很可能发生重大风险。"
    made = Acting(cast.unit_head, datetime(2026, 11, 2, 9, tzinfo=LEGAL_ZONE))
    lock = lock_unit(enterprise_id=enterprise.pk, officer=cast.lead, study=study, acting=made)
    report_officer_change(lock_id=lock.pk, changed_on=made.today, reason="拟调任综合执法队工作。", acting=made)
    return lock


def reported_event(enterprise, user, clock):
    told = telling("penalty", title="绝密童车被处罚", occurred_on=date(2026, 8, 3))
    acting = Acting(user, clock.now)
    return record_event(enterprise_id=enterprise.pk, told=told, source="enforcement", acting=acting)


def key_supervised(enterprise, body):
    return ListEntry.objects.create(
        enterprise=enterprise, body=body, year=2026, kind="production", level="key", entered_on=date(2026, 9, 1),
        reason="监督抽查不合格。", pack="samr-2023-38@1",
    )  # fmt: skip


def list_candidate(enterprise, body):
    return ListCandidate.objects.create(
        enterprise=enterprise, body=body, year=2026, kind="production", current_level="key",
        proposed_level="special", pack="samr-2023-38@1", found_on=date(2026, 11, 1),
    )  # fmt: skip


def matters(enterprise, bodies, cast):
    """The county checks its township, warns of a product, and is asked for assistance."""
    at = datetime(2026, 11, 2, 9, tzinfo=LEGAL_ZONE)
    county, by = bodies["330402"], Acting(make_user("督查员", "overseer", bodies["330402"]), at)
    check = plan_check(body=county, overseen=bodies["330402100"], planned_on=by.today, acting=by)
    facts = WarningFacts("绝密童车", "sampling", 3, 3, "多批次不合格", "开展整治", "南湖区人民政府")
    warning = draft_warning(region=county, facts=facts, acting=by)
    event = RiskEvent.objects.create(
        enterprise=enterprise, kind="hazard", title="绝密童车隐患", facts="制动失效", occurred_on=date(2026, 10, 1),
        level="larger", state="verified", confirmed_on=date(2026, 10, 9), reported_at=at,
    )  # fmt: skip
    assistance = ask_assistance(
        enterprise=enterprise, event=event, asked_on=by.today, asked_by="厂长", wish="请求技术帮扶",
        acting=Acting(cast.unit_head, at),
    )  # fmt: skip
    return {"check": check.pk, "warning": warning.pk, "assistance": assistance.pk}


def failed_step(case):
    """A computed step of the case that failed."""
    task = Task.objects.filter(process__caseprocess__case=case, flow_task_type="FUNCTION").first()
    Task.objects.filter(pk=task.pk).update(status=STATUS.ERROR)
    return task
