"""A list as a table: the one definition that every kind of file renders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from chalicelib.language import Language
from chalicelib.programme import dates


@dataclass(frozen=True)
class SpelledName:
    """A name as it is typed, with its Latin spelling for readers of other letters; programs get what was typed."""

    typed: str
    latin: str = ""

    def __str__(self) -> str:
        """Return both spellings, as people read them."""
        return f"{self.typed} ({self.latin})" if self.latin else self.typed


TextCell = str | SpelledName | tuple[str | SpelledName, ...] | None
Cell = TextCell | int | datetime
ColumnKind = Literal["text", "number", "moment", "phone"]
#: A version of a manifest as its file of this name has it: what later versions are compared with.
Document = dict[str, Any]
DOCUMENT_FILE = "manifest.json"


@dataclass(frozen=True)
class Column:
    """A column: its key for programs, its heading for people, and how its cells are written.

    Without a heading it is left out where people read. `width` is in characters. `labels` are the words for codes,
    `separator` joins several values, `language` is that of the words beside a moment. In an `is_shared` column, a
    value that consecutive rows share may be shown once for all of them.
    """

    key: str
    heading: str = ""
    kind: ColumnKind = "text"
    width: int = 16
    labels: Mapping[str, str] = field(default_factory=dict)
    separator: str = ", "
    is_shared: bool = False
    language: Language = "da"

    def format_cell(self, cell: TextCell, format_name: Callable[[SpelledName], str] = str) -> str:
        """Format a cell as people read it; names of two spellings by `format_name`."""
        parts = cell if isinstance(cell, tuple) else (cell or "",)
        return self.separator.join(
            format_name(part) if isinstance(part, SpelledName) else self.labels.get(part, part) for part in parts
        )

    def format_moment(self, moment: datetime) -> str:
        """Format a moment as people read it, in local time."""
        return dates.format_numeric(moment, self.language)


@dataclass(frozen=True)
class Table:
    """A list: its name for programs, its title for people, its columns and rows."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def visible_columns(self) -> tuple[tuple[int, Column], ...]:
        """The columns that people read, each with its index in a row."""
        return tuple((index, column) for index, column in enumerate(self.columns) if column.heading)
