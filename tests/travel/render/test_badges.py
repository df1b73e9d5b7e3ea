"""Name badges, read again."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from chalicelib.registration.model import Registration
from chalicelib.travel.render import badges
from tests import builders
from tests.builders import REGISTERED_AT

SHEET = (595.0, 842.0)  # A4, in points


def somebody(given: str, family: str, organisation: str | None = None) -> Registration:
    who = builders.attendee(given, family, email="somebody@example.org", organisation=organisation)
    return builders.registration(who)


def sheets(*people: Registration) -> list[str]:
    """The words on each sheet; where a line may or may not end is no word."""
    pages = PdfReader(BytesIO(badges.render(builders.event(), people, REGISTERED_AT, "da"))).pages
    assert {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in pages} == {SHEET}
    return [" ".join(page.extract_text().replace("\u200b", "").replace("\u2060", "").split()) for page in pages]


def test_a_badge_says_event_name_and_organisation() -> None:
    """And nothing else."""
    [sheet] = sheets(somebody("Søren", "Ågård-Özil", "Ballerup Kommune"))
    assert sheet == "Leverandørernes ønskeseddel Søren Ågård-Özil Ballerup Kommune"


def test_ten_stand_on_a_sheet() -> None:
    """In the order given."""
    read = sheets(*(somebody(f"Anna{number}", "Holm") for number in range(21)))
    assert [sheet.count("Holm") for sheet in read] == [10, 10, 1]
    assert [name in read[1] for name in ("Anna9", "Anna10", "Anna19", "Anna20")] == [False, True, True, False]


@pytest.mark.parametrize(
    ("given", "family"),
    [("Александр", "Достоевский-Ярославский"), ("Nguyễn Thị", "Minh Khai"), ("Ελένη", "Παπαδοπούλου")],
)
def test_names_of_other_alphabets_are_shown_as_they_are_written(given: str, family: str) -> None:
    """Cyrillic, Vietnamese, Greek."""
    [sheet] = sheets(somebody(given, family))
    assert f"{given} {family}" in sheet.replace("- ", "-")


def test_a_name_of_any_length_keeps_to_its_badge() -> None:
    """Long words are parted, and a name without end ends in an ellipsis; sheets stay ten to a page."""
    unending = somebody("W" * 290, "M" * 290, "A" * 190)
    read = sheets(*[unending] * 11)
    assert [sheet.count("…") for sheet in read] == [20, 2]


def test_what_people_write_means_nothing_to_the_typesetter() -> None:
    """It is shown as it stands."""
    [sheet] = sheets(somebody("*Bo*", "_Li_", "=1+1 #panic() $x$ @nobody ---"))
    assert sheet == "Leverandørernes ønskeseddel *Bo* _Li_ =1+1 #panic() $x$ @nobody ---"


def test_without_people_the_sheet_says_so() -> None:
    """In the reader's language."""
    assert sheets() == ["Ingen har plads endnu."]


def test_the_same_people_give_the_same_bytes() -> None:
    """The moment in the file is the one that is given."""
    made = [badges.render(builders.event(), [somebody("Bo", "Li")], REGISTERED_AT, "en") for _ in range(2)]
    assert made[0] == made[1]
