"""The lists of a manifest as tables, with the headings that organisers, airlines, hotels and kitchens read."""

from collections.abc import Callable

from chalicelib.language import get_translator
from chalicelib.programme.model import Leg
from chalicelib.registration import details
from chalicelib.registration.attendee import Attendee
from chalicelib.registration.details import CONTACT_COLUMNS, FIELDS, ContactColumn
from chalicelib.registration.model import Registration
from chalicelib.travel.lists import wording
from chalicelib.travel.lists.lettering import spell_family_name, spell_given_name, spell_name
from chalicelib.travel.lists.manifest import Manifest
from chalicelib.travel.lists.passengers import Passenger
from chalicelib.travel.lists.rooming import Room
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.warning import WARNING_MESSAGES

_REGISTRATION_ID = Column("registration_id")
_PHONE = Column("phone", "Mobil", kind="phone", width=20)
_ORGANISATION = Column("organisation", "Organisation", width=30)
_FAMILY_NAME = Column("family_name", "Efternavn", width=24)
_GIVEN_NAME = Column("given_name", "Fornavn", width=22)
_NAME_SPELLINGS = {"family_name": spell_family_name, "given_name": spell_given_name}


def build_tables(manifest: Manifest) -> tuple[Table, ...]:
    """Build all lists, in the order in which they are shown."""
    builders = (
        build_passenger_list,
        build_transfer_list,
        build_own_way_list,
        build_rooming_list,
        build_dietary_list,
        build_dietary_by_name_list,
        build_contact_list,
        build_warning_list,
    )
    return tuple(build_table(manifest) for build_table in builders)


def build_passenger_list(manifest: Manifest) -> Table:
    """Build the list of travellers by flight, with the names that airlines type."""
    columns = (
        Column("leg", "Rejse", width=28, labels=_get_leg_titles(manifest), is_shared=True),
        Column("number", "Flynummer", width=12, is_shared=True),
        Column("departs", "Afgang", kind="moment", is_shared=True),
        Column("origin", "Fra", width=8, is_shared=True),
        Column("destination", "Til", width=8, is_shared=True),
        Column("surname", "Efternavn", width=26),
        Column("given", "Fornavn", width=24),
        Column("title", "Titel", width=8),
        Column("assistance", "Assistance", width=14),
        _PHONE,
        _ORGANISATION,
        Column("locator", "Reference", width=12),
        Column("airline_locator", "Bookingnummer", width=18),
        Column("seat", "Sæde", width=7),
        _REGISTRATION_ID,
    )
    return Table("passengers", "Passagerer", columns, tuple(map(_build_passenger_row, manifest.passengers)))


def _build_passenger_row(passenger: Passenger) -> tuple[Cell, ...]:
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


def build_transfer_list(manifest: Manifest) -> Table:
    """Build the list of travellers by bus, for the driver to tick off."""
    columns = (
        Column("leg", "Rejse", width=28, labels=_get_leg_titles(manifest), is_shared=True),
        Column("departs", "Afgang", kind="moment", is_shared=True),
        Column("origin", "Fra", width=24, is_shared=True),
        Column("destination", "Til", width=24, is_shared=True),
        Column("meeting_point", "Mødested", width=30, is_shared=True),
        _FAMILY_NAME,
        _GIVEN_NAME,
        _PHONE,
        _ORGANISATION,
        _REGISTRATION_ID,
    )
    rows = (
        (
            *_build_bus_cells(rider.leg),
            spell_family_name(each),
            spell_given_name(each),
            each.phone,
            each.organisation,
            rider.registration.id,
        )
        for rider in manifest.riders
        for each in [rider.registration.attendee]
    )
    return Table("transfers", "Transfer", columns, tuple(rows))


def _build_bus_cells(leg: Leg) -> tuple[Cell, ...]:
    meeting_point = leg.meeting_point.da if leg.meeting_point else None
    return leg.name, leg.departs, leg.origin, leg.destination, meeting_point


def build_own_way_list(manifest: Manifest) -> Table:
    """Build the list of those who do not travel all the way with the group, with the legs that they take."""
    legs = _get_leg_titles(manifest)
    columns = (
        _FAMILY_NAME,
        _GIVEN_NAME,
        _PHONE,
        _ORGANISATION,
        Column("legs", "Rejser med gruppen", width=44, labels=legs),
        _REGISTRATION_ID,
    )
    legs_by_person = (
        (person, tuple(name for name in legs if name in person.needs)) for person in manifest.registrations
    )
    rows = (
        (
            spell_family_name(attendee),
            spell_given_name(attendee),
            attendee.phone,
            attendee.organisation,
            taken,
            person.id,
        )
        for person, taken in legs_by_person
        if len(taken) < len(legs)
        for attendee in [person.attendee]
    )
    return Table("own_way", "På egen hånd", columns, tuple(rows))


def build_rooming_list(manifest: Manifest) -> Table:
    """Build the list of the hotel's rooms, one room a row."""
    kinds = {stay.name: stay.title.da for stay in manifest.event.stays}
    columns = (
        Column("hotel", "Hotel", width=24, is_shared=True),
        Column("kind", "Værelsestype", width=26, labels=kinds, is_shared=True),
        Column("room", "Værelse nr.", kind="number", width=12),
        Column("guests", "Gæster", width=44, separator=" og "),
        Column("check_in", "Ankomst", kind="moment", is_shared=True),
        Column("check_out", "Afrejse", kind="moment", is_shared=True),
        Column("nights", "Nætter", kind="number", width=9, is_shared=True),
        Column("state", "Bemærkning", width=26, labels=wording.ROOM_STATES),
        Column("registration_ids"),
    )
    return Table("rooming", "Værelser", columns, tuple(map(_build_room_row, manifest.rooms)))


def _build_room_row(room: Room) -> tuple[Cell, ...]:
    stay = room.stay
    return (
        stay.hotel,
        stay.name,
        room.number,
        tuple(spell_name(guest.attendee) for guest in room.guests),
        stay.check_in,
        stay.check_out,
        stay.nights,
        "to-be-matched" if room.is_unmatched else None,
        tuple(guest.id for guest in room.guests),
    )


def build_dietary_list(manifest: Manifest) -> Table:
    """Build the list of servings at each meal, in numbers only."""
    meals = {meal.name: meal.title.da for meal in manifest.event.meals}
    columns = (
        Column("meal", "Måltid", width=24, labels=meals, is_shared=True),
        Column("starts_at", "Tidspunkt", kind="moment", is_shared=True),
        Column("need", "Hensyn", width=24, labels=wording.FOOD),
        Column("count", "Antal", kind="number", width=8),
    )
    rows = (
        (serving.meal.name, serving.meal.starts_at, serving.requirement, serving.count)
        for serving in manifest.servings
    )
    return Table("dietary", "Mad – antal", columns, tuple(rows))


def build_dietary_by_name_list(manifest: Manifest) -> Table:
    """Build the list of diners who agreed to be named to the kitchen."""
    columns = (
        _FAMILY_NAME,
        _GIVEN_NAME,
        Column("meals", "Kost", width=24, labels=wording.FOOD),
        Column("allergens", "Allergier", width=30, labels=wording.ALLERGENS),
        Column("note", "Bemærkning", width=40),
        _REGISTRATION_ID,
    )
    rows = (
        (
            spell_family_name(attendee),
            spell_given_name(attendee),
            food.meals,
            food.allergens,
            food.note or None,
            guest.registration.id,
        )
        for guest in manifest.diners
        for attendee, food in [(guest.registration.attendee, guest.dietary)]
    )
    return Table("dietary_by_name", "Mad – navne", columns, tuple(rows))


def build_contact_list(manifest: Manifest) -> Table:
    """Build the list of contacts, with whom to call in an emergency."""
    columns = (*map(_build_contact_column, CONTACT_COLUMNS), Column("needs"), _REGISTRATION_ID)
    return Table("contacts", "Kontakter", columns, tuple(map(_build_contact_row, manifest.registrations)))


def _build_contact_column(column: ContactColumn) -> Column:
    field, say = FIELDS[column.field], get_translator("da")
    return Column(
        column.key,
        column.heading,
        kind="phone" if field.kind == "phone" else "text",
        width=column.width,
        labels={code: say(label) for code, label in field.choices.items()},
    )


def _build_contact_row(registration: Registration) -> tuple[Cell, ...]:
    cells = (_build_contact_cell(registration.attendee, column.field) for column in CONTACT_COLUMNS)
    return (*cells, registration.needs, registration.id)


def _build_contact_cell(attendee: Attendee, field: str) -> Cell:
    spell: Callable[[Attendee], Cell] | None = _NAME_SPELLINGS.get(field)
    if spell:
        return spell(attendee)
    value: Cell = details.read(attendee, field)
    return value


def build_warning_list(manifest: Manifest) -> Table:
    """Build the list of warnings to follow up before the lists go out."""
    columns = (
        Column("name", "Navn", width=34),
        Column(
            "code",
            "Bør tjekkes",
            width=90,
            labels={str(code): get_translator("da")(message) for code, message in WARNING_MESSAGES.items()},
        ),
        Column("ask", "Spørg", width=16, labels=wording.ASK_TARGETS),
        _REGISTRATION_ID,
    )
    rows = (
        (warning.name, warning.code, warning.ask_target, warning.registration_id) for warning in manifest.warnings
    )
    return Table("warnings", "Opfølgning", columns, tuple(rows))


def _get_leg_titles(manifest: Manifest) -> dict[str, str]:
    return {leg.name: leg.title.da for leg in manifest.event.legs}
