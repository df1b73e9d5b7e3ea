"""An overnight meeting on an island and the twenty people who go there, hard names and all."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.programme.model import ZONE, Event
from chalicelib.registration.model import Registration
from chalicelib.travel.lists.manifest import Manifest, compose
from chalicelib.travel.render import json_document
from chalicelib.travel.render.files import BaselineDocuments
from testing import builders

EVENT_ID = "doegnmoede-bornholm"
AS_OF = datetime(2020, 8, 11, 14, 30, tzinfo=ZONE)

ALL_THE_WAY = ("flight_out", "transfer_out", "transfer_home", "flight_home")
SINGLE, SHARED = "single_room", "shared_bed"
#: Allotment, title, capacity, choice.
_ALLOTMENTS = (
    ("place", "Plads", 40, None),
    ("flight_out", "Fly til Bornholm", 32, None),
    ("transfer_out", "Bus til hotellet", 40, None),
    (SINGLE, "Eneværelse", 13, "room"),
    (SHARED, "Seng i dobbeltværelse", 16, "room"),
    ("transfer_home", "Bus til lufthavnen", 40, None),
    ("flight_home", "Fly til København", 32, None),
)


def _said(danish: str) -> dict[str, str]:
    return {"da": danish, "en": f"{danish} (en)"}


def _flight(name: str, title: str, number: str, departs: str, arrives: str, **where: str) -> dict[str, Any]:
    plane = {"kind": "flight", "carrier": "Eksempelfly", "number": number}
    return {"name": name, "title": _said(title), **plane, "departs": departs, "arrives": arrives, **where}


def _bus(name: str, title: str, departs: str, arrives: str, meeting_point: str, **where: str) -> dict[str, Any]:
    bus = {"kind": "bus", "carrier": "Øens Busser", "meeting_point": _said(meeting_point)}
    return {"name": name, "title": _said(title), **bus, "departs": departs, "arrives": arrives, **where}


def _stay(name: str, title: str, beds: int) -> dict[str, Any]:
    nights = {"check_in": "2020-08-25T15:00", "check_out": "2020-08-26T11:00"}
    return {"name": name, "title": _said(title), "hotel": "Grønbechs Hotel", "beds": beds, **nights}


def event(**changes: Any) -> Event:
    """Build the meeting: two flights, two buses, two kinds of room, three meals."""
    out = {"origin": "København", "destination": "Rønne", "origin_code": "CPH", "destination_code": "RNE"}
    home = {"origin": "Rønne", "destination": "København", "origin_code": "RNE", "destination_code": "CPH"}
    to_hotel = {"origin": "Rønne Lufthavn", "destination": "Allinge"}
    from_hotel = {"origin": "Allinge", "destination": "Rønne Lufthavn"}
    document: dict[str, Any] = {
        "title": {"da": "Døgnmøde på Bornholm", "en": "Overnight meeting on Bornholm"},
        "starts_at": "2020-08-25T09:30",
        "ends_at": "2020-08-26T12:00",
        "registration": {"opens_at": "2019-10-01T08:00", "closes_at": "2020-08-11T12:00"},
        "allotments": [
            {"name": name, "title": _said(title), "capacity": capacity, "choice": choice}
            for name, title, capacity, choice in _ALLOTMENTS
        ],
        "legs": [
            _flight("flight_out", "Fly til Bornholm", "DX123", "2020-08-25T07:30", "2020-08-25T08:05", **out),
            _bus(
                "transfer_out",
                "Bus til hotellet",
                "2020-08-25T08:30",
                "2020-08-25T09:05",
                "Ankomsthallen",
                **to_hotel,
            ),
            _bus(
                "transfer_home",
                "Bus til lufthavnen",
                "2020-08-26T09:30",
                "2020-08-26T10:05",
                "Foran hotellet",
                **from_hotel,
            ),
            _flight("flight_home", "Fly til København", "DX124", "2020-08-26T11:00", "2020-08-26T11:35", **home),
        ],
        "stays": [_stay(SINGLE, "Eneværelse", 1), _stay(SHARED, "Delt dobbeltværelse", 2)],
        "meals": [
            {"name": "lunch", "title": _said("Frokost"), "starts_at": "2020-08-25T12:30"},
            {"name": "dinner", "title": _said("Middag"), "starts_at": "2020-08-25T18:30"},
            {"name": "breakfast", "title": _said("Morgenmad"), "starts_at": "2020-08-26T07:30"},
        ],
    }
    return builders.event(EVENT_ID, **document | changes)


def guest(
    given_name: str, family_name: str, *needs: str, status: str = "confirmed", **details: Any
) -> Registration:
    """Build a registration for the meeting with these needs."""
    attendee = builders.attendee(given_name, family_name, **details)
    return builders.registration(attendee, EVENT_ID, needs=("place", *needs), status=status)


def food(*meals: str, allergens: tuple[str, ...] = (), note: str = "", consent: bool = True) -> dict[str, Any]:
    """Build dietary details, as the form has them."""
    return {"meals": meals, "allergens": allergens, "note": note, "consent": consent}


def on_id(given: str, family: str) -> dict[str, Any]:
    """Build the name on the identity card, as the form has it."""
    return {"name_on_id": {"given": given, "family": family}}


def people() -> list[Registration]:
    """List twenty who come, and three who do not: one waits, one has an offer, one cancelled."""
    return [*_who_fly(), *_who_share(), *_who_come_otherwise(), *_who_do_not_come()]


def _who_fly() -> list[Registration]:
    return [
        guest(
            "Søren",
            "Ågård-Özil",
            *ALL_THE_WAY,
            SINGLE,
            phone="20 12 34 56",
            organisation="Ballerup Kommune",
            sector="municipality",
            dietary=food("vegetarian", allergens=("gluten", "nuts"), note="Tåler spor af nødder"),
            travel={
                "title": "MR",
                "special_assistance": ["WCHR"],
                "emergency_contact": {"name": "Åse Ågård", "phone": "21 22 23 24"},
            },
        ),
        guest("Mette", "Aagaard", *ALL_THE_WAY, SINGLE, phone="22 33 44 55", organisation="Askovfonden"),
        guest(
            "Müge",
            "Groß",
            *ALL_THE_WAY,
            SINGLE,
            phone="+49 30 901820",
            organisation="Müller & Søn A/S",
            sector="supplier",
            dietary=food("halal", allergens=("peanuts",), consent=False),
            travel={"title": "MS"},
        ),
        guest("Þór", "Ðiðrik", *ALL_THE_WAY, SINGLE, phone="+354 551 2345", travel={"title": "MR"}),
        guest("Pádraig", "O’Brien", *ALL_THE_WAY, SINGLE, phone="+353 1 679 1122", sector="investor"),
        guest(
            "Linh",
            "Nguyễn",
            *ALL_THE_WAY,
            SINGLE,
            phone="23 45 67 89",
            dietary=food("vegan", allergens=("soybeans",)),
            travel={"special_assistance": ["DEAF", "WCHS"]},
        ),
        guest("Łukasz", "Žižka", *ALL_THE_WAY, SINGLE, sector="other"),
        guest(
            "Анна",
            "Петрова",
            *ALL_THE_WAY,
            SINGLE,
            email="anna.petrova@example.org",
            phone="24 25 26 27",
            organisation="Петров",
        ),
        guest(
            "Γιώργος",
            "Παππάς",
            *ALL_THE_WAY,
            SINGLE,
            email="giorgos@example.org",
            phone="25 26 27 28",
            travel=on_id("Georgios", "Pappas") | {"title": "MR"},
        ),
    ]


def _who_share() -> list[Registration]:
    """Two pairs who chose each other, a wish that is not returned, and one guest without any."""
    return [
        guest(
            "Anne-Marie",
            "van der Ærø",
            *ALL_THE_WAY,
            SHARED,
            phone="26 27 28 29",
            organisation="Den Sociale Investeringsfond",
            sector="foundation",
            travel={"title": "MRS", "share_with": "  ida ØSTERGAARD "},
        ),
        guest(
            "Ida",
            "Østergaard",
            *ALL_THE_WAY,
            SHARED,
            phone="27 28 29 30",
            travel={"share_with": "anne-marie.van-der-r@example.org"},
            email="ida@example.org",
            dietary=food("gluten_free", allergens=("gluten", "milk")),
        ),
        guest("Bo", "Zoff", *ALL_THE_WAY, SHARED, phone="28 29 30 31", travel={"share_with": "Per Andersen"}),
        guest(
            "Per",
            "Andersen",
            *ALL_THE_WAY,
            SHARED,
            phone="29 30 31 32",
            travel={"share_with": "BO.ZOFF@example.org"},
        ),
        guest("Kaj", "Ærø", *ALL_THE_WAY, SHARED, phone="30 31 32 33", travel={"share_with": "Bo Zoff"}),
        guest("Rikke", "Sørensen", *ALL_THE_WAY, SHARED),
    ]


def _who_come_otherwise() -> list[Registration]:
    return [
        guest("Ole", "Bornholmer", "transfer_home", phone="31 32 33 34", organisation="Bornholms Regionskommune"),
        guest("Eva", "Holm", phone="40 41 42 43", sector="state", dietary=food(note="Spiser ikke\nråt løg")),
        guest(
            "Niels",
            "=SUM(A1:A9)",
            "transfer_out",
            SINGLE,
            phone="41 42 43 44",
            organisation="@kommunen",
            email="niels@example.org",
        ),
        guest(
            "+Line",
            "-Minus",
            "flight_out",
            phone="42 43 44 45",
            organisation='=HYPERLINK("x";"klik")',
            email="line@example.org",
        ),
        guest("Hans", "Eriksen", "flight_home", phone="50 51 52 53", dietary=food("vegetarian", consent=False)),
    ]


def _who_do_not_come() -> list[Registration]:
    wishes = food("kosher", allergens=("lupin",))
    return [
        guest("Vera", "Venter", *ALL_THE_WAY, SINGLE, status="waiting", dietary=wishes),
        guest("Otto", "Tilbudt", *ALL_THE_WAY, SHARED, status="offered", dietary=wishes),
        guest("Frida", "Framelding", *ALL_THE_WAY, SHARED, status="cancelled", dietary=wishes),
    ]


def people_before() -> list[Registration]:
    """List the people of an earlier version: two have come since, one has gone, four were otherwise."""
    people_since = people()[2:]
    anna = next(each for each in people_since if each.attendee.family_name == "Петрова")
    return [
        *(each for each in people_since if each.attendee.family_name not in ("Петрова", "Zoff", "Ærø", "Nguyễn")),
        replace(anna, needs=("place", "flight_out", "flight_home")),
        guest("Gitte", "Gået", *ALL_THE_WAY, SHARED, phone="51 52 53 54", travel={"title": "MS"}),
        guest("Bo", "Zoff", *ALL_THE_WAY, SHARED, phone="51 11 11 11", travel={"share_with": "Per Andersen"}),
        guest("Kay", "Aeroe", *ALL_THE_WAY, SHARED, phone="30 31 32 33", email="kaj.r@example.org"),
        guest(
            "Linh", "Nguyễn", *ALL_THE_WAY, SINGLE, phone="23 45 67 89", travel={"special_assistance": ["DEAF"]}
        ),
    ]


def before() -> BaselineDocuments:
    """Build the document of the earlier manifest, which the airline has, too."""
    earlier = compose(event(), people_before(), version=2, as_of=datetime(2020, 8, 4, 9, tzinfo=ZONE))
    document = json_document.build_document(earlier)
    return BaselineDocuments(document, document)


def manifest(**changes: Any) -> Manifest:
    """Build the third manifest of the meeting."""
    ordinary: dict[str, Any] = {"event": event(), "registrations": people(), "version": 3, "as_of": AS_OF}
    return compose(**ordinary | changes)
