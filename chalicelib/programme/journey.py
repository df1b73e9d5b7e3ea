"""The journey of an event: legs, stays, and the deadlines until which they can be changed."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from chalicelib.programme.moments import Moment, require_later_than
from chalicelib.programme.terms import Name, ProgrammePart, TextLine, Title


class Leg(ProgrammePart):
    """One departure to one arrival, for the participants who need its allotment (`name`)."""

    name: Name
    kind: Literal["flight", "bus"]
    title: Title
    carrier: TextLine
    number: TextLine | None = None
    origin: TextLine
    destination: TextLine
    origin_code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    destination_code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    departs: Moment
    arrives: Moment
    meeting_point: Title | None = None

    _check_order = field_validator("arrives")(require_later_than("departs"))


class Stay(ProgrammePart):
    """Nights in rooms of one kind, for the participants who need its allotment (`name`); `beds` in each room."""

    name: Name
    title: Title
    hotel: TextLine
    beds: Annotated[int, Field(ge=1, le=8)]
    check_in: Moment
    check_out: Moment

    @property
    def nights(self) -> int:
        """The number of nights."""
        return (self.check_out.date() - self.check_in.date()).days

    _check_order = field_validator("check_out")(require_later_than("check_in"))


class Release(ProgrammePart):
    """A part of what is booked may be given back until `at`; `title` says which part, and on what terms."""

    at: Moment
    title: Title


class Deadlines(ProgrammePart):
    """The deadlines of airline and hotel: for names, for rooms, and for giving back what is booked.

    From `names` on, a participant's name, title and flights are changed by the organiser only; from `rooms` on, so
    are rooms, and who shares them.
    """

    names: Moment | None = None
    rooms: Moment | None = None
    releases: Annotated[tuple[Release, ...], Field(max_length=12)] = ()
