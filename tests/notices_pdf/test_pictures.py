"""Every sample looks as it did when somebody last looked at it.

`python -m tests.notices_pdf.test_pictures` prints all samples anew into `approved/`; look at what changed, then commit.
"""

from pathlib import Path
from typing import Any

import pymupdf
import pytest
from PIL import Image, ImageChops

from notices.pdf.render import render
from tests.notices_pdf import measure, samples
from tests.pictures import difference, png

APPROVED = Path(__file__).parent / "approved"
DPI = 60
LARGEST_BYTES = 60 * 1024
TOLERATED = 0.00005  # of the pixels of a page: 17 of them; two characters are 50
_mupdf: Any = pymupdf


def pictures(pdf: bytes) -> list[Image.Image]:
    """The pages in grey."""
    found = []
    for page in measure.pages(pdf):
        pixels = measure.untyped(page).get_pixmap(dpi=DPI, colorspace=_mupdf.csGRAY)
        found.append(Image.frombytes("L", (pixels.width, pixels.height), pixels.samples))
    return found


def sample(kind: str) -> list[Image.Image]:
    return pictures(render(kind, samples.SAMPLES[kind]().to_json()).pdf)


@pytest.mark.parametrize("kind", list(samples.SAMPLES))
def test_sample_looks_as_approved(kind: str, tmp_path: Path) -> None:
    now = sample(kind)
    approved = sorted(APPROVED.glob(f"{kind}-*.png"))
    assert len(now) == len(approved), f"{kind} has {len(now)} pages, {len(approved)} were approved"
    for page, (picture, path) in enumerate(zip(now, approved, strict=True), 1):
        with Image.open(path) as kept:
            share, shown = difference(kept.convert("L"), picture)
        if share > TOLERATED:
            seen = tmp_path / f"{kind}-{page}.png"
            shown.save(seen)
            pytest.fail(f"page {page} differs in {share:.2%} of its pixels, red in {seen}")


def test_nothing_is_approved_that_is_not_printed() -> None:
    names = {path.stem.rpartition("-")[0] for path in APPROVED.glob("*.png")}
    assert names == set(samples.SAMPLES)
    assert all(path.stat().st_size <= LARGEST_BYTES for path in APPROVED.glob("*.png"))


def test_a_moved_line_and_two_lost_characters_are_noticed() -> None:
    picture = sample("reminder_letter")[0]
    share, _ = difference(picture, ImageChops.offset(picture, 0, 2))
    assert share > 100 * TOLERATED
    other = picture.copy()
    other.paste(255, (60, 320, 93, 344))  # two characters
    assert difference(picture, other)[0] > TOLERATED
    assert difference(picture, picture)[0] == 0


def approve() -> None:
    """Keep how the samples look now."""
    APPROVED.mkdir(exist_ok=True)
    for path in APPROVED.glob("*.png"):
        path.unlink()
    for kind in samples.SAMPLES:
        for page, picture in enumerate(sample(kind), 1):
            (APPROVED / f"{kind}-{page}.png").write_bytes(png(picture))


if __name__ == "__main__":
    approve()
