"""The programme's words: Event, Venue, Session, Allotment, Leg, Stay, Meal.

One validated model for the shipped files and for the organiser's API. Times without an offset
are local times of the programme, Europe/Copenhagen.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, TypeVar, cast, get_args

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from chalicelib.language import Language
from chalicelib.programme.journey import Deadlines, Leg, Release, Stay
from chalicelib.programme.lines import PLACE
from chalicelib.programme.terms import (
    ZONE,
    Description,
    Document,
    EventId,
    Line,
    Moment,
    Name,
    PlainText,
    Title,
    later_than,
)

#: What its parts are made of as well: others know the programme by this module alone.
__all__ = ["ZONE", "Document", "Leg", "Name", "Release", "Stay", "Title"]

MOST_UNITS = 100_000  #: of one allotment
WARNED_BEFORE = timedelta(days=3)  #: a deadline
DaysBefore = Annotated[int, Field(ge=1, le=60)]
REMINDERS_GO_AT = time(9, 0)  #: local


class Venue(Document):
    name: Line
    address: Line
    note: Title | None = None


class Speaker(Document):
    name: Line
    role: Title | None = None
    organisation: Line | None = None


class Contact(Document):
    """Who to write to about the event."""

    name: Line
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


class Session(Document):
    """One thing on the day's programme. `starts_at` is left out while it is not fixed, `place` where it is the
    venue."""

    title: Title
    starts_at: Moment | None = None
    place: Line | None = None
    speakers: tuple[Line, ...] = ()


class Window(Document):
    """When registration is open: from `opens_at` (included) to `closes_at` (not included).

    `most_per_source` is how many an hour may come from one network (an office, a hall's Wi-Fi), if not as many as
    at other events.
    """

    opens_at: Moment
    closes_at: Moment
    most_per_source: Annotated[int, Field(ge=5, le=MOST_UNITS)] | None = None

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    _in_order = field_validator("closes_at")(later_than("opens_at"))


class Waitlist(Document):
    """How the waitlist moves up: it confirms the next at once (`automatic`), or offers them the place and waits
    for their answer (`offer`), `offer_hours` at the most. From `list_deadline` on no offer is made any more,
    and the organiser decides."""

    mode: Literal["automatic", "offer"] = "automatic"
    offer_hours: Annotated[int, Field(ge=1, le=168)] = 24
    list_deadline: Moment | None = None


NotedMail = Literal["confirmed", "waiting", "offered", "cancelled", "reminder", "event_changed", "missing_details"]


class MailNote(Document):
    """What an organiser adds to a mail, in both languages."""

    da: PlainText
    en: PlainText

    def in_(self, language: Language) -> str:
        return self.da if language == "da" else self.en


class Allotment(Document):
    """Units of one scarce kind. Of the allotments with the same `choice` a person takes at most one."""

    name: Name
    title: Title
    capacity: Annotated[int, Field(ge=0, le=MOST_UNITS)]
    choice: Name | None = None


_Part = TypeVar("_Part", Leg, Stay)


class Meal(Document):
    """A meal that everybody who comes is served."""

    name: Name
    title: Title
    starts_at: Moment


#: What is held about people, in the order in which it goes: what they eat and what help they need; what only the
#: journey took; the people themselves.
Stage = Literal["health", "travel", "people"]
STAGES: tuple[Stage, ...] = get_args(Stage)
DaysAfter = Annotated[int, Field(ge=0, le=1830, validate_default=True)]


class Retention(Document):
    """How many days after the event's end what is held about people is deleted, stage by stage."""

    health: DaysAfter = 7  #: food, and help on the journey
    travel: DaysAfter = 30  #: name as on the card, title, emergency contact, shared rooms, bookings
    people: DaysAfter = 180  #: names, addresses, and everything else

    @field_validator("travel", "people")
    @classmethod
    def _in_order(cls, days: int, info: ValidationInfo) -> int:
        before = STAGES[STAGES.index(cast(Stage, info.field_name)) - 1]
        if days < info.data.get(before, 0):
            raise ValueError(f"must not be less than {before}")
        return days


class Event(Document):
    """One gathering, as the programme describes it."""

    id: EventId
    title: Title
    summary: Title
    description: Description
    starts_at: Moment
    ends_at: Moment
    venue: Venue
    contact: Contact
    speakers: tuple[Speaker, ...] = ()
    sessions: tuple[Session, ...] = ()
    registration: Window
    waitlist: Waitlist = Field(default_factory=Waitlist)
    allotments: Annotated[tuple[Allotment, ...], Field(min_length=1, max_length=12)]
    legs: tuple[Leg, ...] = ()
    stays: tuple[Stay, ...] = ()
    meals: tuple[Meal, ...] = ()
    deadlines: Deadlines = Field(default_factory=Deadlines)
    retention: Retention = Field(default_factory=Retention)
    reminders: Annotated[tuple[DaysBefore, ...], Field(max_length=5)] = ()  #: mails, so many days before
    #: a paragraph of the organiser's own in each mail of that kind
    notes: dict[NotedMail, MailNote] = Field(default_factory=dict)
    note: Title | None = None

    def has_begun(self, now: datetime) -> bool:
        return now >= self.starts_at

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may register now: within the window, and before it begins."""
        return self.registration.is_open(now) and not self.has_begun(now)

    @property
    def reminder_moments(self) -> dict[int, datetime]:
        """When each reminder is due, by its days before: in the morning, as the event is dated now."""
        day = self.starts_at.date()
        return {
            days: datetime.combine(day - timedelta(days=days), REMINDERS_GO_AT, ZONE) for days in self.reminders
        }

    @property
    def due_moments(self) -> list[datetime]:
        """When the clock has something to do: reminders to send, deadlines to warn of."""
        deadlines = (self.deadlines.names, self.deadlines.rooms, *(each.at for each in self.deadlines.releases))
        return [*self.reminder_moments.values(), *(at - WARNED_BEFORE for at in deadlines if at)]

    @property
    def purged_at(self) -> dict[Stage, datetime]:
        """When what is held about people goes, stage by stage."""
        return {stage: self.ends_at + timedelta(days=getattr(self.retention, stage)) for stage in STAGES}

    @property
    def capacities(self) -> dict[str, int]:
        return {allotment.name: allotment.capacity for allotment in self.allotments}

    @property
    def optional(self) -> tuple[Allotment, ...]:
        """The allotments that a person chooses; the place itself is always needed."""
        return tuple(allotment for allotment in self.allotments if allotment.name != PLACE)

    def allotment(self, name: str) -> Allotment | None:
        return next((allotment for allotment in self.allotments if allotment.name == name), None)

    def titles(self, names: Iterable[str], language: Language) -> str:
        """The titles of the allotments, in the event's order; of one that has gone since, nothing."""
        wanted = set(names)
        return ", ".join(each.title.in_(language) for each in self.allotments if each.name in wanted)

    _in_order = field_validator("ends_at")(later_than("starts_at"))

    @field_validator("allotments")
    @classmethod
    def _named_once(cls, allotments: tuple[Allotment, ...]) -> tuple[Allotment, ...]:
        names = [allotment.name for allotment in allotments]
        if PLACE not in names:
            raise ValueError(f"one allotment must be named {PLACE}")
        for twice in sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two allotments are named {twice}")
        return allotments

    @field_validator("legs", "stays")
    @classmethod
    def _have_allotments(cls, parts: tuple[_Part, ...], info: ValidationInfo) -> tuple[_Part, ...]:
        names = {allotment.name for allotment in info.data.get("allotments", ())}
        for part in parts:
            if names and part.name not in names:
                raise ValueError(f"{part.name} has no allotment of that name")
        return parts
