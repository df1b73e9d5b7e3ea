"""Export an event's registrations as a spreadsheet: the search's results, by name."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from chalicelib.language import N_, Language, get_translator
from chalicelib.programme.model import Event
from chalicelib.registration import details, store
from chalicelib.registration.details import Detail
from chalicelib.registration.model import Places, Registration
from chalicelib.travel.lists.tables import Cell, Column, Table
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
#: Family names first: the rows are in their order.
_NAMES, _OTHER_DETAILS = details.EXPORTED[1::-1], details.EXPORTED[2:]


def negotiate_format(request: Request) -> Format | None:
    """Return the format that `?format=` or the Accept header asks for; None for no file."""
    parameter, accept = requests.query_parameters(request).get("format"), str(request.headers.get("accept", ""))
    kinds: tuple[Format, ...] = ("csv", "xlsx")
    for kind in kinds:
        if parameter == kind or MEDIA_TYPES[kind].partition(";")[0] in accept:
            return kind
    return None


def build_file(
    file_format: Format, event: Event, registrations: Iterable[Registration], now: datetime, language: Language
) -> bytes:
    """Build the file. Nothing in it is about health, and no cell is run as a formula."""
    table = build_table(event, registrations, store.read_places(event.id), language)
    if file_format == "csv":
        from chalicelib.travel.render import csv_lists  # slow to import, and only exports need it

        return csv_lists.render(table)
    from chalicelib.travel.render import xlsx

    return xlsx.render_workbook(event.title.in_(language), now, [table])


def build_table(event: Event, registrations: Iterable[Registration], places: Places, language: Language) -> Table:
    """Build a table with a row for each registration."""
    say = get_translator(language)
    return Table(
        "registrations",
        say(N_("Registrations")),
        _build_columns(event, language),
        tuple(_build_row(event, each, places, language) for each in registrations),
    )


def _build_columns(event: Event, language: Language) -> tuple[Column, ...]:
    say = get_translator(language)
    statuses = {status: say(label) for status, label in STATUS_LABELS.items()}
    needs = tuple(
        Column(each.name, each.title.in_(language), kind="number", width=12) for each in event.optional_allotments
    )
    return (
        *(_build_detail_column(detail, language) for detail in _NAMES),
        Column("status", say(N_("How it stands")), labels=statuses),
        Column("waits_for", say(N_("Waits for")), width=24),
        *needs,
        *(_build_detail_column(detail, language) for detail in _OTHER_DETAILS),
        Column("registered_at", say(N_("Registered at")), kind="moment", width=18, language=language),
        Column("came_at", say(N_("Came at")), kind="moment", width=18, language=language),
    )


def _build_detail_column(detail: Detail, language: Language) -> Column:
    say, [field] = get_translator(language), detail.fields
    return Column(
        detail.name,
        say(field.label),
        kind="phone" if field.kind == "phone" else "text",
        width=detail.export_width,
        labels={code: say(label) for code, label in field.choices.items()},
    )


def _build_row(event: Event, registration: Registration, places: Places, language: Language) -> tuple[Cell, ...]:
    needs = registration.needs if registration.status in ("confirmed", "offered") else ()
    return (
        *(details.read(registration.attendee, detail.name) for detail in _NAMES),
        registration.status,
        event.join_titles(registration.list_awaited(places), language),
        *(1 if each.name in needs else None for each in event.optional_allotments),
        *(details.read(registration.attendee, detail.name) for detail in _OTHER_DETAILS),
        registration.registered_at,
        registration.checked_in_at,
    )
