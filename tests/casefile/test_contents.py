"""What a file holds, read back from the PDF itself: numbers, index, cover, order, attachments, originals."""

import io
import re
from dataclasses import dataclass
from typing import Any

import pymupdf
import pypdf
import pytest

from cases.models import Case
from notices.models import CaseFile, IssuedFile
from tests.casefile.conftest import Build, read, stamped, titles, volumes_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
mupdf: Any = pymupdf  # its calls carry no types
INDEX_ROW = re.compile(r"^\d{8}\n(\d+)$", re.MULTILINE)
"""The day of a paper and the page after it."""


@dataclass(frozen=True)
class Told:
    """One file, built once for all tests of this module, with what they compare it with."""

    case: Case
    made: CaseFile
    data: bytes
    document: Any
    volumes: dict[str, list[Any]]
    hashes: dict[str, str]
    issued: dict[str, bytes]


_told: list[Told] = []


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Told:
    if not _told:
        full: Case = request.getfixturevalue("full")
        case = Case.objects.select_related("enterprise", "body").get(pk=full.pk)
        build: Build = request.getfixturevalue("build")
        made = build(case)
        assert made.state == "done"
        data = read(made)
        files = IssuedFile.objects.filter(document__case=case).select_related("document__issue", "document__case")
        issued = {f"{file.document.number} {file.document.kind} {file.document_id}": file.file.read() for file in files}
        hashes = dict(case.attachments.values_list("name", "sha256"))
        document = mupdf.open(stream=data)
        _told.append(Told(case, made, data, document, volumes_of(document), hashes, issued))
    return _told[0]


def solid(text: str) -> str:
    """Text without the breaks of its lines."""
    return "".join(text.split())


def test_pages_are_numbered_through_and_the_index_says_where_each_paper_begins(told: Told) -> None:
    toc = told.document.get_toc()
    for name, pages in told.volumes.items():
        assert [stamped(page) for page in pages] == [str(number) for number in range(1, len(pages) + 1)]
        first = 1 if name == "main" else len(told.volumes["main"]) + 1
        last = first + len(pages) - 1
        begins = [at - first + 1 for level, _title, at in toc if level == 2 and first <= at <= last]
        items = next(v["items"] for v in told.made.contents["volumes"] if v["code"] == name)
        assert len(begins) == len(items) + 3, "cover, index, papers, end sheet"
        assert (begins[0], begins[1], begins[-1]) == (1, 2, len(pages))
        index = "".join(page.get_text() for page in pages[1 : begins[2] - 1])
        assert [int(page) for page in INDEX_ROW.findall(index)] == begins[2:-1]
        for item, at in zip(items, begins[2:-1], strict=True):
            if item["source"]["type"] == "sheet":
                assert item["source"]["facts"]["title"] in pages[at - 1].get_text()
        assert f"本卷共 {len(items)} 件 {len(pages)} 页" in pages[0].get_text()
        assert "备考表" in pages[-1].get_text()
    assert told.made.pages == told.document.page_count == sum(map(len, told.volumes.values()))


def test_the_cover_says_what_the_file_is(told: Told) -> None:
    cover, case = told.volumes["main"][0].get_text(), told.case
    for text in (
        case.number,
        case.enterprise.name,
        case.enterprise.uscc,
        case.body.name,
        "王建国、陈晓",
        "主流程监管（年度计划）",
        "2026年3月2日",
        "2026年4月20日",
        "定期30年",
        f"{case.number}正卷",
    ):
        assert text in cover, text
    assert f"{case.number}副卷" in told.volumes["sub"][0].get_text()


def test_papers_stand_in_the_order_of_the_act(told: Told) -> None:
    assert titles(told.made, "main") == [
        "行政检查审批表",
        "责令限期整改通知书",
        "送达回证（责令限期整改通知书）",
        "行政检查通知书",
        "约谈通知书",
        "送达回证（约谈通知书）",
        "送达凭证：回执照片.jpg",
        "现场检查笔录",
        "约谈记录",
        "整改报告（第1次）",
        "回访记录",
        "证据：铭牌.jpg（第12项）",
        "证据：全景.png（第3项）",
        "证据：检验报告.pdf",
        "证据：加密.pdf",
        "证据：坏的.pdf",
        "证据：执法记录仪.mp4",
    ]
    sub = titles(told.made, "sub")
    assert (sub[0], sub[-1]) == ("案件来源登记表", "办案全过程记录")
    form = "工业企业产品质量分类监管通用规则"
    assert {"基层意见单", "市局转报意见单", "省级备案意见单", form, "结案审批表"} <= set(sub)


def test_the_main_file_does_not_tell_the_class(told: Told) -> None:
    """试行办法 第十三条: what the party may look into must not say its class."""
    main, sub = ("".join(page.get_text() for page in told.volumes[name]) for name in ("main", "sub"))
    assert "C类" in sub
    assert "C类" not in main
    assert not re.search(r"^类别$", main, re.MULTILINE)


def test_issued_documents_are_in_it_byte_for_byte(told: Told) -> None:
    carried = pypdf.PdfReader(io.BytesIO(told.data)).attachments
    assert len(carried) == len(told.issued) >= 4
    assert sorted(data for files in carried.values() for data in files) == sorted(told.issued.values())


def test_what_cannot_be_printed_is_named_with_its_hash_and_the_reason(told: Told) -> None:
    pages = [page.get_text() for page in told.volumes["main"]]
    for name, reason in (("加密.pdf", "已加密"), ("坏的.pdf", "已损坏"), ("执法记录仪.mp4", "为视频")):
        (page,) = [text for text in pages if "本页代替未能装订的附件" in text and name in text]
        assert reason in page
        assert told.hashes[name] in solid(page)
        assert told.hashes[name] in solid(pages[1]), "in the index"
        assert reason in pages[-1], "on the end sheet"
    assert "其中3件未能打印" in pages[-1]


def test_pictures_and_their_hashes_are_on_their_pages(told: Told) -> None:
    for name in ("铭牌.jpg", "全景.png"):
        (page,) = [page for page in told.volumes["main"] if f"文件名：{name}" in page.get_text()]
        assert told.hashes[name] in solid(page.get_text())
        assert len(page.get_images()) == 1
