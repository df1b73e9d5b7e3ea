"""The facts: what happened, in past tense, as the relay reads it from the stream and sends it onto the queues.

A registration's history is the list of its facts; a fact's `revision` is its 1-based index in that list. Facts
carry ids and states, never a person's name or address, and nothing about health.
"""

import json
from typing import Any, ClassVar

import msgspec
from msgspec.structs import asdict

_NO_SIGNS = {ord(sign): None for sign in "-T"}
FORMAT_VERSION = 1  #: of messages; raised when code of the former version could misread one


class UnknownFact(ValueError):
    """A message cannot be read: it is of another version, or no fact."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at an event; `at` is ISO 8601 in UTC."""

    kind: ClassVar[str]
    event_id: str
    at: str

    @property
    def key(self) -> str:
        """The key that tells this fact from every other of its event; safe in sort keys and message ids."""
        raise NotImplementedError


class RegistrationFact(Fact, frozen=True, kw_only=True):
    """A fact in the history of one registration."""

    registration_id: str
    revision: int

    @property
    def key(self) -> str:
        """The key, of registration, revision and kind."""
        return f"{self.registration_id}.{self.revision:04d}.{self.kind}"


class VersionFact(Fact, frozen=True, kw_only=True):
    """A fact that happens once in each `version` of its subject: an event, its places, or a manifest."""

    version: int

    @property
    def key(self) -> str:
        """The key, of version and kind."""
        return f"{self.version:06d}.{self.kind}"


class Confirmed(RegistrationFact, frozen=True, kw_only=True):
    """The participant registered and was confirmed at once."""

    kind = "confirmed"
    needs: tuple[str, ...]


class Joined(RegistrationFact, frozen=True, kw_only=True):
    """The participant registered and joined the waitlist, for the allotments in `waiting_for`."""

    kind = "joined"
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]


class Promoted(RegistrationFact, frozen=True, kw_only=True):
    """The registration moved up from the waitlist and is confirmed."""

    kind = "promoted"
    needs: tuple[str, ...]


class Offered(RegistrationFact, frozen=True, kw_only=True):
    """The registration's turn has come: its units are held until `expires_at`."""

    kind = "offered"
    needs: tuple[str, ...]
    expires_at: str


class Accepted(RegistrationFact, frozen=True, kw_only=True):
    """The participant accepted the offer and is confirmed."""

    kind = "accepted"
    needs: tuple[str, ...]


class Declined(RegistrationFact, frozen=True, kw_only=True):
    """The participant declined the offer, which cancels the registration."""

    kind = "declined"
    needs: tuple[str, ...]


class PlaceKept(RegistrationFact, frozen=True, kw_only=True):
    """The participant passed the offer on and goes on waiting, with the rank that they had."""

    kind = "place-kept"
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]


class Expired(RegistrationFact, frozen=True, kw_only=True):
    """The offer ended unanswered, which cancels the registration."""

    kind = "expired"
    needs: tuple[str, ...]


class Cancelled(RegistrationFact, frozen=True, kw_only=True):
    """The registration was cancelled.

    `was` is its status before, `by` participant or organiser, or the leader who registered the participant.
    """

    kind = "cancelled"
    was: str
    needs: tuple[str, ...]
    by: str


class OfferExtended(RegistrationFact, frozen=True, kw_only=True):
    """The mail with the offer bounced, so the offer stands longer, until `expires_at`; this happens once."""

    kind = "offer-extended"
    expires_at: str


class Changed(RegistrationFact, frozen=True, kw_only=True):
    """Details, needs or wishes were changed.

    `fields` names which, never their values. `status`, `needs` and `waiting_for` hold from then on; `gave` is what
    was given up.
    """

    kind = "changed"
    fields: tuple[str, ...]
    status: str
    needs: tuple[str, ...]
    gave: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()


class Swapped(RegistrationFact, frozen=True, kw_only=True):
    """The participant got what they wished for, and gave up what that excludes."""

    kind = "swapped"
    needs: tuple[str, ...]
    took: tuple[str, ...]
    gave: tuple[str, ...]


class PartyChanged(RegistrationFact, frozen=True, kw_only=True):
    """A member of the party left it, or needs something else.

    `people` now wait together, the participant included.
    """

    kind = "party-changed"
    people: int


class Prioritised(RegistrationFact, frozen=True, kw_only=True):
    """An organiser gave the waiting registration another priority, 1 the highest and 9 the lowest."""

    kind = "prioritised"
    priority: int


class MailBounced(RegistrationFact, frozen=True, kw_only=True):
    """A mail to the participant bounced for good, or was refused at once.

    `mail` is the key of the fact that it was about, `reason` the mail service's word for why.
    """

    kind = "mail-bounced"
    mail: str
    reason: str


class MailComplained(RegistrationFact, frozen=True, kw_only=True):
    """The participant marked a mail as unwanted; otherwise as MailBounced."""

    kind = "mail-complained"
    mail: str
    reason: str


class ToldOfChange(RegistrationFact, frozen=True, kw_only=True):
    """The participant is to hear of a change of the event that concerns them.

    It came with the event's `version`: of time or venue, or of a leg or stay of theirs; otherwise as EventChanged.
    """

    kind = "told-of-change"
    version: int
    was_starts_at: str = ""
    was_ends_at: str = ""
    was_venue: str = ""
    was_address: str = ""
    was_legs: dict[str, Any] = {}
    was_stays: dict[str, Any] = {}


class Reminded(RegistrationFact, frozen=True, kw_only=True):
    """The participant is reminded of the event, `days` before the day on which it then begins, `starts_on`."""

    kind = "reminded"
    days: int
    starts_on: str


class DetailsAsked(RegistrationFact, frozen=True, kw_only=True):
    """The participant is asked for the travel details that they have not given."""

    kind = "details-asked"


class MailAsked(RegistrationFact, frozen=True, kw_only=True):
    """The mail about the registration's status is to be sent once more; `by` participant or organiser.

    With `renewed` it brings new links, since those before are void.
    """

    kind = "mail-asked"
    by: str
    renewed: bool = False


class LinkRequested(Fact, frozen=True, kw_only=True):
    """A registered address was used to register again: its link is to be mailed to it."""

    kind = "link-requested"
    registration_id: str
    request_id: str

    @property
    def key(self) -> str:
        """The key, of registration, request and kind."""
        return f"{self.registration_id}.{self.request_id}.{self.kind}"


class LinksAsked(Fact, frozen=True, kw_only=True):
    """The links of all that an address has were asked for, to be mailed to it; `event_id` is empty."""

    kind = "links-asked"
    request_id: str

    @property
    def key(self) -> str:
        """The key, of request and kind."""
        return f"{self.request_id}.{self.kind}"


class MailsDrawnTogether(Fact, frozen=True, kw_only=True):
    """The hour has come at which one mail tells a mailbox all that was withheld from it; `event_id` is empty.

    `mailbox` stands for its address, as a keyed hash.
    """

    kind = "mails-drawn-together"
    mailbox: str

    @property
    def key(self) -> str:
        """The key, of mailbox, hour and kind."""
        hour = self.at[:13].translate(_NO_SIGNS)
        return f"{self.mailbox}.{hour}.{self.kind}"


class CheckedIn(RegistrationFact, frozen=True, kw_only=True):
    """The participant came."""

    kind = "checked-in"


class CheckInUndone(RegistrationFact, frozen=True, kw_only=True):
    """The participant was checked in by mistake, and had not come."""

    kind = "check-in-undone"


class Erased(RegistrationFact, frozen=True, kw_only=True):
    """The participant's personal data was deleted; this entry stands for all facts before it, too."""

    kind = "erased"


class Freed(VersionFact, frozen=True, kw_only=True):
    """Units became free, or the rules of promotion changed, while a line waits.

    Also when a registration joins a line of which it is not yet known that nothing fits.
    """

    kind = "freed"


class EventChanged(VersionFact, frozen=True, kw_only=True):
    """An organiser changed the event's time or venue, or its legs and stays, with its `version`.

    `was_…` is what held before, empty for what did not change. Legs and stays are by name, as they stood in the
    event's document; empty where there was none of that name.
    """

    kind = "event-changed"
    was_starts_at: str = ""
    was_ends_at: str = ""
    was_venue: str = ""
    was_address: str = ""
    was_legs: dict[str, Any] = {}
    was_stays: dict[str, Any] = {}


class BroadcastDue(Fact, frozen=True, kw_only=True):
    """The next page of a broadcast is due: the registrations after the id `after`, at first all.

    `resumed` is how often the broadcast was resumed: a queue would take the same page once more for a duplicate.
    """

    kind = "round-due"
    round_id: str
    after: str
    resumed: int = 0

    @property
    def key(self) -> str:
        """The key, of broadcast, last registration, resumption and kind."""
        resumption = f"{self.resumed}." if self.resumed else ""
        return f"{self.round_id}.{self.after or '0'}.{resumption}{self.kind}"


class ManifestReady(VersionFact, frozen=True, kw_only=True):
    """A version of the manifest was built."""

    kind = "manifest-ready"


class ManifestRequested(VersionFact, frozen=True, kw_only=True):
    """An organiser asked for a new version of the manifest."""

    kind = "manifest-requested"


class SignInRequested(Fact, frozen=True, kw_only=True):
    """A listed organiser asked for a sign-in link; `event_id` is empty."""

    kind = "sign-in-requested"
    request_id: str

    @property
    def key(self) -> str:
        """The key, of request and kind."""
        return f"{self.request_id}.{self.kind}"


#: Names that an earlier version gave to facts, in messages that it left on the queues (workers/migrations.py).
LEGACY_KINDS = {"capacity-changed": "freed"}

FACTS_BY_KIND: dict[str, type[Fact]] = {
    fact.kind: fact
    for fact in (
        Confirmed,
        Joined,
        Promoted,
        Offered,
        Accepted,
        Declined,
        PlaceKept,
        Expired,
        Cancelled,
        OfferExtended,
        Changed,
        Swapped,
        PartyChanged,
        Prioritised,
        MailBounced,
        MailComplained,
        ToldOfChange,
        Reminded,
        DetailsAsked,
        MailAsked,
        CheckedIn,
        CheckInUndone,
        Erased,
        LinkRequested,
        LinksAsked,
        MailsDrawnTogether,
        Freed,
        EventChanged,
        BroadcastDue,
        ManifestRequested,
        ManifestReady,
        SignInRequested,
    )
}

#: Facts about a registration that change neither its status nor its needs: its mails, and whether its participant
#: came.
INFORMATIONAL_KINDS = tuple(
    fact.kind
    for fact in (
        MailBounced,
        MailComplained,
        ToldOfChange,
        Reminded,
        DetailsAsked,
        MailAsked,
        CheckedIn,
        CheckInUndone,
    )
)

_IDENTITY_FIELDS = ("event_id", "registration_id", "revision")


def parse_kind(key: str) -> str:
    """Return the kind of the fact that has this key."""
    return key.rpartition(".")[2]


def encode(fact: Fact) -> str:
    """Serialize the fact as a message's body."""
    return json.dumps({"format": FORMAT_VERSION, "fact": fact.kind, **asdict(fact)}, separators=(",", ":"))


def decode(body: str) -> Fact:
    """Deserialize the fact in a message's body; raises UnknownFact for anything else."""
    try:
        document = json.loads(body)
        written = document.pop("format")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnknownFact("The message is not a fact.") from error
    if written != FORMAT_VERSION:
        raise UnknownFact(f"The message has format {written}, this function reads format {FORMAT_VERSION}.")
    return _convert(document)


def to_history_entry(fact: RegistrationFact) -> dict[str, Any]:
    """Return the fact as an entry of its registration's history, without the ids that the history implies."""
    document = {name: value for name, value in asdict(fact).items() if name not in _IDENTITY_FIELDS}
    return {"fact": fact.kind, **{k: list(v) if isinstance(v, tuple) else v for k, v in document.items()}}


def from_history_entry(
    event_id: str, registration_id: str, revision: int, entry: dict[str, Any]
) -> RegistrationFact:
    """Return the fact that an entry of a registration's history stands for; raises UnknownFact."""
    fact = _convert({**entry, "event_id": event_id, "registration_id": registration_id, "revision": revision})
    if not isinstance(fact, RegistrationFact):
        raise UnknownFact(f"{fact.kind} is not a registration's fact.")
    return fact


def _convert(document: dict[str, Any]) -> Fact:
    name = str(document.get("fact"))
    kind = FACTS_BY_KIND.get(LEGACY_KINDS.get(name, name))
    if kind is None:
        raise UnknownFact("There is no fact of that name.")
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        raise UnknownFact(f"This is no {kind.kind} fact: {error}") from error
