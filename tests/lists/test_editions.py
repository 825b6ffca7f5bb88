"""Lists as documents: numbered, versioned, frozen, printed once, and internal."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import pymupdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.guards.conditions import Blocked
from cases.models import AuditEvent, Case, KeySupervision, ListEntry
from cases.rules.errors import RuleError
from cases.services.jobs import run_due_jobs
from notices.models import ListEdition
from notices.pdf.check_print import check_print
from notices.pdf.facts import ListFacts, ListRow, Part
from notices.pdf.render import render
from notices.services.facts import kept_lists
from notices.services.publish_list import WhichList, publish_list
from tests.factories import NOON, acting, make_body_tree, make_enterprise, make_user
from tests.notices_pdf import samples

pytestmark = pytest.mark.django_db
KEY_PRODUCERS = WhichList("supervision", 2026, "production", "key")


@pytest.fixture
def county(db):
    return make_body_tree()["330402"]


@pytest.fixture
def lead(county):
    return make_user("周国强", "grassroots_lead", county)


def listed(county, name="嘉兴童车厂", **fields):
    unit = make_enterprise(name=name, territorial_body=county)
    ground = {"clause": "国市监质监发〔2023〕38号 三", "text": "发现较大以上质量安全风险，实施重点监管。"}
    values = {"register": "supervision", "level": "key", "reason": "发现较大质量安全风险", "grounds": [ground]}
    return ListEntry.objects.create(
        enterprise=unit, body=county, year=2026, kind="production", entered_on=date(2026, 3, 2), pack="samr-2023-38@1",
        **values | fields,
    )  # fmt: skip


def published(county, lead, which=KEY_PRODUCERS, at=NOON, **options):
    return publish_list(body=county, which=which, acting=acting(lead, at), **options)


def test_an_edition_has_the_next_number_and_version_and_says_what_stood_on_the_list(county, lead):
    listed(county, "嘉兴甲厂")
    listed(county, "嘉兴乙厂", level="special")
    first = published(county, lead)
    listed(county, "嘉兴丙厂")
    second = published(county, lead)
    special = published(county, lead, WhichList("supervision", 2026, "production", "special"))
    assert [row["name"] for row in first.facts["rows"]] == ["嘉兴甲厂"]
    assert [row["name"] for row in second.facts["rows"]] == ["嘉兴丙厂", "嘉兴甲厂"]
    prefix = county.document_prefix
    assert [each.number for each in (first, second, special)] == [f"{prefix}名单〔2026〕{n}号" for n in (1, 2, 3)]
    assert (first.version, second.version, special.version) == (1, 2, 1)
    assert second.facts["title"] == "2026年度重点监管生产单位名单"
    assert AuditEvent.objects.filter(action="list.published").count() == 3


def test_an_edition_that_says_nothing_new_is_refused_and_takes_no_number(county, lead):
    listed(county)
    number = published(county, lead).number
    with pytest.raises(RuleError) as refused:
        published(county, lead, at=NOON + timedelta(days=3))
    assert (refused.value.code, refused.value.details["number"]) == ("unchanged", number)
    ListEntry.objects.update(left_on=date(2026, 11, 18))
    assert published(county, lead).number.endswith("2号")


def test_the_list_of_2012_is_another_list(county, lead):
    unit = make_enterprise(name="嘉兴丁厂", territorial_body=county)
    case = Case.objects.create(
        number="检1", enterprise=unit, body=county, territorial_body=county, planned_on=date(2026, 5, 1),
        status="listed", pack="national-2012@1", opened_at=NOON,
    )  # fmt: skip
    KeySupervision.objects.create(
        enterprise=unit, body=county, case=case, reason="监管方式为加严", entered_on=date(2026, 5, 6)
    )
    listed(county)
    edition = published(county, lead, WhichList("key_enterprises", 2026))
    assert [row["name"] for row in edition.facts["rows"]] == ["嘉兴丁厂"]
    assert edition.facts["basis"] == "工业企业产品质量分类监管试行办法 第十八条（四）2"


@pytest.mark.parametrize(
    "which",
    [
        WhichList("supervision", 2026, "production", "none"),
        WhichList("supervision", 2026, "", "key"),
        WhichList("classes", 2026),
        WhichList("blacklist", 1999),
    ],
)
def test_there_are_no_other_lists(county, lead, which):
    with pytest.raises((RuleError, KeyError)) as refused:
        published(county, lead, which)
    assert isinstance(refused.value, RuleError)


def test_supervision_lists_never_leave_the_house(county, lead):
    listed(county)
    for which in (KEY_PRODUCERS, WhichList("key_enterprises", 2026), WhichList("trusted", 2026)):
        with pytest.raises(RuleError) as refused:
            published(county, lead, which, internal=False)
        assert refused.value.code == "stays_internal"
        assert refused.value.clause.endswith("第十三条")
    edition = published(county, lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        ListEdition.objects.create(
            **{f.name: getattr(edition, f.name) for f in ListEdition._meta.concrete_fields if f.name not in ("id",)}
            | {"internal": False, "version": 9, "number": "x"}
        )
    listed(county, "嘉兴黑厂", register="blacklist", level="")
    assert not published(county, lead, WhichList("blacklist", 2026), internal=False).internal


def test_only_the_head_of_the_very_body_publishes(county, lead):
    other = make_user("市局长", "grassroots_lead", county.parent)
    for user in (other, make_user("科长", "unit_head", county)):
        with pytest.raises(Blocked):
            published(county, user)
    assert not ListEdition.objects.exists()


def test_a_list_nobody_stands_on_is_not_published_unless_it_takes_one_back(county, lead):
    with pytest.raises(RuleError) as refused:
        published(county, lead)
    assert refused.value.code == "nobody_listed"
    entry = listed(county)
    published(county, lead)
    ListEntry.objects.filter(pk=entry.pk).update(left_on=date(2026, 11, 18))
    empty = published(county, lead)
    assert (empty.version, empty.entries) == (2, 0)
    with pytest.raises(RuleError) as again:
        published(county, lead)
    assert again.value.code == "nobody_listed"


def test_what_was_published_never_changes(county, lead):
    listed(county)
    edition = published(county, lead)
    for statement in ({"entries": 5}, {"facts": {}}):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            ListEdition.objects.filter(pk=edition.pk).update(**statement)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        ListEdition.objects.all().delete()


def test_pages_and_files_are_for_who_sees_the_body(county, lead):
    listed(county, "=HYPERLINK(1)厂")
    edition = published(county, lead)
    run_due_jobs(NOON)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(lead)
    assert edition.number in client.get(reverse("edition_list")).content.decode()
    assert "=HYPERLINK(1)厂" in client.get(reverse("edition", args=[edition.pk])).content.decode()
    assert client.get(reverse("edition_pdf", args=[edition.pk]))["Content-Type"] == "application/pdf"
    sheet = b"".join(client.get(reverse("edition_xlsx", args=[edition.pk])).streaming_content)
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet)).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "=HYPERLINK(1)厂"
    stranger = Client()
    stranger.force_login(make_user("外", "grassroots_lead", county.parent.children.get(code="330411")))
    for name in ("edition", "edition_pdf", "edition_xlsx"):
        assert stranger.get(reverse(name, args=[edition.pk])).status_code == 404


def test_the_page_publishes_and_says_why_not(county, lead):
    listed(county)
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(lead)
    data = {"body": county.code, "which": "supervision:production:key", "year": "2026"}
    check = client.post(reverse("edition_new"), data)
    assert not ListEdition.objects.exists()
    page = check.content.decode()
    for told in ("核对您填写的内容", "2026年度重点监管生产单位名单", "嘉兴童车厂", "不出本机关"):
        assert told in page, told
    sent = {**data, "_do": "submit", "seen": check.context["planned"].seen}
    assert client.post(reverse("edition_new"), {**sent, "_do": "edit"}).context["form"]["year"].value() == "2026"
    listed(county, "嘉兴新厂")
    stale = client.post(reverse("edition_new"), sent)
    assert not ListEdition.objects.exists()
    assert "名单已有变化" in stale.content.decode()
    assert "嘉兴新厂" in stale.content.decode()
    sent["seen"] = stale.context["planned"].seen
    answer = client.post(reverse("edition_new"), sent, follow=True)
    assert "2026年度重点监管生产单位名单" in answer.content.decode()
    assert ListEdition.objects.get().entries == 2
    again = client.post(reverse("edition_new"), data)
    assert again.status_code == 422
    assert "没有变化" in again.content.decode()
    public = client.post(reverse("edition_new"), {**data, "public": "on", "which": "trusted::"})
    assert "不得公开" in public.content.decode()
    nobody = client.post(reverse("edition_new"), {**data, "which": "supervision:sales:special"})
    assert nobody.status_code == 422
    assert "没有单位" in nobody.content.decode()


def test_what_will_be_public_is_said_before(county, lead):
    listed(county, "嘉兴黑厂", register="blacklist", level="")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(lead)
    data = {"body": county.code, "which": "blacklist::", "year": "2026", "public": "on"}
    page = client.post(reverse("edition_new"), data).content.decode()
    assert "公开后不能收回" in page
    assert "任何人" in page


def long_list(rows):
    return ListFacts(
        title="2026年度重点监管生产单位名单",
        organ="嘉兴市南湖区市场监督管理局",
        number="嘉南市监名单〔2026〕1号",
        version=2,
        as_at=date(2026, 11, 26),
        basis="国市监质监发〔2023〕38号 三",
        rows=tuple(listed_row(number) for number in range(rows)),
    )


def listed_row(number):
    name, code = f"嘉兴示例{number:04d}号童车有限公司", f"91330402MATE{number:06d}"
    return ListRow(name, code, "凤桥镇", date(2026, 3, 2), "发现较大质量安全风险。")


def test_the_paper_loses_no_row_and_repeats_its_head():
    rendered = render("unit_list", long_list(120).to_json())
    with pymupdf.open(stream=rendered.pdf) as document:
        pages = ["".join(page.get_text().split()) for page in document]
    text = "".join(pages)
    assert all(f"嘉兴示例{n:04d}号童车有限公司" in text for n in range(120))
    assert all("列入理由及依据" in page for page in pages[:-1])
    assert "内部资料" in pages[0]
    assert "共120家" in pages[0]


def test_an_empty_list_is_a_document_too():
    rendered = render("unit_list", long_list(0).to_json())
    with pymupdf.open(stream=rendered.pdf) as document:
        assert "共0家" in "".join(document[0].get_text().split())


def test_a_list_set_in_stretches_reads_like_one(monkeypatch):
    whole = render("unit_list", long_list(150).to_json())
    monkeypatch.setattr("notices.pdf.unit_lists.STRETCH", 40)
    joined = render("unit_list", long_list(150).to_json())
    check_print(joined.pdf, joined.written)
    assert joined.written == whole.written
    assert joined.pages == whole.pages
    with pymupdf.open(stream=whole.pdf) as one, pymupdf.open(stream=joined.pdf) as other:
        assert [page.get_text() for page in one] == [page.get_text() for page in other]


@pytest.mark.parametrize("length", [400, 2500])
def test_a_row_longer_than_a_stretch_of_a_sheet_loses_nothing(length, monkeypatch):
    monkeypatch.setattr("notices.pdf.unit_lists.STRETCH", 12)
    facts = long_list(30)
    rows = tuple(
        replace(row, reason="不合格，" * (length // 4)) if at % 7 == 5 else row for at, row in enumerate(facts.rows)
    )
    printed = render("unit_list", replace(facts, rows=rows).to_json())
    check_print(printed.pdf, printed.written)


def long_sheet(rows):
    """The responsibility list as `notices.services.facts.kept_lists` draws it up: nine columns, a line and a seal."""
    facts = samples.SAMPLES["responsibility_list"]()
    units = tuple(
        (str(at + 1), "C", f"91330402MATE{at:06d}", f"嘉兴示例{at:04d}号电器有限公司", "生产、批发", "120", "3500.5",
         "嘉兴市南湖区市场监督管理局", "周国强")
        for at in range(rows)
    )  # fmt: skip
    return replace(facts, parts=(Part("", columns=kept_lists._COLUMNS, rows=units), *facts.parts[1:]))


def test_a_long_table_of_a_sheet_prints_the_same_in_stretches(monkeypatch):
    facts = long_sheet(100).to_json()
    whole = render("responsibility_list", facts)
    monkeypatch.setattr("notices.pdf.long_sheets.STRETCH", 30)
    joined = render("responsibility_list", facts)
    check_print(joined.pdf, joined.written)
    assert joined.written == whole.written
    with pymupdf.open(stream=whole.pdf) as one, pymupdf.open(stream=joined.pdf) as other:
        assert len(one) == len(other) > 4
        for sheet, same in zip(one, other, strict=True):
            assert sheet.get_pixmap(dpi=60).samples == same.get_pixmap(dpi=60).samples
            assert sorted(sheet.get_text().split()) == sorted(same.get_text().split())


def test_a_preview_of_a_long_table_says_so_on_every_sheet(monkeypatch):
    monkeypatch.setattr("notices.pdf.long_sheets.STRETCH", 30)
    preview = render("responsibility_list", replace(long_sheet(70), preview=True).to_json())
    with pymupdf.open(stream=preview.pdf) as document:
        assert [page.get_text().count("预览件") for page in document] == [1] * preview.pages


LARGEST_MEGABYTES = 300
# VmHWM, not ru_maxrss: the latter also counts what the process that started this one held at the time.
BIG = """
import json, re, sys
from notices.pdf.check_print import check_print
from notices.pdf.render import render
rendered = render(sys.argv[1], json.load(sys.stdin))
check_print(rendered.pdf, rendered.written)
peak = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
print(json.dumps([peak, rendered.pages]))
sys.stdout.flush()
sys.stdout.buffer.write(rendered.pdf)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "facts", "head", "unit", "foot"),
    [
        ("unit_list", long_list, "列入理由及依据", "嘉兴示例{:04d}号童车有限公司", "第{at}页"),
        ("responsibility_list", long_sheet, "监管责任人", "嘉兴示例{:04d}号电器有限公司", "第{at}页共{of}页"),
    ],
)
def test_a_list_of_3000_loses_none_repeats_its_head_and_keeps_its_memory(kind, facts, head, unit, foot):
    given = json.dumps(facts(3000).to_json()).encode()
    done = subprocess.run([sys.executable, "-c", BIG, kind], input=given, capture_output=True, check=True)
    said, _, pdf = done.stdout.partition(b"\n")
    peak, pages = json.loads(said)
    with pymupdf.open(stream=pdf) as document:
        sheets = ["".join(page.get_text().split()) for page in document]
    assert len(sheets) == pages > 100
    assert all(head in sheet for sheet in sheets[:-1])
    assert all(foot.format(at=at, of=pages) in sheet for at, sheet in enumerate(sheets, 1))
    text = "".join(sheets)
    assert all(unit.format(at) in text for at in range(3000))
    assert peak < LARGEST_MEGABYTES
