"""The manifest as a whole."""

from chalicelib.travel.manifest import Manifest
from chalicelib.travel.warning import ManifestWarning
from tests.travel import bornholm
from tests.travel.bornholm import guest, manifest, on_id


def names(manifest: Manifest) -> list[tuple[str, str, bool]]:
    return [(each.surname, each.given, each.is_typed) for each in manifest.passengers]


def test_only_the_confirmed_are_in_it() -> None:
    """Whoever waits, has an offer or cancelled is in no list and in no total."""
    registered = [guest("Bo", "Zoff", status=status) for status in ("waiting", "offered", "cancelled")]
    made = manifest(registrations=registered)
    assert (made.people, made.passengers, made.riders, made.rooms, made.guests, made.warnings) == ((),) * 6
    assert made.totals["people"] == 0


def test_the_name_on_the_identity_card_goes_first() -> None:
    """The airline gets the name as on the card; otherwise the person's own."""
    registered = [
        guest("Bob", "Holm", "flight_out", travel=on_id("Jens Åge", "Holm")),
        guest("Ida", "Ærø", "flight_out"),
    ]
    assert names(manifest(registrations=registered)) == [
        ("AEROE", "IDA", True),
        ("HOLM", "JENS AAGE", True),
    ]


def test_a_name_that_cannot_be_typed_is_reported() -> None:
    """It stands as it was written, once in each flight and once among the warnings."""
    giorgos = guest("Γιώργος", "Holm", "flight_out", "flight_home", email="g@example.org", phone="20123456")
    made = manifest(registrations=[giorgos])
    assert names(made) == [("Holm", "Γιώργος", False)] * 2
    assert made.warnings == (ManifestWarning("name-on-id-needed", giorgos.id, "Γιώργος Holm"),)


def test_a_name_written_over_from_another_script_is_reported() -> None:
    """It is typed by the table, and the card may spell it differently; once told as on the card, it is right."""
    anna = guest("Анна", "Petrova", "flight_out", email="anna@example.org", phone="20123456")
    made = manifest(registrations=[anna])
    assert names(made) == [("PETROVA", "ANNA", True)]
    assert made.warnings == (ManifestWarning("name-transliterated", anna.id, "Анна Petrova"),)
    told = guest(
        "Анна", "Petrova", "flight_out", email="a@example.org", phone="20123456", travel=on_id("Anna", "P")
    )
    assert manifest(registrations=[told]).warnings == ()


def test_a_phone_number_is_missed_only_on_a_journey() -> None:
    """Whoever only comes to the meeting may leave it out."""
    at_home, away = guest("Bo", "Zoff"), guest("Ida", "Holm", "transfer_home")
    made = manifest(registrations=[at_home, away])
    assert made.warnings == (ManifestWarning("phone-missing", away.id, "Ida Holm"),)


def test_the_totals_of_the_party() -> None:
    """People, units of each allotment, and rooms of each stay."""
    assert manifest().totals == {
        "people": 20,
        "allotments": {
            "place": 20,
            "flight_out": 16,
            "transfer_out": 16,
            "single_room": 10,
            "shared_bed": 6,
            "transfer_home": 16,
            "flight_home": 16,
        },
        "rooms": {"single_room": 10, "shared_bed": 4},
    }


def test_an_event_without_journeys() -> None:
    """An afternoon meeting has contacts and nothing else, and misses nothing."""
    made = manifest(event=bornholm.event(legs=[], stays=[], meals=[]), registrations=[guest("Bo", "Zoff")])
    assert [len(part) for part in (made.people, made.passengers, made.rooms, made.servings, made.warnings)] == [
        1, 0, 0, 0, 0,
    ]  # fmt: skip
