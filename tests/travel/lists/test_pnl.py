"""Passenger name lists, and what changed since."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.travel.lists.pnl import MAX_LINE_LENGTH, FlightList, Traveller, format_adl, format_pnl
from tests.travel import pnl_reader

SOEREN = Traveller("AAGAARDOEZIL/SOERENMR", "ABC123", ("WCHR HK1",))
ANNA, OTHER_ANNA = Traveller("JENSEN/ANNAMS", "AAAAAA"), Traveller("JENSEN/ANNAMS", "BBBBBB")


def flight(*travellers: Traveller) -> FlightList:
    """A list of these travellers."""
    return FlightList("DX123", date(2020, 8, 25), "CPH", "RNE", travellers)


def many(count: int) -> FlightList:
    """A list of travellers whose names differ in length."""
    return flight(*(Traveller(f"HOLM/{'A' * (1 + n % 50)}", f"L{n:05d}") for n in range(count)))


def test_a_list_as_carriers_read_it() -> None:
    """Header, flight with day and origin, total, one line a traveller, end."""
    assert format_pnl(flight(SOEREN)) == (
        "PNL\nDX123/25AUG CPH PART1\n-RNE01Y\n1AAGAARDOEZIL/SOERENMR .L/ABC123 .R/WCHR HK1\nENDPNL\n"
    )


def test_nobody_on_the_flight() -> None:
    """A list that says so."""
    assert format_pnl(flight()) == "PNL\nDX123/25AUG CPH PART1\n-RNE00Y\nENDPNL\n"


def test_what_does_not_fit_on_the_line_goes_on_below() -> None:
    """An element is kept whole where a line holds it; a longer one goes on behind .RN/."""
    assisted = replace(SOEREN, services=("WCHR HK1", "CTCM HK1 4520123456", f"OTHS HK1 {'X' * 70}"))
    assert format_pnl(flight(assisted)).splitlines()[3:-1] == [
        "1AAGAARDOEZIL/SOERENMR .L/ABC123 .R/WCHR HK1",
        ".R/CTCM HK1 4520123456",
        f".R/OTHS HK1 {'X' * 52}",
        f".RN/{'X' * 18}",
    ]
    assert pnl_reader.read(format_pnl(flight(assisted))).of("")[0].services == assisted.services


def test_what_changed() -> None:
    """Deletions, additions, changes, in this order, with the new total; who is changed is given whole."""
    before = flight(SOEREN, ANNA)
    after = flight(replace(SOEREN, services=("WCHS HK1",)), Traveller("ZOFF/BO", "CCCCCC"))
    assert format_adl(before, after) == (
        "ADL\nDX123/25AUG CPH PART1\n-RNE02Y\n"
        "DEL\n1JENSEN/ANNAMS .L/AAAAAA\n"
        "ADD\n1ZOFF/BO .L/CCCCCC\n"
        "CHG\n1AAGAARDOEZIL/SOERENMR .L/ABC123 .R/WCHS HK1\n"
        "ENDADL\n"
    )


def test_nothing_changed() -> None:
    """An empty delta, not a new list."""
    assert format_adl(flight(ANNA), flight(ANNA)) == "ADL\nDX123/25AUG CPH PART1\n-RNE01Y\nENDADL\n"


def test_another_name_is_another_traveller() -> None:
    """Airlines find travellers by their names: the old one goes, the new one comes."""
    message = pnl_reader.read(format_adl(flight(ANNA), flight(replace(ANNA, name="HOLM/ANNAMS"))))
    assert [(section, entry.surname) for section, entry in message.sections] == [
        ("DEL", "JENSEN"),
        ("ADD", "HOLM"),
    ]


def test_who_goes_is_named_without_what_they_needed() -> None:
    """A deletion says nothing about health."""
    assert "WCHR" not in format_adl(flight(SOEREN), flight())


def test_two_of_one_name() -> None:
    """The one who goes is told from the one who stays by the locator."""
    message = pnl_reader.read(format_adl(flight(ANNA, OTHER_ANNA), flight(ANNA)))
    assert [(section, entry.locator) for section, entry in message.sections] == [("DEL", "BBBBBB")]


def test_another_flight_begins_anew() -> None:
    """No list went out for it, so all travellers are added; so it is without a list before."""
    moved = replace(flight(ANNA), day=date(2020, 8, 26))
    added = "ADL\nDX123/26AUG CPH PART1\n-RNE01Y\nADD\n1JENSEN/ANNAMS .L/AAAAAA\nENDADL\n"
    assert format_adl(flight(ANNA), moved) == format_adl(None, moved) == added


def test_a_long_list_goes_in_parts() -> None:
    """Each part has its header and total, the last one the end of all; no traveller is divided or lost."""
    message = pnl_reader.read(format_pnl(many(200)))
    assert (message.parts, message.total, len(message.of(""))) == (4, 200, 200)


def test_a_long_delta_says_in_each_part_which_section_goes_on() -> None:
    """Its parts can be read one by one."""
    text = format_adl(many(60), flight())
    assert text.splitlines().count("DEL") == 2
    assert len(pnl_reader.read(text).of("DEL")) == 60


letters = st.text("ABC", min_size=1, max_size=40)
services = st.lists(
    st.sampled_from(
        ["WCHR HK1", "WCHC HK1", "INFT HK1", "CTCM HK1 4520123456", "OTHS HK1 " + "X" * 2 * MAX_LINE_LENGTH]
    ),
    unique=True,
    max_size=5,
)
travellers = st.builds(
    lambda surname, given, locator, services: Traveller(f"{surname[:20]}/{given}", locator, tuple(services)),
    st.sampled_from(["JENSEN", "HOLM"]) | letters,
    st.sampled_from(["ANNA", "ANNAMS"]) | letters,
    st.text("AB2", min_size=6, max_size=6),
    services,
)
flights = st.lists(travellers, max_size=70, unique_by=lambda each: each.locator).map(
    lambda some: flight(*sorted(some, key=lambda each: (each.name, each.locator)))
)


@given(flights, flights, st.data())
def test_the_old_list_and_what_changed_make_the_new_list(
    before: FlightList, newcomers: FlightList, data: st.DataObject
) -> None:
    """PNL + ADL = PNL: travellers come, go, are renamed or need something else, also with equal names."""
    staying = [each for each in before.travellers if data.draw(st.booleans())]
    changed = [replace(each, services=tuple(data.draw(services))) for each in staying]
    taken = {each.locator for each in changed}
    people = changed + [each for each in newcomers.travellers if each.locator not in taken]
    after = flight(*sorted(people, key=lambda each: (each.name, each.locator)))
    held = pnl_reader.read(format_pnl(before)).of("")
    delta = pnl_reader.read(format_adl(before, after))
    expected = pnl_reader.read(format_pnl(after))
    assert pnl_reader.applied(held, delta) == expected.of("")
    assert (delta.flight, delta.total) == (expected.flight, expected.total)
