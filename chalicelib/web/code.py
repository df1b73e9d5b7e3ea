"""The code of a registration: its link as a QR code (ISO/IEC 18004), to be shown at the door."""

from markupsafe import Markup


def svg(link: str) -> Markup:
    """The code as an SVG image to stand within a page, dark on light whatever the page's colours."""
    import segno  # only where a code is shown

    image = segno.make(link, error="m", micro=False)
    return Markup(image.svg_inline(scale=4, light="#fff", omitsize=True, svgclass=None, lineclass=None))
