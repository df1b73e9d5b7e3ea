"""The JSON documents that several endpoints answer with, as the OpenAPI description has them.

Each names the fields that callers may rely on; an answer may have more.
"""

from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,  # pydantic needs these before Python 3.12
)

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

DateTime = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
Uri = Annotated[str, WithJsonSchema({"type": "string", "format": "uri"})]
Document = dict[str, Any]  #: JSON whose fields are described elsewhere, or nowhere


class FieldProblem(TypedDict):
    """A bad field: its dotted path, a stable code and a message for people.

    `allowed` has the values that may stand there, where there are few.
    """

    field: str
    code: str
    message: str
    allowed: NotRequired[list[str]]


class ProblemDocument(TypedDict):
    """RFC 9457; `errors` names bad fields."""

    type: Uri
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldProblem]]


class Translated(TypedDict):
    """A text in each language."""

    da: str
    en: str


class PublicVenue(TypedDict):
    """The venue of an event."""

    name: str
    address: str


class PublicSpeaker(TypedDict):
    """A speaker at an event."""

    name: str


class RegistrationWindow(TypedDict):
    """From when until when one can register, and if that is now."""

    opens_at: DateTime
    closes_at: DateTime
    is_open: bool


class Counts(TypedDict):
    """The units of an allotment."""

    name: str
    capacity: int
    taken: int
    waiting: int
    left: int


class PublicAllotment(Counts):
    """An allotment with its title."""

    title: str


class PublicEvent(TypedDict):
    """An event with its counts, in one language."""

    id: str
    title: str
    starts_at: DateTime
    ends_at: DateTime
    venue: PublicVenue
    speakers: list[PublicSpeaker]
    registration: RegistrationWindow
    allotments: list[PublicAllotment]


#: The demand that is waited for, and the position in its line; `for` is a keyword, so it is no class.
Waiting = TypedDict("Waiting", {"position": Annotated[int, Field(ge=1)], "for": list[str]})


class Offer(TypedDict):
    """An offer, until it expires."""

    expires_at: DateTime


class Links(TypedDict):
    """`self` is the key to the registration."""

    self: Uri
    calendar: Uri


class Registration(TypedDict):
    """A registration as its participant sees it."""

    id: str
    event_id: str
    status: Literal["confirmed", "waiting", "offered", "cancelled"]
    needs: list[str]
    waiting: Waiting | None
    offer: Offer | None
    registered_at: DateTime
    links: Links


class OneRegistration(TypedDict):
    """The registration of the link's holder."""

    registration: Registration


class WaitingPosition(TypedDict):
    """The position in the waitlist."""

    position: int


class SelfLink(TypedDict):
    """The link that was used."""

    self: str


class RegistrationStatus(TypedDict):
    """How a registration stands: all that a link shows that opens no more."""

    id: str
    event_id: str
    status: Literal["confirmed", "waiting", "offered", "cancelled"]
    waiting: WaitingPosition | None
    links: SelfLink


class OneRegistrationStatus(TypedDict):
    """How the registration of the link's holder stands."""

    registration: RegistrationStatus


class PartyMember(TypedDict):
    """A member of a party, for the person who registered them.

    There is no name once they have used their own link.
    """

    id: str
    name: str | None
    status: Literal["confirmed", "waiting", "offered", "cancelled"]
    waiting: Waiting | None


class LinkedRegistration(TypedDict):
    """What a link to a registration opens.

    `party` has the people who were registered together, for the link of the person who registered them.
    """

    registration: Registration | RegistrationStatus
    party: NotRequired[list[PartyMember]]


class RegistrationAfterChange(OneRegistration):
    """The registration after a change; `dropped` names what went because it became another person's."""

    dropped: NotRequired[list[str]]


class OrganiserRegistration(TypedDict):
    """A registration as organisers see it."""

    id: str
    event_id: str
    status: str
    needs: list[str]
    checked_in_at: DateTime | None
    given_name: str
    family_name: str
    email: str


class OneOrganiserRegistration(TypedDict):
    """A registration, for organisers."""

    registration: OrganiserRegistration


class ChangedOrganiserRegistration(OneOrganiserRegistration):
    """The registration after a change, for organisers; `dropped` as for the participant."""

    dropped: NotRequired[list[str]]
