"""The QR code (ISO/IEC 18004) of a registration's check-in code, to be shown at the door.

The code itself is of capitals and digits, which take 5½ bits each: so the image is small, and quick to read.
"""

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from segno import QRCode

_MASK = 3  #: any is read; looking for the one that is read best takes three times as long


def render_svg(link: str) -> str:
    """Render an SVG image to stand within a page, dark on light whatever the page's colours."""
    return _build_qr_code(link).svg_inline(scale=4, light="#fff", omitsize=True, svgclass=None, lineclass=None)


def render_png(link: str) -> bytes:
    """Render a PNG image; the same link gives the same bytes with every zlib."""
    image = io.BytesIO()
    _build_qr_code(link).save(image, kind="png", scale=3, compresslevel=0)
    return image.getvalue()


def _build_qr_code(link: str) -> "QRCode":
    import segno  # only where a code is shown
    from segno import consts

    address, slash, code = link.rpartition("/")
    parts: Any = ((address + slash, consts.MODE_BYTE), (code, consts.MODE_ALPHANUMERIC))
    return segno.make_qr(parts, error="m", boost_error=False, mask=_MASK)
