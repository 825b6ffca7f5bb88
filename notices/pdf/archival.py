"""What WeasyPrint 70 leaves undone of PDF/A: no picture may ask a viewer to smooth it (ISO 19005-3, 6.2.8)."""

from typing import Any, Final

from weasyprint.pdf.stream import Stream

STOCK_ADD_IMAGE: Final = Stream.add_image


def _add_image(stream: Any, image: Any, interpolate: bool, ratio: float) -> Any:
    return STOCK_ADD_IMAGE(stream, image, False, ratio)


def install() -> None:
    """Let pictures be drawn as an archive wants them; calling it again changes nothing."""
    Stream.add_image = _add_image
