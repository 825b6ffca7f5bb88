"""What WeasyPrint 70 does again and again, done once. The bytes stay a function of the facts alone.

`install` wraps one property of pydyf and one method of WeasyPrint, both pinned for this reason. A test prints with and
without, compares what is in the files, and fails when the wrapped source has changed.
"""

import hashlib
import zlib
from collections import OrderedDict
from types import SimpleNamespace
from typing import Any, Final

import pydyf
from weasyprint.images import RasterImage

LEVEL: Final = 6  # zlib's own choice; pydyf's 9 takes three times as long for one percent less
IMAGES_KEPT: Final = 8  # seals, each well below a megabyte
STOCK_DATA: Final = pydyf.Stream.data
STOCK_X_OBJECT: Final = RasterImage.get_x_object
_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def _data(stream: Any) -> bytes:
    """The stream as it stands in the file; pydyf asks twice, to write it and to hash the file."""
    if "_done" not in stream.__dict__:
        stream._done = STOCK_DATA.fget(stream)
        stream.stream = []  # the content is not asked for any more, and a list of units has much of it
    done: bytes = stream._done
    return done


def _copy(stream: Any) -> Any:
    """An image of the PDF that another file can number for itself."""
    extra = dict(stream.extra)
    if "SMask" in extra:
        extra["SMask"] = _copy(extra["SMask"])
    return pydyf.Stream(list(stream.stream), extra)


def _x_object(image: Any, interpolate: bool, dpi_ratio: float) -> Any:
    """The image as the PDF holds it; stock encodes the same seal anew for every letter."""
    key = (hashlib.sha256(image.image_data.data).digest(), image.mode, interpolate, dpi_ratio)
    if key not in _kept:
        _kept[key] = STOCK_X_OBJECT(image, interpolate, dpi_ratio)
        if len(_kept) > IMAGES_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _copy(_kept[key])


def install() -> None:
    """Make WeasyPrint quicker; calling it again changes nothing."""
    pydyf.Stream.data = property(_data)
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: zlib.compressobj(level=LEVEL), compress=zlib.compress)
    RasterImage.get_x_object = _x_object
