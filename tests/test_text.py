"""What people write is joined without saying anything twice."""

import pytest

from chalicelib.links import registration_links
from chalicelib.text import join_place, split_paragraphs
from testing import builders
from testing.world import publish, register
from tests.web.browser import PAGE, call, get
from tests.web.desk import EVENT, EVENT_URL, build_session_headers


@pytest.mark.parametrize(
    ("name", "address", "line"),
    [
        ("Ubbes Vinbar", "Ny Vestergade 1, 1471 København K", "Ubbes Vinbar, Ny Vestergade 1, 1471 København K"),
        ("København", "København", "København"),
        ("KØBENHAVN", " København ", " København "),
        ("Grønbechs Hotel", "Grønbechs Hotel, Allinge", "Grønbechs Hotel, Allinge"),
        ("Rådhuset, København", "København", "Rådhuset, København"),
        ("Rådhuset, København", "1599 København V", "Rådhuset, København, 1599 København V"),
        ("Bornholm", "Bornholms Højskole, Aakirkeby", "Bornholm, Bornholms Højskole, Aakirkeby"),
    ],
)
def test_a_place_is_said_once(name: str, address: str, line: str) -> None:
    """What the name or the address already says is not said again; a part of a word is no part of a place."""
    assert join_place(name, address) == line


@pytest.mark.parametrize(
    ("prose", "paragraphs"),
    [
        ("One.", ["One."]),
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.\r\n", ["One.", "Two."]),
        ("One.\n \t\nTwo.\n\n\n\nThree.", ["One.", "Two.", "Three."]),
        ("Bring:\n- a passport\n- boots", ["Bring:\n- a passport\n- boots"]),
    ],
)
def test_empty_lines_part_paragraphs(prose: str, paragraphs: list[str]) -> None:
    """As a browser sends them too, and where blanks stand in them; a list stays a list."""
    assert split_paragraphs(prose) == paragraphs


@pytest.mark.usefixtures("memory")
def test_every_page_says_a_place_once() -> None:
    """The programme, the event, the participant's own page, and those of organisers and of the kitchen."""
    event = publish(builders.event(venue={"name": "København", "address": "København"}))
    own = registration_links.build_link(event.id, register(event, "Anna").id)
    pages = [get(path, **PAGE) for path in ("/", f"/events/{EVENT}", own)]
    pages += [call("GET", path, headers=build_session_headers()) for path in (EVENT_URL, f"{EVENT_URL}/catering")]
    assert [(page.status_code, page.body.decode().count("København")) for page in pages] == [(200, 1)] * 5
