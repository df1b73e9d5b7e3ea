"""Name badges, read again."""

import unicodedata
from io import BytesIO

import pytest
from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream, TextStringObject

from chalicelib.registration.model import Registration
from chalicelib.travel.lists import lettering
from chalicelib.travel.render import badges
from testing import builders
from testing.builders import REGISTERED_AT

SHEET = (595.0, 842.0)  # A4, in points


def registration(given: str, family: str, organisation: str | None = None) -> Registration:
    """A registration under that name."""
    return builders.registration(
        builders.attendee(given, family, email="person@example.org", organisation=organisation)
    )


def sheets(*people: Registration) -> list[str]:
    """The words on each sheet; where a line may or may not end is no word."""
    pages = PdfReader(BytesIO(badges.render(builders.event(), people, REGISTERED_AT, "da"))).pages
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages} == {SHEET}
    return [" ".join(page.extract_text().replace("\u200b", "").replace("\u2060", "").split()) for page in pages]


def test_a_badge_says_event_name_and_organisation() -> None:
    """And nothing else."""
    [sheet] = sheets(registration("Søren", "Ågård-Özil", "Ballerup Kommune"))
    assert sheet == "Leverandørernes ønskeseddel Søren Ågård-Özil Ballerup Kommune"


def test_ten_stand_on_a_sheet() -> None:
    """In the order given."""
    read = sheets(*(registration(f"Anna{number}", "Holm") for number in range(21)))
    assert [sheet.count("Holm") for sheet in read] == [10, 10, 1]
    assert [name in read[1] for name in ("Anna9", "Anna10", "Anna19", "Anna20")] == [False, True, True, False]


@pytest.mark.parametrize(
    ("given", "family"),
    [("Александр", "Достоевский-Ярославский"), ("Nguyễn Thị", "Minh Khai"), ("Ελένη", "Παπαδοπούλου")],
)
def test_names_of_other_alphabets_are_shown_as_they_are_written(given: str, family: str) -> None:
    """Cyrillic, Vietnamese, Greek."""
    [sheet] = sheets(registration(given, family))
    assert f"{given} {family}" in sheet.replace("- ", "-")


def test_a_name_of_any_length_keeps_to_its_badge() -> None:
    """Long words are broken, and a very long name ends in an ellipsis; sheets stay ten to a page."""
    unending = registration("W" * 290, "M" * 290, "A" * 190)
    read = sheets(*[unending] * 11)
    assert [sheet.count("…") for sheet in read] == [20, 2]


def boxes(*people: Registration) -> int:
    """How many characters are printed as the box for what a font lacks: the first of its glyphs."""
    reader = PdfReader(BytesIO(badges.render(builders.event(), people, REGISTERED_AT, "en")))
    steps = [step for page in reader.pages for step in ContentStream(page.get_contents(), reader).operations]
    printed = [part for parts, operator in steps if operator == b"TJ" for part in parts[0]]
    printed += [parts[0] for parts, operator in steps if operator == b"Tj"]
    glyphs = [part.original_bytes for part in printed if isinstance(part, TextStringObject | ByteStringObject)]
    return sum(text[at : at + 2] == b"\0\0" for text in glyphs for at in range(0, len(text), 2))


def called(name: str) -> Registration:
    """A person of that name, whatever may be written into the form."""
    attendee = builders.attendee().model_copy(update={"given_name": name})
    return builders.registration(attendee)


def test_every_sign_that_the_fonts_are_said_to_have_is_printed() -> None:
    """None is a box; one that they lack would be."""
    characters = [chr(code) for code in range(0x20, 0x3000) if unicodedata.category(chr(code)) not in ("Cc", "Cn")]
    supported = [character for character in characters if lettering.make_printable(character) == character]
    assert len(supported) > 1900
    written = "".join(
        f"a{character}" if unicodedata.category(character) == "Mn" else character for character in supported
    )
    assert boxes(*(called(written[start : start + 80]) for start in range(0, len(written), 80))) == 0
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lettering, "format_badge_name", lambda attendee: attendee.name)
        assert boxes(called("王伟")) > 0


@pytest.mark.parametrize(
    ("given", "family", "card", "said"),
    [
        ("Kim 🎉", "Holm", None, "Kim Holm"),
        ("王伟", "王", ("Wei", "Wang"), "Wei Wang"),
        ("王伟", "王", ("伟", "王"), ""),
        ("王伟", "Wang", None, ""),
        ("🎉", "🎉🎉", None, ""),
    ],
)
def test_what_the_fonts_lack_is_no_box(given: str, family: str, card: tuple[str, str] | None, said: str) -> None:
    """Without an emoji; as on the card, where letters are lacking; or with a line to write the name on."""
    travel = {"name_on_id": dict(zip(("given", "family"), card, strict=True))} if card else None
    attendee = builders.attendee(
        given, family, stored=True, email="a@example.org", organisation="北京 ApS", travel=travel
    )
    badge = builders.registration(attendee)
    assert boxes(badge) == 0
    assert sheets(badge) == [f"Leverandørernes ønskeseddel {said}".strip()]


def test_what_people_write_means_nothing_to_the_typesetter() -> None:
    """It is shown as it stands."""
    [sheet] = sheets(registration("*Bo*", "_Li_", "=1+1 #panic() $x$ @nobody ---"))
    assert sheet == "Leverandørernes ønskeseddel *Bo* _Li_ =1+1 #panic() $x$ @nobody ---"


def test_without_people_the_sheet_says_so() -> None:
    """In the reader's language."""
    assert sheets() == ["Ingen har plads endnu."]


def test_the_same_people_give_the_same_bytes() -> None:
    """The moment in the file is the one that is given."""
    made = [badges.render(builders.event(), [registration("Bo", "Li")], REGISTERED_AT, "en") for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("organisation", ["\u200b", "\u2060\u200b", "\u3164", "\u2800", "\0", "–", " "])
def test_an_organisation_that_cannot_be_seen_stops_no_badge(organisation: str) -> None:
    """It was stored before it was rejected; all the others are printed."""
    unseen = builders.attendee("Bo", "Li", stored=True, email="b@example.org", organisation=organisation)
    [sheet] = sheets(registration("Anna", "Holm"), builders.registration(unseen))
    assert ["Anna Holm" in sheet, "Bo Li" in sheet] == [True, True]
