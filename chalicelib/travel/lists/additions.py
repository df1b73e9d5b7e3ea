"""What organisers add to the lists: who shares a room by their decision, and what the airline has booked."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class RoomSharing:
    """A decision by an organiser (`by`) that two registrations share a room, with its time (`at`) and reason."""

    guests: tuple[str, str]
    by: str
    at: str
    reason: str


@dataclass(frozen=True)
class Booking:
    """The airline's own locator and seat of one traveller on a flight; empty while unknown."""

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
    """All that was added to an event's lists; `revision` rises with each change."""

    revision: int = 0
    sharing: tuple[RoomSharing, ...] = ()
    bookings: Mapping[str, Bookings] = field(default_factory=dict)

    def get_booking(self, leg: str, registration_id: str) -> Booking:
        """Return the registration's booking on the leg, an empty one where there is none."""
        return self.bookings.get(leg, {}).get(registration_id, Booking())

    def exclude(self, *guests: str) -> tuple[RoomSharing, ...]:
        """Return the decisions that concern none of the guests."""
        return tuple(sharing for sharing in self.sharing if not {*guests} & {*sharing.guests})


NO_ADDITIONS = Additions()
