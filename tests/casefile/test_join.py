"""The joiner: numbers, outline, originals, what is left out of a source, hostile sources, memory."""

import datetime
import hashlib
import io
import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pymupdf
import pypdf
import pytest
from PIL import Image
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from notices.pdf.carry import Unreadable
from notices.pdf.case_file import AttachmentFacts, legible
from notices.pdf.join import Piece, Volume, join, page_count
from notices.pdf.pictures import FRAME, MM, picture_page
from notices.pdf.render import render
from tests.casefile.conftest import pdf, photo
from tests.notices_pdf import measure, samples

mupdf: Any = pymupdf  # its calls carry no types


def piece(title: str, data: bytes, original: str = "") -> Piece:
    return Piece(title, partial(io.BytesIO, data), original)


def joined(*volumes: Volume, identity: str = "a case") -> bytes:
    out = io.BytesIO()
    made = join(volumes, out, title="案卷", author="南湖区市场监督管理局", identity=identity)
    assert (made.sha256, made.size) == (hashlib.sha256(out.getvalue()).hexdigest(), len(out.getvalue()))
    return out.getvalue()


def letter() -> bytes:
    return measure.rendered(samples.rectification_order()).pdf


def with_script() -> bytes:
    """A page with a script, a link and a form field, in a document with an action of its own."""
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(letter()))
    action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
    writer.root_object[NameObject("/OpenAction")] = action
    link = Link(rect=(10, 10, 90, 90), url="https://example.org/")
    writer.add_annotation(0, link)
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def test_pages_are_numbered_through_each_volume_and_named_in_the_outline() -> None:
    main = Volume("正卷", "正", [piece("甲", pdf(3)), piece("乙", letter()), piece("丙", pdf(1))])
    sub = Volume("副卷", "副", [piece("丁", pdf(2))])
    data = joined(main, sub)
    document = mupdf.open(stream=data)
    letter_pages = len(measure.opened(samples.rectification_order()))
    numbers = [page.get_text().strip().splitlines()[-1] for page in document]
    assert numbers == [*map(str, range(1, 5 + letter_pages)), "1", "2"]
    assert document.get_toc() == [
        [1, "正卷", 1], [2, "甲", 1], [2, "乙", 4], [2, "丙", 4 + letter_pages],
        [1, "副卷", 5 + letter_pages], [2, "丁", 5 + letter_pages],
    ]  # fmt: skip
    assert pypdf.PdfReader(io.BytesIO(data)).page_labels[-1] == "副2"
    assert not document.is_repaired, "the table of objects must be right"


def test_the_number_stands_at_the_upper_right_corner_of_the_page_as_seen() -> None:
    for turn in (0, 90, 180, 270):
        for size in ((595, 842), (842, 1191), (300, 200)):
            (page,) = mupdf.open(stream=joined(Volume("正卷", "正", [piece("甲", pdf(1, size, rotate=turn))])))
            ((x0, y0, x1, y1, word, *_rest),) = page.get_text("words")
            corner = (x0, y0, x1, y1) if not turn else tuple(mupdf.Rect(x0, y0, x1, y1) * page.rotation_matrix)
            assert word == "1"
            assert page.rect.width - corner[2] == pytest.approx(12 * MM, abs=1), (turn, size)
            assert 0 < corner[1] < corner[3] < 15 * MM, (turn, size)


def test_a_page_looks_as_it_did_but_for_its_number() -> None:
    before, after = (
        measure.opened(samples.rectification_order())[0],
        mupdf.open(stream=joined(Volume("正卷", "正", [piece("甲", letter())])))[0],
    )
    corner = mupdf.Rect(before.rect.width - 25 * MM, 0, before.rect.width, 15 * MM)
    pictures = []
    for page in (before, after):
        shot = page.get_pixmap(dpi=60)
        shot.set_rect((corner * (60 / 72)).irect, (255, 255, 255))
        pictures.append(shot.samples)
    assert pictures[0] == pictures[1]
    assert before.get_text() in after.get_text() + "\n"


def test_the_content_of_a_page_is_carried_byte_for_byte() -> None:
    def streams(data: bytes) -> list[list[bytes]]:
        found = []
        for page in pypdf.PdfReader(io.BytesIO(data)).pages:
            contents = page["/Contents"].get_object()
            parts = contents if isinstance(contents, list) else [contents]
            found.append([part.get_object()._data for part in parts])
        return found

    after = streams(joined(Volume("正卷", "正", [piece("甲", letter())])))
    assert [parts[1:-1] for parts in after] == streams(letter())
    assert all(parts[0] == b"q" and parts[-1].startswith(b"Q q ") for parts in after)


def test_an_original_is_carried_along_whole() -> None:
    data = joined(Volume("正卷", "正", [piece("甲", letter(), "嘉市监〔2026〕1号.pdf"), piece("乙", pdf(1))]))
    assert pypdf.PdfReader(io.BytesIO(data)).attachments == {"嘉市监〔2026〕1号.pdf": [letter()]}


def test_equal_sources_give_equal_bytes() -> None:
    volumes = [Volume("正卷", "正", [piece("甲", letter(), "甲.pdf"), piece("乙", pdf(2))])]
    assert joined(*volumes) == joined(*volumes)
    assert joined(*volumes) != joined(*volumes, identity="another case")


def test_nothing_that_acts_is_carried_along() -> None:
    data = joined(Volume("正卷", "正", [piece("甲", with_script())]))
    for word in (b"/JavaScript", b"/JS", b"/AA", b"/OpenAction", b"/Link", b"/URI"):
        assert word in with_script()
        assert word not in data, word


def test_a_visible_mark_is_kept_without_what_it_does() -> None:
    document = mupdf.open()
    page = document.new_page()
    page.add_freetext_annot(mupdf.Rect(100, 100, 300, 150), "seal", fontsize=20)
    source = document.tobytes()
    before = mupdf.open(stream=source)[0].get_pixmap(clip=(90, 90, 310, 160)).samples
    after = mupdf.open(stream=joined(Volume("正卷", "正", [piece("甲", source)])))[0]
    assert after.get_pixmap(clip=(90, 90, 310, 160)).samples == before
    assert len(set(before)) > 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf(2, password="secret"), "encrypted"),
        (b"", "damaged"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (letter()[:3000], "damaged"),
        (pdf(0), "empty"),
        (b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\ntrailer <</Root 1 0 R>>", "damaged"),
    ],
    ids=["encrypted", "empty file", "words", "cut off", "no pages", "nested"],
)
def test_what_cannot_be_joined_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        page_count(io.BytesIO(data))
    assert refused.value.reason == reason


def test_a_page_that_names_itself_in_a_circle_ends() -> None:
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(200, 200)
    loop = writer._add_object(DictionaryObject())
    loop.get_object()[NameObject("/Loop")] = loop
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Properties"): loop})
    buffer = io.BytesIO()
    writer.write(buffer)
    assert page_count(buffer) == 1


# --- pictures --------------------------------------------------------------------------------------------------------


def caption(name: str = "铭牌.jpg") -> bytes:
    facts = AttachmentFacts(
        title=f"证据：{name}",
        name=name,
        organ="南湖区市场监督管理局",
        number="嘉南湖市监检〔2026〕1号",
        rows=(),
        sha256="a" * 64,
        date=datetime.date(2026, 3, 6),
    )
    return render("case_file_attachment", legible(facts.to_json())).pdf


@pytest.mark.parametrize("size", [(4000, 3000), (600, 4000), (30, 20)])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_stands_within_its_frame(form: str, size: tuple[int, int]) -> None:
    (page,) = mupdf.open(stream=picture_page(caption(), io.BytesIO(photo(size, "red", form))))
    ((x0, y0, x1, y1),) = [image["bbox"] for image in page.get_image_info()]
    left, bottom, width, height = FRAME
    top = page.rect.height - bottom - height
    assert left <= x0 < x1 <= left + width + 0.01
    assert top <= y0 < y1 <= top + height + 0.01
    assert (x1 - x0) / (y1 - y0) == pytest.approx(size[0] / size[1], rel=0.06)
    (image,) = page.get_image_info()
    assert image["width"] * image["height"] <= 1300 * 1600
    frame = max((d["rect"] for d in page.get_drawings()), key=lambda rect: rect.get_area())
    assert tuple(frame) == pytest.approx((left, top, left + width, top + height), abs=1), "the frame of the style sheet"


def test_a_picture_is_turned_as_the_camera_says() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    (page,) = mupdf.open(stream=picture_page(caption(), io.BytesIO(photo((400, 200), exif=turned))))
    (image,) = page.get_image_info()
    assert (image["width"], image["height"]) == (200, 400)


def test_what_is_transparent_prints_as_paper() -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (100, 100), (0, 0, 0, 0)).save(buffer, "PNG")
    (page,) = mupdf.open(stream=picture_page(caption(), buffer))
    assert page.get_pixmap().pixel(round(page.rect.width / 2), 400) == (255, 255, 255)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xff\xd8\xff nothing", "damaged"),
        (photo((900, 900))[:600], "damaged"),
        (photo((9000, 9000), form="PNG"), "too_large"),
    ],
    ids=["no picture", "cut off", "81 million pixels"],
)
def test_a_picture_that_cannot_be_drawn_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        picture_page(caption(), io.BytesIO(data))
    assert refused.value.reason == reason


def test_a_name_that_no_font_can_write_is_printed_as_far_as_it_can() -> None:
    (page,) = mupdf.open(stream=caption("铭牌\U0001f600\u202e\x00\ue000.jpg"))
    assert "铭牌〓〓〓.jpg" in page.get_text()


MEASURE = """
import io, json, re, sys
from functools import partial
from pathlib import Path
from notices.pdf.join import Piece, Volume, join
from notices.pdf.pictures import picture_page
caption, picture, folder = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]), Path(sys.argv[3])
for number in range(300):
    with picture.open("rb") as stream:
        (folder / f"{number}.part").write_bytes(picture_page(caption, stream))
pieces = [Piece(str(number), partial((folder / f"{number}.part").open, "rb")) for number in range(300)]
with (folder / "whole.pdf").open("wb") as out:
    joined = join([Volume("正卷", "正", pieces)], out, title="t", author="a", identity="i")
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(json.dumps({"pages": joined.pages, "size": joined.size, "kb": int(peak)}))
"""


@pytest.mark.slow
def test_three_hundred_photos_take_less_than_400_megabytes(tmp_path: Path) -> None:
    """In a process of its own, as a worker is: photos of 12 million pixels, some megabytes each."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (4000, 3000), os.urandom(360_000) * 100).save(buffer, "JPEG", quality=90)
    assert len(buffer.getvalue()) > 3_000_000
    (tmp_path / "photo.jpg").write_bytes(buffer.getvalue())
    (tmp_path / "caption.pdf").write_bytes(caption())
    files = [str(tmp_path / name) for name in ("caption.pdf", "photo.jpg", "")]
    answer = subprocess.run([sys.executable, "-c", MEASURE, *files], capture_output=True, text=True, check=True)
    told = json.loads(answer.stdout)
    assert told["pages"] == 300
    assert told["size"] > 60_000_000
    assert told["kb"] < 400_000, f"{told['kb'] // 1000} MB"
