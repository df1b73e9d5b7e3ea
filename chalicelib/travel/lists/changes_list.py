"""The changes since an earlier version, as a table that people read."""

from collections.abc import Mapping, Sequence

from chalicelib.programme.model import Event
from chalicelib.registration.details import CONTACT_COLUMNS, FIELDS
from chalicelib.travel.lists import wording
from chalicelib.travel.lists.changes import PersonChange
from chalicelib.travel.lists.tables import Cell, Column, Table
from chalicelib.travel.lists.wording import format_spreadsheet_safe

_COLUMNS = (
    Column("kind", "Ændring", width=12, labels=wording.CHANGES),
    Column("family_name", "Efternavn", width=24),
    Column("given_name", "Fornavn", width=22),
    Column("field", "Hvad", width=22, labels=wording.FIELDS),
    Column("before", "Før", width=40),
    Column("after", "Nu", width=40),
    Column("registration_id"),
)
_PHONE_FIELDS = tuple(column.key for column in CONTACT_COLUMNS if FIELDS[column.field].kind == "phone")


def build_table(event: Event, changes: Sequence[PersonChange]) -> Table:
    """Build the table, one row for each change."""
    titles = {allotment.name: allotment.title.da for allotment in event.allotments}
    return Table("changes", "Ændringer", _COLUMNS, tuple(_build_row(change, titles) for change in changes))


def _build_row(change: PersonChange, titles: Mapping[str, str]) -> tuple[Cell, ...]:
    person = change.person
    values = (_format_cell(change.field, cell, titles) for cell in (change.before, change.after))
    return (change.kind, person.family_name, person.given_name, change.field, *values, person.registration_id)


def _format_cell(field: str, cell: Cell, titles: Mapping[str, str]) -> Cell:
    """Format a field's value as people read it; phone numbers open with a bracket, as in the other lists."""
    if field == "needs" and isinstance(cell, tuple):
        return tuple(titles.get(str(name), name) for name in cell)
    return format_spreadsheet_safe(cell) if field in _PHONE_FIELDS and isinstance(cell, str) else cell
