"""What the file of a case is made of, now: read from the case, put in order, frozen as JSON.

Everything the bytes depend on stands in it, and nothing else: not who asks or when. Texts are Chinese, whoever asks.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.serializers.json import DjangoJSONEncoder
from django.utils import translation

from cases.acting import LEGAL_ZONE, legal_date
from cases.models import Assignment, Attachment, AuditEvent, Case, Inspection, Interview, Opinion, RectificationReport
from cases.packs.classifying import classifying_pack
from cases.packs.settings import default_of
from cases.selectors.settings import setting_for
from notices.models import Document, ServiceRecord
from notices.packs import filing_law, kind_of
from notices.rules.file_order import VOLUMES, Paper, order_of
from notices.rules.layout import document_date

RETENTION: Final = "case_file.retention_years"
OWN_EVENTS: Final = "case_file."
"""Events of the file itself: asking for it does not change what it holds."""
LANGUAGE: Final = "zh-hans"

Item = dict[str, Any]
Columns = tuple[tuple[str, int], ...]
"""Heads and widths in millimetres; 0 takes what the others leave."""
ITEM_COLUMNS: Final[Columns] = (("项号", 12), ("检查内容", 0), ("结果", 18), ("证据及说明", 50))
COURSE_COLUMNS: Final[Columns] = (("序号", 12), ("时间", 32), ("人员", 24), ("事项", 0), ("哈希值", 35))


@dataclass(frozen=True, slots=True)
class CaseWords:
    """How the floor above names its steps, their outcomes and the events of the trail, in the current language."""

    step: Callable[[str], str]
    outcome: Callable[[str, str], str]
    event: Callable[[str, Mapping[str, Any]], str]


_words: list[CaseWords] = []


def speak_with(words: CaseWords) -> None:
    """Hand in the words; the last given count."""
    _words[:] = [words]


def contents_of(case: Case) -> dict[str, Any]:
    """Everything the file is printed from, in order; a fixed number of queries however much the case holds."""
    with translation.override(LANGUAGE):
        items = {item["key"]: item for item in _items(case)}
        papers = [Paper(item["key"], item["section"], item["on"], item["parent"]) for item in items.values()]
        volumes = order_of(papers, filing_law())
        last = legal_date(case.closed_at) if case.closed_at else max(item["on"] for item in items.values())
        cover = _cover(case, last)
        contents = {
            "number": case.number,
            "organ": case.body.name,
            "date": last,
            "cover": cover,
            "filed_by": cover["officers"].partition("、")[0] if case.assignments.exists() else "",
            "drafts": case.documents.filter(state=Document.State.DRAFT).count(),
            "volumes": [
                {
                    "code": code,
                    "items": [_frozen(items[each.key], each.ground.as_dict()) for each in volumes[code]],
                }
                for code in VOLUMES
            ],
        }
    plain: dict[str, Any] = json.loads(json.dumps(contents, cls=DjangoJSONEncoder))
    return plain


def hash_of(contents: Mapping[str, Any]) -> str:
    """The state of the case that these contents tell of."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _frozen(item: Item, ground: dict[str, str]) -> Item:
    return {name: value for name, value in item.items() if name not in ("section", "parent")} | {"ground": ground}


# --- the papers ------------------------------------------------------------------------------------------------------


def _items(case: Case) -> Iterator[Item]:
    """Every paper of the case, in the order in which it came to be; what shares a day keeps that order."""
    law = filing_law()
    papers = _papers(case)
    yield _origin(case)
    yield from _inspections(case, papers)
    services = list(
        ServiceRecord.objects.filter(document__case=case)
        .select_related("document__issue", "first_server", "second_server")
        .prefetch_related("evidence")
        .order_by("pk")
    )
    served = {f"service:{record.pk}": f"document:{record.document_id}" for record in services}
    yield from _documents(case, served)
    yield from (_service(case, record) for record in services if f"service:{record.pk}" not in papers)
    yield from (_interview(case, row) for row in _held_interviews(case) if f"interview:{row.pk}" not in papers)
    yield from (_report(case, row) for row in _reports(case))
    for opinion in case.opinions.select_related("author", "body").order_by("pk"):
        if (section := law.of_step(opinion.step)) and f"opinion:{opinion.pk}" not in papers:
            yield _opinion(case, opinion, section)
    proved = {
        file.pk: papers.get(f"service:{record.pk}", f"service:{record.pk}")
        for record in reversed(services)
        for file in record.evidence.all()
    }
    for attachment in case.attachments.select_related("uploaded_by").order_by("pk"):
        yield _attachment(case, attachment, proved.get(attachment.pk, ""))
    if case.closed_at:
        yield _ending(case, case.closed_at)
    yield _course(case)


def _item(
    key: str, section: str, title: str, by: str, on: date, source: dict[str, Any], *, number: str = "", parent: str = ""
) -> Item:
    return {
        "key": key,
        "section": section,
        "parent": parent,
        "title": title,
        "number": number,
        "by": by,
        "on": on,
        "detail": "",
        "source": source,
    }


def _papers(case: Case) -> dict[str, str]:
    """Rows that a printed paper of the file tells of already, with its key: they get no sheet besides."""
    kinds = ("inspection_approval", "onsite_record", "interview_record", "closing_approval", "service_receipt")
    printed = Document.objects.filter(
        case=case, kind__in=kinds, state=Document.State.ISSUED, file__isnull=False
    ).values_list("subject", "pk")
    return {subject: f"document:{pk}" for subject, pk in printed}


def _documents(case: Case, served: Mapping[str, str]) -> Iterator[Item]:
    """As issued, none but those issued; one declared void since stays in the file and says so.

    One still being printed is left out: no file is built while there is one (guards/case_file.py), but the page asks.
    """
    found = Document.objects.filter(case=case, file__isnull=False).select_related("issue", "file", "signature", "body")
    issued = list(found.order_by("pk"))
    titles = {f"document:{document.pk}": _title(document) for document in issued}
    for document in issued:
        kind, issue = kind_of(document.kind), document.issue
        copy = getattr(document, "signature", None) or document.file
        void = document.state == Document.State.VOIDED
        section = filing_law().of_document(document.kind, served=kind.served, voided=void)
        source = {
            "type": "document",
            "file": copy.file.name,
            "sha256": copy.sha256,
            "pages": document.file.pages,
            "name": f"{issue.number} {kind.zh}.pdf",
        }
        key = f"document:{document.pk}"
        parent = served.get(document.subject, "")
        title = f"{titles[key]}（{titles[parent]}）" if parent in titles else titles[key]
        item = _item(
            key, section, title, document.body.name, issue.issued_on, source, number=issue.number, parent=parent
        )
        yield item | ({"detail": f"已作废：{document.void_reason}"} if void else {})


def _title(document: Document) -> str:
    return document.issue.facts.get("title") or kind_of(document.kind).zh


def _service(case: Case, record: ServiceRecord) -> Item:
    """送达回证 from the record of service; it stands behind what was served (art. 78)."""
    document = record.document
    stated = record.particulars
    title = _title(document)
    servers = "、".join(server.name for server in (record.first_server, record.second_server) if server)
    rows = [
        ("受送达人", document.addressee),
        ("送达文书名称及文号", f"《{title}》（{document.issue.number}）"),
        ("送达方式", str(record.get_kind_display())),
        ("送达地点", record.place),
        ("送达日期", document_date(record.attempted_on)),
        ("收件人", " ".join(filter(None, (record.recipient, record.get_recipient_role_display())))),
        ("收件日期", _day(stated.get("received_on"))),
        ("送达人", servers),
        ("见证人", record.witness),
        ("拒收事由", record.refusal_reason),
        ("凭证（邮件号、受托机关、公告载体等）", stated.get("reference", "")),
        ("结果", f"视为{document_date(record.served_on)}送达" if record.served_on else "未送达"),
        ("未送达原因", record.failure_reason),
        ("依据", "\n".join(f"{ground['clause']}：{ground['text']}" for ground in record.grounds)),
        ("备注", record.note),
    ]
    on = legal_date(record.recorded_at)
    source = _sheet(case, "送达回证", rows, on, f"本单据依送达记录第{record.pk}号制作，纸质回证另附的以纸质为准。")
    key, parent = f"service:{record.pk}", f"document:{document.pk}"
    return _item(
        key, filing_law().document_default["served"], f"送达回证（{title}）", servers, on, source, parent=parent
    )


def _inspections(case: Case, papers: Mapping[str, str]) -> Iterator[Item]:
    """The record of each check: who looked at what and found what; the class it led to is not in it (试行办法 13)."""
    found = case.inspections.filter(submitted_at__isnull=False).select_related("submitted_by")
    rounds = [
        each for each in found.prefetch_related("answers").order_by("round") if f"inspection:{each.pk}" not in papers
    ]
    if not rounds:
        return
    texts = {item.number: item.text for item in classifying_pack(case.pack).items}
    assigned = list(case.assignments.select_related("user").order_by("role"))
    for inspection in rounds:
        yield _inspection(case, inspection, texts, [each for each in assigned if each.round == inspection.round])


def _inspection(case: Case, inspection: Inspection, texts: Mapping[str, str], assigned: list[Assignment]) -> Item:
    inspectors = "、".join(f"{each.user.name}（{each.certificate_number}）" for each in assigned)
    title = "书面核查记录" if inspection.desk else "现场检查记录"
    rows = [
        ("检查形式", str(case.get_form_display())),
        ("检查日期", document_date(inspection.visited_on) if inspection.visited_on else ""),
        ("检查人员", inspectors),
        ("企业是否配合", "配合" if inspection.cooperated else f"拒绝检查：{inspection.refusal_reason}"),
        ("见证人", inspection.refusal_witness),
        ("涉嫌违法情况", inspection.suspected_violation),
        ("检查说明", inspection.note),
    ]
    answers = {answer.item: answer for answer in inspection.answers.all()}
    lines = [
        (
            number,
            text,
            str(answers[number].get_value_display()),
            _joined(answers[number].evidence, answers[number].remark),
        )
        for number, text in texts.items()
        if number in answers
    ]
    assert inspection.submitted_at is not None  # only those are asked for
    on = inspection.visited_on or legal_date(inspection.submitted_at)
    note = f"本单据依第{inspection.round}轮检查记录制作。"
    source = _sheet(case, title, rows, on, note, ITEM_COLUMNS, lines)
    by = "、".join(each.user.name for each in assigned) or case.body.name
    section = filing_law().attachments["evidence"]
    return _item(f"inspection:{inspection.pk}", section, f"{title}（第{inspection.round}轮）", by, on, source)


def _held_interviews(case: Case) -> Iterable[Interview]:
    return (
        case.interviews.filter(recorded_at__isnull=False).select_related("recorded_by", "second_officer").order_by("pk")
    )


def _interview(case: Case, interview: Interview) -> Item:
    assert interview.recorded_at is not None  # only those are asked for
    officers = "、".join(user.name for user in (interview.recorded_by, interview.second_officer) if user)
    rows = [
        ("约谈时间", _moment(interview.scheduled_at)),
        ("约谈地点", interview.place),
        ("约谈事由", interview.subject),
        ("应到人员", interview.summoned),
        ("实到人员", interview.attended),
        ("约谈结果", str(interview.get_outcome_display())),
        ("陈述及承诺", interview.statement),
        ("约谈人", officers),
    ]
    on = legal_date(interview.recorded_at)
    source = _sheet(case, "约谈记录", rows, on, f"本单据依第{interview.attempt}次约谈的记录制作。")
    section = filing_law().attachments["interview"]
    return _item(f"interview:{interview.pk}", section, f"约谈记录（第{interview.attempt}次）", officers, on, source)


def _reports(case: Case) -> Iterable[RectificationReport]:
    found = RectificationReport.objects.filter(order__case=case).select_related("order", "submitted_by")
    return found.order_by("pk")


def _report(case: Case, report: RectificationReport) -> Item:
    by = report.submitted_name or (report.submitted_by.name if report.submitted_by else "")
    rows = [
        ("提交方式", str(report.get_via_display())),
        ("提交人", by),
        ("提交时间", _moment(report.submitted_at)),
        ("报告内容", report.content),
    ]
    on = legal_date(report.submitted_at)
    source = _sheet(case, "整改报告", rows, on, f"本单据依第{report.order.attempt}次责令整改的报告记录制作。")
    section = filing_law().attachments["rectification"]
    return _item(f"report:{report.pk}", section, f"整改报告（第{report.order.attempt}次）", by, on, source)


def _opinion(case: Case, opinion: Opinion, section: str) -> Item:
    words = _words[0]
    step = words.step(opinion.step)
    author = opinion.author.name if opinion.author else "系统"
    rows = [
        ("事项", step),
        ("轮次", f"第{opinion.round}轮"),
        ("意见", words.outcome(opinion.step, opinion.outcome)),
        ("类别", opinion.quality_class),
        ("理由", opinion.reason),
        ("审批机关", opinion.body.name),
        ("签署人", author),
        ("签署时间", _moment(opinion.decided_at)),
    ]
    on = legal_date(opinion.decided_at)
    title = f"{step}单" if step.endswith("意见") else f"{step}意见单"
    source = _sheet(case, title, rows, on, f"本单据依案件意见记录第{opinion.pk}号制作，该记录不可更改。")
    return _item(f"opinion:{opinion.pk}", section, title, f"{opinion.body.name} {author}", on, source)


def _attachment(case: Case, attachment: Attachment, parent: str) -> Item:
    by = attachment.uploaded_by.name if attachment.uploaded_by else "企业"
    purpose = str(attachment.get_purpose_display())
    title = f"{purpose}：{attachment.name}" + (f"（第{attachment.item}项）" if attachment.item else "")
    on = legal_date(attachment.uploaded_at)
    rows = [
        ("类型", attachment.content_type),
        ("大小", f"{attachment.size:,}字节"),
        ("提交人", by),
        ("提交时间", _moment(attachment.uploaded_at)),
    ]
    if attachment.taken_at:
        rows.append(("拍摄时间", _moment(attachment.taken_at)))
    if attachment.taken_where:
        rows.append(("拍摄地点", f"{attachment.taken_where}（设备记录的纬度、经度）"))
    facts = {
        "title": title,
        "name": attachment.name,
        "organ": case.body.name,
        "number": case.number,
        "rows": _rows(rows),
        "sha256": attachment.sha256,
        "date": on,
    }
    source = {
        "type": "attachment",
        "file": attachment.file.name,
        "sha256": attachment.sha256,
        "content_type": attachment.content_type,
        "facts": facts,
    }
    section = filing_law().of_attachment(attachment.purpose)
    return _item(f"attachment:{attachment.pk}", section, title, by, on, source, parent=parent)


# --- beginning, end and course ---------------------------------------------------------------------------------------


def _origin(case: Case) -> Item:
    opened = case.opened_by.name if case.opened_by else "系统"
    rows = [
        ("案件来源", str(case.get_origin_display())),
        ("来源说明", case.origin_note),
        ("程序", str(case.get_procedure_display())),
        ("当事人", case.enterprise.name),
        ("统一社会信用代码", case.enterprise.uscc),
        ("住所", case.enterprise.address),
        ("法定代表人（负责人）", case.enterprise.legal_representative),
        ("立案时间", _moment(case.opened_at)),
        ("立案人", opened),
        ("适用规则", case.pack),
    ]
    on = legal_date(case.opened_at)
    source = _sheet(case, "案件来源登记表", rows, on, "本单据依立案登记制作。")
    return _item("origin", filing_law().origin, "案件来源登记表", case.body.name, on, source, number=case.number)


def _ending(case: Case, closed_at: datetime) -> Item:
    on = legal_date(closed_at)
    rows = [("结案时间", _moment(closed_at)), ("结案理由", case.closing_reason), ("承办机构", case.body.name)]
    source = _sheet(case, "结案登记表", rows, on, "本单据依结案登记制作。")
    return _item("ending", filing_law().ending, "结案登记表", case.body.name, on, source)


def _course(case: Case) -> Item:
    """The whole course of the case from the audit trail (art. 79)."""
    events = AuditEvent.objects.filter(case=case).exclude(action__startswith=OWN_EVENTS)
    told = list(events.select_related("actor", "on_behalf_of", "body").order_by("sequence"))
    lines = [
        (
            str(place),
            _moment(event.at),
            _who(event),
            _words[0].event(event.action, event.data),
            event.hash[:16],
        )
        for place, event in enumerate(told, 1)
    ]
    on = legal_date(told[-1].at) if told else legal_date(case.opened_at)
    note = "逐条取自案件审计链，每条的哈希值覆盖其内容及上一条的哈希值；本表载哈希值前16位。"
    source = _sheet(case, "办案全过程记录", (), on, note, COURSE_COLUMNS, lines)
    return _item("course", filing_law().course, "办案全过程记录", case.body.name, on, source)


def _who(event: AuditEvent) -> str:
    if event.actor is None:
        return "系统"
    return f"{event.actor.name}（代{event.on_behalf_of.name}）" if event.on_behalf_of else event.actor.name


def _cover(case: Case, last: date) -> dict[str, Any]:
    assigned = list(case.assignments.filter(round=case.round).select_related("user").order_by("role"))
    opened_by = case.opened_by.name if case.opened_by else "系统"
    years = setting_for(case.body, RETENTION, default_of(RETENTION))
    archived = AuditEvent.objects.filter(case=case, action="archive").exists()
    return {
        "organ": case.body.name,
        "number": case.number,
        "cause": f"{case.get_procedure_display()}（{case.get_origin_display()}）",
        "enterprise": case.enterprise.name,
        "uscc": case.enterprise.uscc,
        "handled_by": case.body.name,
        "officers": "、".join(each.user.name for each in assigned) or opened_by,
        "opened_on": legal_date(case.opened_at),
        "closed_on": legal_date(case.closed_at) if case.closed_at else None,
        "outcome": (case.closing_reason or "已结案") if case.closed_at else "尚未结案",
        "retention": f"定期{years}年",
        # one case, one file (art. 78): the case's number is the file's, and each volume adds its own letter
        "archive_number": case.number if archived else "",
        "date": last,
    }


def _sheet(
    case: Case,
    title: str,
    rows: Iterable[tuple[str, str]],
    on: date,
    source: str,
    columns: Columns = (),
    lines: Iterable[tuple[str, ...]] = (),
) -> dict[str, Any]:
    facts = {
        "title": title,
        "organ": case.body.name,
        "number": case.number,
        "enterprise": case.enterprise.name,
        "rows": _rows(rows),
        "source": source,
        "date": on,
        "columns": [{"name": name, "width": width} for name, width in columns],
        "lines": [{"cells": cells} for cells in lines],
    }
    return {"type": "sheet", "facts": facts}


def _rows(rows: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """What was not stated has no row."""
    return [{"label": label, "value": value} for label, value in rows if value]


def _joined(*texts: str) -> str:
    return "；".join(filter(None, texts))


def _day(iso: str | None) -> str:
    return document_date(date.fromisoformat(iso)) if iso else ""


def _moment(at: datetime) -> str:
    return f"{at.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}"
