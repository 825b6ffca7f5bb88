"""The pages of the task lists in the templates' own layouts (国市监质监发〔2023〕38号 附件2, 附件3)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from notices.pdf.codec import BadFacts
from notices.pdf.engine import Page, Refine
from notices.pdf.facts import OversightListFacts, TaskListFacts, TaskRow
from notices.pdf.letters import NUMBER_PENDING, carried, qr_code
from notices.rules.layout import document_date

CLASSES: Final = {"production": "生产单位类", "sales": "销售单位类"}
UNIT_LABELS: Final = {"production": "生产单位名称", "sales": "销售单位名称"}
BLANK_DATE: Final = "年　　月　　日"
NOTES: Final = (  # the first two verbatim from the annex, the third is how we read the 结果 column
    "说明：1.监管任务清单包括但不限于以上内容，根据填报需要调整表格大小。",
    "2.在结果栏目中，填写是（√）或否（×），或在备注栏标注须提醒信息。",
    "填写口径：√表示已检查且符合，×表示已检查但不符合；未检查的，结果栏留空并在备注栏注明原因。",
)


def _groups(rows: Sequence[TaskRow], sheets: Sequence[frozenset[str]]) -> list[dict[str, Any]]:
    """The rows by section, cut where a sheet ends, so that no cell spans two sheets."""
    groups: list[dict[str, Any]] = []
    sheet_of = {name: at for at, names in enumerate(sheets) for name in names}
    for at, row in enumerate(rows):
        name = f"row-{at}"
        place = (row.section, sheet_of.get(name, 0))
        if not groups or groups[-1]["place"] != place:
            groups.append({"place": place, "number": row.section, "key_work": row.key_work, "rows": []})
        text = row.text if row.number == row.section else f"{row.number} {row.text}"
        groups[-1]["rows"].append({"id": name, "text": text, "mark": row.mark, "remark": row.remark})
    for group in groups:
        group["span"] = str(len(group["rows"]))
    return groups


def task_list_page(facts: TaskListFacts, generator: str) -> tuple[Page, Refine]:
    """The list, blank or filled in, and how its sections are cut once it is known where sheets end; raises BadFacts."""
    if not facts.rows:
        raise BadFacts("rows", "missing")
    context = {
        "f": facts,
        "generator": generator,
        "issued_on": facts.date.isoformat(),
        "class_of_list": CLASSES[facts.list],
        "unit_label": UNIT_LABELS[facts.list],
        "filled_by": "　".join((facts.organ, "、".join(facts.officers))).strip("　"),
        "filled_on": document_date(facts.checked_on) if facts.checked_on else BLANK_DATE,
        "notes": NOTES,
    }
    return _cut(facts, facts.rows, "supervision_task_list.html", context)


def oversight_list_page(facts: OversightListFacts, generator: str) -> tuple[Page, Refine]:
    """The list of a check of a body, and how its sections are cut; raises BadFacts."""
    if not facts.rows:
        raise BadFacts("rows", "missing")
    context = {
        "f": facts,
        "generator": generator,
        "issued_on": facts.date.isoformat(),
        "checked_on": document_date(facts.checked_on) if facts.checked_on else BLANK_DATE,
    }
    return _cut(facts, facts.rows, "oversight_list.html", context)


def _cut(
    facts: TaskListFacts | OversightListFacts, rows: Sequence[TaskRow], template: str, context: dict[str, Any]
) -> tuple[Page, Refine]:
    """The page, and the same once it is known where sheets end. Bare lists carry neither number, code nor data."""
    numbered = {
        "number": NUMBER_PENDING if facts.preview else facts.number,
        "qr": "" if facts.preview or not facts.verify_url else qr_code(facts.verify_url),
        "preview": facts.preview,
    }
    whole = context | numbered
    page = Page(
        template=template,
        context=whole | {"groups": _groups(rows, ())},
        styles=("form.css", "preview.css") if facts.preview else ("form.css",),
        issued_on=facts.date,
        attachment=carried(facts) if facts.verify_url and not facts.preview else "",
    )

    def refine(sheets: Sequence[frozenset[str]]) -> Page:
        return replace(page, context=whole | {"groups": _groups(rows, sheets)})

    return page, refine
