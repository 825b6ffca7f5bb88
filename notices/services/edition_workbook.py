"""An edition as a workbook, from its frozen facts: the same rows as the printed list."""

from datetime import date
from typing import IO, Final

from cases.services.write_workbook import Value, write_workbook
from notices.models import ListEdition

HEADER: Final = [
    "序号",
    "单位名称",
    "统一社会信用代码",
    "属地",
    "列入日期",
    "列入理由",
    "依据",
]  # the list is a Chinese paper
WIDTHS: Final = [8, 34, 22, 18, 14, 60, 40]


def edition_workbook(edition: ListEdition) -> IO[bytes]:
    """Two sheets: the list, and what edition it is."""
    facts = edition.facts
    rows: list[list[Value]] = [
        [at, row["name"], row["uscc"], row["place"], date.fromisoformat(row["since"]), row["reason"], row["basis"]]
        for at, row in enumerate(facts["rows"], 1)
    ]
    about: list[list[Value]] = [
        ["名称", facts["title"]],
        ["编号", facts["number"]],
        ["版次", facts["version"]],
        ["发布单位", facts["organ"]],
        ["截至", date.fromisoformat(facts["as_at"])],
        ["依据", facts["basis"]],
        ["范围", "内部资料，不得公开" if facts["internal"] else "可以公开"],
    ]
    return write_workbook([("名单", HEADER, rows, WIDTHS), ("说明", ["项目", "内容"], about, [14, 60])])
