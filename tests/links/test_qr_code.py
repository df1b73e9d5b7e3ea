"""The code's image: small, and read by a reader of another make."""

import io

import pytest
import zxingcpp
from PIL import Image

from chalicelib.links import qr_code, registration_links
from infra.programme import load
from testing import builders

pytestmark = pytest.mark.usefixtures("memory")


def longest_shipped_id() -> str:
    return max((each.id for each in load.load_events()), key=len)


def test_the_longest_shipped_code_is_of_version_5_at_most() -> None:
    """37 modules a side, read from paper and from a scratched phone."""
    who = builders.registration(event_id=longest_shipped_id(), code_generation="generation")
    link = registration_links.build_link(who, "code")
    assert int(qr_code._build_qr_code(link).version) <= 5


def test_the_image_says_the_address() -> None:
    """Letter for letter, though it is written in two modes."""
    link = "https://tilmelding.network.example/codes/" + "A2-Z7" * 12
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(qr_code.render_png(link))))
    assert found.text == link
