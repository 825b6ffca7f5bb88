"""What the lists say that are kept under a number: 分层分级责任清单 (附件1) and 监管任务清单 (附件2)."""

from dataclasses import replace
from typing import Any, Final

from cases.models import DutyList, Enterprise, TaskSheet
from cases.packs.loader import load_pack
from cases.packs.settings import default_of
from cases.rules.errors import RuleError
from cases.rules.task_list import ANNEX
from cases.selectors.responsibility import totals_of, units_on_list
from notices.pdf.facts import Column, Part, SheetFacts, TaskListFacts
from notices.rules.layout import document_date
from notices.services.facts.letter_parts import GUIDANCE
from notices.services.facts.stamp import Stamp, seal_of
from notices.services.subjects import Subject
from notices.services.task_list_paper import filled_list

_COLUMNS: Final = (
    Column("序号", 12, centred=True),
    Column("层级", 12, centred=True),
    Column("统一社会信用代码", 44),
    Column("单位名称"),
    Column("类别", 26),
    Column("从业人员（人）", 20, centred=True),
    Column("营业收入（万元）", 24, centred=True),
    Column("属地监管部门", 48),
    Column("监管责任人", 22, centred=True),
)
_KINDS: Final = {"production": "生产", "wholesale": "批发", "retail": "零售"}
_UNTIERED: Final = "未定"


def responsibility_facts(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> SheetFacts:
    """The units of the body's own list as they stand now. RuleError: `no_units`."""
    duties = subject.row
    assert isinstance(duties, DutyList)
    body = duties.body
    units = list(units_on_list(body))
    if not units:
        raise RuleError("no_units", "No unit stands on this list.", "国市监质监发〔2023〕38号 附件1")
    seal, image = seal_of(body)
    totals = "；".join(
        f"{row.tier or _UNTIERED}级{row.units}家（生产{row.production}、批发{row.wholesale}、零售{row.retail}，"
        f"已明确监管责任人{row.locked}家）"
        for row in totals_of(body)
        if row.units
    )
    return SheetFacts(
        kind="responsibility_list",
        organ=body.name,
        title="分层分级责任清单",
        number=stamp.number,
        lead=f"依据{GUIDANCE}二（一）和附件1编制，截至{document_date(stamp.on)}。清单内单位共{len(units)}家。",
        parts=(
            Part("", columns=_COLUMNS, rows=tuple(_row(at, unit) for at, unit in enumerate(units, start=1))),
            Part("合计", totals),
            Part("编制单位", sign=(f"{body.name}　{document_date(stamp.on)}",), sealed=True, lines=4),
        ),
        date=stamp.on,
        notes=_notes(),
        landscape=True,
        seal=seal,
        seal_image=image,
        verify_url=stamp.verify_url,
        preview=stamp.preview,
    )


def _row(at: int, unit: Enterprise) -> tuple[str, ...]:
    return (
        str(at),
        unit.tier or _UNTIERED,
        unit.uscc,
        unit.name,
        "、".join(_KINDS[kind] for kind in unit.kinds),
        "" if unit.headcount is None else str(unit.headcount),
        "" if unit.revenue_wan is None else f"{unit.revenue_wan.normalize():f}",
        unit.territorial_body.name,
        getattr(unit, "officer_name", None) or "—",
    )


def _notes() -> tuple[str, ...]:
    """The annex's own notes, the nation's whatever a province has put in the place of its thresholds."""
    form = load_pack(default_of("tiering.pack")).responsibility_list
    return () if form is None else ("说明：", *form.notes)


def task_list_document(subject: Subject, fields: dict[str, Any], stamp: Stamp) -> TaskListFacts:
    """The list as it was filled in on site. RuleError: `not_filled`."""
    sheet = subject.row
    assert isinstance(sheet, TaskSheet)
    if sheet.state != TaskSheet.State.FILLED and not stamp.preview:
        raise RuleError("not_filled", "The list has not been filled in yet.", ANNEX)
    facts = filled_list(sheet, stamp.on)
    return replace(facts, number=stamp.number, verify_url=stamp.verify_url, preview=stamp.preview)
