"""What organisers add to the lists: who shares a room by their word, and what the airline has booked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RoomSharing:
    """Two registrations share a room because an organiser (`by`) decided so, at `at`, for a reason."""

    guests: tuple[str, str]
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class Booking:
    """The airline's own locator and seat for somebody on a flight; empty while not known."""

    locator: str = ""
    seat: str = ""

    @property
    def summary(self) -> str:
        """Both, as far as they are known."""
        return " ".join(filter(None, (self.locator, self.seat)))


#: Of a flight leg, by registration id.
Bookings = Mapping[str, Booking]


@dataclass(frozen=True)
class Additions:
    """All that was added to an event's lists; `changes` rises with each change of it."""

    revision: int = 0
    sharing: tuple[RoomSharing, ...] = ()
    bookings: Mapping[str, Bookings] = field(default_factory=dict)

    def get_booking(self, leg: str, registration_id: str) -> Booking:
        return self.bookings.get(leg, {}).get(registration_id, Booking())

    def exclude(self, *guests: str) -> tuple[RoomSharing, ...]:
        """The decisions that concern none of the guests."""
        return tuple(each for each in self.sharing if not {*guests} & {*each.guests})


NO_ADDITIONS = Additions()
