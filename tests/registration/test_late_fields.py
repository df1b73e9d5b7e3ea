"""What a participant can no longer change alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.registration.attendee import Attendee
from chalicelib.registration.model import Registration
from chalicelib.registration.rules import find_locked_fields
from testing import bornholm
from testing.bornholm import SHARED, SINGLE, guest

EVENT = bornholm.event(deadlines={"names": "2020-08-14T12:00", "rooms": "2020-08-11T12:00"})
assert EVENT.deadlines.names
assert EVENT.deadlines.rooms
NAMES, ROOMS = EVENT.deadlines.names, EVENT.deadlines.rooms
FLYING = guest("Bo", "Zoff", "flight_out", travel={"title": "MR", "share_with": "Per"})


def changed(before: Registration, needs: tuple[str, ...] = (), **details: Any) -> Registration:
    written = before.attendee.model_dump(mode="json", exclude_none=True) | details
    return replace(before, attendee=Attendee.model_validate(written), needs=needs or before.needs)


@pytest.mark.parametrize(
    ("after", "late"),
    [
        (changed(FLYING, given_name="Bob"), ("given_name",)),
        (changed(FLYING, family_name="Zoffe"), ("family_name",)),
        (changed(FLYING, travel={"share_with": "Per"}), ("travel.title",)),
        (
            changed(FLYING, travel={"title": "MR", "name_on_id": {"given": "Bob", "family": "Zoff"}}),
            ("travel.name_on_id",),
        ),
        (changed(FLYING, needs=("place",)), ("needs",)),
        (changed(FLYING, needs=("place", "flight_out", SINGLE)), ("needs",)),
        (changed(FLYING, needs=("place", "flight_out", "transfer_out")), ()),
        (changed(FLYING, phone="20123456", travel={"title": "MR", "special_assistance": ["WCHR"]}), ()),
        (FLYING, ()),
    ],
)
def test_what_stands_on_the_lists_is_settled(after: Registration, late: tuple[str, ...]) -> None:
    """Names, title, flights, rooms; neither the phone number nor the assistance. With whom a participant
    without a bed wants to share is not locked yet."""
    assert find_locked_fields(EVENT, FLYING, after, NAMES) == late


def test_each_deadline_settles_its_own() -> None:
    """The hotel's comes first here: who flies only may still change all."""
    sleeping = guest("Ida", "Holm", SHARED)
    renamed = changed(sleeping, given_name="Id", travel={"share_with": "Bo"})
    assert find_locked_fields(EVENT, sleeping, renamed, ROOMS) == ("given_name", "travel.share_with")
    assert find_locked_fields(EVENT, FLYING, changed(FLYING, given_name="Bob"), ROOMS) == ()
    assert find_locked_fields(EVENT, sleeping, renamed, ROOMS - timedelta(seconds=1)) == ()


def test_who_is_on_no_list_may_change_all() -> None:
    """Who comes otherwise, and who waits."""
    at_home, waiting = guest("Eva", "Holm"), guest("Eva", "Holm", "flight_out", status="waiting")
    for each in (at_home, waiting):
        assert find_locked_fields(EVENT, each, changed(each, given_name="E"), NAMES) == ()
    assert find_locked_fields(EVENT, at_home, changed(at_home, needs=("place", "flight_out")), NAMES) == ("needs",)
