#!/usr/bin/env python
"""Make notices/pdf/demo_seal.png: a round red mark that says 演示 and resembles no official seal (no star, no emblem).

Run from anywhere with the project's Python; the result is committed, so nobody needs to.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

PDF = Path(__file__).resolve().parent.parent / "notices" / "pdf"
SIDE = 496  # pixels: 42 mm at 300 dpi
SCALE = 4  # drawn larger, then reduced, for smooth edges
RED = (230, 0, 18, 215)


def draw() -> Image.Image:
    """The mark: a dashed ring, 演示 above and the disclaimer below, the middle free for the signature it lies under."""
    side = SIDE * SCALE
    image = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    edge = 6 * SCALE
    for start in range(0, 360, 10):
        pen.arc((edge, edge, side - edge, side - edge), start, start + 6, fill=RED, width=6 * SCALE)
    hei = str(PDF / "fonts" / "GWHei.ttf")
    for text, size, height in (("演示", 116, 0.235), ("仅供演示", 46, 0.79), ("无法律效力", 46, 0.89)):
        font = ImageFont.truetype(hei, size * SCALE)
        pen.text((side / 2, side * height), text, font=font, fill=RED, anchor="mm")
    return image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw().save(PDF / "demo_seal.png", optimize=True)
