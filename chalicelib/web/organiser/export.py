"""An event's registrations as a spreadsheet: what is searched for, in the order of names."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration import store
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.web.forms import registration_form
from chalicelib.web.http import requests
from chalicelib.web.http.framework import Request

Format = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
STATUS_LABELS = {
    "confirmed": N_("registered"),
    "waiting": N_("waits"),
    "offered": N_("is offered a place"),
    "cancelled": N_("cancelled"),
}


def negotiate_format(request: Request) -> Format | None:
    """Which kind of file is asked for, by `?format=` or by the Accept header; None for what is no file."""
    asked, accept = requests.query_parameters(request).get("format"), str(request.headers.get("accept", ""))
    kinds: tuple[Format, ...] = ("csv", "xlsx")
    for kind in kinds:
        if asked == kind or MEDIA_TYPES[kind].partition(";")[0] in accept:
            return kind
    return None


def build_file(
    file_format: Format, event: Event, registrations: Iterable[Registration], now: datetime, language: Language
) -> bytes:
    """The file. Nothing in it is about health, and no cell is run as a formula."""
    found = build_table(event, registrations, store.read_places(event.id), language)
    if file_format == "csv":
        from chalicelib.travel.render import csv_lists  # only who asks for a file waits for what makes it

        return csv_lists.render(found)
    from chalicelib.travel.render import xlsx

    return xlsx.render_workbook(event.title.in_(language), now, [found])


def build_table(event: Event, registrations: Iterable[Registration], places: Places, language: Language) -> Table:
    """A row for each registration."""
    say = get_translator(language)
    return Table(
        "registrations",
        say(N_("Registrations")),
        _build_columns(event, language),
        tuple(_build_row(event, each, places, language) for each in registrations),
    )


def _build_columns(event: Event, language: Language) -> tuple[Column, ...]:
    say, states = (
        get_translator(language),
        {state: get_translator(language)(said) for state, said in STATUS_LABELS.items()},
    )
    needs = tuple(
        Column(each.name, each.title.in_(language), kind="number", width=12) for each in event.optional_allotments
    )
    return (
        Column("family_name", say(N_("Family name")), width=20),
        Column("given_name", say(N_("Given name")), width=20),
        Column("status", say(N_("How it stands")), labels=states),
        Column("waits_for", say(N_("Waits for")), width=24),
        *needs,
        Column("email", say(N_("Email address")), width=30),
        Column("phone", say(N_("Phone")), kind="phone", width=18),
        Column("organisation", say(N_("Organisation")), width=24),
        Column("sector", say(N_("Sector")), labels=registration_form.translate_choices(language)),
        Column("language", say(N_("Language")), labels={"da": say(N_("Danish")), "en": say(N_("English"))}),
        Column("registered_at", say(N_("Registered at")), kind="moment", width=18),
        Column("came_at", say(N_("Came at")), kind="moment", width=18),
    )


def _build_row(event: Event, registration: Registration, places: Places, language: Language) -> tuple[Cell, ...]:
    who = registration.attendee
    has = registration.needs if registration.status in ("confirmed", "offered") else ()
    return (
        who.family_name,
        who.given_name,
        registration.status,
        event.join_titles(registration.list_awaited(places), language),
        *(1 if need.name in has else None for need in event.optional_allotments),
        who.email,
        who.phone,
        who.organisation,
        who.sector,
        who.language,
        registration.registered_at,
        registration.checked_in_at,
    )
