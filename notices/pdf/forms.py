"""The pages of the two records set as tables: the filled general-rules form and the return-visit record."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from notices.pdf.codec import BadFacts
from notices.pdf.engine import Page, Refine
from notices.pdf.facts import (
    FormFacts,
    FormItem,
    GrassrootsOpinion,
    ProvincialOpinion,
    ReturnVisitFacts,
    Signature,
)
from notices.pdf.letters import NUMBER_PENDING, carried, qr_code, seal_of
from notices.rules.layout import document_date

BLANK_DATE: Final = "年　　月　　日"
# The boxes as the form of 2012 prints them
INSPECTION_FORMS: Final = {"regular": "定期监督检查", "special": "专项监督检查", "return_visit": "回访"}
RISK_LEVELS: Final = {"I": "Ⅰ级（高风险）", "II": "Ⅱ级（较高风险）", "III": "Ⅲ级（一般风险）"}
CLASSES: Final = {"AA": "AA", "A": "A", "B": "B", "C": "C"}
MODES: Final = {"credit": "信用监管", "responsibility": "责任监管", "routine": "常态监管", "tightened": "加严监管"}
DAILY_MODE: Final = {"daily": "日常监管"}  # Zhejiang's fifth mode; the form has no box for it until it is chosen
ANSWERS: Final = {
    "finding": {"fail": "发现问题", "pass": "未发现问题"},
    "conformity": {"pass": "符合", "fail": "不符合"},
}
OUTCOMES: Final = {"noted": "准予备案", "returned": "退回补正", "objected": "提出异议，请重新研究"}
ITEM_VERDICTS: Final = {"pass": "已整改", "partly": "部分整改", "fail": "未整改"}
CONCLUSIONS: Final = {"pass": "整改合格", "partly": "部分合格", "fail": "整改不合格"}
RISK_TEXT: Final = (
    "根据产品质量安全风险等级评估，该企业所生产主要产品的质量安全风险程度综合评定为："  # verbatim from the form
)
_LABEL: Final = "监督检查记录"
# A label of six characters is as high as two rows; a part with fewer rows on its sheet goes without, or it would grow
_ROWS_FOR_LABEL: Final = 3


def _boxes(labels: Mapping[str, str], chosen: str) -> list[dict[str, str]]:
    return [{"mark": "☑" if code == chosen else "☐", "label": label} for code, label in labels.items()]


def _day(day: datetime.date | None) -> str:
    return document_date(day) if day else BLANK_DATE


def _signatures(people: Iterable[Signature]) -> list[str]:
    return [f"{person.name}（{person.certificate}）" if person.certificate else person.name for person in people]


def _signed_on(people: Sequence[Signature]) -> str:
    """The day the last of them signed; blank while one has not."""
    days = [person.signed_on for person in people if person.signed_on]
    return _day(max(days) if days and len(days) == len(people) else None)


def _organ_and_signer(organ: str, signer: str) -> str:
    return "　".join(part for part in (organ, signer) if part) or "盖章"


def _item_row(item: FormItem) -> dict[str, Any]:
    detail = []
    if item.remark:
        detail.append(f"情况说明：{item.remark}")
    if item.evidence:
        detail.append(f"证据：{item.evidence}")
    return {
        "number": item.number,
        "text": item.text,
        "starred": item.starred,
        "detail": "；".join(part.rstrip("。；") for part in detail),
        "boxes": _boxes(ANSWERS[item.answer_type], item.answer),
        "not_applicable": item.answer == "na",
    }


def _record_rows(facts: FormFacts) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"heading": "（一）主要产品质量安全风险程度"},
        {"risk": RISK_TEXT},
        {"heading": "（二）企业履行产品质量主体责任的情况和实现程度"},
        *(_item_row(item) for item in facts.items),
    ]
    for at, row in enumerate(rows):
        row["id"] = f"row-{at}"
    return rows


def _parts(rows: Sequence[dict[str, Any]], sheets: Sequence[frozenset[str]]) -> list[dict[str, Any]]:
    """The rows cut where a sheet ends, each part with its own upright label, so no cell spans two sheets."""
    parts: list[dict[str, Any]] = []
    sheet_of = {name: at for at, names in enumerate(sheets) for name in names}
    for row in rows:
        sheet = sheet_of.get(row["id"], 0)
        if not parts or parts[-1]["sheet"] != sheet:
            parts.append({"sheet": sheet, "rows": []})
        parts[-1]["rows"].append(row)
    for part in parts:
        part["span"] = str(len(part["rows"]))
        part["label"] = _LABEL if len(part["rows"]) >= _ROWS_FOR_LABEL else ""
    return parts


def _class_detail(facts: FormFacts) -> str:
    detail = []
    if facts.computed_class and facts.computed_class != facts.proposed_class:
        detail.append(f"按备注（二）计算为{facts.computed_class}类")
    if facts.class_reason:
        detail.append(f"理由：{facts.class_reason.rstrip('。')}")
    return "；".join(detail)


def _opinion_seals(facts: FormFacts) -> tuple[str, str, dict[str, bytes]]:
    def seal(name: str, opinion: GrassrootsOpinion | ProvincialOpinion) -> tuple[str, dict[str, bytes]]:
        # a seal belongs on a signed opinion; an empty block keeps the dashed box as the place for it
        kind = opinion.seal if opinion.date or opinion.seal == "none" else "dashed"
        field = f"{name}.seal_image"
        return seal_of(kind, opinion.seal_image, field=field, name=name, preview=facts.preview)

    grassroots, first = seal("grassroots", facts.grassroots)
    provincial, second = seal("provincial", facts.provincial)
    return grassroots, provincial, {**first, **second}


def provincial_outcome(opinion: ProvincialOpinion) -> str:
    """The outcome of the filing as a sentence, with its number where there is one."""
    if not opinion.outcome:
        return ""
    number = f"（备案编号：{opinion.filing_number}）" if opinion.filing_number else ""
    return f"{OUTCOMES[opinion.outcome]}{number}。"


def form_page(facts: FormFacts, generator: str) -> tuple[Page, Refine]:
    """The form of 2012, and how its long block is cut once it is known where the sheets end; raises BadFacts."""
    if not facts.items:
        raise BadFacts("items", "missing")
    rows = _record_rows(facts)
    grassroots_seal, provincial_seal, images = _opinion_seals(facts)
    modes = {**MODES, **DAILY_MODE} if facts.grassroots.mode == "daily" else MODES
    context = {
        "f": facts,
        "generator": generator,
        "number": NUMBER_PENDING if facts.preview else facts.number or "—",
        "issued_on": facts.date.isoformat(),
        "date": document_date(facts.date),
        "qr": "" if facts.preview else qr_code(facts.verify_url),
        "inspection_forms": _boxes(INSPECTION_FORMS, facts.inspection_form),
        "licences": facts.production_licences or ("—",),
        "certificates": facts.ccc_certificates or ("—",),
        "risk_levels": _boxes(RISK_LEVELS, facts.risk_level),
        "parts": _parts(rows, ()),
        "classes": _boxes(CLASSES, facts.proposed_class),
        "class_detail": _class_detail(facts),
        "signatures": _signatures(facts.inspectors),
        "signed_on": _signed_on(facts.inspectors),
        "modes": _boxes(modes, facts.grassroots.mode),
        "opinion_rows": "3" if facts.city_opinion else "2",
        "grassroots_seal": grassroots_seal,
        "grassroots_by": _organ_and_signer(facts.grassroots.organ, facts.grassroots.signed_by),
        "grassroots_date": _day(facts.grassroots.date),
        "provincial_outcome": provincial_outcome(facts.provincial),
        "provincial_seal": provincial_seal,
        "provincial_by": _organ_and_signer(facts.provincial.organ, facts.provincial.signed_by),
        "provincial_date": _day(facts.provincial.date),
    }
    page = Page(
        template="general_rules_form.html",
        context=context,
        styles=("form.css", "preview.css") if facts.preview else ("form.css",),
        issued_on=facts.date,
        images=images,
        attachment="" if facts.preview else carried(facts),
    )

    def refine(sheets: Sequence[frozenset[str]]) -> Page:
        return replace(page, context={**context, "parts": _parts(rows, sheets)})

    return page, refine


def return_visit_page(facts: ReturnVisitFacts, generator: str) -> tuple[Page, None]:
    """The record of a return visit (Trial Measures 2012, art. 17); raises BadFacts."""
    if not facts.items:
        raise BadFacts("items", "missing")
    seal, images = seal_of(facts.seal, facts.seal_image, field="seal_image", name="seal", preview=facts.preview)
    report = facts.report_received_on
    context = {
        "f": facts,
        "generator": generator,
        "number": NUMBER_PENDING if facts.preview else facts.number or "—",
        "issued_on": facts.date.isoformat(),
        "date": document_date(facts.date),
        "qr": "" if facts.preview else qr_code(facts.verify_url),
        "round": str(facts.round),
        "served_on": document_date(facts.order_served_on),
        "due": document_date(facts.rectification_due),
        "report": document_date(report) if report else "期限届满未提交整改报告",
        "visited_on": document_date(facts.visited_on),
        "attendants": facts.attendants or "—",
        "items": [
            {
                "count": str(at),
                "requirement": item.requirement,
                "finding": item.finding,
                "evidence": item.evidence,
                "boxes": _boxes(ITEM_VERDICTS, item.verdict),
            }
            for at, item in enumerate(facts.items, 1)
        ],
        "conclusions": _boxes(CONCLUSIONS, facts.conclusion),
        "signatures": _signatures(facts.inspectors),
        "signed_on": _signed_on(facts.inspectors),
        "statement_date": _day(facts.visited_on if facts.statement_by else None),
        "seal": seal,
    }
    page = Page(
        template="return_visit_record.html",
        context=context,
        styles=("form.css", "preview.css") if facts.preview else ("form.css",),
        issued_on=facts.date,
        images=images,
        attachment="" if facts.preview else carried(facts),
    )
    return page, None
