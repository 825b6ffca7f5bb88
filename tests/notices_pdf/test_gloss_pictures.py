"""One gloss of each shape looks as it did when somebody last looked at it.

`python -m tests.notices_pdf.test_gloss_pictures` prints them anew into `approved_gloss/`; look, then commit.
"""

from pathlib import Path

import pytest
from PIL import Image

from notices.pdf.gloss import render_gloss
from notices.rules.gloss import Original
from tests.notices_pdf import samples
from tests.notices_pdf.test_pictures import LARGEST_BYTES, TOLERATED, difference, pictures

APPROVED = Path(__file__).parent / "approved_gloss"
KINDS = (
    "body_interview_minutes", "circular", "listing_notice", "onsite_record", "responsibility_list",
    "return_visit_record",
)  # fmt: skip


def sample(kind: str) -> list[Image.Image]:
    return pictures(render_gloss(kind, samples.SAMPLES[kind]().to_json(), Original("ab" * 32)).pdf)


@pytest.mark.parametrize("kind", KINDS)
def test_gloss_looks_as_approved(kind: str, tmp_path: Path) -> None:
    now = sample(kind)
    approved = sorted(APPROVED.glob(f"{kind}-*.png"))
    assert len(now) == len(approved), f"{kind} has {len(now)} pages, {len(approved)} were approved"
    for page, (picture, path) in enumerate(zip(now, approved, strict=True), 1):
        assert path.stat().st_size <= LARGEST_BYTES
        with Image.open(path) as kept:
            share, shown = difference(kept.convert("L"), picture)
        if share > TOLERATED:
            seen = tmp_path / f"{kind}-{page}.png"
            shown.save(seen)
            pytest.fail(f"page {page} differs in {share:.2%} of its pixels, red in {seen}")


def approve() -> None:
    """Keep how the glosses look now."""
    APPROVED.mkdir(exist_ok=True)
    for path in APPROVED.glob("*.png"):
        path.unlink()
    for kind in KINDS:
        for page, picture in enumerate(sample(kind), 1):
            picture.save(APPROVED / f"{kind}-{page}.png", optimize=True)  # shading needs all its greys


if __name__ == "__main__":
    approve()
