"""The manifest as a whole."""

from chalicelib.travel.lists.manifest import Manifest
from testing import bornholm
from testing.bornholm import guest, manifest, on_id


def names(manifest: Manifest) -> list[tuple[str, str, bool]]:
    """The passengers' names, and whether they can be typed."""
    return [(each.surname, each.given, each.is_typable) for each in manifest.passengers]


def test_only_the_confirmed_are_in_it() -> None:
    """Registrations that wait, have an offer or are cancelled are in no list and in no total."""
    registered = [guest("Bo", "Zoff", status=status) for status in ("waiting", "offered", "cancelled")]
    lists = manifest(registrations=registered)
    assert (lists.registrations, lists.passengers, lists.riders, lists.rooms, lists.diners, lists.warnings) == (
        (),
    ) * 6
    assert lists.totals["people"] == 0


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


def test_a_name_that_cannot_be_typed_stands_as_it_was_written() -> None:
    """Once in each flight; one that a table writes is typed."""
    giorgos = guest("Γιώργος", "Holm", "flight_out", "flight_home", email="g@example.org")
    assert names(manifest(registrations=[giorgos])) == [("Holm", "Γιώργος", False)] * 2
    anna = guest("Анна", "Petrova", "flight_out", email="anna@example.org")
    assert names(manifest(registrations=[anna])) == [("PETROVA", "ANNA", True)]


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
    lists = manifest(event=bornholm.event(legs=[], stays=[], meals=[]), registrations=[guest("Bo", "Zoff")])
    parts = (
        lists.registrations,
        lists.passengers,
        lists.rooms,
        lists.servings,
        lists.warnings,
    )
    assert [len(part) for part in parts] == [1, 0, 0, 0, 0]
