"""A list as a table: the one definition that every kind of file renders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Cell = str | int | datetime | tuple[str, ...] | None
ColumnKind = Literal["text", "number", "moment", "phone"]
#: A version of a manifest as its file of this name has it: what later versions are compared with.
Document = dict[str, Any]
DOCUMENT_FILE = "manifest.json"


@dataclass(frozen=True)
class Column:
    """A column: its key where machines read, its heading where people do (none: left out there), how its cells
    are written, the words that people read for codes, and what joins several. `width` is in signs. What rows
    that follow each other have `shared` may be said once for all of them."""

    key: str
    heading: str = ""
    kind: ColumnKind = "text"
    width: int = 16
    labels: Mapping[str, str] = field(default_factory=dict)
    separator: str = ", "
    is_shared: bool = False

    def format_cell(self, cell: str | tuple[str, ...] | None) -> str:
        """A cell as people read it."""
        parts = cell if isinstance(cell, tuple) else (cell or "",)
        return self.separator.join(self.labels.get(part, part) for part in parts)


@dataclass(frozen=True)
class Table:
    """A list: its name where machines read, its title where people do, its columns and rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def visible_columns(self) -> tuple[tuple[int, Column], ...]:
        """The columns that people read, each with its place in a row."""
        return tuple((place, column) for place, column in enumerate(self.columns) if column.heading)
