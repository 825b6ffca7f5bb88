"""What `render` prints, refuses and repeats."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import register_namespace

import pypdf
import pytest
from PIL import Image

from cases.rules.errors import RuleError
from notices.pdf.case_file import PAGES
from notices.pdf.checks import MissingGlyph
from notices.pdf.codec import BadFacts
from notices.pdf.engine import OutsideResource, Page, html_of, write
from notices.pdf.facts import Annex, Paragraph
from notices.pdf.render import kinds, render
from tests.notices_pdf import measure, samples

ROOT = Path(__file__).resolve().parents[2]
LONG_NAME = (
    "新疆维吾尔自治区伊犁哈萨克自治州霍尔果斯经济开发区兵团分区国际商贸中心对外经济技术合作跨境电子商务综合服务"
    "有限责任公司（中外合资）霍城县清水河镇第一百二十八连队分公司第三生产车间"
)
every_kind = pytest.mark.parametrize("kind", list(samples.SAMPLES))


def texts(value: Any) -> list[str]:
    """Every text that stands in the facts."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in texts(item)]
    return [value] if isinstance(value, str) else []


def png(size: tuple[int, int] = (40, 40)) -> str:
    stream = io.BytesIO()
    Image.new("RGBA", size, (255, 0, 0, 128)).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()


def test_every_kind_has_names_a_version_and_a_sample() -> None:
    lists = {"supervision_task_list", "unit_list"}  # see test_task_list.py and tests/lists/test_editions.py
    case_file = {code for code, _zh, _en, _build in PAGES}  # see tests/casefile
    assert set(kinds()) == set(samples.SAMPLES) | lists | case_file
    assert all(kind.zh and kind.en and kind.template_version for kind in kinds().values())


@every_kind
def test_file_is_archival_tagged_and_says_what_it_is(kind: str) -> None:
    facts = samples.SAMPLES[kind]()
    printed = measure.rendered(facts)
    reader = pypdf.PdfReader(io.BytesIO(printed.pdf))
    root = reader.root_object
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert "/OutputIntents" in root
    xmp = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in xmp or "<pdfaid:part>3" in xmp
    assert reader.metadata is not None
    assert reader.metadata.title
    assert len(reader.pages) == printed.pages
    assert hashlib.sha256(printed.pdf).hexdigest() == printed.sha256
    assert json.loads(reader.attachments["facts.json"][0])["kind"] == kind


@every_kind
def test_every_font_is_ours_and_embedded(kind: str) -> None:
    for page in measure.opened(samples.SAMPLES[kind]()):
        for _, extension, _, name, *_ in measure.untyped(page).get_fonts():
            assert extension in {"ttf", "otf", "cid"}
            assert "GW-" in name or "GW" in name


@every_kind
def test_text_layer_equals_the_source(kind: str) -> None:
    facts = samples.SAMPLES[kind]()
    layer = measure.ideographs(measure.full_text(facts))
    skipped = {"kind", "seal", "seal_image", "verify_url", "format", "date", "printed_on"}
    data = {name: value for name, value in facts.to_json().items() if name not in skipped}
    works = [row["key_work"] for row in data.get("rows", ()) if "key_work" in row]  # printed once for their rows
    source = measure.ideographs("".join(texts(data))) - measure.ideographs("".join(works))
    source += measure.ideographs("".join(set(works)))
    assert not source - layer


def test_text_layer_of_a_letter_has_nothing_that_the_page_does_not_say() -> None:
    facts = replace(samples.rectification_order(), contact="", annexes=(), cc="", seal="none", verify_url="")
    said = [facts.mark, facts.number, facts.title, facts.addressee, "：", facts.organ, "2026年3月6日"]
    said += [paragraph.text for paragraph in facts.paragraphs] + [facts.office, "2026年3月6日印发"]
    assert measure.ideographs(measure.full_text(facts)) == measure.ideographs("".join(said))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"addressee": "甲𰻞公司"}, "addressee"),
        ({"paragraphs": (Paragraph(0, "好"), Paragraph(0, "坏𰻞的"))}, "paragraphs[1].text"),
        ({"annexes": (Annex("𰻞"),)}, "annexes[0].name"),
    ],
)
def test_character_without_a_glyph_is_refused_by_name_and_field(change: dict[str, Any], field: str) -> None:
    facts = replace(samples.interview_notice(), **change)
    with pytest.raises(MissingGlyph) as refused:
        render(facts.kind, facts.to_json())
    assert refused.value.field == field
    assert refused.value.characters == ("𰻞",)
    assert "U+30EDE" in str(refused.value)
    assert field in str(refused.value)


def test_missing_glyph_in_a_nested_block_is_named() -> None:
    form = samples.general_rules_form()
    items = (replace(form.items[0], remark="😀"), *form.items[1:])
    with pytest.raises(MissingGlyph) as refused:
        render(form.kind, replace(form, items=items).to_json())
    assert refused.value.field == "items[0].remark"


def test_rare_characters_and_spaces_between_ideographs_are_printed(caplog: pytest.LogCaptureFixture) -> None:
    name = "㛃𬍛 𠮷野 A 䶮（中国）有限公司"
    facts = replace(
        samples.interview_notice(),
        addressee=name,
        title=f"关于约谈{name}的通知",
        paragraphs=tuple(Paragraph(level, f"{name} {name}") for level in (0, 1, 2, 3, 4)),
    )
    printed = render(facts.kind, facts.to_json())
    text = "".join(measure.text_of(page) for page in measure.pages(printed.pdf))
    for character in "㛃𬍛𠮷䶮":
        assert text.count(character) == 12
    assert not [record for record in caplog.records if "notdef" in record.getMessage()]


@every_kind
def test_no_template_text_lacks_a_glyph(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    for preview in (False, True):
        facts = replace(samples.SAMPLES[kind](), preview=preview)
        render(kind, facts.to_json())
    assert not [record for record in caplog.records if "notdef" in record.getMessage()]


@pytest.mark.parametrize("name", [LONG_NAME, "测试" * 100, "ABCDEFGHIJ" * 20], ids=["86", "200", "latin"])
@every_kind
def test_very_long_name_is_printed_whole_and_stays_on_the_sheet(kind: str, name: str) -> None:
    document = measure.opened(samples.named(kind, name))
    text = "".join(measure.text_of(page) for page in document).replace("\n", "")
    assert name in text
    for page in document:
        right = page.rect.width * measure.MM - 15 if page.rect.width > page.rect.height else 192
        assert all(line.right < right and line.left > (17 if right == 192 else 15) for line in measure.lines(page))


EVIL = (
    '<script>alert(1)</script><img src="file:///etc/passwd"><style>*{display:none}</style>&lt;"\'>{{ organ }}{% now %}'
)


@every_kind
def test_html_in_a_company_name_is_printed_as_text(kind: str) -> None:
    text = measure.full_text(samples.named(kind, EVIL)).replace("\n", "").replace(" ", "")
    assert EVIL.replace(" ", "") in text


def test_control_characters_do_not_reach_the_page() -> None:
    dirty = replace(samples.interview_notice(), addressee="甲\x00乙\x0b丙\x1f丁\u200b公司")
    clean = replace(dirty, addressee="甲乙丙丁公司")
    assert render(dirty.kind, dirty.to_json()).sha256 == render(clean.kind, clean.to_json()).sha256


def test_bidi_override_is_refused_by_field() -> None:
    facts = replace(samples.interview_notice(), addressee="甲公司\u202egpj.exe")
    with pytest.raises(BadFacts) as refused:
        render(facts.kind, facts.to_json())
    assert refused.value.field == "addressee"


OUTSIDE = {
    "http image": '<img src="http://127.0.0.1:9/x.png">',
    "file image": '<img src="file:///etc/passwd">',
    "data image": '<img src="data:image/png;base64,AAAA">',
    "unknown image": '<img src="given:other">',
    "style sheet": '<link rel="stylesheet" href="http://127.0.0.1:9/x.css">',
    "import": '<style>@import "file:///etc/x.css";</style>',
    "background": "<style>p{background:url(http://127.0.0.1:9/b.png)}</style>",
    "attachment": '<link rel="attachment" href="file:///etc/passwd">',
    "object": '<object data="file:///etc/passwd"></object>',
    "svg image": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"'
    ' width="9" height="9"/></svg>',
}


@pytest.mark.parametrize("markup", OUTSIDE.values(), ids=OUTSIDE.keys())
def test_page_that_reads_anything_from_outside_is_refused(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "notices.pdf.engine.html_of", lambda page: f"<html lang=zh-CN><body><p>文{markup}</p></body></html>"
    )
    page = Page("letter.html", {}, ("letter.css",), issued_on=samples.interview_notice().date)
    with pytest.raises(OutsideResource):
        write(page, "x")


def test_same_facts_give_the_same_bytes_in_another_process_and_locale() -> None:
    program = (
        "import json, sys\n"
        "from notices.pdf.render import render\n"
        "for kind, facts in json.load(sys.stdin).items(): print(kind, render(kind, facts).sha256)\n"
    )
    data = {kind: make().to_json() for kind, make in samples.SAMPLES.items()}
    environment = {**os.environ, "TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(data),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment,
    )
    elsewhere = dict(line.split() for line in answer.stdout.splitlines())
    assert elsewhere == {kind: render(kind, facts).sha256 for kind, facts in data.items()}


def test_same_facts_give_the_same_bytes_whatever_else_the_process_does_with_xml() -> None:
    facts = samples.reminder_letter()
    before = render(facts.kind, facts.to_json()).sha256
    register_namespace("dc", "http://example.org/other")
    assert render(facts.kind, facts.to_json()).sha256 == before


def test_other_facts_give_other_bytes() -> None:
    facts = samples.reminder_letter()
    other = replace(facts, verify_url="https://example.org/verify/other")
    assert measure.rendered(facts).sha256 != measure.rendered(other).sha256


@every_kind
def test_preview_says_so_and_has_no_number_seal_code_or_data(kind: str) -> None:
    facts = replace(samples.SAMPLES[kind](), preview=True)
    document = measure.opened(facts)
    text = "".join(measure.text_of(page) for page in document)
    assert text.count("预览件") == len(document)
    assert "编号待定" in text
    assert not facts.number or facts.number not in text.replace("\n", "")
    assert "扫码核验" not in text
    assert "（印章）" not in text
    assert not [image for page in document for image in measure.seals(page)]
    assert not pypdf.PdfReader(io.BytesIO(measure.rendered(facts).pdf)).attachments


def test_preview_needs_no_number_and_an_issued_letter_does() -> None:
    facts = replace(samples.interview_notice(), number="")
    assert render(facts.kind, replace(facts, preview=True).to_json()).pages
    for number in ("", "编号待定", "南市监约[2026]1号"):
        with pytest.raises(BadFacts) as refused:
            render(facts.kind, replace(facts, number=number).to_json())
        assert refused.value.field == "number"


def test_dashed_box_stands_where_no_seal_was_given() -> None:
    page = measure.opened(samples.rectification_order())[-1]
    assert "（印章）" in measure.text_of(page)
    assert not measure.seals(page)


def test_given_seal_is_printed_and_not_carried_in_the_data() -> None:
    facts = replace(samples.interview_notice(), seal="image", seal_image=png())
    document = measure.opened(facts)
    assert [image["width"] for page in document for image in measure.seals(page)] == [40]
    attached = pypdf.PdfReader(io.BytesIO(measure.rendered(facts).pdf)).attachments["facts.json"][0]
    assert "seal_image" not in json.loads(attached)


SVG = base64.b64encode(b'<svg xmlns="http://www.w3.org/2000/svg"/>').decode()


@pytest.mark.parametrize(
    "image", ["", "no base64!", SVG, base64.b64encode(b"MZ" * 600_000).decode(), png((2401, 10)), png()[:40]]
)
def test_seal_that_is_no_small_picture_is_refused(image: str) -> None:
    facts = replace(samples.interview_notice(), seal="image", seal_image=image)
    with pytest.raises(BadFacts) as refused:
        render(facts.kind, facts.to_json())
    assert refused.value.field == "seal_image"


def test_templates_need_no_settings_of_locale() -> None:
    page = Page("boxes.html", {"boxes": [{"mark": "☑", "label": "<b>"}]}, (), issued_on=samples.reminder_letter().date)
    assert "☑</span>&lt;b&gt;" in html_of(page)


@pytest.mark.parametrize("version", ["1999.1", "../css", "2026.1/..", "x"])
def test_version_that_is_not_kept_is_refused(version: str) -> None:
    facts = samples.reminder_letter()
    with pytest.raises(RuleError) as refused:
        render(facts.kind, facts.to_json(), version)
    assert refused.value.code == "template_gone"


def test_todays_version_is_the_one_that_is_printed_when_none_is_named() -> None:
    facts = samples.reminder_letter()
    version = kinds()[facts.kind].template_version
    assert render(facts.kind, facts.to_json(), version).sha256 == render(facts.kind, facts.to_json()).sha256
