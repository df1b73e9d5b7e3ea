"""Units moved from one thing to another by the event page's form."""

import re

import pytest

from chalicelib.programme import store as programme_store
from chalicelib.programme.model import Event
from testing import builders
from testing.world import publish, register
from tests.web.desk import build_expected_redirect, extract_text, get_page, read_redirect, send

pytestmark = pytest.mark.usefixtures("memory")

EVENT = "leverandoerernes-oenskeseddel"
HERE = f"/organiser/events/{EVENT}"
MOVES = f"{HERE}/allotments/room/moves"
SENT = {"version": "1", "units": "1", "allotment": "bed", "reason": "Hotellet bytter"}


def capacities() -> dict[str, int]:
    return programme_store.read_current(EVENT).event.capacities


def with_rooms() -> Event:
    units = [builders.allotment("place", 9), builders.allotment("room", 2), builders.allotment("bed", 4)]
    return publish(builders.event(allotments=units))


def test_units_are_moved_once() -> None:
    """The way leads back to the event, which says so; the same form sent again moves no more, and says why."""
    with_rooms()
    assert read_redirect(send(MOVES, SENT)) == build_expected_redirect(HERE, "moved")
    again = send(MOVES, SENT)
    page = again.body.decode()
    assert (again.status_code, "Somebody else has changed this event" in page) == (412, True)
    assert '<input type="hidden" name="version" value="2">' in page
    assert capacities() == {"place": 9, "room": 1, "bed": 5}


def test_below_what_is_taken_it_asks_first() -> None:
    """It says what would be left, and keeps the whole form; yes moves them."""
    event = with_rooms()
    for name in ("Anna", "Bo"):
        register(event, name, ("room",))
    asked = send(MOVES, SENT)
    page = asked.body.decode()
    assert "Take 1 away all the same? room: 2 are taken or set aside, and 1 would be left." in extract_text(page)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert (asked.status_code, kept) == (409, SENT | {"confirm": "true"})
    assert read_redirect(send(MOVES, kept)) == build_expected_redirect(HERE, "moved")
    assert capacities() == {"place": 9, "room": 1, "bed": 5}


BAD = [
    ({"units": ""}, "units", "Please fill this in."),
    ({"units": "0"}, "units", "This must be at least 1."),
    ({"reason": " "}, "reason", "Please fill this in."),
    ({"allotment": ""}, "allotment", "Please fill this in."),
]


@pytest.mark.parametrize(("change", "field", "message"), BAD)
def test_what_is_wrong_stands_beside_it(change: dict[str, str], field: str, message: str) -> None:
    """422, what was written kept, the form unfolded, and nothing moved."""
    with_rooms()
    answer = send(MOVES, SENT | change)
    page = answer.body.decode()
    assert (answer.status_code, f'<a href="#move-room-{field}">{message}</a>' in page) == (422, True)
    assert f'<span class="error" id="move-room-{field}-error">{message}</span>' in page
    assert ("<details open>" in page, field == "reason" or 'value="Hotellet bytter"' in page) == (True, True)
    assert capacities() == {"place": 9, "room": 2, "bed": 4}


def test_more_than_is_set_aside_elsewhere_is_refused() -> None:
    """What is held stays held: the page says so."""
    with_rooms()
    send(f"{HERE}/holds", {"name": "Talere", "units.room": "2"})
    answer = send(MOVES, SENT)
    assert (answer.status_code, "set aside" in extract_text(answer.body.decode())) == (409, True)


def test_there_is_nothing_to_move_between_where_there_is_one_thing_only() -> None:
    """The form is offered where there are several, and never to where it comes from."""
    with_rooms()
    page = get_page(HERE)
    chosen = page.partition('id="move-room-allotment"')[2].partition("</select>")[0]
    assert re.findall('<option value="([^"]+)"', chosen) == ["place", "bed"]
    publish(builders.event("alone"))
    assert "Move some of it" not in get_page("/organiser/events/alone")
