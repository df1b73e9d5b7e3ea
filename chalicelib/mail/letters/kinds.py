"""The kinds of mail: what each is called, and whether it is sent to somebody who wants none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.facts import (
    Accepted,
    Cancelled,
    Changed,
    Confirmed,
    Declined,
    DetailsAsked,
    Expired,
    Fact,
    Joined,
    LinkRequested,
    MailAsked,
    MailBounced,
    MailComplained,
    ManifestReady,
    Offered,
    PlaceKept,
    Promoted,
    Reminded,
    SignInRequested,
    Swapped,
    ToldOfChange,
)
from chalicelib.language import N_


@dataclass(frozen=True)
class MailKind:
    """What the mail is called in a list, and whether it `answers` its reader: tells what became of something
    they did or asked for. Whatever is written of one's own accord (a reminder, news of the event) does not."""

    title: str
    answers: bool


#: By the kind of fact that the mail tells.
KINDS: dict[str, MailKind] = {
    Confirmed.kind: MailKind(N_("Confirmation"), answers=True),
    Joined.kind: MailKind(N_("On the waitlist"), answers=True),
    Promoted.kind: MailKind(N_("Moved up from the waitlist"), answers=True),
    Offered.kind: MailKind(N_("Offer of a place"), answers=True),
    Accepted.kind: MailKind(N_("Offer accepted"), answers=True),
    Declined.kind: MailKind(N_("Offer declined"), answers=True),
    PlaceKept.kind: MailKind(N_("Place in the line kept"), answers=True),
    Expired.kind: MailKind(N_("Offer ended"), answers=True),
    Changed.kind: MailKind(N_("Registration changed"), answers=True),
    Swapped.kind: MailKind(N_("Got what was waited for"), answers=True),
    Cancelled.kind: MailKind(N_("Cancellation"), answers=True),
    MailAsked.kind: MailKind(N_("The latest mail once more"), answers=True),
    ToldOfChange.kind: MailKind(N_("The event has changed"), answers=False),
    Reminded.kind: MailKind(N_("Reminder"), answers=False),
    DetailsAsked.kind: MailKind(N_("Question for travel details"), answers=False),
    LinkRequested.kind: MailKind(N_("Link to the registration"), answers=True),
    MailBounced.kind: MailKind(N_("Notice to the organiser"), answers=True),
    ManifestReady.kind: MailKind(N_("The lists are ready"), answers=True),
    SignInRequested.kind: MailKind(N_("Sign-in link"), answers=True),
}

#: Those that go to the event's organisers, and not to whom the fact is about.
TO_ORGANISER = {MailBounced.kind, ManifestReady.kind}


def anybody_can_cause(fact: Fact) -> bool:
    """Whether the mail tells of something that anybody can do who knows the address: register it, and with the
    link that they get for it, all that a participant does."""
    if isinstance(fact, Cancelled | MailAsked):
        return fact.by == "participant"
    return isinstance(fact, Confirmed | Joined | Changed | Accepted | Declined | PlaceKept | LinkRequested)


def goes_out(kind: str, history: Sequence[dict[str, Any]]) -> bool:
    """Whether a mail of this kind is sent to whose registration has this history: to an address that has
    complained about one goes only what answers it."""
    return KINDS[kind].answers or all(entry["fact"] != MailComplained.kind for entry in history)
