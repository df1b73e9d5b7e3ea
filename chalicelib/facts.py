"""What happened, in past tense: the words that the stream is turned into and that queues carry.

A registration's history is the list of its facts; a fact's `revision` is its 1-based place in that list.
Facts carry ids and states, never a person's name or address or anything about health.
"""

import json
from typing import Any, ClassVar

import msgspec
from msgspec.structs import asdict

FORMAT_VERSION = 1  #: of messages; raised when a reader of the former could misread one


class UnknownFact(ValueError):
    """A message that this version cannot read: another version's, or none of ours."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened at an event; `at` is ISO 8601 in UTC."""

    kind: ClassVar[str]
    event_id: str
    at: str

    @property
    def key(self) -> str:
        """Tells this fact from every other one of its event; safe in keys and message ids."""
        raise NotImplementedError


class RegistrationFact(Fact, frozen=True, kw_only=True):
    registration_id: str
    revision: int

    @property
    def key(self) -> str:
        return f"{self.registration_id}.{self.revision:04d}.{self.kind}"


class VersionFact(Fact, frozen=True, kw_only=True):
    """What happens once in each `version` of what it is about: an event's item, its places, or a manifest."""

    version: int

    @property
    def key(self) -> str:
        return f"{self.version:06d}.{self.kind}"


class Confirmed(RegistrationFact, frozen=True, kw_only=True):
    """The places are theirs, straight away."""

    kind = "confirmed"
    needs: tuple[str, ...]


class Joined(RegistrationFact, frozen=True, kw_only=True):
    """They joined the waitlist, for the allotments that were full or waited for."""

    kind = "joined"
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]


class Promoted(RegistrationFact, frozen=True, kw_only=True):
    """They moved up from the waitlist and are confirmed."""

    kind = "promoted"
    needs: tuple[str, ...]


class Offered(RegistrationFact, frozen=True, kw_only=True):
    """Their turn has come: the units are held for them until `expires_at`."""

    kind = "offered"
    needs: tuple[str, ...]
    expires_at: str


class Accepted(RegistrationFact, frozen=True, kw_only=True):
    """They accepted the offer and are confirmed."""

    kind = "accepted"
    needs: tuple[str, ...]


class Declined(RegistrationFact, frozen=True, kw_only=True):
    """They declined the offer: the registration is cancelled."""

    kind = "declined"
    needs: tuple[str, ...]


class PlaceKept(RegistrationFact, frozen=True, kw_only=True):
    """They passed this offer on and go on waiting, with the place in the line that they had."""

    kind = "place-kept"
    needs: tuple[str, ...]
    waiting_for: tuple[str, ...]


class Expired(RegistrationFact, frozen=True, kw_only=True):
    """The offer ended unanswered: the registration is cancelled."""

    kind = "expired"
    needs: tuple[str, ...]


class Cancelled(RegistrationFact, frozen=True, kw_only=True):
    """The registration was cancelled; `was` is its status before, `by` participant or organiser."""

    kind = "cancelled"
    was: str
    needs: tuple[str, ...]
    by: str


class OfferExtended(RegistrationFact, frozen=True, kw_only=True):
    """The mail with the offer did not arrive, so it stands longer, until `expires_at`: once."""

    kind = "offer-extended"
    expires_at: str


class Changed(RegistrationFact, frozen=True, kw_only=True):
    """Details, needs or wishes were changed; `fields` names which, never their values. `status`, `needs` and
    `waiting_for` hold from then on; `gave` is what was given up."""

    kind = "changed"
    fields: tuple[str, ...]
    status: str
    needs: tuple[str, ...]
    gave: tuple[str, ...] = ()
    waiting_for: tuple[str, ...] = ()


class Swapped(RegistrationFact, frozen=True, kw_only=True):
    """They got what they wished for, and gave up what that excludes."""

    kind = "swapped"
    needs: tuple[str, ...]
    took: tuple[str, ...]
    gave: tuple[str, ...]


class PartyChanged(RegistrationFact, frozen=True, kw_only=True):
    """One whom they wait together with has left, or needs something else; so many wait together now, themselves
    included."""

    kind = "party-changed"
    people: int


class Prioritised(RegistrationFact, frozen=True, kw_only=True):
    """An organiser gave them another priority in the line, 1 the highest and 9 the lowest."""

    kind = "prioritised"
    priority: int


class MailBounced(RegistrationFact, frozen=True, kw_only=True):
    """A mail to them came back for good, or was refused at once; `mail` is the key of the fact that it told,
    `reason` the mail service's word for why."""

    kind = "mail-bounced"
    mail: str
    reason: str


class MailComplained(RegistrationFact, frozen=True, kw_only=True):
    """They marked a mail as one they did not want; otherwise as MailBounced."""

    kind = "mail-complained"
    mail: str
    reason: str


class ToldOfChange(RegistrationFact, frozen=True, kw_only=True):
    """They are to know that the event's time or place, or a leg or stay of theirs, changed with its `version`;
    otherwise as EventChanged."""

    kind = "told-of-change"
    version: int
    was_starts_at: str = ""
    was_ends_at: str = ""
    was_venue: str = ""
    was_address: str = ""
    was_legs: dict[str, Any] = {}
    was_stays: dict[str, Any] = {}


class Reminded(RegistrationFact, frozen=True, kw_only=True):
    """They are reminded of the event, so many days before the day on which it then begins, `starts_on`."""

    kind = "reminded"
    days: int
    starts_on: str


class DetailsAsked(RegistrationFact, frozen=True, kw_only=True):
    """They are asked for the travel details that they have not given."""

    kind = "details-asked"


class MailAsked(RegistrationFact, frozen=True, kw_only=True):
    """They are to get the mail about how their registration stands once more; `by` participant or organiser."""

    kind = "mail-asked"
    by: str


class LinkRequested(Fact, frozen=True, kw_only=True):
    """Somebody registered with an address that is registered already: the link goes to the address."""

    kind = "link-requested"
    registration_id: str
    request_id: str

    @property
    def key(self) -> str:
        return f"{self.registration_id}.{self.request_id}.{self.kind}"


class CheckedIn(RegistrationFact, frozen=True, kw_only=True):
    """They came."""

    kind = "checked-in"


class CheckInUndone(RegistrationFact, frozen=True, kw_only=True):
    """They had not come: it was written down by mistake."""

    kind = "check-in-undone"


class Erased(RegistrationFact, frozen=True, kw_only=True):
    """Everything about them was deleted; it stands for each fact that there was before, too."""

    kind = "erased"


class Freed(VersionFact, frozen=True, kw_only=True):
    """Something became free, or may be had otherwise than before, while somebody waits; or somebody has come to
    wait, and nobody knows yet that they cannot be helped."""

    kind = "freed"


class EventChanged(VersionFact, frozen=True, kw_only=True):
    """An organiser changed the event's time or place, or somebody's journey, with its `version`.

    `was_…` is what held before of what changed, and empty for what did not. Legs and stays are by name, as they
    stood in the event's document; empty where there was none of that name.
    """

    kind = "event-changed"
    was_starts_at: str = ""
    was_ends_at: str = ""
    was_venue: str = ""
    was_address: str = ""
    was_legs: dict[str, Any] = {}
    was_stays: dict[str, Any] = {}


class BroadcastDue(Fact, frozen=True, kw_only=True):
    """The next page of a round is to be told: whoever comes after the registration `after`, at first everybody."""

    kind = "round-due"
    round_id: str
    after: str

    @property
    def key(self) -> str:
        return f"{self.round_id}.{self.after or '0'}.{self.kind}"


class ManifestReady(VersionFact, frozen=True, kw_only=True):
    """A version of the manifest was built."""

    kind = "manifest-ready"


class ManifestRequested(VersionFact, frozen=True, kw_only=True):
    """An organiser asked for a new version of the manifest."""

    kind = "manifest-requested"


class SignInRequested(Fact, frozen=True, kw_only=True):
    """Somebody listed asked for a sign-in link; `event_id` is empty."""

    kind = "sign-in-requested"
    request_id: str

    @property
    def key(self) -> str:
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
        Freed,
        EventChanged,
        BroadcastDue,
        ManifestRequested,
        ManifestReady,
        SignInRequested,
    )
}

#: What a registration is told, or asked, what its mails met with, and whether its person came: nothing about it is
#: otherwise for that.
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
    """The kind of the fact that has this key."""
    return key.rpartition(".")[2]


def encode(fact: Fact) -> str:
    """The fact as a message's body."""
    return json.dumps({"format": FORMAT_VERSION, "fact": fact.kind, **asdict(fact)}, separators=(",", ":"))


def decode(body: str) -> Fact:
    """The fact in a message's body; raises UnknownFact for anything else."""
    try:
        document = json.loads(body)
        written = document.pop("format")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise UnknownFact("The message is not a fact.") from error
    if written != FORMAT_VERSION:
        raise UnknownFact(f"The message has format {written}, this function reads format {FORMAT_VERSION}.")
    return _convert(document)


def to_history_entry(fact: RegistrationFact) -> dict[str, Any]:
    """The fact as an entry of its registration's history, which already says whose and which."""
    document = {name: value for name, value in asdict(fact).items() if name not in _IDENTITY_FIELDS}
    return {"fact": fact.kind, **{k: list(v) if isinstance(v, tuple) else v for k, v in document.items()}}


def from_history_entry(
    event_id: str, registration_id: str, revision: int, entry: dict[str, Any]
) -> RegistrationFact:
    """The fact that an entry of a registration's history stands for."""
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
