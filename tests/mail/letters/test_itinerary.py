"""The itinerary of a registration."""

from chalicelib.mail.letters.itinerary import build_itinerary
from chalicelib.mail.letters.letter import Day, Stop
from tests.mail.samples import bilingual, overnight_meeting


def _titles(days: tuple[Day, ...]) -> list[tuple[str, str]]:
    return [(stop.when, stop.title) for day in days for stop in day.stops]


def test_whole_journey_is_told_leg_by_leg() -> None:
    """Carrier, number, way, times and meeting point of each departure, and the room with its hours, in order."""
    days = build_itinerary(overnight_meeting(), ("place", "transfer_out", "single_room", "flight_home"), "en")
    bus = ("Allinge Turist", "From Rønne Lufthavn 8:15, to Allinge 8:50", "Meet at: Outside arrivals")
    leaving = "Check out no later than Wednesday 26 August at 11:00"
    room = ("Grønbechs Hotel", "The room is ready from 15:00", leaving)
    assert days == (
        Day(
            "Tuesday 25 August",
            (
                Stop("8:15–8:50", "Bus to the hotel", bus),
                Stop("10:00", "First talk", ("Peter Holm",)),
                Stop("12:30", "Lunch"),
                Stop("15:00", "Single room", room),
            ),
        ),
        Day(
            "Wednesday 26 August",
            (
                Stop("8:00", "Breakfast"),
                Stop("13:00–13:35", "Flight to Copenhagen", ("DAT DX123", "From Rønne 13:00, to København 13:35")),
            ),
        ),
    )


def test_departure_in_the_programme_is_told_once_and_to_those_who_take_it() -> None:
    """A participant without that leg is not told to fly, and one with it is told once."""
    flight = {"title": bilingual("Fly", "Flight"), "starts_at": "2020-08-25T07:10"}
    meeting = overnight_meeting(sessions=[flight], meals=[])
    assert build_itinerary(meeting, ("place",), "en") == ()
    assert _titles(build_itinerary(meeting, ("place", "flight_out"), "en")) == [
        ("7:10–7:45", "Flight to Bornholm")
    ]


def test_meal_in_the_programme_is_told_in_the_programmes_words() -> None:
    """Lunch stands once."""
    lunch = {"title": bilingual("Frokost i haven", "Lunch in the garden"), "starts_at": "2020-08-25T12:30"}
    assert _titles(build_itinerary(overnight_meeting(sessions=[lunch]), (), "en")) == [
        ("12:30", "Lunch in the garden"),
        ("8:00", "Breakfast"),
    ]
