"""Pictures that somebody has looked at, kept small, and how a later one differs from them."""

import io

from PIL import Image, ImageChops

# What another rasteriser may do: a few pixels off by more than a quarter of the scale.
NOTICEABLE = 64


def png(picture: Image.Image) -> bytes:
    """Sixteen greys are enough to see a line by, and small enough to keep."""
    stream = io.BytesIO()
    picture.quantize(16).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def difference(was: Image.Image, now: Image.Image) -> tuple[float, Image.Image]:
    """The share of pixels that differ noticeably, and a picture of where."""
    size = (max(was.width, now.width), max(was.height, now.height))
    sheets = [Image.new("L", size, 255) for _ in range(2)]
    for sheet, picture in zip(sheets, (was, now), strict=True):
        sheet.paste(picture)
    differs = ImageChops.difference(*sheets).point(lambda value: 255 if value > NOTICEABLE else 0)
    share = differs.histogram()[255] / (size[0] * size[1])
    return share, Image.merge("RGB", (sheets[1], *(ImageChops.subtract(sheets[1], differs),) * 2))
