"""A picture on a captioned page: upright, on white, at print resolution."""

import hashlib
import io
from typing import BinaryIO, Final

from PIL import Image, ImageOps
from pypdf.generic import NameObject, NumberObject, PdfObject

from notices.pdf.carry import Carrier, Draw, Drawn, Unreadable, Writer, dictionary, page_tree, stream_of

MM: Final = 72 / 25.4
FRAME: Final = (24 * MM, 57 * MM, 166 * MM, 200 * MM)
"""Where a picture goes on its captioned page: left, bottom, width, height in points; `.file-frame` of case_file.css."""
INSET: Final = 1.5 * MM
PICTURE_PIXELS: Final = (1300, 1600)
"""A picture is printed with at most 200 pixels an inch; the original is kept with its hash."""
MOST_PIXELS: Final = 60_000_000
"""Decoded at three bytes each; a larger picture would take more memory than a worker may use."""
_PICTURE: Final = "/CaseFilePicture"


def picture_page(caption: bytes, picture: BinaryIO) -> bytes:
    """The captioned page with the picture in its frame, upright, at print resolution; raises Unreadable."""
    jpeg, width, height = _print_size(picture)
    out = io.BytesIO()
    writer = Writer(out)
    root, tree = writer.reserve(), writer.reserve()
    image = writer.put(stream_of(jpeg, _picture_entries(width, height)))
    drawn = Drawn(_picture_content(width, height), "/XObject", _PICTURE, image)
    pages = list(Carrier(writer).pages(io.BytesIO(caption), tree, [drawn]))
    writer.put(page_tree(pages), tree)
    writer.put(dictionary({"/Type": NameObject("/Catalog"), "/Pages": tree}), root)
    writer.finish(root, None, hashlib.sha256(caption + jpeg).digest()[:16])
    return out.getvalue()


def _print_size(picture: BinaryIO) -> tuple[bytes, int, int]:
    try:
        with Image.open(picture) as opened:
            opened.draft("RGB", (max(PICTURE_PIXELS),) * 2)  # a JPEG is decoded smaller at once
            if opened.width * opened.height > MOST_PIXELS:
                raise Unreadable("too_large")
            opened.thumbnail((max(PICTURE_PIXELS),) * 2)
            upright = _on_white(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError:
        raise Unreadable("too_large") from None
    except (OSError, ValueError, SyntaxError):  # Pillow's ways to say that the bytes are no picture
        raise Unreadable("damaged") from None
    upright.thumbnail(PICTURE_PIXELS)
    buffer = io.BytesIO()
    upright.save(buffer, "JPEG", quality=85)
    return buffer.getvalue(), upright.width, upright.height


def _on_white(picture: Image.Image) -> Image.Image:
    """What is transparent prints as paper."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _picture_entries(width: int, height: int) -> dict[str, PdfObject]:
    return {
        "/Type": NameObject("/XObject"),
        "/Subtype": NameObject("/Image"),
        "/Width": NumberObject(width),
        "/Height": NumberObject(height),
        "/ColorSpace": NameObject("/DeviceRGB"),
        "/BitsPerComponent": NumberObject(8),
        "/Filter": NameObject("/DCTDecode"),
    }


def _picture_content(width: int, height: int) -> "Draw":
    left, bottom, wide, high = FRAME
    scale = min((wide - 2 * INSET) / width, (high - 2 * INSET) / height)
    w, h = width * scale, height * scale
    x, y = left + (wide - w) / 2, bottom + (high - h) / 2
    return lambda _width, _height: f"{w:.3f} 0 0 {h:.3f} {x:.3f} {y:.3f} cm {_PICTURE} Do"
