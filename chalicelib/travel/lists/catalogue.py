"""The lists of a manifest as tables, with the headings that organisers, airlines, hotels and kitchens read."""

from chalicelib.programme.model import Leg
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import wording
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.passengers import Passenger
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.warning import TEXTS

_ID = Column("registration_id")
_PHONE = Column("phone", "Mobil", kind="phone", width=20)
_ORGANISATION = Column("organisation", "Organisation", width=30)
_FAMILY_NAME = Column("family_name", "Efternavn", width=24)
_GIVEN_NAME = Column("given_name", "Fornavn", width=22)


def tables(manifest: Manifest) -> tuple[Table, ...]:
    """All lists, in the order they are shown."""
    lists = (passengers, transfers, own_way, rooming, dietary, dietary_by_name, contacts, warnings)
    return tuple(table_of(manifest) for table_of in lists)


def passengers(manifest: Manifest) -> Table:
    """Who flies, flight after flight, by the names that airlines type."""
    columns = (
        Column("leg", "Rejse", width=28, words=_leg_titles(manifest), shared=True),
        Column("number", "Flynummer", width=12, shared=True),
        Column("departs", "Afgang", kind="moment", shared=True),
        Column("origin", "Fra", width=8, shared=True),
        Column("destination", "Til", width=8, shared=True),
        Column("surname", "Efternavn", width=26),
        Column("given", "Fornavn", width=24),
        Column("title", "Titel", width=8),
        Column("assistance", "Assistance", width=14),
        _PHONE,
        _ORGANISATION,
        Column("locator", "Reference", width=12),
        Column("airline_locator", "Bookingnummer", width=18),
        Column("seat", "Sæde", width=7),
        _ID,
    )
    return Table("passengers", "Passagerer", columns, tuple(map(_passenger, manifest.passengers)))


def _passenger(passenger: Passenger) -> tuple[Cell, ...]:
    leg, attendee = passenger.leg, passenger.registration.attendee
    travel = attendee.travel
    return (
        leg.name,
        leg.number,
        leg.departs,
        leg.origin_code or leg.origin,
        leg.destination_code or leg.destination,
        passenger.surname,
        passenger.given,
        travel.title if travel else None,
        travel.special_assistance if travel else (),
        attendee.phone,
        attendee.organisation,
        passenger.locator,
        passenger.booking.locator or None,
        passenger.booking.seat or None,
        passenger.registration.id,
    )


def transfers(manifest: Manifest) -> Table:
    """Who takes the bus, bus after bus, for the driver to tick off."""
    columns = (
        Column("leg", "Rejse", width=28, words=_leg_titles(manifest), shared=True),
        Column("departs", "Afgang", kind="moment", shared=True),
        Column("origin", "Fra", width=24, shared=True),
        Column("destination", "Til", width=24, shared=True),
        Column("meeting_point", "Mødested", width=30, shared=True),
        _FAMILY_NAME,
        _GIVEN_NAME,
        _PHONE,
        _ORGANISATION,
        _ID,
    )
    rows = (
        (*_bus(rider.leg), each.family_name, each.given_name, each.phone, each.organisation, rider.registration.id)
        for rider in manifest.riders
        for each in [rider.registration.attendee]
    )
    return Table("transfers", "Transfer", columns, tuple(rows))


def _bus(leg: Leg) -> tuple[Cell, ...]:
    meeting_point = leg.meeting_point.da if leg.meeting_point else None
    return leg.name, leg.departs, leg.origin, leg.destination, meeting_point


def own_way(manifest: Manifest) -> Table:
    """Who does not travel all the way with the group, and what they take of it."""
    legs = _leg_titles(manifest)
    columns = (
        _FAMILY_NAME,
        _GIVEN_NAME,
        _PHONE,
        _ORGANISATION,
        Column("legs", "Rejser med gruppen", width=44, words=legs),
        _ID,
    )
    taken = ((person, tuple(name for name in legs if name in person.needs)) for person in manifest.people)
    rows = (
        (who.family_name, who.given_name, who.phone, who.organisation, with_group, person.id)
        for person, with_group in taken
        if len(with_group) < len(legs)
        for who in [person.attendee]
    )
    return Table("own_way", "På egen hånd", columns, tuple(rows))


def rooming(manifest: Manifest) -> Table:
    """The hotel's rooms, one a row."""
    kinds = {stay.name: stay.title.da for stay in manifest.event.stays}
    columns = (
        Column("hotel", "Hotel", width=24, shared=True),
        Column("kind", "Værelsestype", width=26, words=kinds, shared=True),
        Column("room", "Værelse nr.", kind="number", width=12),
        Column("guests", "Gæster", width=44, joint=" og "),
        Column("check_in", "Ankomst", kind="moment", shared=True),
        Column("check_out", "Afrejse", kind="moment", shared=True),
        Column("nights", "Nætter", kind="number", width=9, shared=True),
        Column("state", "Bemærkning", width=26, words=wording.TO_BE_MATCHED),
        Column("registration_ids"),
    )
    return Table("rooming", "Værelser", columns, tuple(map(_room, manifest.rooms)))


def _room(room: Room) -> tuple[Cell, ...]:
    stay = room.stay
    return (
        stay.hotel,
        stay.name,
        room.number,
        tuple(guest.attendee.name for guest in room.guests),
        stay.check_in,
        stay.check_out,
        stay.nights,
        "to-be-matched" if room.to_be_matched else None,
        tuple(guest.id for guest in room.guests),
    )


def dietary(manifest: Manifest) -> Table:
    """What to serve at each meal, in numbers only."""
    meals = {meal.name: meal.title.da for meal in manifest.event.meals}
    columns = (
        Column("meal", "Måltid", width=24, words=meals, shared=True),
        Column("starts_at", "Tidspunkt", kind="moment", shared=True),
        Column("need", "Hensyn", width=24, words=wording.FOOD),
        Column("count", "Antal", kind="number", width=8),
    )
    rows = ((each.meal.name, each.meal.starts_at, each.need, each.count) for each in manifest.servings)
    return Table("dietary", "Mad – antal", columns, tuple(rows))


def dietary_by_name(manifest: Manifest) -> Table:
    """Those who agreed to be named to the kitchen."""
    columns = (
        _FAMILY_NAME,
        _GIVEN_NAME,
        Column("meals", "Kost", width=24, words=wording.FOOD),
        Column("allergens", "Allergier", width=30, words=wording.ALLERGENS),
        Column("note", "Bemærkning", width=40),
        _ID,
    )
    rows = (
        (who.family_name, who.given_name, food.meals, food.allergens, food.note or None, guest.registration.id)
        for guest in manifest.guests
        for who, food in [(guest.registration.attendee, guest.dietary)]
    )
    return Table("dietary_by_name", "Mad – navne", columns, tuple(rows))


def contacts(manifest: Manifest) -> Table:
    """How to reach everybody, and whom to call in an emergency."""
    columns = (
        _FAMILY_NAME,
        _GIVEN_NAME,
        _ORGANISATION,
        Column("sector", "Sektor", width=14, words=wording.SECTORS),
        Column("email", "E-mail", width=34),
        _PHONE,
        Column("emergency_name", "Pårørende", width=28),
        Column("emergency_phone", "Pårørendes telefon", kind="phone", width=20),
        Column("needs"),
        _ID,
    )
    return Table("contacts", "Kontakter", columns, tuple(map(_contact, manifest.people)))


def _contact(person: Registration) -> tuple[Cell, ...]:
    who = person.attendee
    emergency = who.travel.emergency_contact if who.travel else None
    return (
        who.family_name,
        who.given_name,
        who.organisation,
        who.sector,
        who.email,
        who.phone,
        emergency.name if emergency else None,
        emergency.phone if emergency else None,
        person.needs,
        person.id,
    )


def warnings(manifest: Manifest) -> Table:
    """What to look at before the lists go out."""
    columns = (
        Column("name", "Navn", width=34),
        Column("code", "Bør tjekkes", width=90, words={str(code): text["da"] for code, text in TEXTS.items()}),
        Column("ask", "Spørg", width=16, words=wording.ASK),
        _ID,
    )
    rows = ((each.name, each.code, each.ask, each.registration_id) for each in manifest.warnings)
    return Table("warnings", "Opfølgning", columns, tuple(rows))


def _leg_titles(manifest: Manifest) -> dict[str, str]:
    return {leg.name: leg.title.da for leg in manifest.event.legs}
