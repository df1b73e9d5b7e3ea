"""A large crowd for the overnight meeting: as many people as asked for, each with a name of their own."""

from collections.abc import Iterator
from typing import Any

from chalicelib.programme.model import Event
from chalicelib.registration.model import Registration
from testing import bornholm
from testing.bornholm import ALL_THE_WAY, SHARED, SINGLE, food, on_id

_GIVEN = ("Søren", "Anne-Marie", "Þór", "Linh", "Łukasz", "Müge", "Åse", "Kaj", "Ida", "Per")
_FAMILY = ("Ågård", "van der Ærø", "Østergaard", "Nguyễn", "Žižka", "Groß", "O’Brien", "Holm", "Zoff", "Петров")
_SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu")


def event(people: int) -> Event:
    """Build the meeting, with enough units of everything."""
    as_it_is = bornholm.event().model_dump(mode="json")
    return bornholm.event(allotments=[each | {"capacity": people} for each in as_it_is["allotments"]])


def people(count: int) -> Iterator[Registration]:
    """Yield people: nine of ten fly, every other pair shares a room, and some have dietary or assistance needs.

    Some have not given their name as on the identity card.
    """
    for number in range(count):
        away = ALL_THE_WAY if number % 10 else ("transfer_out", "transfer_home")
        room = SHARED if number % 4 < 2 else SINGLE
        yield bornholm.guest(*_name(number), *away, room, **_details(number))


def _name(number: int) -> tuple[str, str]:
    tens, ones = divmod(number, 10)
    own = "".join(_SYLLABLES[int(digit)] for digit in f"{tens:04d}")
    return f"{_GIVEN[ones]} {own.title()}", _FAMILY[(ones + tens) % 10]


def _details(number: int) -> dict[str, Any]:
    details: dict[str, Any] = {
        "email": f"guest-{number}@example.org",
        "phone": f"+45{20_120_000 + number}",
        "organisation": f"Kommune {number % 98}",
        "sector": "municipality",
        "travel": {"title": "MX", "share_with": f"guest-{number ^ 1}@example.org"},
    }
    if number % 5 == 0:
        details["dietary"] = food("vegetarian", allergens=("nuts",), note="Tåler spor af nødder")
    if number % 20:
        details["travel"] |= on_id(*_name(number))
    if number % 50 == 0:
        details["travel"] |= {"special_assistance": ["WCHR"]}
    return details
