"""What people write: the characters of it, and how it is joined without saying anything twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from chalicelib import text
from chalicelib.text import join_place, split_paragraphs, strip_invisible
from testing import builders, registration_links
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


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("Søren\u200b", "Søren"),
        ("\ufeffAnna\u00ad-Marie\u2060", "Anna-Marie"),
        ("A\u030ase", "Åse"),
        ("Anne\u00a0Marie\u202fHolm\tx", "Anne Marie Holm x"),
        ("An\u200dna", "Anna"),  # a joiner between Latin letters joins nothing
        ("علی\u200cرضا", "علی\u200cرضا"),  # as Persian names are written
        ("\u3164\u115fAnna", "Anna"),
        ("Kim👩🏽\u200d💻", "Kim👩🏽\u200d💻"),
        ("❤\ufe0f\ufe0f\ufe0f", "❤\ufe0f"),
        ("\ufe0fAnna", "Anna"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("An\U000e0068na", "Anna"),
    ],
)
def test_a_line_holds_nothing_that_cannot_be_seen(written: str, cleaned: str) -> None:
    """Harmless characters without a glyph are stripped; those that letters and emoji are made of are kept."""
    assert text.clean_line(written) == cleaned


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x85", "\n", "\u2028", "\u202e", "\u2066", "\ufffe"])
def test_a_line_with_a_harmful_character_is_rejected(character: str) -> None:
    """Control characters, line ends, signs that turn the direction of reading, and what XML cannot hold."""
    with pytest.raises(PydanticCustomError, match="control characters"):
        text.clean_line(f"An{character}na")


@pytest.mark.parametrize(
    ("pasted", "cleaned"),
    [
        ("1.000\u00a0kr.\r\nog 👩\u200d💻", "1.000\u00a0kr.\nog 👩\u200d💻"),
        ("en\vto\u2028tre\u2029fire\x85fem\rseks", "en\nto\ntre\nfire\nfem\nseks"),
        ("•\tpunkt", "•\tpunkt"),
    ],
)
def test_prose_takes_what_word_pastes(pasted: str, cleaned: str) -> None:
    """Its spaces and emoji stay, and its line ends become line feeds."""
    assert text.clean_prose(pasted) == cleaned


@pytest.mark.parametrize("character", ["\0", "\x1b", "\u202e", "\uffff"])
def test_prose_with_a_harmful_character_is_rejected(character: str) -> None:
    """As in one line."""
    with pytest.raises(PydanticCustomError, match="control characters"):
        text.clean_prose(f"en\n{character}to")


@pytest.mark.parametrize(
    ("name", "visible"), [("Å", True), ("雷", True), ("7", True), ("🎉", False), ("\u3164", False), ("—.", False)]
)
def test_a_name_is_visible_by_a_letter_or_a_digit(name: str, visible: bool) -> None:
    """Of any script; fillers count as letters in Unicode, and show nothing."""
    assert text.is_visible(name) is visible


def test_files_are_stripped_of_what_they_cannot_hold() -> None:
    """What was stored before the rules is no reason to fail."""
    assert text.strip_control_characters("a\0b\n\ufffe\u202ec") == "ab\nc"


@given(st.text(max_size=30))
def test_cleaning_twice_changes_nothing(written: str) -> None:
    """So a form that is sent again as it was shown changes nothing."""
    try:
        cleaned = text.clean_prose(written)
    except PydanticCustomError:
        return
    assert text.clean_prose(cleaned) == cleaned


@pytest.mark.parametrize("text", ["\u200b\ufe0f", "\u00ad\u200b\ufe0f\ufe0f", "\ufe0f\u200d\ufe0f"])
def test_what_is_cleaned_once_is_clean(text: str) -> None:
    """A variation selector behind a space without width selects nothing once that is gone."""
    assert strip_invisible(text) == ""
    assert strip_invisible(f"a{strip_invisible(text)}") == "a"
