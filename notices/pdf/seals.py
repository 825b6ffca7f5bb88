"""What stands where the seal belongs: nothing, a dashed box, or an image that was given. No seal is ever drawn.

Forging a seal is an offence (国发〔1999〕25号, 26); the demo's own image says 演示 and resembles none.
"""

import base64
import binascii
import functools
import io
from pathlib import Path
from typing import Final

from PIL import Image

from notices.pdf.codec import BadFacts

LARGEST_BYTES: Final = 1_000_000
LARGEST_SIDE: Final = 2_400  # pixels
_DEMO: Final = Path(__file__).resolve().parent / "demo_seal.png"
_FORMATS: Final = {"PNG", "JPEG"}


@functools.cache
def demo_seal() -> bytes:
    """The demo's image (PNG), made by bin/build_demo_seal.py."""
    return _DEMO.read_bytes()


def seal_bytes(seal: str, image: str, field: str) -> bytes | None:
    """The image to print, or None for a dashed box or none; raises BadFacts for what is not a small PNG or JPEG."""
    if seal == "demo":
        return demo_seal()
    if seal != "image":
        return None
    try:
        data = base64.b64decode(image, validate=True)
    except (ValueError, binascii.Error):
        raise BadFacts(field, "base64 is wanted") from None
    if not 0 < len(data) <= LARGEST_BYTES:
        raise BadFacts(field, "an image of at most %(most)s bytes is wanted", most=LARGEST_BYTES)
    try:
        with Image.open(io.BytesIO(data), formats=tuple(_FORMATS)) as picture:
            if max(picture.size) > LARGEST_SIDE:
                raise BadFacts(field, "an image of at most %(most)s pixels a side is wanted", most=LARGEST_SIDE)
            picture.load()
    except (OSError, SyntaxError, Image.DecompressionBombError):
        raise BadFacts(field, "a PNG or JPEG image is wanted") from None
    return data
