"""What `render` prints, refuses and repeats."""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymupdf
import pypdf
import pytest
from PIL import Image

from cases.rules.errors import RuleError
from notices.pdf import fontset
from notices.pdf.checks import MissingGlyph
from notices.pdf.codec import BadFacts
from notices.pdf.engine import OutsideResource, Page, html_of, write
from notices.pdf.facts import Facts, FormFacts, Paragraph, ReturnVisitFacts
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
    assert {kind.code for kind in kinds()} == set(samples.SAMPLES)
    assert all(kind.zh and kind.en and kind.template_version for kind in kinds())


@every_kind
def test_facts_survive_json(kind: str) -> None:
    facts = samples.SAMPLES[kind]()
    data = json.loads(json.dumps(facts.to_json(), ensure_ascii=False))
    assert type(facts).from_json(data) == facts


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
    document = measure.opened(samples.SAMPLES[kind]())
    for page in document:
        for _, extension, _, name, *_ in page.get_fonts():
            assert extension in {"ttf", "otf", "cid"}
            assert "GW-" in name or "GW" in name


@every_kind
def test_text_layer_equals_the_source(kind: str) -> None:
    facts = samples.SAMPLES[kind]()
    layer = measure.ideographs(measure.full_text(facts))
    skipped = {"kind", "seal", "seal_image", "verify_url", "format", "date", "printed_on"}
    data = {name: value for name, value in facts.to_json().items() if name not in skipped}
    source = measure.ideographs("".join(texts(data)))
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
        ({"annexes": ("𰻞",)}, "annexes[0]"),
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
    text = "".join(page.get_text() for page in pymupdf.open(stream=printed.pdf))
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
    field = "enterprise" if kind in {"general_rules_form", "return_visit_record"} else "addressee"
    document = measure.opened(replace(samples.SAMPLES[kind](), **{field: name}))
    text = "".join(page.get_text() for page in document).replace("\n", "")
    assert name in text
    for page in document:
        assert all(line.right < 192 and line.left > 17 for line in measure.lines(page))


EVIL = (
    '<script>alert(1)</script><img src="file:///etc/passwd"><style>*{display:none}</style>&lt;"\'>{{ organ }}{% now %}'
)


@every_kind
def test_html_in_a_company_name_is_printed_as_text(kind: str) -> None:
    field = "enterprise" if kind in {"general_rules_form", "return_visit_record"} else "addressee"
    text = measure.full_text(replace(samples.SAMPLES[kind](), **{field: EVIL})).replace("\n", "").replace(" ", "")
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


def test_other_facts_give_other_bytes() -> None:
    facts = samples.reminder_letter()
    other = replace(facts, verify_url="https://example.org/verify/other")
    assert measure.rendered(facts).sha256 != measure.rendered(other).sha256


@every_kind
def test_preview_says_so_and_has_no_number_seal_code_or_data(kind: str) -> None:
    facts = replace(samples.SAMPLES[kind](), preview=True)
    document = measure.opened(facts)
    text = "".join(page.get_text() for page in document)
    assert text.count("预览件") == len(document)
    assert "编号待定" in text
    assert facts.number not in text.replace("\n", "")
    assert "扫码核验" not in text
    assert "（印章）" not in text
    assert not [image for page in document for image in page.get_image_info()]
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
    assert "（印章）" in page.get_text()
    assert not page.get_image_info()


def test_given_seal_is_printed_and_not_carried_in_the_data() -> None:
    facts = replace(samples.interview_notice(), seal="image", seal_image=png())
    document = measure.opened(facts)
    assert [image["width"] for page in document for image in page.get_image_info()] == [40]
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


def test_opinion_that_is_not_signed_bears_no_seal() -> None:
    form = samples.general_rules_form()
    unsigned = replace(form, grassroots=replace(form.grassroots, date=None))
    assert len([image for page in measure.opened(form) for image in page.get_image_info()]) == 1
    assert not [image for page in measure.opened(unsigned) for image in page.get_image_info()]


def mark_at(form: FormFacts, label: str) -> str:
    """The box printed before a label on the form."""
    text = measure.full_text(form).replace("\n", "")
    return text[text.index(label) - 1]


def test_form_ticks_what_was_chosen_and_nothing_else() -> None:
    form = samples.general_rules_form()
    for chosen in ("专项监督检查", "Ⅱ级（较高风险）", "加严监管"):
        assert mark_at(form, chosen) == "☑"
    for other in ("定期监督检查", "Ⅰ级（高风险）", "Ⅲ级（一般风险）", "信用监管", "责任监管", "常态监管"):
        assert mark_at(form, other) == "☐"
    text = measure.full_text(form)
    # a tick for each item, for the form of inspection, the risk level, the class and the mode
    assert text.count("☑") == len(form.items) + 4


def test_form_without_answers_ticks_no_item() -> None:
    form = samples.general_rules_form()
    blank = replace(
        form,
        items=tuple(replace(item, answer="") for item in form.items),
        risk_level="",
        proposed_class="",
        grassroots=replace(form.grassroots, mode=""),
    )
    assert measure.full_text(blank).count("☑") == 1


def test_form_shows_a_deviation_from_the_computed_class() -> None:
    form = replace(samples.general_rules_form(), computed_class="B", class_reason="存在严重质量隐患")
    text = measure.full_text(form).replace("\n", "")
    assert "按备注（二）计算为B类；理由：存在严重质量隐患" in text


@pytest.mark.parametrize(
    ("outcome", "word"), [("noted", "准予备案（备案编号：浙备1）"), ("returned", "退回补正"), ("objected", "提出异议")]
)
def test_form_says_the_outcome_of_the_filing(outcome: Any, word: str) -> None:
    form = samples.general_rules_form()
    number = "浙备1" if outcome == "noted" else ""
    filed = replace(form, provincial=replace(form.provincial, outcome=outcome, filing_number=number))
    assert word in measure.full_text(filed).replace("\n", "")


@pytest.mark.parametrize(("conclusion", "word"), [("pass", "整改合格"), ("partly", "部分合格"), ("fail", "整改不合格")])
def test_return_visit_ticks_its_conclusion(conclusion: Any, word: str) -> None:
    text = measure.full_text(replace(samples.return_visit_record(), conclusion=conclusion)).replace("\n", "")
    assert f"☑{word}" in text
    assert text.count("☑") == 3  # two items and the conclusion


def test_return_visit_without_a_report_says_so() -> None:
    text = measure.full_text(replace(samples.return_visit_record(), report_received_on=None)).replace("\n", "")
    assert "期限届满未提交整改报告" in text


Damage = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("kind", "damage", "field"),
    [
        ("interview_notice", lambda d: d.update(colour="red"), "colour"),
        ("interview_notice", lambda d: d.pop("organ"), "organ"),
        ("interview_notice", lambda d: d.update(date="6 March"), "date"),
        ("interview_notice", lambda d: d.update(date=20260306), "date"),
        ("interview_notice", lambda d: d.update(annexes="x"), "annexes"),
        ("interview_notice", lambda d: d.update(seal="drawn"), "seal"),
        ("interview_notice", lambda d: d.update(preview="no"), "preview"),
        ("interview_notice", lambda d: d["paragraphs"][0].update(level=9), "paragraphs[0].level"),
        ("interview_notice", lambda d: d.update(paragraphs=["x"]), "paragraphs[0]"),
        ("interview_notice", lambda d: d.update(paragraphs=[]), "paragraphs"),
        ("interview_notice", lambda d: d.update(title=" "), "title"),
        ("interview_notice", lambda d: d.update(mark="测" * 41), "mark"),
        ("interview_notice", lambda d: d.update(verify_url="javascript:alert(1)"), "verify_url"),
        ("interview_notice", lambda d: d.update(kind="reminder_letter"), "kind"),
        ("general_rules_form", lambda d: d.update(items=[]), "items"),
        ("general_rules_form", lambda d: d["items"][3].update(answer="yes"), "items[3].answer"),
        ("return_visit_record", lambda d: d.update(items=[]), "items"),
        ("return_visit_record", lambda d: d.update(round=True), "round"),
    ],
)
def test_damaged_facts_are_refused_by_field(kind: str, damage: Damage, field: str) -> None:
    data = samples.SAMPLES[kind]().to_json()
    damage(data)
    with pytest.raises(BadFacts) as refused:
        render(kind, data)
    assert refused.value.field == field


def test_unknown_kind_is_refused() -> None:
    with pytest.raises(RuleError) as refused:
        render("love_letter", {})
    assert refused.value.code == "unknown_document"


def test_facts_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(BadFacts):
        ReturnVisitFacts.from_json([])  # type: ignore[arg-type]


def test_templates_need_no_settings_of_locale() -> None:
    page = Page("boxes.html", {"boxes": [{"mark": "☑", "label": "<b>"}]}, (), issued_on=samples.reminder_letter().date)
    assert "☑</span>&lt;b&gt;" in html_of(page)


def test_fonts_are_the_ones_recorded() -> None:
    recorded = {}
    for line in (fontset.FONTS / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        recorded[name] = digest
    found = {
        f"fonts/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in fontset.FONTS.glob("*.ttf")
    }
    assert found == recorded


def test_every_font_has_a_space_and_the_project_covers_the_rare_names() -> None:
    from fontTools.ttLib import TTFont

    for path in fontset.FONTS.glob("*.ttf"):
        assert 0x20 in TTFont(path, lazy=True).getBestCmap(), path.name
    assert fontset.missing("赟玥喆㛃𬍛䶮〔2026〕№①") == ()
    assert fontset.missing("甲😀\n乙😀") == ("😀",)


def test_fontconfig_sees_the_project_fonts_only() -> None:
    conf = Path(os.environ["FONTCONFIG_FILE"]).read_text()
    assert str(fontset.HERE / "fonts.conf") in conf
    ours = (fontset.HERE / "fonts.conf").read_text()
    assert ours.count("<dir") == 1
    assert '<dir prefix="relative">fonts</dir>' in ours


def test_unwritable_cache_directory_is_replaced_by_a_passing_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("VAR_DIR", str(blocked))
    found = fontset._cache_directory()
    assert found.is_dir()
    assert blocked not in found.parents


def test_any_facts_can_be_told_apart_from_their_kind() -> None:
    for kind, make in samples.SAMPLES.items():
        facts: Facts = make()
        assert facts.to_json()["kind"] == kind
