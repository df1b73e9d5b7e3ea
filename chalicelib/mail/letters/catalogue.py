"""The catalogue of mails: one row for each fact that is mailed, with all that differs from mail to mail.

The words of a letter follow the fact, what happened then, also when the registration has moved on since. A letter
never mentions health, food or emergency contacts. The functions that no letter is written in start without this
module: what they need of a kind stands in delivery/reports.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

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
    LinksAsked,
    MailAsked,
    MailBounced,
    MailComplained,
    MailsDrawnTogether,
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
from chalicelib.mail.letters import changes, event_changes, offers, reminders, status_changes
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import Letter
from chalicelib.programme.model import MailNoteKind

_FactT = TypeVar("_FactT", bound=Fact)

#: The calendar files that go with a mail: an invitation for the fact's `needs`; an amendment, which also cancels
#: the departures in its `gave`; a cancellation of all; or a replacement, from the registration as it is now.
CalendarUpdate = Literal["invitation", "amendment", "cancellation", "replacement"]

Budget = Literal["changes", "link"]


@dataclass(frozen=True)
class MailKind(Generic[_FactT]):
    """A row of the catalogue.

    `title` names the mail in lists. `build_letter` builds the participant's letter; delivery/writing.py builds
    organisers' letters, and decides which letter is the latest mail once more. A transactional mail answers what
    the participant did or asked for; an address that has complained gets no others. `budget` is the rate limit of
    its mailbox that the mail counts against: of mails that tell a change, or of those that bring the link and no
    news. `organiser_note` is the kind of the event's notes that the letter shows. `shows_position` has the event's
    places read, for the number in the line. `is_relevant` decides, at the moment of sending, if the mail still
    concerns the participant.
    """

    fact: type[_FactT]
    title: str
    build_letter: Callable[[LetterContext, _FactT], Letter] | None = None
    _: KW_ONLY
    recipient: Literal["participant", "organiser"] = "participant"
    is_transactional: bool = True
    budget: Budget | None = "changes"
    organiser_note: MailNoteKind | None = None
    calendar_update: CalendarUpdate | None = None
    shows_position: bool = False
    is_relevant: Callable[[LetterContext, _FactT, datetime], bool] | None = None


_ROWS = (
    MailKind(
        Confirmed,
        N_("Confirmation"),
        status_changes.build_confirmed_letter,
        organiser_note="confirmed",
        calendar_update="invitation",
    ),
    MailKind(
        Joined,
        N_("On the waitlist"),
        status_changes.build_joined_letter,
        organiser_note="waiting",
        shows_position=True,
    ),
    MailKind(
        Promoted,
        N_("Moved up from the waitlist"),
        status_changes.build_promoted_letter,
        organiser_note="confirmed",
        calendar_update="invitation",
    ),
    MailKind(Offered, N_("Offer of a place"), offers.build_offered_letter, budget=None, organiser_note="offered"),
    MailKind(
        Accepted,
        N_("Offer accepted"),
        offers.build_accepted_letter,
        organiser_note="confirmed",
        calendar_update="invitation",
    ),
    MailKind(
        Declined,
        N_("Offer declined"),
        offers.build_declined_letter,
        organiser_note="cancelled",
    ),
    MailKind(
        PlaceKept,
        N_("Place in the line kept"),
        offers.build_place_kept_letter,
        organiser_note="waiting",
        shows_position=True,
    ),
    MailKind(Expired, N_("Offer ended"), offers.build_expired_letter),
    MailKind(
        Changed,
        N_("Registration changed"),
        changes.build_changed_letter,
        calendar_update="amendment",
    ),
    MailKind(Swapped, N_("Got what was waited for"), changes.build_swapped_letter, calendar_update="amendment"),
    MailKind(
        Cancelled,
        N_("Cancellation"),
        status_changes.build_cancelled_letter,
        organiser_note="cancelled",
        calendar_update="cancellation",
    ),
    MailKind(MailAsked, N_("The latest mail once more"), budget="link", shows_position=True),
    MailKind(
        ToldOfChange,
        N_("The event has changed"),
        event_changes.build_event_changed_letter,
        is_transactional=False,
        organiser_note="event_changed",
        calendar_update="replacement",
        is_relevant=event_changes.is_change_relevant,
    ),
    MailKind(
        Reminded,
        N_("Reminder"),
        reminders.build_reminder_letter,
        is_transactional=False,
        organiser_note="reminder",
        is_relevant=reminders.is_reminder_relevant,
    ),
    MailKind(
        DetailsAsked,
        N_("Question for missing details"),
        reminders.build_missing_details_letter,
        is_transactional=False,
        organiser_note="missing_details",
        is_relevant=reminders.is_question_relevant,
    ),
    MailKind(
        LinkRequested,
        N_("Link to the registration"),
        status_changes.build_link_requested_letter,
        budget="link",
    ),
    MailKind(LinksAsked, N_("Links to the registrations"), budget="link", shows_position=True),
    MailKind(MailsDrawnTogether, N_("How it stands now"), budget=None, shows_position=True),
    MailKind(MailBounced, N_("Notice to the organiser"), recipient="organiser", budget=None),
    MailKind(ManifestReady, N_("The lists are ready"), recipient="organiser", budget=None),
    MailKind(SignInRequested, N_("Sign-in link"), recipient="organiser", budget=None),
)

#: The rows, by the kind of their fact.
MAIL_KINDS: dict[str, MailKind[Any]] = {row.fact.kind: row for row in _ROWS}


def build_letter(context: LetterContext, fact: Fact) -> Letter:
    """Build the letter that tells the participant the fact, with the organiser's note on such mails."""
    kind = MAIL_KINDS[fact.kind]
    assert kind.build_letter is not None
    note = context.event.notes.get(kind.organiser_note) if kind.organiser_note else None
    letter = kind.build_letter(context, fact)
    return replace(letter, organiser_note=note.in_(context.language)) if note else letter


def choose_budget(fact: Fact) -> Budget | None:
    """Choose what the mail counts against; the one that brings new links does not wait for anything."""
    return None if isinstance(fact, MailAsked) and fact.renewed else MAIL_KINDS[fact.kind].budget


def can_send(kind: str, history: Sequence[dict[str, Any]]) -> bool:
    """Tell if a mail of this kind is sent to a registration with this history: after a complaint only
    transactional mails are."""
    return MAIL_KINDS[kind].is_transactional or all(entry["fact"] != MailComplained.kind for entry in history)
