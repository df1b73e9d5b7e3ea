"""The document of everything that is held about a participant, as the OpenAPI description has it.

What belongs to the registration alone is always there; the other parts are left out where the link does not open
them.
"""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from chalicelib.web.http.models import DateTime, Document, Offer, Waiting


class HeldRegistration(TypedDict):
    """The registration; `attendee` has the details as they are sent to register."""

    id: str
    event_id: str
    status: str
    needs: list[str]
    waiting: Waiting | None
    offer: Offer | None
    registered_at: DateTime
    checked_in_at: DateTime | None
    registered_by_another: bool
    people_registered_by_them: int
    attendee: Document


class HeldRecord(TypedDict):
    """A record with its moment and a sentence in the reader's language."""

    at: DateTime
    text: str


class HistoryRecord(HeldRecord):
    """Something that happened: its kind (`fact`), how often, and the organiser who did it with their reason."""

    fact: str
    times: NotRequired[int]
    organiser: NotRequired[str]
    reason: NotRequired[str]


class MailRecord(TypedDict):
    """A mail, by the kind of what it was about, with the moments of its states."""

    mail: str
    title: str
    state: str
    text: str
    number_at_mail_service: str | None
    reason: str | None


class MomentRecord(TypedDict):
    """The moment of something that has no more to say."""

    at: DateTime


class WaitlistRecord(TypedDict):
    """An entry in the waitlist: what it waits for, since when, with which priority, and for how many people."""

    priority: int
    since: DateTime
    people: int


class TaskRecord(HeldRecord):
    """An open task of the organisers about the registration."""

    kind: str


class ActionRecord(HeldRecord):
    """An organiser's action that was about the participant, and what it changed for them."""

    organiser: str
    action: str
    reason: str | None
    changes: list[dict[str, Any]]


class PersonalData(TypedDict):
    """Everything that is held about a participant at an event."""

    event: str
    registration: HeldRegistration
    history: NotRequired[list[HistoryRecord]]
    mails: NotRequired[list[MailRecord]]
    link_requests: NotRequired[list[MomentRecord]]
    waitlist: NotRequired[list[WaitlistRecord]]
    got_in_ahead: NotRequired[list[HeldRecord]]
    tasks: NotRequired[list[TaskRecord]]
    organisers_actions: NotRequired[list[ActionRecord]]
    bookings: NotRequired[list[Document]]
    shared_rooms: NotRequired[list[Document]]
    lists: NotRequired[list[Document]]
