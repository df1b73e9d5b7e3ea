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
    is_transactional: bool


#: By the kind of fact that the mail tells.
MAIL_KINDS: dict[str, MailKind] = {
    Confirmed.kind: MailKind(N_("Confirmation"), is_transactional=True),
    Joined.kind: MailKind(N_("On the waitlist"), is_transactional=True),
    Promoted.kind: MailKind(N_("Moved up from the waitlist"), is_transactional=True),
    Offered.kind: MailKind(N_("Offer of a place"), is_transactional=True),
    Accepted.kind: MailKind(N_("Offer accepted"), is_transactional=True),
    Declined.kind: MailKind(N_("Offer declined"), is_transactional=True),
    PlaceKept.kind: MailKind(N_("Place in the line kept"), is_transactional=True),
    Expired.kind: MailKind(N_("Offer ended"), is_transactional=True),
    Changed.kind: MailKind(N_("Registration changed"), is_transactional=True),
    Swapped.kind: MailKind(N_("Got what was waited for"), is_transactional=True),
    Cancelled.kind: MailKind(N_("Cancellation"), is_transactional=True),
    MailAsked.kind: MailKind(N_("The latest mail once more"), is_transactional=True),
    ToldOfChange.kind: MailKind(N_("The event has changed"), is_transactional=False),
    Reminded.kind: MailKind(N_("Reminder"), is_transactional=False),
    DetailsAsked.kind: MailKind(N_("Question for travel details"), is_transactional=False),
    LinkRequested.kind: MailKind(N_("Link to the registration"), is_transactional=True),
    MailBounced.kind: MailKind(N_("Notice to the organiser"), is_transactional=True),
    ManifestReady.kind: MailKind(N_("The lists are ready"), is_transactional=True),
    SignInRequested.kind: MailKind(N_("Sign-in link"), is_transactional=True),
}

#: Those that go to the event's organisers, and not to whom the fact is about.
ORGANISER_MAIL_KINDS = {MailBounced.kind, ManifestReady.kind}


def can_anyone_trigger(fact: Fact) -> bool:
    """Whether the mail tells of something that anybody can do who knows the address: register it, and with the
    link that they get for it, all that a participant does."""
    if isinstance(fact, Cancelled | MailAsked):
        return fact.by == "participant"
    return isinstance(fact, Confirmed | Joined | Changed | Accepted | Declined | PlaceKept | LinkRequested)


def can_send(kind: str, history: Sequence[dict[str, Any]]) -> bool:
    """Whether a mail of this kind is sent to whose registration has this history: to an address that has
    complained about one goes only what answers it."""
    return MAIL_KINDS[kind].is_transactional or all(entry["fact"] != MailComplained.kind for entry in history)
