"""The model of the programme: Event, Venue, Session, Allotment, Leg, Stay, Meal.

The shipped files and the organiser's API are validated by the same model. Times without an offset are local times
of the programme, Europe/Copenhagen.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Annotated, Literal, TypeVar, cast, get_args

from pydantic import Field, ValidationInfo, field_validator

from chalicelib.contact.addresses import EmailAddress
from chalicelib.language import LANGUAGES, Language
from chalicelib.programme.journey import Deadlines, Leg, Release, Stay
from chalicelib.programme.lines import PLACE
from chalicelib.programme.moments import ZONE, Moment, require_later_than, to_local
from chalicelib.programme.terms import (
    BilingualText,
    Description,
    EventId,
    Name,
    PlainText,
    ProgrammePart,
    TextLine,
    Title,
)

#: Parts of its parts, too: other features import the programme's model from this module alone.
__all__ = ["ZONE", "Leg", "Name", "ProgrammePart", "Release", "Stay", "Title", "to_local"]

MAX_UNITS = 100_000  #: the most units of one allotment
WARNING_LEAD_TIME = timedelta(days=3)  #: before a deadline
DaysBefore = Annotated[int, Field(ge=1, le=60)]
REMINDER_TIME = time(9, 0)  #: local time


class Venue(ProgrammePart):
    """The venue of an event."""

    name: TextLine
    address: TextLine
    note: Title | None = None


class Speaker(ProgrammePart):
    """A speaker at an event."""

    name: TextLine
    role: Title | None = None
    organisation: TextLine | None = None


class Contact(ProgrammePart):
    """The person to write to about the event."""

    name: TextLine
    email: EmailAddress


class Session(ProgrammePart):
    """An item of the day's programme.

    `starts_at` is left out while it is not fixed, `place` where it is the venue.
    """

    title: Title
    starts_at: Moment | None = None
    place: TextLine | None = None
    speakers: tuple[TextLine, ...] = ()


class Window(ProgrammePart):
    """The time in which registration is open: from `opens_at` (included) to `closes_at` (not included).

    `most_per_source` is how many an hour may come from one network (an office, a hall's Wi-Fi), if not as many as
    at other events.
    """

    opens_at: Moment
    closes_at: Moment
    most_per_source: Annotated[int, Field(ge=5, le=MAX_UNITS)] | None = None

    _check_order = field_validator("closes_at")(require_later_than("opens_at"))


class Waitlist(ProgrammePart):
    """The rules of promotion: confirm the next at once (`automatic`), or offer them the place (`offer`).

    An offer stands for `offer_hours` at the most. From `list_deadline` on no offer is made any more, and the
    organiser decides.
    """

    mode: Literal["automatic", "offer"] = "automatic"
    offer_hours: Annotated[int, Field(ge=1, le=168)] = 24
    list_deadline: Moment | None = None


MailNoteKind = Literal[
    "confirmed", "waiting", "offered", "cancelled", "reminder", "event_changed", "missing_details"
]


class MailNote(BilingualText):
    """A paragraph that an organiser adds to a mail, in both languages."""

    da: PlainText
    en: PlainText


class Allotment(ProgrammePart):
    """Units of one scarce kind. Of the allotments with the same `choice` a participant takes at most one."""

    name: Name
    title: Title
    capacity: Annotated[int, Field(ge=0, le=MAX_UNITS)]
    choice: Name | None = None


_TravelPart = TypeVar("_TravelPart", Leg, Stay)


class Meal(ProgrammePart):
    """A meal that all participants are served."""

    name: Name
    title: Title
    starts_at: Moment


#: Stages of retention, in the order in which personal data is deleted: food and assistance; what only the journey
#: needed; all the rest.
RetentionStage = Literal["health", "travel", "people"]
RETENTION_STAGES: tuple[RetentionStage, ...] = get_args(RetentionStage)
DaysAfter = Annotated[int, Field(ge=0, le=1830, validate_default=True)]


class Retention(ProgrammePart):
    """The days after the event's end after which personal data is deleted, stage by stage."""

    health: DaysAfter = 7  #: food, and help on the journey
    travel: DaysAfter = 30  #: name as on the card, title, emergency contact, shared rooms, bookings
    people: DaysAfter = 180  #: names, addresses, and everything else

    @field_validator("travel", "people")
    @classmethod
    def _check_order(cls, days: int, info: ValidationInfo) -> int:
        before = RETENTION_STAGES[RETENTION_STAGES.index(cast(RetentionStage, info.field_name)) - 1]
        if days < info.data.get(before, 0):
            raise ValueError(f"must not be less than {before}")
        return days


class Event(ProgrammePart):
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
    #: the organiser's own paragraph in each mail of that kind
    notes: dict[MailNoteKind, MailNote] = Field(default_factory=dict)
    note: Title | None = None

    def has_ended(self, now: datetime) -> bool:
        """Return whether the event is over."""
        return now >= self.ends_at

    def has_begun(self, now: datetime) -> bool:
        """Return True once the event has begun."""
        return now >= self.starts_at

    @property
    def registration_closes_at(self) -> datetime:
        """The moment from which newcomers cannot register: the window's end, or the beginning if it is earlier."""
        return min(self.registration.closes_at, self.starts_at)

    def is_registration_open(self, now: datetime) -> bool:
        """Return True if newcomers may register now: within the window, and before the event begins."""
        return self.registration.opens_at <= now < self.registration_closes_at

    @property
    def reminder_moments(self) -> dict[int, datetime]:
        """The moment of each reminder, by its days before: in the morning, as the event is dated now."""
        morning = datetime.combine(self.starts_at.date(), REMINDER_TIME, ZONE)
        return {days: to_local(morning - timedelta(days=days)) for days in self.reminders}

    @property
    def due_moments(self) -> list[datetime]:
        """The moments at which the clock has something to do: reminders to send, deadlines to warn of."""
        releases = (release.at for release in self.deadlines.releases)
        deadlines = (self.deadlines.names, self.deadlines.rooms, *releases)
        return [*self.reminder_moments.values(), *(at - WARNING_LEAD_TIME for at in deadlines if at)]

    @property
    def purge_moments(self) -> dict[RetentionStage, datetime]:
        """The moments at which personal data is deleted, by stage of retention: after so many times 24 hours."""
        days = {stage: timedelta(days=getattr(self.retention, stage)) for stage in RETENTION_STAGES}
        return {stage: to_local(self.ends_at + days[stage]) for stage in RETENTION_STAGES}

    @property
    def capacities(self) -> dict[str, int]:
        """The capacity of each allotment."""
        return {allotment.name: allotment.capacity for allotment in self.allotments}

    @property
    def optional_allotments(self) -> tuple[Allotment, ...]:
        """The allotments that a participant chooses; the place itself is always needed."""
        return tuple(allotment for allotment in self.allotments if allotment.name != PLACE)

    def find_allotment(self, name: str) -> Allotment | None:
        """Return the allotment of that name, or None."""
        return next((allotment for allotment in self.allotments if allotment.name == name), None)

    def join_titles(self, names: Iterable[str], language: Language) -> str:
        """Join the titles of the allotments, in the event's order, without those that have since been removed."""
        chosen = set(names)
        return ", ".join(part.title.in_(language) for part in self.allotments if part.name in chosen)

    def translate_titles(self, names: Iterable[str]) -> dict[Language, str]:
        """Join the titles of the allotments in each language, for a problem whose reader is not known yet."""
        chosen = tuple(names)
        return {language: self.join_titles(chosen, language) for language in LANGUAGES}

    _check_order = field_validator("ends_at")(require_later_than("starts_at"))

    @field_validator("allotments")
    @classmethod
    def _check_allotment_names(cls, allotments: tuple[Allotment, ...]) -> tuple[Allotment, ...]:
        names = [allotment.name for allotment in allotments]
        if PLACE not in names:
            raise ValueError(f"one allotment must be named {PLACE}")
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(", ".join(f"two allotments are named {name}" for name in twice))
        return allotments

    @field_validator("legs", "stays")
    @classmethod
    def _check_travel_allotments(
        cls, parts: tuple[_TravelPart, ...], info: ValidationInfo
    ) -> tuple[_TravelPart, ...]:
        names = {allotment.name for allotment in info.data.get("allotments", ())}
        if names and (unknown := [part.name for part in parts if part.name not in names]):
            raise ValueError(", ".join(f"{name} has no allotment of that name" for name in unknown))
        return parts
